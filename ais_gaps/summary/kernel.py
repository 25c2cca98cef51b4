"""The parts of the one pass over sorted reports: where vessel-days and silences break, and their rows. No Python per report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ais_gaps.schema import DAY_GAPS, VESSEL_DAYS
from ais_gaps.summary.edges import at_edges, named, under_way
from ais_gaps.summary.made_good import made_good
from ais_gaps.summary.reports import DAY_S, HOUR_S, LOOKBACK_S, NULL, Ints, Lookback, Reports, first_at_or_after

JUMP_KN = 50.0
"""Above this a move is no ship's: high-speed craft of the HSC Code keep to some 45 kn."""
JUMP_FLOOR_H = 0.25
"""Time added in quadrature, so that two positions a few seconds apart do not make a jump of a few metres (as in Global Fishing
Watch's gpsdio-segment: speed over hypot(dt, 0.25 h))."""

_BLOCK = 1 << 17
# A jump is longer than JUMP_KN * JUMP_FLOOR_H = 12.5 nm, so one coordinate moves by more than 12.5 / 60 / sqrt(2) degree.
_JUMP_STEP = 147_000


@dataclass(frozen=True)
class Breaks:
    """Indexes i where (i, i+1) is more than one vessel-day going on, and where (i, i+1) of one vessel-day is a jump.

    ``same_vessel`` and ``same_day`` (of one vessel) say which of the breaks are silences only. With whole seconds these are longer
    than the floor, else at least as long.
    """

    at: Ints
    same_vessel: Ints
    same_day: Ints
    jumps: Ints


def breaks_of(reports: Reports, floor_s: int) -> Breaks:
    """Where vessel-days end, are silent, and jump; worked out in blocks that stay in the processor's cache."""
    mmsi, ts, lat, lon = reports.mmsi, reports.ts, reports.lat, reports.lon
    floor = floor_s if reports.us is None else floor_s - 1
    one_day = len(ts) > 0 and int(ts.min()) // DAY_S == int(ts.max()) // DAY_S
    none, never = np.empty(0, np.int64), np.empty(0, bool)
    found: list[tuple[Ints, Ints, Ints, Ints]] = [(none, never, never, none)]
    for start in range(0, len(mmsi) - 1, _BLOCK):
        block = slice(start, min(start + _BLOCK, len(mmsi) - 1) + 1)
        m, t, a, o = mmsi[block], ts[block], lat[block], lon[block]
        same_vessel = m[1:] == m[:-1]
        apart = t[1:] - t[:-1]
        going_on = apart <= floor
        going_on &= same_vessel
        same_day = same_vessel
        if not one_day:
            day = t // DAY_S
            same_day = same_vessel & (day[1:] == day[:-1])
            going_on &= same_day
        far = moved(a[:-1], a[1:])
        far |= moved(o[:-1], o[1:])
        far &= same_day
        at, jumps = np.flatnonzero(~going_on), np.flatnonzero(far)
        if len(jumps):
            after = jumps + 1
            jumps = jumps[is_jump((a[jumps], o[jumps], a[after], o[after]), apart[jumps] / 3600.0)]
        found.append((at + start, same_vessel[at], same_day[at], jumps + start))
    return Breaks(*(np.concatenate(part) for part in zip(*found, strict=True)))


def moved(start: Ints, end: Ints) -> Ints:
    """Where a coordinate moves by more than `_JUMP_STEP`: one comparison, by unsigned wrap-around."""
    step = end - start
    step += _JUMP_STEP
    far: Ints = step.view(np.uint32) > 2 * _JUMP_STEP
    return far


def is_jump(move: tuple[Ints, ...], hours: Ints, knots: float = JUMP_KN) -> Ints:
    """Which moves are faster than a speed (great circle on the sphere).

    Args:
        move: latitude and longitude at the start, then at the end, in stored units; where one is `NULL` there is no move.
        hours: time that each took.
        knots: the speed.
    """
    return farther(move, knots * np.hypot(hours, JUMP_FLOOR_H))


def farther(move: tuple[Ints, ...], limit: Ints) -> Ints:
    """Which moves are longer than so many nautical miles each (great circle on the sphere); ``move`` as in `is_jump`."""
    lat0, lon0, lat1, lon1 = move
    known = (lat0 != NULL) & (lat1 != NULL) & (lon0 != NULL) & (lon1 != NULL)
    dlat = np.abs(lat1.astype(np.int64) - lat0) * 1e-6
    dlon = np.abs(lon1.astype(np.int64) - lon0) * 1e-6
    dlon = np.minimum(dlon, 360.0 - dlon)
    # A distance is at most the sum of its two legs: most candidates fall here, without trigonometry.
    found: Ints = known & ((dlat + dlon) * 60.0 > limit)
    where = np.flatnonzero(found)
    a, b = np.radians(lat0[where] * 1e-6), np.radians(lat1[where] * 1e-6)
    h = np.sin(np.radians(dlat[where]) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(dlon[where]) / 2) ** 2
    found[where] = np.degrees(2 * np.arcsin(np.sqrt(np.minimum(h, 1.0)))) * 60.0 > limit[where]
    return found


def reports_before(reports: Reports, off: Ints, first: Ints, lookback: Sequence[Lookback]) -> dict[str, Ints]:
    """Positions in the 12 h up to and including each index ``off``: in all, terrestrial, satellite; and in the last of these hours.

    Args:
        reports: the reports.
        off: indexes.
        first: where the vessel of each begins.
        lookback: positions before the reports.
    """
    counts = _before(reports, off, first, lookback, LOOKBACK_S)
    named_counts = dict(zip(("12h", "12h_terrestrial", "12h_satellite"), counts, strict=True))
    return named_counts | {"1h": _before(reports, off, first, lookback, HOUR_S)[0]}


def reports_after(reports: Reports, on: Ints, ends: Ints) -> Ints:
    """Positions in the hour from each index ``on``, itself included, up to the vessel-day's last at ``ends``."""
    after = reports.clock[on] + HOUR_S * reports.clock_unit + 1
    return np.asarray(first_at_or_after(reports.clock, on, ends + 1, after) - on)


def _before(reports: Reports, off: Ints, first: Ints, lookback: Sequence[Lookback], seconds: int) -> list[Ints]:
    clock, unit = reports.clock, reports.clock_unit
    since = clock[off] - seconds * unit
    begin = reports.first_since(off, first, since)
    counts = [off + 1 - begin, *(running.between(begin, off + 1) for running in reports.received)]
    beyond = (
        np.flatnonzero(since // (DAY_S * unit) < clock[begin] // (DAY_S * unit)) if lookback else np.empty(0, np.int64)
    )
    if len(beyond):
        mmsi = reports.mmsi[off[beyond]]
        until = reports.microseconds(off[beyond])
        for earlier in lookback:
            more = earlier.count(mmsi, until - seconds * 1_000_000, until)
            for count, extra in zip(counts, more, strict=True):
                count[beyond] += extra
    return counts


def vessel_days(reports: Reports, starts: Ints, ends: Ints, jumps: Ints, counts: dict[str, Ints], seq: int) -> pa.Table:
    """Rows of `VESSEL_DAYS`.

    Args:
        reports: the reports.
        starts, ends: index of the first and the last report of each vessel-day.
        jumps: indexes before an impossible move.
        counts: `reports_before` of each last report.
        seq: number written into the rows.
    """
    n = len(ends)
    zeros = np.zeros(n, np.int32)
    terrestrial, satellite = (running.between(starts, ends + 1) for running in reports.received)
    first = named("first", at_edges(reports, starts, 1) | made_good(reports, starts, ends, 1))
    last = named("last", at_edges(reports, ends, -1) | made_good(reports, ends, starts, -1))
    days = table_of(
        {
            "mmsi": reports.mmsi[ends],
            "day": reports.ts[ends] // DAY_S,
            "seq": np.full(n, seq, np.int32),
            "positions": ends - starts + 1,
            "terrestrial": terrestrial,
            "satellite": satellite,
            "jumps": np.bincount(np.searchsorted(ends, jumps), minlength=n) if n else zeros,
            "first_us": reports.microseconds(starts),
            "first_lat": nullable(reports.lat[starts]),
            "first_lon": nullable(reports.lon[starts]),
            **first,
            "last_us": reports.microseconds(ends),
            "last_lat": nullable(reports.lat[ends]),
            "last_lon": nullable(reports.lon[ends]),
            **last,
            **under_way(reports, starts),
            "first_1h": reports_after(reports, starts, ends),
            **{f"last_{name}": values for name, values in counts.items()},
            "others_before": zeros,
            "others_after": zeros,
            "no_position_before": zeros,
            "no_position_after": zeros,
        },
        VESSEL_DAYS.arrow,
    )
    return _with_others(days, reports, seq) if len(reports.other_mmsi) else days


def _with_others(days: pa.Table, reports: Reports, seq: int) -> pa.Table:
    """The messages without a position counted into the days, and rows for days that have nothing else."""
    other_key = (reports.other_mmsi.astype(np.int64) << 32) | reports.other_us // (DAY_S * 1_000_000)
    extra = np.setdiff1d(other_key, _day_key(days))
    if len(extra):
        numbers = {"mmsi": extra >> 32, "day": extra & 0xFFFFFFFF, "seq": np.full(len(extra), seq)}
        blank = [
            pa.nulls(len(extra), f.type)
            if f.nullable
            else pa.array(numbers.get(f.name, np.zeros(len(extra))).astype(f.type.to_pandas_dtype()))
            for f in days.schema
        ]
        days = pa.concat_tables([days, pa.table(blank, schema=days.schema)])
        days = days.take(np.argsort(_day_key(days), kind="stable"))
    at = np.searchsorted(_day_key(days), other_key)
    never = np.iinfo(np.int64).max
    first = days["first_us"].fill_null(never).to_numpy()[at]
    last = days["last_us"].fill_null(never).to_numpy()[at]
    for name, which in (("others", reports.other_static), ("no_position", ~reports.other_static)):
        for side, where in (("before", reports.other_us < first), ("after", reports.other_us > last)):
            count = np.bincount(at[which & where], minlength=len(days)).astype(np.int32)
            days = days.set_column(
                days.schema.get_field_index(f"{name}_{side}"), days.schema.field(f"{name}_{side}"), pa.array(count)
            )
    return days


def _day_key(days: pa.Table) -> Ints:
    key: Ints = (days["mmsi"].to_numpy().astype(np.int64) << 32) | days["day"].to_numpy()
    return key


def day_gaps(reports: Reports, off: Ints, starts: Ints, ends: Ints, counts: dict[str, Ints], seq: int) -> pa.Table:
    """Rows of `DAY_GAPS`.

    Args:
        reports: the reports.
        off: index of the last report before each silence.
        starts, ends: where the vessel-day of each begins, and its last report.
        counts: `reports_before` of each.
        seq: number written into the rows.
    """
    on = off + 1
    off_us, on_us = reports.microseconds(off), reports.microseconds(on)
    before = named("off", at_edges(reports, off, -1) | made_good(reports, off, starts, -1))
    after = named("on", at_edges(reports, on, 1) | made_good(reports, on, ends, 1))
    return table_of(
        {
            "mmsi": reports.mmsi[off],
            "day": reports.ts[off] // DAY_S,
            "seq": np.full(len(off), seq, np.int32),
            "positions": off + 1 - starts,
            "off_us": off_us,
            "off_lat": nullable(reports.lat[off]),
            "off_lon": nullable(reports.lon[off]),
            **before,
            "on_us": on_us,
            "on_lat": nullable(reports.lat[on]),
            "on_lon": nullable(reports.lon[on]),
            **{name: values for name, values in after.items() if name != "ais_class"},
            "on_1h": reports_after(reports, on, ends),
            **{f"off_{name}": values for name, values in counts.items()},
            **others_between(reports, reports.mmsi[off], off_us, on_us),
        },
        DAY_GAPS.arrow,
    )


def others_between(reports: Reports, mmsi: Ints, after_us: Ints, before_us: Ints) -> dict[str, Ints]:
    """Messages without a position strictly between two times: static ones (others) and those that say so (no_position)."""
    out = {}
    for name, which in (("others", reports.other_static), ("no_position", ~reports.other_static)):
        out[name] = np.zeros(len(mmsi), np.int32)
        if which.any():
            beside = Lookback.of(reports.other_mmsi[which], reports.other_us[which], scattered=True)
            out[name] = beside.count(mmsi, after_us + 1, before_us)[0]
    return out


def nullable(values: Ints) -> pa.Array:
    """Coordinates, null where they are `NULL`."""
    missing = values == NULL
    return pa.array(values, mask=missing) if missing.any() else pa.array(values)


def table_of(columns: dict[str, Any], schema: pa.Schema) -> pa.Table:
    """Arrays as a table; those that the schema does not name are left out."""
    arrays = [
        value if isinstance(value, pa.Array) else pa.array(value.astype(field.type.to_pandas_dtype(), copy=False))
        for field, value in ((field, columns[field.name]) for field in schema)
    ]
    return pa.table(arrays, schema=schema)
