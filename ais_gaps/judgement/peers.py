"""What an archive knows of other ships: the long run of a period, and each hour of it, read from the state that ingests kept.

A period is of three months about a silence: the 30 days that it begins in, counted from 1970, the 30 before and the 30 after. So
the evidence is local and dated, and costs the same in an archive of a week and of ten years.

The kept ship-hours are of ships that were heard again within a day (`reception`). Where reception is poor that would leave out just
those that were not heard, and where a receiver fails for days, all. So longer silences are added here, as hours in which a ship was
there and was not heard (`own_hours.unheard`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.gaps.find import find
from ais_gaps.judgement.around import Waters
from ais_gaps.judgement.coverage import Coverage, Own
from ais_gaps.judgement.exposure import Receivability, Setting
from ais_gaps.judgement.own_hours import KEPT_H, unheard
from ais_gaps.judgement.silences import FISHING, H_US, Silences, placed
from ais_gaps.reception.state import differences, ship_cells
from ais_gaps.schema import CLASSES, PEER_HOURS, VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

BLOCK_DAYS: Final = 30
_DAY_US: Final = 24 * H_US
_COUNTS: Final = ("n", "heard", "kinds", "terrestrial", "satellite")

_LEAST_MOVING_H: Final = 20.0  # heard hours under way from which a ship's reports an hour are a rate
_FULL_RATE_OF: Final = 0.95  # of ships: those that are heard without a break
_OBSERVED_ASHORE, _OBSERVED_SPACE = 6.0, 3.0
_LEAST_RECEIVED, _MOST_ASHORE, _MOST_SPACE = 0.05, 1.3, 1.6


@dataclass(frozen=True)
class Period:
    """Days of a period since 1970, both included, and its last hour; what is after the present of the question is not in it."""

    first_day: int
    last_day: int
    last_hour: int

    @classmethod
    def of(cls, block: int, last_day: int, last_hour: int) -> Period:
        """That of a block of `BLOCK_DAYS`, counted from 1970."""
        until = (block + 2) * BLOCK_DAYS
        return cls((block - 1) * BLOCK_DAYS, min(until - 1, last_day), min(until * 24 - 1, last_hour))


class Peers:
    """What is known of the ships of a period.

    Attributes:
        coverage, waters, setting: as elsewhere. days: how many of the period have any ship-hour, from first_day to last_day.
        full_rate: reports an hour of ships that are heard without a break, of class A and of B; NaN where no ship tells.
        fishers: MMSI that said at the edge of a day that they were fishing, ascending.

    Args:
        store, ingests: the archive, and which of it counts.
        period: the days. as_of_us: the present of the question.
    """

    def __init__(self, store: Store, ingests: Sequence[Ingest], period: Period, as_of_us: int) -> None:
        self._store, self._ingests, self.period = store, ingests, period
        self._as_of_us = as_of_us
        self._long = self._long_silences(as_of_us)
        sums = _Rates()

        def slices() -> Any:
            for within_mmsi in summaries.ranges(store, ingests):
                table = self._cells(within_mmsi)
                sums.add(table, self._under_way(within_mmsi))
                yield table
            yield self._long_cells

        self.coverage = Coverage(slices())
        self.full_rate: Floats = sums.full()
        self.fishers: Ints = np.unique(np.concatenate([np.empty(0, np.int64), *sums.fishers]))
        self.waters = Waters(self.coverage.cells)
        self.days = len(sums.days) or max(period.last_day - period.first_day + 1, 1)
        self.first_day, self.last_day = (
            min(sums.days, default=period.first_day),
            max(sums.days, default=period.last_day),
        )
        self.setting = Setting(self.coverage, self.waters, self._usual(), 24.0 * self.days)

    def hours_of(self, day: int) -> pa.Table:
        """Ship-hours of all ships on a day since 1970 (`schema.PEER_HOURS`), long silences among them; a key may be there often."""
        hours = [_on(self._long_hours, day)]
        last = min(day * 24 + 23, self.period.last_hour)
        if last >= day * 24:
            hours += differences(self._store, self._ingests, hours=(day * 24, last))
        return pa.concat_tables([some.select(PEER_HOURS.names).cast(PEER_HOURS.arrow) for some in hours])

    def own(self, silences: Silences) -> tuple[Own, Receivability]:
        """What the ships of some silences contributed to the period, and how well each silence's ship is received."""
        ships = np.unique(silences.mmsi)
        table = self._cells((int(ships[0]), int(ships[-1]))) if len(ships) else self._long_cells.slice(0, 0)
        chosen = pa.array(ships, pa.int32())
        both = [some.filter(pc.is_in(some["mmsi"], value_set=chosen)) for some in (table, self._long_cells)]
        mine = pa.concat_tables([some.select(_OWN.names).cast(_OWN) for some in both])
        ship = np.searchsorted(ships, mine["mmsi"].to_numpy())
        own = self.coverage.own(ship, mine)
        observed, expected = self.coverage.observed(ship, mine, own, len(ships))
        least = (_OBSERVED_ASHORE, _OBSERVED_SPACE)
        shares = [
            np.clip((o + pull) / (e + pull), _LEAST_RECEIVED, most)[silences.ship]
            for o, e, pull, most in zip(observed, expected, least, (_MOST_ASHORE, _MOST_SPACE), strict=True)
        ]
        return own, Receivability(*shares)

    def _cells(self, within_mmsi: tuple[int, int]) -> pa.Table:
        days = (self.period.first_day, self.period.last_day)
        return ship_cells(self._store, self._ingests, within=within_mmsi, days=days)

    def _under_way(self, within_mmsi: tuple[int, int]) -> pa.Table:
        columns = ["mmsi", "day", "seq", "under_way_n", "first_nav", "last_nav"]
        rows = summaries.read(self._store, self._ingests, VESSEL_DAYS, within=within_mmsi, columns=columns)
        days = rows["day"]
        inside = pc.and_(pc.greater_equal(days, self.period.first_day), pc.less_equal(days, self.period.last_day))
        rows = rows.filter(inside)
        newest = rows.group_by(["mmsi", "day"], use_threads=False).aggregate([("seq", "max")])
        if len(newest) < len(rows):
            rows = rows.join(newest.rename_columns(["mmsi", "day", "seq"]), ["mmsi", "day", "seq"], join_type="inner")
        return rows

    def _long_silences(self, as_of_us: int) -> pa.Table:
        """Silences that are too long for the kept ship-hours, those that are not over among them (`BARE_GAPS`)."""
        during = (self.period.first_day * _DAY_US, (self.period.last_day + 1) * _DAY_US)
        gaps = find(self._store, self._ingests, min_hours=KEPT_H, as_of_us=as_of_us, during_us=during).gaps
        return gaps.filter(placed(gaps))

    @cached_property
    def _long_hours(self) -> pa.Table:
        """Hours of the long silences: ``mmsi`` beside the columns of `schema.PEER_HOURS`."""
        found = unheard(Silences.of(self._long, self._as_of_us))
        return found.set_column(0, "mmsi", self._long["mmsi"].take(found["silence"]))

    @cached_property
    def _long_cells(self) -> pa.Table:
        keys = ["mmsi", "cell", "ais_class", "moving"]
        sums = self._long_hours.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in _COUNTS])
        return sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])

    def _usual(self) -> Floats:
        """Ships heard ashore an hour within each numbered half-degree cell and its neighbours; the last, of nowhere, is 0."""
        heard = self.coverage.heard_by_cell
        at = np.flatnonzero(heard)
        sums = np.bincount(self.waters.half(at), heard[at], minlength=self.waters.halves + 1)
        return np.asarray(self.waters.around(sums) / (24.0 * self.days))


_OWN: Final = pa.schema(
    [("mmsi", pa.int32()), ("cell", pa.int32()), ("ais_class", pa.int8()), ("moving", pa.bool_())]
    + [(name, pa.int32()) for name in _COUNTS]
)


class _Rates:
    """Reports an hour of ships under way, by ship; and the days that any ship-hour is of."""

    def __init__(self) -> None:
        self.days: set[int] = set()
        self.fishers: list[Ints] = []
        self._rates: tuple[list[Floats], list[Floats]] = ([], [])

    def add(self, counts: pa.Table, under_way: pa.Table) -> None:
        self.days.update(pc.unique(counts["day"]).to_pylist())
        said = [pc.fill_null(pc.equal(under_way[name], FISHING), False) for name in ("first_nav", "last_nav")]
        self.fishers.append(pc.unique(under_way["mmsi"].filter(pc.or_(*said))).to_numpy())
        mmsi = counts["mmsi"].to_numpy()
        ships, at = np.unique(mmsi, return_inverse=True)
        if not len(ships):
            return
        moving = counts["moving"].cast(pa.int8()).to_numpy() * counts["heard"].to_numpy()
        hours = np.bincount(at, moving, minlength=len(ships))
        small = np.zeros(len(ships), np.bool_)
        small[at[counts["ais_class"].to_numpy() == CLASSES.index("B")]] = True
        row = np.minimum(np.searchsorted(ships, under_way["mmsi"].to_numpy()), len(ships) - 1)
        known = ships[row] == under_way["mmsi"].to_numpy()
        reports = np.bincount(row[known], under_way["under_way_n"].to_numpy()[known], minlength=len(ships))
        for number, which in enumerate((~small, small)):
            often = which & (hours >= _LEAST_MOVING_H)
            self._rates[number].append(reports[often] / hours[often])

    def full(self) -> Floats:
        """Reports an hour of ships that are heard without a break: of class A and of B; NaN where no ship tells."""
        rates = [np.concatenate(some) if some else np.empty(0) for some in self._rates]
        found = [max(float(np.quantile(some, _FULL_RATE_OF)), 1.0) if len(some) else np.nan for some in rates]
        return np.array(found)


def _on(hours: pa.Table, day: int) -> pa.Table:
    hour = hours["hour"]
    return hours.filter(pc.and_(pc.greater_equal(hour, day * 24), pc.less(hour, day * 24 + 24)))
