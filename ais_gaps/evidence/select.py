"""Which observations and events fall into a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.schema import UTC_US

_DAY_US = 86_400_000_000


def observations_between(
    observations: pa.Table, start: datetime, end: datetime | None, places: Collection[str] | None = None
) -> pa.Table:
    """The observations that may have been made from `start` to `end` (UTC, both included; None = no end), in order of date.

    An observation with a time is of that moment (`ts`), or of any up to `ts_end`; one without may be of any moment of its days. A
    column `within` is added: true where all of these moments lie inside, false where its days reach beyond and it may have been
    made before or after. The publisher's calendar days are taken as UTC days. With `places`, only those at one of these place ids.
    """
    chosen = between(observations, start, end)
    if places is not None:
        chosen = chosen.filter(_at(chosen["place_ids"], places))
    return chosen.sort_by([("date_start", "ascending"), ("date_end", "ascending"), ("obs_id", "ascending")])


def between(rows: pa.Table, start: datetime, end: datetime | None) -> pa.Table:
    """The rows of `date_start` to `date_end` (and `ts` where there is one) that overlap a time, with `within` as above."""
    first = pc.cast(rows["date_start"], pa.timestamp("us")).cast(pa.int64())
    after = pc.add(pc.cast(rows["date_end"], pa.timestamp("us")).cast(pa.int64()), _DAY_US - 1)
    if "ts" in rows.column_names:
        moment = rows["ts"].cast(pa.int64())
        end_of_it = pc.coalesce(rows["ts_end"].cast(pa.int64()), moment) if "ts_end" in rows.column_names else moment
        first, after = pc.coalesce(moment, first), pc.coalesce(end_of_it, after)
    start_us = pa.scalar(start, UTC_US).cast(pa.int64())
    overlaps, within = pc.greater_equal(after, start_us), pc.greater_equal(first, start_us)
    if end is not None:
        end_us = pa.scalar(end, UTC_US).cast(pa.int64())
        overlaps = pc.and_(overlaps, pc.less_equal(first, end_us))
        within = pc.and_(within, pc.less_equal(after, end_us))
    return rows.append_column("within", within).filter(overlaps)


def _at(place_ids: pa.ChunkedArray, places: Collection[str]) -> pa.Array:
    lists = place_ids.combine_chunks()
    wanted = pc.is_in(pc.list_flatten(lists), pa.array(list(places), pa.string()))
    rows = pc.unique(pc.list_parent_indices(lists).filter(wanted))
    return pc.is_in(pa.array(range(len(lists)), pa.int64()), rows.cast(pa.int64()))
