"""The lines of a text source, in blocks that fit in memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ais_gaps.errors import SourceError
from ais_gaps.readers.source import Source

BLOCK_BYTES = 8 << 20
LONGEST_LINE_BYTES = 64 << 20
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Block:
    """Some consecutive whole lines of a source.

    Attributes:
        first: 1-based number of its first line.
        text: the lines, each with its newline (the source's last one is given one if it has none).
    """

    first: int
    text: bytes

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines without newline (a carriage return before it stays)."""
        return self.text.split(b"\n")[:-1]

    def line(self, number: int) -> bytes:
        """The line of that number in the source, without its line end."""
        return self.lines[number - self.first].rstrip(b"\r")


def blocks(source: Source, encoding: str | None = None, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """The source's lines as UTF-8 in blocks of about ``block_bytes``; none at all for an empty source.

    A byte order mark is dropped and honoured. A file without any newline in its first block but with carriage returns
    has those for line ends.

    Raises:
        SourceError: a line is longer than 64 MiB, or the encoding is not known.
    """
    first, tail, carriage_returns = 1, bytearray(), None
    for text in pieces(source, encoding, block_bytes):
        if carriage_returns is None:
            carriage_returns = b"\n" not in text and b"\r" in text
        if carriage_returns:
            text = text.replace(b"\r", b"\n")
        end = text.rfind(b"\n") + 1
        if not end:
            tail += text
            if len(tail) > LONGEST_LINE_BYTES:
                raise SourceError(f"{source.name}: line {first} is longer than {LONGEST_LINE_BYTES >> 20} MiB")
            continue
        block = Block(first, bytes(tail) + text[:end])
        tail = bytearray(text[end:])
        first += block.text.count(b"\n")
        yield block
    if tail:
        yield Block(first, bytes(tail) + b"\n")


def pieces(source: Source, encoding: str | None = None, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """The source's text as UTF-8 in pieces of about ``block_bytes``, cut anywhere, without a byte order mark.

    Raises:
        SourceError: the encoding is not known.
    """
    with source.open() as stream:
        text = stream.read(max(block_bytes, 4))
        if encoding is None and text.startswith(_UTF16_MARKS):
            encoding = "utf-16"
        decoder = None
        if encoding is not None:
            try:
                name = codecs.lookup(encoding).name
            except LookupError as error:
                raise SourceError(f"{source.name}: --encoding: there is no encoding {encoding!r}") from error
            if name not in ("utf-8", "ascii"):
                decoder = codecs.getincrementaldecoder(name)("replace")
        if decoder is None and text.startswith(codecs.BOM_UTF8):
            text = text[len(codecs.BOM_UTF8) :]
        while text:
            yield text if decoder is None else decoder.decode(text).encode("utf-8", "replace")
            text = stream.read(block_bytes)
        if decoder is not None:
            yield decoder.decode(b"", True).encode("utf-8", "replace")
