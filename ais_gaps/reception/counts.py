"""Counts of ship-hours as an ingest keeps them: of each vessel-day by cell, and of all ships by clock hour and cell.

A vessel-day is counted from its reports and the last fix of the day before. So an ingest counts those that it touches and the day
after each, as they are now and as they were by the reports that were there before. What changed is kept: the vessel-days anew
(`SHIP_CELLS`: the newest count holds), the sums over all ships as differences (`PEER_HOURS`: they add up, in whatever order).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.reception import cells
from ais_gaps.reception.fixes import Fixes
from ais_gaps.reception.shiphours import (
    DAY_S,
    HEARD,
    HOUR_S,
    KINDS,
    SATELLITE,
    TERRESTRIAL,
    VesselDays,
    ship_hours,
)
from ais_gaps.schema import PEER_HOURS, SHIP_CELLS

Ints = npt.NDArray[Any]

# What a ship-hour is counted under, in one number: from the lowest bit how (4), overnight (1), moving (1), class (2), cell (20);
# above them its clock hour or the number of its vessel-day.
_HOW, _OVERNIGHT, _MOVING, _CLASS, _CELL = 4, 1, 1, 2, 20
_GROUP: Final = _OVERNIGHT + _MOVING + _CLASS + _CELL
assert cells.count(cells.FINE) <= 1 << _CELL


class Changes:
    """What an ingest changes in the counts, slice by slice of the fleet; stretches of days one after the other.

    Args:
        seq: number written into the rows.
    """

    def __init__(self, seq: int) -> None:
        self._seq = seq
        self._now: list[Ints] = []
        self._was: list[Ints] = []
        self._tails: list[tuple[Fixes, Fixes]] = []
        self._carried = Fixes.none(), Fixes.none()

    def of(self, rows: pa.Table, before: Fixes) -> pa.Table:
        """The vessel-days of a slice whose counts change (`SHIP_CELLS`), by mmsi, day, cell, class, moving.

        Args:
            rows: sorted stored reports of whole vessel-days, with ``old``: what the archive had before.
            before: of each vessel-day whose day before is neither among them nor in the stretch before: the last fix of that day.
        """
        fixes, old = Fixes.marked(rows)
        was = fixes.take(old) if old.any() else Fixes.none()
        self._tails.append((fixes.tail(), was.tail()))
        now_before, was_before = (Fixes.joined([before, carried]) for carried in self._carried)
        now = _Counted.of(fixes, now_before)
        self._now.append(now.by_hour)
        if not len(was):
            return _ship_cells(now.days, *_distinct(now.by_day), np.empty(0, np.int64), self._seq)
        earlier = _Counted.of(was, was_before)
        self._was.append(earlier.by_hour)
        keys, counts = _distinct(now.by_day)
        differ = _differences((keys, counts), _distinct(earlier.among(now.days)))[0] >> (_GROUP + _HOW)
        changed = np.zeros(len(now.days.mmsi), np.bool_)
        changed[differ] = True
        kept = changed[keys >> (_GROUP + _HOW)]
        changed[keys[kept] >> (_GROUP + _HOW)] = False
        return _ship_cells(now.days, keys[kept], counts[kept], np.flatnonzero(changed), self._seq)

    def hours(self) -> pa.Table:
        """The differences of the sums over the ships of all slices since the last call (`PEER_HOURS`), by hour and cell.

        What comes next is of later days.
        """
        joined = [Fixes.joined(tails) for tails in zip(*self._tails, strict=True)] or [Fixes.none()] * 2
        self._carried = joined[0], joined[1]
        now, was = (_distinct(np.concatenate([_NONE, *keys])) for keys in (self._now, self._was))
        self._tails, self._now, self._was = [], [], []
        keys, counts = _differences(now, was) if len(was[0]) else now
        return _peer_hours(*_sums(keys, counts))


def added(tables: Sequence[pa.Table]) -> pa.Table:
    """The sum of tables (`PEER_HOURS`): each key once, by hour and cell; those of which nothing is left are not there."""
    together = pa.concat_tables([PEER_HOURS.arrow.empty_table(), *tables])
    hour, cell, ais_class, moving, overnight, *sums = (column.to_numpy() for column in together.columns)
    group = ((hour.astype(np.int64) << _CELL | cell) << _CLASS | ais_class) << _MOVING | moving
    group = group << _OVERNIGHT | overnight
    if len(tables) > 1 or not (group[1:] > group[:-1]).all():
        order = np.argsort(group, kind="stable")
        at = _starts(group[order])
        group = group[order][at]
        sums = [np.add.reduceat(column[order], at) if len(at) else column for column in sums]
    return _peer_hours(group, np.stack(sums))


def _peer_hours(group: Ints, sums: Ints) -> pa.Table:
    some = np.any(sums, axis=0)
    if not some.all():
        group, sums = group[some], sums[:, some]
    columns = {"hour": group >> _GROUP, **_group(group), "overnight": (group & 1).astype(np.bool_)}
    return _table(columns, sums, PEER_HOURS.arrow)


@dataclass(frozen=True)
class _Counted:
    """A number for each ship-hour: with its clock hour, and with its vessel-day."""

    by_hour: Ints
    by_day: Ints
    days: VesselDays

    @classmethod
    def of(cls, fixes: Fixes, before: Fixes) -> _Counted:
        days: list[VesselDays] = []
        earlier, by_hour, by_day = 0, [_NONE], [_NONE]
        for some in ship_hours(fixes, before):
            if not days or days[-1] is not some.days:
                earlier += len(days[-1].mmsi) if days else 0
                days.append(some.days)
            what = (some.cell << _CLASS | some.ais_class) << _MOVING | some.moving
            # A silence that ends on the next day is not known of before.
            overnight = some.days.day[some.of_day] > some.hour // (DAY_S // HOUR_S)
            keys = ((by_hour, some.hour, overnight), (by_day, some.of_day + earlier, 0))
            for found, above, over in keys:
                of_it = (what << _OVERNIGHT | over) << _HOW | some.how
                found.append(above.astype(np.int64) << (_GROUP + _HOW) | of_it)
        mmsi, day = (np.concatenate([_NONE, *(getattr(d, name) for d in days)]) for name in ("mmsi", "day"))
        return cls(np.concatenate(by_hour), np.concatenate(by_day), VesselDays(mmsi, day))

    def among(self, days: VesselDays) -> Ints:
        """`by_day` with the numbers that the vessel-days have among others."""
        if not len(self.by_day):
            return self.by_day
        number = np.searchsorted(_key(days), _key(self.days))
        what = self.by_day & ((1 << (_GROUP + _HOW)) - 1)
        return np.asarray(number[self.by_day >> (_GROUP + _HOW)] << (_GROUP + _HOW) | what)


_NONE: Final = np.empty(0, np.int64)


def _key(days: VesselDays) -> Ints:
    key: Ints = days.mmsi.astype(np.int64) << 32 | days.day
    return key


def _distinct(keys: Ints) -> tuple[Ints, Ints]:
    """Each key once, in order, and how often it is there."""
    keys = np.sort(keys)
    at = _starts(keys)
    return keys[at], np.diff(np.append(at, len(keys)))


def _differences(now: tuple[Ints, Ints], was: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Keys whose counts differ, in order, and by how much."""
    keys = np.concatenate([now[0], was[0]])
    order = np.argsort(keys, kind="stable")
    at = _starts(keys[order])
    counts = np.add.reduceat(np.concatenate([now[1], -was[1]])[order], at) if len(at) else _NONE
    differ = np.flatnonzero(counts)
    return keys[order][at][differ], counts[differ]


def _starts(keys: Ints) -> Ints:
    """Where runs of equal keys begin."""
    new = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return np.flatnonzero(new)


def _sums(keys: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Keys without how, each once; and n, heard, kinds, terrestrial, satellite of each, shape (5, groups)."""
    group, how, counts = keys >> _HOW, (keys & ((1 << _HOW) - 1)).astype(np.int8), counts.astype(np.int32)
    by_satellite = (how & SATELLITE > 0) & (how & TERRESTRIAL == 0)
    which = [np.True_, *(how & bit > 0 for bit in (HEARD, KINDS, TERRESTRIAL)), by_satellite]
    at = _starts(group)
    sums = np.empty((len(which), len(at)), np.int32)
    if len(at):
        for row, counted in zip(sums, which, strict=True):
            np.add.reduceat(counts * counted, at, out=row)
    return group[at], sums


def _group(group: Ints) -> dict[str, Ints]:
    """Cell, class and moving of groups."""
    return {
        "cell": group >> (_CLASS + _MOVING + _OVERNIGHT) & ((1 << _CELL) - 1),
        "ais_class": group >> (_MOVING + _OVERNIGHT) & ((1 << _CLASS) - 1),
        "moving": (group >> _OVERNIGHT & 1).astype(np.bool_),
    }


def _ship_cells(days: VesselDays, keys: Ints, counts: Ints, emptied: Ints, seq: int) -> pa.Table:
    """Rows of vessel-days; of each that is ``emptied`` one that says so."""
    group, sums = _sums(keys, counts)
    if len(emptied):
        group = np.append(group, emptied << _GROUP)
        order = np.argsort(group, kind="stable")
        group, sums = group[order], np.append(sums, np.zeros((5, len(emptied)), np.int32), axis=1)[:, order]
    of = group >> _GROUP
    columns = {"mmsi": days.mmsi[of], "day": days.day[of], "seq": np.full(len(of), seq), **_group(group)}
    return _table(columns, sums, SHIP_CELLS.arrow)


def _table(columns: dict[str, Ints], sums: Ints, schema: pa.Schema) -> pa.Table:
    arrays = [*columns.values(), *sums]
    return pa.table(
        [pa.array(a.astype(f.type.to_pandas_dtype(), copy=False)) for a, f in zip(arrays, schema, strict=True)],
        schema=schema,
    )
