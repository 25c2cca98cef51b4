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
    lines = shapely.linestrings(np.stack([np.stack([x1, y1], axis=1), np.stack([x2, y2], axis=1)], axis=1))
    result = np.zeros(len(x1), dtype=np.bool_)
    result[_tree().query(lines, predicate="intersects")[0]] = True
    return result


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
