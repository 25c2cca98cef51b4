"""What people have said of silences, found again when late data have changed where a silence begins."""

from __future__ import annotations

from typing import Final

import duckdb
import pyarrow as pa

from ais_gaps.schema import UTC_US

SAID: Final = pa.schema(
    [
        pa.field("verdict", pa.string()),
        pa.field("verdict_because", pa.string()),
        pa.field("verdict_author", pa.string()),
        pa.field("verdict_at", UTC_US),
        pa.field("verdicts", pa.int32(), nullable=False),
    ]
)
"""What `said` gives of each gap: the newest verdict, and how many there are."""

# Reports that come late put the beginning of a silence later, or cut it in two: what is left of it overlaps what was judged.
# A track may get another number; then the beginning is the same. Silences that only touch are two.
_SAID = """
    WITH known AS (
        SELECT row, gap_id, mmsi, track, epoch_us(off_ts) AS off_us, coalesce(epoch_us(on_ts), 9223372036854775807) AS on_us
        FROM gaps
    ), judged AS (
        SELECT gap_id, mmsi, track, epoch_us(off_ts) AS off_us, epoch_us(until_ts) AS until_us, verdict, because, author,
            epoch_us("at") AS at_us
        FROM verdicts
    ), found AS (
        SELECT row, v.verdict, v.author, v.at_us,
            CASE WHEN g.gap_id = v.gap_id THEN v.because
                ELSE format('{} (said of an earlier form of this silence, which began {}Z)', v.because,
                    strftime(make_timestamp(v.off_us), '%Y-%m-%dT%H:%M')) END AS because
        FROM known g JOIN judged v ON g.mmsi = v.mmsi
        WHERE g.gap_id = v.gap_id OR g.off_us = v.off_us
            OR (g.track = v.track AND g.off_us < v.until_us AND v.off_us < g.on_us)
    )
    SELECT row, count(*)::INT AS verdicts,
        max(struct_pack(at_us, because, author, verdict)) AS newest
    FROM found GROUP BY row ORDER BY row
"""


def said(gaps: pa.Table, verdicts: pa.Table) -> pa.Table:
    """The newest verdict on each gap and how many there are (`SAID`), row by row of ``gaps``.

    A verdict is on the gap of its gap_id, on one of its MMSI that begins when the judged one did, and on those of its MMSI and
    track that overlap it: late data may move the beginning of a silence, or cut it in two, which gives it another gap_id. The
    reason then says that it was said of an earlier form of the silence.

    Args:
        gaps: `schema.GAPS`; gap_id, mmsi, track, off_ts and on_ts are read.
        verdicts: `columns.VERDICTS`.
    """
    n = len(gaps)
    database = duckdb.connect()
    try:
        own = gaps.select(["gap_id", "mmsi", "track", "off_ts", "on_ts"])
        database.register("gaps", own.append_column("row", pa.array(range(n), pa.int64())))
        database.register("verdicts", verdicts)
        found = database.sql(_SAID).to_arrow_table()
    finally:
        database.close()
    columns_found = (found[c].to_pylist() for c in ("row", "newest", "verdicts"))
    newest = {row: (verdict, count) for row, verdict, count in zip(*columns_found, strict=True)}
    none: dict[str, object] = {"verdict": None, "because": None, "author": None, "at_us": None}
    rows = [newest.get(row, (none, 0)) for row in range(n)]
    columns = [pa.array([row[c] for row, _ in rows], pa.string()) for c in ("verdict", "because", "author")]
    at = pa.array([row["at_us"] for row, _ in rows], pa.int64()).cast(UTC_US)
    return pa.table([*columns, at, pa.array([count for _, count in rows], pa.int32())], schema=SAID)
