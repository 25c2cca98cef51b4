"""The hours of all ships (`schema.PEER_HOURS`) as outages are looked for in them: by clock hour and area of half a degree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.outages.quiet import Series
from ais_gaps.reception import cells

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

AREA: Final = 4
"""Size of the cells that outages are told by: 0.5 degree of latitude, about 30 by 30 nautical miles (see `reception.cells`)."""

LEAST_SHIPS: Final = 0.3
"""Where fewer ships an hour are usual, no silence of a place is surprising, and none is looked for."""

_WEEK_H: Final = 7 * 24
_COLUMNS: Final = ("n", "heard", "kinds", "terrestrial", "satellite")


def whole(totals: Floats, hours: Ints) -> dict[str, Series]:
    """The whole feed, all terrestrial receivers and all satellites, from the totals of hours."""
    n, heard, kinds, terrestrial, satellite = totals[:, :, None]
    return {
        "feed": Series(hours, heard, n),
        "terrestrial": Series(hours, terrestrial, kinds),
        "satellite": Series(hours, satellite, np.maximum(kinds - terrestrial, satellite)),
    }


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
        fine, of_fine = np.unique(peer["cell"].to_numpy().astype(np.int64), return_inverse=True)
        areas = cells.around(fine, AREA)
        own, around = cells.edges(fine, cells.FINE), cells.edges(areas, AREA)
        area = areas[of_fine]
        key, of = np.unique(hour * cells.count(AREA) + area, return_inverse=True)
        heard = peer["heard"].to_numpy()
        halves = (heard * (own.lat > around.lat)[of_fine], heard * (own.lon > around.lon)[of_fine])
        values = (*(peer[name].to_numpy() for name in _COLUMNS), *halves)
        counts = np.stack([np.bincount(of, each, minlength=len(key)).astype(np.int32) for each in values])
        return cls(*((key // cells.count(AREA)).astype(np.int32), (key % cells.count(AREA)).astype(np.int32)), counts)

    @classmethod
    def joined(cls, some: Iterable[AreaHours]) -> AreaHours:
        """Those of consecutive hours as one."""
        given = list(some)
        return cls(
            np.concatenate([each.hour for each in given]),
            np.concatenate([each.area for each in given]),
            np.concatenate([each.counts for each in given], axis=1),
        )

    def totals(self, first: int, last: int) -> Floats:
        """Of all areas, shape (5, hours): the counts of each hour from one to another, both included."""
        return np.stack(
            [np.bincount(self.hour - first, each, minlength=last + 1 - first) for each in self.counts[:5]]
        ).astype(np.float64)

    def ashore(self, hours: int) -> AreaHours:
        """Only areas where others than satellites heard ships now and then: at sea no silence of a place is looked for.

        Args:
            hours: that these are of.
        """
        heard = np.bincount(self.area, self.counts[1] - self.counts[4], minlength=cells.count(AREA))
        kept = (heard >= LEAST_SHIPS / 5.0 * hours)[self.area]
        return AreaHours(self.hour[kept], self.area[kept], self.counts[:, kept])


def in_halves(ships: Sequence[AreaHours]) -> Floats:
    """Ships heard in each area, in its northern half and in its eastern one, shape (3, areas): what `middle` is told from."""
    sums = np.zeros((3, cells.count(AREA)))
    for each in ships:
        for row, values in zip(sums, each.counts[[1, 5, 6]], strict=True):
            row += np.bincount(each.area, values, minlength=len(row))
    return sums


def middle(halves: Floats, area: int) -> tuple[float, float]:
    """Latitude and longitude, in degrees, of the middle of the ships heard in an area, as far as its quarters tell."""
    heard, north, east = halves[:, area].tolist()
    at = cells.edges(np.array([area], np.int64), AREA)
    up, right = (0.25 + 0.5 * each / max(heard, 1.0) for each in (north, east))
    south, west = float(at.south[0]), float(at.west[0])
    return south + up * (float(at.north[0]) - south), west + right * (float(at.east[0]) - west)


def by_area(ships: Sequence[AreaHours], hours: Ints, receiver: str | None) -> tuple[Ints, Series]:
    """A series for each area in which any silence could surprise, and the areas.

    Args:
        ships: of consecutive periods.
        hours: ascending; others are left out.
        receiver: terrestrial; None = of reports that do not say what kind of receiver heard them.
    """
    enough = np.zeros(cells.count(AREA), np.bool_)
    for each in ships:
        enough |= _is_busy(each, receiver)
    areas = np.flatnonzero(enough)
    column = np.cumsum(enough) - 1
    matrices = np.zeros((2, len(hours), len(areas)))
    for each in ships:
        kept = np.flatnonzero(enough[each.area] & np.isin(each.hour, hours))
        place = np.searchsorted(hours, each.hour[kept]), column[each.area[kept]]
        for matrix, values in zip(matrices, _of_receiver(each, receiver), strict=True):
            matrix[place] = values[kept]
    return areas.astype(np.int64), Series(hours, *matrices)


def _of_receiver(ships: AreaHours, receiver: str | None) -> tuple[Ints, Ints]:
    """Ships heard, and ships known to be there."""
    n, heard, kinds, terrestrial, satellite = ships.counts[:5]
    return (terrestrial, kinds) if receiver == "terrestrial" else (heard - terrestrial - satellite, n - kinds)


def _is_busy(ships: AreaHours, receiver: str | None) -> Flags:
    """Of every area whether `LEAST_SHIPS` an hour or more were heard there in any week (or what there is of a last one)."""
    busy = np.zeros(cells.count(AREA), np.bool_)
    if not len(ships.hour):
        return busy
    heard, _ = _of_receiver(ships, receiver)
    first, last = int(ships.hour.min()), int(ships.hour.max())
    for week in range(first, last + 1, _WEEK_H):
        within = (ships.hour >= week) & (ships.hour < week + _WEEK_H)
        hours = min(_WEEK_H, last + 1 - week)
        busy |= np.bincount(ships.area[within], heard[within], minlength=len(busy)) >= LEAST_SHIPS * hours
    return busy
