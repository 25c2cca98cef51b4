"""A layer as GeoJSON (RFC 7946)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, TextIO

import pyarrow as pa

from ais_gaps.export.layer import Layer
from ais_gaps.features.placed import GEOMETRY
from ais_gaps.tabular.cells import chunks


def write_geojson(layer: Layer, stream: BinaryIO) -> int:
    """One FeatureCollection, ASCII only; how many features.

    Lines and areas are cut at the antimeridian (3.1.9), outer rings run counterclockwise (3.1.6), the coordinates are WGS84
    without a ``crs`` (4). ``title``, ``banner`` and ``provenance`` are foreign members (6.1) and stand before the features.
    """
    text = io.TextIOWrapper(stream, encoding="ascii", newline="\n")
    try:
        return collection(layer, (item for table in layer.tables for item in _features(table, layer.key)), text)
    finally:
        text.detach()


def collection(layer: Layer, features: Iterable[str], text: TextIO) -> int:
    """A FeatureCollection of features that are JSON already, after what must be said with them; how many."""
    head = {"type": "FeatureCollection", "title": layer.title, **layer.about}
    text.write(json_of(head)[:-1] + ',"features":[\n')
    count = 0
    for feature in features:
        text.write(f",\n{feature}" if count else feature)
        count += 1
    text.write("\n]}\n")
    return count


def _features(table: pa.Table, key: str | None) -> Iterator[str]:
    import shapely

    names = [name for name in table.column_names if name != GEOMETRY]
    shapes = shapely.to_geojson(shapely.from_wkb(table[GEOMETRY].to_numpy()))
    at = 0
    for columns in chunks(table.select(names)):
        for values in zip(*columns, strict=True):
            properties = dict(zip(names, values, strict=True))
            identity = "" if key is None else f'"id":{json_of(properties[key])},'
            shape = shapes[at] or "null"
            at += 1
            yield f'{{"type":"Feature",{identity}"geometry":{shape},"properties":{json_of(properties)}}}'


def json_of(value: Any) -> str:
    """Compact JSON in ASCII, which is harmless on any terminal."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
