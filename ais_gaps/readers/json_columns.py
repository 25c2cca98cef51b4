"""Columns out of the values of JSON objects, which may be of any type."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.readers.instants import calendar_us, epoch_us

_DIGITS = re.compile(r"-?\d{1,18}", re.ASCII)
_OFFSET = r"(?:Z|[+-]\d\d:?\d\d)$"
# as Go prints a time: "2022-12-29 18:22:32.318353 +0000 UTC"
_GO_TAIL = r" ([+-]\d\d\d\d) [A-Z]+$"
_UTC_US, _UTC_NS = pa.timestamp("us", tz="UTC"), pa.timestamp("ns", tz="UTC")
_LARGEST = 2**63 - 1
_NONE = type(None)


class Columns:
    """Makes columns of lists of values, and remembers why the values of a row cannot be read.

    Attributes:
        reasons: by index of a row.
    """

    def __init__(self, zone: ZoneInfo | None = None) -> None:
        """Takes the zone of times without an offset; None for UTC."""
        self._zone = zone
        self.reasons: dict[int, str] = {}

    def numbers(self, values: Sequence[Any], name: str) -> pa.Array:
        """Numbers, also such as are written as texts; NaN is null."""
        if {float, int, _NONE}.issuperset(map(type, values)):
            try:
                return pa.array(values, pa.float64(), from_pandas=True)
            except pa.ArrowInvalid:
                pass
        return self._each(values, _number, pa.float64(), f"{name} is not a number")

    def integers(self, values: Sequence[Any], name: str) -> pa.Array:
        """Whole numbers, also such as are written as texts or with a zero fraction; NaN and empty texts are null."""
        kinds = set(map(type, values))
        try:
            if kinds <= {int, _NONE}:
                return pa.array(values, pa.int64())
            if kinds <= {int, float, _NONE}:
                return pa.array(values, pa.float64(), from_pandas=True).cast(pa.int64())
            if kinds <= {str, _NONE} or kinds <= {str, int}:
                texts = pa.array(list(map(str, values)) if int in kinds else values, pa.string())
                if pc.all(pc.match_substring_regex(texts, r"^\d{1,18}$")).as_py():
                    return texts.cast(pa.int64())
        except (pa.ArrowInvalid, OverflowError, UnicodeEncodeError):
            pass
        return self._each(values, _integer, pa.int64(), f"{name} is not a whole number")

    def small_integers(self, values: Sequence[Any], name: str) -> pa.Array:
        """Whole numbers from 0 to 255, as int16."""
        read = self.integers(values, name)
        wrong = np.flatnonzero((read.fill_null(0).to_numpy() >> 8) != 0)
        if not wrong.size:
            return read.cast(pa.int16())
        kept = read.to_pylist()
        for i in wrong.tolist():
            self.reasons.setdefault(i, f"{name} is too large or negative: {kept[i]}")
            kept[i] = None
        return pa.array(kept, pa.int16())

    def require(self, column: pa.Array, reason: str) -> None:
        """Gives rows without a value in a column a reason, unless they have one."""
        if column.null_count:
            for i in np.flatnonzero(column.is_null()).tolist():
                self.reasons.setdefault(i, reason)

    def reason_column(self, count: int) -> list[str | None] | None:
        """The reasons of ``count`` rows; None if there are none."""
        return [self.reasons.get(i) for i in range(count)] if self.reasons else None

    def texts(self, values: Sequence[Any], name: str) -> pa.Array:
        """Texts without spaces around; empty ones are null, numbers are taken as they are written."""
        if {str, _NONE}.issuperset(map(type, values)):
            try:
                trimmed = pc.utf8_trim(pa.array(values, pa.string()), " \t\r\n\0@")
                return pc.if_else(pc.equal(trimmed, ""), None, trimmed)
            except UnicodeEncodeError:
                pass
        return self._each(values, _text, pa.string(), f"{name} is not a text")

    def times(self, values: Sequence[Any], name: str) -> pa.Array:
        """Times: ISO 8601 or as Go prints them, or a count since 1970; of type timestamp[us, UTC]."""
        if {str, _NONE}.issuperset(map(type, values)):
            try:
                return self._calendar(pa.array(values, pa.string()))
            except (pa.ArrowInvalid, UnicodeEncodeError):
                pass
        us = self._each(values, self._time, pa.int64(), f"{name} is not a time")
        return us.cast(pa.timestamp("us")).cast(_UTC_US)

    def _calendar(self, texts: pa.Array) -> pa.Array:
        texts = pc.replace_substring_regex(texts, _GO_TAIL, r"\1")
        if pc.any(pc.match_substring_regex(texts, r"\.\d{7}")).as_py():
            return texts.cast(_UTC_NS).cast(_UTC_US, safe=False)
        zoned = pc.match_substring_regex(texts, _OFFSET)
        if pc.all(zoned, min_count=0).as_py():
            return texts.cast(_UTC_US)
        with_offset = pc.if_else(zoned, texts, None).cast(_UTC_US)
        naive = pc.if_else(zoned, None, texts).cast(pa.timestamp("us"))
        zone = self._zone.key if self._zone is not None else "UTC"
        local = pc.assume_timezone(naive, zone, ambiguous="earliest", nonexistent="earliest")
        return pc.coalesce(with_offset, local.cast(_UTC_US))

    def _time(self, value: Any) -> int | None:
        if type(value) is str:
            us = calendar_us(value.strip(), self._zone or ZoneInfo("UTC"))
            us = epoch_us(value.strip()) if us is None else us
        else:
            number = _number(value)
            if number is None:
                return None
            us = epoch_us(str(value) if type(value) is int else f"{number:.6f}")
        if us is None:
            raise ValueError
        return us

    def _each(self, values: Sequence[Any], convert: Callable[[Any], Any], kind: pa.DataType, reason: str) -> pa.Array:
        converted = []
        for i, value in enumerate(values):
            result = None
            if value is not None:
                try:
                    result = convert(value)
                except (ValueError, TypeError, OverflowError):
                    self.reasons.setdefault(i, f"{reason}: {_shown(value)}")
            converted.append(result)
        return pa.array(converted, kind)


def integer_or_none(value: Any) -> int | None:
    """A whole number however it is written, or None: for claims, where the rest of the row is worth keeping."""
    try:
        return None if value is None else _integer(value)
    except (ValueError, TypeError, OverflowError):
        return None


def _number(value: Any) -> float | None:
    if type(value) not in (int, float, str):
        raise TypeError
    if type(value) is str:
        if not value.strip():
            return None
        if not value.isascii() or "_" in value:
            raise ValueError
    number = float(value)
    return None if math.isnan(number) else number


def _integer(value: Any) -> int | None:
    if type(value) is str:
        text = value.strip()
        if not text:
            return None
        if not _DIGITS.fullmatch(text):
            raise ValueError
        return int(text)
    if type(value) is float and math.isnan(value):
        return None
    if type(value) not in (int, float) or value != int(value) or abs(value) > _LARGEST:
        raise ValueError
    return int(value)


def _text(value: Any) -> str | None:
    if type(value) is float and math.isnan(value):
        return None
    if type(value) not in (str, int, float):
        raise TypeError
    return str(value).encode("utf-8", "replace").decode().strip(" \t\r\n\0@") or None


def _shown(value: Any) -> str:
    """A value in a reason: short, on one line."""
    kinds = {dict: "an object", list: "an array", bool: "true" if value is True else "false"}
    if type(value) in kinds:
        return kinds[type(value)]
    if type(value) is int and abs(value) > _LARGEST:
        return "a number of too many digits"
    text = ascii(value) if type(value) is str else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
