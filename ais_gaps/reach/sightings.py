"""Sightings as fixes: an observation that names a vessel at a place is a position of hers, with the uncertainty of its date.

A hull without a name is never a fix, and neither is a ship of which only the name is given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from ais_gaps import geodesy
from ais_gaps.places import SAME_PLACE_NM
from ais_gaps.reach.model import Fix

Row = Mapping[str, Any]

KINDS: Final = frozenset({"vessel", "ais"})
"""Kinds of observation that place a ship; a tally over a period does not."""

PLACE_NM: Final = 5.0
"""How far off a ship may be whose position is given by a port only: berths and roads lie about so far around its point."""


@dataclass(frozen=True)
class Unused:
    """An observation that names her and does not cut the silence, and why."""

    ref: str
    reason: str


def interval(row: Row, lon: float | None) -> tuple[datetime, datetime]:
    """The earliest and latest moment (UTC) that an observation may be of.

    A day is the publisher's calendar day and may be that of UTC or that of the place: both count. The place's own day is taken
    from its longitude, 15 degrees an hour.
    """
    if row["ts"] is not None:
        return row["ts"], row["ts_end"] or row["ts"]
    ahead = timedelta(hours=round((lon or 0.0) / 15.0))
    first = datetime.combine(row["date_start"], time(), UTC)
    after = datetime.combine(row["date_end"], time(), UTC) + timedelta(days=1)
    return min(first, first - ahead), max(after, after - ahead)


def position(row: Row, places: Mapping[str, Row]) -> tuple[float, float, float] | None:
    """Latitude, longitude (degrees) and how far off they may be (nm): the observation's own, else of its one place."""
    if row["lat"] is not None:
        return row["lat"], row["lon"], row["precision_nm"] if row["precision_nm"] is not None else 0.0
    known = [places[place] for place in row["place_ids"] or () if place in places]
    located = [place for place in known if place["lat"] is not None]
    if len(row["place_ids"] or ()) != 1 or not located:
        return None
    return located[0]["lat"], located[0]["lon"], row["precision_nm"] if row["precision_nm"] is not None else PLACE_NM


def names_her(row: Row, imo: int | None, mmsi: Collection[int]) -> bool:
    """The row places just this ship: by IMO number, or by MMSI where it gives no IMO number."""
    if row["kind"] not in KINDS:
        return False
    imos = [number for number in row["vessel_imos"] or () if number is not None]
    if imo is not None and imo in imos:
        return True
    return not imos and any(number in mmsi for number in row["vessel_mmsis"] or () if number is not None)


def fixes(
    rows: Sequence[Row], places: Mapping[str, Row], imo: int | None, mmsi: Collection[int], off: datetime, end: datetime
) -> tuple[tuple[Fix, ...], tuple[Unused, ...]]:
    """The sightings that cut a silence, by time, and those that cannot, with the reason.

    The most narrowly dated are taken first. Another one cuts as well where its time overlaps none of them, for only then is
    their order known; at the same place it is taken along as a further source.

    Args:
        rows: observations (`evidence.tables.OBSERVATIONS`).
        places: rows with lat and lon by place id.
        imo: her IMO number. mmsi: her MMSIs.
        off: when the silence begins. end: when it ends, or until when it is reckoned.
    """
    chosen: list[Fix] = []
    unused: list[Unused] = []
    for fix, row in sorted(_hers(rows, places, imo, mmsi, off, end), key=_narrowest):
        if isinstance(fix, str):
            unused.append(Unused(row["obs_id"], fix))
            continue
        across = [n for n, other in enumerate(chosen) if fix.earliest <= other.latest and other.earliest <= fix.latest]
        if not across:
            chosen.append(fix)
        elif all(_same_place(fix, chosen[n]) for n in across):
            for n in across:
                chosen[n] = replace(chosen[n], refs=(*chosen[n].refs, *fix.refs))
        else:
            unused.append(Unused(row["obs_id"], _unordered(fix, [chosen[n] for n in across])))
    return tuple(sorted(chosen, key=lambda fix: (fix.earliest, fix.refs))), tuple(unused)


def _hers(
    rows: Sequence[Row], places: Mapping[str, Row], imo: int | None, mmsi: Collection[int], off: datetime, end: datetime
) -> Iterator[tuple[Fix | str, Row]]:
    for row in rows:
        if not names_her(row, imo, mmsi):
            continue
        where = position(row, places)
        earliest, latest = interval(row, None if where is None else where[1])
        if latest < off or earliest > end:
            continue
        if earliest < off or latest > end:
            yield "it may be from before or after this silence", row
        elif where is None:
            several = len(row["place_ids"] or ()) > 1
            yield "it gives several places" if several else "no coordinates are known of its place", row
        else:
            lat, lon, precision_nm = where
            site = row["place"] or spot(lat, lon)
            refs, dated = (row["obs_id"],), _dated(row)
            yield Fix("sighting", row["observed"], site, earliest, latest, lat, lon, precision_nm, refs, dated), row


def _unordered(fix: Fix, others: Sequence[Fix]) -> str:
    if all(other.latest - other.earliest < fix.latest - fix.earliest and other.dated != fix.dated for other in others):
        return "it may be before or after a sighting that is dated more closely"
    refs = ", ".join(ref for other in others for ref in other.refs)
    return f"it is of the same days as {refs}, which has her elsewhere"


def spot(lat: float, lon: float) -> str:
    """What stands for the name of a place that a source gives by its position only: ``42.230 N 130.310 E``."""
    return f"{abs(lat):.3f} {'S' if lat < 0 else 'N'} {abs(lon):.3f} {'W' if lon < 0 else 'E'}"


def _dated(row: Row) -> str:
    first, last = row["date_start"].isoformat(), row["date_end"].isoformat()
    return str(first) if first == last else f"{first} to {last}"


def _narrowest(entry: tuple[Fix | str, Row]) -> tuple[timedelta, datetime, str]:
    fix, row = entry
    if isinstance(fix, str):
        return timedelta.max, datetime.combine(row["date_start"], time(), UTC), row["obs_id"]
    return fix.latest - fix.earliest, fix.earliest, row["obs_id"]


def _same_place(one: Fix, other: Fix) -> bool:
    if None in (one.lat, one.lon, other.lat, other.lon):
        return False
    apart = geodesy.distance_nm(one.lat or 0.0, one.lon or 0.0, other.lat or 0.0, other.lon or 0.0)
    return float(apart) <= SAME_PLACE_NM
