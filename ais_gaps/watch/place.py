"""Where an area lies that is to be watched: features of a GeoJSON file, or a circle about a point."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Any, Final

import orjson

from ais_gaps.errors import SourceError, UsageError
from ais_gaps.names import tidy
from ais_gaps.place_features import row_of

MOST_CORNERS: Final = 20_000
"""Of one area. A coast in full detail is asked for again and again, every day."""

_NUMBER: Final = r"\s*([-+]?\d+(?:\.\d*)?|[-+]?\.\d+)\s*"
_CIRCLE: Final = re.compile(",".join([_NUMBER] * 3))


def read(given: int | str | Path) -> list[tuple[str, str]]:
    """The areas that a text or file gives, each as value and label (`columns.WATCHED`).

    Args:
        given: latitude, longitude and radius in nautical miles, parted by commas (``42.2,130.3,25``); or the path of a GeoJSON
            file: a FeatureCollection, a Feature or a bare geometry. Polygons and MultiPolygons as they are, Points with a property
            ``radius_nm``; the property ``name`` is the label.

    Raises:
        UsageError: latitude, longitude or radius is out of range.
        SourceError: the file cannot be read, or any of its features is no area.
    """
    circle = _CIRCLE.fullmatch(str(given))
    if circle is not None:
        return [_of_circle(*map(float, circle.groups()))]
    path = Path(str(given))
    try:
        features = _features(path.read_bytes())
    except OSError as error:
        raise SourceError(
            f"{tidy(str(given))!r} cannot be read: {error.strerror}; an area is a GeoJSON file or 'LAT,LON,RADIUS_NM'"
        ) from error
    except ValueError as error:
        raise SourceError(f"{tidy(path.name)}: {error or 'its name is none'}") from error
    if not features:
        raise SourceError(f"{tidy(path.name)}: it has no features")
    found = []
    for number, feature in enumerate(features, 1):
        which = f"feature {number}" if len(features) > 1 else "it"
        found.append(_of_feature(feature, tidy(path.stem), path.name, which, several=len(features) > 1, number=number))
    return found


def _of_circle(lat: float, lon: float, radius_nm: float) -> tuple[str, str]:
    text = f"{lat:g},{lon:g},{radius_nm:g}"
    if abs(lat) > 90.0:
        raise UsageError(f"area {text!r}: a latitude, which stands first, is from -90 to 90 degrees")
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    row = row_of({"properties": {"name": text, "radius_nm": radius_nm}, "geometry": geometry}, unlocated=False)
    if isinstance(row, str):
        raise UsageError(f"area {text!r}: {row}; it is latitude, longitude, radius in nautical miles")
    return _point(row), f"{radius_nm:g} nm around {_degrees(lat, 'NS')} {_degrees(row['lon'], 'EW')}"


def _features(content: bytes) -> list[Any]:
    """The features of a file; ValueError, in plain words, where it is no GeoJSON."""
    try:
        found = orjson.loads(content.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} in line {error.lineno}") from error
    if isinstance(found, dict) and isinstance(found.get("features"), list):
        return list(found["features"])
    if isinstance(found, dict) and found.get("type") == "Feature":
        return [found]
    if isinstance(found, dict) and "coordinates" in found:
        return [{"type": "Feature", "properties": {}, "geometry": found}]
    raise ValueError("is not GeoJSON: a FeatureCollection, a Feature or a geometry is expected")


def _of_feature(feature: Any, stem: str, file: str, which: str, *, several: bool, number: int) -> tuple[str, str]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    own = properties if isinstance(properties, dict) else {}
    name = own.get("name")
    label = tidy(name) if isinstance(name, str) and tidy(name) else f"{stem} {number}" if several else stem
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    row: dict[str, Any] | str
    if isinstance(geometry, dict) and geometry.get("type") == "Point" and own.get("radius_nm") is None:
        row = "a point needs the property radius_nm, in nautical miles"
    else:
        row = row_of(
            {"properties": {"name": label, "radius_nm": own.get("radius_nm")}, "geometry": geometry}, unlocated=False
        )
    if isinstance(row, str):
        raise SourceError(f"{tidy(file)}: {which} is no area: {row}")
    if row["geometry"] is None:
        return _point(row), label
    import shapely

    outline = shapely.from_wkb(row["geometry"])
    if shapely.get_num_coordinates(outline) > MOST_CORNERS:
        raise SourceError(f"{tidy(file)}: {which} has more than {MOST_CORNERS:,} corners: simplify the outline first")
    value: str = shapely.to_geojson(outline)
    return value, label


def _point(row: dict[str, Any]) -> str:
    geometry = {"type": "Point", "coordinates": [row["lon"], row["lat"]], "radius_nm": float(row["radius_nm"])}
    return orjson.dumps(geometry).decode()


def _degrees(value: float, letters: str) -> str:
    return f"{abs(value):g}{letters[value < 0]}"
