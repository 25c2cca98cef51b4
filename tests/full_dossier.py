"""The real ANGARA dossier with every part filled that a dossier can have: legs, reach, candidates, series, track.

What is added is made up for tests, and chosen so that each kind of thing is there, also across the antimeridian.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from ais_gaps.dossier import (
    Candidate,
    Dossier,
    Finding,
    Fix,
    Leg,
    Reachable,
    Rival,
    Series,
    SeriesValue,
    Silence,
    Statement,
    Term,
    TrackRun,
    build,
)
from ais_gaps.dossier.model import TableVersion
from tests import angara_case as case

RAJIN, DUNAI = (42.23, 130.30), (42.89, 132.35)
AREA = {
    "type": "Polygon",
    "coordinates": [[[129.0, 41.5], [133.5, 41.5], [133.5, 43.2], [129.0, 43.2], [129.0, 41.5]]],
}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


@cache
def real(imo: int = case.ANGARA) -> Dossier:
    return build(case.vessel(imo), case.vessels(), case.gaps(), case.evidence(), case.provenance())


@cache
def full() -> Dossier:
    """The dossier; the first silence has two legs, the second of them without an area."""
    dossier = real()
    first = dossier.silences[0]
    track = TrackRun(
        (
            (utc(2023, 8, 9, 1), 10.0, 179.0),
            (utc(2023, 8, 9, 2), 11.0, -179.0),
            (utc(2023, 8, 9, 3), 12.0, -178.5),
        ),
        1200,
    )
    return replace(
        dossier,
        silences=(replace(first, legs=legs(first), candidates=(candidate(first),)), *dossier.silences[1:]),
        track=(track, TrackRun(((utc(2023, 8, 10, 6, 40), 42.55, 132.1),), 1)),
        speed=Statement("Reckoned at 14 knots: her own 95th percentile.", ("V1",)),
        series=(series(),),
        how=(Statement("Reach is reckoned at her own speed.", ()),),
        looks=(Statement("Ships on 49 of 109 imaged days.", ("O061",)),),
        provenance=replace(
            dossier.provenance,
            vessel="IMO9179842",
            tables=(TableVersion("places", 0), TableVersion("evidence_notes", 3)),
        ),
    )


def legs(silence: Silence) -> tuple[Leg, ...]:
    gap = silence.gap
    off = Fix("heard", "last heard", "Dunai", gap["off_ts"], gap["off_ts"], gap["off_lat"], gap["off_lon"], 0.1, ())
    on = Fix("heard", "heard again", None, gap["on_ts"], gap["on_ts"], gap["on_lat"], gap["on_lon"], 0.1, ())
    named = next(found for group in silence.groups if group.role == "named" for found in group.findings)
    seen = Fix(
        "sighting", named.text, named.place, utc(2023, 9, 12), utc(2023, 9, 13), DUNAI[0], DUNAI[1], 1.0, named.refs
    )
    return (
        _leg(1, off, seen, area=True),
        _leg(2, seen, on, area=False),
    )


def _leg(number: int, start: Fix, end: Fix, *, area: bool) -> Leg:
    hours = (end.latest - start.earliest) / timedelta(hours=1)
    reach = Reachable(
        rank=1,
        place_id="P01",
        place="Rajin port",
        watched=True,
        lat=RAJIN[0],
        lon=RAJIN[1],
        out_nm=98.2,
        back_nm=101.0,
        earliest_arrival=start.earliest + timedelta(hours=8),
        latest_departure=end.latest - timedelta(hours=8),
        slack_h=hours - 16,
        sure_slack_h=None,
        share=0.75,
        terms=(Term("time", 1.5, "time for a call"),),
    )
    return Leg(
        number=number,
        start=start,
        end=end,
        until=end.latest,
        hours_least=hours - 24,
        hours_most=hours,
        way_nm=120.0,
        feasible=True,
        speed_kn=14.0,
        text=Statement(f"Leg {number}: {hours:.0f} hours.", start.refs + end.refs),
        reach=(reach, replace(reach, rank=2, place_id="P02", place="Dunai port", lat=DUNAI[0], lon=DUNAI[1])),
        no_reach=None if area else Statement("Only watched places are listed.", ()),
        area=AREA if area else None,
        area_text="Within 14 knots of both ends." if area else None,
    )


def candidate(silence: Silence) -> Candidate:
    hull = next(found for group in silence.groups if group.role == "unnamed" for found in group.findings)
    hull = replace(hull, lat=RAJIN[0], lon=RAJIN[1], precision_nm=1.0)
    return Candidate(
        finding=hull,
        fits=True,
        share=0.5,
        terms=(Term("length", 0.2, "her length is not known"),),
        text=Statement("Time and place fit; so do they of one other ship.", hull.refs),
        rivals=(Rival("MARIA", 8517839, None, "named there", "Named at Rajin that month.", 0.5, ("O033",)),),
        rivals_total=1,
    )


def series() -> Series:
    value = SeriesValue(
        date_start=date(2023, 10, 5),
        date_end=date(2023, 10, 5),
        value=73.0,
        out_of=None,
        text="73 railcars: 3.7 times the most of five years before.",
        ratio=3.65,
        unusual=True,
        after=(Statement("22 days after the summit.", ("E10",)),),
        refs=("O009",),
    )
    return Series(
        "Tumangang rail facility", "railcars", "railcars", Statement("Railcars at Tumangang.", ("O009",)), (value,)
    )


def renamed(finding: Finding, text: str) -> Finding:
    """The finding with a text and place of a stranger's choice."""
    return replace(finding, text=text, place=text)
