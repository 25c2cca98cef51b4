"""From when to when a row is, as its columns say it, in the words of ISO 8601 that KML has for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Span:
    """A time: a moment, or a day, where begin and end are the same; null = not known, or not over."""

    begin: str | None
    end: str | None


@dataclass(frozen=True)
class _Pair:
    """Two columns; ``lasts``: without an end it goes on, else it was a moment."""

    begin: str
    end: str | None
    lasts: bool = False


_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z)?", re.ASCII)
_PAIRS = (
    _Pair("off_ts", "on_ts", lasts=True),
    _Pair("from_ts", "to_ts", lasts=True),
    _Pair("earliest_arrival", "latest_departure", lasts=True),
    _Pair("first_ts", "last_ts"),
    _Pair("ts", "ts_end"),
    _Pair("date_start", "date_end", lasts=True),
    _Pair("listed_on", "delisted_on", lasts=True),
    _Pair("start", "end"),
    _Pair("start_ts", "end_ts", lasts=True),
    _Pair("day", None),
)


def span_of(names: Sequence[str], row: Mapping[str, Any]) -> Span | None:
    """The time of a row of plain values (`tabular.cells`); None where no column of a time says anything.

    The first pair of columns whose begin is known counts: a look with an hour is of that moment, one without is of its days.
    """
    for pair in _PAIRS:
        if pair.begin in names and (begin := _time(row[pair.begin])) is not None:
            end = _time(row[pair.end]) if pair.end in names and pair.end is not None else None
            return Span(begin, end if end is not None or pair.lasts else begin)
    return None


def _time(value: Any) -> str | None:
    """A time or day as `chunks` writes them; any other text is none."""
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        return None
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return None
    return value
