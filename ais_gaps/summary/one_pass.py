"""One pass over sorted reports: vessel-days, the silences inside them, and the runs of those with impossible moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ais_gaps.schema import DAY_GAPS, DAY_RUNS, VESSEL_DAYS
from ais_gaps.summary.kernel import breaks_of, day_gaps, reports_before, vessel_days
from ais_gaps.summary.reports import FLOOR_S, Lookback, Reports
from ais_gaps.summary.runs import day_runs


@dataclass(frozen=True)
class Summary:
    """What one pass gives, by (mmsi, day): vessel-days (`VESSEL_DAYS`), the silences inside them (`DAY_GAPS`), and the runs of
    those that have impossible moves (`DAY_RUNS`)."""

    days: pa.Table
    gaps: pa.Table
    runs: pa.Table = field(default_factory=DAY_RUNS.arrow.empty_table)

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables by the names of an ingest's files."""
        return {"days": self.days, "gaps": self.gaps, "runs": self.runs}

    @classmethod
    def joined(cls, summaries: Sequence[Summary]) -> Summary:
        """The rows of several summaries of different vessel-days, one after the other."""
        return cls(
            pa.concat_tables([VESSEL_DAYS.arrow.empty_table(), *(s.days for s in summaries)]),
            pa.concat_tables([DAY_GAPS.arrow.empty_table(), *(s.gaps for s in summaries)]),
            pa.concat_tables([DAY_RUNS.arrow.empty_table(), *(s.runs for s in summaries)]),
        )


def summarise(reports: Reports, lookback: Sequence[Lookback] = (), *, seq: int = 0, floor_s: int = FLOOR_S) -> Summary:
    """The vessel-days of some reports.

    Args:
        reports: whole vessel-days: none may be continued in another call.
        lookback: positions of the 12 h before each vessel's first report here; no position may be in two of them.
        seq: number written into the rows.
        floor_s: the shortest silence kept, in seconds. An archive keeps all from `FLOOR_S` on; who asks a part for long ones only
            gets them in less time.
    """
    n = len(reports)
    if not n and not len(reports.other_mmsi):
        return Summary.joined([])
    breaks = breaks_of(reports, floor_s)
    at, same_vessel, same_day = breaks.at, breaks.same_vessel, breaks.same_day
    edges = at[~same_day]
    ends = np.append(edges, n - 1) if n else edges
    starts = np.append(0, edges + 1) if n else edges
    vessel_starts = np.append(0, reports.vessel_ends[:-1]) if n else edges
    # Number of the vessel that each break belongs to: how many vessels ended before.
    vessel = np.append(0, np.cumsum(~same_vessel))
    inside = np.flatnonzero(same_day)
    if reports.us is not None:
        apart = reports.clock[at[inside] + 1] - reports.clock[at[inside]]
        inside = inside[apart > floor_s * 1_000_000]
    gaps = at[inside]
    first = vessel_starts[np.concatenate([vessel[inside], vessel[:-1][~same_day], vessel[-1:]])] if n else edges
    counts = reports_before(reports, np.concatenate([gaps, ends]), first, lookback)
    cut, of_day = len(gaps), np.searchsorted(ends, gaps)
    return Summary(
        vessel_days(reports, starts, ends, breaks.jumps, {name: c[cut:] for name, c in counts.items()}, seq),
        day_gaps(reports, gaps, starts[of_day], ends[of_day], {name: c[:cut] for name, c in counts.items()}, seq),
        day_runs(reports, starts, ends, breaks.jumps, lookback, seq),
    )
