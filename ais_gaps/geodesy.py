"""Distances and bearings on the WGS84 ellipsoid, for whole columns of positions (degrees) at once.

Geodesics are those of Karney (2013), "Algorithms for geodesics", as computed by PROJ: right to nanometres everywhere,
across the antimeridian, at the poles and for antipodes.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from pyproj import Geod
    from shapely.geometry.base import BaseGeometry

METRES_PER_NM: Final = 1852.0
"""The international nautical mile (1929), in metres."""

EQUATOR_NM: Final = 6_378_137.0 / METRES_PER_NM
"""Semi-major axis of WGS84, in nautical miles."""

FLATTENING: Final = 1.0 / 298.257223563
"""Flattening of WGS84."""

_STRETCH: Final = 1.0 / (1.0 - FLATTENING) + 1e-9
_DENSE_PAIRS: Final = 4_000_000  # below this, all pairs at once are quicker than importing scipy
# Edges are cut to this length, where chord, great circle and straight line in degrees agree to metres.
_EDGE_DEG: Final = 0.05
_PAIRS_AT_ONCE: Final = 2_000_000


def distance_nm(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> NDArray[np.float64]:
    """Length of the geodesic between positions in degrees, in nautical miles.

    Arrays broadcast against each other; the result has their common shape. NaN (and infinity) in gives NaN out.
    """
    return _inverse(lat1, lon1, lat2, lon2)[1] / METRES_PER_NM


def bearing_deg(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> NDArray[np.float64]:
    """Bearing of the geodesic at its start, in degrees clockwise from true north, 0 <= bearing < 360.

    Arrays broadcast against each other. NaN where a position is NaN, and where both are the same place, which has none.
    """
    azimuth, metres = _inverse(lat1, lon1, lat2, lon2)
    # -1e-15 % 360 is 360.0 in floating point: the second remainder keeps the interval half open.
    return np.where(metres == 0.0, np.nan, azimuth % 360.0 % 360.0)


def unit_vectors(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.float64]:
    """Positions on the unit sphere of reduced latitudes, shape (n, 3).

    The ellipsoid is that sphere stretched: by its semi-major axis along the equator, by its semi-minor along the axis. So a
    geodesic of length s between two positions an angle apart satisfies minor * angle <= s <= major * angle, which is what
    makes a search by angle exact.
    """
    reduced = np.arctan((1.0 - FLATTENING) * np.tan(np.radians(np.asarray(lat, dtype=np.float64))))
    longitude = np.radians(np.asarray(lon, dtype=np.float64))
    return np.stack(
        [np.cos(reduced) * np.cos(longitude), np.cos(reduced) * np.sin(longitude), np.sin(reduced)], axis=-1
    )


def at_most_nm(lat1: float, lon1: float, lat2: NDArray[np.float64], lon2: NDArray[np.float64]) -> NDArray[np.float64]:
    """An upper bound of the distance, cheap: the distance itself is no less than (1 - FLATTENING) times it."""
    chord = np.linalg.norm(unit_vectors(lat2, lon2) - unit_vectors(lat1, lon1), axis=-1)
    bound: NDArray[np.float64] = 2.0 * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0)) * EQUATOR_NM
    return bound


def nearest_point(
    place_lat: NDArray[np.float64], place_lon: NDArray[np.float64], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest of some points to each position, exactly.

    Angles between reduced latitudes are within the ellipsoid's stretch of the geodesics (`unit_vectors`). So all
    that can be nearest lie within that factor of the smallest angle, and geodesics decide between these few.
    """
    _, first = np.unique(np.stack([place_lat, place_lon]), axis=1, return_index=True)
    first.sort()
    vectors, wanted = unit_vectors(place_lat[first], place_lon[first]), unit_vectors(lat, lon)
    position, point = _candidates(vectors, wanted)
    point = first[point]
    nm = distance_nm(lat[position], lon[position], place_lat[point], place_lon[point])
    order = np.lexsort((point, nm, position))
    best = order[np.unique(position[order], return_index=True)[1]]
    return point[best], nm[best]


def _candidates(
    vectors: NDArray[np.float64], wanted: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (position, point): for each position every point whose angle is within the stretch of the smallest."""
    if len(vectors) * len(wanted) <= _DENSE_PAIRS:
        angle = np.arccos(np.clip(wanted @ vectors.T, -1.0, 1.0))
        # An arc cosine near 1 is good to 1e-8 only: take a few more rather than one too few.
        position, point = np.nonzero(angle <= angle.min(axis=1, keepdims=True) * _STRETCH + 1e-7)
        return position, point
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    tree = cKDTree(vectors)
    positions, points, left, count = [], [], np.arange(len(wanted)), 2
    while len(left):
        count = min(count, len(vectors))
        chord, near = (np.atleast_2d(found) for found in tree.query(wanted[left], k=list(range(1, count + 1))))
        angle = 2.0 * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0))
        within = angle <= angle[:, :1] * _STRETCH + 1e-12
        settled = ~within[:, -1] | (count == len(vectors))
        row, column = np.nonzero(within & settled[:, None])
        positions.append(left[row])
        points.append(near[row, column])
        left, count = left[~settled], count * 4
    return np.concatenate(positions), np.concatenate(points)


def outline_distance_nm(
    outline: BaseGeometry, lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distance from each position to a polygon: 0 inside and on it, else to its nearest edge, in nautical miles.

    The outline is a Polygon or MultiPolygon in degrees within [-180, 180], cut at the antimeridian where it crosses it.
    Its edges are straight lines in longitude and latitude, as GeoJSON has it (RFC 7946, section 3.1.1). NaN gives NaN.
    """
    import shapely

    distance = np.full(lat.shape, np.nan)
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    y, x = lat[known], (lon[known] + 180.0) % 360.0 - 180.0
    shapely.prepare(outline)
    inside = shapely.intersects_xy(outline, x, y)
    distance[known[inside]] = 0.0
    start, end = _edges(outline)
    outside = known[~inside]
    step = max(1, _PAIRS_AT_ONCE // len(start))
    for first in range(0, len(outside), step):
        some = outside[first : first + step]
        foot = _nearest_on_edges(start, end, lat[some], lon[some])
        distance[some] = distance_nm(lat[some], lon[some], foot[:, 1], foot[:, 0])
    return distance


def _edges(outline: BaseGeometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Start and end (lon, lat) of each short edge of the outline."""
    import shapely

    lines = shapely.get_parts(shapely.segmentize(outline.boundary, _EDGE_DEG))
    points, line = shapely.get_coordinates(lines, return_index=True)
    joined = line[1:] == line[:-1]
    return points[:-1][joined], points[1:][joined]


def _nearest_on_edges(
    start: NDArray[np.float64], end: NDArray[np.float64], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The point (lon, lat) on the edges nearest to each position."""
    position = _cartesian(lat, lon)
    begin, finish = _cartesian(start[:, 1], start[:, 0]), _cartesian(end[:, 1], end[:, 0])
    edge = finish - begin
    length2 = np.einsum("ij,ij->i", edge, edge)
    along = position @ edge.T - np.einsum("ij,ij->i", begin, edge)
    # An edge along a pole is a single point.
    share = np.clip(along / np.where(length2 > 0.0, length2, 1.0), 0.0, 1.0)
    to_begin2 = np.einsum("ij,ij->i", position, position)[:, None] + np.einsum("ij,ij->i", begin, begin)
    to_begin2 -= 2.0 * position @ begin.T
    nearest = np.argmin(to_begin2 - 2.0 * share * along + share**2 * length2, axis=1)
    part: NDArray[np.float64] = np.take_along_axis(share, nearest[:, None], axis=1)
    foot: NDArray[np.float64] = start[nearest] + part * (end[nearest] - start[nearest])
    return foot


def _cartesian(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Earth-centred coordinates in nautical miles, shape (n, 3)."""
    stretched: NDArray[np.float64] = unit_vectors(lat, lon) * (EQUATOR_NM * np.array([1.0, 1.0, 1.0 - FLATTENING]))
    return stretched


def _inverse(*degrees: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    given = np.broadcast_arrays(*(np.asarray(array, dtype=np.float64) for array in degrees))
    lat1, lon1, lat2, lon2 = given
    known: NDArray[np.bool_] = np.isfinite(lat1) & np.isfinite(lon1) & np.isfinite(lat2) & np.isfinite(lon2)
    azimuth, metres = np.full(known.shape, np.nan), np.full(known.shape, np.nan)
    forward, _, length = _wgs84().inv(lon1[known], lat1[known], lon2[known], lat2[known])
    azimuth[known], metres[known] = forward, length
    return azimuth, metres


@cache
def _wgs84() -> Geod:
    # Imported when first needed: PROJ costs a command 60 ms at its start.
    from pyproj import Geod

    return Geod(ellps="WGS84")
