"""A running clock for streams that do not say when they were received.

It starts where the user says. From there only the messages themselves can move it:

- a report carries the second of the UTC minute in which it was made. The clock goes to the nearest time with that
  second, within half a minute. Since single transmitters run wrong, it goes to the median of the last three such
  times, and never back.
- a base station report (message 4; 11 likewise) carries the full UTC date and time. When two agree within a minute on
  a time ahead of the clock, from two stations or from one that had agreed with the clock before, the clock goes there.
  So an interruption of hours is bridged as soon as base stations are heard; without any, interruptions of half a
  minute or more are lost and the clock falls behind.

What a row gets is its own second nearest the clock, or the clock itself where it says none: good to about half a
minute as long as the stream is not interrupted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_STATIONS_REMEMBERED = 10_000


class Clock:
    """The time of a stream, in microseconds since 1970 UTC."""

    def __init__(self, start_us: int) -> None:
        self.now = start_us
        self._last: deque[int] = deque([start_us] * 2, maxlen=3)
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
        self._last.extend([us] * 3)
        return us

    def _advance(self, second: int, base: int | None, mmsi: int) -> int:
        if base is not None:
            return self._hear_base(base, mmsi)
        if not 0 <= second < 60:
            return self.now
        ahead = (second * _SECOND - self.now % _MINUTE + _MINUTE // 2) % _MINUTE - _MINUTE // 2
        own = self.now + ahead
        self._last.append(own)
        self.now = max(self.now, sorted(self._last)[1])
        return own

    def _hear_base(self, base: int, mmsi: int) -> int:
        ahead = base - self.now
        if abs(ahead) <= _MINUTE // 2:
            if len(self._trusted) < _STATIONS_REMEMBERED:
                self._trusted.add(mmsi)
            self._last.append(base)
            self.now = max(self.now, sorted(self._last)[1])
            return base
        if ahead > 0:
            earlier, self._claim = self._claim, (mmsi, base)
            if (
                earlier is not None
                and (earlier[0] != mmsi or mmsi in self._trusted)
                and abs(base - earlier[1]) <= _MINUTE
            ):
                return self._set(base)
        return self.now
