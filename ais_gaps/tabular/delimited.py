"""Tables as CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
from typing import Any, TextIO

import pyarrow as pa

from ais_gaps.tabular.cells import chunks, field_names
from ais_gaps.tabular.objects import dumps

# OWASP, "CSV Injection": a spreadsheet takes text that starts so for a formula
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def write_csv(table: pa.Table, stream: TextIO, *, header: bool = True) -> None:
    """RFC 4180 with a header (or without one, for rows that go on) and ``\\n`` line ends; the stream must not translate line ends.

    *Text* (also a column name) that starts, after any spaces, with one of ``= + - @``, their full-width forms, a tab or
    a line end gets a leading apostrophe. Numbers stay numbers: -122.4 is -122.4. Null is an empty cell, lists and
    objects are JSON.
    """
    writer = csv.writer(_LineFeeds(stream))
    if header:
        writer.writerow([_harmless(name) for name in field_names(table)])
    as_they_are = [_is_number_or_time(kind) for kind in table.schema.types]
    for columns in chunks(table):
        cells = [
            column if as_it_is else [_cell(value) for value in column]
            for column, as_it_is in zip(columns, as_they_are, strict=True)
        ]
        writer.writerows(zip(*cells, strict=True))


def _is_number_or_time(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_timestamp(kind))


class _LineFeeds:
    """Gives each row ``\n``. With ``\n`` as csv's own line end, csv would leave a lone carriage return unquoted."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, row: str) -> int:
        return self._stream.write(row.removesuffix("\r\n") + "\n")


def _cell(value: Any) -> Any:
    match value:
        case str():
            return _harmless(value)
        case bool():
            return "true" if value else "false"
        case list() | dict():
            return dumps(value)
    return value


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" ")[:1] in _FORMULA_STARTS else text
