"""Moments: UTC times as Python has them, and as microseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def utc(moment: datetime) -> datetime:
    """A time with its offset; without one it is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970; a time without an offset is UTC."""
    return (utc(moment) - EPOCH) // timedelta(microseconds=1)


def at(us: int | None) -> datetime | None:
    """The time of so many microseconds since 1970; None of None."""
    return None if us is None else EPOCH + timedelta(microseconds=us)


def iso(moment: datetime) -> str:
    """ISO 8601 with ``Z``; a time without an offset is UTC."""
    return utc(moment).astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
