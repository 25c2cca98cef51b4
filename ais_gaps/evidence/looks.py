"""Looks: the images and passes that observations come from, and observations of one look that say the same.

Many papers print one image. A look counts once, however many rows and publishers tell of it; it is the denominator of "ships
on 49 of 109 imaged days".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence.ids import digest
from ais_gaps.evidence.tables import LOOKS
from ais_gaps.names import fold

NO_LOOK = ("ais", "count")
"""Kinds that are no look: what somebody read from AIS, and tallies over many looks."""

_STATES_NOTHING = ("look", "nothing_seen")
_NEEDED = (
    *("obs_id", "date_start", "date_end", "ts", "ts_end", "kind", "place", "place_ids", "lat", "lon", "precision_nm"),
    *("footprint", "sensor", "provider", "resolution_m", "look_id", "publisher", "published"),
)


def look_ids(observations: pa.Table) -> pa.Array:
    """For each observation the id of its look; null for kinds of `NO_LOOK`.

    A `look_id` that the row gives is the look's. Rows without one share a look where they give

    - the same place and the same time `ts`, or
    - no time, but the same place, the same single day, and the same words for sensor and provider, of which there must be some.

    The place is the same where the place ids are, or without ids the words. A row that gives a time and one that gives only a day
    are never put together: which of a day's images the second means is not known. Every other row is a look by itself.
    """
    given = observations["look_id"].combine_chunks()
    looks = pc.invert(pc.is_in(observations["kind"], pa.array(NO_LOOK))).combine_chunks()
    open_ = pc.and_(looks, pc.is_null(given))
    columns = ["obs_id", "date_start", "date_end", "ts", "place", "place_ids", "sensor", "provider"]
    rows = observations.select(columns).filter(open_).to_pylist()
    made = iter([digest("look", repr(_shared(row))) for row in rows])
    chosen = [next(made) if is_open else None for is_open in open_.to_pylist()]
    return pc.if_else(looks, pc.coalesce(given, pa.array(chosen, pa.string())), pa.scalar(None, pa.string()))


def _shared(row: dict[str, Any]) -> tuple[Hashable, ...]:
    """What the rows of one look share, or what no other row has."""
    place = tuple(sorted({p for p in row["place_ids"] or () if p})) or fold(row["place"] or "")
    if place and row["ts"] is not None:
        return ("time", place, row["ts"].isoformat())
    words = fold(row["sensor"] or ""), fold(row["provider"] or "")
    if place and row["ts"] is None and row["date_start"] == row["date_end"] and any(words):
        return ("day", place, row["date_start"].isoformat(), *words)
    return ("row", row["obs_id"])


def looks(observations: pa.Table) -> pa.Table:
    """The looks that observations come from (`LOOKS`), by day and id; the order of the observations plays no part.

    Every observation of a kind that can be of a look is in exactly one.
    """
    rows = observations.select(_NEEDED).append_column("look", look_ids(observations))
    rows = rows.filter(pc.is_valid(rows["look"])).sort_by("obs_id")
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.to_pylist():
        groups[row["look"]].append(row)
    found = pa.Table.from_pylist([_look(*group) for group in groups.items()], schema=LOOKS.arrow)
    return found.sort_by([("date_start", "ascending"), ("ts", "ascending"), ("look_id", "ascending")])


def _look(look_id: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    times = [row["ts"] for row in rows if row["ts"] is not None]
    ends = [row["ts_end"] or row["ts"] for row in rows if row["ts"] is not None]
    where = {(row["lat"], row["lon"], row["precision_nm"]) for row in rows if row["lat"] is not None}
    lat, lon, precision_nm = where.pop() if len(where) == 1 else (None, None, None)
    kinds = sorted({row["kind"] for row in rows})
    finest = [row["resolution_m"] for row in rows if row["resolution_m"] is not None]
    return {
        "look_id": look_id,
        "date_start": min(row["date_start"] for row in rows),
        "date_end": max(row["date_end"] for row in rows),
        "ts": min(times, default=None),
        "ts_end": max(ends) if ends and max(ends) > min(times) else None,
        "place_ids": sorted({p for row in rows for p in row["place_ids"] or () if p}) or None,
        "lat": lat,
        "lon": lon,
        "precision_nm": precision_nm,
        **{name: _first(row[name] for row in rows) for name in ("place", "sensor", "provider", "footprint")},
        "resolution_m": min(finest, default=None),
        "saw": [kind for kind in kinds if kind not in _STATES_NOTHING],
        "nothing_seen": "nothing_seen" in kinds and "vessel" not in kinds,
        "obs_ids": [row["obs_id"] for row in rows],
        "publications": sorted({_publication(row) for row in rows if row["publisher"]}),
    }


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _publication(row: dict[str, Any]) -> str:
    return f"{row['publisher']}, {row['published']}" if row["published"] else str(row["publisher"])


def same_as(observations: pa.Table) -> dict[str, str]:
    """For each observation the first, by id, of those that say the same of the same look; itself where none does.

    Observations of one look say the same where kind, ships (by name, IMO number and MMSI), count, unit, lengths, pier and
    position are the same, and each is told by another publication. Where names, count and lengths are all unknown the words must
    be the same too. Two that differ in any of these are never put together; nor are two of one publication, nor those of a group
    in which one publication stands twice: it speaks of several things, and which of them another means is not known.
    """
    first = {obs_id: obs_id for obs_id in observations["obs_id"].to_pylist()}
    rows = observations.append_column("look", look_ids(observations))
    rows = rows.filter(pc.and_(pc.is_valid(rows["look"]), pc.is_valid(rows["publisher"])))
    groups: dict[tuple[Hashable, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows.sort_by("obs_id").to_pylist():
        groups[_said(row)].append(row)
    for group in groups.values():
        if len({fold(row["publisher"]) for row in group}) == len(group):
            first |= {row["obs_id"]: group[0]["obs_id"] for row in group}
    return first


def _said(row: dict[str, Any]) -> tuple[Hashable, ...]:
    ships = (
        tuple(sorted(fold(name) for name in row["vessels_named"] or () if name)),
        tuple(sorted(imo for imo in row["vessel_imos"] or () if imo)),
        tuple(sorted(mmsi for mmsi in row["vessel_mmsis"] or () if mmsi)),
    )
    figures = tuple(row[name] for name in ("count", "out_of", "length_min_m", "length_max_m"))
    figureless = not any(ships) and all(figure is None for figure in figures)
    words = fold(row["observed"]) if figureless else ""
    where = (fold(row["pier_as_stated"] or ""), row["lat"], row["lon"])
    return (row["look"], row["kind"], *ships, *figures, fold(row["unit"] or ""), *where, words)
