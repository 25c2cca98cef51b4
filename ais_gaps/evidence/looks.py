"""Looks: the images and passes that observations come from, and observations of one look that say the same.

Many papers print one image. A look counts once, however many rows and publishers tell of it; it is the denominator of "ships
on 49 of 109 imaged days".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence.ids import digest
from ais_gaps.evidence.tables import LOOKS
from ais_gaps.names import fold
from ais_gaps.schema import UTC_US

NO_LOOK = ("ais", "count")
"""Kinds that are no look: what somebody read from AIS, and tallies over many looks."""

_STATES_NOTHING = ("look", "nothing_seen")
_WHERE = ("lat", "lon", "precision_nm")
_FIRST = ("place", "footprint", "sensor", "provider", *_WHERE)
_STRINGS = pa.list_(pa.string())


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
    if place and row["date_start"] == row["date_end"] and any(words):
        return ("day", place, row["date_start"].isoformat(), *words)
    return ("row", row["obs_id"])


def looks(observations: pa.Table) -> pa.Table:
    """The looks that observations come from (`LOOKS`), by day, time and id; the order of the observations plays no part.

    Every observation of a kind that can be of a look is in exactly one.
    """
    rows = observations.append_column("look_id_", look_ids(observations))
    rows = rows.filter(pc.is_valid(rows["look_id_"])).sort_by("obs_id")
    rows = rows.append_column("end", pc.coalesce(rows["ts_end"], rows["ts"])).append_column("told", _publications(rows))
    first = pc.ScalarAggregateOptions(skip_nulls=True)
    grouped = rows.group_by("look_id_", use_threads=False)
    found = grouped.aggregate(
        [
            *(("date_start", "min"), ("date_end", "max"), ("ts", "min"), ("end", "max"), ("resolution_m", "min")),
            *((name, "first", first) for name in _FIRST),
            *((name, "count_distinct") for name in _WHERE),
            *(("kind", "distinct"), ("told", "distinct"), ("obs_id", "list")),
        ]
    )
    places = _places(rows)
    agree = reduce(pc.and_, [pc.less_equal(found[f"{name}_count_distinct"], 1) for name in _WHERE])
    kinds = found["kind_distinct"].to_pylist()
    chosen = {name: found[f"{name}_first"] for name in _FIRST}
    chosen |= {name: pc.if_else(agree, chosen[name], pa.scalar(None, pa.float64())) for name in _WHERE}
    columns = {
        "look_id": found["look_id_"],
        "date_start": found["date_start_min"],
        "date_end": found["date_end_max"],
        "ts": found["ts_min"],
        "ts_end": pc.if_else(pc.greater(found["end_max"], found["ts_min"]), found["end_max"], pa.scalar(None, UTC_US)),
        "place_ids": pa.array([places.get(look) for look in found["look_id_"].to_pylist()], _STRINGS),
        "resolution_m": found["resolution_m_min"],
        "saw": pa.array([sorted(set(seen) - {*_STATES_NOTHING}) for seen in kinds], _STRINGS),
        "nothing_seen": pa.array(["nothing_seen" in seen and "vessel" not in seen for seen in kinds], pa.bool_()),
        "obs_ids": found["obs_id_list"],
        "publications": pa.array([sorted({*told} - {None}) for told in found["told_distinct"].to_pylist()], _STRINGS),
        **chosen,
    }
    table = pa.table({name: columns[name] for name in LOOKS.names}, schema=LOOKS.arrow)
    return table.sort_by([("date_start", "ascending"), ("ts", "ascending"), ("look_id", "ascending")])


def _places(rows: pa.Table) -> dict[str, list[str]]:
    """The place ids of each look that has any."""
    found: dict[str, set[str]] = defaultdict(set)
    placed = rows.select(["look_id_", "place_ids"]).filter(pc.is_valid(rows["place_ids"]))
    for row in placed.to_pylist():
        found[row["look_id_"]] |= {place for place in row["place_ids"] if place}
    return {look: sorted(ids) for look, ids in found.items() if ids}


def _publications(rows: pa.Table) -> pa.ChunkedArray:
    """Publisher and date of publication in words; null without a publisher."""
    dated = pc.binary_join_element_wise(rows["publisher"], rows["published"], ", ")
    return pc.coalesce(dated, rows["publisher"])


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
