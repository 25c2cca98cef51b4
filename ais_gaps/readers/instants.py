"""Points in time as providers write them, as microseconds since 1970-01-01 UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ais_gaps.errors import UsageError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NUMBER = re.compile(r"(\d{1,19})(?:\.(\d+))?", re.ASCII)
_CALENDAR = re.compile(
    r"(\d{4})[-/.](\d\d)[-/.](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?"
    r"\s*(Z|z|UTC|GMT|[+-]\d\d:?\d\d)?(?: [A-Z]{3,5})?(?: m=\S+)?",
    re.ASCII,
)


class NoOffsetError(ValueError):
    """A time without an offset, where no zone was given."""


def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone of that IANA name; None for None.

    Raises:
        UsageError: there is no such zone.
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(f"--time-zone: there is no time zone {name!r}") from error


def epoch_us(number: str) -> int | None:
    """Seconds, milli-, micro- or nanoseconds since 1970, told apart by their size; None if it is no such number.

    A count below 10^11 is of seconds (until the year 5138), below 10^14 of milliseconds, below 10^17 of microseconds.
    """
    match = _NUMBER.fullmatch(number)
    if match is None:
        return None
    whole = int(match[1])
    if whole < 10**11:
        return whole * 1_000_000 + int(((match[2] or "") + "000000")[:6])
    if whole < 10**14:
        return whole * 1000
    return whole if whole < 10**17 else whole // 1000


def calendar_us(text: str, zone: ZoneInfo | None) -> int | None:
    """A calendar time in the manner of ISO 8601, or as Go prints one; None if it is no such time.

    Args:
        text: such as ``2021-01-06T07:33:48Z`` or ``2022-12-29 18:22:32.318353 +0000 UTC``.
        zone: the zone of a time that gives no offset.

    Raises:
        NoOffsetError: the time has no offset, and no zone is given.
    """
    match = _CALENDAR.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    offset = match[8]
    if offset is None and zone is None:
        raise NoOffsetError(text)
    try:
        local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone if offset is None else UTC)
        us = (local - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None
    if second > 60:
        return None
    us += (second - min(second, 59)) * 1_000_000 + int(((match[7] or "") + "000000")[:6])
    if offset is not None and offset[0] in "+-":
        sign = -1 if offset[0] == "-" else 1
        us -= sign * (int(offset[1:3]) * 60 + int(offset[-2:])) * 60_000_000
    return us


def utc_us(moment: datetime) -> int:
    """A datetime, taken for UTC if it is naive."""
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND
