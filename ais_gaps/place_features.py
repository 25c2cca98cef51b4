"""Places as GeoJSON features, and the columns that they become.

Input is hostile: whatever is wrong with a feature is said in words, and none is half taken.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ais_gaps import names
from ais_gaps.schema import Column, Table

TABLE: Final = Table(
    "places",
    "places, those shipped with the package and those added to the archive",
    (
        Column("place_id", pa.string(), "", "id; the same place of another source has another", False),
        Column("name", pa.string(), "", "name", False),
        Column("kind", pa.string(), "", "port, pier, anchorage, shipyard, place; or what lies ashore", False),
        Column("watched", pa.bool_(), "", "silences near it are listed, reach to it is reckoned", False),
        Column(
            "lat",
            pa.float64(),
            "degree",
            "latitude WGS84, of a point inside for an outline; null = nobody says where it is",
        ),
        Column("lon", pa.float64(), "degree", "longitude WGS84"),
        Column("radius_nm", pa.float64(), "nm", "what counts as being there; null for an outline"),
        Column("geometry", pa.binary(), "WKB", "the outline, cut at the antimeridian; null for a point"),
        Column("country", pa.string(), "", "ISO 3166-1 alpha-2"),
        Column("aliases", pa.list_(pa.string()), "", "other names"),
        Column("precision", pa.string(), "", "how finely the coordinates are known, in words"),
        Column("source", pa.string(), "", "where they come from"),
    ),
)
PLACES: Final = TABLE.arrow
"""The columns of a table of places."""

DEFAULT_RADIUS_NM: Final = 5.0
"""Radius of a point that is given none. Harbour points of the World Port Index are given to the arc-minute, up to 1 nm
off, and berths and roads lie some nautical miles around: those of Vostochny 3.6 nm from its point."""

_MAX_RADIUS_NM: Final = 1000.0
_TEXTS: Final = ("place_id", "name", "kind", "country", "precision", "source")


def row_of(feature: Any, *, unlocated: bool) -> dict[str, Any] | str:
    """A row of `PLACES`, or in words why the feature is none."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return "it has no properties"
    row = {field: properties.get(field) for field in PLACES.names} | {"lat": None, "lon": None, "geometry": None}
    texts = [field for field in _TEXTS if not isinstance(row[field], str | None)]
    if texts:
        return f"its {texts[0]} is no text"
    row |= {field: names.tidy(row[field] or "") or None for field in _TEXTS}
    if row["name"] is None:
        return "it has no name"
    row["watched"] = True if row["watched"] is None else row["watched"]
    if not isinstance(row["watched"], bool):
        return "its watched is neither true nor false"
    aliases = row["aliases"].split(";") if isinstance(row["aliases"], str) else (row["aliases"] or [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        return "its aliases are no list of texts"
    row["aliases"] = [alias for alias in map(names.tidy, aliases) if alias]
    radius = row["radius_nm"]
    if radius is not None and not (_is_number(radius) and 0.0 < radius <= _MAX_RADIUS_NM):
        return f"its radius_nm is no number above 0 and up to {_MAX_RADIUS_NM:.0f}"
    row["kind"] = row["kind"] or "place"
    row["place_id"] = row["place_id"] or "own-" + (names.fold(row["name"]) or row["name"]).lower().replace(" ", "-")
    if feature.get("geometry") is None:
        return row if unlocated else "it has no geometry"
    located = _location(feature["geometry"])
    if isinstance(located, str):
        return located
    if located["geometry"] is None and radius is None:
        row["radius_nm"] = DEFAULT_RADIUS_NM
    return row | located


def _location(geometry: Any) -> dict[str, Any] | str:
    """lat, lon and geometry of a GeoJSON geometry, or in words why it is none."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Point", "Polygon", "MultiPolygon"):
        return f"its geometry is no Point, Polygon or MultiPolygon but {names.tidy(str(kind))}"
    if kind == "Point":
        return _point(geometry.get("coordinates"))
    # Imported when needed: most commands read no outline.
    import antimeridian
    import shapely
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        outline = shapely.force_2d(shape(geometry))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return "its coordinates cannot be read"
    corners = shapely.get_coordinates(outline)
    if not len(corners) or not np.isfinite(corners).all():
        return "its coordinates are incomplete"
    if wrong := _out_of_range(float(np.abs(corners[:, 1]).max()), float(np.abs(corners[:, 0]).max())):
        return wrong
    try:
        # Edges are straight in degrees (RFC 7946), so they meet the antimeridian on no great circle.
        parts = shapely.MultiPolygon(list(shapely.get_parts(outline)))
        outline = antimeridian.fix_multi_polygon(parts, fix_winding=True, great_circle=False)
    except (ShapelyError, ValueError, IndexError) as error:
        return f"its outline cannot be cut at the antimeridian: {error}"
    if outline.is_empty or not outline.is_valid or outline.area == 0.0:
        return f"its outline is not valid: {shapely.is_valid_reason(outline)}"
    inside = outline.representative_point()
    return {"lat": inside.y, "lon": inside.x, "geometry": outline.wkb}


def _point(coordinates: Any) -> dict[str, Any] | str:
    if not isinstance(coordinates, list) or len(coordinates) < 2 or not all(map(_is_number, coordinates[:2])):
        return "its coordinates are no longitude and latitude"
    lon, lat = map(float, coordinates[:2])
    if wrong := _out_of_range(abs(lat), abs(lon)):
        return wrong
    return {"lat": lat, "lon": lon if abs(lon) <= 180.0 else (lon + 180.0) % 360.0 - 180.0, "geometry": None}


def _out_of_range(most_lat: float, most_lon: float) -> str | None:
    if most_lat > 90.0:
        return "a latitude is beyond 90 degrees (GeoJSON has the longitude first)"
    return "a longitude is beyond 360 degrees" if most_lon > 360.0 else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
