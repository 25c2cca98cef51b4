r"""The time of receipt on NMEA sentences: a tag block ``\s:FEED,c:SECONDS*hh\`` (NMEA 0183 version 4, section 7).

Which sentences have a time already is asked of the reader's own `Scanner`, so that both agree: what the source says of a time
stays, and is the one that counts. Ours goes right before the sentence, behind any tag blocks of the source, of which the first
that says something is believed. A message in several sentences has it on the first of them: that is where the reader looks, and
a name or time of ours on the others would part what belongs together.
"""

from __future__ import annotations

import re
from typing import Final

from ais_gaps.listen.counts import Counts
from ais_gaps.readers.instants import NoOffsetError
from ais_gaps.readers.lines import Block
from ais_gaps.readers.nmea import HEARD_LIVE
from ais_gaps.readers.nmea_sentences import Scanner
from ais_gaps.readers.nmea_times import checksum

SUFFIX: Final = "nmea"

_MARK = re.compile(rb"[!$]..[Vv][Dd][MmOo],")
_FIRST_OF = re.compile(rb"[!$]..[Vv][Dd][MmOo],\d,1,")
_WHOLE = re.compile(rb"(?:\\[^\\]*\\)*[^!$\\]*[!$](..[Vv][Dd][MmOo],[^*]*)\*([0-9A-Fa-f]{2})")
_OPENINGS = (b"!", b"$", b"\\")
_PATIENCE_S = 2.0  # between the sentences of a message


def header(feed: str, moment: str) -> bytes:
    """The first line of a file. It tells the reader the format, whatever a stranger sends next."""
    return (
        HEARD_LIVE
        + f" {feed} from {moment}; c: is when each message was received, UTC, unless the source says it\n".encode()
    )


class Sentences:
    """The sentences of one connection."""

    def __init__(self, feed: str, counts: Counts) -> None:
        self._feed, self._counts = feed, counts
        self._scanner = Scanner()
        self._awaited: dict[bytes, float] = {}
        self._announced = False

    def take(self, lines: list[bytes], now: float) -> bytes:
        """What is written of some lines: those that can be of NMEA, with the time of receipt where there is none.

        Args:
            lines: in the order in which they came.
            now: seconds since 1970 UTC.
        """
        kept = [line for line in lines if line.startswith(_OPENINGS) or _MARK.search(line)]
        self._counts.other += len(lines) - len(kept)
        if not kept:
            return b""
        self._announced = _MARK.search(kept[-1]) is None and kept[-1].startswith((b"\\", b"$PGHP"))
        try:
            untimed = self._scan(kept, 1, now)
        except NoOffsetError:
            untimed = set()
            for number, line in enumerate(kept, 1):
                try:
                    untimed |= self._scan([line], number, now)
                except NoOffsetError:  # a calendar time of nobody knows which zone is none
                    untimed.add(number)
        block = self._tag_block(now)
        for number in untimed:
            line = kept[number - 1]
            mark = _FIRST_OF.search(line)
            if mark is not None:
                kept[number - 1] = line[: mark.start()] + block + line[mark.start() :]
        self._counts.messages += sum(1 for line in kept if _FIRST_OF.search(line))
        return b"\n".join(kept) + b"\n"

    def last(self, rest: bytes, now: float) -> bytes:
        """What is written of a line that broke off with the connection: nothing, unless it is a whole sentence after all."""
        if not rest:
            return b""
        match = _WHOLE.fullmatch(rest)
        if match is None or int(match[2], 16) != checksum(match[1]):
            self._counts.halves += 1
            return b""
        return self.take([rest], now)

    def between_messages(self, now: float) -> bool:
        """Whether no message waits for more of its sentences, so that a file may end here."""
        self._awaited = {key: since for key, since in self._awaited.items() if since > now - _PATIENCE_S}
        return not self._awaited and not self._announced

    def _scan(self, lines: list[bytes], first: int, now: float) -> set[int]:
        """Numbers of the lines that hold a sentence of which nothing says when it was received."""
        found = self._scanner.scan(Block(first, b"\n".join(lines) + b"\n"))
        for i, part in found.parts.items():
            self._await(part.likeness, part.number, part.of, now)
            group = found.stamp[i].group
            if group is not None:
                self._await(group[2].encode(), group[0], group[1], now)
        return {line for line, stamp in zip(found.line, found.stamp, strict=True) if stamp.us is None}

    def _await(self, key: bytes, number: int, of: int, now: float) -> None:
        if number < of:
            self._awaited[key] = now
        else:
            self._awaited.pop(key, None)

    def _tag_block(self, now: float) -> bytes:
        text = f"s:{self._feed},c:{int(now)}".encode()
        return b"\\%s*%02X\\" % (text, checksum(text))
