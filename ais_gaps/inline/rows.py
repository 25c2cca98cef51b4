"""Rows of a table as a figure reads them: columns that may be missing, times in UTC, positions that are on Earth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from ais_gaps.report.page.showing import shown
from ais_gaps.schema import UTC_US

_WHOLE: Final = frozenset({"mmsi", "imo", "track", "leg", "rank", "places"})
"""Columns of whole numbers, which a data frame with a gap in them has as others."""

Row = Mapping[str, Any]
Position = tuple[float, float]


def columns(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """The named columns, null where the table has none; times as UTC."""
    found = {}
    for name in names:
        column = table[name] if name in table.column_names else pa.nulls(len(table))
        if pa.types.is_timestamp(column.type):
            # What has been a data frame comes in nanoseconds, and at times without a zone.
            column = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(UTC_US)
        if name in _WHOLE and pa.types.is_floating(column.type):
            column = column.cast(pa.int64(), safe=False)
        found[name] = column
    return pa.table(found)


def rows(table: pa.Table, names: Sequence[str]) -> list[dict[str, Any]]:
    """The rows with the named columns; a number that is none is null."""
    return [
        {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
        for row in columns(table, names).to_pylist()
    ]


def position(row: Row, lat: str = "lat", lon: str = "lon") -> Position | None:
    """Latitude and longitude of a row; null where it has none that is on Earth."""
    here = row[lat], row[lon]
    if here[0] is None or here[1] is None or abs(here[0]) > 90.0 or abs(here[1]) > 180.0:
        return None
    return float(here[0]), float(here[1])


def ship(row: Row) -> str:
    """Her name, else her MMSI."""
    name = shown(row.get("name") or "", 60).strip()
    return name or (f"MMSI {row['mmsi']}" if row.get("mmsi") is not None else "a ship without MMSI")


def counted(count: int, one: str, many: str | None = None) -> str:
    """``1 silence``, ``17 silences``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
