"""What reports themselves say of some hours: a check of what is told from ship-hours, which leave out ships that jump about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb

from ais_gaps.ingest.staging import MEMORY_LIMIT
from ais_gaps.outages.silence import Silence
from ais_gaps.schema import RECEIVERS
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

_REPORTED: Final = """
    SELECT count(DISTINCT hour) AS hours, count(*) AS ships FROM (
        SELECT DISTINCT ts // 3600 AS hour, mmsi FROM stored
        WHERE kind = 0 AND transmitter = 0 AND source <= $source AND ts BETWEEN $first AND $last
          AND (receiver = $receiver OR $receiver IS NULL)
    )
"""
_STRAY: Final = 0.02
"""So small a part of the usual ships may be wrong clocks, in however many hours."""


def contradicts(store: Store, ingests: Sequence[Ingest], found: Silence) -> bool:
    """Whether somebody was heard in most hours of what seems an outage of a whole feed or of all receivers of a kind.

    Then a few ships were heard all the time, and only most of those that are usual were not: these archives are no feed.
    """
    first, last = found.from_h * 3600, found.to_h * 3600 - 1
    paths = [store.part_path(part) for part in store.parts() if part.first_ts <= last and part.last_ts >= first]
    if not paths:
        return False
    receiver = None if found.receiver is None else RECEIVERS.index(found.receiver)
    database = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": ""})
    try:
        database.from_parquet(paths).create_view("stored")
        values = {"source": ingests[-1].source, "first": first, "last": last, "receiver": receiver}
        hours, ships = database.execute(_REPORTED, values).fetchall()[0]
    finally:
        database.close()
    return bool(2 * hours > found.hours and ships > _STRAY * found.expected)
