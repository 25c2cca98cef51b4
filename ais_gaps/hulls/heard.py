"""Which ships AIS heard where and when a hull was seen, and which of those that sources name it followed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import geodesy
from ais_gaps.hulls.model import HEARD, Hull, Ship, Way
from ais_gaps.hulls.priors import HEARD_TOLERANCE_H
from ais_gaps.hulls.prism import hours, room_nm, spare_h
from ais_gaps.moments import NEVER, microseconds
from ais_gaps.reach.speed import Sql

_HOUR_US: Final = 3_600_000_000
_TOLERANCE = timedelta(hours=HEARD_TOLERANCE_H)
_LONGEST = timedelta(days=7)  # of a hull that may be of any week nobody can be said to have been followed elsewhere
_PER_DEGREE_NM: Final = 59.7  # less than any degree of latitude on WGS84: boxes are never too small

# Boxes are found by whole degree (an equal join, so one pass over the reports), then by their sides. Of each ship the nearest
# report is kept, by the haversine of a sphere, which is right to 1 %; the exact distance decides afterwards.
_NEAR = """
    WITH box AS (
        SELECT unnest(?::INTEGER[]) AS hull, unnest(?::INTEGER[]) AS cell_lat, unnest(?::INTEGER[]) AS cell_lon,
            make_timestamptz(unnest(?::BIGINT[])) AS first_ts, make_timestamptz(unnest(?::BIGINT[])) AS last_ts,
            unnest(?::DOUBLE[]) AS lat, unnest(?::DOUBLE[]) AS lon, unnest(?::DOUBLE[]) AS half_lat, unnest(?::DOUBLE[]) AS half_lon
    ), near AS (
        SELECT box.hull, r.mmsi, r.ts, r.lat, r.lon,
            pow(sin(radians(r.lat - box.lat) / 2), 2)
                + cos(radians(r.lat)) * cos(radians(box.lat)) * pow(sin(radians(r.lon - box.lon) / 2), 2) AS away
        FROM reports r JOIN box
            ON floor(r.lat)::INTEGER = box.cell_lat AND floor(r.lon + 180)::INTEGER % 360 = box.cell_lon
            AND r.ts BETWEEN box.first_ts AND box.last_ts AND abs(r.lat - box.lat) <= box.half_lat
            AND abs((r.lon - box.lon + 540) % 360 - 180) <= box.half_lon
        WHERE r.kind = 'position' AND r.transmitter = 'ship'
            AND r.ts BETWEEN make_timestamptz(?::BIGINT) AND make_timestamptz(?::BIGINT)
    )
    SELECT hull, mmsi, min(struct_pack(away := away, ts := ts, lat := lat, lon := lon)) AS nearest
    FROM near GROUP BY hull, mmsi ORDER BY hull, mmsi
"""

_TRACKS = """
    WITH span AS (
        SELECT unnest(?::INTEGER[]) AS hull, make_timestamptz(unnest(?::BIGINT[])) AS first_ts,
            make_timestamptz(unnest(?::BIGINT[])) AS last_ts
    ), theirs AS (
        SELECT mmsi, ts, lat, lon FROM reports
        WHERE mmsi IN (SELECT unnest(?::INTEGER[])) AND kind = 'position' AND lat IS NOT NULL
            AND ts <= make_timestamptz(?::BIGINT)
    ), edge AS (
        SELECT hull, mmsi, max(ts) FILTER (ts <= first_ts) AS before_ts, min(ts) FILTER (ts >= last_ts) AS after_ts
        FROM theirs, span GROUP BY hull, mmsi
    )
    SELECT DISTINCT hull, mmsi, ts, lat, lon FROM edge JOIN theirs USING (mmsi)
    WHERE before_ts IS NOT NULL AND after_ts IS NOT NULL AND ts BETWEEN before_ts AND after_ts ORDER BY hull, mmsi, ts, lat, lon
"""


def heard(hulls: Sequence[Hull], sql: Sql, as_of: datetime | None = None) -> pa.Table:
    """Ships heard within each hull's radius and time: `model.HEARD`, without what they say of themselves.

    The time is widened by `HEARD_TOLERANCE_H`, the radius by how far off the hull's position may be. One query for all.
    Reports later than ``as_of`` are not seen.
    """
    boxes = [box for number, hull in enumerate(hulls) for box in _boxes(number, hull)]
    if not boxes:
        return HEARD.empty_table()
    columns: list[list[Any]] = [list(column) for column in zip(*boxes, strict=True)]
    rows = sql(_NEAR, [*columns, min(columns[3]), min(max(columns[4]), microseconds(as_of or NEVER))])
    nearest = rows["nearest"].combine_chunks()
    hull = rows["hull"].to_numpy()
    where = np.array([(h.lat or 0.0, h.lon or 0.0, _radius_nm(h)) for h in hulls])[hull]
    away = geodesy.distance_nm(where[:, 0], where[:, 1], *(nearest.field(name).to_numpy() for name in ("lat", "lon")))
    refs = pa.array([h.ref for h in hulls], pa.string())
    found = pa.table(
        {
            "hull": refs.take(pa.array(hull)),
            "mmsi": rows["mmsi"].cast(pa.int64()),
            "imo": pa.nulls(len(rows), pa.int64()),
            "name": pa.nulls(len(rows), pa.string()),
            "length_m": pa.nulls(len(rows), pa.float64()),
            "away_nm": pa.array(np.round(away, 6)),
            "ts": nearest.field("ts").cast(HEARD.field("ts").type),
        },
        schema=HEARD,
    )
    return found.filter(pa.array(away <= where[:, 2]))


def _radius_nm(hull: Hull) -> float:
    return max(hull.radius_nm, room_nm(hull))


def _boxes(number: int, hull: Hull) -> Iterator[tuple[int, int, int, int, int, float, float, float, float]]:
    """The hull's box once for each whole degree that it touches; times in microseconds, sides in degrees."""
    if hull.lat is None or hull.lon is None:
        return
    half_lat = _radius_nm(hull) / _PER_DEGREE_NM
    widest = min(abs(hull.lat) + half_lat, 90.0)
    half_lon = min(half_lat / max(float(np.cos(np.radians(widest))), 1e-9), 180.0)
    first, last = microseconds(hull.earliest - _TOLERANCE), microseconds(hull.latest + _TOLERANCE)
    lats = range(int(np.floor(hull.lat - half_lat)), int(np.floor(hull.lat + half_lat)) + 1)
    west, east = int(np.floor(hull.lon - half_lon)), int(np.floor(hull.lon + half_lon))
    lons = sorted({(degree + 180) % 360 for degree in range(west, east + 1)})
    for cell_lat in lats:
        for cell_lon in lons:
            yield number, cell_lat, cell_lon, first, last, hull.lat, hull.lon, half_lat, half_lon


def elsewhere(
    hulls: Sequence[Hull], named: Sequence[Ship], way: Way, sql: Sql, as_of: datetime | None = None
) -> frozenset[tuple[str, int]]:
    """(hull, MMSI) of named ships that AIS followed elsewhere.

    They were heard before and after, and in no pause between can have been at the hull's place.
    """
    speeds = {mmsi: ship.speed_kn for ship in named for mmsi in ship.mmsi}
    short = [h for h in hulls if h.lat is not None and h.latest - h.earliest <= _LONGEST]
    if not speeds or not short:
        return frozenset()
    times = [[microseconds(h.earliest) for h in short], [microseconds(h.latest) for h in short]]
    rows = sql(_TRACKS, [list(range(len(short))), *times, sorted(speeds), microseconds(as_of or NEVER)])
    found = set()
    for number, hull in enumerate(short):
        of_hull = rows.filter(pc.equal(rows["hull"], number))
        for mmsi in pc.unique(of_hull["mmsi"]).to_pylist():
            if not _can_have_been(hull, of_hull.filter(pc.equal(of_hull["mmsi"], mmsi)), speeds[mmsi], way):
                found.add((hull.ref, mmsi))
    return frozenset(found)


def _can_have_been(hull: Hull, track: pa.Table, speed_kn: float, way: Way) -> bool:
    """At some pause between two reports, or at one of them."""
    ts = track["ts"].cast(pa.int64()).to_numpy() / _HOUR_US
    lat, lon = track["lat"].to_numpy(), track["lon"].to_numpy()
    nm = np.maximum(way(hull.lat or 0.0, hull.lon or 0.0, lat, lon) - _radius_nm(hull), 0.0)
    first, last = hours(hull.earliest) - HEARD_TOLERANCE_H, hours(hull.latest) + HEARD_TOLERANCE_H
    left = spare_h(first, last, ts[:-1], nm[:-1] / speed_kn, ts[1:], nm[1:] / speed_kn)
    return bool((left >= 0.0).any() or ((nm <= 0.0) & (ts >= first) & (ts <= last)).any())
