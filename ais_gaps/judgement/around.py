"""That very hour: how many of the ships about were heard, against how many should have been.

Ashore within cells of half a degree and their neighbours; satellites over a Gaussian of 170 nm, since a pass or an outage of their
feed is seen far around. Sums of one day at a time, so that memory is bounded however long a period is.
"""

from __future__ import annotations

from dataclasses import dataclass
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


class Waters:
    """The cells that ships of a period were in, numbered; neighbours ashore and for satellites."""

    def __init__(self, cell: Ints) -> None:
        """From the cells of 0.25 degree that any ship was in."""
        self._half, self._neighbours = _boxes(np.unique(within(HALF)[cell]))
        wide = np.unique(within(cells.WIDE)[cell])
        self._wide = np.full(cells.count(cells.WIDE), -1, np.int32)
        self._wide[wide] = np.arange(len(wide))
        self.pull = _kernel(wide)
        self.halves, self.wides = len(self._neighbours), len(wide)

    def half(self, cell: Ints) -> Ints:
        """Number of the half-degree cell; the last one stands for all where nobody was near."""
        return np.asarray(self._half[within(HALF)[cell]], np.int64)

    def wide(self, cell: Ints) -> Ints:
        """Number of the cell of 2 degrees; -1 where nobody was."""
        return np.asarray(self._wide[within(cells.WIDE)[cell]], np.int64)

    def boxed(self, key: Ints, half: Ints, values: Ints) -> Floats:
        """Sums over each cell and its neighbours.

        Args:
            key: hour of the day of each value. half: its cell. values: what is summed.

        Returns:
            shape (`HOURS`, halves + 1); the last column, of cells far from any ship, is zero.
        """
        to = self._neighbours[half]
        at = key[:, None] * (self.halves + 1) + to
        sums = np.bincount(at.ravel(), np.repeat(values, to.shape[1]), minlength=HOURS * (self.halves + 1))
        sums = sums.reshape(HOURS, self.halves + 1)
        sums[:, -1] = 0.0
        return sums

    def near(self, one: Ints, other: Ints) -> Ints:
        """Whether a half-degree cell is among the neighbours of another, itself included."""
        known = one < self.halves
        found = np.zeros(len(one), np.bool_)
        found[known] = (self._neighbours[one[known]] == other[known, None]).any(axis=1)
        return found


@dataclass(frozen=True)
class Day:
    """Peers of a day by hour: heard and expected, ashore by half-degree cell with its neighbours, and by satellite.

    Attributes:
        peers, heard, expected: ship-hours about, of them heard ashore, and the sum of their chances; (`HOURS`, halves + 1).
        space_heard, space_expected: likewise by satellite, weighted by nearness; (`HOURS`, wides).
        any: 1 in hours in which the feed heard anybody at all, else 0; (`HOURS`,).
    """

    peers: Floats
    heard: Floats
    expected: Floats
    space_heard: Floats
    space_expected: Floats
    any: Floats

    @classmethod
    def of(cls, hours: pa.Table, day: int, coverage: Coverage, waters: Waters) -> Day:
        """From ship-hours by clock hour (`schema.PEER_HOURS`) of one day (since 1970)."""
        # Hours that only later reports tell of may lie in waters that nobody is known in yet.
        half, wide = waters.half(hours["cell"].to_numpy()), waters.wide(hours["cell"].to_numpy())
        inside = (half < waters.halves) & (wide >= 0)
        hours, half, wide = hours.filter(pa.array(inside)), half[inside], wide[inside]
        at = hours["hour"].to_numpy() - day * HOURS
        cell = hours["cell"].to_numpy()
        groups = group(hours["ais_class"].to_numpy(), hours["moving"].cast(pa.int8()).to_numpy())
        n, heard, left, by_space = coverage.of_kind(hours)
        expected = n * coverage.ashore(groups, cell)
        space = left * coverage.space(groups, cell)
        of_space = [
            np.bincount(at * waters.wides + wide, values, minlength=HOURS * waters.wides).reshape(HOURS, waters.wides)
            @ waters.pull
            for values in (by_space, space)
        ]
        anybody = np.bincount(at, hours["heard"].to_numpy(), minlength=HOURS) > 0
        peers, ashore, should = (waters.boxed(at, half, values) for values in (n, heard, expected))
        return cls(peers, ashore, should, of_space[0], of_space[1], anybody.astype(np.float64))


def _boxes(halves: Ints) -> tuple[Ints, Ints]:
    """Numbers of the half-degree cells that ships were in or beside, and of each the up to 9 in its neighbourhood."""
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
    every = np.unique(np.stack(found))
    number = np.full(cells.count(HALF), len(every), np.int32)
    number[every] = np.arange(len(every))
    around = np.full((len(every), 9), len(every), np.int32)
    around[number[halves]] = np.sort(number[np.stack(found, axis=1)], axis=1)
    again = np.zeros(around.shape, np.bool_)
    again[:, 1:] = around[:, 1:] == around[:, :-1]
    around[again] = len(every)
    return number, around


def _kernel(wide: Ints) -> Floats:
    """How much a cell of 2 degrees tells of another: a Gaussian of their distance."""
    edges = cells.edges(wide, cells.WIDE)
    lat, lon = np.radians(edges.lat), np.radians(edges.lon)
    at = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    nm = 2.0 * np.arcsin(np.clip(np.sqrt(np.maximum(2.0 - 2.0 * at @ at.T, 0.0)) / 2.0, 0.0, 1.0)) * 3440.065
    return np.where(nm < _UP_TO_NM, np.exp(-0.5 * (nm / _PASS_NM) ** 2), 0.0)
