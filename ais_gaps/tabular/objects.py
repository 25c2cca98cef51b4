"""Tables as JSON: one array of objects, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

import orjson
import pyarrow as pa

from ais_gaps.tabular.cells import chunks, field_names


def dumps(value: Any) -> str:
    """Compact JSON of a plain value (see `ais_gaps.tabular.cells.chunks`)."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # integers past 64 bits, which SQL sums give
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def write_ndjson(table: pa.Table, stream: TextIO) -> None:
    """One JSON object a row and line; nothing at all for a table without rows."""
    for text in _objects(table):
        stream.write(f"{text}\n")


def write_json(table: pa.Table, stream: TextIO) -> None:
    """One JSON array, an object a row, each on its own line."""
    separator = "[\n"
    for text in _objects(table):
        stream.write(separator + text)
        separator = ",\n"
    stream.write("\n]\n" if table.num_rows else "[]\n")


def _objects(table: pa.Table) -> Iterator[str]:
    names = field_names(table)
    for columns in chunks(table):
        for row in zip(*columns, strict=True):
            yield dumps(dict(zip(names, row, strict=True)))
