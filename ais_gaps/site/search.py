"""Search by name: an index of the ships of all days, in a file a month, and the page that asks them.

A file is a script, because a page that was opened from disk can load nothing else: one call with JSON in it, which is read
back when a day of its month changes. A ship that changed her name or flag has a row for each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from ais_gaps.plain import plain
from ais_gaps.site import frame, rows
from ais_gaps.site.assets import Assets

Who = tuple[int, int | None, str | None, str | None]
"""MMSI, IMO number, name, flag."""

_CALL: Final = "Ships.month("
_END: Final = ");\n"
_LONGEST: Final = 120


def month_file(month: str) -> str:
    """Path of a month's index from the site's root; the month as ``2026-11``."""
    return f"search/{month}.js"


def month(
    folder: Path,
    month: str,
    days: Mapping[date, Iterable[rows.Row]],
    kept: Iterable[date],
    vessel_page: rows.VesselPage | None,
) -> bytes:
    """The index of a month after some of its days have changed; what it says of the others is as it was.

    Args:
        folder: the site's.
        month: as ``2026-11``.
        days: rows of the days that are new or other than before.
        kept: days that the site holds.
        vessel_page: finds pages of vessels.
    """
    held = {day.day for day in kept} - {day.day for day in days}
    found: dict[Who, tuple[str, set[int]]] = {}
    for mmsi, imo, name, flag, page, on in _read(folder / month_file(month)):
        if left := held.intersection(on):
            found[mmsi, imo, name, flag] = (page, set(left))
    for day in sorted(days):
        for row in days[day]:
            who = (row["mmsi"], row["imo"], _cut(row["name"]), _cut(row["flag"]))
            page = rows.page_of(row, vessel_page) or ""
            found[who] = (page, found[who][1] | {day.day} if who in found else {day.day})
    lines = [
        json.dumps([*who, page, sorted(on)], separators=(",", ":")).replace("<", "\\u003c")
        for who, (page, on) in sorted(found.items(), key=lambda item: tuple(str(part or "") for part in item[0]))
    ]
    joined = ",\n".join(lines)
    return f"{_CALL}{json.dumps(month)},[\n{joined}\n]{_END}".encode() if lines else b""


def few(row: rows.Row) -> rows.Row:
    """What of a row the index needs."""
    return {name: row[name] for name in ("mmsi", "imo", "name", "flag")}


def render(months: Sequence[str], days: Sequence[str], assets: Assets) -> bytes:
    """The page. Months from the newest to the oldest; days by date."""
    return frame.page(
        "search.html", assets, root="", section="search", title="Search: dark-ship watchlist",
        scripts=("site.js", "search.js"), months=months, first=days[0] if days else None, last=days[-1] if days else None,
    )  # fmt: skip


def _read(path: Path) -> list[list[Any]]:
    """Rows of a month's file; none where there is no file, or it is no such file."""
    try:
        text = path.read_text(encoding="utf-8")
        called: list[Any] = json.loads(f"[{text.removeprefix(_CALL).removesuffix(_END)}]")
        return called[1] if text.startswith(_CALL) else []
    except (OSError, ValueError, IndexError):
        return []


def _cut(text: str | None) -> str | None:
    return plain(text)[:_LONGEST] if text else None
