"""Who was heard on a day, and how fast ships were seen to go of late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import reach, views
from ais_gaps.moments import at
from ais_gaps.reach.speed import Speed
from ais_gaps.schema import VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.watchlist.day import DAY_US, Day

LOOKBACK_DAYS: Final = 30
"""A ship's own speed is told from her reports of so many days up to the day: a list must not cost what the archive costs."""

FURTHEST: Final = 3
LEAST_SHARE: Final = 0.05


def touching(ingests: Sequence[Ingest], first_day: int, last_day: int) -> list[Ingest]:
    """The ingests that can hold anything of some days, counted since 1970, both included."""
    return [ingest for ingest in ingests if ingest.touches(first_day, last_day)]


def ships_heard(store: Store, ingests: Sequence[Ingest], day: Day) -> int:
    """How many MMSI sent a position on a day."""
    some = touching(ingests, day.number, day.number)
    rows = summaries.read(store, some, VESSEL_DAYS, columns=["mmsi", "day", "positions"])
    rows = rows.filter(pc.and_(pc.equal(rows["day"], day.number), pc.greater(rows["positions"], 0)))
    return int(pc.count_distinct(rows["mmsi"]).as_py())


def newest_day(store: Store, ingests: Sequence[Ingest]) -> int:
    """The newest day, since 1970, on which not only a clock that is ahead was heard: on which enough ships sent a position.

    Enough are `LEAST_SHARE` of those of the busiest day of the sources that reach furthest.
    """
    furthest = sorted(ingests, key=lambda i: (i.last_us or 0, i.source))[-FURTHEST:]
    tables = [summaries.read(store, [each], VESSEL_DAYS, columns=["mmsi", "day", "positions"]) for each in furthest]
    rows = pa.concat_tables(tables)
    rows = rows.filter(pc.greater(rows["positions"], 0))
    if not len(rows):
        return max(i.last_us or 0 for i in ingests) // DAY_US
    counted = rows.group_by("day").aggregate([("mmsi", "count_distinct")])
    ships = counted["mmsi_count_distinct"].to_numpy()
    return int(counted["day"].to_numpy()[ships >= LEAST_SHARE * ships.max()].max())


def speeds(
    store: Store, ingests: Sequence[Ingest], day: Day, ships: Sequence[tuple[int, str | None, float | None]]
) -> dict[int, Speed]:
    """How fast each of (mmsi, ship type, length in metres) is reckoned to go (see `reach.speed`).

    Ships that were not heard under way enough in the `LOOKBACK_DAYS` before are reckoned as ships of their kind.
    """
    first_us = day.as_of_us - LOOKBACK_DAYS * DAY_US
    parts = [
        store.part_path(part)
        for part in store.parts()
        if part.first_ts <= day.as_of_us // 1_000_000 and part.last_ts >= first_us // 1_000_000
    ]
    database = views.connect(parts, ingests[-1].source if ingests else 0, {})
    return reach.speeds(database.sql, ships, at(day.as_of_us), at(first_us))
