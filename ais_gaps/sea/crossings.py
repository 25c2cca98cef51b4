"""Where a coast crosses the lines of a lattice: which points are water, and which steps between them meet land.

All in lattice units: point (column, row) lies at x = column, y = row. The coast is a set of segments of closed rings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Coast:
    """Segments from (x1, y1) to (x2, y2), whole rings of them where they matter."""

    x1: NDArray[np.float64]
    y1: NDArray[np.float64]
    x2: NDArray[np.float64]
    y2: NDArray[np.float64]

    def within(self, west: float, south: float, east: float, north: float) -> Coast:
        """The segments whose boxes touch a window."""
        return self._only(
            (np.maximum(self.x1, self.x2) >= west)
            & (np.minimum(self.x1, self.x2) <= east)
            & (np.maximum(self.y1, self.y2) >= south)
            & (np.minimum(self.y1, self.y2) <= north)
        )

    def scaled(self, factor: float) -> Coast:
        """The same in units `factor` times as long."""
        return Coast(self.x1 / factor, self.y1 / factor, self.x2 / factor, self.y2 / factor)

    def _only(self, chosen: NDArray[np.bool_]) -> Coast:
        return Coast(self.x1[chosen], self.y1[chosen], self.x2[chosen], self.y2[chosen])


def water(coast: Coast, rows: int, columns: int) -> NDArray[np.bool_]:
    """Which points of a lattice lie outside all rings, by the parity of the coast to the west; shape (rows, columns).

    `coast` holds every segment that reaches between the first row and the last, west of the lattice too.
    """
    segment, row = _integers_between(coast.y1, coast.y2, 0, rows)
    share = (row - coast.y1[segment]) / (coast.y2 - coast.y1)[segment]
    column = np.ceil(coast.x1[segment] + share * (coast.x2 - coast.x1)[segment]).astype(np.int64)
    kept = column < columns
    flips = np.zeros((rows, columns), dtype=np.uint8)
    np.add.at(flips, (row[kept], np.maximum(column[kept], 0)), 1)
    outside: NDArray[np.bool_] = (np.cumsum(flips, axis=1, dtype=np.uint8) & 1) == 0
    return outside


def blocked(coast: Coast, dx: int, dy: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Columns and rows of the points from which a step by (dx, dy) crosses the coast.

    dx and dy have no common divisor. The lattice points on one line in that direction are those with dy * x - dx * y = k
    for a whole k; each crossing of the coast with such a line lies in exactly one step. Points may lie outside the lattice.
    """
    first, second = dy * coast.x1 - dx * coast.y1, dy * coast.x2 - dx * coast.y2
    segment, line = _integers_between(first, second)
    share = (line - first[segment]) / (second - first)[segment]
    u, v = _on_line_one(dx, dy)
    if dx:
        x = coast.x1[segment] + share * (coast.x2 - coast.x1)[segment]
        steps = np.floor((x - line * u) / dx).astype(np.int64)
    else:
        y = coast.y1[segment] + share * (coast.y2 - coast.y1)[segment]
        steps = np.floor((y - line * v) / dy).astype(np.int64)
    return line * u + steps * dx, line * v + steps * dy


def _integers_between(
    start: NDArray[np.float64], end: NDArray[np.float64], low: int | None = None, high: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (index, k) for each whole k with min <= k < max of the two values: an end shared by two segments counts once."""
    first = np.ceil(np.minimum(start, end))
    last = np.ceil(np.maximum(start, end))
    if low is not None and high is not None:
        first, last = np.clip(first, low, high), np.clip(last, low, high)
    counts = (last - first).astype(np.int64)
    index = np.flatnonzero(counts)
    counts = counts[index]
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(index, counts), offset + np.repeat(first[index].astype(np.int64), counts)


def _on_line_one(dx: int, dy: int) -> tuple[int, int]:
    """A lattice point (u, v) with dy * u - dx * v = 1 (Bezout)."""
    reach = range(-max(abs(dx), abs(dy)), max(abs(dx), abs(dy)) + 1)
    return next((u, v) for u in reach for v in reach if dy * u - dx * v == 1)
