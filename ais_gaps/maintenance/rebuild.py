"""Summaries made anew from the reports: to check those that are there, and to replace those that are lost."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from ais_gaps.errors import ArchiveError
from ais_gaps.ingest.staging import DAY_S, LAST_OF_DAYS, MEMORY_LIMIT, SLICE_ROWS, overlapping
from ais_gaps.reception.counts import Changes
from ais_gaps.reception.fixes import Fixes
from ais_gaps.schema import SHIP_CELLS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.parts import mmsi_ranges
from ais_gaps.summary import Lookback, Reports, Summary, summarise

SUMMARIES = ("days", "gaps", "runs", "ship_cells", "peer_hours")
"""The tables of an ingest that follow from reports."""

# As the ingest did it: the vessel-days that the source brought, the day after each (it looks back into them), and for counts the
# afternoon before, all from reports that were in by then.
_WANTED = """
    CREATE TABLE wanted AS
    WITH touched AS (SELECT DISTINCT mmsi, ts // 86400 AS day FROM stored WHERE source = $source)
    SELECT mmsi, day FROM touched UNION SELECT mmsi, day + 1 FROM touched
"""
_ROWS = """
    SELECT r.mmsi, r.ts, r.us, r.lat, r.lon, r.kind, r.transmitter, r.receiver,
        r.sog, r.cog, r.nav_status, r.ais_class, r.source < $source AS old
    FROM stored r SEMI JOIN wanted w ON w.mmsi = r.mmsi AND w.day = r.ts // 86400
    WHERE r.source <= $source AND r.mmsi BETWEEN $low AND $high AND r.ts BETWEEN $first AND $last
    ORDER BY r.mmsi, r.ts, r.us, r.lat NULLS FIRST, r.lon NULLS FIRST
"""
_BEFORE = """
    SELECT r.mmsi, r.ts * 1000000::BIGINT + r.us AS us, r.receiver
    FROM stored r
    SEMI JOIN wanted w ON w.mmsi = r.mmsi AND w.day - 1 = r.ts // 86400
    ANTI JOIN wanted o ON o.mmsi = r.mmsi AND o.day = r.ts // 86400
    WHERE r.source <= $source AND r.kind = 0 AND r.transmitter = 0 AND r.ts % 86400 >= 43200
      AND r.mmsi BETWEEN $low AND $high AND r.ts BETWEEN $first AND $last
    ORDER BY 1, 2
"""
_DAYS_BEFORE = """
    CREATE TABLE before AS SELECT mmsi, day - 1 AS day FROM wanted w ANTI JOIN wanted o ON o.mmsi = w.mmsi AND o.day = w.day - 1
"""
_LAST = LAST_OF_DAYS.format(reports="(SELECT * FROM stored WHERE source <= $source)", days="before")


def resummarise(store: Store, ingest: Ingest) -> dict[str, pa.Table]:
    """The summary tables of one ingest by name, computed from the reports that were in the archive with it."""
    work = store.path / "tmp"
    work.mkdir(exist_ok=True)
    database = duckdb.connect(
        config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(work / f"rebuild-{ingest.id}")}
    )
    parts = [store.part_path(p) for p in store.parts()]
    if not parts or ingest.first_us is None or ingest.last_us is None:
        return _tables(Summary.joined([]), [], Changes(ingest.source).hours())
    database.from_parquet(parts).create_view("stored")
    database.execute(_WANTED, {"source": ingest.source})
    database.execute(_DAYS_BEFORE)
    # Two days on either side hold all that is wanted; they let parts of other times be passed over.
    span = {"first": ingest.first_us // 1_000_000 - 2 * DAY_S, "last": ingest.last_us // 1_000_000 + 2 * DAY_S}
    near = overlapping(store.parts(), span["first"] // DAY_S, span["last"] // DAY_S)
    found: list[Summary] = []
    changes, ship_cells = Changes(ingest.source), []
    for low, high in mmsi_ranges([store.part_path(p) for p in near], SLICE_ROWS):
        values = {"source": ingest.source, "low": low, "high": high, **span}
        before = database.sql(_BEFORE, params=values).to_arrow_table()
        lookback = Lookback.of(*(before[c].to_numpy() for c in ("mmsi", "us", "receiver")), scattered=True)
        rows = database.sql(_ROWS, params=values).to_arrow_table()
        found.append(summarise(Reports.of(rows), [lookback], seq=ingest.source))
        ship_cells.append(changes.of(rows, Fixes.of(database.sql(_LAST, params=values).to_arrow_table())))
    database.close()
    return _tables(Summary.joined(found), ship_cells, changes.hours())


def _tables(summary: Summary, ship_cells: list[pa.Table], peer_hours: pa.Table) -> dict[str, pa.Table]:
    cells = pa.concat_tables([SHIP_CELLS.arrow.empty_table(), *ship_cells])
    return summary.tables | {"ship_cells": cells, "peer_hours": peer_hours}


def restore(store: Store, ingest: Ingest) -> list[Path]:
    """Writes the summary tables of an ingest that are missing; the files written.

    Raises:
        ArchiveError: claims or rejects are missing; they cannot be computed from reports.
    """
    written = []
    for name, rows in resummarise(store, ingest).items():
        path = store.ingest_file(ingest.id, name)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            summaries.write(rows, path)
            written.append(path)
    lost = [name for name in ("claims", "rejects") if not store.ingest_file(ingest.id, name).is_file()]
    if lost:
        raise ArchiveError(
            f"the {' and '.join(lost)} of source {ingest.source} ({ingest.file}) are lost: ingest that file again"
        )
    return written
