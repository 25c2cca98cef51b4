"""Columns from Arrow to pandas and back, without a loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from ais_gaps.features.placed import GEOMETRY, Shapes, wkb

_NULLABLE: Final[Mapping[pa.DataType, Any]] = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
"""A whole number that may be missing stays one: an IMO number is no 9179842.0."""
_TEXT: Final = {pa.string(): pd.StringDtype(na_value=np.nan)}
"""pandas' own text, be there any or not."""

_WKB = {
    "ARROW:extension:name": "geoarrow.wkb",
    "ARROW:extension:metadata": '{"crs":"OGC:CRS84","crs_type":"authority_code"}',
}


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """A table as a DataFrame; which type a column gets depends on its declaration, not on what is in it."""
    series = {
        field.name: table.column(i).to_pandas(types_mapper=({**_NULLABLE, **_TEXT} if field.nullable else _TEXT).get)
        for i, field in enumerate(table.schema)
    }
    return pd.DataFrame(series, columns=table.column_names)


def to_arrow(frame: pd.DataFrame, declared: Mapping[str, pa.Field]) -> pa.Table:
    """A DataFrame as a table; columns that are declared get their types back where the values still allow it."""
    fields, arrays = [], []
    for name in frame.columns:
        column = frame[name]
        if column.dtype == "geometry":
            field, array = geometry_column(column.to_numpy())
        else:
            array = _array(column, declared.get(str(name)))
            wanted = declared.get(str(name))
            plain = wanted is None or wanted.type != array.type or bool(array.null_count and not wanted.nullable)
            field = pa.field(str(name), array.type) if plain or wanted is None else wanted
        fields.append(field)
        arrays.append(array)
    return pa.table(arrays, schema=pa.schema(fields))


def geometry_column(shapes: Shapes) -> tuple[pa.Field, pa.Array]:
    """A field and its values of geometries as WKB, so that readers know them for what they are."""
    known = np.array([None if shape is None or shape.is_empty else shape for shape in shapes], object)
    return pa.field(GEOMETRY, pa.binary(), metadata=_WKB), wkb(known)


def without_extensions(table: pa.Table) -> pa.Table:
    """The same with geometries as plain bytes, for readers that warn of types which they do not know."""
    return table.cast(pa.schema([field.remove_metadata() for field in table.schema]))


def _array(column: pd.Series[Any], wanted: pa.Field | None) -> pa.Array | pa.ChunkedArray:
    if wanted is not None:
        try:
            return _combined(pa.array(column, wanted.type, from_pandas=True))
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
            pass  # somebody has put something else into the column
    array = _combined(pa.array(column, from_pandas=True))
    return array.cast(pa.string()) if pa.types.is_large_string(array.type) else array


def _combined(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
