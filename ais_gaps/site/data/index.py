"""The index of the site's days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from ais_gaps.moments import iso
from ais_gaps.site.data.day import SUFFIXES, canonical, day_file, latest_file
from ais_gaps.site.files import Written, write_all
from ais_gaps.watchlist.model import Watchlist

FORM: Final = "ais_gaps.watchlist.days/1"
INDEX: Final = "data/days.json"


def entry(watchlist: Watchlist) -> dict[str, Any]:
    """What the index says of a day: plain values, to be kept for the days that are not made anew."""
    return {
        "day": watchlist.day.isoformat(),
        "as_of": iso(watchlist.as_of),
        "as_known": None if watchlist.as_known is None else iso(watchlist.as_known),
        "min_hours": watchlist.min_hours,
        "within_nm": watchlist.within_nm,
        "counts": dict(watchlist.counts),
        "rows": watchlist.rows.num_rows,
        "changes": watchlist.changes.num_rows,
        "outages": watchlist.outages.num_rows,
        "sources": watchlist.sources,
    } | {suffix: day_file(watchlist.day, suffix).removeprefix("data/") for suffix in SUFFIXES}


def write_index(folder: Path, entries: Iterable[Mapping[str, Any]]) -> Written:
    """Writes ``data/days.json``: all days of the site by date, with their counts and the names of their files beside it.

    Args:
        folder: the site's.
        entries: one a day, as `entry` gave them, in any order.
    """
    days = sorted((dict(one) for one in entries), key=lambda one: str(one["day"]))
    latest = {suffix: latest_file(suffix).removeprefix("data/") for suffix in SUFFIXES} if days else None
    index = {"form": FORM, "newest": days[-1]["day"] if days else None, "latest": latest, "days": days}
    return write_all(folder, [(INDEX, canonical(index))])
