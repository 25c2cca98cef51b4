"""Where a thing is: one point, how far off that may be, and its outline as text; from GeoJSON geometries or WKT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_CORNERS = 10_000
"""Corners of an outline. A footprint has some dozens."""

_DECIMALS = 7  # of a degree: a centimetre


@dataclass(frozen=True)
class Where:
    """A place on Earth.

    Attributes:
        lat, lon: degrees WGS84; of an outline a point inside it.
        precision_nm: of an outline the distance to its farthest corner; null of a point.
        footprint: the outline as WKT, longitude first; null of a point.
    """

    lat: float
    lon: float
    precision_nm: float | None = None
    footprint: str | None = None


def where(geometry: Mapping[str, Any]) -> Where:
    """A GeoJSON geometry as one place. Outlines are cut at the antimeridian (RFC 7946, 3.1.9).

    Raises:
        ValueError: it is none, or lies off the globe; in plain words.
    """
    import shapely
    from shapely.geometry import shape

    try:
        found = shapely.force_2d(shape(dict(geometry)))
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise ValueError("its geometry cannot be read") from None
    found = _sound(found, "its geometry")
    if isinstance(found, shapely.Point):
        return Where(found.y, _wrapped(found.x))
    inside = found.representative_point()
    lat, lon = round(inside.y, _DECIMALS), round(_wrapped(inside.x), _DECIMALS)
    return Where(lat, lon, _farthest_nm(found, lat, lon), _text(found))


def outline(wkt: str) -> str:
    """An outline given as WKT, checked and written as this program writes it.

    Raises:
        ValueError: it is none, or lies off the globe; in plain words.
    """
    import shapely

    try:
        found = shapely.force_2d(shapely.from_wkt(wkt))
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        raise ValueError("footprint is not an outline written as WKT") from None
    return _text(_sound(found, "footprint"))


def _sound(found: BaseGeometry, what: str) -> BaseGeometry:
    """The geometry, on the globe and cut at the antimeridian."""
    import antimeridian
    import numpy as np
    import shapely

    corners = shapely.get_coordinates(found)
    if not len(corners) or not np.isfinite(corners).all():
        raise ValueError(f"{what} has no coordinates, or incomplete ones")
    if len(corners) > MOST_CORNERS:
        raise ValueError(f"{what} has more than {MOST_CORNERS:,} corners")
    if np.abs(corners[:, 1]).max() > 90:
        raise ValueError(f"{what} has a latitude beyond 90 degrees (the longitude stands first)")
    if np.abs(corners[:, 0]).max() > 360:
        raise ValueError(f"{what} has a longitude beyond 360 degrees")
    if found.geom_type not in ("Polygon", "MultiPolygon"):
        return found
    try:
        parts = shapely.MultiPolygon(list(shapely.get_parts(found)))
        cut: BaseGeometry = antimeridian.fix_multi_polygon(parts, fix_winding=True, great_circle=False)
    except (shapely.errors.ShapelyError, ValueError, IndexError):
        raise ValueError(f"{what} cannot be cut at the antimeridian") from None
    if cut.is_empty or not cut.is_valid:
        raise ValueError(f"{what} is not a valid outline")
    return cut.geoms[0] if isinstance(cut, shapely.MultiPolygon) and len(cut.geoms) == 1 else cut


def _farthest_nm(found: BaseGeometry, lat: float, lon: float) -> float:
    import shapely

    from ais_gaps import geodesy

    corners = shapely.get_coordinates(found)
    return round(float(geodesy.distance_nm(corners[:, 1], corners[:, 0], lat, lon).max()), 3)


def _text(found: BaseGeometry) -> str:
    import shapely

    return str(shapely.to_wkt(found, rounding_precision=_DECIMALS, trim=True))


def _wrapped(lon: float) -> float:
    return lon if abs(lon) <= 180 else (lon + 180) % 360 - 180
