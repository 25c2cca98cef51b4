"""Land for the page's map: fine around what is drawn, coarse beyond, small enough to stand in the page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_AROUND_DEG = 3.0  # of fine land beyond what is drawn
_WIDEST_DEG = 60.0  # of what is drawn together; beyond, fine land only around each spot
_NORTH = 84.0  # degrees: the map's projection (Web Mercator) ends shortly beyond
_FAR_TOLERANCE_DEG = 0.1
_FAR_LEAST_DEG2 = 0.05  # islands smaller than this are left out of the coarse world
_NEAR_TOLERANCES_DEG = (0.002, 0.005, 0.01, 0.02, 0.05)
MOST_POINTS: Final = 45_000
"""Of the fine land: about 350 kB."""

_STEP_DEG = 0.001

NO_LAND: Final[Mapping[str, Any]] = {"step": _STEP_DEG, "rings": []}

Bounds = tuple[float, float, float, float]


def landmass(
    bounds: Bounds | None, centre: float, spots: Sequence[tuple[float, float]], most_points: int = MOST_POINTS
) -> Mapping[str, Any]:
    """Polygons of land around `centre`, each ring as steps of longitude and latitude in thousandths of a degree.

    Args:
        bounds: west, south, east, north of what is drawn, unrolled around `centre`; null where nothing is.
        spots: latitude and unrolled longitude of the points drawn; where they are all over the world, land is fine around them.
        most_points: of the fine land; it is made coarser, down to some 5 km, where there would be more.
    """
    if bounds is None:
        return NO_LAND
    import shapely

    region = _region(bounds, spots)
    for tolerance_deg in _NEAR_TOLERANCES_DEG:
        near = _near(region, tolerance_deg)
        if int(shapely.get_num_coordinates(near)) <= most_points:
            break
    far = shapely.difference(_unrolled((centre - 180.0, -_NORTH, centre + 180.0, _NORTH), _FAR_TOLERANCE_DEG), region)
    shown = [*_polygons(near), *(part for part in _polygons(far) if part.area >= _FAR_LEAST_DEG2)]
    return {"step": _STEP_DEG, "rings": [_rings(polygon) for polygon in shown]}


def in_frame(bounds: Bounds, ratio: float) -> Bounds:
    """The bounds, with what a map whose width is so many times its height (Web Mercator) shows beside them."""
    west, south, east, north = bounds
    low, high = (
        math.degrees(math.asinh(math.tan(math.radians(max(-_NORTH, min(lat, _NORTH)))))) for lat in (south, north)
    )
    wide, tall = east - west, high - low
    aside, above = max(0.0, ratio * tall - wide) / 2, max(0.0, wide / ratio - tall) / 2
    south, north = (math.degrees(math.atan(math.sinh(math.radians(y)))) for y in (low - above, high + above))
    return west - aside, south, east + aside, north


def _region(bounds: Bounds, spots: Sequence[tuple[float, float]]) -> BaseGeometry:
    """Where land is fine: everywhere around what is drawn, or, where that is too wide, around each spot."""
    import shapely

    west, south, east, north = bounds
    boxes = [(west, south, east, north)]
    if east - west > _WIDEST_DEG or north - south > _WIDEST_DEG:
        boxes = sorted({(lon, lat, lon, lat) for lat, lon in spots})
    around = [
        shapely.box(w - _AROUND_DEG, max(s - _AROUND_DEG, -_NORTH), e + _AROUND_DEG, min(n + _AROUND_DEG, _NORTH))
        for w, s, e, n in boxes
    ]
    return shapely.union_all(around)


def _near(region: BaseGeometry, tolerance_deg: float) -> BaseGeometry:
    import shapely

    parts = [shapely.intersection(_unrolled(part.bounds, tolerance_deg), part) for part in shapely.get_parts(region)]
    return shapely.union_all(parts)


def _unrolled(bounds: Bounds, tolerance_deg: float) -> BaseGeometry:
    from ais_gaps.sea.land import land

    return land(*bounds, tolerance_deg=tolerance_deg)


def _polygons(geometry: BaseGeometry) -> Iterator[Any]:
    if geometry.geom_type == "Polygon":
        if not geometry.is_empty:
            yield geometry
    else:
        for part in getattr(geometry, "geoms", ()):
            yield from _polygons(part)


def _rings(polygon: Any) -> list[list[int]]:
    """Each ring as x, y and then the steps from point to point, in `_STEP_DEG`; points that coincide are left out."""
    rings = []
    for ring in (polygon.exterior, *polygon.interiors):
        steps: list[int] = []
        x = y = 0
        for lon, lat in ring.coords[:-1]:
            to_x, to_y = round(lon / _STEP_DEG), round(lat / _STEP_DEG)
            if (to_x, to_y) != (x, y) or not steps:
                steps += [to_x - x, to_y - y]
                x, y = to_x, to_y
        rings.append(steps)
    return rings
