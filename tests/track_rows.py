"""Rows of MMSI that jump: several ships under one, wrong places, wrong clocks, silences; and what one pass makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin
from random import Random

import pyarrow as pa

from ais_gaps.schema import CLASSES, RECEIVERS, STORED_REPORTS
from ais_gaps.summary import Reports, Summary, summarise
from tests.rows import T0, H, Row, S, is_position, micro

PLACES = (
    *((42.2, 130.3), (35.1, 129.04), (41.9, 131.0), (42.35, 130.5)),
    *((36.0, 179.9), (36.5, -179.5), (-13.0, -60.0), (84.0, 30.0)),
)
_READ = ("mmsi", "ts", "us", "lat", "lon", "sog", "cog", "nav_status", "kind", "transmitter", "ais_class", "receiver")


def sailing(
    hours: Sequence[float],
    lat: float,
    lon: float,
    knots: float = 0.0,
    course: float = 0.0,
    mmsi: int = 273210440,
    **more: object,
) -> list[Row]:
    """Fixes of a ship that keeps her course, at some hours since T0; place as at hour 0."""
    rows = []
    for hour in hours:
        north, east = (
            knots * hour / 60 * cos(radians(course)),
            knots * hour / 60 * sin(radians(course)) / cos(radians(lat)),
        )
        row = {
            "mmsi": mmsi,
            "ts": T0 + round(hour * 3600) * S,
            "lat": round(lat + north, 5),
            "lon": round(lon + east, 5),
        }
        rows.append({**row, "sog": float(knots), "cog": float(course), "ais_class": "A", **more})
    return rows


def every(step_h: float, start_h: float, end_h: float) -> list[float]:
    """Hours from one to another, the end not included."""
    return [start_h + k * step_h for k in range(int((end_h - start_h) / step_h + 1e-9))]


def jumping(seed: int, mmsi: int = 273210440) -> list[Row]:
    """Up to three ships of up to four days under one MMSI, and all that goes wrong, in no order."""
    rng = Random(seed)
    rows: list[Row] = []
    hours = rng.choice([8, 30, 60, 90])
    for _ in range(rng.choice([1, 1, 2, 2, 3])):
        lat, lon = rng.choice(PLACES)
        lat += rng.random() / 10
        course, knots = rng.random() * 360, rng.choice([0, 5, 11, 18, 37])
        ais_class, step = rng.choice([None, "A", "A", "B"]), rng.choice([0.1, 0.5, 1.2, 2.5])
        begin, end = rng.choice([0, 0, 0.3, 0.6]) * hours, rng.choice([1, 1, 0.5, 0.9]) * hours
        at = rng.random() * 6
        while at < hours and len(rows) < 140:
            passed = rng.choice([rng.expovariate(1 / step)] * 5 + [1.0])
            passed += rng.choice([2, 7, 13, 26]) if rng.random() < 0.06 else 0
            at += passed
            lat = max(-89.0, min(89.0, lat + knots * passed / 60 * cos(radians(course))))
            lon = (lon + knots * passed / 60 * sin(radians(course)) / cos(radians(lat)) + 180) % 360 - 180
            course = rng.random() * 360 if rng.random() < 0.1 else course
            if begin <= at <= end:
                rows += _heard(rng, mmsi, at, lat, lon, knots, course, ais_class)
    rng.shuffle(rows)
    return rows


def _heard(
    rng: Random, mmsi: int, at: float, lat: float, lon: float, knots: int, course: float, ais_class: str | None
) -> list[Row]:
    row: Row = {
        "mmsi": mmsi,
        "ts": T0 + round(at * 3600) * S + rng.choice([0, 0, 0, 7]),
        "lat": round(lat, 5),
        "lon": round(lon, 5),
        "sog": rng.choice([None, float(knots), float(knots)]),
        "cog": rng.choice([None, round(course, 1) % 360]),
        "nav_status": rng.choice([None, 0, 5]),
        "ais_class": rng.choice([ais_class, ais_class, ais_class, None]),
        "receiver": rng.choice(["terrestrial", "satellite", None]),
    }
    if rng.random() < 0.04:
        row["lat"] = round(max(-89.0, min(89.0, lat + rng.gauss(0, 3))), 4)
    if rng.random() < 0.02:
        row["lon"] = None
    if rng.random() < 0.02:
        row["ts"] += rng.randrange(-15, 15) * H
    rows = [row]
    if rng.random() < 0.05:
        heard = {"receiver": rng.choice(["terrestrial", "satellite"]), "ais_class": rng.choice(["A", "B", None])}
        rows.append({**row, **heard, "sog": rng.choice([None, 1.0, 50.0])})
    if rng.random() < 0.05:
        when = row["ts"] + rng.choice([0, 30 * S, H])
        rows.append({"mmsi": mmsi, "ts": when, "static": True, "msg_type": 5, "name": "X"})
    if rng.random() < 0.05:
        rows.append({"mmsi": mmsi, "ts": row["ts"] + rng.choice([0, 40 * S, H]), "lat": 91.0, "lon": 181.0})
    return rows


def summary(rows: Sequence[Row], seq: int = 1) -> Summary:
    """What one pass over the rows gives; none may be there twice."""
    return summarise(Reports.of(stored(rows)), seq=seq)


def stored(rows: Sequence[Row]) -> pa.Table:
    """Rows as they lie in a part, the columns that a summary reads."""
    out = []
    for row in rows:
        placed = is_position(row)
        sog, cog = ((None if row.get(c) is None or not placed else round(row[c] * 100)) for c in ("sog", "cog"))
        out.append(
            {
                "mmsi": row["mmsi"],
                "ts": row["ts"] // S,
                "us": row["ts"] % S,
                "lat": micro(row.get("lat")) if placed else None,
                "lon": micro(row.get("lon")) if placed else None,
                "sog": sog,
                "cog": cog,
                "nav_status": row.get("nav_status"),
                "kind": 0 if placed else 2 if row.get("static") else 1,
                "transmitter": 0,
                "ais_class": CLASSES.index(row.get("ais_class") or "unknown"),
                "receiver": RECEIVERS.index(row.get("receiver") or "unknown"),
            }
        )
    least = -(10**10)
    out.sort(key=lambda r: (r["mmsi"], r["ts"], r["us"], *(least if r[c] is None else r[c] for c in ("lat", "lon"))))
    return pa.Table.from_pylist(out, schema=pa.schema([STORED_REPORTS.arrow.field(name) for name in _READ]))
