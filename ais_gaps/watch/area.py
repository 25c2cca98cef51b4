"""Areas that are watched: outlines, and circles about a point; which positions lie in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ais_gaps import geodesy
from ais_gaps.watch.entries import in_force

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_CORNERS: Final = 720
_WIDER: Final = 1.001
"""How much farther the corners of a circle's outline lie than its radius, so that all of the circle lies inside. Between two of
720 corners a line that is straight in degrees leaves the edge by (2 pi / 720)^2 / 8 * radius^2 / distance to the pole at most,
which is a thousandth of the radius where the pole is a hundredth of it away."""

_POLAR: Final = 0.03
"""A circle whose edge is as near to a pole as this part of its radius is given a wider outline there."""


@dataclass(frozen=True)
class Area:
    """An area.

    Attributes:
        outline: degrees WGS84 within -180 to 180, cut at the antimeridian; of a circle one that holds all of it and a little more.
        lat, lon, radius_nm: of a circle; else None.
    """

    outline: BaseGeometry
    lat: float | None = None
    lon: float | None = None
    radius_nm: float | None = None


def area_of(value: str) -> Area:
    """The area of an entry (`columns.WATCHED`.value)."""
    geometry: dict[str, Any] = orjson.loads(value)
    if geometry["type"] == "Point":
        lon, lat = geometry["coordinates"]
        return Area(_circle(lat, lon, geometry["radius_nm"]), lat, lon, geometry["radius_nm"])
    import shapely

    return Area(shapely.from_geojson(value))


def areas(entries: pa.Table) -> list[BaseGeometry]:
    """The outlines of the entries that are areas and in force, by time and id (see `Area`)."""
    return [area_of(value).outline for value in _values(in_force(entries))]


def inside(entries: pa.Table, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """For each entry that is an area, in their order, the indices of the positions inside or on its edge, ascending.

    Args:
        entries: `columns.WATCHED`.
        lat, lon: degrees WGS84; NaN lies nowhere.
    """
    found = [area_of(value) for value in _values(entries)]
    if not found:
        return []
    x, y, position = _turned(lat, lon)
    return [_in_circle(area, np.unique(position[_within(area.outline, x, y)]), lat, lon) for area in found]


def _within(outline: BaseGeometry, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """The positions inside an outline or on its edge: of the few within its bounds, by the outline prepared."""
    import shapely

    west, south, east, north = outline.bounds
    near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    shapely.prepare(outline)
    return near[shapely.intersects_xy(outline, x[near], y[near])]


def _values(entries: pa.Table) -> list[str]:
    values: list[str] = entries["value"].filter(pc.equal(entries["kind"], "area")).to_pylist()
    return values


def _turned(
    lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Longitudes within -180 to 180, latitudes, and the position of each; one on the antimeridian stands on both of its sides."""
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    x, y = (lon[known] + 180.0) % 360.0 - 180.0, lat[known]
    edge = np.flatnonzero(x == -180.0)
    return np.append(x, np.full(len(edge), 180.0)), np.append(y, y[edge]), np.append(known, known[edge])


def _in_circle(
    area: Area, rows: NDArray[np.int64], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.int64]:
    if area.radius_nm is None or area.lat is None or area.lon is None:
        return rows
    return rows[geodesy.distance_nm(area.lat, area.lon, lat[rows], lon[rows]) <= area.radius_nm]


def _circle(lat: float, lon: float, radius_nm: float) -> BaseGeometry:
    """An outline around all positions no farther than so many nautical miles, cut at the antimeridian."""
    import shapely
    from pyproj import Geod

    n, far = _CORNERS, radius_nm * _WIDER
    metres = np.full(n, far * geodesy.METRES_PER_NM)
    x, y, _ = Geod(ellps="WGS84").fwd(np.full(n, lon), np.full(n, lat), np.arange(n) * (360.0 / n), metres)
    pole = 90.0 if lat >= 0.0 else -90.0
    to_pole = float(geodesy.distance_nm(lat, lon, pole, lon))
    outline = _cap(x, y, pole) if to_pole <= far else _ring(x, y, lon)
    if abs(to_pole - radius_nm) <= _POLAR * radius_nm:
        # So near a pole a straight line in degrees is no chord: what lies about it is taken in.
        edge = pole - np.sign(pole) * 2.0 * _POLAR * radius_nm / 60.0
        outline = shapely.union(outline, shapely.box(-180.0, min(pole, edge), 180.0, max(pole, edge)))
    return outline


def _ring(x: NDArray[np.float64], y: NDArray[np.float64], lon: float) -> BaseGeometry:
    """The outline through these corners about a meridian, none of them half a turn from it."""
    import shapely

    east = (x - lon + 180.0) % 360.0 - 180.0 + lon
    whole = shapely.Polygon(np.stack([east, y], axis=1))
    parts = [
        shapely.transform(shapely.intersection(whole, shapely.box(west, -90, west + 360, 90)), _moved(-180.0 - west))
        for west in (-540.0, -180.0, 180.0)
    ]
    return shapely.union_all([part for part in parts if part.area > 0.0])


def _cap(x: NDArray[np.float64], y: NDArray[np.float64], pole: float) -> BaseGeometry:
    """The outline of a circle around a pole: every meridian meets it once."""
    import shapely

    order = np.argsort(x)
    x, y = x[order], y[order]
    seam = float(np.interp(180.0, [x[-1], x[0] + 360.0], [y[-1], y[0]]))
    ring = [(-180.0, pole), (-180.0, seam), *zip(x.tolist(), y.tolist(), strict=True), (180.0, seam), (180.0, pole)]
    return shapely.Polygon(ring)


def _moved(degrees: float) -> Any:
    return lambda points: points + np.array([degrees, 0.0])
