"""Tables as a grid for a person to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TextIO

import pyarrow as pa
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from ais_gaps.plain import plain
from ais_gaps.tabular.cells import chunks, field_names

_WIDEST_CELL = 60
_NARROWEST_TEXT = 24
_GUTTER = "  "
_ELLIPSIS = "…"
_ENDS_OF_NAMES = {"lat": 5, "lon": 5, "h": 1, "nm": 1, "kn": 1, "seconds": 1, "off": 2}
"""Decimals worth showing, by the last word of a column's name, which is its unit (``off`` of ``p_switched_off``)."""


def write_grid(
    table: pa.Table,
    stream: TextIO,
    *,
    width: int | None = None,
    columns: Sequence[str] | None = None,
    below: Callable[[int], str] | None = None,
) -> list[str]:
    """A header, a rule, a line a row; long text is cut with an ellipsis, numbers rounded to what their unit deserves.

    Args:
        table: any table.
        stream: where to; colours only if it is a terminal and ``NO_COLOR`` is not set.
        width: characters to stay within: text is cut first, then the last columns are left out. None: as wide as it is.
        columns: names of the columns worth a person's while, best first; None: all of them.
        below: what stands under a row, given its number: whole lines, or nothing.

    Returns:
        The names of the columns that are not shown.
    """
    names = field_names(table)
    wanted = names if columns is None else [name for name in columns if name in names]
    order = [names.index(name) for name in wanted]
    table = table.rename_columns(names).select(order)
    elastic = [_is_elastic(kind) for kind in table.schema.types]
    numeric = [_is_number(kind) for kind in table.schema.types]
    widths: list[int] = []
    told = 0
    for chunk in chunks(table):
        cells = [[_shown(name, value) for value in column] for name, column in zip(wanted, chunk, strict=True)]
        if not widths:  # of the first rows only: a million rows are not held to align them
            widths = _fit([_natural(*pair) for pair in zip(wanted, cells, strict=True)], elastic, width)
            _write_header(wanted, widths, numeric, stream, width)
        shown = [
            [_placed(cell, size, right, width) for cell in column]
            for column, size, right in zip(cells, widths, numeric, strict=False)
        ]
        for number, row in enumerate(zip(*shown, strict=True), told):
            stream.write(f"{_GUTTER.join(row).rstrip()}\n{below(number) if below is not None else ''}")
        told += len(cells[0]) if cells else 0
    if not table.num_rows:
        widths = _fit([cell_len(plain(name)) for name in wanted], elastic, width)
        _write_header(wanted, widths, numeric, stream, width)
    visible = set(wanted[: len(widths)])
    return [name for name in names if name not in visible]


def _write_header(names: list[str], widths: list[int], numeric: list[bool], stream: TextIO, width: int | None) -> None:
    cells = [_placed(plain(n), w, r, width) for n, w, r in zip(names, widths, numeric, strict=False)]
    line = _GUTTER.join(cells).rstrip()
    console = Console(file=stream, highlight=False, soft_wrap=True)
    with console.capture() as captured:  # rich ends the process itself if it writes where nobody reads any more
        console.print(Text(line, style="bold"))
        console.print(Text(_GUTTER.join(("─" if _can_draw(stream) else "-") * w for w in widths), style="dim"))
    stream.write(captured.get())


def _can_draw(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-").startswith("utf")


def _natural(name: str, cells: list[str]) -> int:
    return min(_WIDEST_CELL, max(cell_len(plain(name)), max(map(cell_len, cells), default=0)))


def _fit(naturals: list[int], elastic: list[bool], width: int | None) -> list[int]:
    """The widths of the columns that fit, text narrowed before columns are left out; at least one column."""
    widths = list(naturals)
    if width is None:
        return widths
    while len(widths) > 1:
        excess = sum(widths) + len(_GUTTER) * (len(widths) - 1) - width
        give = [max(0, w - _NARROWEST_TEXT) if e else 0 for w, e in zip(widths, elastic, strict=False)]
        if excess <= sum(give):
            break
        widths.pop()
    while (excess := sum(widths) + len(_GUTTER) * (len(widths) - 1) - width) > 0:
        widest = max(range(len(widths)), key=lambda i: widths[i] if elastic[i] else 0)
        if not elastic[widest] or widths[widest] <= (_NARROWEST_TEXT if len(widths) > 1 else 1):
            break
        widths[widest] -= 1
    return widths


def _placed(cell: str, size: int, right: bool, width: int | None) -> str:
    """The cell at its column's size. A cell that is longer stays whole where nothing bounds the line's width."""
    length = cell_len(cell)
    if length > size:
        bound = size if width is not None else _WIDEST_CELL
        return cell if length <= bound else set_cell_size(cell, bound - 1) + _ELLIPSIS
    space = " " * (size - length)
    return space + cell if right else cell + space


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_elastic(kind: pa.DataType) -> bool:
    return not (_is_number(kind) or pa.types.is_temporal(kind) or pa.types.is_boolean(kind))


def _shown(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return _number(name, value)
        case list():
            return "; ".join(_shown(name, item) for item in value)
        case dict():
            return "; ".join(f"{plain(key)}: {_shown(name, item)}" for key, item in value.items())
    return plain(str(value))


def _number(name: str, value: float) -> str:
    decimals = _ENDS_OF_NAMES.get(name.rpartition("_")[2])
    if decimals is not None:
        return f"{value:.{decimals}f}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if 1e-4 <= abs(value) < 1e15 or value == 0 else f"{value:.6g}"
