"""Ship-hours by their definition, hour by hour and fix by fix, and fixes of a few ships to try it on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from ais_gaps.reception import Fixes, cells
from ais_gaps.schema import SHIP_HOURS
from tests.rows import Row, S

KINDS = {1: "terrestrial", 2: "satellite"}
DAY_S = 86_400

LATS = st.sampled_from(
    [42_200_000, 42_249_999, 42_250_000, -89_990_000, 89_980_000, 0]
)  # at a pole itself any longitude is right
MOVES = st.sampled_from([0, 0, 3_000, 20_000, 200_000, 30_000_000])
LONS = st.sampled_from([130_300_000, 180_000_000, -180_000_000, 179_990_000, -179_990_000, 0])


@st.composite
def fixes(draw: st.DrawFn) -> Fixes:
    """Fixes of a few ships on a few days: still, under way, across the antimeridian, at the poles, jumping; some twice."""
    rows = []
    for ship in draw(st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=3, unique=True)):
        lat, lon = draw(LATS), draw(LONS)
        at = 1_690_848_000 + draw(st.integers(0, DAY_S))
        for _ in range(draw(st.integers(1, 14))):
            at += draw(st.sampled_from([0, 1, 600, 1799, 1800, 3599, 3600, 5 * 3600, DAY_S, DAY_S + 1, 3 * DAY_S]))
            north, east = draw(MOVES), draw(MOVES)
            lat = min(lat + north, 89_990_000)
            lon = (lon + east + 180_000_000) % 360_000_000 - 180_000_000
            rows.append((ship, at, lat, lon, draw(st.sampled_from([0, 1, 2])), draw(st.sampled_from([0, 1, 1, 2]))))
    rows += draw(st.lists(st.sampled_from(rows), max_size=5))
    return made(sorted(rows))


def made(rows: list[tuple[int, ...]]) -> Fixes:
    columns = np.array(rows, np.int64).reshape(-1, 6).T
    kinds = (np.int32, np.int32, np.int32, np.int32, np.int8, np.int8)
    return Fixes(*(column.astype(kind) for column, kind in zip(columns, kinds, strict=True)))


def part(some: Fixes, chosen: np.ndarray) -> Fixes:
    return Fixes(*(getattr(some, field.name)[chosen] for field in fields(Fixes)))


def by_definition(some: Fixes) -> Counter[tuple[int, ...]]:
    """How often (mmsi, day, hour, cell, class, moving, how) is there; how: 1 heard, 2 kinds known, 4 terrestrial, 8 satellite."""
    found: Counter[tuple[int, ...]] = Counter()
    rows = list(zip(*(getattr(some, field.name).tolist() for field in fields(Fixes)), strict=True))
    for ship in sorted({row[0] for row in rows}):
        own = [row for row in rows if row[0] == ship]
        for hour in range(own[0][1] // 3600 + 1, own[-1][1] // 3600 + 1):
            before = [row for row in own if row[1] < hour * 3600][-1]
            after = next(row for row in own if row[1] >= hour * 3600)
            if after[1] - before[1] > DAY_S or jump(before, after):
                continue
            inside = [row for row in own if row[1] // 3600 == hour]
            closing = [row for row in own if row[1] // 3600 == after[1] // 3600]
            middle = hour * 3600 + 1800
            left = [row for row in own if row[1] < middle][-1]
            right = next((row for row in own if row[1] >= middle), None)
            if inside and (right is None or right[1] // 3600 > hour):
                lat, lon = inside[-1][2:4]
            else:
                assert right is not None
                lat, lon = between(left, right, middle)
            if inside:
                since = max(inside[-1][1] - 3600, before[1])
                hours = max((inside[-1][1] - since) / 3600, 0.25)
                moving = nm(between(before, after, since), inside[-1][2:4]) > 0.7 * hours
            else:
                moving = nm(before[2:4], after[2:4]) > 0.7 * max((after[1] - before[1]) / 3600, 0.25)
            cell = int(cells.of(np.array([lat]), np.array([lon]))[0])
            how = int(bool(inside)) + 2 * any(row[5] for row in closing)
            how += sum(4 * kind for kind in (1, 2) if any(row[5] == kind for row in inside))
            ais_class = max(row[4] for row in closing)
            found[ship, after[1] // DAY_S, hour, cell, ais_class, int(moving), how] += 1
    return found


def ship_cells_of(found: Counter[tuple[int, ...]]) -> Counter[tuple[int, ...]]:
    """(mmsi, day, cell, class, moving, number of the sum) -> sum, of `schema.SHIP_HOURS`."""
    return sums(found, lambda key: (key[0], key[1], *key[3:6]))


def peer_hours_of(found: Counter[tuple[int, ...]]) -> Counter[tuple[int, ...]]:
    """(hour, cell, class, moving, counted on the next day, number of the sum) -> sum."""
    return sums(found, lambda key: (*key[2:6], int(key[1] > key[2] // 24)))


def sums(
    found: Counter[tuple[int, ...]], group: Callable[[tuple[int, ...]], tuple[int, ...]]
) -> Counter[tuple[int, ...]]:
    out: Counter[tuple[int, ...]] = Counter()
    for key, count in found.items():
        how = key[-1]
        told = (1, how & 1, how >> 1 & 1, how >> 2 & 1, how >> 3 & 1 & ~(how >> 2))
        for number, yes in enumerate(told):
            out[*group(key), number] += count * yes
    return +out


def rows_of(table: pa.Table) -> Counter[tuple[int, ...]]:
    """The same of a table, each key of which must be there once."""
    out: Counter[tuple[int, ...]] = Counter()
    keys = [name for name in table.schema.names if name not in (*SHIP_HOURS, "seq")]
    for row in table.to_pylist():
        key = tuple(int(row[name]) for name in keys)
        assert (*key, 0) not in out
        for number, name in enumerate(SHIP_HOURS):
            out[*key, number] = row[name]
    return +out


def jump(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return on_the_sphere_nm(a[2:4], b[2:4]) > 50 * math.hypot((b[1] - a[1]) / 3600, 0.25)


def polar(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return max(abs(a[0]), abs(b[0])) > 70_000_000


def turn(a: int, b: int) -> int:
    return (b - a + 180_000_000) % 360_000_000 - 180_000_000


def nm(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    if polar(a, b):
        return on_the_sphere_nm(a, b)
    east = turn(a[1], b[1]) * math.cos((a[0] + b[0]) * math.radians(0.5e-6))
    return math.hypot(b[0] - a[0], east) * math.radians(1e-6) * 6_371_008.8 / 1852


def on_the_sphere_nm(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    p, q = vector(a), vector(b)
    return 2 * math.asin(min(math.dist(p, q) / 2, 1)) * 6_371_008.8 / 1852


def vector(a: tuple[int, ...]) -> tuple[float, float, float]:
    lat, lon = math.radians(a[0] / 1e6), math.radians(a[1] / 1e6)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def between(a: tuple[int, ...], b: tuple[int, ...], at: int) -> tuple[int, int]:
    if jump(a, b) or a[2:4] == b[2:4]:
        return b[2], b[3]
    share = (at - a[1]) / (b[1] - a[1])
    if not polar(a[2:4], b[2:4]):
        lon = a[3] + round(share * turn(a[3], b[3]))
        return a[2] + round(share * (b[2] - a[2])), turn(0, lon)
    angle = on_the_sphere_nm(a[2:4], b[2:4]) * 1852 / 6_371_008.8
    if math.sin(angle) < 1e-9:
        return (b if share > 0.5 else a)[2:4]  # type: ignore[return-value]
    p, q = vector(a[2:4]), vector(b[2:4])
    by_p, by_q = math.sin((1 - share) * angle) / math.sin(angle), math.sin(share * angle) / math.sin(angle)
    x, y, z = (by_p * i + by_q * j for i, j in zip(p, q, strict=True))
    return round(math.degrees(math.atan2(z, math.hypot(x, y))) * 1e6), round(math.degrees(math.atan2(y, x)) * 1e6)


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[Row]]:
    """The fixes of a few ships as files, in any order, some rows in several of them."""
    some = draw(fixes())
    rows = [
        {
            "mmsi": 273_210_440 + mmsi,
            "ts": ts * S,
            "lat": lat / 1e6,
            "lon": lon / 1e6,
            "receiver": KINDS.get(receiver),
            "ais_class": {1: "A", 2: "B"}.get(ais_class),
        }
        for mmsi, ts, lat, lon, ais_class, receiver in zip(
            *(getattr(some, field.name).tolist() for field in fields(Fixes)), strict=True
        )
    ]
    files = draw(st.integers(1, 3))
    where = [draw(st.integers(0, files - 1)) for _ in rows]
    rows += [{**row, "lat": 91.0, "lon": 181.0} for row in rows[:2]]
    where += [0] * len(rows[len(where) :])
    return [[row for row, at in zip(rows, where, strict=True) if at == file] for file in range(files)]
