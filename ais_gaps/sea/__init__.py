"""Distances along the sea: the length of the shortest way by ship between positions, around land.

    sea = Sea(archive / "sea")
    sea.way_nm(42.2333, 130.3000, np.array([43.1167]), np.array([131.9000]))   # Rajin to Vladivostok

Ways are found on lattices over Natural Earth's coast (`land`, `lattice`), by Dijkstra's algorithm from each place (`field`),
in the smallest of three windows in which the way is proven to be the shortest (`tiers`). Where nothing but water lies on
the geodesic, that is the way (`sight`). Narrow straits, canals and rivers are open by name (`passages`). Neither depth nor
ice, weather, traffic separation or territorial waters are known here: ways are what is least, not what a ship would choose.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ais_gaps.geodesy import distance_nm

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Sea"]


class Sea:
    """Ways by sea.

    Args:
        cache: folder in which fields, lattices and areas are kept from run to run; None keeps them in memory only.
        straight: every way is the geodesic, as in worlds without a coast (generated data).
    """

    def __init__(self, cache: Path | None = None, *, straight: bool = False) -> None:
        from ais_gaps.sea.kept import Kept
        from ais_gaps.sea.ways import Ways

        self._ways = None if straight else Ways(cache)
        self._kept = None if straight or cache is None else Kept(cache)

    def way_nm(
        self,
        lat: float,
        lon: float,
        lats: ArrayLike,
        lons: ArrayLike,
        *,
        at_most_nm: NDArray[np.float64] | float | None = None,
    ) -> NDArray[np.float64]:
        """Length of the shortest way by sea from one position to each of many, nautical miles.

        A position on land goes by the nearest water, or the nearest passage, plus the straight bit to it; within small
        harbours, where both straight bits are longer than the way between them, the way is the geodesic.

        Args:
            lat, lon: degrees WGS84. lats, lons: the same, of one shape.
            at_most_nm: longer ways are of no interest and come back as inf; spares reckoning them.

        Returns:
            As many lengths: never less than the geodesic; up to about 1 % (beyond some 1,000 nm 3 %) longer than the true
            way; 0 for the same position; NaN where a position is not known (NaN); inf where there is no way, or none within
            at_most_nm, or a position lies more than `berths.MAX_SNAP_NM` from any water.
        """
        limit = np.inf if at_most_nm is None else at_most_nm
        ways: NDArray[np.float64] = self.ways_nm(np.array([lat]), np.array([lon]), lats, lons, limit)[0]
        return ways

    def ways_nm(
        self, places_lat: ArrayLike, places_lon: ArrayLike, lats: ArrayLike, lons: ArrayLike, at_most_nm: ArrayLike
    ) -> NDArray[np.float64]:
        """The same for many places at once, shape (places, positions).

        Args:
            places_lat, places_lon, lats, lons: degrees WGS84.
            at_most_nm: a number, or one for each position, or one for each place and position; NaN and inf limit nothing.
        """
        place_lat, place_lon, lat, lon = (
            np.asarray(values, dtype=np.float64) for values in (places_lat, places_lon, lats, lons)
        )
        straight_nm = distance_nm(place_lat[:, None], place_lon[:, None], lat[None, :], lon[None, :])
        limit = np.broadcast_to(np.asarray(at_most_nm, dtype=np.float64), straight_nm.shape)
        limit = np.where(np.isnan(limit), np.inf, limit)
        result = straight_nm.copy()
        if self._ways is not None:
            wanted = straight_nm <= limit
            self._ways.lengthen(result, wanted, limit, (place_lat, place_lon), (lat, lon))
        result[result > limit] = np.inf
        return result

    def afloat(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.bool_]:
        """Whether each position has water within `berths.MAX_SNAP_NM`, so that there are ways from and to it; false for NaN."""
        from ais_gaps.sea.berths import berths

        lat, lon = np.asarray(lats, dtype=np.float64), np.asarray(lons, dtype=np.float64)
        known = np.isfinite(lat) & np.isfinite(lon)
        if self._ways is not None:
            known[known] = np.isfinite(berths(lat[known], lon[known]).lat)
        return known

    def area(
        self,
        start: tuple[float, float],
        end: tuple[float, float] | None,
        budget_nm: float,
        *,
        resolution_nm: float | None = None,
    ) -> BaseGeometry | None:
        """Where a ship can have been: from where the way from the start and on to the end is no longer than a budget.

        Args:
            start, end: latitude and longitude, degrees; without an end, all that is in reach of the start.
            budget_nm: length of way that time and speed allow.
            resolution_nm: of the raster that it is drawn from; by itself about 1/120 of the area's extent.

        Returns:
            A valid Polygon or MultiPolygon in degrees (lon, lat), without land, cut at the antimeridian, simplified for
            drawing; None where the end is not within the budget, a position is not known, or the budget is above
            `area.MAX_BUDGET_NM`.
        """
        import shapely

        from ais_gaps.sea.area import FORM, area

        question = (FORM, *map(float, start), *map(float, end or ()), float(budget_nm), resolution_nm)
        known = None if self._kept is None else self._kept.read("area", *question)
        if known is not None and "shape" in known:
            written = known["shape"].tobytes()
            kept = shapely.from_wkb(written, on_invalid="ignore") if written else None
            if kept is not None or not written:  # else it is no shape, and drawn again
                return kept
        found = area(self.ways_nm, start, end, budget_nm, resolution_nm, coast=self._ways is not None)
        if self._kept is not None:
            self._kept.write("area", *question, shape=_bytes(found))
        return found


def _bytes(shape: BaseGeometry | None) -> NDArray[np.uint8]:
    """Well-known binary, exact to the bit; nothing of no shape."""
    import shapely

    return np.frombuffer(b"" if shape is None else shapely.to_wkb(shape), dtype=np.uint8)
