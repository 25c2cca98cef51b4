"""A window of the sea as a lattice that is fine along coasts and coarse in the open: its points, and the steps between them.

Level l holds lattice points whose column and row are multiples of 2^l; levels share points, so that a way passes from one to
the other. A step joins two points of one level and is there only if the straight line between them (in Mercator's
projection) crosses no coast. The test is exact (`crossings.blocked`), not one of cells: so no isthmus is ever crossed,
however coarse the lattice.

A way on a lattice is longer than the true one where its direction lies between those of the steps: by up to
1 / cos(half the angle between neighbouring directions) - 1, for the sets here 1.3 % (finer levels) and 0.35 %
(the two coarsest, of which longer ways consist).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.sea import crossings, land, mercator
from ais_gaps.sea.tiers import Window, columns

_PHASE: Final = 0.29  # so that no lattice line runs along the grid of the land's own vertices
_FINEST: Final = 0.7
_PAD: Final = 16  # segments this many steps outside matter to steps at the window's edge


def _directions(*octant: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Half of all directions (the other half are the same steps walked back) from those between east and north-east."""
    found: list[tuple[int, int]] = []
    for a, b in octant:
        for dx, dy in ((a, b), (b, a), (a, -b), (b, -a)):
            step = (dx, dy) if (dx, dy) > (0, 0) else (-dx, -dy)
            if step not in found:
                found.append(step)
    return tuple(found)


THIRTY_TWO: Final = _directions((1, 0), (3, 1), (2, 1), (3, 2), (1, 1))
FORTY_EIGHT: Final = _directions((1, 0), (6, 1), (3, 1), (2, 1), (3, 2), (5, 4), (1, 1))


@dataclass(frozen=True)
class Nodes:
    """Water points of a lattice.

    Attributes:
        step: of the finest level, in Mercator's degrees. west, south: position of column 0, row 0 there.
        column, row: int32, of each point, ordered by row.
        shape: rows and columns of the lattice. wraps: its columns go round the earth.
    """

    window: Window
    step: float
    shape: tuple[int, int]
    column: NDArray[np.int32]
    row: NDArray[np.int32]

    @property
    def west(self) -> float:
        """Longitude of column 0."""
        return self.window.west + _PHASE * self.step

    @property
    def south(self) -> float:
        """Mercator's y of row 0."""
        return _origin(self.window, self.step)

    @cached_property
    def lon(self) -> NDArray[np.float64]:
        """Longitudes as the window counts them."""
        return self.west + self.column.astype(np.float64) * self.step

    @cached_property
    def lat(self) -> NDArray[np.float64]:
        """Latitudes, degrees."""
        return mercator.latitude(self.south + self.row.astype(np.float64) * self.step)

    def find(self, column: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number of the point at each column and row, -1 where there is none."""
        rows, wide = self.shape
        if self.window.round_the_world:
            column = column % wide
        wanted = row * wide + column
        number = np.minimum(np.searchsorted(self._place, wanted), len(self._place) - 1)
        there = (column >= 0) & (column < wide) & (row >= 0) & (row < rows) & (self._place[number] == wanted)
        return np.where(there, number, -1)

    @cached_property
    def _place(self) -> NDArray[np.int64]:
        return self.row.astype(np.int64) * self.shape[1] + self.column

    def index(self) -> NDArray[np.int32]:
        """The number of the point at each row and column, -1 where there is none."""
        numbers = np.full(self.shape, -1, dtype=np.int32)
        numbers[self.row, self.column] = np.arange(len(self.row), dtype=np.int32)
        return numbers


@dataclass(frozen=True)
class Steps:
    """Steps between points, each once: numbers of the two points and the length."""

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    nm: NDArray[np.float32] | NDArray[np.float64]


def _origin(window: Window, step: float) -> float:
    return float(mercator.northing(np.array([window.south]))[0]) + _PHASE * step


def geometry(window: Window) -> tuple[float, tuple[int, int]]:
    """A window's finest step in Mercator's degrees, and its rows and columns."""
    middle = 0.0 if window.round_the_world else (window.south + window.north) / 2.0
    step = window.tier.step_deg / float(np.cos(np.radians(middle)))
    wide = columns(window, step)
    if window.round_the_world:
        step = 360.0 / wide
    south, north = mercator.northing(np.array([window.south, window.north]))
    return step, (int((north - south) / step), wide)


def _coast(window: Window, step: float, shape: tuple[int, int]) -> crossings.Coast:
    """The coast in lattice units: all that reaches into the window's rows, from west of it to a little east."""
    rings = land.rings()
    y = (mercator.northing(rings.lat) - _origin(window, step)) / step
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        if window.west < 180.0 + turn and window.east > -180.0 + turn:
            x = (rings.lon + turn - window.west) / step - _PHASE
            here = crossings.Coast(x, y, x[rings.following], y[rings.following])
            parts.append(here.within(-np.inf, -_PAD, shape[1] + _PAD, shape[0] + _PAD))
    return crossings.Coast(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("x1", "y1", "x2", "y2"))
    )


def build(window: Window) -> tuple[Nodes, Steps]:
    """The lattice of a window. Points without any step, and waters cut off from all others, are still in it."""
    step, shape = geometry(window)
    coast = _coast(window, step, shape)
    water = crossings.water(coast, *shape)
    coast = coast.within(-_PAD, -_PAD, shape[1] + _PAD, shape[0] + _PAD)
    levels = list(_levels(window, step, water, _shore(coast, water)))
    kept = np.zeros(shape, dtype=np.bool_)
    for level, points in enumerate(levels):
        kept[:: 1 << level, :: 1 << level] |= points
    row, column = np.nonzero(kept)
    nodes = Nodes(window, step, shape, column.astype(np.int32), row.astype(np.int32))
    numbers = nodes.index()
    found: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]] = []
    for level, points in enumerate(levels):
        some = np.where(points, numbers[:: 1 << level, :: 1 << level], -1)
        directions = THIRTY_TWO if level < len(levels) - 2 else FORTY_EIGHT
        scaled = coast.scaled(1 << level)
        found += [_steps(nodes, some, scaled, level, dx, dy) for dx, dy in directions]
    start, end, nm = (np.concatenate(column) for column in zip(*found, strict=True))
    return nodes, Steps(start, end, nm)


def _steps(
    nodes: Nodes, numbers: NDArray[np.int32], coast: crossings.Coast, level: int, dx: int, dy: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """The steps of a level in one direction (dx >= 0)."""
    rows, wide = numbers.shape
    free = np.ones(numbers.shape, dtype=np.bool_)
    x, y = crossings.blocked(coast, dx, dy)
    if nodes.window.round_the_world:
        x %= wide
        ahead = np.roll(numbers, -dx, axis=1)
        to = wide
    else:
        ahead = numbers[:, dx:]
        to = wide - dx
    inside = (x >= 0) & (x < wide) & (y >= 0) & (y < rows)
    free[y[inside], x[inside]] = False
    first, last = max(0, -dy), min(rows, rows - dy)
    start, end = numbers[first:last, :to], ahead[first + dy : last + dy, :to]
    there = (start >= 0) & (end >= 0) & free[first:last, :to]
    lat = mercator.latitude(nodes.south + (np.arange(rows) << level).astype(np.float64) * nodes.step)
    nm = mercator.step_nm(lat[first:last], lat[first + dy : last + dy], (dx << level) * nodes.step)
    return start[there], end[there], nm[np.nonzero(there)[0]]


def _shore(coast: crossings.Coast, water: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Points beside a coast: those whose neighbour is of the other kind, and those nearest to a vertex (for islets)."""
    rows, wide = water.shape
    shore = np.zeros(water.shape, dtype=np.bool_)
    shore[1:] |= water[1:] != water[:-1]
    shore[:, 1:] |= water[:, 1:] != water[:, :-1]
    column, row = np.rint(coast.x1).astype(np.int64), np.rint(coast.y1).astype(np.int64)
    inside = (column >= 0) & (column < wide) & (row >= 0) & (row < rows)
    shore[row[inside], column[inside]] = True
    return shore


def _levels(
    window: Window, step: float, water: NDArray[np.bool_], shore: NDArray[np.bool_]
) -> Iterator[NDArray[np.bool_]]:
    """The points of each level, each in its own, coarser array."""
    tier = window.tier
    finer = _fineness(window, step, len(water))
    around = "wrap" if window.round_the_world else "nearest"
    for level in range(tier.levels):
        stride = 1 << level
        if level == tier.levels - 1:
            yield water[::stride, ::stride]
        else:
            points = (water & _grown(shore, tier.zone * stride, around))[::stride, ::stride]
            # Towards the poles a lattice step is fewer miles; what is finer there than anywhere else is left out.
            points[stride * finer[::stride] < _FINEST] = False
            yield points


def _fineness(window: Window, step: float, rows: int) -> NDArray[np.float64]:
    """How long a step is in each row against one in the window's middle latitude (for the world, the equator)."""
    lat = mercator.latitude(_origin(window, step) + np.arange(rows, dtype=np.float64) * step)
    return np.cos(np.radians(lat)) * step / window.tier.step_deg


def _grown(mask: NDArray[np.bool_], reach: int, around: str) -> NDArray[np.bool_]:
    """The points within so many rows and columns of the mask's."""
    from scipy.ndimage import maximum_filter1d  # type: ignore[import-untyped]

    tall = maximum_filter1d(mask.view(np.uint8), 2 * reach + 1, axis=0, mode="nearest")
    grown: NDArray[np.bool_] = maximum_filter1d(tall, 2 * reach + 1, axis=1, mode=around).view(np.bool_)
    return grown
