"""The coast as lines in Mercator's projection: does a short line cross it, and where is it nearest."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.sea import land, mercator

if TYPE_CHECKING:
    from shapely import STRtree

_PIECE: Final = 24  # segments a line: few enough for tight boxes, enough for a small tree
_SEAM_DEG: Final = 20.0  # coast this near to the antimeridian is there on both sides of it
_CELL_DEG: Final = 0.2  # of the grid that tells open water
# From its middle to its edges north and east, in Mercator's degrees: lines may run on over the antimeridian.
_REACH_DEG: Final = (180.0, 200.0)
_CELLS: Final = (1800, 2000)


def crossed(
    lat1: NDArray[np.float64], lon1: NDArray[np.float64], lat2: NDArray[np.float64], lon2: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether the short lines from the first positions to the second ones meet the coast.

    Lines are straight in Mercator's projection, and no longer than 20 degrees of longitude: the shorter way round.
    """
    import shapely

    x1 = (lon1 + 180.0) % 360.0 - 180.0
    x2 = x1 + (lon2 - lon1 + 180.0) % 360.0 - 180.0
    y1, y2 = mercator.northing(lat1), mercator.northing(lat2)
    result = np.zeros(len(x1), dtype=np.bool_)
    # Most lines are on open water, and to make geometries of them costs more than all else.
    near = np.flatnonzero(~_open_water(x1, y1, x2, y2))
    ends = np.stack([np.stack([x1[near], y1[near]], axis=1), np.stack([x2[near], y2[near]], axis=1)], axis=1)
    lines = shapely.linestrings(ends)
    result[near[_tree().query(lines, predicate="intersects")[0]]] = True
    return result


def _open_water(
    x1: NDArray[np.float64], y1: NDArray[np.float64], x2: NDArray[np.float64], y2: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether no segment of the coast comes into the cells of a grid that a line's box touches: then it crosses none."""
    known = np.isfinite(x1) & np.isfinite(y1) & np.isfinite(x2) & np.isfinite(y2)
    x1, y1, x2, y2 = (np.where(known, degrees, 0.0) for degrees in (x1, y1, x2, y2))
    south, north = _cell(np.minimum(y1, y2), 0), _cell(np.maximum(y1, y2), 0)
    west, east = _cell(np.minimum(x1, x2), 1), _cell(np.maximum(x1, x2), 1)
    sums = _coast_sums()
    within = sums[north + 1, east + 1] - sums[south, east + 1] - sums[north + 1, west] + sums[south, west]
    open_: NDArray[np.bool_] = known & (within == 0)
    return open_


def _cell(degrees: NDArray[np.float64], axis: int) -> NDArray[np.int64]:
    """Row (axis 0) or column (1) of the grid; what lies beyond it belongs to its edge."""
    cells = np.floor((degrees + _REACH_DEG[axis]) / _CELL_DEG).astype(np.int64)
    return np.clip(cells, 0, _CELLS[axis] - 1)


@cache
def _coast_sums() -> NDArray[np.int32]:
    """How many cells south and west of each corner of the grid a segment of the coast comes into (by its box, so at most more)."""
    rings = land.rings()
    y, x, after = mercator.northing(rings.lat), rings.lon, rings.following
    south, north = _cell(np.minimum(y, y[after]), 0), _cell(np.maximum(y, y[after]), 0)
    rows, columns = _CELLS
    # Each box as steps at its corners, whose sums along both axes are its cells (Crow 1984, summed-area tables); then once more.
    up, down = [], []
    for turn in (0.0, 360.0, -360.0):
        there = np.flatnonzero((x + turn > -180.0 - _SEAM_DEG - 1.0) & (x + turn < 180.0 + _SEAM_DEG + 1.0))
        low, high = south[there], north[there] + 1
        ends = x[there] + turn, x[after[there]] + turn
        west, east = _cell(np.minimum(*ends), 1), _cell(np.maximum(*ends), 1) + 1
        up += [low * (columns + 1) + west, high * (columns + 1) + east]
        down += [low * (columns + 1) + east, high * (columns + 1) + west]
    size = (rows + 1) * (columns + 1)
    steps = np.bincount(np.concatenate(up), minlength=size) - np.bincount(np.concatenate(down), minlength=size)
    touched = steps.reshape(rows + 1, columns + 1).cumsum(axis=0).cumsum(axis=1)[:rows, :columns] > 0
    sums = np.zeros((rows + 1, columns + 1), dtype=np.int32)
    sums[1:, 1:] = touched.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
    return sums


def nearest(
    lat: NDArray[np.float64], lon: NDArray[np.float64], within_nm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The nearest point of the coast to each position, latitudes and longitudes; NaN where none is as near as asked.

    Nearest in Mercator's projection, which for such distances differs from the truth by parts of a percent. The bound is
    not exact either: measure what comes out.
    """
    import shapely

    foot = np.full((len(lat), 2), np.nan)
    x = (lon + 180.0) % 360.0 - 180.0
    points = np.asarray(shapely.points(x, mercator.northing(lat)))
    tree = _tree()
    # By latitude, because a mile is more of Mercator's degrees the nearer to the poles.
    band = np.floor(np.abs(lat) / 5.0)
    for one in np.unique(band):
        of = np.flatnonzero(band == one)
        reach = 1.1 * within_nm / 60.0 / np.cos(np.radians(min(5.0 * (one + 1.0), 89.0)))
        point, line = tree.query_nearest(points[of], max_distance=reach, all_matches=False)
        there = shapely.shortest_line(points[of[point]], tree.geometries[line])
        foot[of[point]] = shapely.get_coordinates(there).reshape(-1, 2, 2)[:, 1]
    return mercator.latitude(foot[:, 1]), foot[:, 0]


@cache
def _tree() -> STRtree:
    import shapely

    rings = land.rings()
    counts = np.diff(rings.first)
    ring = np.repeat(np.arange(len(counts)), counts)
    # Segment i goes from vertex i to the one after it; pieces do not reach from one ring into the next.
    position = np.arange(len(ring)) - rings.first[ring]
    piece = np.cumsum((position % _PIECE) == 0) - 1
    begins = np.flatnonzero(position % _PIECE == 0)
    ends = np.append(begins[1:], len(ring)) - 1
    y = mercator.northing(rings.lat)
    vertex = np.concatenate([np.arange(len(ring)), rings.following[ends]])
    owner = np.concatenate([piece, piece[ends]])
    order = np.argsort(owner, kind="stable")
    xy = np.column_stack([rings.lon[vertex[order]], y[vertex[order]]])
    lines = np.asarray(shapely.linestrings(xy, indices=owner[order]))
    box = shapely.bounds(lines)
    for turn, beyond in ((360.0, box[:, 0] < -180.0 + _SEAM_DEG), (-360.0, box[:, 2] > 180.0 - _SEAM_DEG)):
        lines = np.concatenate([lines, land.turned(lines[: len(box)][beyond], turn)])
    return shapely.STRtree(lines)
