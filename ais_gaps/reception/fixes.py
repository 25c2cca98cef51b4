"""Fixes: the position reports of ships in order, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class Fixes:
    """Positions of ships in order of (mmsi, time); arrays of one length, in the units and codes of `schema.STORED_REPORTS`."""

    mmsi: Ints
    ts: Ints
    lat: Ints
    lon: Ints
    ais_class: Ints
    receiver: Ints

    def __len__(self) -> int:
        return len(self.mmsi)

    @classmethod
    def of(cls, table: pa.Table) -> Fixes:
        """From sorted stored reports: the positions of ships. A column ``kind`` or ``transmitter`` that is missing is all zero."""
        return cls(*(column.to_numpy() for column in _chosen(table, [field.name for field in fields(cls)])))

    @classmethod
    def marked(cls, table: pa.Table) -> tuple[Fixes, Ints]:
        """The same from reports with ``old``, and which of them are old."""
        *columns, old = (column.to_numpy() for column in _chosen(table, [*(f.name for f in fields(cls)), "old"]))
        return cls(*columns), old

    @classmethod
    def none(cls) -> Fixes:
        """No fix."""
        return cls(*(np.empty(0, dtype) for dtype in (np.int32,) * 4 + (np.int8,) * 2))

    def take(self, index: Ints | slice) -> Fixes:
        """Some of them, by index, by flags or by a slice."""
        return Fixes(*(getattr(self, field.name)[index] for field in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Fixes]) -> Fixes:
        """Several as one, put in order: parts that share a ship may hold any of her times."""
        parts = [part for part in parts if len(part)]
        if len(parts) <= 1:
            return parts[0] if parts else cls.none()
        together = [np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)]
        key = together[0].astype(np.int64) << 32 | together[1]
        if (key[1:] >= key[:-1]).all():
            return cls(*together)
        order = np.argsort(key, kind="stable")
        return cls(*(column[order] for column in together))

    def tail(self) -> Fixes:
        """The last fix of each ship: all that her next day needs to know of what was before."""
        ends = np.flatnonzero(np.append(self.mmsi[1:] != self.mmsi[:-1], True)) if len(self) else np.empty(0, np.int64)
        return self.take(ends)


def _chosen(table: pa.Table, columns: list[str]) -> list[pa.ChunkedArray]:
    """Columns of the rows that are positions of ships."""
    chosen = np.ones(len(table), np.bool_)
    for name in ("kind", "transmitter"):
        if name in table.schema.names:
            chosen &= table[name].to_numpy() == 0
    for name in ("lat", "lon"):
        if table[name].null_count:
            chosen &= table[name].is_valid().to_numpy()
    table = table.select(columns)
    return (table if chosen.all() else table.filter(pa.array(chosen))).columns  # type: ignore[no-any-return]
