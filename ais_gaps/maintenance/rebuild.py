"""Summaries made anew from the reports: to check those that are there, and to replace those that are lost."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ais_gaps.errors import ArchiveError
from ais_gaps.ingest.staging import DAY_S, MEMORY_LIMIT, SLICE_ROWS, overlapping
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.parts import mmsi_ranges
from ais_gaps.summary import Lookback, Reports, Summary, summarise

# As the ingest did it: the vessel-days that the source brought, the day after each (it looks back into them), and for counts the
# afternoon before, all from reports that were in by then.
_WANTED = """
    CREATE TABLE wanted AS
    WITH touched AS (SELECT DISTINCT mmsi, ts // 86400 AS day FROM stored WHERE source = $source)
    SELECT mmsi, day FROM touched UNION SELECT mmsi, day + 1 FROM touched
"""
_ROWS = """
    SELECT r.mmsi, r.ts, r.us, r.lat, r.lon, r.kind, r.transmitter, r.receiver,
        r.sog, r.cog, r.nav_status, r.ais_class
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


def resummarise(store: Store, ingest: Ingest) -> Summary:
    """The summary of one ingest, computed from the reports that were in the archive with it."""
    work = store.path / "tmp"
    work.mkdir(exist_ok=True)
    database = duckdb.connect(
        config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(work / f"rebuild-{ingest.id}")}
    )
    parts = [store.part_path(p) for p in store.parts()]
    if not parts or ingest.first_us is None or ingest.last_us is None:
        return Summary.joined([])
    database.from_parquet(parts).create_view("stored")
    database.execute(_WANTED, {"source": ingest.source})
    # Two days on either side hold all that is wanted; they let parts of other times be passed over.
    span = {"first": ingest.first_us // 1_000_000 - 2 * DAY_S, "last": ingest.last_us // 1_000_000 + 2 * DAY_S}
    near = overlapping(store.parts(), span["first"] // DAY_S, span["last"] // DAY_S)
    found: list[Summary] = []
    for low, high in mmsi_ranges([store.part_path(p) for p in near], SLICE_ROWS):
        values = {"source": ingest.source, "low": low, "high": high, **span}
        before = database.sql(_BEFORE, params=values).to_arrow_table()
        lookback = Lookback.of(*(before[c].to_numpy() for c in ("mmsi", "us", "receiver")), scattered=True)
        reports = Reports.of(database.sql(_ROWS, params=values).to_arrow_table())
        found.append(summarise(reports, [lookback], seq=ingest.source))
    database.close()
    return Summary.joined(found)


def restore(store: Store, ingest: Ingest) -> list[Path]:
    """Writes the summary tables of an ingest that are missing; the files written.

    Raises:
        ArchiveError: claims or rejects are missing; they cannot be computed from reports.
    """
    summary = resummarise(store, ingest)
    written = []
    for name, rows in (("days", summary.days), ("gaps", summary.gaps)):
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
