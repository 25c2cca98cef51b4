"""The rows of delimited text as cells, each with the line it ends on; a stray quotation mark costs no other row."""

from __future__ import annotations

from collections.abc import Iterator

from ais_gaps.readers import quotes, text
from ais_gaps.readers.source import Source


def records(source: Source, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty: number of their last line, counted from 1, and their cells.

    Args:
        source: the file.
        separator: what stands between cells, one ASCII character.

    Raises:
        SourceError: the file cannot be read.
    """
    rest, first = b"", 1
    for block, last in text.blocks(source, None):
        data = rest + block
        end = len(data) if last else text.cut(data, source.name)
        lines = text.Lines(text.valid(data[:end]), first)
        starts = lines.starts
        odd = {int(index) for index in quotes.odd_lines(lines.body, starts, separator)}
        index, stop = 0, len(starts) - 1
        while index < stop:
            after = index + 1
            if index in odd:
                try:
                    row_end = quotes.row_end(lines.body, int(starts[index]), separator)
                except quotes.Unclosed as unclosed:
                    if not last and unclosed.needs > len(lines.body):
                        break
                else:
                    after = max(after, int(starts.searchsorted(row_end)))
            raw = lines.body[starts[index] : starts[after]].rstrip(b"\r\n")
            if raw:
                yield first + after - 1, [cell.decode(errors="replace") for cell in quotes.split(raw, separator)]
            index = after
        rest, first = lines.body[starts[index] :] + data[end:], first + index
