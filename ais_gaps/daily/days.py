"""Which days the site has a page of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
LAST_HOUR: Final = timedelta(hours=1)
"""A day that is over by the clock is complete when its reports reach its last hour: the file of a day is looked at the next
morning, and not only when the file after it comes."""


def newest_complete(reported: Sequence[date], newest_report: datetime, *, now: datetime) -> date | None:
    """The newest day whose reports are all there, as far as can be told; None where there is none.

    A day is complete when a later day has reports, or its own reach its last hour; and when it is over by the clock, so that a
    transmitter whose clock is ahead does not end a day early.

    Args:
        reported: the days that the archive has reports of, in order.
        newest_report: the time of its newest report, UTC.
        now: the time by the clock, UTC.
    """
    if not reported:
        return None
    newest = reported[-1]
    if newest_report < end_of(newest) - LAST_HOUR:
        newest -= DAY
    newest = min(newest, now.astimezone(UTC).date() - DAY)
    return newest if newest >= reported[0] else None


def shown(reported: Sequence[date], newest: date, number: int) -> list[date]:
    """The days of the site up to the newest, in order: so many at most, none before the first that the archive has reports of.

    Days without any report are among them: that nobody was heard is what their pages say.
    """
    first = max(min(reported[0], newest), newest - (number - 1) * DAY)
    return [first + n * DAY for n in range((newest - first).days + 1)]


def end_of(day: date) -> datetime:
    """The end of a day, UTC: the first moment that is no part of it."""
    return datetime.combine(day + DAY, time(), UTC)
