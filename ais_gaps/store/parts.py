"""Parts: immutable Parquet files of reports, sorted by (mmsi, ts), in encodings that DuckDB, polars and Spark all read."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake.transaction import AddAction

from ais_gaps.schema import STORED_REPORTS

ROW_GROUP_ROWS = 122_880
"""Smaller row groups cost scans, larger ones cost look-ups."""
PART_ROWS = 50_000_000
"""A longer part is cut, so that one can be read in bounded memory and several in parallel."""

LAST_MMSI = 2**31 - 1
_DELTA = ("mmsi", "ts", "lat", "lon")
WRITER = {
    "compression": "zstd",
    "compression_level": 3,
    "use_dictionary": [c.name for c in STORED_REPORTS.columns if c.name not in _DELTA],
    "column_encoding": dict.fromkeys(_DELTA, "DELTA_BINARY_PACKED"),
    "store_schema": True,
}


@dataclass(frozen=True)
class Part:
    """A finished part: path below the table, size in bytes, rows, the ranges that prune it; its SHA-256 when just written."""

    path: str
    size: int
    rows: int
    first_mmsi: int
    last_mmsi: int
    first_ts: int
    last_ts: int
    sha256: str = ""

    def add_action(self, *, data_change: bool = True) -> AddAction:
        """The Delta action that adds it to the table, with the statistics that readers prune by."""
        low, high = {"mmsi": self.first_mmsi, "ts": self.first_ts}, {"mmsi": self.last_mmsi, "ts": self.last_ts}
        stats = {"numRecords": self.rows, "minValues": low, "maxValues": high, "nullCount": {"mmsi": 0, "ts": 0}}
        return AddAction(self.path, self.size, {}, int(time.time() * 1000), data_change, json.dumps(stats))


class PartWriter:
    """Writes sorted reports as one or more parts named ``<stem>-<n>.parquet`` below ``table/parts``."""

    def __init__(self, table: Path, stem: str) -> None:
        self._table, self._stem = table, stem
        self._writer: pq.ParquetWriter | None = None
        self._ranges: list[tuple[int, int, int, int]] = []
        self._rows = 0
        self.parts: list[Part] = []

    def write(self, reports: pa.Table) -> None:
        """Takes further reports, sorted, of schema `STORED_REPORTS`."""
        if not len(reports):
            return
        if self._writer is None:
            self._path = f"parts/{self._stem}-{len(self.parts):03d}.parquet"
            file = self._table / self._path
            file.parent.mkdir(exist_ok=True)
            self._writer = pq.ParquetWriter(file, STORED_REPORTS.arrow, **WRITER)
        self._writer.write_table(reports, row_group_size=ROW_GROUP_ROWS)
        ts = pc.min_max(reports["ts"]).as_py()
        mmsi = reports["mmsi"]
        self._ranges.append((mmsi[0].as_py(), mmsi[-1].as_py(), ts["min"], ts["max"]))
        self._rows += len(reports)
        if self._rows >= PART_ROWS:
            self.close()

    def close(self) -> None:
        """Ends the part that is open, on disk for good; further reports start another."""
        if self._writer is None:
            return
        self._writer.close()
        file = self._table / self._path
        sync(file)
        first, last, early, late = zip(*self._ranges, strict=True)
        self.parts.append(
            Part(
                self._path, file.stat().st_size, self._rows, min(first), max(last), min(early), max(late), hashed(file)
            )
        )
        self._writer, self._ranges, self._rows = None, [], 0


def mmsi_ranges(paths: Sequence[str | Path], rows: int) -> list[tuple[int, int]]:
    """MMSI ranges, both ends included, that together are all there are and of which each holds some so many rows of files.

    Told from the statistics of row groups, so that what is sorted range by range is read once.
    """
    edges: list[tuple[int, int]] = []  # greatest MMSI of a row group, its rows
    for path in paths:
        metadata = pq.read_metadata(path)
        at = metadata.schema.names.index("mmsi")
        groups = (metadata.row_group(group) for group in range(metadata.num_row_groups))
        edges += [(int(group.column(at).statistics.max), group.num_rows) for group in groups if group.num_rows]
    out, low, held = [], 0, 0
    for highest, count in sorted(edges):
        held += count
        if held >= rows and highest >= low:
            out.append((low, highest))
            low, held = highest + 1, 0
    return [*out, (low, LAST_MMSI)]


def hashed(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Forces a file or a folder's entries to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
