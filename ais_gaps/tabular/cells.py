"""Arrow columns as plain values: what JSON knows, and nothing else."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ROWS_AT_ONCE = 8192
_YEAR_1, _YEAR_10000 = -62_135_596_800, 253_402_300_800  # seconds since 1970
_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def field_names(table: pa.Table) -> list[str]:
    """The column names; where a query gave one name to several columns, the later ones get ``_2``, ``_3``."""
    names: list[str] = []
    for name in table.column_names:
        candidate, count = name, 1
        while candidate in names:
            count += 1
            candidate = f"{name}_{count}"
        names.append(candidate)
    return names


def chunks(table: pa.Table) -> Iterator[list[list[Any]]]:
    """The table a few thousand rows at a time, each chunk as one list of plain values a column.

    A plain value is None, bool, int, finite float, str, or a list or str-keyed dict of those. Times are ISO 8601
    (``2023-08-10T04:12:00Z``; a time without a zone is UTC, as all times in an archive are), durations ISO 8601
    (``PT3H``), bytes hexadecimal, decimals numbers. NaN, infinities and times outside the years 1 to 9999 are None.
    """
    for start in range(0, table.num_rows, _ROWS_AT_ONCE):
        part = table.slice(start, _ROWS_AT_ONCE)
        yield [_plain_values(column) for column in part.columns]


def _plain_values(column: pa.ChunkedArray) -> list[Any]:
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # pyarrow gives one back where the column has no chunk
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = array.type
    if pa.types.is_timestamp(kind):
        array = _iso_times(array)
    elif pa.types.is_floating(kind):
        array = _finite(array)
    elif pa.types.is_date(kind):
        array = _calendar(array.cast(pa.timestamp("ms")).cast(pa.int64()), 1000, "%Y-%m-%d")[0]
    elif not (pa.types.is_integer(kind) or pa.types.is_boolean(kind) or _is_text(kind)):
        return [_plain_value(value) for value in array.to_pylist(maps_as_pydicts="lossy")]
    try:
        values: list[Any] = array.to_pylist()
    except UnicodeDecodeError:
        values = [None if v is None else v.decode(errors="replace") for v in array.cast(pa.large_binary()).to_pylist()]
    return values


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _finite(array: pa.Array) -> pa.Array:
    if array.type != pa.float64():
        # by way of the shortest text: 12.3 in 32 bits is 12.3, not 12.300000190734863
        array = array.cast(pa.float32()).cast(pa.string()).cast(pa.float64())
    return pc.if_else(pc.is_finite(array), array, pa.scalar(None, pa.float64()))


def _iso_times(array: pa.Array) -> pa.Array:
    """Seconds through Arrow's calendar; decimals by hand, because Arrow prints all of a unit's digits or none."""
    per_second = _TICKS[array.type.unit]
    texts, fractions = _calendar(array.cast(pa.int64()), per_second, "%Y-%m-%dT%H:%M:%S")
    if fractions.any():
        digits = len(str(per_second)) - 1
        tails = pa.array([_decimals(int(f), digits) for f in fractions], pa.string())
    else:
        tails = pa.scalar("Z")
    return pc.binary_join_element_wise(texts, tails, "")


def _calendar(ticks: pa.Array, per_second: int, layout: str) -> tuple[pa.Array, Any]:
    """Ticks since 1970 as text, null outside the years 1 to 9999 (SQL's infinity), and the ticks past each second."""
    seconds, fractions = np.divmod(ticks.fill_null(0).to_numpy(zero_copy_only=False), per_second)
    outside = (seconds < _YEAR_1) | (seconds >= _YEAR_10000)
    texts = pc.strftime(pa.array(np.where(outside, 0, seconds), pa.timestamp("s")), format=layout)
    known = pc.and_(ticks.is_valid(), pa.array(~outside))
    return pc.if_else(known, texts, pa.scalar(None, pa.string())), fractions


def _decimals(fraction: int, digits: int) -> str:
    """``""``, or milli-, micro- or nanoseconds, whichever is the least that loses nothing; and the ``Z``."""
    if fraction == 0:
        return "Z"
    text = f"{fraction:0{digits}d}"
    while text.endswith("000"):
        text = text[:-3]
    return f".{text}Z"


def _plain_value(value: Any) -> Any:
    """One value of a nested or rare type."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dt.datetime():
            utc = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
            return f"{utc:%Y-%m-%dT%H:%M:%S}{_decimals(utc.microsecond, 6)}"
        case dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            return _iso_duration(0, value.days, value.seconds, value.microseconds * 1000)
        case pa.MonthDayNano():
            seconds, nanoseconds = divmod(value.nanoseconds, 10**9)
            return _iso_duration(value.months, value.days, seconds, nanoseconds)
        case bytes():
            return value.hex()
        case dict():
            return {_key(key): _plain_value(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain_value(item) for item in value]
    return str(value)


def _key(key: Any) -> str:
    plain = _plain_value(key)
    return plain if isinstance(plain, str) else str(plain)


def _iso_duration(months: int, days: int, seconds: int, nanoseconds: int) -> str:
    tail = f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    date = "".join(f"{n}{unit}" for n, unit in ((months, "M"), (days, "D")) if n)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    if seconds or tail:
        time += f"{seconds}{tail}S"
    return f"P{date}" + (f"T{time}" if time else "") if date or time else "PT0S"
