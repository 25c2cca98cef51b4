"""A layer as GeoParquet 1.1 (https://geoparquet.org/releases/v1.1.0/)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ais_gaps.errors import UsageError
from ais_gaps.export.layer import Layer
from ais_gaps.features.placed import GEOMETRY

_ROWS_IN_A_GROUP = 122_880


def write_geoparquet(layer: Layer, stream: BinaryIO) -> int:
    """One Parquet file, ZSTD; how many rows. ``geo`` is the standard's metadata, ``ais_gaps`` holds title, banner and provenance.

    No ``crs`` is given, which means OGC:CRS84: longitude and latitude in degrees WGS84. Edges are planar, as in GeoJSON.

    Raises:
        UsageError: a column is of a type that Parquet does not have.
    """
    import shapely

    count = 0
    kinds: set[int] = set()
    bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
    with _writer(layer, layer.schema, stream) as writer:
        for table in layer.tables:
            shapes = shapely.from_wkb(table[GEOMETRY].drop_null().to_numpy())
            kinds.update(np.unique(shapely.get_type_id(shapes)).tolist())
            if len(shapes):
                box = shapely.total_bounds(shapes)
                bounds = np.concatenate([np.minimum(bounds[:2], box[:2]), np.maximum(bounds[2:], box[2:])])
            writer.write_table(table, row_group_size=_ROWS_IN_A_GROUP)
            count += len(table)
        writer.add_key_value_metadata({"geo": json.dumps(_geo(kinds, bounds))})
    return count


def write_parquet(layer: Layer, stream: BinaryIO) -> int:
    """The same without geometry, for rows that can have none; how many."""
    count = 0
    schema = layer.schema.remove(layer.schema.get_field_index(GEOMETRY))
    with _writer(layer, schema, stream) as writer:
        for table in layer.tables:
            writer.write_table(table.drop_columns([GEOMETRY]), row_group_size=_ROWS_IN_A_GROUP)
            count += len(table)
    return count


@contextmanager
def _writer(layer: Layer, schema: pa.Schema, stream: BinaryIO) -> Iterator[pq.ParquetWriter]:
    try:
        with pq.ParquetWriter(_Counted(stream), schema, compression="zstd") as writer:
            yield writer
            writer.add_key_value_metadata({"ais_gaps": json.dumps({"title": layer.title, **layer.about})})
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        raise UsageError(f"Parquet cannot hold these rows: {str(error).splitlines()[0]}") from error


def _geo(kinds: set[int], bounds: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, Any]:
    import shapely

    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(_NAMES[shapely.GeometryType(kind).name] for kind in kinds),
        "orientation": "counterclockwise",
        "edges": "planar",
    }
    if kinds:
        column["bbox"] = bounds.tolist()
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


_NAMES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}


class _Counted:
    """A stream that may be a pipe, which cannot tell where it is; Arrow asks."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        """The stream is its owner's to close."""
