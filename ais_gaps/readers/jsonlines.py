"""JSON objects out of text: one a line, or the elements of one array."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from ais_gaps.errors import SourceError
from ais_gaps.readers.interface import Batch
from ais_gaps.readers.lines import LONGEST_LINE_BYTES, Block, blocks, pieces
from ais_gaps.readers.rows import ordered, record_batch
from ais_gaps.readers.source import Source

Object = dict[str, Any]
Take = Callable[[Object], tuple[Any, ...]]

BLOCK_BYTES = 4 << 20
"""Small, since the objects of a block take about ten times as much memory, and processors like it in their caches."""
_HEAD_LINES = 20
_SPACE = re.compile(r"[\s,]*")
# NaN is not JSON, but Python and others write it. Where it is a key's value it stands behind the key's closing
# quotation mark. A mark behind one of these could be an opening or an escaped one, and then NaN a part of some text.
_NANS = [re.compile(rb'":' + gap + rb'NaN(?<![\s:,{\[\\]":' + gap + rb"NaN)(?=[,}\s])") for gap in (b" ", b"")]


class NotARecordError(ValueError):
    """A JSON object that is no record of the format; says why."""


@dataclass
class Objects:
    """Some consecutive records of a source.

    Attributes:
        record: numbers of the records that are JSON objects (their lines, or their places in the array, from 1).
        values: the values taken out of those objects, a tuple each.
        faults: numbers of the others, and what is wrong with them.
        raw: the text of records by number.
    """

    record: list[int] = field(default_factory=list)
    values: list[tuple[Any, ...]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    raw: Callable[[int], str] = lambda number: ""

    def columns(self, names: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """The values that were taken, by name."""
        if not self.values:
            return dict.fromkeys(names, ())
        return dict(zip(names, zip(*self.values, strict=True), strict=True))

    def keep(self, number: int, value: Any, take: Take) -> None:
        """Adds a record of that value, or the error met in reading it."""
        if type(value) is dict:
            try:
                self.values.append(take(value))
            except NotARecordError as error:
                self.faults.append((number, str(error)))
            else:
                self.record.append(number)
        else:
            self.faults.append((number, _fault(value)))

    def batch(self, rows: pa.RecordBatch) -> Batch:
        """The rows of the objects and of what is none, in the source's order."""
        records = self.record
        if self.faults:
            numbers, reasons = zip(*self.faults, strict=True)
            broken = record_batch(len(numbers), {"record": list(numbers), "reason": list(reasons)})
            records = [*self.record, *numbers]
            order = np.argsort(np.array(records), kind="stable")
            rows, records = ordered(pa.concat_batches([rows, broken]), order), np.array(records)[order].tolist()
        return Batch(rows, lambda chosen: [self.raw(records[row]) for row in chosen])


def read_objects(
    source: Source, take: Take, encoding: str | None = None, block_bytes: int = BLOCK_BYTES
) -> Iterator[Objects]:
    """The records of a source that has one on each line, or is one JSON array of them. Blank lines are no records.

    Args:
        source: the source.
        take: takes the values of interest out of an object, so that it need not be kept; may raise `NotARecordError`.
        encoding: of the text, if it is not UTF-8.
        block_bytes: how much of the text is read at a time.

    Raises:
        SourceError: a line or element is longer than 64 MiB, or an array is broken.
    """
    if source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        yield from _array(source, take, encoding, block_bytes)
        return
    for block in blocks(source, encoding, block_bytes):
        found = Objects(raw=partial(_line, block))
        for number, line in enumerate(_without_nan(block.text).split(b"\n")[:-1], block.first):
            try:
                value = orjson.loads(line)
            except ValueError:
                if not line or line.isspace():
                    continue
                value = _slowly(line)
            found.keep(number, value, take)
        yield found


def head_objects(source: Source) -> list[Object]:
    """The objects among the first records of the head, for recognising a format; never raises."""
    head = source.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    values: list[Any] = []
    if head.startswith(b"["):
        text = head.decode("utf-8", "replace")
        position = 1
        try:
            while len(values) < _HEAD_LINES:
                position = _skip(text, position)
                value, position = json.JSONDecoder().raw_decode(text, position)
                values.append(value)
        except (ValueError, RecursionError):
            pass
    else:
        values = [_slowly(line) for line in head.split(b"\n")[:_HEAD_LINES] if line.startswith(b"{")]
    return [value for value in values if type(value) is dict]


def _without_nan(text: bytes) -> bytes:
    """The text with null in place of NaN wherever that is beyond doubt."""
    for pattern in _NANS:
        text = pattern.sub(b'":null', text)
    return text


def _slowly(line: bytes) -> Any:
    """A line's value by the standard library, which takes NaN and infinities; the error if it has none."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return error


def _fault(value: Any) -> str:
    if isinstance(value, RecursionError):
        return "not a JSON object: nested too deeply"
    if isinstance(value, UnicodeDecodeError):
        return "not a JSON object: not UTF-8"
    if isinstance(value, json.JSONDecodeError):
        return f"not a JSON object: {value.msg} at character {value.pos + 1}"
    if isinstance(value, ValueError):
        return "not a JSON object: a number has too many digits"
    return f"not a JSON object: it is {_KINDS.get(type(value), 'something else')}"


_KINDS = {
    list: "an array",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


def _line(block: Block, number: int) -> str:
    return block.line(number).decode("utf-8", "backslashreplace")


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _array(source: Source, take: Take, encoding: str | None, block_bytes: int) -> Iterator[Objects]:
    """The elements of an array (or of several, one after the other), parsed as they come."""
    decoder, utf8 = json.JSONDecoder(), codecs.getincrementaldecoder("utf-8")("replace")
    buffer, number, inside = "", 0, False
    for piece in pieces(source, encoding, block_bytes):
        buffer += utf8.decode(piece)
        position, found, spans = 0, Objects(), []
        while (position := _skip(buffer, position)) < len(buffer):
            if buffer[position] == ("]" if inside else "["):
                inside, position = not inside, position + 1
                continue
            if not inside:
                raise SourceError(f"{source.name}: something other than a JSON array follows record {number}")
            try:
                value, end = decoder.raw_decode(buffer, position)
            except RecursionError as error:
                raise SourceError(f"{source.name}: record {number + 1} is nested too deeply") from error
            except ValueError as error:
                if len(buffer) - position > LONGEST_LINE_BYTES:
                    raise SourceError(f"{source.name}: record {number + 1} is not JSON: {error}") from error
                break
            if end == len(buffer) and type(value) is not dict:
                break  # a number may go on in the next piece
            number += 1
            spans.append((position, end))
            position = end
            found.keep(number, value, take)
        if spans:
            found.raw = _slices(buffer, spans, number - len(spans) + 1)
            yield found
        buffer = buffer[position:]
    if inside:
        raise SourceError(f"{source.name}: the JSON array breaks off after record {number}")


def _slices(buffer: str, spans: Sequence[tuple[int, int]], first: int) -> Callable[[int], str]:
    def raw(number: int) -> str:
        start, end = spans[number - first]
        return buffer[start:end].encode("utf-8", "backslashreplace").decode()

    return raw
