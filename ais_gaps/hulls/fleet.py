"""The other ships by the archive: heard where a hull was seen, or silent then and able to have been there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ais_gaps import geodesy, itu
from ais_gaps.hulls import heard as hearing
from ais_gaps.hulls.model import HEARD, SILENT, Floats, Hull, Others, Ship, Way
from ais_gaps.hulls.priors import LONGEST_SILENT_DAYS, MIN_SILENT_H
from ais_gaps.hulls.prism import hours, room_nm, spare_h
from ais_gaps.reach.speed import FASTEST_KN, Sql, typical

_HOUR_US = 3_600_000_000
_SAID = """
    SELECT mmsi, imo, name, ship_type, length, sum(n)::BIGINT AS n, max(last_ts) AS last_ts FROM claims
    WHERE mmsi IN (SELECT unnest(?::INTEGER[])) OR imo IN (SELECT unnest(?::BIGINT[]))
    GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Said:
    """What a transmitter said of itself most often: IMO number, name, type, length in metres; null = nothing."""

    imo: int | None = None
    name: str | None = None
    ship_type: str | None = None
    length_m: float | None = None


def others(
    hulls: Iterable[Hull],
    named: Sequence[Ship],
    fleet_gaps: pa.Table,
    way: Way,
    sql: Sql | None = None,
    as_of: datetime | None = None,
) -> Others:
    """The ships of the archive that may be these hulls, with those that sources or the register know.

    Args:
        hulls: ships seen and not named.
        named: ships that sources or the register know (`named.part`).
        fleet_gaps: silences of all ships (`schema.GAPS`).
        way: gives ways along the sea.
        sql: asks the archive's views; None = no reports are at hand, only silences.
        as_of: the present of the question: later reports are not seen.
    """
    ordered = sorted(hulls, key=lambda hull: hull.ref)
    pairs = _crude(ordered, fleet_gaps)
    found = hearing.heard(ordered, sql, as_of) if sql else HEARD.empty_table()
    numbers = {*pc.unique(fleet_gaps["mmsi"].take(pairs[1])).to_pylist(), *pc.unique(found["mmsi"]).to_pylist()}
    said, by_imo = sayings(sql, numbers, {ship.imo for ship in named if ship.imo is not None})
    told = tuple(_with_mmsi(ship, by_imo) for ship in named)
    silent = _silent(ordered, fleet_gaps, pairs, said, way)
    elsewhere = hearing.elsewhere(ordered, told, way, sql, as_of) if sql else frozenset()
    return Others(told, _described(found, said), silent, elsewhere)


def sayings(
    sql: Sql | None, mmsi: Iterable[int], imo: Iterable[int]
) -> tuple[dict[int, Said], dict[int, tuple[int, ...]]]:
    """What each MMSI says of itself, and the MMSIs that say each IMO number."""
    if sql is None:
        return {}, {}
    rows = sql(_SAID, [sorted(mmsi), sorted(imo)]).to_pylist()
    counts: dict[int, dict[str, dict[Any, int]]] = {}
    for row in rows:
        of = counts.setdefault(row["mmsi"], {"imo": {}, "name": {}, "ship_type": {}, "length": {}})
        for column, values in of.items():
            value = row[column]
            if value and (column != "imo" or itu.imo_valid(value)):
                values[value] = values.get(value, 0) + row["n"]
    best = {
        number: Said(
            *(max(sorted(of[c]), key=of[c].__getitem__, default=None) for c in ("imo", "name", "ship_type", "length"))
        )
        for number, of in counts.items()
    }
    by_imo: dict[int, tuple[int, ...]] = {}
    for number in sorted(best):
        if (key := best[number].imo) is not None:
            by_imo[key] = (*by_imo.get(key, ()), number)
    return best, by_imo


def _with_mmsi(ship: Ship, by_imo: Mapping[int, tuple[int, ...]]) -> Ship:
    said = by_imo.get(ship.imo or 0, ())
    return Ship(**{**vars(ship), "mmsi": tuple(sorted({*ship.mmsi, *said}))})


Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


def _crude(hulls: Sequence[Hull], gaps: pa.Table) -> Pairs:
    """(hull, gap) by index: what time, and the straight line at the fastest speed of all, leave over."""
    off, on = _hours(gaps["off_ts"]), _ends(gaps)
    lat, lon = _degrees(gaps, "off")
    back_lat, back_lon = _degrees(gaps, "on")
    long = gaps["duration_h"].to_numpy() >= MIN_SILENT_H
    unit, back_unit = geodesy.unit_vectors(lat, lon), geodesy.unit_vectors(back_lat, back_lon)
    found: list[NDArray[np.int64]] = []
    for hull in hulls:
        first, last = hours(hull.earliest), hours(hull.latest)
        fresh = first - off <= LONGEST_SILENT_DAYS * 24.0
        rows = np.flatnonzero(long & fresh & (off <= last) & (on >= first) & np.isfinite(lat))
        if hull.lat is None or hull.lon is None:  # a hull of no known place has no rivals by place
            rows = rows[:0]
        else:
            here = geodesy.unit_vectors(hull.lat, hull.lon)
            out = _least_nm(unit[rows], here, hull) / FASTEST_KN
            back = np.nan_to_num(_least_nm(back_unit[rows], here, hull)) / FASTEST_KN
            rows = rows[spare_h(first, last, off[rows], out, on[rows], back) >= 0.0]
        found.append(rows)
    which = np.repeat(np.arange(len(hulls)), [len(rows) for rows in found])
    return which, np.concatenate([np.zeros(0, np.int64), *found])


def _least_nm(unit: Floats, here: Floats, hull: Hull) -> Floats:
    """Less than the distance, by the chord: cheap."""
    chord = np.linalg.norm(unit - here, axis=-1)
    bound = 2.0 * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0)) * geodesy.EQUATOR_NM * (1.0 - geodesy.FLATTENING)
    least: Floats = np.maximum(bound * (1.0 - 1e-9) - room_nm(hull), 0.0)
    return least


def _silent(hulls: Sequence[Hull], gaps: pa.Table, pairs: Pairs, said: Mapping[int, Said], way: Way) -> pa.Table:
    """Pairs that the prism allows, at the speed of each ship's kind: the straight line first, then the way by sea."""
    which, gap = pairs
    rows = gaps.take(gap)
    spoken = _spoken(rows, said)
    off, on, speed = _hours(rows["off_ts"]), _ends(rows), spoken["speed_kn"].to_numpy()
    first = np.array([hours(hull.earliest) for hull in hulls])[which]
    last = np.array([hours(hull.latest) for hull in hulls])[which]
    ends = ((*_degrees(rows, "off"), (last - off) * speed), (*_degrees(rows, "on"), (on - first) * speed))

    def left(measure: Way, kept: NDArray[np.int64]) -> Floats:
        out, back = (_ways(hulls, which[kept], lat[kept], lon[kept], nm[kept], measure) for lat, lon, nm in ends)
        return spare_h(first[kept], last[kept], off[kept], out / speed[kept], on[kept], back / speed[kept])

    kept = np.arange(len(which))
    kept = kept[left(_straight, kept) >= 0.0]
    spare = left(way, kept)
    kept, spare = kept[spare >= 0.0], spare[spare >= 0.0]
    refs = pa.array([hull.ref for hull in hulls], pa.string())
    chosen = rows.take(kept)
    columns = {
        "hull": refs.take(pa.array(which[kept])),
        "gap_id": chosen["gap_id"],
        "mmsi": chosen["mmsi"].cast(pa.int64()),
        **{name: spoken[name].take(kept) for name in ("imo", "name", "length_m", "speed_kn")},
        "off_ts": chosen["off_ts"],
        "on_ts": chosen["on_ts"],
        "spare_h": pa.array(np.round(spare, 6)),
    }
    return pa.table([columns[field.name] for field in SILENT], schema=SILENT)


def _straight(lat: float, lon: float, lats: Floats, lons: Floats, *, at_most_nm: float | None = None) -> Floats:
    return geodesy.distance_nm(lat, lon, lats, lons)


def _ways(
    hulls: Sequence[Hull], which: NDArray[np.int64], lat: Floats, lon: Floats, at_most_nm: Floats, way: Way
) -> Floats:
    """Ways between each pair's hull and a position, less what the hull's may be off; 0 for a position that is not known.

    Hulls of one place are asked for together, and each position once. Longer ways than ``at_most_nm`` may be infinite.
    """
    found = np.zeros(len(which))
    spots: dict[tuple[float, float], list[int]] = {}
    for number, hull in enumerate(hulls):
        if hull.lat is not None and hull.lon is not None:
            spots.setdefault((hull.lat, hull.lon), []).append(number)
    room = np.array([room_nm(hull) for hull in hulls])[which]
    for (hull_lat, hull_lon), numbers in sorted(spots.items()):
        rows = np.flatnonzero(np.isin(which, numbers) & np.isfinite(lat))
        if not len(rows):
            continue
        points, back = np.unique(np.stack([lat[rows], lon[rows]]), axis=1, return_inverse=True)
        farthest = float(np.max(at_most_nm[rows] + room[rows]))
        nm = way(hull_lat, hull_lon, points[0], points[1], at_most_nm=max(farthest, 0.0))
        found[rows] = np.maximum(nm[back.reshape(-1)] - room[rows], 0.0)
    return found


def _spoken(rows: pa.Table, said: Mapping[int, Said]) -> pa.Table:
    """imo, name, length_m and speed_kn of each gap's ship: the gap's own words first, then what she said most."""
    mmsi = (
        rows["mmsi"].combine_chunks().dictionary_encode()
        if rows.num_rows
        else pa.array([], pa.int32()).dictionary_encode()
    )
    known = [said.get(number, Said()) for number in mmsi.dictionary.to_pylist()]

    def column(values: Iterable[Any], kind: pa.DataType) -> pa.Array:
        return pa.array(list(values), kind).take(mmsi.indices)

    kinds = pc.coalesce(rows["ship_type"].combine_chunks(), column((s.ship_type for s in known), pa.string()))
    length = column((s.length_m for s in known), pa.float64())
    pairs = pa.table({"kind": kinds, "length_m": length})
    each = pairs.group_by(["kind", "length_m"]).aggregate([]).to_pylist()
    speeds = {(row["kind"], row["length_m"]): typical(row["kind"], row["length_m"]).kn for row in each}
    keys = zip(kinds.to_pylist(), length.to_pylist(), strict=True)
    return pa.table(
        {
            "imo": pc.coalesce(rows["imo"].combine_chunks(), column((s.imo for s in known), pa.int64())),
            "name": pc.coalesce(rows["name"].combine_chunks(), column((s.name for s in known), pa.string())),
            "length_m": length,
            "speed_kn": pa.array([speeds[key] for key in keys], pa.float64()),
        }
    )


def _described(found: pa.Table, said: Mapping[int, Said]) -> pa.Table:
    known = [said.get(number, Said()) for number in found["mmsi"].to_pylist()]
    for name, values in (
        ("imo", [s.imo for s in known]),
        ("name", [s.name for s in known]),
        ("length_m", [s.length_m for s in known]),
    ):
        at = HEARD.get_field_index(name)
        found = found.set_column(at, HEARD.field(at), pa.array(values, HEARD.field(at).type))
    return found


def _hours(column: pa.ChunkedArray) -> Floats:
    us: NDArray[np.int64] = column.cast(pa.int64()).to_numpy()
    return us / _HOUR_US


def _ends(gaps: pa.Table) -> Floats:
    """When each gap ends, in hours; of an open one until when it is known to last."""
    on = gaps["on_ts"].cast(pa.int64()).fill_null(0).to_numpy() / _HOUR_US
    known: Floats = np.where(
        gaps["on_ts"].is_valid().to_numpy(), on, _hours(gaps["off_ts"]) + gaps["duration_h"].to_numpy()
    )
    return known


def _degrees(gaps: pa.Table, end: str) -> tuple[Floats, Floats]:
    lat, lon = (gaps[f"{end}_{axis}"].fill_null(np.nan).to_numpy() for axis in ("lat", "lon"))
    return lat, lon
