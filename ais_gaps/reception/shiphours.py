"""Ship-hours: the clock hours in which a ship was about, each with where she was and whether she was heard.

An hour of the UTC clock counts for a ship where she was heard in an earlier hour, and was heard again in it or after it, the two
fixes no more than `LONGEST_S` apart. So the hour in which a ship is first heard, after nothing or after a longer silence, does not
count: it is there only because she was heard, and would make a sea in which ships are heard once a week look like one in
which they are always heard. Nor do hours across a move that no ship makes (two ships on one MMSI, an impossible fix).

Everything about an hour follows from the ship's last fix before its silence and the fixes of the hour that ends it. So ship-hours
belong to the vessel-day of that ending hour, and whoever counts a day needs of each ship only her last fix on the day before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ais_gaps.reception import cells, ways
from ais_gaps.reception.fixes import Fixes
from ais_gaps.reception.ways import Points
from ais_gaps.schema import RECEIVERS

Ints = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

HOUR_S: Final = 3600
DAY_S: Final = 24 * HOUR_S
LONGEST_S: Final = DAY_S
"""Inside a longer silence a ship may have been anywhere, or off."""
MOVING_NM: Final = 0.7
"""A ship that makes more than this in an hour is moving."""

HEARD, KINDS, TERRESTRIAL, SATELLITE = 1, 2, 4, 8
"""Bits of `ShipHours.how`."""

_LEAST_H: Final = 0.25  # a speed over less time would be made of the error of positions
_BLOCK: Final = 1 << 17  # fixes, or silences, at a time
# The codes of receivers are bits, so that joined they say which kinds there were.
assert RECEIVERS == ("unknown", "terrestrial", "satellite")
_BY: Final = np.array([0, KINDS | TERRESTRIAL, KINDS | SATELLITE, KINDS | TERRESTRIAL | SATELLITE], np.uint8)


@dataclass(frozen=True)
class VesselDays:
    """Vessel-days in order: MMSI and days since 1970."""

    mmsi: Ints
    day: Ints


@dataclass(frozen=True)
class ShipHours:
    """Arrays of one length, a ship-hour each.

    Attributes:
        days: all vessel-days of some ships, in order; those of the next ships are others.
        of_day: which of them the hour belongs to: that of the fix that ends the silence, or of the heard hour.
        hour: hours since 1970 UTC.
        cell: `cells.FINE` cell of where she was in the middle of the hour; after her last fix of a heard hour she stays there.
        ais_class: code of her class; where the fixes of the hour that ends the silence differ, the highest.
        moving: she made more than `MOVING_NM` an hour.
        how: bits. `HEARD`: by anybody. `KINDS`: the hour that ends the silence says what kind of receiver heard her; else nothing
            is known of kinds. `TERRESTRIAL`, `SATELLITE`: such a receiver heard her.
    """

    days: VesselDays
    of_day: Ints
    hour: Ints
    cell: Ints
    ais_class: Ints
    moving: Flags
    how: Ints

    def __len__(self) -> int:
        return len(self.hour)


def ship_hours(fixes: Fixes, before: Fixes | None = None) -> Iterator[ShipHours]:
    """The ship-hours of some fixes, a bounded number at a time, in no order.

    Args:
        fixes: of whole UTC days of ships; of whole ships, all of their ship-hours come out.
        before: fixes of other days, in order, whose own hours are not wanted: the last of the day before each vessel-day of
            ``fixes`` whose day before is not among them.
    """
    start = 0
    while start < len(fixes):
        # Whole ships, so many that their fixes stay in the processor's cache.
        end = min(start + _BLOCK, len(fixes))
        end = int(np.searchsorted(fixes.mmsi, fixes.mmsi[end - 1], side="right"))
        yield from _of_ships(fixes.take(slice(start, end)), before)
        start = end


def _of_ships(fixes: Fixes, before: Fixes | None) -> Iterator[ShipHours]:
    runs = _Runs.of(fixes)
    off, known = _before(fixes, runs, before)
    on = Points.of(fixes, runs.first)
    known &= on.ts - off.ts <= LONGEST_S
    kept = np.flatnonzero(known)
    kept = kept[~ways.jumps(off.take(kept), on.take(kept))]
    days, of_day = _vessel_days(fixes.mmsi[runs.first], on.ts // DAY_S)
    # Once at least: who counts must hear of days without a ship-hour too.
    for start in range(0, max(len(kept), 1), _BLOCK):
        at = kept[start : start + _BLOCK]
        stretches = _Stretches(fixes, days, of_day[at], runs.take(at), off.take(at), on.take(at))
        yield stretches.heard()
        yield stretches.unheard()


def _vessel_days(mmsi: Ints, day: Ints) -> tuple[VesselDays, Ints]:
    """The distinct ones of sorted rows, and for each row which it is."""
    at = _changes(mmsi, day)
    return VesselDays(mmsi[at], day[at]), np.repeat(np.arange(len(at)), np.diff(np.append(at, len(mmsi))))


def _changes(mmsi: Ints, values: Ints) -> Ints:
    """The first of each run of rows that are equal in both."""
    new = np.ones(len(mmsi), np.bool_)
    np.not_equal(values[1:], values[:-1], out=new[1:])
    new[1:] |= mmsi[1:] != mmsi[:-1]
    return np.flatnonzero(new)


@dataclass(frozen=True)
class _Runs:
    """The heard hours of ships: indexes of the first fix, of the first one after the hour's middle, of the last one."""

    first: Ints
    after: Ints
    last: Ints
    ais_class: Ints
    how: Ints

    def take(self, index: Ints) -> _Runs:
        return _Runs(*(getattr(self, field.name)[index] for field in fields(self)))

    @classmethod
    def of(cls, fixes: Fixes) -> _Runs:
        n = len(fixes)
        half = fixes.ts // (HOUR_S // 2)
        # Where half an hour begins, an hour does, or its second half.
        at = _changes(fixes.mmsi, half)
        half = half[at]
        new = _changes(fixes.mmsi[at], half >> 1)
        first = at[new]
        after = np.where(half[new] & 1, first, np.append(at[1:], n)[new])
        last = np.append(first[1:], n)[: len(first)] - 1
        ais_class = _joined(np.maximum, fixes.ais_class, first)
        return cls(first, after, last, ais_class, _BY[_joined(np.bitwise_or, fixes.receiver, first)])


def _joined(join: np.ufunc, values: Ints, first: Ints) -> Ints:
    """The values of each run of fixes joined by a function of two, which gives the same for a value and itself."""
    joined: Ints = values[first]
    # Mostly all are the same: only where one differs from that before it is there anything to join.
    other = np.flatnonzero(values[1:] != values[:-1]) + 1
    if len(other) > len(values) // 8:
        return np.asarray(join.reduceat(values, first))
    join.at(joined, np.searchsorted(first, other, side="right") - 1, values[other])
    return joined


def _before(fixes: Fixes, runs: _Runs, before: Fixes | None) -> tuple[Points, Flags]:
    """The last fix before each run, and whether there is one."""
    first, mmsi = runs.first, fixes.mmsi[runs.first]
    off = Points.of(fixes, np.append(0, runs.last[:-1])[: len(first)])
    known = np.zeros(len(first), np.bool_)
    known[1:] = mmsi[1:] == mmsi[:-1]
    if before is not None and len(before) and len(first):
        earlier = Points(before.ts, before.lat, before.lon)
        run = np.searchsorted(_key(mmsi, fixes.ts[first]), _key(before.mmsi, before.ts))
        # Of several before one run the last counts; it is of another day, so it lies after the run before.
        at = np.flatnonzero((run < len(first)) & np.append(run[1:] != run[:-1], True))
        at = at[mmsi[run[at]] == before.mmsi[at]]
        off.put(run[at], earlier.take(at))
        known[run[at]] = True
    return off, known


def _key(mmsi: Ints, ts: Ints) -> Ints:
    key: Ints = mmsi.astype(np.int64) << 32 | ts
    return key


@dataclass(frozen=True)
class _Stretches:
    """From a ship's last fix of a heard hour (``off``) to her next heard hour (``runs``), whose first fix is ``on``."""

    fixes: Fixes
    days: VesselDays
    of_day: Ints
    runs: _Runs
    off: Points
    on: Points

    def heard(self) -> ShipHours:
        """The hour at the end of each, in which she was heard."""
        fixes, runs, off, on = self.fixes, self.runs, self.off, self.on
        hour = on.ts // HOUR_S
        # Around its middle: the fix before the first of an hour is the last before the silence.
        right = Points.of(fixes, np.minimum(runs.after, runs.last))
        left = Points.of(fixes, runs.after - 1)
        outside = np.flatnonzero(runs.after == runs.first)
        left.put(outside, off.take(outside))
        jump = np.flatnonzero(ways.jumps(left, right))
        left.put(jump, right.take(jump))
        there = ways.between(left, right, hour * HOUR_S + HOUR_S // 2)
        # Her speed up to her last fix in it, over an hour; where that would reach back beyond the silence, from there on.
        end = Points.of(fixes, runs.last)
        start = ways.between(off, on, np.maximum(end.ts - HOUR_S, off.ts))
        return self._ship_hours(slice(None), hour, there, _moving(start, end), runs.how | HEARD)

    def unheard(self) -> ShipHours:
        """The hours inside each, in which she was not heard."""
        begins = self.off.ts // HOUR_S
        count = self.on.ts // HOUR_S - begins - 1
        silent = np.flatnonzero(count > 0)
        off, on, count = self.off.take(silent), self.on.take(silent), count[silent]
        of = np.repeat(np.arange(len(silent)), count)
        hour = begins[silent[of]] + 1 + np.arange(len(of), dtype=np.int32) - (np.cumsum(count) - count)[of]
        there = ways.between(off.take(of), on.take(of), hour * HOUR_S + HOUR_S // 2)
        how = self.runs.how[silent] & KINDS
        return self._ship_hours(silent[of], hour, there, _moving(off, on)[of], how[of])

    def _ship_hours(self, at: Ints | slice, hour: Ints, there: Points, moving: Flags, how: Ints) -> ShipHours:
        return ShipHours(
            self.days,
            self.of_day[at],
            hour,
            cells.of(there.lat, there.lon),
            self.runs.ais_class[at],
            moving,
            how,
        )


def _moving(start: Points, end: Points) -> Flags:
    """Whether a way was made at more than `MOVING_NM` an hour."""
    hours = np.maximum((end.ts - start.ts) / HOUR_S, _LEAST_H)
    return np.asarray(ways.length_nm(start, end) > MOVING_NM * hours)
