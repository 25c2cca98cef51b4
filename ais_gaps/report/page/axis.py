"""A time axis in percent of its width, with ticks at round times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

_HOURS = (1, 2, 3, 6, 12)
_DAYS = (1, 2, 5, 10)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
MOST_TICKS = 9
_LETTER = 1.0  # percent of the narrowest axis that a letter of a label takes


@dataclass(frozen=True)
class Tick:
    """A line at a time: place in percent, the label, and whether a year or a day begins there."""

    x: float
    label: str
    major: bool


@dataclass(frozen=True)
class Axis:
    """From a time to a later one."""

    start: datetime
    end: datetime

    @classmethod
    def around(cls, start: datetime, end: datetime, margin: float = 0.03) -> Axis:
        """An axis over a span, with a margin (a share of the span, an hour at least) on both sides."""
        room = max((end - start) * margin, timedelta(hours=1))
        return cls(utc(start) - room, utc(end) + room)

    def x(self, when: datetime) -> float:
        """Place in percent, within the axis."""
        share = (utc(when) - self.start) / (self.end - self.start)
        return round(100 * min(max(share, 0.0), 1.0), 3)

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Something of that time can be shown."""
        return utc(start) <= self.end and utc(end) >= self.start

    def ticks(self) -> tuple[Tick, ...]:
        """At most `MOST_TICKS` ticks (or one more) at whole hours, days or months."""
        hours = (self.end - self.start) / timedelta(hours=1)
        for step in _HOURS:
            if hours / step <= MOST_TICKS:
                return self._hourly(step)
        for days in _DAYS:
            if hours / 24 / days <= MOST_TICKS:
                return self._hourly(24 * days)
        months = next((m for m in _MONTHS if hours / 730 / m <= MOST_TICKS), _MONTHS[-1])
        return self._monthly(months)

    def _hourly(self, step: int) -> tuple[Tick, ...]:
        when = datetime.combine(self.start.date(), time(), UTC)
        found: list[Tick] = []
        while when <= self.end:
            if when >= self.start:
                new_day = when.hour == 0
                first = not found or (when.year != self.start.year and when.timetuple().tm_yday <= max(1, step // 24))
                label = f"{when.day} {when:%b}{f' {when.year}' if first else ''}" if new_day else f"{when:%H:%M}"
                if not new_day and not found:
                    label = f"{when.day} {when:%b %Y %H:%M}"
                found.append(Tick(self.x(when), label, new_day and step < 24))
            when += timedelta(hours=step)
        return _apart(found)

    def _monthly(self, step: int) -> tuple[Tick, ...]:
        month = self.start.year * 12 + self.start.month - 1
        month -= month % step
        found: list[Tick] = []
        while (when := datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)) <= self.end:
            if when >= self.start:
                year = when.month == 1 or not found
                found.append(Tick(self.x(when), f"{when:%b %Y}" if year else f"{when:%b}", when.month == 1))
            month += step
        return _apart(found)


def _apart(ticks: list[Tick]) -> tuple[Tick, ...]:
    """The same, without the labels that would lie over the one before."""
    found: list[Tick] = []
    free = 0.0
    for tick in ticks:
        label = tick.label if tick.x >= free else ""
        free = tick.x + _LETTER * (len(label) + 2) if label else free
        found.append(replace(tick, label=label))
    return tuple(found)


def utc(when: datetime) -> datetime:
    """The same in UTC; naive times are UTC."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def day(when: date) -> datetime:
    """The midnight that a day begins with, in UTC."""
    return datetime.combine(when, time(), UTC)
