"""Ships that are made for evaluations: heard as told, so that what may be deleted is known."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from ais_gaps.store.archive import Store
from tests.rows import T0, H, Row, put

MINUTE = H // 60


def sailing(
    mmsi: int,
    hours: float,
    *,
    every_min: int = 10,
    knots: float = 9.0,
    lat: float = 42.0,
    seed: int = 0,
    lon: float = 131.0,
) -> list[Row]:
    """A ship that sails to and fro along a parallel, and is heard about every so many minutes."""
    dice = random.Random(f"{mmsi} {seed}")
    rows, minute = [], float(dice.randrange(every_min))
    while minute < hours * 60:
        way = knots * minute / 60.0 % 120.0
        rows.append(
            {
                "mmsi": mmsi,
                "ts": T0 + int(minute * MINUTE) // 1_000_000 * 1_000_000,
                "lat": lat,
                "lon": lon + min(way, 120.0 - way) / 60.0 / 0.743,
                "sog": knots,
                "cog": 90.0 if way < 60 else 270.0,
                "nav_status": 0,
                "ais_class": "A",
                "receiver": dice.choice(["terrestrial", "terrestrial", "satellite"]),
            }
        )
        minute += every_min * dice.uniform(0.5, 1.5)
    return rows


def silent(rows: list[Row], *spans_h: tuple[float, float]) -> list[Row]:
    """The rows without those inside some spans, hours since `T0`."""
    return [row for row in rows if not any(T0 + a * H < row["ts"] < T0 + b * H for a, b in spans_h)]


def fleet(ships: int = 8, hours: float = 72.0) -> list[Row]:
    """Ships that are heard well but for a silence or two of each, from 2.5 to 14 h."""
    rows = []
    for number in range(ships):
        start, lasts = 20.0 + number, 2.6 + 1.5 * number
        own = sailing(273_000_001 + number, hours, lat=40.0 + number)
        rows += silent(own, (start, start + lasts), (55.0, 57.7))
    return rows


def stored(folder: Path, *sources: list[Row]) -> Store:
    """An archive of rows, a source each."""
    store = Store.create(folder)
    for number, rows in enumerate(sources):
        put(store, rows, f"source {number}", batch=1000)
    return store


def columns(table: Any) -> list[dict[str, Any]]:
    """A table's rows, speeds rounded as sums of floats in another order deserve."""
    return [
        {name: round(value, 9) if isinstance(value, float) else value for name, value in row.items()}
        for row in table.to_pylist()
    ]
