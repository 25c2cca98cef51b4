"""Times and days as people write them in a notebook."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypeAlias

from ais_gaps.errors import UsageError

Time: TypeAlias = datetime | date | str
"""A time: ISO 8601 text, a datetime (pandas' Timestamp is one) or a day, which means its beginning. Without an offset it is UTC."""


def moment(time: Time | None) -> datetime | None:
    """A time in UTC; None of None.

    Raises:
        UsageError: it is none.
    """
    if time is None:
        return None
    try:
        if isinstance(time, datetime):
            found = time
        elif isinstance(time, date):
            found = datetime(time.year, time.month, time.day)
        else:
            found = datetime.fromisoformat(time.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, AttributeError, TypeError):
        raise UsageError(f"{time!r} is no ISO date or date-time, such as 2023-08-10 or 2023-08-10T04:12Z") from None


def day(time: Time | None) -> date | None:
    """The day of a time, UTC; None of None.

    Raises:
        UsageError: it is none.
    """
    found = moment(time)
    return None if found is None else found.date()
