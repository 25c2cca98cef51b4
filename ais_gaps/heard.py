"""Every position that was heard of some transmitters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pyarrow as pa

from ais_gaps.schema import REPORTS

_POSITIONS = """
    SELECT * FROM reports
    WHERE mmsi IN (SELECT unnest(?::INTEGER[])) AND kind = 'position' AND lat IS NOT NULL AND lon IS NOT NULL
        AND ts >= ? AND ts < ?
    ORDER BY mmsi, ts, lat, lon, source, sog, cog, heading, nav_status
"""


def positions(
    sql: Callable[[str, Sequence[object]], pa.Table], mmsi: Sequence[int], since: datetime, until: datetime
) -> pa.Table:
    """Reports with a position (`schema.REPORTS`), by MMSI and time.

    Args:
        sql: asks the archive's views.
        mmsi: whose.
        since, until: from the one, before the other.
    """
    return sql(_POSITIONS, [sorted(mmsi), since, until]).cast(REPORTS.arrow)
