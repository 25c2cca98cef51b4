"""The watched places that each leg leaves time to call at, in rank order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import places as known_places
from ais_gaps.reach import rank
from ais_gaps.reach.legs import Courses, Span, columns
from ais_gaps.reach.model import Reachable, Term
from ais_gaps.reach.prism import Calls, Spans, Ways, calls
from ais_gaps.reach.speed import Speed

LISTED: Final = 10
"""Places listed of a leg; the others are counted."""


@dataclass(frozen=True)
class Reach:
    """What a leg leaves time for: the places listed, by rank, and how many there are in all."""

    places: tuple[Reachable, ...]
    total: int


def callable_places(places: pa.Table, own: Collection[str] = ()) -> pa.Table:
    """The places to reckon with: watched ones, and the user's own whether watched or not, that have a position and water.

    Args:
        places: as `places.shipped` gives them.
        own: place ids of the user's own.
    """
    wanted = pc.or_(places["watched"], pc.is_in(places["place_id"], pa.array(sorted(own), pa.string())))
    ashore = pc.is_in(places["kind"], pa.array(sorted(known_places.ASHORE)))
    return places.filter(pc.and_(pc.and_(wanted, pc.is_valid(places["lat"])), pc.invert(ashore)))


def reach(
    legs: Sequence[Span],
    speeds: Mapping[int, Speed],
    headed: Courses,
    places: pa.Table,
    sea: Ways,
    *,
    listed: int = LISTED,
) -> tuple[Reach, ...]:
    """For each leg the places that she can have called at, best first.

    Args:
        legs: legs of any vessels.
        speeds: the speed of each MMSI.
        headed: courses at the ends of silences (`legs.courses`).
        places: where she may have called (`callable_places`).
        sea: gives ways along the sea.
        listed: how many places are listed of a leg.
    """
    if not legs or not len(places):
        return tuple(Reach((), 0) for _ in legs)
    spans = columns(legs, speeds, headed)
    lat, lon = places["lat"].to_numpy(), places["lon"].to_numpy()
    found = calls(spans, lat, lon, sea)
    terms = rank.terms(spans, found, lat, lon, places["watched"].to_numpy())
    order, share = rank.shares(found, terms.total)
    rows = places.select(["place_id", "name", "watched", "lat", "lon"]).to_pylist()
    listing: list[list[Reachable]] = [[] for _ in legs]
    for row in np.flatnonzero(order <= listed).tolist():
        leg = int(found.span[row])
        place = rows[int(found.place[row])]
        told = rank.worded(terms, spans, found, row)
        listing[leg].append(_reachable(legs[leg], place, spans, found, row, int(order[row]), float(share[row]), told))
    total = np.bincount(found.span, minlength=len(legs))
    return tuple(
        Reach(tuple(sorted(of_leg, key=lambda r: r.rank)), int(n)) for of_leg, n in zip(listing, total, strict=True)
    )


def _reachable(
    leg: Span,
    place: Mapping[str, object],
    spans: Spans,
    found: Calls,
    row: int,
    order: int,
    share: float,
    terms: tuple[Term, ...],
) -> Reachable:
    speed = spans.speed_kn[found.span[row]]
    back, sure = found.back_nm[row], found.sure_slack_h[row]
    return Reachable(
        rank=order,
        place_id=str(place["place_id"]),
        place=str(place["name"]),
        watched=bool(place["watched"]),
        lat=_float(place["lat"]),
        lon=_float(place["lon"]),
        out_nm=round(float(found.out_nm[row]), 1),
        back_nm=None if np.isnan(back) else round(float(back), 1),
        earliest_arrival=_minute(leg.start.earliest + timedelta(hours=float(found.out_nm[row] / speed)), up=True),
        latest_departure=None
        if leg.end is None or np.isnan(back)
        else _minute(leg.end.latest - timedelta(hours=float(back / speed)), up=False),
        slack_h=round(float(found.slack_h[row]), 1),
        sure_slack_h=round(float(sure), 1) if sure >= 0.0 else None,
        share=round(share, 4),
        terms=terms,
    )


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _minute(when: datetime, *, up: bool) -> datetime:
    """The time to the whole minute, never more favourable than reckoned."""
    whole = when.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=1) if up and whole != when else whole
