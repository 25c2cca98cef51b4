"""Exact duplicates: rows that say the same in every field, wherever they come from."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.schema import STORED_REPORTS

_FIRST = ("mmsi", "ts", "us", "lat", "lon")
_REST = tuple(c.name for c in STORED_REPORTS.columns if c.name not in (*_FIRST, "source"))
_NULL = np.iinfo(np.int64).min


def duplicates(rows: pa.Table) -> npt.NDArray[np.bool_]:
    """Which rows equal another one that stays. Of equal rows one that is ``old`` stays, else the first.

    Args:
        rows: sorted by `_FIRST`; columns of `STORED_REPORTS` and ``old``.
    """
    same = _same_as_next(rows, _FIRST)
    out = np.zeros(len(rows), bool)
    if not same.any():
        return out
    member = np.append(same, False)
    member[1:] |= same
    at = np.flatnonzero(member)
    some = rows.take(at)
    group = np.cumsum(~np.append(False, same)[at])
    keys = [_numbers(some[name]) for name in _REST]
    old = some["old"].to_numpy()
    order = np.lexsort([~old, *keys[::-1], group])
    equal = group[order][1:] == group[order][:-1]
    for key in keys:
        equal &= key[order][1:] == key[order][:-1]
    out[at[order[1:]]] = equal
    return out


def _same_as_next(rows: pa.Table, columns: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """For each row but the last: whether the next one is equal in these columns."""
    same = np.ones(max(len(rows) - 1, 0), bool)
    for name in columns:
        values = _numbers(rows[name])
        same &= values[1:] == values[:-1]
    return same


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """A column as integers that are equal where its values are; null equals null and nothing else."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = column.combine_chunks().dictionary_encode()
        column = (column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column).indices.cast(pa.int64())
        return column.fill_null(_NULL).to_numpy()  # type: ignore[no-any-return]
    if column.null_count:
        return column.cast(pa.int64()).fill_null(_NULL).to_numpy()  # type: ignore[no-any-return]
    return column.to_numpy()  # type: ignore[no-any-return]
