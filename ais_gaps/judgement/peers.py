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
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.judgement.around import Waters
from ais_gaps.judgement.blocks import BLOCK_DAYS, CELLS, COUNTS, LONG, SHIPS, Block, as_cells, ship_cells
from ais_gaps.judgement.coverage import GROUPS, Coverage, Own
from ais_gaps.judgement.exposure import Receivability, Setting
from ais_gaps.judgement.silences import H_US, Silences
from ais_gaps.reception import cells
from ais_gaps.reception.state import differences
from ais_gaps.schema import PEER_HOURS
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

_FEW_SHIPS: Final = 20  # that are read one by one; of more all between them
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
        self._store, self._ingests, self.period, self._today = store, ingests, period, as_of_us // (24 * H_US)
        numbers = range(period.first_day // BLOCK_DAYS, period.last_hour // 24 // BLOCK_DAYS + 1)
        self._blocks = [Block.of(store, ingests, number, period.last_day, as_of_us) for number in numbers]
        long = (_summed(block.long, ("cell", "ais_class", "moving")) for block in self._blocks)
        self.coverage = Coverage([*(block.cells for block in self._blocks), *long])
        ships = pa.concat_tables([SHIPS.empty_table(), *(block.ships for block in self._blocks)])
        self.full_rate: Floats = _full_rate(ships)
        self.fishers: Ints = np.unique(ships["mmsi"].filter(ships["fishes"]).to_numpy())
        self.waters = Waters(self.coverage.cells)
        days = np.concatenate([np.empty(0, np.int64), *(block.days for block in self._blocks)])
        self.days = len(days) or max(period.last_day - period.first_day + 1, 1)
        self.first_day = int(days.min()) if len(days) else period.first_day
        self.last_day = int(days.max()) if len(days) else period.last_day
        self.setting = Setting(self.coverage, self.waters, self._usual(), 24.0 * self.days)

    def hours_of(self, day: int) -> pa.Table:
        """Ship-hours of all ships on a day since 1970 (`schema.PEER_HOURS`), long silences among them; a key may be there often."""
        hours = [_counted(block.long_on(day, day)) for block in self._blocks]
        last = min(day * 24 + 23, self.period.last_hour)
        if last >= day * 24:
            found = differences(self._store, self._ingests, hours=(day * 24, last))
            # Of the present day nothing is known that only the next one tells.
            hours += found if day < self._today else (each.filter(pc.invert(each["overnight"])) for each in found)
        return pa.concat_tables([some.select(PEER_HOURS.names).cast(PEER_HOURS.arrow) for some in hours])

    def own(self, silences: Silences) -> tuple[Own, Receivability]:
        """What the ships of some silences contributed to the period, and how well each silence's ship is received."""
        ships = np.unique(silences.mmsi)
        ship, mine = self._own_cells(ships)
        own = self.coverage.own(ship, mine)
        observed, expected = self.coverage.observed(ship, mine, own, len(ships))
        least = (_OBSERVED_ASHORE, _OBSERVED_SPACE)
        shares = [
            np.clip((o + pull) / (e + pull), _LEAST_RECEIVED, most)[silences.ship]
            for o, e, pull, most in zip(observed, expected, least, (_MOST_ASHORE, _MOST_SPACE), strict=True)
        ]
        return own, Receivability(*shares)

    def _own_cells(self, ships: Ints) -> tuple[Ints, pa.Table]:
        """Ship-hours of some ships by cell, class and moving, several rows of a key perhaps; and the number of each row's ship."""
        which = COUNTS[2:] if self.coverage.by_kind else COUNTS[:2]
        chosen = pa.array(ships, pa.int32())
        long = (block.long.filter(pc.is_in(block.long["mmsi"], value_set=chosen)) for block in self._blocks)
        tables = [_summed(some, ("mmsi", "cell", "ais_class", "moving")) for some in long]
        numbers = [np.searchsorted(ships, some["mmsi"].to_numpy()) for some in tables]
        days = self.period.first_day, self.period.last_day
        apart = [(each, each) for each in ships.tolist()]
        ranges = apart if len(apart) <= _FEW_SHIPS else [(apart[0][0], apart[-1][0])]
        rows = (some for each in ranges for some in ship_cells(self._store, self._ingests, days, each, which))
        for _, (mmsi, _, cell, groups, counts) in rows:
            ship = np.minimum(np.searchsorted(ships, mmsi), len(ships) - 1)
            hers = np.flatnonzero(ships[ship] == mmsi)
            key = (ship[hers] * GROUPS + groups[hers]) * cells.count(cells.FINE) + cell[hers]
            order = np.argsort(key)
            at = np.flatnonzero(np.diff(key[order], prepend=-1))
            ship, group_, cell = (each[hers][order][at] for each in (ship, groups, cell))
            sums = [np.add.reduceat(each[hers][order], at) if len(at) else each[:0] for each in counts]
            numbers.append(ship)
            tables.append(as_cells(group_, cell, sums))
        together = pa.concat_tables([CELLS.empty_table(), *(some.select(CELLS.names) for some in tables)])
        return np.concatenate([np.empty(0, np.int64), *numbers]), together

    def _usual(self) -> Floats:
        """Ships heard ashore an hour within each numbered half-degree cell and its neighbours; the last, of nowhere, is 0."""
        heard = self.coverage.heard_by_cell
        at = np.flatnonzero(heard)
        sums = np.bincount(self.waters.half(at), heard[at], minlength=self.waters.halves + 1)
        return np.asarray(self.waters.around(sums) / (24.0 * self.days))


def _full_rate(ships: pa.Table) -> Floats:
    """Reports an hour of ships under way that are heard without a break: of class A and of B; NaN where no ship tells.

    Args:
        ships: `blocks.SHIPS`, a ship in several rows perhaps.
    """
    number, of = np.unique(ships["mmsi"].to_numpy(), return_inverse=True)
    hours, reports, small = (
        np.bincount(of, ships[name].cast(pa.int64()).to_numpy(), minlength=len(number))
        for name in ("heard_moving", "under_way_n", "class_b")
    )
    often = hours >= _LEAST_MOVING_H
    rates = [reports[often & which] / hours[often & which] for which in (small == 0, small > 0)]
    return np.array([max(float(np.quantile(some, _FULL_RATE_OF)), 1.0) if len(some) else np.nan for some in rates])


def _summed(long: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Hours of long silences (`blocks.LONG`) as sums by keys, with the columns of `blocks.CELLS`."""
    sums = long.group_by(list(keys), use_threads=False).aggregate([("kinds", "count"), ("kinds", "sum")])
    none = pa.array(np.zeros(len(sums), np.int64))
    n, kinds = sums["kinds_count"], sums["kinds_sum"]
    told = dict(zip(COUNTS, (n, none, kinds, none, none), strict=True))
    columns = {name: sums[name] for name in keys} | told
    return pa.table(columns).cast(pa.schema([LONG.field("mmsi"), *CELLS] if "mmsi" in keys else CELLS))


def _counted(long: pa.Table) -> pa.Table:
    """Hours of long silences (`blocks.LONG`) as `schema.PEER_HOURS`: a ship was there, and was not heard."""
    one, none = (pa.array(np.full(len(long), each, np.int32)) for each in (1, 0))
    counts = dict(zip(COUNTS, (one, none, long["kinds"], none, none), strict=True))
    counts["overnight"] = pa.repeat(pa.scalar(False), len(long))
    columns = {name: counts[name] if name in counts else long[name] for name in PEER_HOURS.names}
    return pa.table(columns).cast(PEER_HOURS.arrow)
