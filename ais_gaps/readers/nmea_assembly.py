"""AIS messages out of their sentences: one each, or several that must be joined.

The sentences of a message follow one another in a stream, with those of other messages between them. They share talker,
number of sentences, sequence number and channel; in feeds of many stations that is ambiguous, so where lines also name
a station or a group, those must agree. Sequence numbers run from 0 to 9 and come again soon. Joining parts of two
messages would invent a ship's name, losing one message does no harm; therefore the parts must come in order, within
`WINDOW_LINES` lines of the first and `WINDOW_US` of one another, and a part goes to the youngest message that waits
for it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from ais_gaps.readers.lines import Block
from ais_gaps.readers.nmea_sentences import Part, Sentences
from ais_gaps.readers.nmea_times import NOTHING, Stamp, mismatch

WINDOW_LINES = 1000
WINDOW_US = 60_000_000
WAITING_ALIKE = 16


@dataclass
class Messages:
    """Complete messages in the order in which they were completed, column by column.

    Attributes:
        record: line of the first sentence.
        last: line of the last sentence.
        payload: the payloads of all sentences, joined.
        fill: fill bits of the last sentence.
        stamp: what is said around the first sentence, or where that says nothing around the next.
        faults: lines that become no message, and why.
        parts: the lines of messages in several sentences, whole or not, by the first one's number.
    """

    record: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    payload: list[bytes] = field(default_factory=list)
    fill: list[int] = field(default_factory=list)
    stamp: list[Stamp] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    parts: dict[int, list[bytes]] = field(default_factory=dict)


@dataclass(eq=False)
class _Open:
    """A message of which parts are still to come."""

    record: int
    count: int
    own: Stamp
    stamp: Stamp
    payloads: list[bytes]
    lines: list[bytes]
    closed: bool = False


class Assembler:
    """Joins the sentences of consecutive blocks. Holds no more than the last `WINDOW_LINES` lines."""

    def __init__(self) -> None:
        self._open: dict[bytes, list[_Open]] = {}
        self._ages: deque[tuple[bytes, _Open]] = deque()

    def join(self, sentences: Sentences, block: Block) -> Messages:
        """The messages that are complete with this block's sentences."""
        messages = Messages(faults=list(sentences.faults))
        stated, computed = sentences.checksums()
        good = stated == computed
        for i in np.flatnonzero(~good).tolist():
            messages.faults.append((sentences.line[i], mismatch("checksum", int(stated[i]), int(computed[i]))))
        for i, part in sentences.parts.items():
            if good[i]:
                self._part(messages, sentences, i, part, block)
            good[i] = False
        single = np.flatnonzero(good).tolist()
        lines = [sentences.line[i] for i in single]
        fills = np.frombuffer(b"".join(sentences.fill), dtype=np.uint8)[single] - ord("0")
        messages.record += lines
        messages.last += lines
        messages.payload += [sentences.payload[i] for i in single]
        messages.fill += fills.tolist()
        messages.stamp += [sentences.stamp[i] for i in single]
        return messages

    def finish(self) -> Messages:
        """What is left at the end of the stream: messages of which a part never came."""
        messages = Messages()
        self._expire(messages, None)
        return messages

    def _part(self, messages: Messages, sentences: Sentences, i: int, part: Part, block: Block) -> None:
        line, stamp, text = sentences.line[i], sentences.stamp[i], block.line(sentences.line[i])
        likeness, count, number, own = part
        self._expire(messages, line)
        if not 1 <= number <= count:
            messages.faults.append((line, f"sentence says it is number {number} of {count}"))
            return
        if number == 1:
            opened = _Open(line, count, own, stamp, [sentences.payload[i]], [text])
            waiting = self._open.setdefault(likeness, [])
            if len(waiting) >= WAITING_ALIKE:
                self._give_up(messages, likeness, waiting[0])
            waiting.append(opened)
            self._ages.append((likeness, opened))
            return
        for found in reversed(self._open.get(likeness, ())):
            if _belongs(found, number, own, stamp):
                break
        else:
            messages.faults.append((line, f"a part of the message is missing: {number - 1} of {count}"))
            return
        found.payloads.append(sentences.payload[i])
        found.lines.append(text)
        found.own, found.stamp = found.own.over(own), found.stamp.over(stamp)
        if number < count:
            return
        self._close(likeness, found)
        messages.record.append(found.record)
        messages.last.append(line)
        messages.payload.append(b"".join(found.payloads))
        messages.fill.append(int(sentences.fill[i]))
        messages.stamp.append(found.stamp)
        messages.parts[found.record] = found.lines

    def _close(self, likeness: bytes, message: _Open) -> None:
        message.closed = True
        waiting = self._open[likeness]
        waiting.remove(message)
        if not waiting:
            del self._open[likeness]

    def _give_up(self, messages: Messages, likeness: bytes, message: _Open) -> None:
        self._close(likeness, message)
        messages.faults.append(
            (message.record, f"a part of the message is missing: {len(message.payloads) + 1} of {message.count}")
        )
        messages.parts[message.record] = message.lines

    def _expire(self, messages: Messages, line: int | None) -> None:
        ages = self._ages
        while ages and (ages[0][1].closed or line is None or ages[0][1].record < line - WINDOW_LINES):
            likeness, message = ages.popleft()
            if not message.closed:
                self._give_up(messages, likeness, message)


def _belongs(message: _Open, number: int, own: Stamp, stamp: Stamp) -> bool:
    """Whether a part is the next one of a message."""
    if len(message.payloads) != number - 1:
        return False
    if message.own is not NOTHING and own is not NOTHING:
        if message.own.station is not None and own.station is not None and message.own.station != own.station:
            return False
        if message.own.group is not None and own.group is not None and message.own.group[2] != own.group[2]:
            return False
    return message.stamp.us is None or stamp.us is None or abs(stamp.us - message.stamp.us) <= WINDOW_US
