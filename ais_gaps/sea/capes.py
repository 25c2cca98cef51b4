"""Capes: the corners of the coast at which shortest ways turn.

A shortest way among polygons is straight but for turns at their convex corners (Lozano-Pérez and Wesley 1979). A lattice
passes such a corner at the distance of its next point, and pays for it at each; so the corners themselves, a little off the
coast, are nodes too. Which are enough: those of the coast simplified to a tolerance, moved out by a little more than
that, so that the line from one to the next clears what lies between them.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.sea import land, mercator
from ais_gaps.sea.tiers import Window

_OUTWARD: Final = 1.2  # of the tolerance


def capes(window: Window, tolerance: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes of a window's capes, to a tolerance in degrees of Mercator's."""
    import shapely

    corner, ring = _outlines(window)
    run = np.cumsum(ring[:, 1])
    lines = shapely.linestrings(corner, indices=run - 1)
    corner, run_of = shapely.get_coordinates(shapely.simplify(lines, tolerance), return_index=True)
    left = _land_on_the_left()[ring[ring[:, 1] == 1, 0]]
    there, on = _unit(corner[1:-1] - corner[:-2]), _unit(corner[2:] - corner[1:-1])
    turn = there[:, 0] * on[:, 1] - there[:, 1] * on[:, 0]
    within = (run_of[2:] == run_of[1:-1]) & (run_of[1:-1] == run_of[:-2])
    convex = within & (turn * left[run_of[1:-1]] > 1e-3)
    away = (corner[1:-1] + _OUTWARD * tolerance * _unit(there - on))[convex]
    lat, lon = mercator.latitude(away[:, 1]), away[:, 0]
    kept = ~land.on_land(lat, lon) & window.holds(lat, lon)
    return lat[kept], lon[kept]


def _outlines(window: Window) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Vertices (Mercator) of the rings in a window, run by run; for each the number of its ring, and 1 where a run begins.

    A ring that lies in the window as a whole comes with its first two vertices again at the end, so that each has a before
    and an after.
    """
    rings = land.rings()
    counts = np.diff(rings.first)
    ring = np.repeat(np.arange(len(counts)), counts)
    # The cut along the antimeridian is no coast.
    inside = window.holds(rings.lat, rings.lon) & (np.abs(rings.lon) < 180.0)
    whole = np.logical_and.reduceat(inside, rings.first[:-1])
    some = np.flatnonzero(inside)
    again = np.concatenate([rings.first[:-1][whole], rings.first[:-1][whole] + 1])
    vertex = np.concatenate([some, again])
    # Sorted by ring and place in it; what comes again after the ring's own.
    place = np.concatenate([some, rings.first[1:][whole] - 0.75, rings.first[1:][whole] - 0.5])
    order = np.argsort(place, kind="stable")
    vertex = vertex[order]
    begins = np.ones(len(vertex), dtype=np.int64)
    begins[1:] = (rings.following[vertex[:-1]] != vertex[1:]) | (ring[vertex[1:]] != ring[vertex[:-1]])
    alone = (begins == 1) & (np.append(begins[1:], 1) == 1)
    vertex, begins = vertex[~alone], begins[~alone]
    outline = np.stack([rings.lon[vertex], mercator.northing(rings.lat[vertex])], axis=1)
    return outline, np.stack([ring[vertex], begins], axis=1)


@cache
def _land_on_the_left() -> NDArray[np.float64]:
    """1 for rings that have land on their left, -1 for the others."""
    rings = land.rings()
    ahead = rings.following
    area = np.add.reduceat(rings.lon * rings.lat[ahead] - rings.lon[ahead] * rings.lat, rings.first[:-1])
    hole = np.append(False, rings.polygon[1:] == rings.polygon[:-1])
    return np.where(area > 0.0, 1.0, -1.0) * np.where(hole, -1.0, 1.0)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    length = np.hypot(vectors[:, 0], vectors[:, 1])[:, None]
    unit: NDArray[np.float64] = vectors / np.where(length > 0.0, length, 1.0)
    return unit
