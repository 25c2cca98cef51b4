"""A running clock for streams that do not say when they were received.

It starts where the user says. From there only the messages themselves can move it:

- a report carries the second of the UTC minute in which it was made. It is taken for the time with that second nearest
  to the clock. Single transmitters run wrong, so the clock goes not to each such time but, of the last 31, to one of the
  later half that has most of them within five seconds; where that is not half of them, likewise of the last 15, 7 or 3;
  and in a sparse stream to the latest.
- a base station report (message 4; 11 likewise) carries the full UTC date and time. When two agree within a minute on
  a time ahead of the clock, from two stations or from one that had agreed with the clock before, the clock goes there.
  So an interruption of hours is bridged as soon as base stations are heard; without any, of an interruption of half a
  minute or more only the seconds are known, and the clock falls behind by whole minutes.

What a row gets is its own second nearest to the clock, or the clock itself where it says none. In six recorded feeds,
their times taken away, half of the rows came within 7 seconds of the true time and 98 of 100 within 24; in a seventh,
of one ship at anchor that was heard every few minutes, the clock fell behind by hours.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_WINDOWS = (31, 15, 7, 3, 1)
_ALIKE = 5 * _SECOND
_FRESH = 4
_STATIONS_REMEMBERED = 10_000


class Clock:
    """The time of a stream, in microseconds since 1970 UTC."""

    def __init__(self, start_us: int) -> None:
        self.now = start_us
        self._last: deque[int] = deque(maxlen=_WINDOWS[0])
        self._trusted: set[int] = set()
        self._claim: tuple[int, int] | None = None

    def run(self, rows: Iterable[tuple[int | None, int, int | None, int]]) -> list[int]:
        """The times of rows, in the order in which they came.

        Args:
            rows: of each, the time it was received if it says so (which sets the clock); its UTC second, 60 or more if
                unknown; the UTC date and time that it carries if it is a base station report; its MMSI.
        """
        return [
            self._set(us) if us is not None else self._advance(second, base, mmsi) for us, second, base, mmsi in rows
        ]

    def _set(self, us: int) -> int:
        self.now = us
        self._last.clear()
        self._last.append(us)
        return us

    def _take(self, own: int) -> int:
        """Takes the time of a message into account."""
        self._last.append(own)
        latest = list(self._last)
        for window in _WINDOWS:
            recent = latest[-window:]
            ordered = sorted(recent)
            fresh = recent[-max(_FRESH, window // 2) :]
            support = [bisect_right(ordered, t + _ALIKE) - bisect_left(ordered, t - _ALIKE) for t in fresh]
            best = max(support)
            if 2 * best >= len(recent):
                break
        self.now = max(time for time, alike in zip(fresh, support, strict=True) if alike == best)
        return own

    def _advance(self, second: int, base: int | None, mmsi: int) -> int:
        if base is not None:
            return self._hear_base(base, mmsi)
        if not 0 <= second < 60:
            return self.now
        ahead = (second * _SECOND - self.now % _MINUTE + _MINUTE // 2) % _MINUTE - _MINUTE // 2
        return self._take(self.now + ahead)

    def _hear_base(self, base: int, mmsi: int) -> int:
        ahead = base - self.now
        if abs(ahead) <= _MINUTE // 2:
            if len(self._trusted) < _STATIONS_REMEMBERED:
                self._trusted.add(mmsi)
            return self._take(base)
        if ahead > 0:
            earlier, self._claim = self._claim, (mmsi, base)
            if (
                earlier is not None
                and (earlier[0] != mmsi or mmsi in self._trusted)
                and abs(base - earlier[1]) <= _MINUTE
            ):
                return self._set(base)
        return self.now
