"""Answers kept for the next question, one file each: found by a name that tells all that they were made from.

Such a file can be thrown away at any time; a damaged one is as good as none.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyarrow as pa

_DIGEST_BYTES: Final = 32


def name(made_of: object, suffix: str) -> str:
    """The name of the file that holds what was made from some things."""
    return f"{hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]}.{suffix}"


def read(path: Path, schemas: Sequence[pa.Schema]) -> list[pa.Table] | None:
    """The kept tables; None where there are none, or none that can be trusted."""
    try:
        digest, content = (held := path.read_bytes())[:_DIGEST_BYTES], memoryview(held)[_DIGEST_BYTES:]
        if hashlib.sha256(content).digest() != digest:
            return None
        stream = pa.BufferReader(content)
        tables = [pa.ipc.open_stream(stream).read_all() for _ in schemas]
    except (OSError, pa.ArrowException):
        return None
    return tables if all(t.schema.equals(schema) for t, schema in zip(tables, schemas, strict=True)) else None


def keep(path: Path, tables: Sequence[pa.Table], most: int) -> None:
    """Writes tables for the next question; an archive that cannot be written to is asked all the same.

    Args:
        path: the file. tables: what it shall hold.
        most: files of this suffix that stay in the folder; the one that was made longest ago goes first.
    """
    content = io.BytesIO()
    for table in tables:
        with pa.ipc.new_stream(content, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(table)
    draft = path.with_name(f"{uuid.uuid4().hex}.draft")
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        try:
            draft.write_bytes(hashlib.sha256(content.getbuffer()).digest() + content.getbuffer())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        files = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda each: each.stat().st_mtime_ns)
        for old in files[:-most]:
            old.unlink(missing_ok=True)
