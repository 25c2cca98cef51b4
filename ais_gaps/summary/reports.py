"""Sorted reports as arrays, and the reports before them that counts look back on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.schema import KINDS, RECEIVERS

DAY_S = 86_400
HOUR_S = 3600
LOOKBACK_S = 12 * HOUR_S

FLOOR_S = HOUR_S
"""The shortest silence kept, in seconds: a gap can be asked for at this threshold or above without reading reports again."""

NULL = np.iinfo(np.int32).min
"""Marks a missing coordinate in the arrays here; it is null in every table."""

NOT_SENT = -1
"""Marks a speed, course or status that was not sent, in the arrays here; it is null in every table."""

COLUMNS = ("mmsi", "ts", "us", "lat", "lon", "kind", "transmitter", "receiver")
"""The stored columns that gaps need."""

MOTION = {"sog": "sog", "cog": "cog", "nav": "nav_status", "ais_class": "ais_class"}
"""Further stored columns, for what a ship did at the edges of a silence, and what they are called in summaries."""

TERRESTRIAL, SATELLITE = RECEIVERS.index("terrestrial"), RECEIVERS.index("satellite")
_POSITION, _NO_POSITION = KINDS.index("position"), KINDS.index("no_position")

Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class Reports:
    """Position reports of ships in order of (mmsi, time), and beside them the messages without a position.

    Arrays of one length, except that ``us`` is None where every time is a whole second, and ``receiver`` is one code where all are
    the same. ``motion`` has sog, cog and nav (`NOT_SENT` where they were not) and ais_class; it is empty where these were not read.
    ``other_*`` are the messages without a position, in order of (mmsi, time); ``other_us`` in microseconds since 1970.
    """

    mmsi: Ints
    ts: Ints
    us: Ints | None
    lat: Ints
    lon: Ints
    receiver: Ints | int
    motion: dict[str, Ints] = field(default_factory=dict)
    other_mmsi: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    other_us: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    other_static: Ints = field(default_factory=lambda: np.empty(0, bool))

    def __len__(self) -> int:
        return len(self.mmsi)

    @classmethod
    def of(cls, table: pa.Table | pa.RecordBatch) -> Reports:
        """From stored reports; what no ship sent is left out, and columns beside `COLUMNS` and `MOTION` are ignored.

        A column of `COLUMNS` that is missing stands for its usual value: whole seconds, positions, ships, an unknown receiver.
        """
        have = set(table.schema.names)
        arrays = {name: _ints(table[name]) for name in COLUMNS if name in have}
        arrays |= {name: _ints(table[name], NOT_SENT) for name in MOTION.values() if name in have}
        transmitter, kind = arrays.pop("transmitter", None), arrays.pop("kind", None)
        if transmitter is not None and transmitter.any():
            ship = np.flatnonzero(transmitter == 0)
            arrays = {name: values[ship] for name, values in arrays.items()}
            kind = None if kind is None else kind[ship]
        others: dict[str, Ints] = {}
        if kind is not None and kind.any():
            other, position = np.flatnonzero(kind != _POSITION), np.flatnonzero(kind == _POSITION)
            fraction = arrays["us"][other] if "us" in arrays else 0
            others = {
                "other_mmsi": arrays["mmsi"][other],
                "other_us": arrays["ts"][other].astype(np.int64) * 1_000_000 + fraction,
                "other_static": kind[other] != _NO_POSITION,
            }
            arrays = {name: values[position] for name, values in arrays.items()}
        us, receiver = arrays.get("us"), arrays.get("receiver")
        return cls(
            arrays["mmsi"],
            arrays["ts"],
            us if us is not None and us.any() else None,
            arrays["lat"],
            arrays["lon"],
            receiver if receiver is not None and receiver.any() else 0,
            {name: arrays[column] for name, column in MOTION.items() if column in arrays},
            **others,
        )

    def take(self, index: Ints) -> Reports:
        """The positions at some indexes, without the messages beside them."""
        return Reports(
            self.mmsi[index],
            self.ts[index],
            None if self.us is None else self.us[index],
            self.lat[index],
            self.lon[index],
            self.receiver if isinstance(self.receiver, int) else self.receiver[index],
            {name: values[index] for name, values in self.motion.items()},
        )

    @cached_property
    def clock(self) -> Ints:
        """Times as integers that order: seconds where all are whole, else microseconds."""
        return self.ts if self.us is None else self.microseconds(slice(None))

    @property
    def clock_unit(self) -> int:
        """How many units of `clock` a second has."""
        return 1 if self.us is None else 1_000_000

    def microseconds(self, index: Any) -> Ints:
        """Times at an index in microseconds since 1970."""
        whole: Ints = self.ts[index].astype(np.int64) * 1_000_000
        return whole if self.us is None else whole + self.us[index]

    @cached_property
    def vessel_ends(self) -> Ints:
        """One past the last report of each vessel, in order."""
        last = np.flatnonzero(self.mmsi[1:] != self.mmsi[:-1])
        last += 1
        return np.append(last, len(self)) if len(self) else last

    def first_since(self, off: Ints, first: Ints, since: Ints) -> Ints:
        """For each k the first index of the vessel of ``off`` whose `clock` is at or after ``since``.

        Args:
            off: indexes.
            first: where the vessel of each begins.
            since: times on `clock`, no later than that of ``off``.
        """
        if self.us is not None or len(off) < len(self) // 16:
            return first_at_or_after(self.clock, first, off + 1, since)
        # Sorted by MMSI and second, both in one number: for many, one library search is faster than a bisection of our own.
        key = self.mmsi.astype(np.int64)
        key <<= 32
        key |= self.ts
        wanted = self.mmsi[off].astype(np.int64)
        wanted <<= 32
        wanted |= since
        return np.searchsorted(key, wanted)

    @cached_property
    def received(self) -> tuple[Running, Running]:
        """Running counts of terrestrial and of satellite reports."""
        return Running.of(self.receiver, TERRESTRIAL, len(self)), Running.of(self.receiver, SATELLITE, len(self))

    def tail(self) -> Lookback:
        """These reports as what a following day may look back on."""
        ends = self.vessel_ends
        starts = np.append(0, ends[:-1])[: len(ends)]
        return Lookback(self.mmsi[ends - 1], starts, ends, self.ts, self.us, self.receiver)


@dataclass(frozen=True)
class Running:
    """A running count over an array of codes: ``between(a, b)`` is the number of hits in [a, b)."""

    total: Ints | None
    every: bool = False

    @classmethod
    def of(cls, codes: Ints | int, code: int, n: int) -> Running:
        """Of the places where ``codes`` equals ``code``."""
        if isinstance(codes, int):
            return cls(None, codes == code)
        total = np.zeros(n + 1, np.int32)
        np.cumsum(codes == code, out=total[1:])
        return cls(total)

    def between(self, start: Ints, stop: Ints) -> Ints:
        """Hits in [start, stop), element by element."""
        if self.total is None:
            return stop - start if self.every else np.zeros(len(start), np.int64)
        return self.total[stop] - self.total[start]


@dataclass(frozen=True)
class Lookback:
    """Positions before the summarised ones, needed only for counts: vessel by vessel in order of time.

    Attributes:
        vessels: distinct MMSI, ascending.
        starts, ends: where each vessel's run lies in ``ts``.
        ts: seconds since 1970.
        us: microseconds of the second; None where every time is a whole second.
        receiver: code of each, or one for all.
        scattered: whether some may lie after what they are counted for; else all lie before, and no end need be looked for.
    """

    vessels: Ints
    starts: Ints
    ends: Ints
    ts: Ints
    us: Ints | None = None
    receiver: Ints | int = 0
    scattered: bool = False

    @classmethod
    def of(cls, mmsi: Ints, times: Ints, receiver: Ints | int = 0, *, scattered: bool = False) -> Lookback:
        """From arrays in order of (mmsi, time); times in microseconds."""
        ends = np.flatnonzero(np.append(mmsi[1:] != mmsi[:-1], True)) + 1 if len(mmsi) else np.empty(0, np.int64)
        ts = times // 1_000_000
        us = times - ts * 1_000_000
        starts = np.append(0, ends[:-1])[: len(ends)]
        return cls(mmsi[ends - 1], starts, ends, ts.astype(np.int32), us if us.any() else None, receiver, scattered)

    @cached_property
    def received(self) -> tuple[Running, Running]:
        """Running counts of terrestrial and of satellite reports."""
        n = len(self.ts)
        return Running.of(self.receiver, TERRESTRIAL, n), Running.of(self.receiver, SATELLITE, n)

    @cached_property
    def _clock(self) -> Ints:
        return self.ts if self.us is None else self.ts.astype(np.int64) * 1_000_000 + self.us

    def count(self, mmsi: Ints, since_us: Ints, until_us: Ints) -> tuple[Ints, Ints, Ints]:
        """For each k: positions of an MMSI in [since, until), in all, terrestrial and satellite. Times in microseconds."""
        if not len(self.vessels):
            zero = np.zeros(len(mmsi), np.int64)
            return zero, zero, zero
        at = np.minimum(np.searchsorted(self.vessels, mmsi), len(self.vessels) - 1)
        end = self.ends[at]
        start = np.where(self.vessels[at] == mmsi, self.starts[at], end)
        # In whole seconds the first one at or after a time is the first at or after the next whole second.
        since, until = (
            (since_us, until_us) if self.us is not None else (-(-since_us // 1_000_000), -(-until_us // 1_000_000))
        )
        begin = first_at_or_after(self._clock, start, end, since)
        if self.scattered:
            end = first_at_or_after(self._clock, begin, end, until)
        return end - begin, self.received[0].between(begin, end), self.received[1].between(begin, end)

    @classmethod
    def joined(cls, tails: Sequence[Lookback]) -> Lookback:
        """Lookbacks of consecutive stretches of one sorted part as one; of a vessel that two have, the later counts."""
        tails = [t for t in tails if len(t.vessels)]
        if len(tails) <= 1:
            return tails[0] if tails else cls.of(np.empty(0, np.int32), np.empty(0, np.int64))
        offsets = np.append(0, np.cumsum([len(t.ts) for t in tails[:-1]]))
        vessels = np.concatenate([t.vessels for t in tails])
        last = np.flatnonzero(np.append(vessels[1:] != vessels[:-1], True))
        starts = np.concatenate([t.starts + o for t, o in zip(tails, offsets, strict=True)])
        ends = np.concatenate([t.ends + o for t, o in zip(tails, offsets, strict=True)])
        us = None if all(t.us is None for t in tails) else np.concatenate([_whole(t.us, t) for t in tails])
        receiver: Ints | int = 0
        if any(not isinstance(t.receiver, int) or t.receiver for t in tails):
            receiver = np.concatenate([_whole(t.receiver, t) for t in tails])
        return cls(vessels[last], starts[last], ends[last], np.concatenate([t.ts for t in tails]), us, receiver)


def _whole(values: Ints | int | None, lookback: Lookback) -> Ints:
    """One value for all as an array."""
    return values if isinstance(values, np.ndarray) else np.full(len(lookback.ts), values or 0, np.int32)


def first_at_or_after(times: Ints, low: Ints, high: Ints, target: Ints) -> Ints:
    """For each k the first index in [low, high) with times[index] >= target, else high: a bisection of all k at once."""
    found = np.array(low, np.int64)
    at = np.flatnonzero(high > found)
    low, span, target = found[at], (high - found)[at], target[at]
    last = len(times) - 1
    while len(at):
        half = span >> 1
        middle = low + half
        less = times[np.minimum(middle, last)] < target
        less &= span > 0
        low = np.where(less, middle + 1, low)
        span = np.where(less, span - half - 1, half)
        going = span > 0
        # Most runs are short and done soon; those that go on are gathered when that is worth the copy.
        if np.count_nonzero(going) < 0.7 * len(at):
            found[at] = low
            at, low, span, target = at[going], low[going], span[going], target[going]
    return found


def _ints(column: Any, missing: int = NULL) -> Ints:
    """A column as a numpy array; nulls (of a coordinate, if not said else) become `NULL`."""
    if column.null_count:
        column = column.fill_null(missing)
    if isinstance(column, pa.ChunkedArray):
        return column.to_numpy()  # type: ignore[no-any-return]
    return column.to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]
