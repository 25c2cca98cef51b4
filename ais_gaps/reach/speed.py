"""How fast a ship is reckoned to go: what she is known to keep, else what ships of her type and length keep."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from ais_gaps.moments import EPOCH, NEVER

UNDER_WAY_KN: Final = 3.0
"""Below this a ship is taken as drifting, anchored or manoeuvring, and says nothing of the speed that she keeps at sea."""

FASTEST_KN: Final = 60.0
"""Above this a reported speed is taken as an error: no merchant ship or ferry goes faster."""

ENOUGH_REPORTS: Final = 20
ENOUGH_HOURS: Final = 4
"""Reports under way, and different hours of them, that a percentile of her own needs."""

_GRAVITY: Final = 9.80665  # m/s2
_KN: Final = 0.514444  # m/s

# Greatest Froude number v / sqrt(g L) at which ships of a kind are commonly driven (ship resistance rises steeply beyond:
# full forms about 0.20, cargo liners and ro-ro 0.25 to 0.28, small craft more); and the speed where no length is known.
_KINDS: Final = (
    (("high speed", "wing in ground", "wig"), 0.60, 35.0),
    (("passenger", "roll-on", "ro-ro", "cruise"), 0.28, 20.0),
    (("tanker",), 0.20, 15.0),
    (("fishing",), 0.36, 12.0),
    (("tug", "towing", "pilot", "dredg", "port tender", "search"), 0.36, 13.0),
    (("cargo", "container", "bulk", "carrier"), 0.25, 16.0),
)
_ANY: Final = (0.28, 16.0)
_BOUNDS_KN: Final = (8.0, 35.0)

_OWN: Final = """
    SELECT mmsi, quantile_cont(sog, 0.95) AS p95, count(*) AS reports, count(DISTINCT time_bucket(INTERVAL 1 HOUR, ts)) AS hours
    FROM reports WHERE mmsi IN (SELECT unnest(?::INTEGER[])) AND kind = 'position' AND sog BETWEEN ? AND ? AND ts BETWEEN ? AND ?
    GROUP BY mmsi ORDER BY mmsi
"""

Sql = Callable[[str, Sequence[object]], pa.Table]
"""Asks an archive: a SELECT over its views, and its parameters."""


@dataclass(frozen=True)
class Speed:
    """A speed in knots, whether it is her own, and why, in words."""

    kn: float
    own: bool
    basis: str


def own_speeds(
    sql: Sql, mmsi: Sequence[int], as_of: datetime | None = None, since: datetime | None = None
) -> dict[int, Speed]:
    """The 95th percentile of the speed over ground that each MMSI reported under way, where there are enough reports.

    Args:
        sql: asks the archive.
        mmsi: whom.
        as_of: the present of the question: later reports are not seen; None = all.
        since: earlier reports are not looked at; None = all.
    """
    if not mmsi:
        return {}
    values = [sorted(set(mmsi)), UNDER_WAY_KN, FASTEST_KN, since or EPOCH, as_of or NEVER]
    rows = sql(_OWN, values).to_pylist()
    return {
        row["mmsi"]: Speed(round(row["p95"], 2), True, _own_words(row))
        for row in rows
        if row["reports"] >= ENOUGH_REPORTS and row["hours"] >= ENOUGH_HOURS
    }


def _own_words(row: Mapping[str, Any]) -> str:
    return (
        f"the 95th percentile of the speed that she reported under way (above {UNDER_WAY_KN:g} knots), "
        f"{row['reports']:,} reports in {row['hours']:,} hours"
    )


def typical(ship_type: str | None, length_m: float | None) -> Speed:
    """The speed that ships of a type and length seldom exceed, for a ship of which too little was heard.

    From the length by Froude's number, else one figure for the type: assumptions of this project, on the generous side.
    """
    words = (ship_type or "").lower()
    froude, plain_kn = next(((f, kn) for names, f, kn in _KINDS if any(name in words for name in names)), _ANY)
    what = f"ships of type {ship_type!r}" if ship_type else "ships of no known type"
    if length_m is not None and length_m > 0:
        kn = min(max(froude * math.sqrt(_GRAVITY * length_m) / _KN, _BOUNDS_KN[0]), _BOUNDS_KN[1])
        how = f"of {length_m:,.10g} m seldom exceed (Froude number {froude:g})"
        return Speed(round(kn, 1), False, f"what {what} {how}; too few of her own reports give a speed under way")
    return Speed(
        plain_kn, False, f"what {what} seldom exceed, an assumption; too few of her own reports give a speed under way"
    )


def speeds(
    sql: Sql,
    ships: Sequence[tuple[int, str | None, float | None]],
    as_of: datetime | None = None,
    since: datetime | None = None,
) -> dict[int, Speed]:
    """The speed of each of (mmsi, ship type, length in metres): her own between two times, else that of her kind."""
    own = own_speeds(sql, [mmsi for mmsi, _, _ in ships], as_of, since)
    return {mmsi: own.get(mmsi) or typical(kind, length) for mmsi, kind, length in ships}
