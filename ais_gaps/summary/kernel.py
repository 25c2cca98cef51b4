"""One pass over sorted reports: vessel-days and the silences inside them, without Python per report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ais_gaps.schema import DAY_GAPS, VESSEL_DAYS
from ais_gaps.summary.edges import at_edges
from ais_gaps.summary.reports import DAY_S, LOOKBACK_S, NULL, Ints, Lookback, Reports

FLOOR_S = 3600
"""The shortest silence kept, in seconds: a gap can be asked for at this threshold or above without reading reports again."""

JUMP_KN = 50.0
"""Above this a move is no ship's: high-speed craft of the HSC Code keep to some 45 kn."""
JUMP_FLOOR_H = 0.25
"""Time added in quadrature, so that two positions a few seconds apart do not make a jump of a few metres (as in Global Fishing
Watch's gpsdio-segment: speed over hypot(dt, 0.25 h))."""

UNDER_WAY_SOG = 300
"""Above this speed (0.01 kn) a ship is taken to be under way; at anchor or moored she reports less (ITU-R M.1371-5, table 1)."""

_BLOCK = 1 << 17
# A jump is longer than JUMP_KN * JUMP_FLOOR_H = 12.5 nm, so one coordinate moves by more than 12.5 / 60 / sqrt(2) degree.
_JUMP_STEP = 147_000


@dataclass(frozen=True)
class Summary:
    """What one pass gives: vessel-days (`VESSEL_DAYS`) and the silences inside them (`DAY_GAPS`), both by (mmsi, day)."""

    days: pa.Table
    gaps: pa.Table

    @classmethod
    def joined(cls, summaries: Sequence[Summary]) -> Summary:
        """The rows of several summaries of different vessel-days, one after the other."""
        return cls(
            pa.concat_tables([VESSEL_DAYS.arrow.empty_table(), *(s.days for s in summaries)]),
            pa.concat_tables([DAY_GAPS.arrow.empty_table(), *(s.gaps for s in summaries)]),
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
    breaks = _breaks(reports, floor_s)
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
    counts = _reports_12h(reports, np.concatenate([gaps, ends]), first, lookback)
    cut = len(gaps)
    return Summary(
        _days(reports, starts, ends, breaks.jumps, [c[cut:] for c in counts], seq),
        _gaps(reports, gaps, [c[:cut] for c in counts], seq),
    )


@dataclass(frozen=True)
class _Breaks:
    """Indexes i where (i, i+1) is more than one vessel-day going on, and where (i, i+1) of one vessel-day is a jump.

    ``same_vessel`` and ``same_day`` (of one vessel) say which of the breaks are silences only. With whole seconds these are longer
    than the floor, else at least as long.
    """

    at: Ints
    same_vessel: Ints
    same_day: Ints
    jumps: Ints


def _breaks(reports: Reports, floor_s: int) -> _Breaks:
    """Works in blocks that stay in the processor's cache."""
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
    return _Breaks(*(np.concatenate(part) for part in zip(*found, strict=True)))


def moved(start: Ints, end: Ints) -> Ints:
    """Where a coordinate moves by more than `_JUMP_STEP`: one comparison, by unsigned wrap-around."""
    step = end - start
    step += _JUMP_STEP
    far: Ints = step.view(np.uint32) > 2 * _JUMP_STEP
    return far


def is_jump(move: tuple[Ints, ...], hours: Ints) -> Ints:
    """Which moves are faster than `JUMP_KN` (great circle on the sphere).

    Args:
        move: latitude and longitude at the start, then at the end, in stored units; where one is `NULL` there is no move.
        hours: time that each took.
    """
    lat0, lon0, lat1, lon1 = move
    known = (lat0 != NULL) & (lat1 != NULL) & (lon0 != NULL) & (lon1 != NULL)
    dlat = np.abs(lat1.astype(np.int64) - lat0) * 1e-6
    dlon = np.abs(lon1.astype(np.int64) - lon0) * 1e-6
    dlon = np.minimum(dlon, 360.0 - dlon)
    limit = JUMP_KN * np.hypot(hours, JUMP_FLOOR_H)
    # A distance is at most the sum of its two legs: most candidates fall here, without trigonometry.
    found: Ints = known & ((dlat + dlon) * 60.0 > limit)
    where = np.flatnonzero(found)
    a, b = np.radians(lat0[where] * 1e-6), np.radians(lat1[where] * 1e-6)
    h = np.sin(np.radians(dlat[where]) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(dlon[where]) / 2) ** 2
    found[where] = np.degrees(2 * np.arcsin(np.sqrt(np.minimum(h, 1.0)))) * 60.0 > limit[where]
    return found


def _reports_12h(reports: Reports, off: Ints, first: Ints, lookback: Sequence[Lookback]) -> list[Ints]:
    """Positions in the 12 h up to and including each index ``off``: in all, terrestrial, satellite.

    Args:
        reports: the reports.
        off: indexes.
        first: where the vessel of each begins.
        lookback: positions before the reports.
    """
    clock, unit = reports.clock, reports.clock_unit
    since = clock[off] - LOOKBACK_S * unit
    begin = reports.first_since(off, first, since)
    counts = [off + 1 - begin, *(running.between(begin, off + 1) for running in reports.received)]
    beyond = (
        np.flatnonzero(since // (DAY_S * unit) < clock[begin] // (DAY_S * unit)) if lookback else np.empty(0, np.int64)
    )
    if len(beyond):
        mmsi = reports.mmsi[off[beyond]]
        until = reports.microseconds(off[beyond])
        for earlier in lookback:
            more = earlier.count(mmsi, until - LOOKBACK_S * 1_000_000, until)
            for count, extra in zip(counts, more, strict=True):
                count[beyond] += extra
    return counts


def _days(reports: Reports, starts: Ints, ends: Ints, jumps: Ints, counts: list[Ints], seq: int) -> pa.Table:
    n = len(ends)
    zeros = np.zeros(n, np.int32)
    terrestrial, satellite = (running.between(starts, ends + 1) for running in reports.received)
    first, last = _edge("first", at_edges(reports, starts, 1)), _edge("last", at_edges(reports, ends, -1))
    days = _table(
        {
            "mmsi": reports.mmsi[ends],
            "day": reports.ts[ends] // DAY_S,
            "seq": np.full(n, seq, np.int32),
            "positions": ends - starts + 1,
            "terrestrial": terrestrial,
            "satellite": satellite,
            "jumps": np.bincount(np.searchsorted(ends, jumps), minlength=n) if n else zeros,
            "first_us": reports.microseconds(starts),
            "first_lat": _nullable(reports.lat[starts]),
            "first_lon": _nullable(reports.lon[starts]),
            **first,
            "last_us": reports.microseconds(ends),
            "last_lat": _nullable(reports.lat[ends]),
            "last_lon": _nullable(reports.lon[ends]),
            **last,
            **_under_way(reports, starts),
            "last_12h": counts[0],
            "last_12h_terrestrial": counts[1],
            "last_12h_satellite": counts[2],
            "others_before": zeros,
            "others_after": zeros,
            "no_position_before": zeros,
            "no_position_after": zeros,
        },
        VESSEL_DAYS.arrow,
    )
    return _with_others(days, reports, seq) if len(reports.other_mmsi) else days


def _edge(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of an edge under the names of the tables."""
    return {field if field == "ais_class" else f"{name}_{field}": values for field, values in fields.items()}


def _under_way(reports: Reports, starts: Ints) -> dict[str, Ints]:
    """How many positions of each vessel-day were made under way, and their speeds summed."""
    if "sog" not in reports.motion or not len(starts):
        return {"under_way_n": np.zeros(len(starts), np.int32), "under_way_sog": np.zeros(len(starts), np.int64)}
    sog = reports.motion["sog"]
    fast = sog > UNDER_WAY_SOG
    return {
        "under_way_n": np.add.reduceat(fast, starts, dtype=np.int32),
        "under_way_sog": np.add.reduceat(np.where(fast, sog, 0), starts, dtype=np.int64),
    }


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


def _gaps(reports: Reports, off: Ints, counts: list[Ints], seq: int) -> pa.Table:
    on = off + 1
    off_us, on_us = reports.microseconds(off), reports.microseconds(on)
    return _table(
        {
            "mmsi": reports.mmsi[off],
            "day": reports.ts[off] // DAY_S,
            "seq": np.full(len(off), seq, np.int32),
            "off_us": off_us,
            "off_lat": _nullable(reports.lat[off]),
            "off_lon": _nullable(reports.lon[off]),
            **_edge("off", at_edges(reports, off, -1)),
            "on_us": on_us,
            "on_lat": _nullable(reports.lat[on]),
            "on_lon": _nullable(reports.lon[on]),
            **{name: values for name, values in _edge("on", at_edges(reports, on, 1)).items() if name != "ais_class"},
            "off_12h": counts[0],
            "off_12h_terrestrial": counts[1],
            "off_12h_satellite": counts[2],
            "others": _between(reports, reports.other_static, reports.mmsi[off], off_us, on_us),
            "no_position": _between(reports, ~reports.other_static, reports.mmsi[off], off_us, on_us),
        },
        DAY_GAPS.arrow,
    )


def _between(reports: Reports, which: Ints, mmsi: Ints, off_us: Ints, on_us: Ints) -> Ints:
    """Messages without a position of the kind ``which`` strictly between off and on."""
    if not which.any():
        return np.zeros(len(mmsi), np.int32)
    beside = Lookback.of(reports.other_mmsi[which], reports.other_us[which], scattered=True)
    return beside.count(mmsi, off_us + 1, on_us)[0]


def _nullable(values: Ints) -> pa.Array:
    missing = values == NULL
    return pa.array(values, mask=missing) if missing.any() else pa.array(values)


def _table(columns: dict[str, Any], schema: pa.Schema) -> pa.Table:
    arrays = [
        value if isinstance(value, pa.Array) else pa.array(value.astype(field.type.to_pandas_dtype(), copy=False))
        for field, value in ((field, columns[field.name]) for field in schema)
    ]
    return pa.table(arrays, schema=schema)
