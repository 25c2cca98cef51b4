"""Columns of summary tables as numpy arrays, with a value in the place of null."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ais_gaps.summary.reports import Ints

NEVER = np.iinfo(np.int64).max
"""Stands for a time that is null."""


def missing(kind: Any) -> int:
    """What stands for null in arrays of a type: a time that never comes, else the least number."""
    return NEVER if np.dtype(kind) == np.int64 else int(np.iinfo(kind).min)


def filled(column: pa.ChunkedArray) -> Ints:
    """A column as an array, with the `missing` value of its type where it is null."""
    if column.null_count:
        column = column.fill_null(missing(column.type.to_pandas_dtype()))
    return column.to_numpy()  # type: ignore[no-any-return]


def nulled(values: Ints, kind: pa.DataType) -> pa.Array:
    """The same back: null where a value is missing, or no number."""
    if pa.types.is_boolean(kind):
        return pa.array(values)
    absent = np.isnan(values) if values.dtype.kind == "f" else values == missing(kind.to_pandas_dtype())
    values = values.astype(kind.to_pandas_dtype(), copy=False)
    return pa.array(values, type=kind, mask=absent if absent.any() else None, from_pandas=False)
