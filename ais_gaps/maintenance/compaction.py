"""Fewer and larger files: the day parts of closed months merged by vessel. Optional; no answer depends on it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ais_gaps.errors import ArchiveError
from ais_gaps.ingest.staging import MEMORY_LIMIT, SLICE_ROWS
from ais_gaps.schema import STORED_REPORTS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.parts import Part, PartWriter, mmsi_ranges

FOLD_AT = 16
"""From so many ingests on whose summaries lie apart, they are gathered into one file of each kind."""
GRACE_S = 86_400.0
"""How long a replaced part stays, for readers that opened the archive before."""

_MERGED = "SELECT * FROM stored WHERE mmsi BETWEEN ? AND ? ORDER BY mmsi, ts, us, lat NULLS FIRST, lon NULLS FIRST"


@dataclass(frozen=True)
class Compaction:
    """What a compaction did: parts that count and their bytes, before and after."""

    parts_before: int
    parts_after: int
    bytes_before: int
    bytes_after: int


def compact(store: Store) -> Compaction:
    """Merges the parts that lie in one month, for every month before that of the newest report; one commit a month. And gathers
    the summaries of many ingests.

    Parts that were replaced are removed by the first compaction that comes more than a day later.
    """
    with store.writing() as work:
        before = store.parts()
        newest = max((p.last_ts for p in before), default=0)
        months: dict[str, list[Part]] = {}
        for part in before:
            month = _month(part.first_ts)
            if month == _month(part.last_ts) and month < _month(newest):
                months.setdefault(month, []).append(part)
        for parts in months.values():
            if len(parts) > 1:
                _merge(store, work, parts)
        loose = summaries.unfolded(store, store.ingests())
        if len(loose) >= FOLD_AT:
            summaries.fold(store, loose, work)
        after = store.parts()
        _remove_replaced(store, {p.path for p in after})
        return Compaction(len(before), len(after), sum(p.size for p in before), sum(p.size for p in after))


def _merge(store: Store, work: Path, parts: list[Part]) -> None:
    stem = f"merged-{uuid.uuid4().hex[:12]}"
    database = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(work / "spill")})
    paths = [store.part_path(p) for p in parts]
    database.from_parquet(paths).create_view("stored")
    writer = PartWriter(store.log.path, stem)
    for vessels in mmsi_ranges(paths, SLICE_ROWS):
        rows = database.sql(_MERGED, params=list(vessels)).to_arrow_table()
        writer.write(rows.select(STORED_REPORTS.names).cast(STORED_REPORTS.arrow))
    writer.close()
    database.close()
    if sum(p.rows for p in writer.parts) != sum(p.rows for p in parts):
        raise ArchiveError("a merged part does not hold the reports of its parts; nothing was changed")
    store.log.replace(stem, parts, writer.parts)


def _remove_replaced(store: Store, counting: set[str]) -> None:
    folder = store.log.path / "parts"
    for file in folder.glob("*.parquet") if folder.is_dir() else ():
        if f"parts/{file.name}" not in counting and time.time() - file.stat().st_mtime > GRACE_S:
            file.unlink()


def _month(ts: int) -> str:
    return datetime.fromtimestamp(ts, UTC).strftime("%Y-%m")
