"""Shapes of features: degrees WGS84, cut at the antimeridian; empty where a place is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from ais_gaps.tabular.antimeridian import Position, line_between

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Spot: TypeAlias = tuple[float | None, float | None]
"""Latitude and longitude, or that they are not known."""

_TURNS = (-360.0, 0.0, 360.0)


def nowhere() -> BaseGeometry:
    """No place: the empty geometry."""
    from shapely.geometry import GeometryCollection

    return GeometryCollection()


def point(spot: Spot) -> BaseGeometry:
    """A point, empty where the position is not known."""
    from shapely.geometry import Point

    position = _position(spot)
    return nowhere() if position is None else Point(position)


def line(spots: Iterable[Spot]) -> BaseGeometry:
    """The line through positions in order, each step the shorter way round; a point where they are all one.

    Positions that are not known are passed over.
    """
    from shapely.geometry import LineString, MultiLineString, Point

    known = [position for spot in spots if (position := _position(spot)) is not None]
    steps = [known[i] for i in range(len(known)) if i == 0 or known[i] != known[i - 1]]
    if len(steps) < 2:
        return Point(steps[0]) if steps else nowhere()
    parts: list[list[Position]] = []
    for start, end in pairwise(steps):
        step = line_between(start, end)
        pieces = step["coordinates"] if step["type"] == "MultiLineString" else [step["coordinates"]]
        for piece in pieces:
            if piece[0] == piece[-1]:
                continue  # from 180 to -180, which are one meridian
            if parts and parts[-1][-1] == piece[0]:
                parts[-1].extend(piece[1:])
            else:
                parts.append(list(piece))
    if not parts:
        return Point(steps[-1])
    return LineString(parts[0]) if len(parts) == 1 else MultiLineString(parts)


def area(geojson: Mapping[str, Any]) -> BaseGeometry:
    """A GeoJSON geometry, cut where its longitudes run on past 180 degrees."""
    import shapely
    from shapely import affinity
    from shapely.geometry import shape

    found = shapely.make_valid(shape(dict(geojson)))
    if found.is_empty or (found.bounds[0] >= -180 and found.bounds[2] <= 180):
        return found
    pieces = []
    for turn in _TURNS:
        window = shapely.box(turn - 180, -90, turn + 180, 90)
        piece = shapely.intersection(found, window)
        if piece.area or piece.length:
            pieces.append(affinity.translate(piece, -turn))
    return shapely.union_all(pieces)


def _position(spot: Spot) -> Position | None:
    lat, lon = spot
    return None if lat is None or lon is None else (lon, lat)
