"""Gaps of an archive: summaries read, of each vessel-day the newest kept, and stitched; the fleet in slices of bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import UsageError
from ais_gaps.gaps.parted import parted
from ais_gaps.gaps.stitch import FLOOR_H, Stitched, longer, newest_rows, of_newest, stitch
from ais_gaps.schema import DAY_GAPS, DAY_RUNS, VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest


def find(
    store: Store,
    ingests: Sequence[Ingest],
    *,
    min_hours: float,
    as_of_us: int,
    mmsi: Sequence[int] | None = None,
    during_us: tuple[int, int] | None = None,
) -> Stitched:
    """Gaps longer than a threshold, up to a time.

    Args:
        store: the archive.
        ingests: which ingests count.
        min_hours: threshold in hours; a gap is strictly longer.
        as_of_us: the present of the question, microseconds since 1970.
        mmsi: only these vessels; None = the whole fleet.
        during_us: only gaps that begin before the second of these times and are not over by the first, microseconds since
            1970; taken slice by slice, so that a fleet's long past costs no memory. None = all.

    Raises:
        UsageError: the threshold is below the archive's floor.
    """
    if not min_hours >= FLOOR_H:
        raise UsageError(f"the shortest gap that can be asked for is {FLOOR_H:g} h, not {min_hours:g}")
    slices = summaries.ranges(store, ingests) if mmsi is None else [(m, m) for m in sorted(set(mmsi))]
    found = []
    for within in slices:
        tables = [summaries.read(store, ingests, table, within=within) for table in (VESSEL_DAYS, DAY_GAPS, DAY_RUNS)]
        stitched = found_in(*tables, min_hours=min_hours, as_of_us=as_of_us)
        found.append(stitched if during_us is None else _during(stitched, *during_us))
    if not found:
        return stitch(
            VESSEL_DAYS.arrow.empty_table(), DAY_GAPS.arrow.empty_table(), min_hours=min_hours, as_of_us=as_of_us
        )
    return Stitched(
        pa.concat_tables([s.gaps for s in found]).combine_chunks(),
        np.concatenate([s.jumping for s in found]),
        np.concatenate([s.jumps for s in found]),
        pa.concat_tables([s.beside for s in found]),
    )


def found_in(days: pa.Table, inside: pa.Table, runs: pa.Table, *, min_hours: float, as_of_us: int) -> Stitched:
    """Gaps longer than a threshold in some summaries, track by track.

    Args:
        days: `VESSEL_DAYS` rows of any number of ingests, in any order.
        inside: `DAY_GAPS` rows of the same ingests.
        runs: `DAY_RUNS` rows of the same ingests.
        min_hours, as_of_us: as for `find`.
    """
    rows = newest_rows(days)
    long = of_newest(longer(inside, min_hours), days, rows)
    found = stitch(days, long, min_hours=min_hours, as_of_us=as_of_us, rows=rows)
    return parted(found, days, inside, runs, min_hours=min_hours, as_of_us=as_of_us, rows=rows)


def _during(found: Stitched, first_us: int, last_us: int) -> Stitched:
    gaps = found.gaps
    lasts = pc.fill_null(pc.greater_equal(gaps["on_us"], first_us), True)
    return replace(found, gaps=gaps.filter(pc.and_(lasts, pc.less(gaps["off_us"], last_us))))


def as_of_of(ingests: Sequence[Ingest]) -> int:
    """The end of what the archive holds: the newest report of its sources, microseconds since 1970; 0 for an empty archive."""
    return max((i.last_us for i in ingests if i.last_us is not None), default=0)
