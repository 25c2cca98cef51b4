"""What lies in a straight line over water from one place: its horizon, direction by direction.

Great circles from a place are straight lines through the middle of a gnomonic map of it (Snyder 1987, section 22). So one
pass over the coast gives, for each of some thousand directions, how far it is to the first land, and a position is in
sight if it lies nearer than that: a depth buffer. It errs on one side only: land anywhere in a direction's wedge blocks
all of the wedge behind it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import unit_vectors

DIRECTIONS: Final = 8192
_FAR: Final = np.cos(np.radians(80.0))  # a gnomonic map ends short of 90 degrees
_WEDGE: Final = 2.0 * np.pi / DIRECTIONS


def horizon(lat: float, lon: float, start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float32]:
    """Distance to the first land in each direction, on the gnomonic map (tangent of the angle); inf where there is none.

    Args:
        lat, lon: the place, degrees.
        start, end: `unit_vectors` of the ends of each segment of coast, shape (n, 3).
    """
    x1, y1, seen1 = _gnomonic(lat, lon, start)
    x2, y2, seen2 = _gnomonic(lat, lon, end)
    kept = seen1 & seen2
    x1, y1, x2, y2 = x1[kept], y1[kept], x2[kept], y2[kept]
    from_, to = np.arctan2(x1, y1), np.arctan2(x2, y2)
    turn = (to - from_ + np.pi) % (2.0 * np.pi) - np.pi
    low = np.where(turn >= 0, from_, from_ + turn)
    high = low + np.abs(turn)
    first = np.floor(low / _WEDGE).astype(np.int64)
    counts = np.floor(high / _WEDGE).astype(np.int64) - first + 1
    segment = np.repeat(np.arange(len(first)), counts)
    wedge = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts) + first[segment]
    dx, dy = x2 - x1, y2 - y1
    area = x1 * dy - y1 * dx
    nearer, farther = np.minimum(np.hypot(x1, y1), np.hypot(x2, y2)), np.maximum(np.hypot(x1, y1), np.hypot(x2, y2))
    depth = np.full(len(segment), np.inf)
    for edge in (np.maximum(wedge * _WEDGE, low[segment]), np.minimum((wedge + 1) * _WEDGE, high[segment])):
        across = np.sin(edge) * dy[segment] - np.cos(edge) * dx[segment]
        with np.errstate(divide="ignore", invalid="ignore"):
            along = area[segment] / across
        # A segment that points at the place is seen at its nearer end.
        along = np.where(np.abs(across) > 1e-14, along, nearer[segment])
        depth = np.minimum(depth, np.where(along > 0.0, np.minimum(along, farther[segment]), nearer[segment]))
    found = np.full(DIRECTIONS, np.inf)
    np.minimum.at(found, wedge % DIRECTIONS, depth)
    return (found * (1.0 - 1e-6)).astype(np.float32)


def in_sight(
    depths: NDArray[np.float32], lat: float, lon: float, lats: NDArray[np.float64], lons: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which positions lie in sight of the place that the horizon is of."""
    x, y, near = _gnomonic(lat, lon, unit_vectors(lats, lons))
    wedge = np.floor(np.arctan2(x, y) / _WEDGE).astype(np.int64) % DIRECTIONS
    return near & (np.hypot(x, y) < depths[wedge])


def _gnomonic(
    lat: float, lon: float, vectors: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Coordinates to the east and north on the map, and what of it is on the map at all."""
    up = unit_vectors(lat, lon)
    turn = np.radians(lon)
    east = np.array([-np.sin(turn), np.cos(turn), 0.0])
    height = vectors @ up
    near = height > _FAR
    safe = np.where(near, height, 1.0)
    return vectors @ east / safe, vectors @ np.cross(up, east) / safe, near
