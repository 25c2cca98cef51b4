"""Vessel-days with impossible moves, cut into runs: what can only be one transmitter's, as far as neighbouring fixes tell.

Two ships that send under one MMSI make it jump from one to the other. Cut at these moves (and at lesser ones that few ships make or
that her speed does not explain, at silences, and at a change of class), a day falls into runs that can be dealt out to tracks
later, beside the runs of other days. A cut too many does no harm: the pieces come together again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ais_gaps.schema import DAY_RUNS
from ais_gaps.summary.edges import at_edges, named, packed
from ais_gaps.summary.kernel import (
    farther,
    is_jump,
    nullable,
    others_between,
    reports_after,
    reports_before,
    table_of,
)
from ais_gaps.summary.made_good import made_good
from ais_gaps.summary.reports import DAY_S, FLOOR_S, NOT_SENT, Ints, Lookback, Reports, first_at_or_after

RUN_KN = 25.0
"""Above this a run is cut, where the day has an impossible move anyway (as in Global Fishing Watch's gpsdio-segment)."""
RUN_SLACK_NM, RUN_SLACK = 1.5, 1.5
"""And where the ship came so much farther than so many times the greater of the speeds that she sent before and after."""


def day_runs(
    reports: Reports, starts: Ints, ends: Ints, jumps: Ints, lookback: Sequence[Lookback], seq: int
) -> pa.Table:
    """Rows of `DAY_RUNS`, for the vessel-days that jump.

    Args:
        reports: the reports.
        starts, ends: index of the first and the last report of each vessel-day.
        jumps: indexes before an impossible move.
        lookback: positions of the 12 h before the reports (see `summarise`).
        seq: number written into the rows.
    """
    if not len(jumps):
        return DAY_RUNS.arrow.empty_table()
    days = np.unique(np.searchsorted(ends, jumps))
    index = _ranges(starts[days], ends[days] + 1)
    day = np.repeat(np.arange(len(days)), (ends - starts)[days] + 1)
    some = _in_full_order(reports, index)
    last = np.append(_cuts(some, day), True)
    lasts = np.flatnonzero(last)
    firsts = np.append(0, lasts[:-1] + 1)
    run = np.cumsum(last) - last
    # Counted by time: of reports of one instant all count.
    until, begin = _last_of_instant(reports, index[lasts])
    counts = reports_before(reports, until, begin, lookback)
    first_1h = reports_after(reports, _first_of_instant(reports, index[firsts], begin), ends[days][day[firsts]])
    first_us, last_us = some.microseconds(firsts), some.microseconds(lasts)
    midnight = some.ts[firsts].astype(np.int64) // DAY_S * DAY_S * 1_000_000
    opens, closes = np.append(True, np.diff(day[lasts]) != 0), np.append(np.diff(day[lasts]) != 0, True)
    mmsi = some.mmsi[firsts]
    before = others_between(reports, mmsi, np.where(opens, midnight - 1, np.roll(last_us, 1)), first_us)
    after = others_between(reports, mmsi, last_us, np.where(closes, midnight + DAY_S * 1_000_000, last_us))
    first_run = np.maximum.accumulate(np.where(opens, np.arange(len(lasts)), 0))
    return table_of(
        {
            "mmsi": mmsi,
            "day": some.ts[firsts] // DAY_S,
            "seq": np.full(len(lasts), seq, np.int32),
            "run": np.arange(len(lasts)) - first_run,
            "positions": lasts + 1 - firsts,
            "first_us": first_us,
            "first_lat": nullable(some.lat[firsts]),
            "first_lon": nullable(some.lon[firsts]),
            **named("first", at_edges(some, firsts, 1, run) | made_good(some, firsts, lasts, 1)),
            "last_us": last_us,
            "last_lat": nullable(some.lat[lasts]),
            "last_lon": nullable(some.lon[lasts]),
            **named("last", at_edges(some, lasts, -1, run) | made_good(some, lasts, firsts, -1)),
            "ais_class": np.maximum.reduceat(_classes(some), firsts),
            "first_1h": first_1h,
            **{f"last_{name}": values for name, values in counts.items()},
            **{f"{name}_before": values for name, values in before.items()},
            **{f"{name}_after": values for name, values in after.items()},
        },
        DAY_RUNS.arrow,
    )


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """All indexes of [start, end), one range after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    found: Ints = np.arange(lengths.sum()) + np.repeat(starts - before, lengths)
    return found


def _in_full_order(reports: Reports, index: Ints) -> Reports:
    """Some reports; those of one time and place by what they say, so that their order of arrival cuts nothing."""
    clock = reports.clock
    tied = np.diff(index) == 1
    for values in (reports.mmsi, clock, reports.lat, reports.lon):
        tied &= values[index[1:]] == values[index[:-1]]
    if tied.any():
        group = np.cumsum(np.append(True, ~tied))
        index = index[np.lexsort([packed(reports, index), _classes(reports)[index], group])]
    return reports.take(index)


def _cuts(some: Reports, day: Ints) -> Ints:
    """Whether a run ends between each report and the next."""
    hours = np.diff(some.clock) / (3600.0 * some.clock_unit)
    cut = np.diff(day) != 0
    cut |= np.diff(some.clock) > FLOOR_S * some.clock_unit
    move = (some.lat[:-1], some.lon[:-1], some.lat[1:], some.lon[1:])
    cut |= is_jump(move, hours, RUN_KN)
    if "sog" in some.motion:
        sog = some.motion["sog"]
        said_nm = RUN_SLACK_NM + RUN_SLACK * np.maximum(sog[:-1], sog[1:]) / 100.0 * hours
        cut |= (sog[:-1] != NOT_SENT) & (sog[1:] != NOT_SENT) & farther(move, said_nm)
    codes = _classes(some)
    said = np.flatnonzero(codes)
    other = np.zeros(len(codes), bool)
    other[said[1:]] = (codes[said[1:]] != codes[said[:-1]]) & (day[said[1:]] == day[said[:-1]])
    found: Ints = cut | other[1:]
    return found


def _classes(reports: Reports) -> Ints:
    return reports.motion["ais_class"] if "ais_class" in reports.motion else np.zeros(len(reports), np.int8)


def _last_of_instant(reports: Reports, index: Ints) -> tuple[Ints, Ints]:
    """The last report of the vessel at the same instant as each, and where the vessel begins."""
    ends = reports.vessel_ends
    vessel = np.searchsorted(ends, index, side="right")
    until = first_at_or_after(reports.clock, index, ends[vessel], reports.clock[index] + 1) - 1
    return until, np.append(0, ends[:-1])[vessel]


def _first_of_instant(reports: Reports, index: Ints, vessel: Ints) -> Ints:
    """The first report of the vessel, which begins at ``vessel``, at the same instant as each."""
    return first_at_or_after(reports.clock, vessel, index + 1, reports.clock[index])
