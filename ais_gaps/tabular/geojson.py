"""Tables as GeoJSON (RFC 7946): gaps as lines from off to on, places as points or polygons, reports as points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO, TypeAlias

import pyarrow as pa

from ais_gaps.tabular.antimeridian import line_between, polygon
from ais_gaps.tabular.cells import chunks, field_names
from ais_gaps.tabular.objects import dumps

Row: TypeAlias = dict[str, Any]
Geometry: TypeAlias = dict[str, Any] | None

_GAP = frozenset({"off_lat", "off_lon", "on_lat", "on_lon"})
_POINT = frozenset({"lat", "lon"})
_SHAPE = "geometry"
_ID = "gap_id"


def has_geometry(table: pa.Table) -> bool:
    """True if the columns say where things are (see `write_geojson`)."""
    names = set(table.column_names)
    return names >= _GAP or names >= _POINT or _SHAPE in names


def write_geojson(table: pa.Table, stream: TextIO) -> None:
    """One FeatureCollection, a feature a row, with all columns (but ``geometry``) as its properties.

    The geometry comes from, degrees WGS84,

    - ``off_lat, off_lon, on_lat, on_lon``: the line from off to on, the shorter way round and cut at the antimeridian
      (RFC 7946, 3.1.9); the one known point of an open gap;
    - ``geometry`` (WKB): the shape itself, cut likewise;
    - ``lat, lon``: the point.

    It is null where nothing is known, and in a table without such columns. ``gap_id`` is also the feature's id.
    """
    names = field_names(table)
    geometry_of = _rule(set(names))
    separator = '{"type":"FeatureCollection","features":[\n'
    for columns in chunks(table):
        for values in zip(*columns, strict=True):
            row = dict(zip(names, values, strict=True))
            stream.write(separator + dumps(_feature(row, geometry_of(row))))
            separator = ",\n"
    stream.write("\n]}\n" if table.num_rows else separator.rstrip("\n") + "]}\n")


def _feature(row: Row, geometry: Geometry) -> dict[str, Any]:
    feature: dict[str, Any] = {"type": "Feature"}
    if row.get(_ID) is not None:
        feature["id"] = row[_ID]
    row.pop(_SHAPE, None)
    return feature | {"geometry": geometry, "properties": row}


def _rule(names: set[str]) -> Callable[[Row], Geometry]:
    if names >= _GAP:
        return _of_gap
    if _SHAPE in names:
        return _of_shape
    return _of_point


def _of_gap(row: Row) -> Geometry:
    off, on = _position(row, "off_"), _position(row, "on_")
    if off is None or on is None:
        known = off or on
        return None if known is None else {"type": "Point", "coordinates": known}
    return line_between(off, on)


def _of_shape(row: Row) -> Geometry:
    # bytes are hexadecimal in a plain row
    return _of_point(row) if row[_SHAPE] is None else polygon(bytes.fromhex(row[_SHAPE]))


def _of_point(row: Row) -> Geometry:
    known = _position(row, "")
    return None if known is None else {"type": "Point", "coordinates": known}


def _position(row: Row, prefix: str) -> tuple[float, float] | None:
    lon, lat = row.get(f"{prefix}lon"), row.get(f"{prefix}lat")
    return None if lon is None or lat is None else (lon, lat)
