"""How the times of a source are to be read: told from the times themselves where they leave no doubt, else asked for."""

from __future__ import annotations

import re
from datetime import UTC

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import MissingInformation
from ais_gaps.readers import cells, times
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.readers.layout import Layout
from ais_gaps.readers.source import Source
from ais_gaps.readers.times import Clock, Form

COUNTED = {"unix": "s", "unix_s": "s", "unix_ms": "ms", "unix_us": "us", "unix_ns": "ns"}
"""``--time-format`` for numbers since 1970-01-01 UTC."""

SINCE_START = "seconds"
"""``--time-format`` for numbers of seconds since ``--start-time``."""

_SINCE_S, _UNTIL_S = 631_152_000, 4_102_444_800  # 1990 to 2100: there is no AIS before the one
_SAYS_UTC = re.compile(r"UTC|GMT|(?:^|[^A-Za-z])(?:utc|gmt|zulu|Zulu|Utc)(?:[^a-z]|$)")
_NUMBER = r"^\s*[+-]?\d+(?:\.\d*)?\s*$"
_YEAR_LAST = r"^\s*(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.]\d{4}(?:\D|$)"


def of_column(source: Source, table: Layout, column: str, options: ReadOptions) -> Clock:
    """The clock of a table whose provider nobody knows.

    Args:
        source: the table's source.
        table: where its column "ts" is.
        column: that column's name, for messages; it may say that its times are UTC.
        options: what the user says.

    Raises:
        MissingInformation: the times can be read in more than one way, or their zone is not told.
        UsageError: an option's value is impossible.
    """
    if options.time_zone is not None:
        times.check_zone(options.time_zone)
    zone = options.time_zone or ("UTC" if _SAYS_UTC.search(column) else None)
    said = options.time_format
    if said in COUNTED:
        return Clock(unit=COUNTED[said])
    if said == SINCE_START:
        if options.start_time is None:
            raise MissingInformation(f"{source.name}: --time-format seconds counts from --start-time: say when that is")
        start = options.start_time
        return Clock(unit="s", origin=start if start.tzinfo else start.replace(tzinfo=UTC))
    sample = _sample(source, table)
    if pa.types.is_timestamp(sample.type):
        if sample.type.tz is None and zone is None:
            raise _no_zone(source, column, cells.as_text(sample))
        return Clock(zone=zone)
    texts = _texts(sample)
    if said is not None and said != "iso":
        forms: tuple[Form, ...] = (times.strptime_form(said),)
    elif unit := _unit(texts):
        return Clock(unit=unit)
    else:
        forms = times.CLEAR if said == "iso" else _forms(source, table, column, texts)
    if zone is None and any((times.fits(texts, form) & ~times.names_zone(texts, form)).any() for form in forms):
        raise _no_zone(source, column, texts)
    return Clock(forms, zone)


def year_last(source: Source, table: Layout, column: str = "BaseDateTime", dates: bool = False) -> tuple[Form, ...]:
    """The form of dates like 03/04/2023 in a source, proved by its own dates; none where the first rows have no such dates.

    Args:
        source: the table's source, of which all rows are looked at if need be.
        table: where its column "ts" is.
        column: that column's name, for the message.
        dates: whether a date alone stands for its midnight.

    Raises:
        MissingInformation: no date in the file shows whether the day or the month comes first, or they contradict each other.
    """
    texts = _texts(_sample(source, table))
    here = pc.match_substring_regex(texts, _YEAR_LAST)
    if not pc.any(here, min_count=0).as_py():
        return ()
    first = second = 0
    for frame in table.only("ts").frames(source):
        parts = pc.extract_regex(_texts(frame.cells["ts"]), _YEAR_LAST).drop_null()
        if len(parts):
            first = max(first, _largest(parts, "a"))
            second = max(second, _largest(parts, "b"))
    example = texts.filter(here)[0].as_py()
    if (first > 12) == (second > 12):
        why = "both the day and the month come first in some" if first > 12 else "is the day or the month first?"
        raise MissingInformation(
            f"{source.name}: the dates in column {column!r} (such as {example!r}) are not clear, {why}:"
            " give --time-format, e.g. '%d/%m/%Y %H:%M:%S' or '%m/%d/%Y %H:%M:%S'"
        )
    day_first = first > 12
    form = times.DAY_FIRST if day_first else times.MONTH_FIRST
    date = times.DAY_FIRST_DATE if day_first else times.MONTH_FIRST_DATE
    return (form, date) if dates else (form,)


def _forms(source: Source, table: Layout, column: str, texts: pa.StringArray) -> tuple[Form, ...]:
    clear = any(times.fits(texts, form).any() for form in times.CLEAR)
    forms = (*times.CLEAR, *year_last(source, table, column))
    if not clear and len(forms) == len(times.CLEAR) and len(texts):
        hint = "unix, unix_ms, seconds with --start-time, or a format like '%d.%m.%Y %H:%M:%S'"
        raise MissingInformation(
            f"{source.name}: times such as {texts[0].as_py()[:40]!r} in column {column!r} can be read in no way that is"
            f" certain: give --time-format ({hint})"
        )
    return forms


def _unit(texts: pa.StringArray) -> str | None:
    """What numbers count, if they are numbers, and of all units only one gives times between 1990 and 2100."""
    if not len(texts) or not pc.all(pc.match_substring_regex(texts, _NUMBER)).as_py():
        return None
    values = cells.number(texts).fill_null(0.0).to_numpy()
    for unit, us in times.UNITS_US.items():
        seconds = values * us / 1_000_000
        if np.mean((seconds >= _SINCE_S) & (seconds < _UNTIL_S)) >= 0.9:
            return unit
    return None


def _no_zone(source: Source, column: str, texts: pa.StringArray) -> MissingInformation:
    example = next((text for text in texts.to_pylist() if text), "")
    return MissingInformation(
        f"{source.name}: the times in column {column!r} (such as {example[:40]!r}) do not say their time zone:"
        " give --time-zone UTC, or the zone they are in"
    )


def _sample(source: Source, table: Layout) -> pa.Array:
    """The times at the start of the source, as they are."""
    frame = next(table.only("ts").frames(source, sample=True), None)
    return pa.array([], pa.string()) if frame is None else frame.cells["ts"]


def _texts(array: pa.Array) -> pa.StringArray:
    """The distinct times that say something, as text."""
    distinct = cells.as_text(pc.unique(array))
    return distinct.filter(pa.array(~cells.missing(distinct)))


def _largest(parts: pa.StructArray, name: str) -> int:
    return int(pc.max(parts.field(name).cast(pa.int64())).as_py())
