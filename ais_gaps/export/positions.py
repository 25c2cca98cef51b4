"""Every position heard of a vessel, a bounded number of rows at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ais_gaps.schema import UTC_US

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings

ROWS_AT_ONCE = 500_000
"""A day with more is read whole all the same: a transmitter sends every 2 seconds at most, 43,200 times a day."""

SCHEMA = pa.schema(
    {
        "mmsi": pa.int32(),
        "ts": UTC_US,
        "lat": pa.float64(),
        "lon": pa.float64(),
        "sog": pa.float64(),
        "cog": pa.float64(),
        "heading": pa.int16(),
        "nav_status": pa.int8(),
        "ais_class": pa.string(),
        "receiver": pa.string(),
        "source": pa.int32(),
    }
)

_DAYS = """
    SELECT ts::DATE AS day, count(*) AS n FROM reports
    WHERE mmsi = ? AND lat IS NOT NULL AND lon IS NOT NULL AND ts <= ? GROUP BY day ORDER BY day
"""
_POSITIONS = """
    SELECT mmsi, ts, lat, lon, sog, cog, heading, nav_status, ais_class, receiver, source FROM reports
    WHERE mmsi = ? AND lat IS NOT NULL AND lon IS NOT NULL AND ts <= ? AND ts >= ? AND ts < ?
    ORDER BY ts, lat, lon, source, sog, cog, heading, nav_status
"""


def positions(
    archive: Holdings, vessel: Mapping[str, Any], *, as_of: datetime, as_known: datetime | None = None
) -> Iterator[pa.Table]:
    """Tables of `SCHEMA`, by MMSI and time; none is empty, and none holds two MMSI.

    Args:
        archive: where from.
        vessel: her row of the vessels table.
        as_of: later reports are not seen.
        as_known: what the archive held at that time.
    """
    for mmsi in sorted(vessel["mmsi"]):
        days = archive.sql(_DAYS, [mmsi, as_of], as_known=as_known)
        for first, after in _spells(days["day"].to_pylist(), days["n"].to_pylist()):
            found = archive.sql(_POSITIONS, [mmsi, as_of, first, after], as_known=as_known)
            yield found.cast(SCHEMA)


def runs(tables: Iterable[pa.Table], min_hours: float, longest: int) -> Iterator[tuple[pa.Table, bool]]:
    """The same rows, parted where she was silent for more than ``min_hours`` or the MMSI changes, and after ``longest`` rows.

    A run that goes on from another without a silence begins with that one's last row, so that its line does not break, and
    comes with True.
    """
    last: pa.Table | None = None
    for table in tables:
        joined = table if last is None else pa.concat_tables([last, table])
        silent = np.diff(joined["ts"].to_numpy().astype("datetime64[us]")) > np.timedelta64(
            int(min_hours * 3.6e9), "us"
        )
        other = np.diff(joined["mmsi"].to_numpy()) != 0
        edges = [0, *(np.flatnonzero(silent | other) + 1).tolist(), len(joined)]
        for start, end in pairwise(edges):
            goes_on = last is not None and start == 0
            if goes_on and end == 1:
                continue  # only the row that was carried over
            for at in range(start, max(end - 1, start + 1), longest - 1):
                yield joined.slice(at, min(longest, end - at)), goes_on or at > start
        last = joined.slice(len(joined) - 1)


def _spells(days: list[date], counts: list[int]) -> Iterator[tuple[date, date]]:
    """Spans of days, first and the one after the last, of up to `ROWS_AT_ONCE` rows."""
    start, rows = 0, 0
    for i, count in enumerate(counts):
        if rows and rows + count > ROWS_AT_ONCE:
            yield days[start], days[i]
            start, rows = i, 0
        rows += count
    if rows:
        yield days[start], days[-1] + timedelta(days=1)
