"""A row of a day's list as the page shows it: no number that the row has not, and nothing of it trusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from ais_gaps.dossier import wording
from ais_gaps.report.page import showing
from ais_gaps.watchlist.columns import BACK, NEWLY, STILL

Row = Mapping[str, Any]
VesselPage = Callable[[Row], str | None]
"""From a row of the list to her page's path from the site's root; null where she has none."""

STATES: Final = {NEWLY: "newly", STILL: "still", BACK: "back"}
"""A state to its short name in addresses and style classes."""

_ID: Final = re.compile(r"[0-9a-zA-Z]{1,64}")
_PAGE: Final = re.compile(r"vessel/(imo|mmsi)-[0-9]{1,10}\.html")
_LONGEST: Final = 400
_WEIGHT: Final = re.compile(r"(.*\S)\s*\[([+-][0-9]+(?:\.[0-9]+)?)\]", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A row, and what its cells say.

    Attributes:
        row: as the list has it, plain values.
        anchor: of this row on the page. state: short, of `STATES`. page: of the vessel, relative to the site's root; or null.
        title: name, or MMSI. told: flag, type, IMO and MMSI, as far as known.
        percent: ``97 %``, or null where it is not judged; share: 0 to 100 in steps of 5, likewise.
        lasted, when: the silence. where, reach: near what.
        lines: all there is to tell (`_lines`), escaped.
        off, on: ``lat,lon`` for the map; null where not known.
    """

    row: Row
    anchor: str
    state: str
    page: str | None
    title: str
    told: tuple[str, ...]
    percent: str | None
    share: int | None
    lasted: str
    when: str
    where: str
    reach: str | None
    lines: Markup
    off: str | None
    on: str | None


def shown(rows: Iterable[Row], vessel_page: VesselPage | None = None) -> list[Shown]:
    """Rows as the page shows them, in their order."""
    return [_shown(row, vessel_page) for row in rows]


def anchor(gap_id: object) -> str | None:
    """The anchor of a silence on the page of its day; null where the id is not made of letters and digits."""
    return f"gap-{gap_id}" if isinstance(gap_id, str) and _ID.fullmatch(gap_id) else None


def page_of(row: Row, vessel_page: VesselPage | None) -> str | None:
    """Her page; null where there is none, or its name could lead elsewhere."""
    found = vessel_page(row) if vessel_page else None
    return found if found is not None and _PAGE.fullmatch(found) else None


def title(row: Row) -> str:
    """Her name, or what else she is known by."""
    return str(row["name"]) if row["name"] else f"MMSI {row['mmsi']}"


def minute(iso: str) -> str:
    """``2026-11-20 04:12`` of a time as JSON has it."""
    return f"{iso[:10]} {iso[11:16]}"


def percent(p: float | None) -> str | None:
    """A probability in words; null of null. Neither 0 nor 100 where it is neither."""
    if p is None:
        return None
    if p < 0.01:
        return "< 1 %"
    return "> 99 %" if p > 0.99 else f"{100 * p:.0f} %"


def _shown(row: Row, vessel_page: VesselPage | None) -> Shown:
    p, on_ts = row["p_switched_off"], row["on_ts"]
    known = (row["flag"], row["ship_type"], row["imo"] and f"IMO {row['imo']}", row["name"] and f"MMSI {row['mmsi']}")
    off_ts = minute(row["off_ts"])
    return Shown(
        row=row,
        anchor=anchor(row["gap_id"]) or f"row-{int(row['rank'])}",
        state=STATES[row["state"]],
        page=page_of(row, vessel_page),
        title=title(row),
        told=tuple(str(value) for value in known if value),
        percent=percent(p),
        share=None if p is None else 5 * round(20 * p),
        lasted=wording.lasting(row["duration_h"]),
        when=f"since {off_ts}" if on_ts is None else f"{off_ts} to {_end(row['off_ts'], on_ts)}",
        where=_where(row),
        reach=_reach(row),
        lines=Markup("\n").join(_lines(row)),
        off=_pair(row["off_lat"], row["off_lon"]),
        on=_pair(row["on_lat"], row["on_lon"]),
    )


def _where(row: Row) -> str:
    if row["watched_place"]:
        return _off(row["watched_place"], row["watched_nm"])
    if row["off_place"]:
        return _off(row["off_place"], row["off_place_nm"])
    return "place not known" if row["off_lat"] is None else wording.position(row["off_lat"], row["off_lon"])


def _off(place: str, nm: float | None) -> str:
    if nm is None:
        return f"near {place}"
    return f"at {place}" if nm < 0.05 else f"{wording.miles(nm)} from {place}"


def _reach(row: Row) -> str | None:
    place, slack_h, count = row["reach_place"], row["reach_slack_h"], row["places_in_reach"] or 0
    if not place:
        return None
    more = f" and {count - 1} more" if count > 1 else ""
    spare = "" if slack_h is None else f", {wording.lasting(slack_h)} to spare"
    return f"{place}{more}{spare}"


def _end(off: str, on: str) -> str:
    return on[11:16] if on[:10] == off[:10] else minute(on)[5:] if on[:4] == off[:4] else minute(on)


def _lines(row: Row) -> Iterator[Markup]:
    """Label, tab and text; under a heading, which has no tab, weight in nats, tab and sentence.

    Text and not elements: a thousand rows would be fifty thousand of them, which nobody opens. The page's script makes a list of
    what is opened; without it the lines are read as they are.
    """
    yield from _told("Last heard", _heard(row, "off"))
    if row["on_ts"]:
        yield from _told("Heard again", _heard(row, "on"))
        if row["distance_nm"] is not None:
            speed = row["implied_speed_kn"]
            average = "" if speed is None else f", at least {speed:.1f} knots on average"
            yield from _told("Between", f"{wording.miles(row['distance_nm'])}{average}; no path is known")
    yield from _told("Heard before", f"{row['reports_12h']:,} reports in the 12 h before")
    if row["other_messages"] or row["heard_without_position"]:
        without = (
            f"{row['other_messages']:,} static messages, {row['heard_without_position']:,} reports without a position"
        )
        yield from _told("Heard meanwhile", without)
    yield from _told("Judged as", row["cause"])
    yield from _told("On the list for", *row["watched_for"])
    yield from _told("Listed", *row["listed"])
    yield from _told("Evidence", *row["evidence"])
    if row["verdict"]:
        because = f": {row['verdict_because']}" if row["verdict_because"] else ""
        by = ", ".join(
            part for part in (row["verdict_author"], row["verdict_at"] and f"{minute(row['verdict_at'])} UTC") if part
        )
        newest = f"; the newest of {row['verdicts']}" if row["verdicts"] > 1 else ""
        yield from _told("Verdict", f"{row['verdict']}{because} ({by}{newest}). A verdict does not change p.")
    yield from _told("Silence", row["gap_id"])
    if row["reasons"]:
        yield Markup("Reasons, with their weights")
        yield from map(_weighed, row["reasons"])
    if row["attention_terms"]:
        yield Markup(f"Why it ranks here: {row['attention']:.1f}")
        yield from map(_weighed, row["attention_terms"])


def _told(label: str, *texts: str | None) -> Iterator[Markup]:
    return (Markup(f"{label}\t") + escape(showing.shown(text, _LONGEST)) for text in texts if text)


def _weighed(text: str) -> Markup:
    found = _WEIGHT.fullmatch(text)
    sentence, weight = (found[1], found[2].replace("-", "\u2212")) if found else (text, "")
    return escape(weight) + Markup("\t") + escape(showing.shown(sentence, _LONGEST))


def _heard(row: Row, end: str) -> str:
    place, nm = row[f"{end}_place"], row[f"{end}_place_nm"]
    near = wording.near(place, nm)
    return f"{minute(row[f'{end}_ts'])} UTC, {wording.position(row[f'{end}_lat'], row[f'{end}_lon'])}{near}"


def _pair(lat: float | None, lon: float | None) -> str | None:
    return None if lat is None or lon is None else f"{lat:.5f},{lon:.5f}"
