"""Where the rows of delimited text begin and end when quotation marks are about.

The rules are those of RFC 4180 as the Arrow parser and Python's csv module read them: a mark opens a quoted value only at the
start of a cell, two marks within stand for one, what follows the closing mark belongs to the cell. One rule more, so that a stray
mark costs no rows: a value that opens on a line and is not closed properly (by a mark with a separator or line end behind it, at
most `VALUE_BYTES` further) is no quoted value, and its mark is an ordinary character.
"""

from __future__ import annotations

import functools
import re

import numpy as np
from numpy.typing import NDArray

VALUE_BYTES = 64 << 10
"""The longest quoted value that may run over line ends."""

_QUOTED = re.compile(rb'"(?:[^"]++|"")*+"')
_MARK = b'"'


class Unclosed(Exception):
    """A quoted value is not closed. ``needs`` is the length of the text needed to be sure of that."""

    def __init__(self, needs: int) -> None:
        self.needs = needs


def row_end(body: bytes, start: int, separator: str) -> int:
    """The offset behind the row that starts at ``start``, its line end included.

    Raises:
        Unclosed: a quoted value in it is not closed.
    """
    mark = separator.encode()
    position = start
    while True:
        if body.startswith(_MARK, position):
            opened, quoted = position, _QUOTED.match(body, position, position + VALUE_BYTES)
            if quoted is None:
                raise Unclosed(opened + VALUE_BYTES)
            position = _bare_end(body, quoted.end(), separator)
            if position > quoted.end() and _over_lines(quoted.group()):
                raise Unclosed(0)
        else:
            position = _bare_end(body, position, separator)
        if not body.startswith(mark, position):
            return position + 2 if body.startswith(b"\r\n", position) else min(position + 1, len(body))
        position += 1


def ends_open(line: bytes, separator: str) -> bool:
    """Whether a line, read by itself, ends within a quoted value."""
    if _MARK not in line:
        return False
    try:
        row_end(line, 0, separator)
    except Unclosed:
        return True
    return False


def odd_lines(body: bytes, starts: NDArray[np.int64], separator: str) -> NDArray[np.int64]:
    """The indices of the lines whose marks do not simply open and close whole cells, in pairs; the others hold whole rows.

    Args:
        body: some lines.
        starts: where each starts, and behind them the length of the body.
        separator: what stands between cells.
    """
    content = np.frombuffer(body, dtype=np.uint8)
    marks = np.flatnonzero(content == ord(_MARK))
    lines = np.searchsorted(starts, marks, side="right") - 1
    ordinal = np.arange(len(marks)) - np.searchsorted(lines, lines)
    framed = np.concatenate([[10], content, [10]])  # so that every mark has neighbours
    bounds = np.array([ord(separator), 10, 13])
    opens = (ordinal % 2 == 0) & np.isin(framed[marks], bounds)
    closes = (ordinal % 2 == 1) & np.isin(framed[marks + 2], bounds)
    count = len(starts) - 1
    single = np.bincount(lines, minlength=count) % 2 == 1
    single[lines[~(opens | closes)]] = True
    return np.flatnonzero(single)


def split(line: bytes, separator: str) -> list[bytes]:
    """The cells of one row without its line end. A mark that opens and is not closed is an ordinary character."""
    mark = separator.encode()
    cells: list[bytes] = []
    position = 0
    while True:
        quoted = _QUOTED.match(line, position)
        start = position if quoted is None else quoted.end()
        position = _bare_end(line, start, separator)
        value = b"" if quoted is None else quoted.group()[1:-1].replace(b'""', b'"')
        cells.append(value + line[start:position])
        if not line.startswith(mark, position):
            return cells
        position += 1


def join(cells: list[bytes], separator: str) -> bytes:
    """The cells as one row in which every value is quoted, without a line end."""
    return separator.encode().join(b'"%b"' % cell.replace(b'"', b'""') for cell in cells)


def _over_lines(value: bytes) -> bool:
    return b"\n" in value or b"\r" in value


def _bare_end(body: bytes, start: int, separator: str) -> int:
    """The offset of the separator or line end behind what stands outside of quotation marks."""
    found = _bare(separator).match(body, start)
    return start if found is None else found.end()


@functools.cache
def _bare(separator: str) -> re.Pattern[bytes]:
    return re.compile(rb"[^%b\r\n]*+" % re.escape(separator.encode()))
