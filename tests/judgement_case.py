"""What tests of the judgement are made of: ship-hours, silences, and fleets that are heard as told."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from ais_gaps.gaps import BARE_GAPS
from ais_gaps.holdings import Holdings
from ais_gaps.judgement import own_hours
from ais_gaps.judgement.around import Waters
from ais_gaps.judgement.coverage import Coverage, Own
from ais_gaps.judgement.exposure import Receivability, Setting
from ais_gaps.judgement.silences import H_US, Silences
from ais_gaps.reception import cells
from ais_gaps.schema import PEER_HOURS, SHIP_CELLS
from ais_gaps.store.archive import Store
from tests.rows import T0, H, Row, put

COUNTS = ("n", "heard", "kinds", "terrestrial", "satellite")
DAY0 = T0 // (24 * H)

# Cells that are neighbours of one another, at a pole, and on both sides of the antimeridian.
SPOTS = [
    (42.1, 131.1),
    (42.1, 131.4),
    (42.6, 131.1),
    (0.1, 179.9),
    (0.1, -179.9),
    (89.9, 10.0),
    (89.9, -170.0),
    (-89.9, 0.0),
]


def cell_of(lat: float, lon: float, size: int = cells.FINE) -> int:
    """The cell of a position in degrees."""
    return int(cells.of(np.array([round(lat * 1e6)]), np.array([round(lon * 1e6)]), size)[0])


Ship = tuple[int, int, int, int, bool, int, int, int, int, int]  # mmsi, hour, cell, class, moving, and the counts


@st.composite
def ship_hours(
    draw: st.DrawFn, *, hours: int = 48, most: int = 40, spots: Sequence[tuple[float, float]] = SPOTS
) -> list[Ship]:
    """Ship-hours of a few ships; all, none or some of a known kind."""
    kinds = draw(st.sampled_from(["all", "none", "some"]))
    rows = []
    for _ in range(draw(st.integers(1, most))):
        n = draw(st.sampled_from([1, 1, 2, 30, 500]))
        heard = draw(st.integers(0, n))
        of_kind = {"all": n, "none": 0}.get(kinds, draw(st.integers(0, n)))
        ashore = draw(st.integers(0, min(heard, of_kind)))
        space = draw(st.integers(0, min(heard, of_kind) - ashore))
        rows.append(
            (
                draw(st.integers(1, 4)),
                DAY0 * 24 + draw(st.integers(0, hours - 1)),
                cell_of(*draw(st.sampled_from(list(spots)))),
                draw(st.integers(0, 2)),
                draw(st.booleans()),
                *(n, heard, of_kind, ashore, space),
            )
        )
    return rows


def ship_cells(rows: Sequence[Ship]) -> pa.Table:
    """As `reception.state.ship_cells` gives them."""
    columns = list(zip(*rows, strict=True)) or [()] * 10
    named = dict(zip(("mmsi", "hour", "cell", "ais_class", "moving", *COUNTS), columns, strict=True))
    named["day"] = [hour // 24 for hour in named["hour"]]
    named["seq"] = [0] * len(rows)
    return pa.table({field.name: pa.array(named[field.name], field.type) for field in SHIP_CELLS.arrow})


def peer_hours(rows: Sequence[Ship]) -> pa.Table:
    """As `reception.state.peer_hours` gives them: sums over ships, by hour and cell."""
    keys = ["hour", "cell", "ais_class", "moving", "overnight"]
    columns = dict(zip([*keys[:-1], *COUNTS], zip(*(row[1:] for row in rows), strict=True), strict=True))
    columns["overnight"] = (False,) * len(rows)
    table = pa.table({name: columns[name] for name in PEER_HOURS.names}, PEER_HOURS.arrow)
    sums = table.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in COUNTS])
    sums = sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
    return sums.select(PEER_HOURS.names).cast(PEER_HOURS.arrow).sort_by([(key, "ascending") for key in keys])


def without(rows: Sequence[Ship], mmsi: int) -> list[Ship]:
    """The rows of other ships."""
    return [row for row in rows if row[0] != mmsi]


class Peers:
    """What `judgement.peers` would give of some ship-hours."""

    def __init__(self, rows: Sequence[Ship], ships: Sequence[int] = (), days: int = 2) -> None:
        self.table, self.by_hour = ship_cells(rows), peer_hours(rows) if rows else PEER_HOURS.arrow.empty_table()
        self.coverage = Coverage([self.table])
        self.waters = Waters(self.coverage.cells)
        heard = self.coverage.heard_by_cell
        at = np.flatnonzero(heard)
        by_half = np.bincount(self.waters.half(at), heard[at], minlength=self.waters.halves + 1)
        usual = self.waters.around(by_half) / (24.0 * days)
        self.setting = Setting(self.coverage, self.waters, usual, 24.0 * days)
        self.own = self.own_of(rows, ships)

    def own_of(self, rows: Sequence[Ship], ships: Sequence[int]) -> Own:
        """What ships contributed, by their place among some."""
        mine = [row for row in rows if row[0] in ships]
        number = np.array([list(ships).index(row[0]) for row in mine], np.int64)
        return self.coverage.own(number, ship_cells(mine))

    def hours_of(self, day: int) -> pa.Table:
        """As `judgement.peers.Peers.hours_of`."""
        hour = self.by_hour["hour"].to_numpy()
        return self.by_hour.filter(pa.array(hour // 24 == day))


def silences(rows: Sequence[dict[str, Any]], as_of_us: int | None = None) -> Silences:
    """Silences of some fields: hours since `T0` (`off_h`, `on_h`), degrees (`off`, `on`), and any of `gaps.BARE_GAPS`."""
    filled = []
    for row in rows:
        own: dict[str, Any] = {"mmsi": 1, "track": 0, "off_1h": 6, "jumps": 0, "tracks": 1, "ais_class": 1, **row}
        own["off_us"] = T0 + round(own.pop("off_h") * H_US)
        on_h = own.pop("on_h", None)
        own["on_us"] = None if on_h is None else T0 + round(on_h * H_US)
        for end in ("off", "on"):
            place = own.pop(end, None)
            for axis, degrees in zip(("lat", "lon"), place or (None, None), strict=True):
                own[f"{end}_{axis}"] = None if degrees is None else round(degrees * 1e6)
        own["on_1h"] = own.get("on_1h", None if on_h is None else 6)
        filled.append(own)
    columns = {
        field.name: pa.array([row.get(field.name, None if field.nullable else 0) for row in filled], field.type)
        for field in BARE_GAPS
    }
    return Silences.of(pa.table(columns, schema=BARE_GAPS), as_of_us or T0 + 48 * H_US)


def received(n: int) -> Receivability:
    """Ships that are heard as others are."""
    return Receivability(np.ones(n), np.ones(n))


NO_OWN_HOURS = own_hours.SCHEMA.empty_table()

# Fleets of reports, and archives of them.


def ship(
    mmsi: int,
    hours: float,
    *,
    lat: float = 42.0,
    lon: float = 131.0,
    knots: float = 9.0,
    beat_nm: float = 40.0,
    every_min: float = 10.0,
    receiver: str | None = "terrestrial",
    ais_class: str = "A",
    seed: int = 0,
    **more: Any,
) -> list[Row]:
    """Reports of a ship that sails to and fro along a parallel (or lies still at 0 kn), about every so many minutes."""
    dice = random.Random(f"{mmsi} {seed}")
    start_nm = dice.uniform(0.0, 2.0 * beat_nm) if beat_nm else 0.0
    rows, minute = [], dice.uniform(0.0, every_min)
    while minute < hours * 60:
        way = (start_nm + knots * minute / 60.0) % (2.0 * beat_nm) if beat_nm else 0.0
        east = way < beat_nm
        rows.append(
            {
                "mmsi": mmsi,
                "ts": T0 + int(minute * 60) * 1_000_000,
                "lat": lat,
                "lon": turned(
                    lon + (way if east else 2.0 * beat_nm - way) / 60.0 / max(math.cos(math.radians(lat)), 0.01)
                ),
                "sog": knots,
                "cog": 90.0 if east else 270.0,
                "nav_status": 0 if knots else 5,
                "ais_class": ais_class,
                "receiver": receiver,
                **more,
            }
        )
        minute += every_min * dice.uniform(0.6, 1.4)
    return rows


def turned(lon: float) -> float:
    """A longitude within half a turn."""
    return (lon + 180.0) % 360.0 - 180.0


def fleet(ships: int, hours: float, *, first: int = 273_000_001, **more: Any) -> list[Row]:
    """Ships as of `ship`, on parallels a little apart."""
    lat = more.pop("lat", 42.0)
    return [row for n in range(ships) for row in ship(first + n, hours, lat=lat + 0.04 * (n % 10), **more)]


def silent(
    rows: Sequence[Row], *spans_h: tuple[float, float], who: Callable[[Row], bool] = lambda row: True
) -> list[Row]:
    """The rows without those of some ships inside some spans, hours since `T0`."""
    return [row for row in rows if not (who(row) and any(T0 + a * H < row["ts"] < T0 + b * H for a, b in spans_h))]


def archive(folder: Path, *sources: Sequence[Row]) -> Holdings:
    """An archive of rows, a source each."""
    store = Store.create(folder)
    for number, rows in enumerate(sources):
        assert put(store, rows, f"source {number}", batch=1000).error is None
    return Holdings.at(folder)


def judged(gaps: pa.Table) -> dict[str, tuple[float | None, str, tuple[str, ...]]]:
    """Probability, cause and reasons by gap."""
    return {r["gap_id"]: (r["p_switched_off"], r["cause"], tuple(r["reasons"])) for r in gaps.to_pylist()}


def weights(reasons: Sequence[str]) -> list[float]:
    """The weights that are printed."""
    return [float(found) for text in reasons for found in re.findall(r"\[([+-][0-9.]+)\]$", text)]


def log_odds(p: float) -> float:
    """Natural logarithm of the odds."""
    return math.log(p / (1.0 - p))
