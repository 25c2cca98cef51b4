"""The summaries of committed ingests, read back: all of them, or those of some vessels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ais_gaps.errors import ArchiveError
from ais_gaps.schema import Table
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

ROW_GROUP_ROWS = 8192
"""Small, so that one vessel is found without reading the others."""
RANGE_ROWS = 2_000_000
"""Vessel-days that a question about the whole fleet holds in memory at a time."""
FILES = {"vessel_days": "days", "day_gaps": "gaps", "claims": "claims", "rejects": "rejects"}
"""Which of an ingest's files holds which table."""


def write(rows: pa.Table, path: Path) -> None:
    """Writes one of an ingest's tables, sorted by mmsi."""
    pq.write_table(rows, path, compression="zstd", row_group_size=ROW_GROUP_ROWS)


def read(
    store: Store,
    ingests: Sequence[Ingest],
    table: Table,
    *,
    within: tuple[int, int] | None = None,
    columns: list[str] | None = None,
) -> pa.Table:
    """The rows of one of the ingests' tables, in the order of the ingests.

    Args:
        store: the archive.
        ingests: which ingests count.
        table: `VESSEL_DAYS`, `DAY_GAPS`, `CLAIMS` or `REJECTS`.
        within: only MMSI from the first to the second, both included; None = all.
        columns: only these columns; None = all.

    Raises:
        ArchiveError: a file is missing; the message says how to mend it.
    """
    schema = table.arrow if columns is None else pa.schema([table.arrow.field(c) for c in columns])
    found = [schema.empty_table()]
    for ingest in ingests:
        path = store.ingest_file(ingest.id, FILES[table.name])
        try:
            part = pq.ParquetFile(path)
        except FileNotFoundError as error:
            raise ArchiveError(f"{path} is missing: run `ais-gaps --archive {store.path} verify`") from error
        groups = range(part.num_row_groups) if within is None else _groups(part, *within)
        if groups:
            rows = part.read_row_groups(list(groups), columns=columns, use_threads=False)
            if within is not None:
                mmsi = rows["mmsi"]
                rows = rows.filter(pc.and_(pc.greater_equal(mmsi, within[0]), pc.less_equal(mmsi, within[1])))
            found.append(rows.select(schema.names).cast(schema))
    return pa.concat_tables(found)


def ranges(store: Store, ingests: Sequence[Ingest]) -> list[tuple[int, int]]:
    """MMSI ranges that part the fleet so that each holds some `RANGE_ROWS` vessel-days."""
    edges: list[tuple[int, int]] = []  # greatest MMSI of a row group, its rows
    for ingest in ingests:
        metadata = pq.read_metadata(store.ingest_file(ingest.id, "days"))
        for group in range(metadata.num_row_groups):
            statistics = metadata.row_group(group).column(0).statistics
            edges.append((int(statistics.max), metadata.row_group(group).num_rows))
    everything = int(np.iinfo(np.int32).max)
    out, low, rows = [], 0, 0
    for highest, count in sorted(edges):
        rows += count
        if rows >= RANGE_ROWS and highest >= low:
            out.append((low, highest))
            low, rows = highest + 1, 0
    return [*out, (low, everything)]


def _groups(part: pq.ParquetFile, low: int, high: int) -> list[int]:
    """Row groups that may hold an MMSI of the range."""
    at = part.schema_arrow.get_field_index("mmsi")
    statistics = [part.metadata.row_group(g).column(at).statistics for g in range(part.num_row_groups)]
    return [g for g, s in enumerate(statistics) if s is None or (s.min <= high and s.max >= low)]
