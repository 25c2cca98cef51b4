"""Geometries cut at the antimeridian, as RFC 7946 section 3.1.9 asks for."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

Position: TypeAlias = tuple[float, float]
"""Longitude and latitude, degrees WGS84."""

_TURN = np.array([360.0, 0.0])
_LAT_DECIMALS = 6  # of the point where a line crosses: 0.1 m


def line_between(start: Position, end: Position) -> dict[str, Any]:
    """The line between two positions, the shorter way round, straight in longitude and latitude.

    A LineString, or a MultiLineString of two where it crosses the antimeridian.
    """
    (lon, lat), (end_lon, end_lat) = start, end
    if abs(end_lon - lon) <= 180:
        return {"type": "LineString", "coordinates": [start, end]}
    side = 180.0 if lon > end_lon else -180.0
    way = end_lon + 2 * side - lon  # how far round, signed; 0 from 180 to -180, which are one meridian
    share = (side - lon) / way if way else 0.0
    crossing = round(lat + share * (end_lat - lat), _LAT_DECIMALS)
    parts = [[start, (side, crossing)], [(-side, crossing), end]]
    parts = [part for part in parts if part[0] != part[1]]
    match parts:
        case [part]:
            return {"type": "LineString", "coordinates": part}
        case []:
            return {"type": "LineString", "coordinates": [end, end]}
    return {"type": "MultiLineString", "coordinates": parts}


def polygon(wkb: bytes) -> dict[str, Any]:
    """A shape as GeoJSON, cut in two where it crosses the antimeridian.

    Args:
        wkb: well-known binary, longitudes either within -180 to 180 (then a shape wider than 180 degrees is taken to
            cross) or running on past 180.
    """
    import shapely
    from shapely.geometry import mapping

    shape = shapely.from_wkb(wkb)
    west, _, east, _ = shape.bounds
    if east - west > 180:
        shape = shapely.transform(shape, _eastward)
    elif west < -180:
        shape = shapely.transform(shape, _turned_east)
    if shape.bounds[2] > 180:
        near = shapely.intersection(shape, shapely.box(-180, -90, 180, 90))
        far = shapely.intersection(shape, shapely.box(180, -90, 540, 90))
        far = shapely.transform(far, _turned_west)
        shape = shapely.union(near, far) if not near.is_empty else far
    return dict(mapping(shape))


def _eastward(points: Any) -> Any:
    """Western longitudes carried on past 180."""
    return points + (points[:, :1] < 0) * _TURN


def _turned_east(points: Any) -> Any:
    return points + _TURN


def _turned_west(points: Any) -> Any:
    return points - _TURN
