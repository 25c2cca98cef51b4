"""A day's watchlist as one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa

from ais_gaps.moments import iso
from ais_gaps.tabular.cells import chunks, field_names

FORM: Final = "ais_gaps.watchlist/1"


@dataclass(frozen=True)
class Watchlist:
    """What deserves a look on a day.

    Attributes:
        day: UTC. as_of: its end, beyond which nothing is seen. as_known: what the archive held at this time; None = all it holds.
        min_hours: silences longer than this. within_nm: how near a watched place off or on lies, in nautical miles.
        rows: `columns.WATCHLIST`, the most worth a look first.
        changes: `columns.CHANGES`: against the day before, and what late data took back.
        outages: `schema.OUTAGES`: what heard nobody for some hours of the day, so that silences there are not ships.
        counts: of the day, by name. newly_dark, still_dark, back_again: in the list. fleet_newly_dark, fleet_open,
            fleet_back_again: all silences of the archive over the threshold, in range or not. feed_silent: within range and not
            listed, since the whole feed heard nobody for so long. gone: within range and not listed, since they have lasted for
            long and are improbably a choice. ships_heard: MMSI with a position.
        notes: what must be said with it, one sentence each: reconstructed data, a day without any report, ...
        sources: SHA-256 of the sources that it was made from, hashed together with the versions of the small tables: equal for
            equal contents.
    """

    day: date
    as_of: datetime
    as_known: datetime | None
    min_hours: float
    within_nm: float
    rows: pa.Table
    changes: pa.Table
    outages: pa.Table
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    sources: str

    def to_dict(self) -> dict[str, Any]:
        """As plain values: dates and times as ISO 8601 text, tables as lists of rows under their column names."""
        return {
            "form": FORM,
            "day": self.day.isoformat(),
            "as_of": iso(self.as_of),
            "as_known": None if self.as_known is None else iso(self.as_known),
            "min_hours": self.min_hours,
            "within_nm": self.within_nm,
            "counts": dict(self.counts),
            "notes": list(self.notes),
            "sources": self.sources,
            "rows": _rows(self.rows),
            "changes": _rows(self.changes),
            "outages": _rows(self.outages),
        }


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    names = field_names(table)
    return [dict(zip(names, row, strict=True)) for columns in chunks(table) for row in zip(*columns, strict=True)]
