"""How many ships were heard in some hours, and how many usually are in those around them: by everybody, or by one station."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import duckdb
import numpy as np

from ais_gaps.ingest.staging import MEMORY_LIMIT
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

AROUND_H: Final = 7 * 24
"""What is usual is told from so many hours before and after."""

_SHIPS: Final = """
    SELECT count(*) AS ships, count(DISTINCT hour) AS hours FROM (
        SELECT DISTINCT ts // 3600 AS hour, mmsi FROM stored
        WHERE kind = 0 AND transmitter = 0 AND source <= $source AND ts >= $first * 3600 AND ts < $after * 3600
            AND (station = $station OR $station IS NULL)
    )
"""


@dataclass(frozen=True)
class Ships:
    """Ship-hours.

    Attributes:
        heard: of the hours in question.
        usual: ships heard an hour, in those hours around in which anybody was.
        expected: as many in each of the hours in question.
    """

    heard: float
    usual: float
    expected: float


class Heard:
    """What the reports and ship-hours of an archive tell."""

    def __init__(self, store: Store, ingests: Sequence[Ingest]) -> None:
        self._store, self._ingests = store, ingests
        self._parts = store.parts()
        self._database = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": ""})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *of: object) -> None:
        self._database.close()

    def by_all(self, first: int, after: int) -> Ships:
        """By everybody, from one clock hour since 1970 until before another.

        What was heard is counted in the reports; what is usual, of many hours, in the ship-hours that are kept.
        """
        from ais_gaps.reception.state import peer_hours

        peers = peer_hours(self._store, self._ingests, hours=(first - AROUND_H, after + AROUND_H - 1))
        hour, heard = peers["hour"].to_numpy(), peers["heard"].to_numpy()
        around = ((hour < first) | (hour >= after)) & (heard > 0)
        usual = float(heard[around].sum()) / max(len(np.unique(hour[around])), 1)
        return Ships(self._counted(first, after, None)[0], usual, usual * (after - first))

    def by_station(self, name: str, first: int, after: int) -> Ships | None:
        """By one station, in the same way from reports alone; None where none around names it."""
        before, hours_before = self._counted(first - AROUND_H, first, name)
        later, hours_later = self._counted(after, after + AROUND_H, name)
        hours = hours_before + hours_later
        if not hours:
            return None
        usual = (before + later) / hours
        return Ships(self._counted(first, after, name)[0], usual, usual * (after - first))

    def _counted(self, first: int, after: int, station: str | None) -> tuple[float, float]:
        """Ship-hours in the reports, and hours in which there are any."""
        low, high = first * 3600, after * 3600
        paths = [self._store.part_path(p) for p in self._parts if p.first_ts < high and p.last_ts >= low]
        if not paths:
            return 0.0, 0.0
        self._database.from_parquet(paths).create_view("stored", replace=True)
        values = {"first": first, "after": after, "source": self._ingests[-1].source, "station": station}
        ships, hours = self._database.execute(_SHIPS, values).fetchall()[0]
        return float(ships), float(hours)
