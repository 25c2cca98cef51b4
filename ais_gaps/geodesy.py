"""Distances and bearings on the WGS84 ellipsoid, for whole columns of positions at once.

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

METRES_PER_NM: Final = 1852.0
"""The international nautical mile (1929), in metres."""

MEAN_RADIUS_NM: Final = 6_371_008.8 / METRES_PER_NM
"""Mean radius R1 of WGS84 (IUGG), in nautical miles."""


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
