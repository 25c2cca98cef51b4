"""What people have said of silences, found again when late data have changed where a silence begins."""

from __future__ import annotations

from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from ais_gaps.schema import GAPS, UTC_US

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

OF_GAP: Final = pa.schema([GAPS.arrow.field(name) for name in ("gap_id", "mmsi", "track", "off_ts", "on_ts")])
"""What is read of a gap."""

_EARLIER: Final = "said of an earlier form of this silence"

# Reports that come late put the beginning of a silence later, or cut it in two: what is left of it overlaps what was judged.
# A track may get another number; then the beginning is the same. Silences that only touch are two.
_ON = """
    WITH known AS (
        SELECT row, gap_id, mmsi, track, epoch_us(off_ts) AS off_us, coalesce(epoch_us(on_ts), 9223372036854775807) AS on_us
        FROM gaps
    ), judged AS (
        SELECT verdict_row, gap_id, mmsi, track, epoch_us(off_ts) AS off_us, epoch_us(until_ts) AS until_us, epoch_us("at") AS at_us
        FROM verdicts
    )
    SELECT row, verdict_row, g.gap_id <> v.gap_id AS earlier_form
    FROM known g JOIN judged v ON g.mmsi = v.mmsi
    WHERE g.gap_id = v.gap_id OR g.off_us = v.off_us
        OR (g.track = v.track AND g.off_us < v.until_us AND v.off_us < g.on_us)
    ORDER BY row, at_us, verdict_row
"""
_NUMBERED: Final = ("gap_id", "mmsi", "track", "off_ts")


def said(gaps: pa.Table, verdicts: pa.Table) -> pa.Table:
    """The newest verdict on each gap and how many there are (`SAID`), row by row of ``gaps``.

    A verdict is on the gap of its gap_id, on one of its MMSI that begins when the judged one did, and on those of its MMSI and
    track that overlap it: late data may move the beginning of a silence, or cut it in two, which gives it another gap_id. The
    reason then says that it was said of an earlier form of the silence.

    Args:
        gaps: `schema.GAPS`; gap_id, mmsi, track, off_ts and on_ts are read.
        verdicts: `columns.VERDICTS`.
    """
    pairs, verdicts = _pairs(gaps, verdicts)
    row, verdict = pairs["row"].to_numpy(), pairs["verdict_row"].to_numpy()
    count = np.bincount(row, minlength=len(gaps))
    newest = np.full(len(gaps), -1)
    newest[row] = np.arange(len(row))  # of several the last, which is the newest
    where = pa.array(newest, mask=newest < 0)
    chosen = verdicts.take(pa.array(verdict)).take(where)
    because = chosen["because"].to_pylist()
    earlier = pairs["earlier_form"].take(where).to_pylist()
    off = chosen["off_ts"].to_pylist()
    because = [
        f"{text} ({_EARLIER}, which began {began:%Y-%m-%d %H:%M} UTC)" if other else text
        for text, other, began in zip(because, earlier, off, strict=True)
    ]
    columns = [chosen["verdict"], pa.array(because, pa.string()), chosen["author"], chosen["at"]]
    return pa.table([*columns, pa.array(count, pa.int32())], schema=SAID)


def ordered(verdicts: pa.Table) -> pa.Table:
    """`columns.VERDICTS`, oldest first."""
    return verdicts.sort_by([(name, "ascending") for name in ("at", "gap_id", "verdict", "because", "author")])


def on(gap: pa.Table, verdicts: pa.Table) -> pa.Table:
    """The verdicts on one gap (`said` has the rule), oldest first: `columns.VERDICTS` with ``earlier_form``.

    Args:
        gap: one row of `schema.GAPS`.
        verdicts: `columns.VERDICTS`.
    """
    pairs, verdicts = _pairs(gap, verdicts)
    return verdicts.take(pairs["verdict_row"]).append_column("earlier_form", pairs["earlier_form"])


def _pairs(gaps: pa.Table, verdicts: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Gap and verdict on it, by row, the verdicts of a gap oldest first; and the verdicts in the order that is counted in."""
    verdicts = ordered(verdicts)
    database = duckdb.connect()
    try:
        own = gaps.select(OF_GAP.names).append_column("row", pa.array(range(len(gaps)), pa.int64()))
        numbers = pa.array(range(len(verdicts)), pa.int64())
        judged = verdicts.select([*_NUMBERED, "until_ts", "at"]).append_column("verdict_row", numbers)
        database.register("gaps", own)
        database.register("verdicts", judged)
        return database.sql(_ON).to_arrow_table(), verdicts
    finally:
        database.close()
