"""Text of any usual encoding as UTF-8, in blocks of whole lines whose numbers are known.

A line ends with LF, CRLF or a lone CR. Bytes that are no UTF-8 in a file that says nothing of its encoding are taken as
Latin-1, one by one, so that no row is lost over them; bytes that the encoding named by the user does not know become U+FFFD.
"""

from __future__ import annotations

import codecs
import encodings.aliases
import functools
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ais_gaps.errors import SourceError, UsageError
from ais_gaps.readers.source import Source

BLOCK_BYTES = 16 << 20
LINE_BYTES = 64 << 20
"""A longer line than this is taken as a sign that the content is no text of lines."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark starts like that one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LF, _CR = 10, 13
_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})
_TEXT_PER_CONTROL = 50
"""A few control characters stand in the names of some real ships; binary content has one in ten bytes, UTF-16 one in two."""


class Lines:
    """Consecutive whole lines.

    Attributes:
        body: the lines with their ends, UTF-8. The last line of a file may lack its end.
        first: 1-based number of the first line in the file.
    """

    def __init__(self, body: bytes, first: int) -> None:
        self.body, self.first = body, first

    @functools.cached_property
    def starts(self) -> NDArray[np.int64]:
        """Offset of the start of each line, and behind them the length of the body."""
        return line_starts(self.body)

    @functools.cached_property
    def count(self) -> int:
        """How many lines there are."""
        if b"\r" not in self.body:
            return self.body.count(b"\n") + (not self.body.endswith(b"\n") and bool(self.body))
        return len(self.starts) - 1

    def filled(self) -> NDArray[np.int64]:
        """Indices of the lines that are not empty."""
        starts = self.starts[:-1]
        first_bytes = np.frombuffer(self.body, dtype=np.uint8)[starts]
        return np.flatnonzero((first_bytes != _LF) & (first_bytes != _CR))

    def text(self, first: int, last: int) -> str:
        """The text from line index ``first`` to line index ``last``, without the end of the last one."""
        return self.body[self.starts[first] : self.starts[last + 1]].rstrip(b"\r\n").decode()


def line_starts(body: bytes) -> NDArray[np.int64]:
    """Offset of the start of each line, and behind them the length of the body."""
    content = np.frombuffer(body, dtype=np.uint8)
    ends = content == _LF
    if b"\r" in body:
        lone = content == _CR
        lone[:-1] &= content[1:] != _LF
        ends |= lone
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.flatnonzero(ends) + 1])
    return starts if starts[-1] == len(body) else np.append(starts, len(body))


def head_text(source: Source, encoding: str | None) -> str:
    """The head of a source as text, without a byte order mark; empty where it is no text."""
    head = source.head
    codec = codec_of(head, encoding)
    if codec != "utf-8":
        return codecs.getincrementaldecoder(codec)("replace").decode(head).lstrip("\ufeff")
    head = head.removeprefix(codecs.BOM_UTF8)
    if len(head) - len(head.translate(None, _CONTROLS)) > len(head) // _TEXT_PER_CONTROL:
        return ""
    return head.decode(errors=_odd_bytes())


def codec_of(head: bytes, encoding: str | None) -> str:
    """The codec of a text: what the user says, else what the byte order mark says, else UTF-8.

    Raises:
        UsageError: there is no such encoding.
    """
    if encoding is None:
        return next((codec for mark, codec in _MARKS if head.startswith(mark)), "utf-8")
    try:
        "".encode(encoding)
        codec = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        from rapidfuzz import process

        known = [name for name, _, _ in process.extract(encoding.lower(), set(encodings.aliases.aliases), limit=3)]
        raise UsageError(f"--encoding {encoding}: there is no such encoding; nearest: {', '.join(known)}") from error
    return "utf-8" if codec == "utf-8-sig" else codec


def blocks(source: Source, encoding: str | None, size: int = BLOCK_BYTES) -> Iterator[tuple[bytes, bool]]:
    """The decoded content in order, in blocks of about ``size`` bytes, each with whether it is the last one.

    A block may end anywhere, but not within a character.

    Raises:
        SourceError: the compression is damaged.
        UsageError: there is no such encoding.
    """
    previous: bytes | None = None
    for block in _decoded(source, encoding, size):
        if previous is not None:
            yield previous, False
        previous = block
    yield previous or b"", True


def cut(data: bytes, name: str) -> int:
    """Where the last line end within the data is over; 0 where there is none yet.

    Raises:
        SourceError: a line is longer than any line of a table.
    """
    # a CR as the last byte may be half of a CRLF
    end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
    if len(data) - end > LINE_BYTES:
        raise SourceError(f"{name}: a line is longer than {LINE_BYTES >> 20} MB: this is no text of lines")
    return end


def valid(body: bytes) -> bytes:
    """The same bytes if they are UTF-8; else with every odd byte taken as Latin-1."""
    if body.isascii():
        return body
    try:
        body.decode()
    except UnicodeDecodeError:
        return body.decode(errors=_odd_bytes()).encode()
    return body


def _decoded(source: Source, encoding: str | None, size: int) -> Iterator[bytes]:
    codec = codec_of(source.head[:4], encoding)
    with source.open() as stream:
        if codec == "utf-8":
            block = _fill(stream, size).removeprefix(codecs.BOM_UTF8)
            while block:
                yield block
                block = _fill(stream, size)
            return
        decoder = codecs.getincrementaldecoder(codec)("replace")
        start = True
        while raw := _fill(stream, size):
            text = decoder.decode(raw)
            yield (text.lstrip("\ufeff") if start else text).encode(errors="replace")
            start = False
        yield decoder.decode(b"", final=True).encode(errors="replace")


def _fill(stream: BinaryIO, size: int) -> bytes:
    """Up to ``size`` bytes, however few each read gives."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


@functools.cache
def _odd_bytes() -> str:
    """The name of a decoding error handler that takes each odd byte as Latin-1."""
    name = "ais_gaps.latin1"

    def latin1(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        return error.object[error.start : error.end].decode("latin-1"), error.end

    codecs.register_error(name, latin1)
    return name
