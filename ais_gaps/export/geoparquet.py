"""A layer as GeoParquet 1.1 (https://geoparquet.org/releases/v1.1.0/)."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

import numpy as np
import pyarrow.parquet as pq

from ais_gaps.export.layer import GEOMETRY, Layer

_ROWS_IN_A_GROUP = 122_880


def write_geoparquet(layer: Layer, stream: BinaryIO) -> int:
    """One Parquet file, ZSTD; how many rows. ``geo`` is the standard's metadata, ``ais_gaps`` holds title, banner and provenance.

    No ``crs`` is given, which means OGC:CRS84: longitude and latitude in degrees WGS84. Edges are planar, as in GeoJSON.
    """
    import shapely

    count = 0
    kinds: set[int] = set()
    bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
    with pq.ParquetWriter(_Counted(stream), layer.schema, compression="zstd") as writer:
        for table in layer.tables:
            shapes = shapely.from_wkb(table[GEOMETRY].drop_null().to_numpy())
            kinds.update(np.unique(shapely.get_type_id(shapes)).tolist())
            if len(shapes):
                box = shapely.total_bounds(shapes)
                bounds = np.concatenate([np.minimum(bounds[:2], box[:2]), np.maximum(bounds[2:], box[2:])])
            writer.write_table(table, row_group_size=_ROWS_IN_A_GROUP)
            count += len(table)
        about = {"title": layer.title, **layer.about}
        writer.add_key_value_metadata({"geo": json.dumps(_geo(kinds, bounds)), "ais_gaps": json.dumps(about)})
    return count


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
