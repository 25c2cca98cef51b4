"""Coverage: the long-run chance that a ship is heard in a clock hour, by place, class and whether she moves.

Terrestrial receivers by cells of 0.25 degree under their parents of 1 degree, satellites by cells of 2 degrees, and only over hours
in which no terrestrial receiver heard the ship:

    base = min(T0, 0.005, (HA + 6 * 0.005) / (NA + 6))        parent = (H1 + 6 base) / (N1 + 6)
    ashore = (H + 6 parent) / (N + 6)                         space = (HS + 40 S0 f) / (NS + 40)

T0 and S0 are the rates of the group; HA and NA are of all groups: where ships under way are never heard, beyond a feed's edge, one
that lies still would not be either. f is 1, but less where fewer than 20 ship-hours are known in the cell of 2 degrees: a feed may
end there. Where reports do not say what kind of receiver heard them, all are counted as ashore.

The ship that is judged is left out: else a dark voyage would teach its cells to be holes, and a ship that lies alone in her bay
would be her own witness.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.reception import cells
from ais_gaps.schema import CLASSES

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

GROUPS: Final = 4
"""Groups of ship-hours: class A at rest, class A moving, class B at rest, class B moving. A ship of unknown class counts as A."""
HALF: Final = 4
"""Size of cells of half a degree (see `reception.cells`)."""

_B: Final = CLASSES.index("B")
_PULL, _PULL_SPACE, _EMPTY_SEA = 6.0, 40.0, 0.005
_KNOWN_TO_SPACE: Final = (
    20.0  # ship-hours in a wide cell from which it is known that satellites' reports of it are in the feed
)
_LEAST_CHANCE, _MOST_CHANCE = 1e-4, 0.995
_OFTEN: Final = 20_000.0  # ship-hours of a cell beyond which one ship's own hours do not change its share


def group(ais_class: Ints, moving: Ints) -> Ints:
    """Number of the group, 0 to `GROUPS` - 1."""
    return np.asarray(2 * (ais_class == _B) + (moving != 0), np.int64)


@cache
def within(size: int) -> Ints:
    """For each cell of 0.25 degree the larger cell that it lies in."""
    return cells.around(np.arange(cells.count(cells.FINE)), size).astype(np.int32)


@dataclass(frozen=True)
class Counts:
    """Ship-hours and how many of them were heard, by key; keys ascending.

    Attributes:
        maybe: by a number that each key gives: whether any key that is there gives it. Most keys that are asked for are not there.
    """

    key: Ints
    n: Ints
    h: Ints
    maybe: Flags

    @classmethod
    def of(cls, key: Ints, n: Ints, h: Ints) -> Counts:
        """Sums by key."""
        order = np.argsort(key)
        key = key[order]
        first = np.flatnonzero(np.diff(key, prepend=-1))
        n_sums, h_sums = (np.add.reduceat(each[order], first) if len(first) else each[:0] for each in (n, h))
        maybe = np.zeros(1 << max(8 * len(first), 2).bit_length(), np.bool_)
        maybe[_spread(key[first], len(maybe))] = True
        return cls(key[first], n_sums, h_sums, maybe)

    def at(self, key: Ints) -> tuple[Floats, Floats]:
        """Sums of some keys; zeros where there are none."""
        n, h = np.zeros(len(key)), np.zeros(len(key))
        some = np.flatnonzero(self.maybe[_spread(key, len(self.maybe))])
        if len(some):
            row = np.minimum(np.searchsorted(self.key, key[some]), len(self.key) - 1)
            there = self.key[row] == key[some]
            n[some[there]], h[some[there]] = self.n[row[there]], self.h[row[there]]
        return n, h


def _spread(key: Ints, size: int) -> Ints:
    """Numbers below a power of two that tell keys apart as a rule (Fibonacci hashing)."""
    product = key.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return np.asarray(product >> np.uint64(65 - size.bit_length()))


@dataclass(frozen=True)
class Own:
    """What some ships themselves contribute, by their number here, group and cell; and how well each is received."""

    fine: Counts
    parent: Counts
    wide: Counts
    near: Counts
    """By ship and parent cell, all groups together."""


class Coverage:
    """Coverage of a period.

    Attributes:
        by_kind: whether reports say what kind of receiver heard them; else ``ashore`` is of any receiver and ``space`` is none.
        ship_hours: in all, of known kind where ``by_kind``.
    """

    def __init__(self, tables: Iterable[pa.Table]) -> None:
        """From ship-hours by cell (`schema.SHIP_CELLS`), of any number of slices of the fleet."""
        size = cells.count(cells.FINE)
        sums = np.zeros((5, GROUPS * size))
        for table in tables:
            key = _group_of(table) * size + table["cell"].to_numpy()
            for row, name in enumerate(("n", "heard", "kinds", "terrestrial", "satellite")):
                sums[row] += np.bincount(key, table[name].to_numpy(), minlength=GROUPS * size)
        n, heard, kinds, terrestrial, satellite = sums.reshape(5, GROUPS, size)
        self.by_kind = bool(kinds.sum() > 0.5 * n.sum())
        self._n, self._h = (kinds, terrestrial) if self.by_kind else (n, heard)
        self.ship_hours = float(self._n.sum())
        self._parent_n, self._parent_h = (_gathered(values, cells.PARENT) for values in (self._n, self._h))
        self._parent_all = self._parent_n.sum(axis=0), self._parent_h.sum(axis=0)
        self._rate = self._h.sum(axis=1) / np.maximum(self._n.sum(axis=1), 1.0)
        left, by_space = (kinds - terrestrial, satellite) if self.by_kind else np.zeros((2, *n.shape))
        self._space_n, self._space_h = (_gathered(values, cells.WIDE) for values in (left, by_space))
        self._space_rate = self._space_h.sum(axis=1) / np.maximum(self._space_n.sum(axis=1), 1.0)
        about = _gathered(n, cells.WIDE).sum(axis=0)
        self._in_feed = np.minimum(about / _KNOWN_TO_SPACE, 1.0)
        self._base = np.minimum(self._rate, _EMPTY_SEA)

    @property
    def cells(self) -> Ints:
        """The cells of 0.25 degree that any ship was in."""
        return np.flatnonzero(self._n.sum(axis=0))

    @property
    def heard_by_cell(self) -> Floats:
        """Ship-hours heard ashore (by any receiver, where kinds are not known) in each cell of 0.25 degree."""
        return np.asarray(self._h.sum(axis=0))

    def observed(
        self, ship: Ints, table: pa.Table, own: Own, ships: int
    ) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Of each ship the ship-hours heard ashore and by satellite; and how many others would have been in her place.

        Args:
            ship: number of the ship of each row. table: ship-hours by cell. own: the same, to be left out. ships: how many.
        """
        groups, cell = _group_of(table), table["cell"].to_numpy()
        n, heard, left, by_space = self.of_kind(table)
        expected = n * self.ashore(groups, cell, ship, own), left * self.space(groups, cell, ship, own)
        sums = [np.bincount(ship, values, minlength=ships) for values in (heard, by_space, *expected)]
        return (sums[0], sums[1]), (sums[2], sums[3])

    def own_heard_near(self, cell: Ints, ship: Ints, own: Own) -> Floats:
        """Ship-hours of a ship's own heard ashore in the parent cell, in all groups."""
        return own.near.at(ship.astype(np.int64) * cells.count(cells.PARENT) + within(cells.PARENT)[cell])[1]

    def of_kind(self, table: pa.Table) -> tuple[Ints, ...]:
        """Columns of ship-hours that count here: those ashore can hear and did, those left to satellites and heard by them."""
        n, heard, kinds, terrestrial, satellite = (
            table[name].to_numpy() for name in ("n", "heard", "kinds", "terrestrial", "satellite")
        )
        none = np.zeros(len(n))
        return (kinds, terrestrial, kinds - terrestrial, satellite) if self.by_kind else (n, heard, none, none)

    def own(self, ship: Ints, table: pa.Table) -> Own:
        """What ships contributed themselves.

        Args:
            ship: their number, 0 and up, for each row.
            table: ship-hours by cell.
        """
        n, h, space_n, space_h = self.of_kind(table)
        cell, of = table["cell"].to_numpy(), ship * GROUPS + _group_of(table)
        parent, wide = within(cells.PARENT)[cell], within(cells.WIDE)[cell]
        return Own(
            Counts.of(of * cells.count(cells.FINE) + cell, n, h),
            Counts.of(of * cells.count(cells.PARENT) + parent, n, h),
            Counts.of(of * cells.count(cells.WIDE) + wide, space_n, space_h),
            Counts.of(ship * cells.count(cells.PARENT) + parent, n, h),
        )

    def ashore(self, groups: Ints, cell: Ints, ship: Ints | None = None, own: Own | None = None) -> Floats:
        """The chance to be heard by a terrestrial receiver (by any, where kinds are not known).

        Args:
            groups, cell: group and 0.25 degree cell.
            ship, own: whose own hours are left out; None = nobody's.
        """
        if own is None or ship is None:
            return np.asarray(self.plain[groups, cell])
        parent = within(cells.PARENT)[cell]
        n, h = self._n[groups, cell], self._h[groups, cell]
        around_n, around_h = self._parent_n[groups, parent], self._parent_h[groups, parent]
        few = np.flatnonzero((n < _OFTEN) | (around_n < _OFTEN))
        of = ship[few] * GROUPS + groups[few]
        mine_n, mine_h = own.fine.at(of * cells.count(cells.FINE) + cell[few])
        n[few] -= mine_n
        h[few] -= mine_h
        mine_n, mine_h = own.parent.at(of * cells.count(cells.PARENT) + parent[few])
        around_n[few] -= mine_n
        around_h[few] -= mine_h
        every_n, every_h = (each[parent] for each in self._parent_all)
        mine_n, mine_h = own.near.at(ship[few].astype(np.int64) * cells.count(cells.PARENT) + parent[few])
        every_n[few] -= mine_n
        every_h[few] -= mine_h
        base = np.minimum(self._base[groups], _expected(every_n, every_h))
        return _chance(n, h, around_n, around_h, base)

    @cached_property
    def plain(self) -> Floats:
        """`ashore` of all groups and cells with nobody's hours left out, shape (`GROUPS`, cells)."""
        parent = within(cells.PARENT)
        base = np.minimum(self._base[:, None], _expected(*self._parent_all))[:, parent]
        return _chance(self._n, self._h, self._parent_n[:, parent], self._parent_h[:, parent], base)

    def space(self, groups: Ints, cell: Ints, ship: Ints | None = None, own: Own | None = None) -> Floats:
        """The chance to be heard by satellite where no terrestrial receiver hears her; arguments as of `ashore`."""
        wide = within(cells.WIDE)[cell]
        n, h = self._space_n[groups, wide], self._space_h[groups, wide]
        if own is not None and ship is not None:
            few = np.flatnonzero(n < _OFTEN)
            mine_n, mine_h = own.wide.at((ship[few] * GROUPS + groups[few]) * cells.count(cells.WIDE) + wide[few])
            n[few] -= mine_n
            h[few] -= mine_h
        rate = self._space_rate[groups] * self._in_feed[wide]
        return np.asarray((np.maximum(h, 0.0) + _PULL_SPACE * rate) / (np.maximum(n, 0.0) + _PULL_SPACE))

    def ship_hours_near(self, cell: Ints, ship: Ints | None = None, own: Own | None = None) -> Floats:
        """Ship-hours of the parent cell, all groups: what an estimate there rests on; arguments as of `ashore`."""
        parent = within(cells.PARENT)[cell]
        n = self._parent_all[0][parent]
        if own is not None and ship is not None:
            n -= own.near.at(ship.astype(np.int64) * cells.count(cells.PARENT) + parent)[0]
        return np.asarray(n)


def _expected(n: Floats, h: Floats) -> Floats:
    """What ships of a group that is not known in a parent cell are to be expected of, by all groups there."""
    return np.asarray((np.maximum(h, 0.0) + _PULL * _EMPTY_SEA) / (np.maximum(n, 0.0) + _PULL))


def _chance(n: Floats, h: Floats, around_n: Floats, around_h: Floats, base: Floats) -> Floats:
    around = (np.maximum(around_h, 0.0) + _PULL * base) / (np.maximum(around_n, 0.0) + _PULL)
    chance = (np.maximum(h, 0.0) + _PULL * around) / (np.maximum(n, 0.0) + _PULL)
    return np.asarray(np.clip(chance, _LEAST_CHANCE, _MOST_CHANCE))


def _group_of(table: pa.Table) -> Ints:
    return group(table["ais_class"].to_numpy(), table["moving"].cast(pa.int8()).to_numpy())


def _gathered(values: Floats, size: int) -> Floats:
    of = within(size)
    return np.stack([np.bincount(of, row, minlength=cells.count(size)) for row in values])
