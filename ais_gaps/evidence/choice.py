"""Which rows of evidence a person asks for: of a kind, near a place, in a time, of a vessel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import UsageError
from ais_gaps.evidence.names import spelt
from ais_gaps.evidence.read import Evidence
from ais_gaps.evidence.tables import FILES, OBSERVATION_KINDS
from ais_gaps.names import fold

_SHIP_COLUMNS = ("vessel_imos", "imo", "vessels_named", "vessel_mmsis", "mmsi", "name")


@dataclass(frozen=True)
class Wanted:
    """What is asked for; None = whatever it is.

    Attributes:
        kind: `kind` of the row.
        place: row of a table of places; rows at it by id, or whose position lies within its outline or within_nm of it.
        within_nm: how near in nautical miles; None = the place's own radius.
        since, until: days; rows whose days reach into the time from since up to and including until.
        vessel: name, IMO number or MMSI of a ship that the row names.
    """

    kind: str | None = None
    place: Mapping[str, Any] | None = None
    within_nm: float | None = None
    since: date | None = None
    until: date | None = None
    vessel: str | None = None


def listed(
    evidence: Evidence, places: pa.Table, name: str, wanted: Wanted, near: str | None = None, *, on_map: bool = False
) -> pa.Table:
    """The rows of a table of evidence that are asked for.

    Args:
        evidence: all of it. places: the archive's places.
        name: the table, see `table`. wanted: which of its rows.
        near: name or id of the place of `wanted`, found as `places.find` does.
        on_map: give rows without a position of their own that of their place (see `located`).

    Raises:
        UsageError: it is asked for what the table does not have.
        NotFound, Ambiguous: no such place, or several.
    """
    from ais_gaps.places import find

    if near is not None:
        wanted = replace(wanted, place=find(places, near))
    rows = choose(table(evidence, name), wanted, name, evidence.vessels)
    return located(rows, evidence.places, places) if on_map and "place_ids" in rows.column_names else rows


def table(evidence: Evidence, name: str) -> pa.Table:
    """A table of evidence by name: one of `tables.STORED`, or looks."""
    from ais_gaps.evidence.looks import looks

    match name:
        case "looks":
            return looks(evidence.observations)
        case "files":
            return pa.Table.from_pylist([vars(file) for file in evidence.files], schema=FILES.arrow)
    found: pa.Table = getattr(evidence, name)
    return found


def choose(rows: pa.Table, wanted: Wanted, name: str, register: pa.Table) -> pa.Table:
    """The rows that are asked for, by their first day where they have one.

    Args:
        rows: a table of `table`. wanted: what is asked for. name: the table's, for messages.
        register: what is known of ships, for their names, IMO numbers and MMSIs.

    Raises:
        UsageError: it is asked for what the table does not have.
    """
    have = set(rows.column_names)
    keep = pa.repeat(pa.scalar(True), len(rows))
    if wanted.kind is not None:
        _needs(have & {"kind", "saw"}, "--kind", name)
        if name in ("observations", "looks") and wanted.kind not in OBSERVATION_KINDS:
            raise UsageError(f"no kind {wanted.kind!r}; the kinds are {', '.join(OBSERVATION_KINDS)}")
        keep = pc.and_(keep, _of_kind(rows, wanted.kind))
    if wanted.since is not None or wanted.until is not None:
        _needs(have & {"date_start"}, "--since and --until", name)
        keep = pc.and_(keep, _in_time(rows, wanted.since, wanted.until))
    if wanted.place is not None:
        _needs(have & {"place_ids", "place_id"}, "--near", name)
        keep = pc.and_(keep, _near(rows, wanted.place, wanted.within_nm))
    if wanted.vessel is not None:
        _needs(have & set(_SHIP_COLUMNS) - ({"name"} if name in ("places", "files") else set()), "--vessel", name)
        keep = pc.and_(keep, _of_vessel(rows, wanted.vessel, register))
    chosen = rows.filter(keep)
    if "date_start" in have and name != "notes":
        return chosen.sort_by([("date_start", "ascending"), (rows.column_names[0], "ascending")])
    return chosen


def located(rows: pa.Table, *places: pa.Table) -> pa.Table:
    """The rows with the place's position where they have none of their own; `located_by` says which: position or place.

    Only where the row is of one place, whose position is known. Earlier tables of places win.
    """
    known: dict[str, tuple[float, float]] = {}
    for table in reversed(places):
        for place in table.select(["place_id", "lat", "lon"]).to_pylist():
            if place["lat"] is not None and place["lon"] is not None:
                known[place["place_id"]] = (place["lat"], place["lon"])
    found: list[tuple[float | None, float | None, str | None]] = []
    for row in rows.select(["lat", "lon", "place_ids"]).to_pylist():
        ids = row["place_ids"] or []
        if row["lat"] is not None:
            found.append((row["lat"], row["lon"], "position"))
        elif len(ids) == 1 and ids[0] in known:
            found.append((*known[ids[0]], "place"))
        else:
            found.append((None, None, None))
    for column, name in enumerate(("lat", "lon")):
        values = pa.array([row[column] for row in found], pa.float64())
        rows = rows.set_column(rows.schema.get_field_index(name), name, values)
    return rows.append_column("located_by", pa.array([row[2] for row in found], pa.string()))


def _needs(has: set[str], option: str, name: str) -> None:
    if not has:
        raise UsageError(f"{option} does not go with {name}: there is nothing of the kind in them")


def _of_kind(rows: pa.Table, kind: str) -> pa.Array:
    if "kind" in rows.column_names:
        return pc.fill_null(pc.equal(rows["kind"], kind), False).combine_chunks()
    if kind == "nothing_seen":
        return rows["nothing_seen"].combine_chunks()
    return pa.array([kind in (kinds or ()) for kinds in rows["saw"].to_pylist()], pa.bool_())


def _in_time(rows: pa.Table, since: date | None, until: date | None) -> pa.Array:
    first, last = rows["date_start"], pc.coalesce(rows["date_end"], rows["date_start"])
    inside = pc.is_valid(first)
    if since is not None:
        inside = pc.and_(inside, pc.greater_equal(last, pa.scalar(_day(since), pa.date32())))
    if until is not None:
        inside = pc.and_(inside, pc.less_equal(first, pa.scalar(_day(until), pa.date32())))
    return pc.fill_null(inside, False).combine_chunks()


def _day(when: date) -> date:
    return when.date() if isinstance(when, datetime) else when


def _near(rows: pa.Table, place: Mapping[str, Any], within_nm: float | None) -> pa.Array:
    from ais_gaps import places

    if "place_ids" in rows.column_names:
        named = [place["place_id"] in (ids or ()) for ids in rows["place_ids"].to_pylist()]
    else:
        named = [i == place["place_id"] for i in rows["place_id"].to_pylist()]
    found = pa.array(named, pa.bool_())
    if "lat" not in rows.column_names:
        return found
    reach = within_nm if within_nm is not None else place.get("radius_nm") or 0.0
    distance = places.distance_nm(dict(place), rows["lat"], rows["lon"])
    return pc.or_(found, pa.array(distance <= reach, pa.bool_()))


def _of_vessel(rows: pa.Table, vessel: str, register: pa.Table) -> pa.Array:
    """Rows that name the ship so, or by a number that the register has for a ship of this name or number."""
    words = fold(vessel)
    number = words.removeprefix("IMO ").removeprefix("MMSI ")
    numbers = {int(number)} if number.isdigit() else set()
    for entry in register.to_pylist():
        if words in spelt(entry) or {entry["imo"], entry["mmsi"]} & numbers:
            numbers |= {entry["imo"], entry["mmsi"]} - {None}
    have = [name for name in _SHIP_COLUMNS if name in rows.column_names]

    def names_it(row: Mapping[str, Any]) -> bool:
        said = [v for value in row.values() for v in (value if isinstance(value, list) else [value]) if v is not None]
        return any(v in numbers if isinstance(v, int) else bool(words) and fold(v) == words for v in said)

    return pa.array([names_it(row) for row in rows.select(have).to_pylist()], pa.bool_())
