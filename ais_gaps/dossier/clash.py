"""Sightings of one ship that cannot both be right: farther apart than she goes in the time between."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ais_gaps import geodesy
from ais_gaps.dossier import wording
from ais_gaps.dossier.beyond import SLACK_NM
from ais_gaps.dossier.model import Statement
from ais_gaps.dossier.wording import Row
from ais_gaps.reach.sightings import interval, names_her, position, spot

MOST: Final = 20
"""Pairs that are set out; more are counted."""

_FARTHEST_NM: Final = 10_900.0  # half around the globe: no two places are farther apart


@dataclass(frozen=True)
class _Seen:
    row: Row
    earliest: datetime
    latest: datetime
    lat: float
    lon: float
    off_nm: float


def clashes(
    rows: Sequence[Row], places: Mapping[str, Row], imo: int | None, mmsi: Collection[int], speed_kn: float
) -> tuple[Statement, ...]:
    """The pairs of observations that place her where she cannot have been both times at her speed.

    Dates are taken at their most favourable, positions as far off as they may be, and the way by the straight line.

    Args:
        rows: observations. places: rows with lat and lon by place id.
        imo: her IMO number. mmsi: her MMSIs. speed_kn: what she is reckoned at.
    """
    seen = sorted(_seen(rows, places, imo, mmsi), key=lambda one: (one.earliest, one.row["obs_id"]))
    told = [_told(*pair, speed_kn) for pair in _pairs(seen, speed_kn)]
    if len(told) > MOST:
        rest = f"{len(told) - MOST} more pairs of sightings are too far apart for the time between."
        return (*told[:MOST], Statement(rest, tuple(dict.fromkeys(ref for one in told[MOST:] for ref in one.refs))))
    return tuple(told)


def _seen(rows: Sequence[Row], places: Mapping[str, Row], imo: int | None, mmsi: Collection[int]) -> Iterator[_Seen]:
    for row in rows:
        where = position(row, places) if names_her(row, imo, mmsi) else None
        if where is not None:
            earliest, latest = interval(row, where[1])
            yield _Seen(row, earliest, latest, *where)


def _pairs(seen: Sequence[_Seen], speed_kn: float) -> Iterator[tuple[_Seen, _Seen, float, float]]:
    farthest = timedelta(hours=_FARTHEST_NM / speed_kn)
    for n, one in enumerate(seen):
        for other in seen[n + 1 :]:
            if other.earliest - one.latest > farthest:
                break
            between_h = max(other.latest - one.earliest, one.latest - other.earliest) / timedelta(hours=1)
            nm = float(geodesy.distance_nm(one.lat, one.lon, other.lat, other.lon))
            if nm - one.off_nm - other.off_nm - SLACK_NM > speed_kn * between_h:
                yield one, other, nm, between_h


def _told(one: _Seen, other: _Seen, nm: float, between_h: float, speed_kn: float) -> Statement:
    text = (
        f"{_placed(one)}, and {_placed(other)}. The straight line between is {wording.miles(nm)}, and the time at most "
        f"{wording.lasting(between_h)}: too far at {speed_kn:g} knots. A place, a date or the ship is wrong in one of them, or she "
        "went faster."
    )
    return Statement(text[:1].upper() + text[1:], (one.row["obs_id"], other.row["obs_id"]))


def _placed(one: _Seen) -> str:
    row = one.row
    when = wording.minute(row["ts"]) if row["ts"] is not None else wording.days(row["date_start"], row["date_end"])
    return f"{row['publisher'] or 'one row'} has her {wording.at(row['place'] or spot(one.lat, one.lon))}, {when}"
