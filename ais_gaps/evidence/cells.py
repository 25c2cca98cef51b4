"""One cell of an evidence file to one value: nulls, numbers, days, times, lists; what is refused says why."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from ais_gaps.evidence.tables import NULL_WORDS


def parser(kind: pa.DataType) -> Callable[[str], Any]:
    """The function that turns a cell into a value of an Arrow type.

    It gives None for a cell that says nothing (`NULL_WORDS`), and raises ValueError, in plain words, for one that cannot be read.
    """
    if pa.types.is_list(kind):
        item = _PARSERS[kind.value_type]
        return lambda cell: _several(cell, item)
    scalar = _PARSERS[kind]
    return lambda cell: None if _says_nothing(cell) else scalar(cell.strip())


def _says_nothing(cell: str) -> bool:
    return cell.strip().lower() in NULL_WORDS


def _several(cell: str, item: Callable[[str], Any]) -> list[Any] | None:
    """A list; an entry that says nothing keeps its place as None, so that lists stay aligned."""
    if _says_nothing(cell):
        return None
    return [None if _says_nothing(part) else item(part.strip()) for part in cell.split(";")]


def _number(cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise ValueError("is not a number") from None
    if not math.isfinite(value):
        raise ValueError("is not a number")
    return value


def _whole(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 18):
        raise ValueError("is not a whole number")
    return int(cell)


def _day(cell: str) -> date:
    try:
        if len(cell) != 10:
            raise ValueError
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError("is not a day written YYYY-MM-DD") from None


def _time(cell: str) -> datetime:
    try:
        value = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError("is not an ISO 8601 time") from None
    if value.tzinfo is None:
        raise ValueError("has no time zone: write Z or an offset")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


def _yes(cell: str) -> bool:
    try:
        return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}[cell.lower()]
    except KeyError:
        raise ValueError("is neither yes nor no") from None


_PARSERS: dict[pa.DataType, Callable[[str], Any]] = {
    pa.string(): str,
    pa.float64(): _number,
    pa.int64(): _whole,
    pa.date32(): _day,
    pa.timestamp("us", tz="UTC"): _time,
    pa.bool_(): _yes,
}
