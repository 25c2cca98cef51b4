"""The mergeable summary of sorted reports: one pass, no Python per report.

A *vessel-day* is the reports of one MMSI on one UTC day. From reports sorted by (mmsi, ts) come, for each vessel-day, its first and
last position, its counts, and the silences inside it that are longer than the floor (`VESSEL_DAYS` and `DAY_GAPS` in
`ais_gaps.schema`). Vessel-days of one MMSI, in order, combine into exactly what one pass over all its reports would give
(`ais_gaps.gaps`): that is what lets days be read in any order, late, and on many machines.

A vessel-day with a move that no ship makes is cut into *runs* (`DAY_RUNS`), each summarised for itself, so that a shared MMSI
can be parted into tracks from the summaries (`ais_gaps.tracks`).

The one thing that reaches across a day's edge is the count of reports in the 12 h up to a silence: a silence that starts before
noon looks back into the day before. `Lookback` carries those reports in.
"""

from ais_gaps.summary.one_pass import Summary, summarise
from ais_gaps.summary.parts import summarise_part, whole_days
from ais_gaps.summary.reports import DAY_S, FLOOR_S, LOOKBACK_S, Lookback, Reports

__all__ = [
    "DAY_S",
    "FLOOR_S",
    "LOOKBACK_S",
    "Lookback",
    "Reports",
    "Summary",
    "summarise",
    "summarise_part",
    "whole_days",
]
