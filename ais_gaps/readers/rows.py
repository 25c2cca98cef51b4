"""Columns put together into one record batch of the readers' schema."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa

from ais_gaps.readers.interface import ROWS, Batch

GATHERED_ROWS = 100_000


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


def gathered(batches: Iterable[Batch], count: int = GATHERED_ROWS) -> Iterator[Batch]:
    """The same rows in the same order, in batches of at least ``count`` rows (but for the last)."""
    waiting: list[Batch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.rows.num_rows for each in waiting) >= count:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(batches: list[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    ends = list(accumulate(each.rows.num_rows for each in batches))

    def raw(rows: Sequence[int]) -> list[str]:
        texts = []
        for row in rows:
            k = bisect_right(ends, row)
            texts += batches[k].raw([row - (ends[k - 1] if k else 0)])
        return texts

    return Batch(pa.concat_batches([each.rows for each in batches]), raw)
