"""The hours of all ships (`schema.PEER_HOURS`) as outages are looked for in them: by clock hour and area of half a degree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.outages.quiet import Series
from ais_gaps.reception import cells

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

AREA: Final = 4
"""Size of the cells that outages are told by: 0.5 degree of latitude, about 30 by 30 nautical miles (see `reception.cells`)."""

LEAST_SHIPS: Final = 0.3
"""Where fewer ships an hour are usual, no silence of a place is surprising, and none is looked for."""

_COLUMNS: Final = ("n", "heard", "kinds", "terrestrial", "satellite")


def silent_hours(peer: pa.Table, first: int, last: int) -> Ints:
    """The clock hours in which nobody in the whole feed was heard, ascending.

    An hour in which ships are heard for the first time after more than a day holds no ship-hours, and counts as silent.

    Args:
        peer: `schema.PEER_HOURS` of these hours.
        first, last: hours since 1970 UTC, both included.
    """
    hour, heard = peer["hour"].to_numpy(), peer["heard"].to_numpy()
    every = np.arange(first, last + 1, dtype=np.int64)
    return np.setdiff1d(every, hour[heard > 0].astype(np.int64), assume_unique=False)


def usual(peer: pa.Table) -> Floats:
    """Mean ships heard an hour in each cell of `AREA`, by its number, over the hours in which the feed heard anybody."""
    hour, heard = peer["hour"].to_numpy(), peer["heard"].to_numpy()
    up = len(np.unique(hour[heard > 0]))
    where = cells.around(peer["cell"].to_numpy().astype(np.int64), AREA)
    sums = np.bincount(where, heard, minlength=cells.count(AREA))
    return np.asarray(sums / max(up, 1), np.float64)


@dataclass(frozen=True)
class AreaHours:
    """Ship-hours by hour and area; arrays of one length, each key once, by hour and area.

    Attributes:
        hour: since 1970 UTC. area: cell of size `AREA`.
        counts: (7, n) n, heard, kinds, terrestrial, satellite, as in `schema.PEER_HOURS`; of those heard, how many in the
            area's northern half, and in its eastern one.
    """

    hour: Ints
    area: Ints
    counts: Ints

    @classmethod
    def of(cls, peer: pa.Table) -> AreaHours:
        """Summed over the cells of an area, classes, and moving or not."""
        hour = peer["hour"].to_numpy().astype(np.int64)
        cell = peer["cell"].to_numpy().astype(np.int64)
        area = cells.around(cell, AREA)
        key, of = np.unique(hour * cells.count(AREA) + area, return_inverse=True)
        own, around = cells.edges(cell, cells.FINE), cells.edges(area, AREA)
        heard = peer["heard"].to_numpy()
        halves = (heard * (own.lat > around.lat), heard * (own.lon > around.lon))
        values = (*(peer[name].to_numpy() for name in _COLUMNS), *halves)
        counts = np.stack([np.bincount(of, each, minlength=len(key)).astype(np.int64) for each in values])
        return cls(key // cells.count(AREA), key % cells.count(AREA), counts)

    @classmethod
    def joined(cls, some: Iterable[AreaHours]) -> AreaHours:
        """Those of consecutive hours as one."""
        given = list(some)
        return cls(
            np.concatenate([each.hour for each in given]),
            np.concatenate([each.area for each in given]),
            np.concatenate([each.counts for each in given], axis=1),
        )

    def middle(self, area: int) -> tuple[float, float]:
        """Latitude and longitude, in degrees, of the middle of the ships heard in an area, as far as its quarters tell."""
        heard, north, east = self.counts[[1, 5, 6]][:, self.area == area].sum(axis=1).tolist()
        at = cells.edges(np.array([area], np.int64), AREA)
        up, right = (0.25 + 0.5 * each / max(heard, 1) for each in (north, east))
        south, west = float(at.south[0]), float(at.west[0])
        return south + up * (float(at.north[0]) - south), west + right * (float(at.east[0]) - west)

    def whole(self, hours: Ints) -> dict[str, Series]:
        """The whole feed, all terrestrial receivers and all satellites, over consecutive hours."""
        n, heard, kinds, terrestrial, satellite = (
            np.bincount(self.hour - hours[0], each, minlength=len(hours)).astype(np.float64)[:, None]
            for each in self.counts[:5]
        )
        return {
            "feed": Series(hours, heard, n),
            "terrestrial": Series(hours, terrestrial, kinds),
            "satellite": Series(hours, satellite, np.maximum(kinds - terrestrial, satellite)),
        }

    def by_area(self, hours: Ints, receiver: str | None) -> tuple[Ints, Series]:
        """A series for each area in which any silence could surprise, and the areas.

        Args:
            hours: ascending; others are left out.
            receiver: terrestrial; None = of reports that do not say what kind of receiver heard them.
        """
        n, heard, kinds, terrestrial, satellite = self.counts[:5]
        if receiver == "terrestrial":
            here, there = terrestrial, kinds
        else:
            here, there = heard - terrestrial - satellite, n - kinds
        at = np.searchsorted(hours, self.hour)
        within = (at < len(hours)) & (hours[np.minimum(at, len(hours) - 1)] == self.hour) if len(hours) else at < 0
        at, area, here, there = at[within], self.area[within], here[within], there[within]
        enough = np.flatnonzero(_busiest(at, area, here, len(hours)) >= LEAST_SHIPS)
        kept = np.flatnonzero(np.isin(area, enough))
        column = np.searchsorted(enough, area[kept])
        matrices = np.zeros((2, len(hours), len(enough)))
        for matrix, values in zip(matrices, (here, there), strict=True):
            matrix[at[kept], column] = values[kept]
        return enough.astype(np.int64), Series(hours, *matrices)


def _busiest(at: Ints, area: Ints, here: Ints, hours: int) -> Floats:
    """Ships heard an hour in each area, in the week in which most were."""
    most = np.zeros(cells.count(AREA))
    if not len(at):
        return most
    weeks = max(hours // 168, 1)
    of = np.minimum(at // 168, weeks - 1)
    for week in range(weeks):
        these = of == week
        length = 168 if week < weeks - 1 else hours - 168 * (weeks - 1)
        np.maximum(most, np.bincount(area[these], here[these], minlength=len(most)) / max(length, 1), out=most)
    return most
