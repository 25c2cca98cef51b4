"""Every position that was heard of a vessel, and of which track it is where several transmitters share her MMSI."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.gaps import as_of_of
from ais_gaps.gaps.parted import Dealt, deal
from ais_gaps.gaps.stitch import newest_rows
from ais_gaps.schema import COORDINATE_SCALE, DAY_GAPS, DAY_RUNS, REPORTS, VESSEL_DAYS, Column, Table
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

TABLE: Final = Table(
    "track",
    "positions that were heard of one vessel, by MMSI and time",
    (
        *REPORTS.columns,
        Column(
            "track",
            pa.int16(),
            "",
            "track of the MMSI, as of gaps; null = one of a handful of strange fixes, set aside",
        ),
    ),
)
_POSITIONS = """
    SELECT * FROM reports
    WHERE mmsi IN (SELECT unnest(?::INTEGER[])) AND kind = 'position' AND lat IS NOT NULL AND lon IS NOT NULL
        AND ts >= ? AND ts < ?
    ORDER BY mmsi, ts, lat, lon, source, sog, cog, heading, nav_status
"""


def positions(
    sql: Callable[[str, Sequence[object]], pa.Table],
    store: Store,
    ingests: Sequence[Ingest],
    mmsi: Sequence[int],
    since: datetime,
    until: datetime,
) -> pa.Table:
    """Reports with a position (`TABLE`), by MMSI and time.

    Args:
        sql: asks the archive's views.
        store, ingests: the archive, and which of its ingests count.
        mmsi: whose.
        since, until: from the one, before the other.
    """
    found = sql(_POSITIONS, [sorted(mmsi), since, until]).cast(REPORTS.arrow)
    track = np.full(len(found), -1, np.int64)
    of = found["mmsi"].to_numpy()
    for one in sorted(mmsi):
        own = np.flatnonzero(of == one)
        if len(own):
            track[own] = _tracks(found.take(own), _dealt(store, ingests, one))
    field = pa.field("track", pa.int16())
    return found.append_column(field, pa.array(track, pa.int16(), mask=track < 0))


def _dealt(store: Store, ingests: Sequence[Ingest], mmsi: int) -> Dealt:
    """The pieces that an MMSI sent, dealt out to tracks as for its gaps."""
    days, inside, runs = (
        summaries.read(store, ingests, table, within=(mmsi, mmsi)) for table in (VESSEL_DAYS, DAY_GAPS, DAY_RUNS)
    )
    return deal(np.array([mmsi]), days, inside, runs, as_of_us=as_of_of(ingests), rows=newest_rows(days))


def _tracks(reports: pa.Table, dealt: Dealt) -> npt.NDArray[np.int64]:
    """The track of each report of one MMSI; -1 for those set aside. Pieces follow one another in time."""
    heard = np.flatnonzero(dealt.pieces["positions"] > 0)
    first_us, lat, lon = (dealt.pieces[name][heard] for name in ("first_us", "first_lat", "first_lon"))
    kept = np.where(dealt.assigned.kept[heard], dealt.assigned.track[heard], -1)
    ts = reports["ts"].to_numpy().astype("datetime64[us]").astype(np.int64)
    at_lat, at_lon = (np.round(reports[name].to_numpy() * COORDINATE_SCALE) for name in ("lat", "lon"))
    at = np.maximum(np.searchsorted(first_us, ts, side="right") - 1, 0)
    for _ in range(
        len(heard)
    ):  # what was sent in one instant from two places lies in two pieces: the place tells which
        other = (at > 0) & (first_us[at] == ts) & ((lat[at] != at_lat) | (lon[at] != at_lon))
        if not other.any():
            break
        at[other] -= 1
    return np.asarray(kept[at], np.int64)
