"""The fleet's silences that last or end on a day, found from the days since the last carry: their cost is not the archive's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import UsageError
from ais_gaps.gaps.carry import BLOCK_DAYS, Carry, Ints, Tables, in_order, joined, read
from ais_gaps.gaps.find import found_in
from ais_gaps.gaps.stitch import BARE_GAPS, DAY_US, FLOOR_H, H_US, Stitched, longer, stitch
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

BEGINNING: Final = -(1 << 31)
"""A day before all others."""
_OTHERS_BLOCKS: Final = 2  # others of a ship matter that begin in the same 30 days as a silence, or in so many before


class Reaching:
    """Silences as of a time that are not over by another, and the other silences of their ships.

    Args:
        store, ingests: the archive, and which of it counts.
        since_us: silences that ended before are left out. as_of_us: the present of the question. Microseconds since 1970.
    """

    def __init__(self, store: Store, ingests: Sequence[Ingest], *, since_us: int, as_of_us: int) -> None:
        self._store, self._ingests = store, ingests
        self._since_us, self._as_of_us = since_us, as_of_us
        self._carry = Carry.to(store, ingests, since_us // DAY_US)
        self._since = read(store, ingests, (self._carry.before, as_of_us // DAY_US))
        self._days = in_order(pa.concat_tables([self._carry.last, self._since[0]]))

    @property
    def ships(self) -> int:
        """How many MMSI sent a position up to the present of the question."""
        heard = self._days.filter(pc.is_valid(self._days["first_us"]))
        return int(pc.count_distinct(heard["mmsi"]).as_py())

    def gaps(self, min_hours: float) -> Stitched:
        """Silences over a threshold, as `find` with ``during_us`` gives them, by (mmsi, off_us, track).

        Raises:
            UsageError: the threshold is below the archive's floor.
        """
        if not min_hours >= FLOOR_H:
            raise UsageError(f"the shortest gap that can be asked for is {FLOOR_H:g} h, not {min_hours:g}")
        inside = longer(self._since[1], min_hours)
        found = stitch(self._days, inside, min_hours=min_hours, as_of_us=self._as_of_us)
        if len(self._jumping):
            plain = found.gaps.filter(pa.array(~np.isin(found.gaps["mmsi"].to_numpy(), self._jumping)))
            gaps = pa.concat_tables([plain, self._of_jumping(min_hours)])
            order = np.lexsort([gaps[name].to_numpy() for name in ("track", "off_us", "mmsi")])
            found = replace(self._dealt, gaps=gaps.take(pa.array(order)))
        lasts = pc.fill_null(pc.greater_equal(found.gaps["on_us"], self._since_us), True)
        return replace(found, gaps=found.gaps.filter(lasts))

    def others(self, gaps: pa.Table, min_hours: float) -> pa.Table:
        """The silences over a threshold, of the same 30 days and of the 60 before, of the ships of some of these gaps.

        Messages without a position are not all counted in them.

        Args:
            gaps: some of `gaps` (`BARE_GAPS`). min_hours: the threshold.
        """
        mmsi = np.unique(gaps["mmsi"].to_numpy())
        plain = mmsi[~np.isin(mmsi, self._jumping)]
        tables = self._about(gaps, plain)
        found = found_in(*tables, min_hours=min_hours, as_of_us=self._as_of_us).gaps
        # Of a ship as a whole the present gaps know more than those days.
        ships, first = np.unique(gaps["mmsi"].to_numpy(), return_index=True)
        row = pa.array(first[np.searchsorted(ships, found["mmsi"].to_numpy())])
        for name in ("under_way_kn", "jumps", "tracks"):
            at = BARE_GAPS.get_field_index(name)
            found = found.set_column(at, BARE_GAPS.field(at), gaps[name].take(row))
        some = np.isin(self._jumping, mmsi)
        if some.any():
            of_these = self._of_jumping(min_hours)
            asked = np.isin(of_these["mmsi"].to_numpy(), self._jumping[some])
            found = pa.concat_tables([found, of_these.filter(pa.array(asked))])
        # A ship that jumps is known for as long as the archive is: each 30 days more would be judged by evidence of their own.
        of_days = _by_block(gaps, range(-_OTHERS_BLOCKS, 2))
        return found.filter(pa.array(np.isin(_by_block(found), of_days)))

    @cached_property
    def _jumping(self) -> Ints:
        """The MMSI that jump, ascending."""
        inside = longer(self._since[1], FLOOR_H)
        found = stitch(self._days, inside, min_hours=FLOOR_H, as_of_us=self._as_of_us).jumping
        return np.union1d(found, self._carry.jumping)

    def _of_jumping(self, min_hours: float) -> pa.Table:
        """All silences over a threshold of the MMSI that jump."""
        gaps = self._dealt.gaps
        lasts_us = pc.subtract(pc.fill_null(gaps["on_us"], self._as_of_us), gaps["off_us"])
        return gaps.filter(pc.greater(lasts_us, round(min_hours * H_US)))

    @cached_property
    def _dealt(self) -> Stitched:
        """The MMSI that jump dealt to tracks, once for all thresholds: that is what costs."""
        return found_in(*self._whole, min_hours=FLOOR_H, as_of_us=self._as_of_us)

    @cached_property
    def _whole(self) -> Tables:
        """All that was ever sent under the MMSI that jump."""
        new = self._jumping[~np.isin(self._jumping, self._carry.jumping)]
        days, inside, runs = (t.filter(pa.array(np.isin(t["mmsi"].to_numpy(), self._jumping))) for t in self._since)
        earlier = read(self._store, self._ingests, (BEGINNING, self._carry.before - 1), new)
        return joined(self._carry.whole, (days, inside, runs), earlier)

    def _about(self, gaps: pa.Table, mmsi: Ints) -> Tables:
        """What some ships sent in the 30 days of their gaps' beginning and the 60 before, and up to the present.

        Between a gap's beginning and the present a ship sent nothing, or the gap would not reach it.
        """
        if not len(mmsi):
            return read(self._store, self._ingests, (0, 0), mmsi)
        last = self._as_of_us // DAY_US
        recent = (last // BLOCK_DAYS - _OTHERS_BLOCKS) * BLOCK_DAYS
        ship = gaps["mmsi"].to_numpy()
        block = gaps["off_us"].to_numpy() // DAY_US // BLOCK_DAYS
        oldest = np.full(len(mmsi), last // BLOCK_DAYS)
        asked = np.isin(ship, mmsi)
        np.minimum.at(oldest, np.searchsorted(mmsi, ship[asked]), block[asked])
        found = [read(self._store, self._ingests, (recent, last), mmsi)]
        for number in np.unique(oldest[oldest * BLOCK_DAYS < last // BLOCK_DAYS * BLOCK_DAYS]).tolist():
            span = ((number - _OTHERS_BLOCKS) * BLOCK_DAYS, min((number + 1) * BLOCK_DAYS, recent) - 1)
            if span[1] >= span[0]:
                found.append(read(self._store, self._ingests, span, mmsi[oldest == number]))
        return joined(*found)


def _by_block(gaps: pa.Table, beside: range = range(1)) -> Ints:
    """MMSI and number of the 30 days in which each gap begins, as one number; or of those beside them, so many later."""
    block = gaps["off_us"].to_numpy() // DAY_US // BLOCK_DAYS
    key = gaps["mmsi"].to_numpy().astype(np.int64) << 32 | (block + (1 << 20))
    return np.concatenate([key + later for later in beside])
