"""Dossiers for the page: the ANGARA case with every part of the form filled by hand, and others that are hard to show.

Figures of reach, shares and rivals here are made up for the tests of the page; they are nobody's findings.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from ais_gaps.dossier import build
from ais_gaps.dossier.model import (
    Candidate,
    Citation,
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
)
from ais_gaps.evidence import Evidence
from tests import angara_case as case

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(2)</script><!--",
    "javascript:alert(1)",
    "\u202egnp.exe\u202c\x00\x1b[31m",
    "A" * 10_000,
)

RAJIN, DUNAI, VOSTOCHNY, CHONGJIN = (
    ("P01", "Rajin port", 42.2333, 130.3),
    ("P05", "Dunai", 42.8803, 132.3375),
    ("P06", "Vostochny port", 42.75, 133.0833),
    ("P08", "Chongjin", 41.7667, 129.8167),
)


@cache
def plain() -> Dossier:
    """As the archive's first tables give it: no legs, no candidates, no series, no track."""
    return build(case.vessel(case.ANGARA), case.vessels(), case.gaps(), case.evidence(), case.provenance())


@cache
def full() -> Dossier:
    """With legs, reach, candidates, series, looks, positions and a track."""
    dossier = plain()
    silences = tuple(_full(silence) for silence in dossier.silences)
    return replace(
        dossier,
        silences=silences,
        elsewhere=tuple(_placed(found) for found in dossier.elsewhere),
        speed=Statement("She is reckoned at 13.2 knots: the 95th percentile of what she reported under way.", ()),
        series=(_railcars(), _lights()),
        looks=(
            Statement("Rajin port: a ship on 49 of 109 imaged days, 2023-08-01 to 2024-02-12 (CSIS).", ("O062",)),
            Statement(
                "Looks here that saw no ship: 3. A look that nobody published is not among them.", ("O045", "O064")
            ),
        ),
        track=_track(),
    )


@cache
def judged() -> Dossier:
    """Silences judged in every way: a choice, of reception, in doubt, and not at all."""
    said = [
        "We should have heard her about 10 times in 240.3 h; a ship that transmits falls silent so once in 123 times [+1.3]",
        "Others near her in the same hours: 70 of 336 ship-hours were heard ashore, 71 would be usual",
        "Start, before all that, as in generated worlds [-4.4]",
    ]
    thought = [
        (0.97, "switched off"),
        (0.004, "no coverage"),
        (0.3, "not enough evidence"),
        (None, "not enough evidence"),
    ]
    rows = [
        gap | {"p_switched_off": p, "cause": cause, "reasons": said if p is not None else said[1:2]}
        for gap, (p, cause) in zip(
            (g for g in case.gaps().to_pylist() if g["imo"] == case.ANGARA), thought, strict=True
        )
    ]
    table = case.gaps().from_pylist(rows, schema=case.gaps().schema)
    return build(case.vessel(case.ANGARA), case.vessels(), table, case.evidence(), case.provenance())


@cache
def nothing() -> Dossier:
    """A vessel without silences and without evidence."""
    return build(
        case.vessel(case.MAIA) | {"name": None, "imo": None, "mmsi": [999000111]},
        case.vessels(),
        case.gaps().slice(0, 0),
        Evidence.none(),
        replace(case.provenance(), sources=(), as_of=None),
    )


@cache
def many(count: int = 300) -> Dossier:
    """A ferry that is silent each day."""
    rows = []
    (like,) = case.gaps().slice(0, 1).to_pylist()
    for number in range(count):
        off = datetime(2023, 1, 1, 3, tzinfo=UTC) + timedelta(days=number)
        on = off + timedelta(hours=7 + number % 3)
        rows.append(
            like
            | {"gap_id": f"{number:016x}", "mmsi": 273210440, "imo": case.ANGARA, "off_ts": off, "on_ts": on}
            | {"on_lat": 43.1, "on_lon": 131.9, "open": False, "duration_h": 7.0 + number % 3}
        )
    table = case.gaps().slice(0, 0).from_pylist(rows, schema=case.gaps().schema)
    dossier = build(case.vessel(case.ANGARA), case.vessels(), table, Evidence.none(), case.provenance())
    return replace(dossier, silences=tuple(_full(silence) for silence in dossier.silences))


@cache
def hostile() -> Dossier:
    """Every text that comes from data says what it should not."""
    found = full()
    said = tuple(Statement(text, (text, "O035")) for text in HOSTILE)
    first = found.silences[0]
    findings = tuple(
        replace(
            _any_finding(first),
            text=text,
            refs=(text,),
            place=text,
            wording=text,
            publisher=text,
            url=text,
            names=(text,),
        )
        for text in HOSTILE
    )
    leg = first.legs[0]
    reach = tuple(replace(leg.reach[0], rank=n, place=text, place_id=text) for n, text in enumerate(HOSTILE, 1))
    bad = replace(
        first,
        when=said[0],
        where=said[1],
        groups=tuple(replace(group, findings=(*findings, *group.findings)) for group in first.groups),
        events=findings,
        legs=(replace(leg, text=said[2], start=replace(leg.start, place=HOSTILE[0], text=HOSTILE[1]), reach=reach),),
    )
    return replace(
        found,
        title=" ".join(HOSTILE[:5]),
        banner=said,
        vessel={**found.vessel, "name": HOSTILE[1], "call_signs": list(HOSTILE[:3]), "ship_type": HOSTILE[0]},
        who=said,
        listed=said,
        limits=said,
        silences=(bad, *found.silences[1:]),
        citations=(
            *(Citation(text, text, text, text, text) for text in HOSTILE),
            Citation("data", "p", "t", "data:text/html,<script>alert(3)</script>", None),
            Citation("space", "p", "t", " https://example.org/\u202e", None),
            *found.citations,
        ),
        series=(replace(found.series[0], place=HOSTILE[0], unit=HOSTILE[1], text=said[0]),),
        provenance=replace(found.provenance, program=HOSTILE[0]),
    )


@cache
def antimeridian() -> Dossier:
    """A silence across 180 degrees."""
    dossier = nothing()
    off, on = datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 4, tzinfo=UTC)
    gap = case.gaps().slice(0, 1).to_pylist()[0] | {"off_ts": off, "on_ts": on, "off_lat": 52.0, "off_lon": 178.5}
    gap |= {"on_lat": 53.0, "on_lon": -176.0, "open": False, "duration_h": 72.0, "off_place": None, "on_place": None}
    start = Fix("heard", "last heard", None, off, off, 52.0, 178.5, None, ("g",))
    end = Fix("heard", "heard again", None, on, on, 53.0, -176.0, None, ("g",))
    square = {
        "type": "MultiPolygon",
        "coordinates": [
            [[[176, 49], [180, 49], [180, 56], [176, 56], [176, 49]]],
            [[[-180, 49], [-172, 49], [-172, 56], [-180, 56], [-180, 49]]],
        ],
    }
    leg = Leg(
        1,
        start,
        end,
        on,
        72.0,
        72.0,
        240.0,
        True,
        12.0,
        Statement("Last heard to heard again.", ("g",)),
        (),
        None,
        square,
        "Everywhere within 72 hours.",
    )
    silence = Silence(
        gap,
        Statement("Silent 72 hours.", ("g",)),
        Statement("Across the line.", ("g",)),
        Statement("Not judged.", ()),
        (),
        (),
        None,
        (),
        (),
        (leg,),
    )
    runs = (
        TrackRun(((off - timedelta(hours=9), 51.0, 174.0), (off, 52.0, 178.5)), 10),
        TrackRun(((on, 53.0, -176.0), (on + timedelta(hours=9), 54.0, -171.0)), 12),
    )
    return replace(dossier, silences=(silence,), track=runs)


def _any_finding(silence: Silence) -> Finding:
    return silence.groups[0].findings[0]


@cache
def _positions() -> dict[str, tuple[float, float]]:
    places = {
        p["place_id"]: (p["lat"], p["lon"]) for p in case.evidence().places.to_pylist() if p["lat"] is not None
    } | {"P02": RAJIN[2:], "P03": RAJIN[2:], "P04": RAJIN[2:]}
    found = {}
    for row in case.evidence().observations.to_pylist():
        for place in row["place_ids"] or ():
            if place in places:
                found.setdefault(row["obs_id"], places[place])
    return found


def _placed(found: Finding) -> Finding:
    at = _positions().get(found.refs[0])
    also = ("KBS World, 2023-10-13",) if found.refs[0] == "O035" else ()
    return found if at is None else replace(found, lat=at[0], lon=at[1], precision_nm=1.0, also=also)


def _full(silence: Silence) -> Silence:
    silence = replace(
        silence, groups=tuple(replace(g, findings=tuple(_placed(f) for f in g.findings)) for g in silence.groups)
    )
    groups = {group.role: group.findings for group in silence.groups}
    gap = silence.gap
    fixes = [_heard(gap, "off", "last heard")]
    fixes += [_sighted(f) for f in groups.get("named", ()) if f.lat is not None]
    ends: list[Fix | None] = [*fixes[1:], _heard(gap, "on", "heard again") if gap["on_ts"] else None]
    legs = tuple(_leg(n, a, b) for n, (a, b) in enumerate(zip(fixes, ends, strict=True), 1))
    candidates = tuple(_candidate(n, f) for n, f in enumerate(groups.get("unnamed", ())))
    listed = (
        Statement("US (OFAC SDN) named her while it lasted: listed since 2022-05-08.", ("L01",)),
        Statement("EU (Regulation 833/2014, Annex XLII) did not: listed since 2024-06-25.", ("L07",)),
    )
    uncut = Statement("Naming her, and cutting no leg: O053: dated by a month.", ("O053",)) if candidates else None
    listed = listed if candidates else ()
    return replace(silence, legs=legs, candidates=candidates, listed=listed, uncut=uncut)


def _heard(gap: Any, end: str, text: str) -> Fix:
    when = gap[f"{end}_ts"]
    return Fix(
        "heard", text, gap[f"{end}_place"], when, when, gap[f"{end}_lat"], gap[f"{end}_lon"], None, (gap["gap_id"],)
    )


def _sighted(found: Finding) -> Fix:
    first = datetime.combine(found.date_start, time(), UTC)
    last = datetime.combine(found.date_end, time(), UTC) + timedelta(days=1)
    return Fix("sighting", found.text, found.place, first, last, found.lat, found.lon, found.precision_nm, found.refs)


def _leg(number: int, start: Fix, end: Fix | None) -> Leg:
    until = end.latest if end else case.as_of()
    most = (until - start.earliest) / timedelta(hours=1)
    least = ((end.earliest if end else until) - start.latest) / timedelta(hours=1)
    reach = []
    for rank, (place_id, name, lat, lon) in enumerate((RAJIN, DUNAI, VOSTOCHNY, CHONGJIN), 1):
        arrival = start.earliest + timedelta(hours=8 + rank)
        departure = until - timedelta(hours=7 + rank) if end else None
        terms = (
            Term("watched", 1.1, "a place under watch"),
            Term("slack", 0.4 / rank, f"{most - 20:,.0f} hours left to lie there"),
            Term("way", -0.3 * rank, "the way out and back, longer than the straight one"),
        )
        reach.append(
            Reachable(
                rank,
                place_id,
                name,
                rank < 4,
                lat,
                lon,
                97.6 + rank,
                98.2 + rank if end else None,
                arrival,
                departure,
                most - 20,
                least - 20 if rank < 4 else None,
                (0.52, 0.24, 0.16, 0.08)[rank - 1],
                terms,
            )
        )
    near = 0 < most < 60
    text = f"Leg {number}: from {start.place} to {end.place if end else 'an end not known'}, {least:,.0f} to {most:,.0f} hours."
    area = None if near or start.lat is None or start.lon is None else _square(start.lat, start.lon, 3 + number)
    return Leg(
        number,
        start,
        end,
        until,
        least,
        most,
        None if end is None else 121.4,
        None if end is None else True,
        13.2,
        Statement(text, start.refs + (end.refs if end else ())),
        () if near else tuple(reach),
        Statement("Too short for a call at a watched place.") if near else None,
        area,
        "As far as 13.2 knots reach over the sea and back in time; land is left out."
        if area
        else "Not drawn: the leg is long enough for half the globe.",
    )


def _square(lat: float, lon: float, d: float) -> dict[str, Any]:
    ring = [
        [lon - d, lat - d],
        [lon + d, lat - d],
        [lon + d * 1.2, lat],
        [lon + d, lat + d],
        [lon - d, lat + d],
        [lon - d, lat - d],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def _candidate(number: int, found: Finding) -> Candidate:
    fits = number % 4 != 3
    rivals = (
        Rival(
            "MARIA",
            8517839,
            273999839,
            "silent then and in reach",
            "Silent then; Rajin lies in her reach.",
            0.31,
            ("V2",),
        ),
        Rival("LADY R", 9161003, None, "named there", "Named at Rajin within four days.", 0.22, ("O066",)),
        Rival(None, None, 273000001, "heard there", "Heard 3.1 nm off, the same day.", 0.04, ()),
    )
    terms = (Term("time and place", 0.9, "within reach of the leg"), Term("length", 0.0, "her length is not known"))
    said = (
        f"She fits in time and place ({number}); so do 3 other ships."
        if fits
        else "Out of reach on that day: she does not fit."
    )
    return Candidate(
        found,
        fits,
        0.43 if fits else None,
        terms,
        Statement(said, found.refs),
        rivals if fits else (),
        3 if fits else 0,
    )


def _railcars() -> Series:
    counted = (
        (2022, 11, 4, 3),
        (2022, 11, 18, 5),
        (2023, 6, 1, 12),
        (2023, 9, 18, 20),
        (2023, 10, 5, 73),
        (2023, 12, 2, 41),
    )
    summit = Statement("22 days after 2023-09-13: Kim-Putin summit at Vostochny Cosmodrome.", ("E09",))
    values: list[SeriesValue] = []
    for number, (year, month, day, value) in enumerate(counted):
        when = date(year, month, day)
        highest = max((v for *_, v in counted[:number]), default=None)
        said = f"earlier: {number} values, at most {highest}" if highest else "the first value"
        ratio, unusual = (value / highest, value > highest) if highest else (None, None)
        after, refs = ((summit,), ("O006",)) if value == 73 else ((), ("O001",))
        text = f"{value} railcars; {said}."
        values.append(SeriesValue(when, when, float(value), None, text, ratio, unusual, after, refs))
    said = "6 counts from 2022-11-04 to 2023-12-02; at most 73."
    return Series("Tumangang", "railcars", "railcars", Statement(said, ("O006",)), tuple(values))


def _lights() -> Series:
    months = [(2023, m) for m in range(6, 13)] + [(2024, 1)]
    values = tuple(
        SeriesValue(
            datetime(y, m, 1).date(),
            datetime(y, m, 27).date(),
            v,
            None,
            f"{v} against at most 1.3 before.",
            v / 1.3,
            v > 1.3,
            (),
            ("O020",),
        )
        for (y, m), v in zip(months, (1.1, 1.3, 1.2, 4.8, 5.1, 4.4, 4.0, None), strict=True)
        if v is not None
    )
    return Series(
        "Rajin port",
        "night light",
        "nW/cm2/sr",
        Statement("A pixel is about 460 m wide: one pier cannot be told from the next.", ("O020",)),
        values,
    )


def _track() -> tuple[TrackRun, ...]:
    runs: list[list[tuple[datetime, float, float]]] = [[]]
    for row in case.reports()[273210440]:
        if runs[-1] and row["ts"] - runs[-1][-1][0] > timedelta(hours=6):
            runs.append([])
        runs[-1].append((row["ts"], row["lat"], row["lon"]))
    return tuple(TrackRun(tuple(run), len(run)) for run in runs)
