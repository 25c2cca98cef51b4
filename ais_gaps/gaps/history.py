"""Superseded gaps: what was once a gap by all that was known, and is one no longer, or ends elsewhere.

Late data supersede: a vessel-day that comes after a later one of the same vessel, or that is summarised again. So do data that show
an MMSI to be more than one ship, or a position to have been wrong. Each such ingest is a moment at which the vessel's closed gaps
may change; those before it are compared with those after.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.gaps.find import found_in
from ais_gaps.gaps.parted import deal
from ais_gaps.gaps.stitch import BARE_GAPS, FLOOR_H, Ints, day_key, newest_rows, stitch
from ais_gaps.schema import DAY_GAPS, DAY_RUNS, UTC_US, VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

DAY_US = 86_400_000_000

HISTORY = pa.schema(
    [
        *BARE_GAPS,
        pa.field("known_from", UTC_US),
        pa.field("superseded_at", UTC_US),
        pa.field("superseded_by", pa.int32()),
    ]
)
"""`BARE_GAPS`, from when and until when each was believed, and the source that ended it."""


def superseded(
    store: Store, ingests: Sequence[Ingest], *, min_hours: float, as_of_us: int, mmsi: Sequence[int] | None = None
) -> pa.Table:
    """Closed gaps that late data split, shortened or removed, as `HISTORY`; by (mmsi, off, time of the change)."""
    slices = summaries.ranges(store, ingests) if mmsi is None else [(m, m) for m in sorted(set(mmsi))]
    at = {i.source: datetime.fromisoformat(i.ingested_at) for i in ingests}
    found = [HISTORY.empty_table()]
    for within in slices:
        days = summaries.read(store, ingests, VESSEL_DAYS, within=within)
        inside, runs = (summaries.read(store, ingests, table, within=within) for table in (DAY_GAPS, DAY_RUNS))
        for vessel, seq in sorted(_late(days) | _revising(days, inside, runs, as_of_us)):
            own = [t.filter(pc.equal(t["mmsi"], vessel)) for t in (days, inside, runs)]
            before, after = (_closed(own, until, min_hours, as_of_us) for until in (seq - 1, seq))
            gone = before.filter(pa.array(~_among(before, after)))
            known = [_known_from(own, row, seq, min_hours, as_of_us) for row in gone.to_pylist()]
            extra = [pa.array([at[k] for k in known], UTC_US), pa.array([at[seq]] * len(gone), UTC_US)]
            found.append(pa.table([*gone.columns, *extra, pa.array([seq] * len(gone), pa.int32())], schema=HISTORY))
    return pa.concat_tables(found).sort_by(
        [("mmsi", "ascending"), ("off_us", "ascending"), ("superseded_at", "ascending")]
    )


def _late(days: pa.Table) -> set[tuple[int, int]]:
    """(mmsi, ingest) where an ingest brought a vessel-day before or instead of one that was known."""
    mmsi, day, seq = (days[c].to_numpy() for c in ("mmsi", "day", "seq"))
    order = np.lexsort([day, seq, mmsi])
    m, d, s = mmsi[order], day[order], seq[order]
    if not len(m):
        return set()
    # Within a vessel, in order of ingest: the latest day known before each row. The vessel's number keeps vessels apart.
    offset = np.cumsum(np.append(0, m[1:] != m[:-1])) * (1 << 32)
    latest = np.maximum.accumulate(d + offset)
    before = np.append(-1, latest[:-1])  # of the vessel itself where it is at least its offset
    late = (before >= offset) & (d + offset <= before)
    return set(zip(m[late].tolist(), s[late].tolist(), strict=True))


def _revising(days: pa.Table, inside: pa.Table, runs: pa.Table, as_of_us: int) -> set[tuple[int, int]]:
    """(mmsi, ingest) where an ingest brought what shows that fixes before it are of other tracks than was thought."""
    rows = newest_rows(days)
    none = DAY_GAPS.arrow.empty_table()
    jumping = stitch(days, none, min_hours=FLOOR_H, as_of_us=as_of_us, rows=rows).jumping
    if not len(jumping):
        return set()
    dealt = deal(jumping, days, inside, runs, as_of_us=as_of_us, rows=rows)
    at = np.flatnonzero(dealt.assigned.revises)
    day = (dealt.pieces["mmsi"][at].astype(np.int64) << 32) | dealt.pieces["day"][at]
    seq = dealt.days["seq"].to_numpy()[np.searchsorted(day_key(dealt.days), day)]
    return set(zip(dealt.pieces["mmsi"][at].tolist(), seq.tolist(), strict=True))


def _closed(own: Sequence[pa.Table], until_seq: int, min_hours: float, as_of_us: int) -> pa.Table:
    """Closed gaps by the summaries (`VESSEL_DAYS`, `DAY_GAPS`, `DAY_RUNS`) of the ingests up to one."""
    days, inside, runs = (t.filter(pc.less_equal(t["seq"], until_seq)) for t in own)
    gaps = found_in(days, inside, runs, min_hours=min_hours, as_of_us=as_of_us).gaps
    return gaps.filter(pc.is_valid(gaps["on_us"]))


def _known_from(own: Sequence[pa.Table], gap: dict[str, Any], seq: int, min_hours: float, as_of_us: int) -> int:
    """The first ingest after which the gap was there. Only ingests of the days that it spans can have made it, but for tracks."""
    days = own[0]
    if not pc.any(pc.greater(days["jumps"], 0)).as_py():
        span = (gap["off_us"] // DAY_US, gap["on_us"] // DAY_US)
        own = [t.filter(pc.and_(pc.greater_equal(t["day"], span[0]), pc.less_equal(t["day"], span[1]))) for t in own]
    for candidate in sorted(set(own[0]["seq"].to_pylist())):
        closed = _closed(own, candidate, min_hours, as_of_us)
        if (gap["off_us"], gap["on_us"]) in zip(closed["off_us"].to_pylist(), closed["on_us"].to_pylist(), strict=True):
            return int(candidate)
    return seq


def _among(rows: pa.Table, others: pa.Table) -> Ints:
    """Whether each gap has the same off and on among the others."""
    have = set(zip(others["off_us"].to_pylist(), others["on_us"].to_pylist(), strict=True))
    return np.array(
        [pair in have for pair in zip(rows["off_us"].to_pylist(), rows["on_us"].to_pylist(), strict=True)], bool
    )
