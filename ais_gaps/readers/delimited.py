"""Delimited text (CSV and its kin) as frames: parsed by Arrow, with the physical line of every row, and no row lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from ais_gaps.errors import SourceError, UsageError
from ais_gaps.readers import quotes
from ais_gaps.readers.cells import UNKNOWN_NUMBERS
from ais_gaps.readers.frame import Frame
from ais_gaps.readers.source import HEAD_BYTES, Source
from ais_gaps.readers.text import BLOCK_BYTES, Lines, blocks, cut, head_text, valid

SEPARATORS = (",", ";", "\t", "|")
_SPOKEN = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " "}
_FAILED_COLUMN = re.compile(r"In CSV column #(\d+):")
_PATIENCE = 3
_WILD = 10**15


@dataclass(frozen=True)
class Dialect:
    """How a delimited text is written.

    Attributes:
        columns: names of the columns, as they stand in the header.
        separator: what stands between cells, one ASCII character.
        header: whether the first row that is not empty names the columns.
        decimal: decimal mark.
        encoding: text encoding; None = UTF-8, byte order marks honoured.
    """

    columns: tuple[str, ...]
    separator: str
    header: bool = True
    decimal: str = "."
    encoding: str | None = None


def separator_of(said: str) -> str:
    """The separator that the user says: one character, or its name.

    Raises:
        UsageError: no single ASCII character, or one that cannot separate.
    """
    separator = _SPOKEN.get(said.lower(), said)
    if len(separator) != 1 or not separator.isascii() or separator in '"\r\n\0':
        raise UsageError(f"--separator {said!r}: must be one ASCII character, or one of {', '.join(_SPOKEN)}")
    return separator


def head_rows(source: Source, separator: str, encoding: str | None = None, limit: int = 200) -> list[list[str]]:
    """The first rows that are not empty, each as its cells; only rows that are whole within the head of the source."""
    body = head_text(source, encoding).encode(errors="replace")
    rows: list[list[str]] = []
    position = 0
    while position < len(body) and len(rows) <= limit:
        end = _row_end(body, position, separator)
        if row := body[position:end].rstrip(b"\r\n"):
            rows.append([cell.decode(errors="replace") for cell in quotes.split(row, separator)])
        position = end
    if position >= len(body) and len(source.head) >= HEAD_BYTES and len(rows) > 1:
        rows.pop()  # cut off within
    return rows[:limit]


def frames(
    source: Source, dialect: Dialect, wanted: Mapping[str, tuple[int, pa.DataType]], block_bytes: int = BLOCK_BYTES
) -> Iterator[Frame]:
    """The rows of a source as frames, in order.

    Args:
        source: the text.
        dialect: how it is written.
        wanted: role -> index of its column and the type that is hoped for. Where a cell of a block is not of that type, the
            whole column comes as strings in that block.
        block_bytes: about how much text a frame covers.

    Raises:
        SourceError: the compression is damaged, or the content is no text.
    """
    return _Parser(source, dialect, wanted).frames(block_bytes)


class _Parser:
    """One pass over one source."""

    def __init__(self, source: Source, dialect: Dialect, wanted: Mapping[str, tuple[int, pa.DataType]]) -> None:
        self._source, self._dialect, self._wanted = source, dialect, wanted
        # columns go by number, since names may repeat or be empty
        self._names = [f"c{index}" for index in range(len(dialect.columns))]
        self._types = {self._names[index]: kind for index, kind in wanted.values()}
        self._failures = dict.fromkeys(self._types, 0)

    def frames(self, block_bytes: int) -> Iterator[Frame]:
        rest, line, header = b"", 1, self._dialect.header
        for block, last in blocks(self._source, self._dialect.encoding, block_bytes):
            data = rest + block
            end = len(data) if last else cut(data, self._source.name)
            body = valid(data[:end])
            rest = data[end:]
            if header and body:
                skipped = self._header_end(body, last)
                header = skipped == 0
                line += Lines(body[:skipped], line).count
                body = body[skipped:]
                if header:
                    rest = body + rest
                    continue
            if not body:
                continue
            lines = Lines(body, line)
            frame, used = self._frame(lines, last)
            if frame is not None:
                yield frame
            if used < len(body):
                lines, rest = Lines(body[:used], line), body[used:] + rest
            line += lines.count

    def _header_end(self, body: bytes, last: bool) -> int:
        """The offset behind the header, or 0 where it is not complete yet."""
        start = len(body) - len(body.lstrip(b"\r\n"))
        if start == len(body):
            return len(body) if last else 0
        try:
            return quotes.row_end(body, start, self._dialect.separator)
        except quotes.Unclosed as unclosed:
            return 0 if unclosed.needs > len(body) and not last else _row_end(body, start, self._dialect.separator)

    def _frame(self, lines: Lines, last: bool) -> tuple[Frame | None, int]:
        """The frame of some lines, and how many bytes of them it covers."""
        body = lines.body
        rows = np.arange(lines.count)
        if not quotes.ends_open(_last_filled(body), self._dialect.separator):
            table, odd = self._parse(body)
            # Each parsed row holds one line that is not empty, or more. So where there are as many rows as such lines, each
            # row is one line, and which one is known.
            count = table.num_rows + len(odd)
            if count != len(rows):
                rows = lines.filled()
            if count == len(rows):
                return self._assemble(lines, rows, rows, table, odd), len(body)
        return self._quoted_frame(lines, last)

    def _quoted_frame(self, lines: Lines, last: bool) -> tuple[Frame | None, int]:
        """The same for lines among which values run over line ends, or marks stand where they close nothing."""
        body, starts, separator = lines.body, lines.starts, self._dialect.separator
        alone = np.ones(len(starts) - 1, dtype=bool)  # lines that begin a row
        spans: dict[int, int] = {}
        rewritten: dict[int, bytes] = {}
        odd: dict[int, int] = {}
        used = len(body)
        done = -1
        for line in quotes.odd_lines(body, starts, separator).tolist():
            if line <= done:
                continue
            start = int(starts[line])
            try:
                end = quotes.row_end(body, start, separator)
            except quotes.Unclosed as unclosed:
                if unclosed.needs > len(body) and not last:
                    used = start
                    break
                cells = quotes.split(body[start : starts[line + 1]].rstrip(b"\r\n"), separator)
                if len(cells) == len(self._names):
                    rewritten[line] = quotes.join(cells, separator) + b"\n"
                else:
                    rewritten[line] = b""
                    odd[line] = len(cells)
                continue
            done = int(np.searchsorted(starts, end)) - 1
            if done > line:
                alone[line + 1 : done + 1] = False
                spans[line] = done
        if used == 0:
            return None, 0
        lines = Lines(body[:used], lines.first)
        count = len(lines.starts) - 1
        firsts = np.intersect1d(lines.filled(), np.flatnonzero(alone[:count]), assume_unique=True)
        table, bad = self._parse(_pieced(lines, rewritten))
        parsed = np.setdiff1d(firsts, np.array(list(odd), dtype=np.int64), assume_unique=True)
        if table.num_rows + len(bad) != len(parsed):
            raise SourceError(
                f"{self._source.name}: lines {lines.first} to {lines.first + count - 1}: the rows cannot be told apart"
            )
        ends = firsts.copy()
        for line, end in spans.items():
            ends[np.searchsorted(firsts, line)] = end
        numbers = {int(parsed[index]): cells for index, cells in bad} | odd
        where = np.searchsorted(firsts, list(numbers)).tolist()
        odd_rows = sorted(zip(where, numbers.values(), strict=True))
        return self._assemble(lines, firsts, ends, table, odd_rows), used

    def _parse(self, body: bytes) -> tuple[pa.Table, list[tuple[int, int]]]:
        """The cells of whole rows, and of each row with another number of cells its index and how many it has."""
        types = dict(self._types)
        for name, failures in self._failures.items():
            if failures >= _PATIENCE:
                types[name] = pa.string()
        while True:
            odd: list[tuple[int, int]] = []

            def skip(row: arrow_csv.InvalidRow, odd: list[tuple[int, int]] = odd) -> str:
                odd.append((row.number - 1, row.actual_columns))
                return "skip"

            try:
                table = arrow_csv.read_csv(
                    pa.BufferReader(body or b"\n"),
                    # only a single thread knows the numbers of odd rows
                    read_options=arrow_csv.ReadOptions(
                        use_threads=False, block_size=len(body) + 2, column_names=self._names
                    ),
                    parse_options=arrow_csv.ParseOptions(
                        delimiter=self._dialect.separator, newlines_in_values=True, invalid_row_handler=skip
                    ),
                    convert_options=arrow_csv.ConvertOptions(
                        column_types=types,
                        include_columns=list(types),
                        null_values=UNKNOWN_NUMBERS,
                        timestamp_parsers=[arrow_csv.ISO8601],
                        decimal_point=self._dialect.decimal,
                    ),
                )
            except pa.ArrowInvalid as error:
                self._soften(types, str(error))
                continue
            if wild := [name for name, kind in types.items() if _is_wild(table.column(name), kind)]:
                self._soften(types, "", wild)
                continue
            return table, odd

    def _soften(self, types: dict[str, pa.DataType], error: str, names: Sequence[str] = ()) -> None:
        """Ask for strings in the columns that failed (in all of them if the message does not say which)."""
        if not names:
            found = _FAILED_COLUMN.match(error)
            names = [self._names[int(found.group(1))]] if found else list(types)
        names = [name for name in names if types.get(name, pa.string()) != pa.string()]
        if not names:
            raise SourceError(f"{self._source.name}: cannot be read as a table: {error}")
        for name in names:
            types[name] = pa.string()
            self._failures[name] += 1

    def _assemble(
        self,
        lines: Lines,
        firsts: NDArray[np.int64],
        ends: NDArray[np.int64],
        table: pa.Table,
        odd: Sequence[tuple[int, int]],
    ) -> Frame:
        """The frame of rows that stand on the lines from ``firsts`` to ``ends``; those in ``odd`` are not in the table."""
        records = firsts + lines.first
        expected = len(self._names)
        broken = {int(records[row]): f"expected {expected} columns, found {found}" for row, found in odd}
        good = np.delete(records, [row for row, _ in odd]) if odd else records

        def raw(wanted: Sequence[int]) -> list[str]:
            rows = np.searchsorted(records, np.asarray(wanted, dtype=np.int64))
            return [lines.text(int(firsts[row]), int(ends[row])) for row in rows]

        cells = {}
        for role, (index, kind) in self._wanted.items():
            column = table.column(self._names[index])
            cells[role] = column.combine_chunks() if column.num_chunks else pa.array([], kind)
        return Frame(cells, good, raw, broken)


def _row_end(body: bytes, start: int, separator: str) -> int:
    """The offset behind the row at ``start``; behind its first line if it opens a value that it does not close."""
    try:
        return quotes.row_end(body, start, separator)
    except quotes.Unclosed:
        ends = [end for end in (body.find(b"\n", start), body.find(b"\r", start)) if end >= 0]
        if not ends:
            return len(body)
        return min(ends) + (2 if body.startswith(b"\r\n", min(ends)) else 1)


def _is_wild(column: pa.ChunkedArray, kind: pa.DataType) -> bool:
    """Whether there are numbers that only seem to be some, of which a message should show the cell as it stands."""
    if pa.types.is_floating(kind):
        return not pc.all(pc.is_finite(column), min_count=0).as_py()
    return bool(pa.types.is_integer(kind) and pc.any(pc.greater(pc.abs(column), _WILD), min_count=0).as_py())


def _last_filled(body: bytes) -> bytes:
    """The last line that is not empty, without its end; only as far as it matters to quotation marks."""
    if b'"' not in body:
        return b""
    text = body.rstrip(b"\r\n")
    return text[max(text.rfind(b"\n"), text.rfind(b"\r")) + 1 :]


def _pieced(lines: Lines, rewritten: Mapping[int, bytes]) -> bytes:
    """The text with some lines replaced."""
    pieces, position = [], 0
    for line, text in sorted(rewritten.items()):
        pieces += [lines.body[position : lines.starts[line]], text]
        position = int(lines.starts[line + 1])
    return b"".join([*pieces, lines.body[position:]])
