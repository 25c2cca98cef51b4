"""What was heard of a vessel, thinned for drawing: a run of positions between every two silences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa

from ais_gaps.dossier.model import TrackRun
from ais_gaps.dossier.wording import Row
from ais_gaps.moments import NEVER
from ais_gaps.reach.speed import Sql

MOST_POINTS: Final = 2000
"""Positions of a track that a dossier carries, about; the runs' ends are always among them."""

_SPAN = """
    SELECT min(ts) AS first, max(ts) AS last, count(*) AS reports FROM reports
    WHERE mmsi IN (SELECT unnest(?::INTEGER[])) AND kind = 'position' AND lat IS NOT NULL AND lon IS NOT NULL AND ts <= ?
"""
_THINNED = """
    WITH offs AS (SELECT off, row_number() OVER (ORDER BY off) AS run FROM (SELECT unnest(?::TIMESTAMPTZ[]) AS off)),
    heard AS (
        SELECT ts, lat, lon, coalesce(run, 0) AS run
        FROM reports ASOF LEFT JOIN offs ON ts > off
        WHERE mmsi IN (SELECT unnest(?::INTEGER[])) AND kind = 'position' AND lat IS NOT NULL AND lon IS NOT NULL AND ts <= ?
    ), bucketed AS (
        SELECT run, time_bucket(to_seconds(?), ts) AS bucket, count(*) AS reports,
            min(struct_pack(ts := ts, lat := lat, lon := lon)) AS first, max(struct_pack(ts := ts, lat := lat, lon := lon)) AS last
        FROM heard GROUP BY ALL
    )
    SELECT run, reports, first, last FROM bucketed ORDER BY run, bucket
"""


def track(sql: Sql, mmsi: Sequence[int], gaps: Sequence[Row], as_of: datetime | None) -> tuple[TrackRun, ...]:
    """The runs of a vessel, by time.

    Args:
        sql: asks the archive.
        mmsi: her MMSIs.
        gaps: her silences: a run ends at the off of each.
        as_of: later reports are not seen; None = all.
    """
    until = as_of or NEVER
    span = sql(_SPAN, [list(mmsi), until]).to_pylist()[0]
    if not span["reports"]:
        return ()
    every_s = max(round((span["last"] - span["first"]) / timedelta(seconds=1) * 2 / MOST_POINTS), 1)
    offs = sorted({gap["off_ts"] for gap in gaps})
    rows = sql(_THINNED, [offs, list(mmsi), until, every_s])
    return _runs(rows)


def _runs(rows: pa.Table) -> tuple[TrackRun, ...]:
    points: dict[int, dict[tuple[datetime, float, float], None]] = {}
    reports: dict[int, int] = {}
    for row in rows.to_pylist():
        of_run = points.setdefault(row["run"], {})
        for end in (row["first"], row["last"]):
            of_run.setdefault((end["ts"], end["lat"], end["lon"]))
        reports[row["run"]] = reports.get(row["run"], 0) + row["reports"]
    return tuple(TrackRun(tuple(of_run), reports[run]) for run, of_run in points.items())
