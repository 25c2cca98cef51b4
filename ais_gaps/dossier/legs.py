"""Where she could have been, leg by leg: each leg in words, the places within reach, and where no more can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ais_gaps import reach
from ais_gaps.dossier import wording
from ais_gaps.dossier.around import Around
from ais_gaps.dossier.model import Leg, Statement
from ais_gaps.dossier.wording import Row
from ais_gaps.evidence import Evidence
from ais_gaps.reach import Fix, Reach, Span, Unused

MOST_WAYS: Final = 40
"""Legs whose own way is reckoned besides those that a sighting bounds: the longest."""

MOST_AREAS: Final = 6
"""Legs whose area is drawn: the longest of those whose area is no whole ocean."""

WIDEST_AREA_NM: Final = 1200.0
"""What can be sailed on a leg whose area is drawn, at most."""

NEAR_NM: Final = 50.0
"""A report farther than this from the nearest place is told by its position: a port 600 nm off says nothing of where."""

SAME_SPOT_NM: Final = 0.5
"""A leg with a shorter way is said to end where it began."""

LONG_H: Final = 14 * 24.0
"""From this slack on, being within reach is said to tell nothing: there is time for several voyages."""


@dataclass(frozen=True)
class Cut:
    """The legs of one silence, and the sightings that cannot cut it."""

    legs: tuple[Leg, ...]
    unused: tuple[Unused, ...]

    def impossible(self) -> tuple[Statement, ...]:
        """The legs that she cannot have made at her speed: something in them is wrong."""
        return tuple(leg.text for leg in self.legs if leg.feasible is False)

    def uncut(self) -> Statement | None:
        """The sightings that name her and cut no leg, by reason."""
        reasons: dict[str, list[str]] = {}
        for one in self.unused:
            reasons.setdefault(one.reason, []).append(one.ref)
        if not reasons:
            return None
        said = "; ".join(f"{wording.listing(refs)}: {reason}" for reason, refs in reasons.items())
        return Statement(f"Naming her, and cutting no leg: {said}.", tuple(one.ref for one in self.unused))


def cuts(gaps: Sequence[Row], imo: int | None, mmsi: Sequence[int], evidence: Evidence, around: Around) -> list[Cut]:
    """The legs of each gap.

    Args:
        gaps: her gaps.
        imo: her IMO number. mmsi: her MMSIs.
        evidence: where sightings are looked for.
        around: speed, sea, places.
    """
    observations = evidence.observations.to_pylist()
    located = {row["place_id"]: row for row in evidence.places.to_pylist()}
    for row in around.places.select(["place_id", "lat", "lon"]).to_pylist():
        located.setdefault(row["place_id"], row)
    found = [reach.fixes(observations, located, imo, mmsi, gap["off_ts"], reach.end_of(gap)) for gap in gaps]
    spans = [reach.cut(gap, fixes) for gap, (fixes, _) in zip(gaps, found, strict=True)]
    flat = [span for of_gap in spans for span in of_gap]
    speeds = dict.fromkeys({gap["mmsi"] for gap in gaps}, around.speed)
    reached = reach.reach(flat, speeds, around.courses(flat), around.places, around.sea)
    ways = _ways(flat, around)
    small = [span for span in flat if span.widest_h * around.speed.kn <= WIDEST_AREA_NM]
    areas = {id(span) for span in sorted(small, key=lambda span: -span.widest_h)[:MOST_AREAS]}
    told = iter(
        _leg(span, got, way, around, drawn=id(span) in areas)
        for span, got, way in zip(flat, reached, ways, strict=True)
    )
    return [Cut(tuple(next(told) for _ in of_gap), unused) for of_gap, (_, unused) in zip(spans, found, strict=True)]


def _ways(spans: Sequence[Span], around: Around) -> list[float | None]:
    """The way of each leg by sea: where a sighting bounds it, and of the longest others."""
    bounded = [n for n, s in enumerate(spans) if "sighting" in (s.start.kind, s.end and s.end.kind)]
    others = sorted((n for n in range(len(spans)) if n not in set(bounded)), key=lambda n: -spans[n].widest_h)
    wanted = {*bounded, *others[:MOST_WAYS]}
    return [_way(span, around) if n in wanted else None for n, span in enumerate(spans)]


def _way(span: Span, around: Around) -> float | None:
    start, end = span.start, span.end
    if end is None or start.lat is None or start.lon is None or end.lat is None or end.lon is None:
        return None
    way = around.sea.way_nm(start.lat, start.lon, np.array([end.lat]), np.array([end.lon]))
    return float(way[0]) if np.isfinite(way[0]) else None


def _leg(span: Span, found: Reach, way_nm: float | None, around: Around, *, drawn: bool) -> Leg:
    speed = around.speed
    needed_h = None if way_nm is None else way_nm / speed.kn
    feasible = None if needed_h is None else needed_h <= span.widest_h
    area, area_text = (None, None) if feasible is False else _area(span, around, drawn=drawn)
    return Leg(
        number=span.number,
        start=span.start,
        end=span.end,
        until=span.until,
        hours_least=round(span.narrowest_h, 1),
        hours_most=round(span.widest_h, 1),
        way_nm=None if way_nm is None else round(way_nm, 1),
        feasible=feasible,
        speed_kn=speed.kn,
        text=_text(span, way_nm, needed_h, feasible),
        reach=found.places,
        no_reach=_no_reach(span, found, feasible),
        area=area,
        area_text=area_text,
    )


def _text(span: Span, way_nm: float | None, needed_h: float | None, feasible: bool | None) -> Statement:
    refs = tuple(dict.fromkeys((*span.start.refs, *(span.end.refs if span.end else ()))))
    lasts = _lasts(span)
    if span.end is None:
        return Statement(
            f"From {_fix(span.start, span.gap)} up to {wording.minute(span.until)}, where what is held here ends: {lasts}.",
            refs,
        )
    text = f"From {_fix(span.start, span.gap)} to {_fix(span.end, span.gap)}: {lasts}."
    if way_nm is not None and needed_h is not None:
        same = way_nm < SAME_SPOT_NM
        text += (
            " The same place."
            if same
            else f" {wording.miles(way_nm)} by sea, {wording.lasting(needed_h)} at her speed."
        )
    if feasible is False:
        text += " That is longer than the leg lasts: a date, a place or a name is wrong, or she went faster."
    return Statement(text, refs)


def _lasts(span: Span) -> str:
    least, most = wording.lasting(span.narrowest_h), wording.lasting(span.widest_h)
    return most if least == most else f"between {least} and {most}"


def _fix(fix: Fix, gap: Row) -> str:
    if fix.earliest == fix.latest:
        when = wording.minute(fix.earliest)
    else:
        when = f"between {wording.minute(fix.earliest)} and {wording.minute(fix.latest)}"
    if fix.kind == "sighting":
        return f"the sighting {wording.at(fix.place or 'a place not stated')} of {fix.dated} ({when})"
    last = fix.text == "last heard"
    away_nm = gap["off_place_nm"] if last else gap["on_place_nm"]
    near = fix.place is not None and (away_nm is None or away_nm <= NEAR_NM)
    at = f" near {fix.place}" if near else "" if fix.lat is None else f" at {wording.position(fix.lat, fix.lon)}"
    return f"the {'last' if last else 'next'} report{at} ({when})"


def _no_reach(span: Span, found: Reach, feasible: bool | None) -> Statement | None:
    """Why no place is listed, or what must be said of the list."""
    refs = span.start.refs
    if span.start.lat is None:
        return Statement("Where this leg begins is not known, so no place can be told to be within reach.", refs)
    if feasible is False:
        return Statement("As the leg itself does not fit, no place is listed.", refs)
    if not found.total:
        return Statement(
            f"It leaves no time to call at any watched place for {reach.MIN_CALL_H:g} hour, at her speed and along the sea.",
            refs,
        )
    said = []
    if span.gap["cause"] == "identity break":
        said.append("Her MMSI moves as no ship can: a fix may be another ship's, and then none of this holds.")
    if span.end is not None and span.end.lat is None:
        said.append("Where the leg ends is not known: only the way out is reckoned.")
    if found.total > len(found.places):
        said.append(f"{found.total} places are within reach; the first {len(found.places)} are listed.")
    if min(place.slack_h for place in found.places) >= LONG_H:
        said.append(
            "So long a leg leaves time for all of these places, and for several voyages: to be within reach tells nothing."
        )
    return Statement(" ".join(said), refs) if said else None


def _area(span: Span, around: Around, *, drawn: bool) -> tuple[Mapping[str, Any] | None, str | None]:
    """Where she can have been on the leg, as GeoJSON, and in words."""
    import shapely
    from shapely.geometry import mapping

    start, end = span.start, span.end
    if start.lat is None or start.lon is None:
        return None, None
    budget_nm = span.widest_h * around.speed.kn
    sailed = f"{budget_nm:,.0f} nm could be sailed meanwhile at {around.speed.kn:g} knots"
    if budget_nm > WIDEST_AREA_NM:
        return None, f"{sailed}: an area too large to be drawn, and no way is known in it."
    if not drawn:
        return None, None
    to = (end.lat, end.lon) if end is not None and end.lat is not None and end.lon is not None else None
    area = around.sea.area((start.lat, start.lon), to, budget_nm)
    if area is None or area.is_empty:
        return None, f"{sailed}; no way by sea is known from the leg's start to its end."
    shape: dict[str, Any] = mapping(shapely.set_precision(area, 1e-3))
    return shape, f"{sailed}: she can have been anywhere in the area drawn, and nowhere beyond."
