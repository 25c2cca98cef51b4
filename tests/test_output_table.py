"""The table for a person: nothing hostile in it, nothing wider than the terminal, no row lost."""

from __future__ import annotations

import io
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from ais_gaps import tabular
from ais_gaps.plain import plain

ANY_TEXT = st.text(max_size=20)
CELLS = st.lists(st.tuples(ANY_TEXT, ANY_TEXT, st.floats(-1e6, 1e6)), min_size=1, max_size=6)


def lines_of(table: pa.Table, **how: int) -> list[str]:
    stream = io.StringIO()
    tabular.write_grid(table, stream, **how)
    return stream.getvalue().split("\n")[:-1]


@given(ANY_TEXT)
@example("ANGARA\x1b[2J\x1b]0;owned\x07")
@example("\u202eARAGNA\u2066\u200b\ufeff")
@example("one\r\ntwo\x85three\u2028four")
def test_plain_text_is_one_line_and_holds_nothing_that_moves_hides_or_reorders(text: str) -> None:
    shown = plain(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert plain(shown) == shown
    assert [c for c in shown if unicodedata.category(c)[0] in "LN"] == [
        c for c in text if unicodedata.category(c)[0] in "LN"
    ]


@given(CELLS, st.integers(4, 120))
def test_a_table_is_as_many_lines_as_rows_and_as_wide_as_the_terminal(
    rows: list[tuple[str, str, float]], width: int
) -> None:
    names = [text.encode(errors="replace").decode() for text, _, _ in rows]
    table = pa.table(
        {
            "name": names,
            "destination": [text.encode(errors="replace").decode() for _, text, _ in rows],
            "distance_nm": [number for _, _, number in rows],
        }
    )
    lines = lines_of(table, width=width)
    assert len(lines) == len(rows) + 2
    assert max(map(cell_len, lines)) <= width
    assert all(plain(line) == line for line in lines)


def test_columns_that_do_not_fit_are_named() -> None:
    table = pa.table({"name": ["ANGARA"], "off_place": ["x" * 50], "mmsi": [273210440], "off_ts": ["y" * 50]})
    stream = io.StringIO()
    assert tabular.write_grid(table, stream, width=50) == ["off_ts"]
    assert "…" in stream.getvalue()
    assert tabular.write_grid(table, stream) == []
    assert tabular.write_grid(table, stream, columns=["mmsi", "absent", "name"]) == ["off_place", "off_ts"]


def test_wide_letters_keep_the_columns_straight() -> None:
    table = pa.table({"name": ["나진항", "RAJIN"], "country": ["KP", "KP"]})
    lines = lines_of(table)
    assert {cell_len(line[: line.index("KP")]) for line in lines[2:]} == {8}


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("off_lat", 42.23333333, "42.23333"),
        ("duration_h", 4321.51666, "4321.5"),
        ("distance_nm", 0.04, "0.0"),
        ("p_switched_off", 0.876, "0.88"),
        ("x", 3.0, "3"),
        ("x", 1e-9, "1e-09"),
        ("x", -0.5, "-0.5"),
        ("x", 0.0, "0"),
    ],
)
def test_numbers_are_rounded_to_what_their_unit_deserves(name: str, value: float, shown: str) -> None:
    assert lines_of(pa.table({name: [value]}))[2].strip() == shown


def test_null_is_blank_and_lists_are_readable() -> None:
    table = pa.table({"a": pa.array([None], pa.string()), "reasons": [["far from shore", "long"]], "open": [True]})
    assert lines_of(table)[2] == "   far from shore; long  yes"
