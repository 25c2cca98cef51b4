"""Ship-hours made in a test: ships that come to places, stay, leave, and receivers that are down for a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.reception import cells
from ais_gaps.schema import PEER_HOURS

Ints = npt.NDArray[np.int64]

START = 480_000  # an hour since 1970: a day's first
DAY = 24
Peers = Callable[[int, int], pa.Table]


@dataclass(frozen=True)
class Spot:
    """Where ships lie: about so many at a time, each for so many hours, each heard in so large a part of them."""

    lat: float
    lon: float
    ships: float
    stay_h: float
    share: float = 0.95


@dataclass(frozen=True)
class Down:
    """Nobody is heard at a spot (None = at any) from one hour of the world until another."""

    spot: int | None
    from_h: int
    to_h: int


def presence(draws: np.random.Generator, hours: int, ships: float, stay_h: float) -> Ints:
    """Ships there in each hour: they come at random and stay an exponential time."""
    comes = draws.uniform(-10.0 * stay_h, hours, int(draws.poisson(ships * (hours / stay_h + 10.0))))
    leaves = comes + draws.exponential(stay_h, len(comes))
    change = np.zeros(hours + 1, np.int64)
    np.add.at(change, np.clip(np.ceil(comes), 0, hours).astype(int), 1)
    np.add.at(change, np.clip(np.ceil(leaves), 0, hours).astype(int), -1)
    return np.cumsum(change)[:hours]


def at(spot: Spot, there: Ints, heard: Ints, *, receiver: str | None = "terrestrial") -> pa.Table:
    """`PEER_HOURS` of one spot."""
    (cell,) = cells.of(np.array([round(spot.lat * 1e6)]), np.array([round(spot.lon * 1e6)])).tolist()
    kept = np.flatnonzero(there > 0)
    none = np.zeros(len(kept), np.int64)
    columns = {
        "hour": START + kept,
        "cell": np.full(len(kept), cell),
        "ais_class": none + 1,
        "moving": none > 0,
        "n": there[kept],
        "heard": heard[kept],
        "kinds": none if receiver is None else there[kept],
        "terrestrial": heard[kept] if receiver == "terrestrial" else none,
        "satellite": heard[kept] if receiver == "satellite" else none,
    }
    return pa.table(
        {field.name: pa.array(columns.get(field.name, none)).cast(field.type) for field in PEER_HOURS.arrow}
    )


def table(
    spots: Sequence[Spot], days: int, down: Sequence[Down] = (), *, seed: int = 1, **more: str | None
) -> pa.Table:
    """`PEER_HOURS` of some spots; of ships that a receiver misses for more than a day nothing is known."""
    draws = np.random.default_rng(seed)
    tables = []
    for number, spot in enumerate(spots):
        there = presence(draws, days * DAY, spot.ships, spot.stay_h)
        heard = draws.binomial(there, spot.share)
        for each in down:
            if each.spot in (None, number):
                heard[each.from_h : each.to_h] = 0
                if each.to_h - each.from_h > DAY:
                    there[each.from_h : each.to_h] = 0
        tables.append(at(spot, there, heard, **more))
    return ordered(tables)


def ordered(tables: Sequence[pa.Table]) -> pa.Table:
    """Several spots' as one table, by hour and cell."""
    return pa.concat_tables(tables).sort_by([("hour", "ascending"), ("cell", "ascending")])


def peers(table: pa.Table) -> Peers:
    """What `search` asks for the hours of a table."""
    hour = table["hour"].to_numpy()

    def between(first: int, last: int) -> pa.Table:
        low, high = np.searchsorted(hour, [first, last + 1])
        return table.slice(low, high - low)

    return between
