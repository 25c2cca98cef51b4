"""One cell of evidence to one value: nulls, numbers, days, times, lists; what is refused says why."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pyarrow as pa

from ais_gaps.evidence.tables import NULL_WORDS

LONGEST_CELL = 20_000
"""Characters in a cell. Longer ones are no evidence but an accident or an attack."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def parser(kind: pa.DataType) -> Callable[[Any], Any]:
    """The function that turns a cell into a value of an Arrow type.

    A cell is text as in a CSV file, or a value of JSON: number, true or false, null, list. A list in text is parted by ``;``, or
    is written as a JSON array.

    The function gives None for a cell that says nothing (`NULL_WORDS`), and raises ValueError, in plain words, for one that
    cannot be read.
    """
    if pa.types.is_list(kind):
        item = _PARSERS[kind.value_type]
        return lambda cell: _several(cell, item)
    scalar = _PARSERS[kind]
    return lambda cell: _one(cell, scalar)


def _one(cell: Any, scalar: Callable[[str], Any]) -> Any:
    text = _text(cell)
    return None if _says_nothing(text) else scalar(text.strip())


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case str():
            if len(cell) > LONGEST_CELL:
                raise ValueError(f"is longer than {LONGEST_CELL:,} characters")
            if not cell.isascii() and any("\ud800" <= letter <= "\udfff" for letter in cell):
                raise ValueError("is not valid Unicode text")
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))  # JSON of some writers has 9179842.0
        case int() | float():
            return repr(cell)
    raise ValueError("is neither a text, a number nor a list of them")


def _says_nothing(cell: str) -> bool:
    return cell.strip().lower() in NULL_WORDS


def _several(cell: Any, item: Callable[[str], Any]) -> list[Any] | None:
    """A list; an entry that says nothing keeps its place as None, so that lists stay aligned."""
    if isinstance(cell, list):
        entries = cell
    else:
        text = _text(cell)
        if _says_nothing(text):
            return None
        entries = _array(text) if text.lstrip().startswith("[") else text.split(";")
    if len(entries) > LONGEST_CELL:
        raise ValueError(f"has more than {LONGEST_CELL:,} entries")
    return [_one(entry, item) for entry in entries] or None


def _array(text: str) -> list[Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    return found if isinstance(found, list) else text.split(";")


def _number(cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise ValueError("is not a number") from None
    if not math.isfinite(value) or "_" in cell:
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
        value = date.fromisoformat(cell)
    except ValueError:
        raise ValueError("is not a day written YYYY-MM-DD") from None
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError("is out of range")
    return value


def moment(cell: str) -> datetime:
    """A time in UTC from ISO 8601 with ``Z`` or an offset; ValueError, in plain words, for any other text."""
    try:
        value = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError("is not an ISO 8601 time") from None
    if value.tzinfo is None:
        raise ValueError("has no time zone: write Z or an offset")
    try:
        value = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError("is out of range")
    return value


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
    pa.timestamp("us", tz="UTC"): moment,
    pa.bool_(): _yes,
}
