"""A layer as CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import io
from typing import BinaryIO

import pyarrow as pa

from ais_gaps.export.layer import Layer
from ais_gaps.features.placed import GEOMETRY
from ais_gaps.tabular.delimited import write_csv as write_rows

NOTE = "archive_note"
"""CSV has no place for what must be said with the rows, and a file beside it gets lost: so it stands in every row."""

_DIGITS = 20  # after the point; a number has as many as it needs


def write_csv(layer: Layer, stream: BinaryIO) -> int:
    """RFC 4180, UTF-8, as `tabular.delimited` writes it, formulas made harmless; how many rows.

    The geometry is WKT, longitude first, and left out where it is only the point at ``lat, lon``. A column `NOTE` holds what must
    be said with the rows; it is there only where there is something.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        note = " ".join(layer.notes)
        count = 0
        for table in layer.tables:
            write_rows(_spelt(table, layer, note), text, header=not count)
            count += len(table)
        if not count:
            write_rows(_spelt(layer.schema.empty_table(), layer, note), text)
        return count
    finally:
        text.detach()


def _spelt(table: pa.Table, layer: Layer, note: str) -> pa.Table:
    rows = table.drop_columns([GEOMETRY])
    if not layer.points:
        rows = rows.append_column(GEOMETRY, _wkt(table[GEOMETRY]))
    if note:
        rows = rows.append_column(NOTE, pa.repeat(pa.scalar(note), len(rows)))
    return rows


def _wkt(column: pa.ChunkedArray) -> pa.Array:
    """Well-known text with all digits, so that it gives back the same positions."""
    import shapely

    shapes = shapely.from_wkb(column.to_numpy())
    return pa.array(shapely.to_wkt(shapes, rounding_precision=_DIGITS), pa.string())
