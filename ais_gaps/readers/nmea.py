"""Raw AIS sentences, ``!AIVDM`` and its kin, with the times that receivers write around them.

Every line with an AIS sentence ends in exactly one row or is a further part of one. A row's record is the line of its
first sentence, and its raw text all of its lines; a message whose parts lie in two batches comes in the one in which it
is completed.

A row's time is when its first sentence was received (see `nmea_times`): written on the line itself, or for its group of
lines, or else on the line before. In a file with such times a line without one is rejected. A file without any is
refused, unless the user says when it starts; then, and then also for single lines without a time, times are those of
`clock.Clock`, which the UTC seconds of reports and the dates of base stations carry on from there.

Messages 1-5, 9, 11, 18, 19, 21, 24 and 27 are read in full; all others say no more than that their sender was heard.
Whether a receiver stands on land or in orbit is not in such files; it is what the user says, or null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from ais_gaps.errors import MissingInformation
from ais_gaps.readers.clock import Clock
from ais_gaps.readers.instants import NoOffsetError, utc_us, zone_of
from ais_gaps.readers.interface import Batch, ReadOptions
from ais_gaps.readers.lines import BLOCK_BYTES, Block, blocks
from ais_gaps.readers.nmea_assembly import Assembler, Messages
from ais_gaps.readers.nmea_payloads import Decoded, decode
from ais_gaps.readers.nmea_sentences import Scanner
from ais_gaps.readers.rows import ordered, record_batch
from ais_gaps.readers.source import Source

_SENTENCE = re.compile(rb"[!$][A-Za-z\-]{2}[Vv][Dd][MmOo],\d,\d,")
_TAG_BLOCK = re.compile(rb"\\[^\\]*\\")
_TIME = re.compile(rb"[\d\-:./TZ+ \t,;|\[\]()]{0,60}")
_LONGEST_BEFORE = 500
HEARD_LIVE = b"# AIS sentences heard live by ais-gaps:"
"""How the first line of a file begins that `ais_gaps.listen` wrote; what strangers sent stands behind it."""


@dataclass(frozen=True)
class NmeaReader:
    """Reads raw NMEA. ``block_bytes`` is how much of the text is read at a time."""

    name: str = "nmea"
    title: str = "raw NMEA (AIVDM, BSVDM)"
    provider: str = "unknown"
    block_bytes: int = BLOCK_BYTES

    def recognises(self, source: Source) -> bool:
        """True if a line of the head holds an AIS sentence, with at most tag blocks or a time before it; or it was heard live."""
        if source.head.startswith(HEARD_LIVE):
            return True
        head = source.head.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")
        for match in _SENTENCE.finditer(head):
            start = max(head.rfind(b"\n", 0, match.start()) + 1, match.start() - _LONGEST_BEFORE)
            if _TIME.fullmatch(_TAG_BLOCK.sub(b"", head[start : match.start()])):
                return True
        return False

    def read(self, source: Source, options: ReadOptions) -> Iterator[Batch]:
        """The rows of the source, a batch for each block.

        Raises:
            MissingInformation: nothing in the first block says when it was received, or a calendar time has no offset,
                and no option says it.
        """
        scanner, assembler = Scanner(zone_of(options.time_zone)), Assembler()
        clock = None if options.start_time is None else Clock(utc_us(options.start_time))
        timed = clock is not None
        for block in blocks(source, options.encoding, self.block_bytes):
            try:
                sentences = scanner.scan(block)
            except NoOffsetError as error:
                raise MissingInformation(
                    f"{source.name}: times such as {error} have no offset from UTC; --time-zone says in which zone "
                    "they are (UTC, for one)"
                ) from None
            messages = assembler.join(sentences, block)
            if not timed and sentences.line:
                timed = any(s.us is not None or s.problem for s in sentences.stamp)
                if not timed:
                    raise MissingInformation(_no_times(source, messages))
            if batch := _batch(messages, clock, options, block):
                yield batch
        if batch := _batch(assembler.finish(), clock, options, None):
            yield batch


READER = NmeaReader()


def _no_times(source: Source, messages: Messages) -> str:
    claimed = decode(messages.payload, messages.fill).base_us
    claimed = claimed[claimed >= 0]
    hint = ""
    if claimed.size:
        first = datetime.fromtimestamp(int(claimed[0]) // 1_000_000, UTC)
        hint = f" (the clock of the first base station in it shows {first:%Y-%m-%dT%H:%M:%SZ})"
    return f"{source.name}: nothing says when these sentences were received; --start-time says when they begin{hint}"


def _batch(messages: Messages, clock: Clock | None, options: ReadOptions, block: Block | None) -> Batch | None:
    records = [*messages.record, *(line for line, _ in messages.faults)]
    if not records:
        return None
    decoded = decode(messages.payload, messages.fill)
    times, reasons = _times(messages, decoded, clock)
    for i, reason in decoded.reasons:
        reasons[i] = reason
    faults = [reason for _, reason in messages.faults]
    whole = record_batch(
        len(messages.record),
        {
            **decoded.columns,
            "record": messages.record,
            "reason": reasons,
            "ts": times,
            "receiver": options.receiver,
            "station": [stamp.station for stamp in messages.stamp],
        },
    )
    broken = record_batch(len(faults), {"record": records[len(messages.record) :], "reason": faults})
    rows = pa.concat_batches([whole, broken]) if faults else whole
    order = np.argsort(np.array(records), kind="stable")
    return Batch(ordered(rows, order), _raw(np.array(records)[order].tolist(), messages.parts, block))


def _times(messages: Messages, decoded: Decoded, clock: Clock | None) -> tuple[list[int | None], list[str | None]]:
    times = [stamp.us for stamp in messages.stamp]
    reasons: list[str | None] = [None] * len(times)
    if clock is None:
        for i, us in enumerate(times):
            if us is None:
                reasons[i] = messages.stamp[i].problem or "nothing says when this sentence was received"
        return times, reasons
    order = np.argsort(np.array(messages.last, dtype=np.int64), kind="stable").tolist()
    second, base, mmsi = decoded.second.tolist(), decoded.base_us.tolist(), decoded.mmsi.tolist()
    run = clock.run((times[i], second[i], base[i] if base[i] >= 0 else None, mmsi[i]) for i in order)
    for i, us in zip(order, run, strict=True):
        times[i] = us
    return times, reasons


def _raw(
    records: Sequence[int], parts: dict[int, list[bytes]], block: Block | None
) -> Callable[[Sequence[int]], list[str]]:
    def raw(rows: Sequence[int]) -> list[str]:
        lines = []
        for row in rows:
            record = records[row]
            if (known := parts.get(record)) is None:
                known = [] if block is None else [block.line(record)]
            lines.append(b"\n".join(known).decode("utf-8", "backslashreplace"))
        return lines

    return raw
