"""Cells as times in UTC, read by forms that leave no doubt, without a loop over rows."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ais_gaps.errors import UsageError
from ais_gaps.readers import cells as cell
from ais_gaps.readers.cells import Reasons

UTC_US = pa.timestamp("us", tz="UTC")
UNITS_US = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 0.001}
"""Microseconds in a unit of time."""

_QUARTER_US = 15 * 60 * 1_000_000
_FAR_US = 1 << 60  # about 36,000 years
_TIME = r"(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9})\d*)?)?(?:\s*(?P<p>[AaPp])\.?[Mm]\.?)?"
_ZONE = r"\s*(?P<z>Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?:\s*UTC)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Form:
    """One way to write a time: an RE2 pattern with the groups Y m d b H M S f p z j y, of which it names some.

    ``utc`` says that what fits is UTC though the cell does not say so itself.
    """

    pattern: str
    utc: bool = False


_YEAR_FIRST = r"(?P<Y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
ISO = Form(rf"^{_YEAR_FIRST}(?:T|\s+){_TIME}{_ZONE}$")
ISO_DATE = Form(rf"^{_YEAR_FIRST}(?:[T ](?P<H>\d{{2}}))?{_ZONE}$")
_COMPACT = Form(rf"^(?P<Y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}})[T ]?(?P<H>\d{{2}})(?P<M>\d{{2}})(?P<S>\d{{2}})?{_ZONE}$")
_MONTH_NAMED = (
    Form(
        rf"^(?:[A-Za-z]{{3,9}},?\s+)?(?P<d>\d{{1,2}})[- ./](?P<b>[A-Za-z]{{3,9}})[- ./,]+(?P<Y>\d{{4}})[ ,:T]+{_TIME}{_ZONE}$"
    ),
    Form(
        rf"^(?:[A-Za-z]{{3,9}},?\s+)?(?P<b>[A-Za-z]{{3,9}})[- .]+(?P<d>\d{{1,2}})[ ,]+(?P<Y>\d{{4}})[ ,]+{_TIME}{_ZONE}$"
    ),
)
CLEAR = (ISO, _COMPACT, *_MONTH_NAMED)
"""The forms in which it is certain what is year, month and day."""

_YEAR_LAST = r"(?P<{0}>\d{{1,2}})[-/.](?P<{1}>\d{{1,2}})[-/.](?P<Y>\d{{4}})"
DAY_FIRST = Form("^" + _YEAR_LAST.format("d", "m") + rf"[T ,]+{_TIME}{_ZONE}$")
MONTH_FIRST = Form("^" + _YEAR_LAST.format("m", "d") + rf"[T ,]+{_TIME}{_ZONE}$")
DAY_FIRST_DATE = Form("^" + _YEAR_LAST.format("d", "m") + "$")
MONTH_FIRST_DATE = Form("^" + _YEAR_LAST.format("m", "d") + "$")


@dataclass(frozen=True)
class Clock:
    """How the times of a source are to be read.

    Attributes:
        forms: the ways in which text may be written, in the order in which they are tried.
        zone: IANA zone, "UTC", or an offset like "+09:00", of times that name none; None where each must name its own.
        unit: what numbers count, a key of `UNITS_US`; None where no number is a time.
        origin: from when numbers count.
    """

    forms: tuple[Form, ...] = ()
    zone: str | None = None
    unit: str | None = None
    origin: datetime | None = None


def read(cells: pa.Array, clock: Clock, reasons: Reasons) -> pa.Array:
    """Cells as timestamps in UTC; rows whose time is missing or cannot be read are null and say so in ``reasons``."""
    reasons.add(cell.missing(cells), "time is missing")
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    if pa.types.is_timestamp(kind):
        return _stamped(cells, clock, reasons)
    if clock.unit is not None:
        return _counted(cells, clock, reasons)
    return _written(cells, clock, reasons)


def strptime_form(format_: str) -> Form:
    """The form that a strptime format describes.

    Raises:
        UsageError: it has a directive that is not known here, or does not say day and hour.
    """
    groups = {
        "Y": r"(?P<Y>\d{4})",
        "y": r"(?P<y>\d{2})",
        "m": r"(?P<m>\d{1,2})",
        "d": r"(?P<d>\d{1,2})",
        "e": r"(?P<d>\d{1,2})",
        "j": r"(?P<j>\d{1,3})",
        "b": r"(?P<b>[A-Za-z]{3,9})",
        "B": r"(?P<b>[A-Za-z]{3,9})",
        "H": r"(?P<H>\d{1,2})",
        "I": r"(?P<H>\d{1,2})",
        "M": r"(?P<M>\d{1,2})",
        "S": r"(?P<S>\d{1,2})",
        "f": r"(?P<f>\d{1,9})\d*",
        "p": r"(?P<p>[AaPp])\.?[Mm]\.?",
        "z": r"(?P<z>Z|UTC|[+-]\d{2}(?::?\d{2})?)",
        "Z": r"(?P<z>Z|UTC|GMT)",
        "a": "[A-Za-z]{3,9}",
        "A": "[A-Za-z]{3,9}",
        "%": "%",
    }
    whole = format_.replace("%T", "%H:%M:%S").replace("%R", "%H:%M").replace("%F", "%Y-%m-%d").replace("%D", "%m/%d/%y")
    parts: list[str] = []
    tokens = re.findall(r"([^%]+)|%(.?)", whole)
    for literal, directive in tokens:
        if literal:
            parts += [r"\s+" if space else re.escape(text) for space, text in re.findall(r"(\s+)|(\S+)", literal)]
        elif directive in groups:
            parts.append(groups[directive])
        else:
            known = ", ".join(f"%{name}" for name in [*groups, "T", "R", "F", "D"])
            raise UsageError(f"--time-format {format_!r}: %{directive} is not known; known are {known}")
    pattern = "".join(parts)
    named = set(re.findall(r"\?P<(\w)>", pattern))
    if len(re.findall(r"\?P<", pattern)) != len(named):
        raise UsageError(f"--time-format {format_!r}: the same part of a time stands in it twice")
    day = named & {"j"} or (named & {"m", "b"} and named & {"d"})
    if not (named & {"Y", "y"} and day and named & {"H"}):
        raise UsageError(f"--time-format {format_!r}: must say year, month, day and hour, like '%Y-%m-%d %H:%M:%S'")
    if "%I" in whole and "p" not in named:
        raise UsageError(f"--time-format {format_!r}: %I needs %p")
    return Form(f"^{pattern}$", utc=tokens[-1][0].strip() in ("Z", "UTC", "GMT"))


def check_zone(zone: str) -> None:
    """Refuse what is neither "UTC", nor an offset, nor a zone of the IANA database.

    Raises:
        UsageError: there is no such zone.
    """
    if zone.upper() in ("UTC", "Z", "GMT") or _fixed_offset_us(zone) is not None:
        return
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        from rapidfuzz import process

        nearest = ", ".join(name for name, _, _ in process.extract(zone, sorted(available_timezones()), limit=3))
        hint = f"; nearest: {nearest}" if nearest else "; UTC and offsets like +09:00 always work"
        raise UsageError(f"--time-zone {zone}: there is no such time zone{hint}") from error


def fits(samples: pa.StringArray, form: Form) -> NDArray[np.bool_]:
    """For each cell whether it is a time of this form, its zone aside."""
    us, _ = _civil(samples, form)
    fitting: NDArray[np.bool_] = us != _NOT
    return fitting


def names_zone(samples: pa.StringArray, form: Form) -> NDArray[np.bool_]:
    """For each cell whether it says its zone itself."""
    us, offsets = _civil(samples, form)
    named: NDArray[np.bool_] = (us != _NOT) & (form.utc | (offsets != _NOT))
    return named


_NOT = np.iinfo(np.int64).min


def _stamped(cells: pa.Array, clock: Clock, reasons: Reasons) -> pa.Array:
    plain = cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells
    if plain.type.tz is not None:
        return plain.cast(UTC_US, safe=False)
    naive = plain.cast(pa.timestamp("us"), safe=False)
    if clock.zone is None:
        reasons.add(~cell.missing(naive), "time has no zone: '", naive)
        return pa.nulls(len(naive), UTC_US)
    if clock.zone.upper() in ("UTC", "Z", "GMT"):
        return naive.view(UTC_US)
    local = naive.view(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    us, wrong = _to_utc(local, clock.zone)
    lost = ~cell.missing(naive) & wrong
    reasons.add(lost, f"time does not exist, or twice, in {clock.zone}: '", naive)
    return pa.array(us, mask=lost | cell.missing(naive)).view(UTC_US)


def _counted(cells: pa.Array, clock: Clock, reasons: Reasons) -> pa.Array:
    values = cell.number(cells, what="time", reasons=reasons)
    origin = 0 if clock.origin is None else round(clock.origin.timestamp() * 1_000_000)
    empty = np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=bool)
    us = np.rint(values.fill_null(0.0).to_numpy() * UNITS_US[clock.unit or "s"]) + origin
    far = np.abs(us) > _FAR_US
    reasons.add(far & ~empty, "time is out of all bounds: '", cells)
    return pa.array(np.where(far, 0, us).astype(np.int64), mask=far | empty).view(UTC_US)


def _written(cells: pa.Array, clock: Clock, reasons: Reasons) -> pa.Array:
    if not pa.types.is_dictionary(cells.type):
        cells = cell.as_text(cells).dictionary_encode()
    distinct = cell.as_text(cells.dictionary)
    us = np.full(len(distinct), _NOT, dtype=np.int64)
    why = np.full(len(distinct), _UNREADABLE, dtype=np.int8)
    for form in clock.forms:
        rest = np.flatnonzero(us == _NOT)
        if not len(rest):
            break
        found, verdict = _utc(distinct.take(pa.array(rest)), form, clock.zone)
        us[rest] = found
        why[rest] = np.where(verdict == _UNREADABLE, why[rest], verdict)
    stamps = pa.array(us, mask=us == _NOT).view(UTC_US)
    if (us == _NOT).any():
        empty = cell.missing(cells)
        faults = pa.array(why).take(cells.indices).fill_null(_FINE).to_numpy(zero_copy_only=False)
        for fault, said in (
            (_UNREADABLE, "time cannot be read: '"),
            (_NO_ZONE, "time has no zone: '"),
            (_NO_SUCH, f"time does not exist, or twice, in {clock.zone}: '"),
        ):
            reasons.add((faults == fault) & ~empty, said, cells)
    return stamps.take(cells.indices)


_FINE, _UNREADABLE, _NO_ZONE, _NO_SUCH = range(4)


def _utc(texts: pa.StringArray, form: Form, zone: str | None) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Microseconds since 1970 UTC (`_NOT` where there is no telling) and the verdict on each text."""
    us, offsets = _civil(texts, form)
    verdict = np.where(us == _NOT, _UNREADABLE, _FINE).astype(np.int8)
    bare = (us != _NOT) & (offsets == _NOT)
    if form.utc or not bare.any():
        offsets[bare] = 0
    elif zone is None:
        verdict[bare] = _NO_ZONE
    else:
        local, wrong = _to_utc(us[bare], zone)
        offsets[bare] = us[bare] - local
        verdict[np.flatnonzero(bare)[wrong]] = _NO_SUCH
    fine = verdict == _FINE
    return np.where(fine, us - np.where(fine, offsets, 0), _NOT), verdict


def _parts(texts: pa.StringArray, form: Form) -> tuple[dict[str, pa.Array], NDArray[np.bool_]]:
    """The parts of each text by group ("" where a group is absent), and for each text whether it fits."""
    found = pc.extract_regex(pc.utf8_trim_whitespace(texts), form.pattern)
    fitting = np.asarray(found.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    groups = [found.type.field(index).name for index in range(found.type.num_fields)]
    return {name: pc.if_else(pa.array(fitting), found.field(name), "") for name in groups}, fitting


def _civil(texts: pa.StringArray, form: Form) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Microseconds since 1970 by the calendar as written, and those of the offset; `_NOT` where there is none."""
    parts, fitting = _parts(texts, form)

    def digits(name: str, default: int) -> NDArray[np.int64]:
        if name not in parts:
            return np.full(len(texts), default, dtype=np.int64)
        said = pc.if_else(pc.equal(parts[name], ""), str(default), parts[name])
        return np.array(said.cast(pa.int64()).to_numpy(), dtype=np.int64)

    year, month, day, hour = digits("Y", 1970), digits("m", 1), digits("d", 1), digits("H", 0)
    if "y" in parts:
        short = digits("y", 70)
        year = np.where(short < 69, 2000 + short, 1900 + short)  # POSIX strptime
    if "b" in parts:
        abbreviations = pc.utf8_slice_codeunits(pc.utf8_lower(parts["b"]), 0, 3)
        month = pc.index_in(abbreviations, value_set=pa.array(_MONTHS)).fill_null(-1).to_numpy().astype(np.int64) + 1
    minute, second = digits("M", 0), digits("S", 0)
    wrong = ~fitting | (month < 1) | (month > 12) | (hour > 23) | (minute > 59) | (second > 59)
    if "p" in parts:
        half = pc.utf8_lower(parts["p"]).to_numpy(zero_copy_only=False)
        wrong |= (half != "") & ((hour < 1) | (hour > 12))
        hour = np.where(half == "", hour, hour % 12 + 12 * (half == "p"))
    months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    span = 1
    if "j" in parts:
        day, span = digits("j", 1), 12
    first = _day_number(months)
    wrong |= (day < 1) | (first + day - 1 >= _day_number(months + span))
    us = ((((first + day - 1) * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000
    if "f" in parts:
        us += np.array(pc.utf8_slice_codeunits(pc.utf8_rpad(parts["f"], 6, "0"), 0, 6).cast(pa.int64()).to_numpy())
    return np.where(wrong, _NOT, us), _offsets(parts, len(texts))


def _day_number(months: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days from 1970-01-01 to the first day of the month that many months after January 1970."""
    days: NDArray[np.int64] = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days


def _offsets(parts: dict[str, pa.Array], rows: int) -> NDArray[np.int64]:
    offsets = np.full(rows, _NOT, dtype=np.int64)
    if "z" in parts:
        zones = parts["z"].to_numpy(zero_copy_only=False)
        for said in pc.unique(parts["z"]).to_pylist():
            if said:
                offsets[zones == said] = _fixed_offset_us(said) or 0
    return offsets


def _fixed_offset_us(said: str) -> int | None:
    found = re.fullmatch(r"([+-])(\d{2}):?(\d{2})?", said)
    if found is None:
        return None
    minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
    return (-minutes if found.group(1) == "-" else minutes) * 60_000_000


def _to_utc(local: NDArray[np.int64], zone: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Local times as UTC, and which of them the zone's clocks never showed or showed twice."""
    if zone.upper() in ("UTC", "Z", "GMT"):
        return local, np.zeros(len(local), dtype=bool)
    fixed = _fixed_offset_us(zone)
    if fixed is not None:
        return local - fixed, np.zeros(len(local), dtype=bool)
    # clocks change on the quarter of an hour, so within one the offset is the same
    quarters, where = np.unique(local // _QUARTER_US, return_inverse=True)
    offsets = np.array([_zone_offsets(int(quarter), zone) for quarter in quarters], dtype=np.int64).reshape(-1, 2)
    return local - offsets[where, 0], offsets[where, 0] != offsets[where, 1]


@functools.lru_cache(maxsize=200_000)
def _zone_offsets(quarter: int, zone: str) -> tuple[int, int]:
    try:
        moment = datetime(1970, 1, 1, tzinfo=ZoneInfo(zone)) + timedelta(microseconds=quarter * _QUARTER_US)
    except OverflowError:  # the year 0, or beyond 9999
        return 0, 0
    both: Sequence[timedelta | None] = (moment.replace(fold=0).utcoffset(), moment.replace(fold=1).utcoffset())
    first, second = (0 if offset is None else offset // timedelta(microseconds=1) for offset in both)
    return first, second
