"""Files read as a user would have them read, for the tests of readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from ais_gaps.readers import recognise
from ais_gaps.readers.interface import ROWS, Batch, ReadOptions
from ais_gaps.readers.source import Source

FORMATS = Path(__file__).resolve().parents[2] / "fixtures" / "formats"


def batches(path: Path, name: str | None = None, **options: Any) -> list[Batch]:
    """All batches of a file, by the reader that is named or recognised."""
    source, said = Source(path), ReadOptions(**options)
    found = list(recognise(source, name, said).read(source, said))
    assert all(batch.rows.schema.equals(ROWS) for batch in found)
    return found


def table(path: Path, name: str | None = None, **options: Any) -> pa.Table:
    """All rows of a file as one table."""
    return pa.Table.from_batches([batch.rows for batch in batches(path, name, **options)], schema=ROWS)


def rows(path: Path, name: str | None = None, **options: Any) -> list[dict[str, Any]]:
    """All rows of a file, without what is null."""
    return [{k: v for k, v in row.items() if v is not None} for row in table(path, name, **options).to_pylist()]


def written(folder: Path, content: str | bytes, name: str = "file") -> Path:
    """A file with some content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
