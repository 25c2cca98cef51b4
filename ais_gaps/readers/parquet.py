"""Parquet and GeoParquet as frames."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ais_gaps.errors import SourceError
from ais_gaps.readers import cells
from ais_gaps.readers.frame import Frame
from ais_gaps.readers.source import Source

MAGIC = b"PAR1"
BATCH_ROWS = 1 << 17
_DEGREES = {("OGC", "CRS84"), ("EPSG", "4326"), ("EPSG", "4269"), ("EPSG", "4258"), ("EPSG", "4979")}
"""Reference systems whose coordinates are, to within metres, longitude and latitude of WGS 84."""


def is_parquet(source: Source) -> bool:
    """Whether the content says that it is Parquet."""
    return source.head.startswith(MAGIC)


@contextlib.contextmanager
def opened(source: Source) -> Iterator[pq.ParquetFile]:
    """The Parquet file of a source, also where that lies in a zip or is compressed as a whole.

    Raises:
        SourceError: it is damaged.
    """
    with contextlib.ExitStack() as closing:
        try:
            if source.member is None and not source.compressed:
                file = closing.enter_context(pq.ParquetFile(source.path))
            else:
                spool = closing.enter_context(tempfile.TemporaryFile())
                with source.open() as stream:
                    shutil.copyfileobj(stream, spool, 1 << 20)
                spool.seek(0)
                file = closing.enter_context(pq.ParquetFile(spool))
        except (pa.ArrowException, OSError) as error:
            raise SourceError(f"{source.name}: not a readable Parquet file: {_first_line(error)}") from error
        yield file


def schema_of(source: Source) -> pa.Schema:
    """Names and types of the columns, with the file's metadata.

    Raises:
        SourceError: the file is damaged.
    """
    with opened(source) as file:
        return file.schema_arrow


def check_reference(schema: pa.Schema, column: str, name: str) -> None:
    """Refuse a geometry column whose coordinates are no degrees of longitude and latitude.

    Raises:
        SourceError: GeoParquet metadata name another reference system.
    """
    try:
        described = json.loads((schema.metadata or {}).get(b"geo", b"{}"))["columns"][column]
    except (ValueError, KeyError, TypeError):
        return
    reference = described.get("crs") if isinstance(described, dict) else None
    if not isinstance(reference, dict):  # absent: OGC:CRS84 by the specification
        return
    identifier = reference.get("id")
    if isinstance(identifier, dict):
        known = (str(identifier.get("authority")), str(identifier.get("code"))) in _DEGREES
    else:
        known = reference.get("type") == "GeographicCRS"
    if not known:
        called = str(reference.get("name", "another reference system"))[:60]
        raise SourceError(f"{name}: the geometry is in {called}, not in degrees of longitude and latitude (WGS 84)")


def frames(source: Source, wanted: Mapping[str, str], batch_rows: int = BATCH_ROWS) -> Iterator[Frame]:
    """The rows of a Parquet source as frames, in order; the record is the number of the row, from 1.

    Args:
        source: the file.
        wanted: role -> name of its column.
        batch_rows: rows in a frame.

    Raises:
        SourceError: the file is damaged.
    """
    first = 1
    with opened(source) as file:
        try:
            for rows in file.iter_batches(batch_rows, columns=list(dict.fromkeys(wanted.values()))):
                records = np.arange(first, first + rows.num_rows, dtype=np.int64)
                yield Frame({role: rows.column(name) for role, name in wanted.items()}, records, _Raw(rows, first))
                first += rows.num_rows
        except (pa.ArrowException, OSError) as error:
            raise SourceError(f"{source.name}: damaged after row {first - 1}: {_first_line(error)}") from error


class _Raw:
    """Rows as JSON text, by their record numbers."""

    def __init__(self, rows: pa.RecordBatch, first: int) -> None:
        self._rows, self._first = rows, first

    def __call__(self, records: Sequence[int]) -> list[str]:
        rows = self._rows.take(pa.array([record - self._first for record in records], pa.int64()))
        columns = [_values(column) for column in rows.columns]
        named = [dict(zip(rows.schema.names, row, strict=True)) for row in zip(*columns, strict=True)]
        return [json.dumps(row, ensure_ascii=False, default=_as_json) for row in named]


def _values(column: pa.Array) -> list[Any]:
    """The cells as Python has them; as text where it has none, such as the year 148,108 or nanoseconds."""
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        if not pa.types.is_timestamp(column.type):
            return cells.as_text(column).to_pylist()  # type: ignore[no-any-return]
        # Arrow prints years above 32,767 as others
        values = [None if np.isnat(stamp) else str(stamp) for stamp in column.to_numpy(zero_copy_only=False)]
    return values


def _as_json(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
