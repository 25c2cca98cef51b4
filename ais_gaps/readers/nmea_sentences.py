"""AIS sentences (``!AIVDM`` and its kin, IEC 61162-1) out of lines of text."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ais_gaps.readers.lines import Block
from ais_gaps.readers.nmea_times import NOTHING, Stamp, Stamps, gatehouse

# before, body (talker, number of sentences, this one's number, sequence, channel, payload, fill bits), checksum, behind
_SENTENCE = (
    rb"[!$]((..)[Vv][Dd][MmOo],(\d),(\d),(\d{0,3}),([^,\n]{0,3}),([^,*!\n]*),([0-5]))\*([0-9A-Fa-f]{2})([^\r\n]*)\r*"
)
_LINE = re.compile(rb"([^!$\n]*)" + _SENTENCE + rb"\n|([^\n]*)\n")
_WITHIN = re.compile(_SENTENCE)
_MARK = re.compile(rb"[!$]..[Vv][Dd][MmOo],")
_TAG_BLOCKS_ONLY = re.compile(rb"(?:\\[^\\]*\\\s*)+")
_OTHER_SENTENCE = re.compile(rb"(?:\\[^\\]*\\)*\s*[!$][A-Z]")
_CODE = {f"{n:02X}".encode(): n for n in range(256)}
_GROUPS_REMEMBERED = 1000
_TAG_LINES_REMEMBERED = 1000


class Part(NamedTuple):
    """What joins a sentence to others of its message.

    Attributes:
        likeness: talker, number of sentences, sequence number and channel, in which the parts are alike.
        of: the number of sentences of its message.
        number: which of them this is.
        own: what its own line or group says around it.
    """

    likeness: bytes
    of: int
    number: int
    own: Stamp


@dataclass
class Sentences:
    """Sentences of a block, column by column, all of equal length.

    Attributes:
        line: number of the line.
        body: what the checksum covers.
        check: the checksum, two hexadecimal digits.
        payload: the armoured payload.
        fill: how many bits at its end are only filling, one digit.
        stamp: what is said around it: on its line, for its group, or on the line before.
        parts: of those that are not a message by themselves, by their index.
        faults: lines that hold an AIS sentence which cannot be read, and why.
    """

    line: list[int] = field(default_factory=list)
    body: list[bytes] = field(default_factory=list)
    check: list[bytes] = field(default_factory=list)
    payload: list[bytes] = field(default_factory=list)
    fill: list[bytes] = field(default_factory=list)
    stamp: list[Stamp] = field(default_factory=list)
    parts: dict[int, Part] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def checksums(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The checksums that the sentences state and those that they have, shapes (n,)."""
        stated = np.array([_CODE[check.upper()] for check in self.check], dtype=np.uint8)
        if not self.body:
            return stated, stated
        lengths = np.fromiter(map(len, self.body), dtype=np.int64, count=len(self.body))
        text = np.frombuffer(b"".join(self.body), dtype=np.uint8)
        return stated, np.bitwise_xor.reduceat(text, np.cumsum(lengths) - lengths)


class Scanner:
    """Finds the sentences of consecutive blocks, and what the lines around them say."""

    def __init__(self, zone: ZoneInfo | None = None) -> None:
        """Takes the zone of calendar times without an offset."""
        self._stamps = Stamps(zone)
        self._before = NOTHING
        self._tag_lines: dict[bytes, Stamp] = {}
        self._groups: OrderedDict[str, Stamp] = OrderedDict()

    def scan(self, block: Block) -> Sentences:
        """The sentences of the next block. Lines without an AIS sentence leave nothing but what they say of the next.

        Raises:
            NoOffsetError: a calendar time without an offset, and no zone is known.
        """
        found = Sentences()
        stamps_before, stamps_behind = self._stamps.before, self._stamps.behind
        for line, match in enumerate(_LINE.finditer(block.text), block.first):
            *fields, other = match.groups()
            if other is not None:
                again = self._other(found, line, other)
                if again is None:
                    continue
                fields = again
            before, body, talker, count, number, sequence, channel, payload, fill, check, behind = fields
            stamp = stamps_before(before) if before else NOTHING
            if behind:
                if b"!" in behind and _MARK.search(behind):
                    found.faults.append((line, "two sentences on one line"))
                    self._before = NOTHING
                    continue
                stamp = stamp.over(stamps_behind(behind, timed=stamp.us is not None))
            if stamp.group is not None:
                stamp = self._in_group(stamp, stamp.group)
            if count != b"1" or number != b"1":
                likeness = b",".join((talker, count, sequence, channel))
                found.parts[len(found.line)] = Part(likeness, int(count), int(number), stamp)
            if self._before is not NOTHING:
                stamp = stamp.over(self._before)
                self._before = NOTHING
            found.line.append(line)
            found.body.append(body)
            found.check.append(check)
            found.payload.append(payload)
            found.fill.append(fill)
            found.stamp.append(stamp)
        return found

    def _in_group(self, stamp: Stamp, group: tuple[int, int, str]) -> Stamp:
        """The first line of a group speaks for all of it."""
        number, total, name = group
        if number <= 1:
            self._groups[name] = stamp
            self._groups.move_to_end(name)
            if len(self._groups) > _GROUPS_REMEMBERED:
                self._groups.popitem(last=False)
            return stamp
        first = self._groups.get(name, NOTHING)
        if number >= total:
            self._groups.pop(name, None)
        return stamp.over(first)

    def _other(self, found: Sentences, line: int, text: bytes) -> list[bytes] | None:
        """A line that does not have the usual form; the fields of its AIS sentence if there is one after all."""
        text = text.strip()
        if not text:
            return None
        if text.startswith(b"$PGHP,") and b"!" not in text:
            self._before = gatehouse(text)
            return None
        known = self._tag_lines.get(text)
        if known is not None:
            self._before = known.over(self._before)
            return None
        marks = _MARK.findall(text)
        if marks:
            match = _WITHIN.search(text)
            if len(marks) == 1 and match is not None:
                return [text[: match.start()], *match.groups()]
            found.faults.append((line, _fault(text) if len(marks) == 1 else "two sentences on one line"))
            self._before = NOTHING
        elif b"$PGHP," in text:
            self._before = gatehouse(text).over(self._tags(text))
        elif _TAG_BLOCKS_ONLY.fullmatch(text):
            stamp = self._tags(text)
            if stamp.group is None and len(self._tag_lines) < _TAG_LINES_REMEMBERED:
                self._tag_lines[text] = stamp
            self._before = stamp.over(self._before)
        elif _OTHER_SENTENCE.match(text):
            self._tags(text)
            self._before = NOTHING
        return None

    def _tags(self, text: bytes) -> Stamp:
        stamp = self._stamps.before(text[: text.rfind(b"\\") + 1])
        return stamp if stamp.group is None else self._in_group(stamp, stamp.group)


def _fault(text: bytes) -> str:
    """Why the only AIS sentence of a line cannot be read."""
    mark = _MARK.search(text)
    sentence = text[mark.start() :] if mark else text
    fields, star, check = sentence.partition(b"*")
    found = fields.count(b",") + 1
    if found < 7:
        return f"AIS sentence is cut short: {found} of 7 fields"
    if not star or not re.match(rb"[0-9A-Fa-f]{2}", check):
        return "AIS sentence has no checksum"
    return "AIS sentence is not well formed"
