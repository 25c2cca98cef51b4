"""Columns put together into one record batch of the readers' schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from ais_gaps.readers.interface import ROWS


def record_batch(count: int, columns: Mapping[str, Any]) -> pa.RecordBatch:
    """A record batch of schema `ROWS`.

    Args:
        count: number of rows.
        columns: by name of a field: an Arrow or numpy array or a list of ``count`` values, or one string for all rows.
            What is absent or None is null.
    """
    return pa.RecordBatch.from_arrays([_column(columns.get(f.name), f.type, count) for f in ROWS], schema=ROWS)


def _column(values: Any, kind: pa.DataType, count: int) -> pa.Array:
    if values is None:
        return pa.nulls(count, kind)
    if isinstance(values, str):
        return pa.repeat(pa.scalar(values, kind), count)
    if isinstance(values, pa.Array):
        return values if values.type == kind else values.cast(kind)
    return pa.array(values, kind, from_pandas=True)


def ordered(batch: pa.RecordBatch, order: Sequence[int] | Any) -> pa.RecordBatch:
    """The rows of a batch in another order."""
    return batch.take(pa.array(order))
