"""Delimited text: every row once, with its line, whatever the blocks."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.errors import SourceError, UsageError
from ais_gaps.readers import delimited, text
from ais_gaps.readers.delimited import Dialect
from ais_gaps.readers.source import Source

COLUMNS = ("a", "b", "c")
_CHARACTERS = st.sampled_from(['"', ",", "\n", "\r", "\r\n", " ", "x", "1", "é", "\x00", "船", "'", ";"])
_CELL = st.lists(_CHARACTERS, max_size=5).map("".join)
_ROW = st.lists(_CELL, min_size=1, max_size=5)
_BLANK = st.just(None)
_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
_SIZES = st.integers(1, 60)


class Memory(Source):
    """A source that lies in memory."""

    def __init__(self, content: bytes) -> None:
        super().__init__(Path("memory.csv"))
        self._content = content

    def open(self) -> Any:
        return io.BytesIO(self._content)


Row = tuple[int, list[str] | None, str]


def rows_of(
    content: bytes, size: int, separator: str = ",", header: bool = True, encoding: str | None = None
) -> list[Row]:
    """Each row as (line, cells or None where they cannot be told apart, raw text), in order."""
    dialect = Dialect(COLUMNS, separator, header=header, encoding=encoding)
    wanted = {name: (index, pa.string()) for index, name in enumerate(COLUMNS)}
    found: list[Row] = []
    for frame in delimited.frames(Memory(content), dialect, wanted, size):
        cells = zip(*(frame.cells[name].to_pylist() for name in COLUMNS), strict=True)
        records = frame.records.tolist()
        block = [(record, list(row), raw) for record, row, raw in zip(records, cells, frame.raw(records), strict=True)]
        broken = list(frame.broken)
        block += [(record, None, raw) for record, raw in zip(broken, frame.raw(broken), strict=True)]
        found += sorted(block, key=lambda row: row[0])
    return found


def written(rows: Sequence[list[str] | None], end: str, final_end: bool) -> str:
    """The rows as CSV, None as an empty line."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=end)
    writer.writerow(COLUMNS)
    for row in rows:
        if row is None:
            stream.write(end)
        else:
            writer.writerow(row)
    content = stream.getvalue()
    return content if final_end else content.removesuffix(end)


def by_the_book(content: str) -> list[tuple[int, list[str]]]:
    """Rows and their first lines as Python's csv module reads them, header and empty lines left out."""
    reader = csv.reader(io.StringIO(content, newline=""))
    found, line = [], 0
    for row in reader:
        if row:
            found.append((line + 1, row))
        line = reader.line_num
    return found[1:]


class TestRows:
    @given(st.lists(_ROW | _BLANK, max_size=12), _ENDS, st.booleans(), _SIZES)
    def test_are_those_of_the_csv_module_with_their_lines(
        self, rows: list[list[str] | None], end: str, final_end: bool, size: int
    ) -> None:
        content = written(rows, end, final_end)
        expected = [(line, row if len(row) == 3 else None) for line, row in by_the_book(content)]
        assert [(line, cells) for line, cells, _ in rows_of(content.encode(), size)] == expected

    @given(
        st.lists(st.sampled_from(['"', ",", "\n", "\r", "\r\n", "x", '""', '",', ',"']), max_size=40).map("".join),
        _SIZES,
    )
    def test_hold_every_character_of_any_text_once_and_in_order(self, content: str, size: int) -> None:
        rows = rows_of(content.encode(), size, header=False)
        kept = "".join(raw for _, _, raw in rows)
        assert kept.replace("\n", "").replace("\r", "") == content.replace("\n", "").replace("\r", "")

    @given(
        st.lists(st.sampled_from(['"', ",", "\n", "\r", "\r\n", "x", '""', '",', ',"']), max_size=40).map("".join),
        _SIZES,
    )
    def test_do_not_depend_on_the_blocks(self, content: str, size: int) -> None:
        assert rows_of(content.encode(), size, header=False) == rows_of(content.encode(), 1 << 20, header=False)

    def test_start_where_a_text_editor_counts_them(self) -> None:
        content = b'a,b,c\n\n1,2,3\n4,"5\n5",6\n\r\n7,8\n9,9,9'
        assert [(line, raw) for line, _, raw in rows_of(content, 7)] == [
            (3, "1,2,3"),
            (4, '4,"5\n5",6'),
            (7, "7,8"),
            (8, "9,9,9"),
        ]

    def test_survive_a_mark_that_is_never_closed(self) -> None:
        content = b'a,b,c\n1,"STAR,3\n4,5,6\n7,"MO"ON,9\n'
        assert rows_of(content, 1 << 20) == [
            (2, ["1", '"STAR', "3"], '1,"STAR,3'),
            (3, ["4", "5", "6"], "4,5,6"),
            (4, ["7", "MOON", "9"], '7,"MO"ON,9'),
        ]

    def test_survive_a_mark_that_another_line_seems_to_close(self) -> None:
        content = b'a,b,c\n1,"STAR,3\n4,5,6\n7,"MOON,9\n'
        assert [cells for _, cells, _ in rows_of(content, 1 << 20)] == [
            ["1", '"STAR', "3"],
            ["4", "5", "6"],
            ["7", '"MOON', "9"],
        ]

    def test_survive_marks_in_pairs_that_do_not_match(self) -> None:
        content = b'a,b,c\n1,X"Y,"Z\n4,5,6\n7,8,"9\n9"\n'
        assert [cells for _, cells, _ in rows_of(content, 1 << 20)] == [
            ["1", 'X"Y', '"Z'],
            ["4", "5", "6"],
            ["7", "8", "9\n9"],
        ]

    @given(_SIZES)
    def test_come_after_a_header_that_runs_over_lines(self, size: int) -> None:
        content = b'\na,"b\r\nb",c\n1,2,3\n'
        assert [(line, cells) for line, cells, _ in rows_of(content, size)] == [(4, ["1", "2", "3"])]

    def test_say_how_many_columns_they_have_instead(self) -> None:
        frame = next(delimited.frames(Memory(b"a,b,c\n1,2\n1,2,3,4\n"), Dialect(COLUMNS, ","), {"a": (0, pa.string())}))
        assert frame.broken == {2: "expected 3 columns, found 2", 3: "expected 3 columns, found 4"}

    def test_may_have_columns_of_the_same_name(self) -> None:
        dialect = Dialect(("a", "a", ""), ",")
        wanted = {"first": (0, pa.string()), "second": (1, pa.string())}
        frame = next(delimited.frames(Memory(b"a,a,\n1,2,3\n"), dialect, wanted))
        assert {role: cells.to_pylist() for role, cells in frame.cells.items()} == {"first": ["1"], "second": ["2"]}

    def test_are_none_in_a_file_of_a_header(self) -> None:
        assert rows_of(b"a,b,c\n", 4) == rows_of(b"a,b,c", 4) == rows_of(b"", 4) == []


class TestTypes:
    @given(
        st.lists(st.sampled_from(["1", "2.5", "", "abc", "1e400", "nan", " 7 ", "1_0"]), min_size=1, max_size=20),
        _SIZES,
    )
    def test_one_odd_cell_makes_strings_of_its_column_in_its_block(self, cells: list[str], size: int) -> None:
        content = "a,b,c\n" + "".join(f"1,{cell},3\n" for cell in cells)
        wanted = {"b": (1, pa.float64()), "c": (2, pa.int64())}
        numbers = {"1": 1.0, "2.5": 2.5, "": None, "nan": None, " 7 ": 7.0}
        given_cells = iter(cells)
        for frame in delimited.frames(Memory(content.encode()), Dialect(COLUMNS, ","), wanted, size):
            assert frame.cells["c"].to_pylist() == [3] * len(frame.records)
            for value in frame.cells["b"].to_pylist():
                cell = next(given_cells)
                assert value == (cell if isinstance(value, str) else numbers[cell])
        assert next(given_cells, None) is None


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
    def test_byte_order_marks_are_honoured(self, encoding: str) -> None:
        content = "a,b,c\n1,ÅSA 船,3\n".encode(encoding)
        for size in (1, 5, 1 << 20):
            assert rows_of(content, size) == [(2, ["1", "ÅSA 船", "3"], "1,ÅSA 船,3")]

    def test_the_user_may_say_it(self) -> None:
        assert rows_of("a,b,c\n1,АНГАРА,3\n".encode("cp1251"), 9, encoding="cp1251")[0][1] == ["1", "АНГАРА", "3"]

    def test_bytes_that_are_no_utf8_are_latin1_and_cost_no_row(self) -> None:
        content = "a,b,c\n1,Å,3\n".encode("latin-1") + "4,船,6\n".encode()
        assert [cells for _, cells, _ in rows_of(content, 1 << 20)] == [["1", "Å", "3"], ["4", "船", "6"]]

    @given(st.binary(max_size=60), _SIZES)
    def test_any_bytes_are_read_the_same_whatever_the_blocks(self, content: bytes, size: int) -> None:
        if not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
            assert rows_of(content, size, header=False) == rows_of(content, 1 << 20, header=False)

    def test_an_unknown_one_is_refused_with_the_nearest(self) -> None:
        with pytest.raises(UsageError, match=r"--encoding utf-9: there is no such encoding; nearest: .*utf"):
            rows_of(b"a,b,c\n", 10, encoding="utf-9")

    def test_a_codec_that_is_no_text_encoding_is_refused(self) -> None:
        with pytest.raises(UsageError, match="no such encoding"):
            text.codec_of(b"", "hex")


class TestSources:
    def test_compressed_ones_read_alike(self, tmp_path: Path) -> None:
        content = b"a,b,c\n" + b"1,2,3\n" * 1000
        wanted = {"a": (0, pa.int64())}
        for name, packed in (("p", content), ("g", gzip.compress(content)), ("z", zstandard.compress(content))):
            (tmp_path / name).write_bytes(packed)
            frames = list(delimited.frames(Source(tmp_path / name), Dialect(COLUMNS, ","), wanted, 512))
            assert sum(len(frame.records) for frame in frames) == 1000
            assert frames[-1].records[-1] == 1001

    def test_damage_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "g").write_bytes(gzip.compress(b"a,b,c\n" + b"1,2,3\n" * 100_000)[:-200])
        with pytest.raises(SourceError, match="damaged"):
            list(delimited.frames(Source(tmp_path / "g"), Dialect(COLUMNS, ","), {"a": (0, pa.int64())}))

    def test_a_line_without_end_is_no_table(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(text, "LINE_BYTES", 100)
        with pytest.raises(SourceError, match="no text of lines"):
            rows_of(b"a,b,c\n" + b"x" * 1000, 50)

    def test_separators_are_one_character_or_a_name(self) -> None:
        assert [delimited.separator_of(said) for said in (";", "tab", "\\t", "|")] == [";", "\t", "\t", "|"]
        for said in ("", ",,", "\n", '"', "é"):
            with pytest.raises(UsageError, match="--separator"):
                delimited.separator_of(said)
