"""What reach speaks of: fixes, and the places between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Fix:
    """Where she was known to be: heard by AIS, or named by an observation.

    Attributes:
        kind: heard or sighting.
        text: "last heard", "heard again", or what was seen.
        place: nearest or stated place.
        dated: the day or days as the source has them, "2023-12-09"; empty for a report of AIS.
        earliest, latest: when; equal for a report of AIS, an interval for an observation that is dated by day, month, ...
        lat, lon: degrees WGS84. precision_nm: how far off they may be; null = not known.
        refs: ids of the rows.
    """

    kind: str
    text: str
    place: str | None
    earliest: datetime
    latest: datetime
    lat: float | None
    lon: float | None
    precision_nm: float | None
    refs: tuple[str, ...]
    dated: str = ""


@dataclass(frozen=True)
class Term:
    """One part of a score: its name, its weight in nats (natural logarithm of odds), and what it says in words."""

    name: str
    nats: float
    text: str


@dataclass(frozen=True)
class Reachable:
    """A watched place at which she can have called on a leg.

    Attributes:
        rank: 1 = most in keeping with the terms; not a probability that she was there.
        out_nm, back_nm: way by sea from the leg's start and on to its end; back_nm null for an open leg.
        earliest_arrival, latest_departure: with the fixes' dates at their most favourable; latest_departure null for an open leg.
        slack_h: hours left to lie there, with the dates at their most favourable.
        sure_slack_h: hours left even with the dates at their least favourable; null = then she cannot have called.
        share: exp(sum of terms) of this place over that of all places listed for the leg.
        terms: what the rank rests on.
    """

    rank: int
    place_id: str
    place: str
    watched: bool
    lat: float
    lon: float
    out_nm: float
    back_nm: float | None
    earliest_arrival: datetime
    latest_departure: datetime | None
    slack_h: float
    sure_slack_h: float | None
    share: float
    terms: tuple[Term, ...]
