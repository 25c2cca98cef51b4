"""What the tests of the stream readers share: sources in memory, and rows as plain values."""

from __future__ import annotations

import io
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any, BinaryIO

from ais_gaps.readers.interface import ROWS, Reader, ReadOptions
from ais_gaps.readers.source import Source

FORMATS = Path(__file__).resolve().parent.parent.parent / "fixtures" / "formats"


class Memory(Source):
    """A source whose content is at hand."""

    def __init__(self, content: bytes) -> None:
        super().__init__(Path("stream"))
        self._content = content

    def open(self) -> BinaryIO:
        return io.BytesIO(self._content)


def read(reader: Reader, content: bytes | Source, **options: Any) -> list[dict[str, Any]]:
    """The rows, each with its raw text as "raw"; ordered by record."""
    source = content if isinstance(content, Source) else Memory(content)
    rows = []
    for batch in reader.read(source, ReadOptions(**options)):
        batch.rows.validate(full=True)
        assert batch.rows.schema == ROWS
        assert batch.rows.num_rows > 0
        raw = batch.raw(range(batch.rows.num_rows))
        rows += [{**row, "raw": text} for row, text in zip(batch.rows.to_pylist(), raw, strict=True)]
    return sorted(rows, key=lambda row: row["record"])


def reasons(rows: list[dict[str, Any]]) -> list[str]:
    return [row["reason"] for row in rows if row["reason"] is not None]


def closed(text: str) -> str:
    """A text with its NMEA checksum."""
    return f"{text}*{reduce(xor, text.encode(), 0):02X}"
