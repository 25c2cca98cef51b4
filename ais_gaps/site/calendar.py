"""The calendar of the site's days."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ais_gaps.site import frame
from ais_gaps.site.assets import Assets
from ais_gaps.site.day import MONTHS

_SHADES: Final = 4


@dataclass(frozen=True)
class Cell:
    """A day of a month: its number, what the site holds of it (null: nothing), and how dark it is, from 0 to 4."""

    number: int
    entry: Mapping[str, Any] | None
    shade: int


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday to Sunday; null where a week's day is of another month."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]


def render(entries: Sequence[Mapping[str, Any]], assets: Assets) -> bytes:
    """The page: the newest month first, each day with its counts.

    Args:
        entries: of `ledger`, one a day, by date.
        assets: where styles and scripts lie.
    """
    return frame.page(
        "calendar.html", assets, root="", section="calendar", title="Calendar: dark-ship watchlist", scripts=("site.js",),
        months=months(entries), days=len(entries), first=entries[0]["day"] if entries else None,
        last=entries[-1]["day"] if entries else None,
    )  # fmt: skip


def months(entries: Sequence[Mapping[str, Any]]) -> list[Month]:
    """Months from the newest to the oldest, those without a day of the site among them left out."""
    by_day = {date.fromisoformat(entry["day"]): entry for entry in entries}
    most = max((entry["counts"]["newly_dark"] for entry in entries), default=0)
    found = []
    for year, month in sorted({(day.year, day.month) for day in by_day}, reverse=True):
        weeks = tuple(
            tuple(_cell(date(year, month, number), by_day, most) if number else None for number in week)
            for week in calendar.Calendar().monthdayscalendar(year, month)
        )
        found.append(Month(f"{MONTHS[month - 1]} {year}", weeks))
    return found


def _cell(day: date, by_day: Mapping[date, Mapping[str, Any]], most: int) -> Cell:
    entry = by_day.get(day)
    newly = entry["counts"]["newly_dark"] if entry else 0
    # By the square root, so that one dreadful day does not whiten the others.
    return Cell(day.day, entry, -(-int(100 * _SHADES * (newly / most) ** 0.5) // 100) if most else 0)
