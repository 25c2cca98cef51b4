"""Stations by name: hours in which one that usually hears ships reported none. Only for reports that carry ``station``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, Self

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from ais_gaps.ingest.staging import MEMORY_LIMIT
from ais_gaps.outages import quiet
from ais_gaps.outages.hours import AREA, LEAST_SHIPS, AreaHours, in_halves, middle
from ais_gaps.outages.quiet import Series
from ais_gaps.outages.silence import STATION, SURE, Silence, of_runs
from ais_gaps.reception import cells
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_HEARD: Final = """
    SELECT station, hour, lat, lon FROM (
        SELECT station, ts // 3600 AS hour, mmsi, arg_min(lat, ts) AS lat, arg_min(lon, ts) AS lon
        FROM stored
        WHERE station IS NOT NULL AND kind = 0 AND transmitter = 0 AND lat IS NOT NULL AND lon IS NOT NULL
          AND source <= $source AND ts BETWEEN $first AND $last
        GROUP BY station, hour, mmsi
    )
"""
_CORE: Final = 0.5
"""A cell is a station's own where it hears more than this part of the ship-hours that are known."""

_CELLS: Final = cells.count(AREA)


class Stations:
    """What an archive's stations hear.

    Attributes:
        names: by number, in the order in which they were first met with.
    """

    def __init__(self, store: Store, ingests: Sequence[Ingest]) -> None:
        self._store = store
        self._last_source = ingests[-1].source if ingests else 0
        self._parts = store.parts() if ingests else []
        self._names_any: dict[str, bool] = {}  # by path, of the parts that were asked for
        self.names: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *of: object) -> None:
        if "_database" in vars(self):
            self._database.close()

    @cached_property
    def _database(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": ""})

    def hours(self, first: int, last: int) -> AreaHours:
        """Ships heard from one hour to another, both included, by hour and, as area, station * cells + cell of `AREA`."""
        low, high = first * 3600, last * 3600 + 3599
        paths = self._paths(low, high)
        if not paths:
            return AreaHours(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((1, 0), np.int64))
        self._database.from_parquet(paths).create_view("stored", replace=True)
        values = {"source": self._last_source, "first": low, "last": high}
        found = self._database.sql(_HEARD, params=values).to_arrow_table()
        station = self._numbers(found["station"].to_pylist())
        cell = cells.of(found["lat"].to_numpy(), found["lon"].to_numpy(), AREA)
        hour = found["hour"].to_numpy().astype(np.int64)
        order = np.lexsort((cell, station, hour))
        place = (station * _CELLS + cell)[order]
        hour = hour[order]
        new = np.flatnonzero(np.append(True, (np.diff(hour) != 0) | (np.diff(place) != 0))) if len(hour) else order
        return AreaHours(hour[new], place[new], np.diff(np.append(new, len(hour)))[None, :])

    def _paths(self, low: int, high: int) -> list[str]:
        """Parts that may hold reports from one second to another, both included, of stations by name."""
        paths = [self._store.part_path(part) for part in self._parts if part.first_ts <= high and part.last_ts >= low]
        for path in paths:
            if path not in self._names_any:
                self._names_any[path] = _names_any(path)
        return [path for path in paths if self._names_any[path]]

    def _numbers(self, names: Sequence[str]) -> Ints:
        known = {name: number for number, name in enumerate(self.names)}
        for name in sorted(set(names) - known.keys()):
            known[name] = len(self.names)
            self.names.append(name)
        return np.array([known[name] for name in names], np.int64)

    def own(self, heard: AreaHours, name: str | None) -> npt.NDArray[np.bool_]:
        """Which rows are of a station."""
        return np.asarray(heard.area // _CELLS == (self.names.index(name) if name in self.names else -1))

    def find(self, heard: AreaHours, all_ships: Sequence[AreaHours], hours: Ints) -> Iterator[Silence]:
        """Outages of single stations in some hours.

        Args:
            heard: of `hours`. all_ships: whoever heard them, of the same hours.
            hours: ascending; others are left out.
        """
        if not len(hours):
            return
        halves = in_halves(all_ships)
        for name in self.names:
            own = self.own(heard, name)
            if own.sum() < LEAST_SHIPS * len(hours) / 10:
                continue
            cell, ships = heard.area[own] % _CELLS, heard.counts[0][own]
            core, series = _series(heard.hour[own], cell, ships, all_ships, hours)
            found = quiet.without_habits(series, quiet.runs(series))
            found = found.take(found.log_odds >= SURE)
            around = middle(halves, int(np.argmax(np.bincount(cell, ships))))
            yield from of_runs(series, found, STATION, "terrestrial", cells=core, middle=around, station=name)


def _series(
    hour: Ints, cell: Ints, ships: Ints, all_ships: Sequence[AreaHours], hours: Ints
) -> tuple[tuple[int, ...], Series]:
    """A station's cells, and ships that it hears in them, with those that are known to be there whoever hears them."""
    heard = np.bincount(cell, ships, minlength=_CELLS)
    known = np.sum([np.bincount(each.area, each.counts[0], minlength=_CELLS) for each in all_ships], axis=0)
    own = heard > _CORE * np.maximum(known, 1.0)
    apart = heard[own].sum() >= heard.sum() / 2.0
    if not apart:
        # It shares its waters with others: that ships were there says little of this one.
        own = heard >= 0.02 * heard.sum()
    inside = own[cell]
    here = _by_hour(hour[inside], ships[inside], hours)
    there = here
    if apart:
        about = [(each, own[each.area]) for each in all_ships]
        there = np.sum([_by_hour(each.hour[some], each.counts[0][some], hours) for each, some in about], axis=0)
    return tuple(np.flatnonzero(own).tolist()), Series(hours, here[:, None], np.maximum(here, there)[:, None])


def _by_hour(hour: Ints, ships: Ints, hours: Ints) -> Floats:
    at = np.minimum(np.searchsorted(hours, hour), len(hours) - 1)
    within = hours[at] == hour
    return np.bincount(at[within], ships[within], minlength=len(hours)).astype(np.float64)


def _names_any(path: str) -> bool:
    """Whether any report of a part names a station, by the statistics of its row groups."""
    metadata = pq.read_metadata(path)
    at = metadata.schema.names.index("station")
    for group in range(metadata.num_row_groups):
        column = metadata.row_group(group).column(at)
        statistics = column.statistics
        if statistics is None or not statistics.has_null_count or statistics.null_count < column.num_values:
            return True
    return False
