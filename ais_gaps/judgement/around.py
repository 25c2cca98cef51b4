"""That very hour: how many of the ships about were heard, against how many should have been.

Ashore within cells of half a degree and their neighbours; satellites over a Gaussian of 170 nm, since a pass or an outage of their
feed is seen far around. Sums of one day at a time, so that memory is bounded however long a period is.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.judgement.coverage import HALF, Coverage, group, within
from ais_gaps.reception import cells

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

HOURS: Final = 24
_PASS_NM: Final = 170.0
_UP_TO_NM: Final = 3.0 * _PASS_NM
_FEW: Final = 50  # of so many cells one is asked for: then only those that tell of them are summed
_RADIUS_NM: Final = 3440.065


class Waters:
    """The cells that ships of a period were in, numbered; neighbours ashore and for satellites.

    Attributes:
        halves, wides: how many cells of half a degree and of 2 degrees are numbered.
    """

    def __init__(self, cell: Ints) -> None:
        """From the cells of 0.25 degree that any ship was in."""
        number, self._neighbours = _boxes(_sorted(within(HALF)[cell], cells.count(HALF)))
        self.halves = len(self._neighbours) - 1
        self._half = number[within(HALF)]
        self.tellers = _tellers(self._neighbours)
        wide = _sorted(within(cells.WIDE)[cell], cells.count(cells.WIDE))
        self.wides = len(wide)
        numbers = np.full(cells.count(cells.WIDE), -1, np.int32)
        numbers[wide] = np.arange(self.wides)
        self._wide = numbers[within(cells.WIDE)]
        self._middles = _middles(wide)

    def half(self, cell: Ints) -> Ints:
        """Number of the half-degree cell; the last one stands for all where nobody was near."""
        return np.asarray(self._half[cell])

    def wide(self, cell: Ints) -> Ints:
        """Number of the cell of 2 degrees; -1 where nobody was."""
        return np.asarray(self._wide[cell])

    def around(self, values: Floats) -> Floats:
        """Sums over each half-degree cell and its neighbours, of values by cell; of the last one they are zero."""
        return np.asarray(self.tellers @ values)

    def near(self, one: Ints, other: Ints) -> Ints:
        """Whether a half-degree cell is among the neighbours of another, itself included; never of the last one."""
        found = (one == other) & (one < self.halves)
        apart = np.flatnonzero((one != other) & (one < self.halves))
        found[apart] = (self._neighbours[one[apart]] == other[apart, None]).any(axis=1)
        return np.asarray(found)

    def pull(self, one: Ints, other: Ints) -> Floats:
        """How much a cell of 2 degrees tells of another, 0 to 1: a Gaussian of their distance."""
        return _pull(np.linalg.norm(self._middles[one] - self._middles[other], axis=1))

    @cached_property
    def pulls(self) -> Any:
        """The same of all pairs, sparse: rows are told of, columns tell."""
        from scipy.sparse import csr_array  # type: ignore[import-untyped]
        from scipy.spatial import cKDTree  # type: ignore[import-untyped]

        tree = cKDTree(self._middles)
        pairs = tree.query_pairs(2.0 * np.sin(_UP_TO_NM / _RADIUS_NM / 2.0), output_type="ndarray")
        own = np.arange(self.wides)
        one, other = np.concatenate([pairs[:, 0], pairs[:, 1], own]), np.concatenate([pairs[:, 1], pairs[:, 0], own])
        found = csr_array((self.pull(one, other), (one, other)), shape=(self.wides, self.wides))
        found.sort_indices()
        return found


class Day:
    """Peers of a day by hour: heard and expected, ashore by half-degree cell with its neighbours, and by satellite.

    Attributes:
        any: 1 in hours in which the feed heard anybody at all, else 0; (`HOURS`,).
    """

    def __init__(self, hours: pa.Table, day: int, coverage: Coverage, waters: Waters) -> None:
        """From ship-hours by clock hour (`schema.PEER_HOURS`) of one day (since 1970); a key may be there several times."""
        self._waters, self._coverage, self._hours = waters, coverage, hours
        self._at = hours["hour"].to_numpy() - day * HOURS
        self._half = waters.half(hours["cell"].to_numpy())
        self.any = (np.bincount(self._at, hours["heard"].to_numpy(), minlength=HOURS) > 0).astype(np.float64)

    def ashore(self, at: Ints, half: Ints) -> list[Floats]:
        """Ship-hours about, of them heard ashore, and the sum of their chances, of hours and half-degree cells."""
        asked, of = _distinct(half, self._waters.halves + 1)
        key, tellers = of * HOURS + at, self._waters.tellers[asked]
        if len(asked) * _FEW > self._waters.halves:
            sums = self._ashore
        else:
            tell = np.zeros(self._waters.halves + 1, np.bool_)
            tell[tellers.indices] = True
            sums = self._sums_ashore(np.flatnonzero(tell[self._half]))
        return [np.take(tellers @ each, key) for each in sums]

    @cached_property
    def _ashore(self) -> list[Floats]:
        return self._sums_ashore(slice(None))

    def _sums_ashore(self, rows: Any) -> list[Floats]:
        """Of some rows: ship-hours, of them heard ashore, and the sum of their chances; by cell and hour."""
        n, heard, _, _ = self._coverage.of_kind(self._hours)
        n, heard, key = n[rows], heard[rows], self._half[rows].astype(np.int64) * HOURS + self._at[rows]
        groups, cell = (each[rows] for each in self._groups)
        sums = n, heard, n * self._coverage.plain[groups, cell]
        return [np.bincount(key, values, HOURS * (self._waters.halves + 1)).reshape(-1, HOURS) for values in sums]

    @cached_property
    def _groups(self) -> tuple[Ints, Ints]:
        hours = self._hours
        groups = group(hours["ais_class"].to_numpy(), hours["moving"].cast(pa.int8()).to_numpy())
        return groups, hours["cell"].to_numpy()

    @cached_property
    def _space(self) -> list[Floats]:
        """Heard by satellite and expected to be, by cell of 2 degrees and hour."""
        groups, cell = self._groups
        _, _, left, by_space = self._coverage.of_kind(self._hours)
        key, size = (self._waters.wide(cell).astype(np.int64) + 1) * HOURS + self._at, HOURS * (self._waters.wides + 1)
        sums = by_space, left * self._coverage.space(groups, cell)
        return [np.bincount(key, values, size).reshape(-1, HOURS)[1:] for values in sums]

    def space(self, at: Ints, wide: Ints) -> list[Floats]:
        """Heard by satellite and expected to be, weighted by nearness, of hours and cells of 2 degrees; nothing at -1."""
        if not self._coverage.by_kind:
            return [np.zeros(len(at)), np.zeros(len(at))]
        known = np.flatnonzero(wide >= 0)
        asked, of = _distinct(wide[known], self._waters.wides)
        key, pulls = of * HOURS + at[known], self._waters.pulls[asked]
        out = [np.zeros(len(at)), np.zeros(len(at))]
        for found, each in zip(out, self._space, strict=True):
            found[known] = np.take(pulls @ each, key)
        return out


def _sorted(keys: Ints, size: int) -> Ints:
    """Each key once, ascending. Keys are below a size."""
    there = np.zeros(size, np.bool_)
    there[keys] = True
    return np.flatnonzero(there)


def _distinct(keys: Ints, size: int) -> tuple[Ints, Ints]:
    """Each key once, ascending; and which of these each one is. Keys are below a size."""
    asked = _sorted(keys, size)
    number = np.empty(size, np.int64)
    number[asked] = np.arange(len(asked))
    return asked, number[keys]


def _boxes(halves: Ints) -> tuple[Ints, Ints]:
    """Numbers of the half-degree cells that ships were in or beside, the last for all others; and which up to 9 each tells of."""
    edges = cells.edges(halves, HALF)
    height = cells.height_deg(HALF)
    width = edges.east - edges.west
    found = []
    for north in (-1, 0, 1):
        for east in (-1, 0, 1):
            lat = np.clip(edges.lat + north * height, -89.999, 89.999)
            found.append(
                cells.of((lat * 1e6).astype(np.int64), ((edges.lon + east * width) * 1e6).astype(np.int64), HALF)
            )
    every = _sorted(np.stack(found), cells.count(HALF))
    number = np.full(cells.count(HALF), len(every), np.int32)
    number[every] = np.arange(len(every))
    around = np.full((len(every) + 1, 9), len(every), np.int32)
    around[number[halves]] = np.sort(number[np.stack(found, axis=1)], axis=1)
    again = np.zeros(around.shape, np.bool_)
    again[:, 1:] = around[:, 1:] == around[:, :-1]
    around[again] = len(every)
    return number, around


def _tellers(tells: Ints) -> Any:
    """Which half-degree cells tell of each, sparse: rows are told of, columns tell; the last cell neither."""
    from scipy.sparse import csr_array

    last = len(tells) - 1
    teller, told = np.repeat(np.arange(len(tells)), tells.shape[1]), tells.ravel()
    teller, told = teller[told < last], told[told < last]
    found = csr_array((np.ones(len(told)), (told, teller)), shape=(last + 1, last + 1))
    found.sort_indices()
    return found


def _middles(wide: Ints) -> Floats:
    """Middles of cells of 2 degrees, on the unit sphere."""
    edges = cells.edges(wide, cells.WIDE)
    lat, lon = np.radians(edges.lat), np.radians(edges.lon)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _pull(chord: Floats) -> Floats:
    nm = 2.0 * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0)) * _RADIUS_NM
    return np.where(nm < _UP_TO_NM, np.exp(-0.5 * (nm / _PASS_NM) ** 2), 0.0)
