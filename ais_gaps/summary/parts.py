"""Summaries of sorted Parquet parts, read in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ais_gaps.summary.one_pass import Summary, summarise
from ais_gaps.summary.reports import COLUMNS, DAY_S, FLOOR_S, MOTION, Lookback, Reports

BATCH_ROWS = 1_000_000
_USUALLY_ZERO = ("us", "kind", "transmitter", "receiver")


def summarise_part(
    path: str, lookback: Sequence[Lookback] = (), *, seq: int = 0, floor_s: int = FLOOR_S, motion: bool = False
) -> tuple[Summary, Lookback]:
    """The summary of a sorted Parquet part, read once, and the lookback that the next day's part needs (see `summarise`).

    This is the function that a process pool, or Spark's ``mapInArrow``, maps over a list of parts. Only with ``motion`` are speeds,
    courses, statuses and classes read; without, the silences are the same, and what was sent at their edges is null.
    """
    summaries: list[Summary] = []
    tails: list[Lookback] = []
    for table in whole_days(read_part(path, (*COLUMNS, *MOTION.values()) if motion else COLUMNS)):
        reports = Reports.of(table)
        summaries.append(summarise(reports, [*lookback, *tails[-1:]], seq=seq, floor_s=floor_s))
        tails.append(reports.tail())
    return Summary.joined(summaries), Lookback.joined(tails)


def read_part(path: str, wanted: Sequence[str] = COLUMNS) -> Iterator[pa.Table]:
    """Stored reports of a part in batches of whole row groups; a column that its statistics show to be all zero is not read."""
    part = pq.ParquetFile(path, memory_map=True)
    zero = _all_zero(part)
    columns = [name for name in wanted if name not in zero]
    groups: list[int] = []
    rows = 0
    for group in range(part.num_row_groups):
        groups.append(group)
        rows += part.metadata.row_group(group).num_rows
        if rows >= BATCH_ROWS or group == part.num_row_groups - 1:
            yield part.read_row_groups(groups, columns=columns, use_threads=False)
            groups, rows = [], 0


def whole_days(batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Sorted batches cut anew so that no vessel-day is in two."""
    held: list[pa.Table] = []  # the beginning of a vessel-day that may go on
    for batch in batches:
        if not len(batch):
            continue
        first, last = _first_and_last_day(batch)
        if held:
            goes_on = first if _continues(held[-1], batch) else 0
            held.append(batch.slice(0, goes_on))
            if goes_on == len(batch):
                continue
            yield from _one(held)
            batch, last = batch.slice(goes_on), last - goes_on
        if last:
            yield batch.slice(0, last)
        held = [_apart(batch.slice(last))]
    yield from _one(held)


def _apart(rows: pa.Table) -> pa.Table:
    """A copy that does not keep the batch that it was cut from alive."""
    return rows.take(np.arange(len(rows)))


def _one(tables: list[pa.Table]) -> Iterator[pa.Table]:
    tables = [t for t in tables if len(t)]
    if tables:
        yield pa.concat_tables(tables).combine_chunks() if len(tables) > 1 else tables[0]


def _first_and_last_day(table: pa.Table) -> tuple[int, int]:
    """Where the table's first vessel-day ends, and where its last begins."""
    mmsi, ts = table["mmsi"].to_numpy(), table["ts"].to_numpy()
    first_vessel = int(np.searchsorted(mmsi, mmsi[0], side="right"))
    last_vessel = int(np.searchsorted(mmsi, mmsi[-1]))
    end = int(np.searchsorted(ts[:first_vessel] // DAY_S, ts[0] // DAY_S, side="right"))
    begin = last_vessel + int(np.searchsorted(ts[last_vessel:] // DAY_S, ts[-1] // DAY_S))
    return end, begin


def _continues(before: pa.Table, after: pa.Table) -> bool:
    """Whether a batch begins with the vessel-day that the batch before ends with."""
    last, first = len(before) - 1, 0
    return bool(
        before["mmsi"][last].as_py() == after["mmsi"][first].as_py()
        and before["ts"][last].as_py() // DAY_S == after["ts"][first].as_py() // DAY_S
    )


def _all_zero(part: pq.ParquetFile) -> set[str]:
    zero = set()
    for index, name in enumerate(part.schema_arrow.names):
        if name in _USUALLY_ZERO:
            stats = [part.metadata.row_group(g).column(index).statistics for g in range(part.num_row_groups)]
            if all(s is not None and s.has_min_max and s.min == s.max == 0 and not s.null_count for s in stats):
                zero.add(name)
    return zero
