"""Where a position takes to the water: a harbour's point, a berth or a fix that the coast's scale puts on land."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import distance_nm, unit_vectors
from ais_gaps.sea import coastline, passages
from ais_gaps.sea.land import on_land

MAX_SNAP_NM: Final = 15.0
"""A position further than this from any water has no way by sea."""

_OFF_THE_COAST: Final = 0.0004  # degrees of Mercator's, about 40 m: water, not the line itself


@dataclass(frozen=True)
class Berths:
    """Positions on the water for as many positions asked for.

    Attributes:
        lat, lon: degrees; NaN where there is no water near. Positions in water are themselves.
        snap_nm: the straight bit from the position to there.
        passage: number of the point of `passages.chain` that it is, -1 for others.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    snap_nm: NDArray[np.float64]
    passage: NDArray[np.int64]

    def only(self, chosen: NDArray[Any]) -> Berths:
        """Some of them."""
        return Berths(self.lat[chosen], self.lon[chosen], self.snap_nm[chosen], self.passage[chosen])


def berths(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Berths:
    """The nearest water of each position, which must be known: itself, a coast, or a point of a passage."""
    found = Berths(
        np.array(lat, dtype=np.float64),
        (np.asarray(lon, dtype=np.float64) + 180.0) % 360.0 - 180.0,
        np.zeros(len(lat)),
        np.full(len(lat), -1, dtype=np.int64),
    )
    ashore = np.flatnonzero(on_land(found.lat, found.lon))
    if not len(ashore):
        return found
    y, x = found.lat[ashore], found.lon[ashore]
    foot_lat, foot_lon = coastline.nearest(y, x, MAX_SNAP_NM)
    shore_nm = np.nan_to_num(distance_nm(y, x, foot_lat, foot_lon), nan=np.inf)
    point = _nearest_point(y, x)
    passage_nm = distance_nm(y, x, passages.chain().lat[point], passages.chain().lon[point])
    by_passage = passage_nm <= shore_nm
    off_lat, off_lon = _off_the_coast(y, x, foot_lat, foot_lon)
    snap_nm = np.minimum(passage_nm, shore_nm)
    near = snap_nm <= MAX_SNAP_NM
    found.lat[ashore] = np.where(near, np.where(by_passage, passages.chain().lat[point], off_lat), np.nan)
    found.lon[ashore] = np.where(near, np.where(by_passage, passages.chain().lon[point], off_lon), np.nan)
    found.snap_nm[ashore] = snap_nm
    found.passage[ashore] = np.where(near & by_passage, point, -1)
    return found


def _off_the_coast(
    lat: NDArray[np.float64], lon: NDArray[np.float64], foot_lat: NDArray[np.float64], foot_lon: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A little further on than the foot of the perpendicular on the coast, seen from the position on land."""
    turn = (foot_lon - lon + 180.0) % 360.0 - 180.0
    east, north = turn * np.cos(np.radians(foot_lat)), foot_lat - lat
    length = np.hypot(east, north)
    share = np.where(length > 0.0, _OFF_THE_COAST / np.where(length > 0.0, length, 1.0), 0.0)
    return foot_lat + north * share, foot_lon + turn * share


def _nearest_point(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.int64]:
    point: NDArray[np.int64] = _passage_tree().query(unit_vectors(lat, lon))[1]
    return point


@cache
def _passage_tree() -> Any:
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    return cKDTree(unit_vectors(passages.chain().lat, passages.chain().lon))
