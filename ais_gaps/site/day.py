"""The page of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ais_gaps.dossier import wording
from ais_gaps.site import frame, rows
from ais_gaps.site.assets import Assets
from ais_gaps.watchlist.columns import BACK, NEWLY

STYLES: Final = ("leaflet.css", "cluster.css", "site.css")
SCRIPTS: Final = ("site.js", "leaflet.js", "cluster.js", "sea.js", "map.js", "day.js")
MOST_CHANGES: Final = 8
"""Changes of a kind that are told at once; the others unfold."""

_TAKEN_BACK: Final = ("withdrawn", "corrected")
_COUNTS: Final = (
    ("newly", "newly_dark", "newly dark"),
    ("still", "still_dark", "still dark"),
    ("back", "back_again", "back again"),
)
_OF_OUTAGE: Final = {
    "feed": "The whole feed",
    "terrestrial": "All terrestrial receivers",
    "satellite": "All satellite receivers",
}


@dataclass(frozen=True)
class Beside:
    """What a day's page knows of the days around it: the nearest of the site, with the earlier one's counts.

    Attributes:
        before, after: null where the site has none. counts: of the day before; null likewise.
        newest: the day is the site's newest.
    """

    before: date | None
    after: date | None
    counts: Mapping[str, int] | None
    newest: bool
    before_is_yesterday: bool = True


@dataclass(frozen=True)
class Figure:
    """A count of the day, and of the day before."""

    state: str
    value: int
    label: str
    before: int | None


def render(
    day: Mapping[str, Any], beside: Beside, assets: Assets, *, root: str, vessel_page: rows.VesselPage | None = None
) -> bytes:
    """A day's page.

    Args:
        day: `Watchlist.to_dict`.
        beside: the days around it.
        assets: where styles and scripts lie.
        root: the way from the page to the site's root.
        vessel_page: finds pages of vessels.
    """
    found = rows.shown(day["rows"], vessel_page)
    places = _choices(row["watched_place"] for row in day["rows"])
    flags = _choices(row["flag"] for row in day["rows"])
    numbers = {name: number for number, (name, _) in enumerate(places)}
    changes = day["changes"]
    on_list = {one.row["gap_id"]: one.anchor for one in found}
    title = spelled(date.fromisoformat(day["day"]))
    return frame.page(
        "day.html",
        assets,
        root=root,
        section="day",
        title=f"{day['day']}: dark-ship watchlist",
        styles=STYLES,
        scripts=SCRIPTS,
        day=day,
        spelled=title,
        beside=beside,
        figures=[_figure(day["counts"], beside.counts, *names) for names in _COUNTS],
        found=found,
        places=places,
        place_number=numbers,
        flags=flags,
        unplaced=sum(1 for one in found if one.off is None and one.on is None),
        taken_back=_told([c for c in changes if c["kind"] in _TAKEN_BACK], on_list),
        others=_told([c for c in changes if c["kind"] not in (*_TAKEN_BACK, NEWLY, BACK)], on_list),
        begun=sum(1 for c in changes if c["kind"] == NEWLY),
        ended=sum(1 for c in changes if c["kind"] == BACK),
        outages=[_outage(one) for one in day["outages"]],
        most=MOST_CHANGES,
    )


def spelled(day: date) -> str:
    """``Friday, 20 November 2026``."""
    return f"{_WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _figure(counts: Mapping[str, int], before: Mapping[str, int] | None, state: str, key: str, label: str) -> Figure:
    return Figure(state, counts[key], label, before.get(key) if before is not None else None)


def _choices(values: Any) -> list[tuple[str, int]]:
    counted = Counter(value for value in values if value)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _told(changes: list[Mapping[str, Any]], on_list: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "kind": one["kind"],
            "text": one["text"],
            "anchor": on_list.get(one["gap_id"]),
            "known": rows.minute(one["known_at"]) if one["known_at"] else None,
        }
        for one in changes
    ]


def _outage(one: Mapping[str, Any]) -> dict[str, Any]:
    kind = one["kind"]
    if kind == "station":
        what = f"Station {one['station'] or 'without a name'}"
    else:
        what = _OF_OUTAGE.get(kind) or (f"Receivers near {one['place']}" if one["place"] else "Receivers of an area")
    until = "still down" if one["to_ts"] is None or one["open"] else rows.minute(one["to_ts"])
    box = [one[side] for side in ("west", "south", "east", "north")]
    return {
        "what": what,
        "hours": wording.lasting(one["duration_h"]),
        "from": rows.minute(one["from_ts"]),
        "until": until,
        "reason": one["reason"],
        "box": None if None in box else ",".join(f"{side:g}" for side in box),
    }
