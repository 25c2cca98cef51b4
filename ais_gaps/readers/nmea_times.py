r"""What stands around an AIS sentence: when it was received, and by whom.

Times and stations are written in four ways, all of them read here:

- tag blocks, ``\s:2573105,c:1635731889*hh\`` (NMEA 0183 version 4, section 7): ``c`` the time in seconds or
  milliseconds, ``s`` the station, ``g:1-2-1234`` (or ``1G2:1234``) the place in a group of lines;
- Gatehouse's ``$PGHP,1,YYYY,M,D,h,m,s,ms,country,region,station,online,checksum*hh`` on the line before;
- fields behind the checksum, as the US Coast Guard writes them: ``,r003669987,1152921693`` (station and seconds);
- a time in front of the sentence: seconds to nanoseconds since 1970, or a calendar time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, reduce
from operator import xor
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ais_gaps.readers.instants import NoOffsetError, calendar_us, epoch_us, utc_us

_TAG_BLOCK = re.compile(rb"\\([^\\\n]*)\\")
_GROUP_FIELD = re.compile(rb"g:[^,]*,?")
_GROUP = re.compile(r"g:(\d+)-(\d+)-(\w+)|(\d+)G(\d+):(\w+)", re.ASCII)
_GATEHOUSE = re.compile(
    rb"\$(PGHP,\d+,(\d{4},\d{1,2},\d{1,2},\d{1,2},\d{1,2}),(\d{1,2}),(\d{1,3}),"
    rb"[^,*]*,[^,*]*,([^,*]*)[^*\n]*)(?:\*([0-9A-Fa-f]{2}))?"
)
_STATION_FIELD = re.compile(r"[rb]\w{2,}", re.ASCII | re.IGNORECASE)
_AROUND = " \t\r,;|[]()<>\"'"
_SPLIT = re.compile(r"[,;|\t]")
# a bare number beside a sentence is a time only if it has the digits of one (9 of seconds reach back to 1973)
_BARE_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}|\d{15,16}|\d{18,19}", re.ASCII)
_LATEST_US = 253_402_300_800_000_000  # the year 10000
_REMEMBERED = 4096


class Stamp(NamedTuple):
    """What a line says around its sentence.

    Attributes:
        us: time of reception, microseconds since 1970 UTC.
        station: the receiving station as named there.
        group: number of this line in its group, number of lines in the group, name of the group.
        problem: why a time that is there cannot be trusted.
    """

    us: int | None = None
    station: str | None = None
    group: tuple[int, int, str] | None = None
    problem: str | None = None

    def over(self, other: Stamp) -> Stamp:
        """This stamp, with what it does not say taken from another."""
        if other is NOTHING:
            return self
        if self is NOTHING:
            return other
        return Stamp(
            other.us if self.us is None else self.us,
            other.station if self.station is None else self.station,
            other.group if self.group is None else self.group,
            other.problem if self.problem is None else self.problem,
        )


NOTHING: Final = Stamp()


def checksum(text: bytes) -> int:
    """The checksum of NMEA 0183: exclusive or of all bytes."""
    if len(text) > 128:
        return reduce(xor, text)
    folded = int.from_bytes(text, "little")
    for bits in (512, 256, 128, 64, 32, 16, 8):
        folded ^= folded >> bits
    return folded & 0xFF


def mismatch(what: str, expected: int, computed: int) -> str:
    """The reason for a wrong checksum."""
    return f"{what} is wrong: expected {expected:02X}, computed {computed:02X}"


class Stamps:
    """Reads what stands around sentences, and remembers what it has read, since it repeats."""

    def __init__(self, zone: ZoneInfo | None = None) -> None:
        """Takes the zone of calendar times without an offset."""
        self._zone = zone
        self._before: dict[bytes, Stamp] = {}
        self._behind: dict[bytes, Stamp] = {}

    def before(self, text: bytes) -> Stamp:
        """What stands before a sentence on its line.

        Raises:
            NoOffsetError: a calendar time without an offset, and no zone is known.
        """
        return self._before.get(text) or _remember(self._before, text, self._read_before)

    def behind(self, text: bytes, *, timed: bool = False) -> Stamp:
        """What stands behind a sentence's checksum.

        Args:
            text: that.
            timed: its time is known already, and need not be there.

        Raises:
            NoOffsetError: as in `before`; not where the time is known.
        """
        try:
            return self._behind.get(text) or _remember(self._behind, text, self._read_behind)
        except NoOffsetError:
            if timed:
                return NOTHING
            raise

    def _read_before(self, text: bytes) -> Stamp:
        stamp = NOTHING
        for content in _TAG_BLOCK.findall(text):
            stamp = stamp.over(_tag_block(content))
        if b"$PGHP" in text:
            return stamp.over(gatehouse(text))
        if stamp.us is not None:
            return stamp
        rest = _TAG_BLOCK.sub(b"", text).decode("ascii", "replace").strip(_AROUND)
        return stamp.over(Stamp(self._bare(rest))) if rest else stamp

    def _read_behind(self, text: bytes) -> Stamp:
        rest = text.decode("ascii", "replace").strip(_AROUND)
        us = self._bare(rest)
        if us is not None:
            return Stamp(us)
        fields = [field.strip(_AROUND) for field in _SPLIT.split(rest)]
        station = next((field for field in reversed(fields) if _STATION_FIELD.fullmatch(field)), None)
        times = (us for us in map(self._bare, reversed(fields)) if us is not None)
        return Stamp(next(times, None), station)

    def _bare(self, text: str) -> int | None:
        if _BARE_EPOCH.fullmatch(text):
            return epoch_us(text)
        return calendar_us(text, self._zone) if len(text) >= 19 else None


def _remember(known: dict[bytes, Stamp], text: bytes, read: Callable[[bytes], Stamp]) -> Stamp:
    if len(known) >= _REMEMBERED:
        known.clear()
    stamp = known[text] = read(text)
    return stamp


def gatehouse(text: bytes) -> Stamp:
    """What a ``$PGHP`` line says; nothing if it is not well formed."""
    match = _GATEHOUSE.search(text)
    if match is None:
        return NOTHING
    body, minute, second, millisecond, station, stated = match.groups()
    if stated is not None and int(stated, 16) != (computed := checksum(body)):
        return Stamp(problem=mismatch("checksum of the $PGHP line", int(stated, 16), computed))
    minute_us = _minute_us(minute)
    if minute_us is None or int(second) > 60:
        return NOTHING
    return Stamp(
        minute_us + int(second) * 1_000_000 + int(millisecond) * 1000,
        station.decode("ascii", "replace").strip() or None,
    )


@lru_cache(maxsize=_REMEMBERED)
def _minute_us(minute: bytes) -> int | None:
    try:
        return utc_us(datetime(*map(int, minute.split(b",")), tzinfo=UTC))  # type: ignore[misc, arg-type]
    except ValueError:
        return None


def _tag_block(content: bytes) -> Stamp:
    text, star, stated = content.rpartition(b"*")
    if not star:
        text = content
    elif (problem := _tag_problem(text, stated)) is not None:
        return Stamp(problem=problem)
    us = station = group = None
    for field in text.decode("ascii", "replace").split(","):
        if field.startswith("c:"):
            us = epoch_us(field[2:])
            us = None if us is not None and us >= _LATEST_US else us
        elif field.startswith("s:"):
            station = field[2:].strip() or None
        elif (match := _GROUP.fullmatch(field)) is not None:
            number, total, name = match.groups()[:3] if match[1] else match.groups()[3:]
            group = (int(number), int(total), name)
    return Stamp(us, station, group)


def _tag_problem(text: bytes, stated: bytes) -> str | None:
    """Why the tag block cannot be trusted.

    The Norwegian coastal administration's feed puts the group in front of a block without computing its checksum anew.
    """
    try:
        expected = int(stated, 16)
    except ValueError:
        return "tag block has no readable checksum"
    computed = checksum(text)
    if expected in (computed, checksum(_GROUP_FIELD.sub(b"", text, count=1).rstrip(b","))):
        return None
    return mismatch("checksum of the tag block", expected, computed)
