"""What a silence draws: its ends, its legs, where she can have been meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from ais_gaps.dossier import Fix, Leg, Reachable, Silence, wording
from ais_gaps.features import shapes
from ais_gaps.features.feature import NOT_A_PATH, Feature
from ais_gaps.features.findings import of_silence

_LAST_KNOWN = "Not a path: where she was last known; nothing is known of her since."


def silence_features(number: int, silence: Silence) -> Iterator[Feature]:
    """All features of the silence of this number."""
    yield from _ends(number, silence)
    for leg in silence.legs:
        yield from _leg(number, str(silence.gap["gap_id"]), leg)
    fixes = [fix for leg in silence.legs for fix in (leg.start, leg.end) if fix is not None and fix.kind == "sighting"]
    told = {fix.refs: fix for fix in fixes}
    for fix in told.values():
        yield _sighting(number, str(silence.gap["gap_id"]), fix)
    yield from of_silence(number, silence, drawn=frozenset(told))


def _ends(number: int, silence: Silence) -> Iterator[Feature]:
    gap = silence.gap
    key, refs = str(gap["gap_id"]), silence.when.refs
    off, on = (gap["off_lat"], gap["off_lon"]), (gap["on_lat"], gap["on_lon"])
    still = gap["on_ts"] is None
    until = "not heard since" if still else f"to {gap['on_ts']:%Y-%m-%d}"
    said = f"{silence.when.text} {silence.where.text} {silence.cause.text}"
    yield Feature(
        id=f"gap:{key}",
        role="gap",
        name=f"Silence {number}: {gap['off_ts']:%Y-%m-%d} {until}",
        text=f"{_LAST_KNOWN if still else NOT_A_PATH} {said}",
        geometry=shapes.line([off, on]),
        start=gap["off_ts"],
        end=gap["on_ts"],
        certainty="unknown",
        refs=refs,
        silence=number,
    )
    for role, word in (("off", "Last heard"), ("on", "Heard again")):
        when = gap[f"{role}_ts"]
        if when is not None:
            spot = (gap[f"{role}_lat"], gap[f"{role}_lon"])
            near = wording.near(gap[f"{role}_place"], gap[f"{role}_place_nm"])
            yield Feature(
                id=f"{role}:{key}",
                role=role,
                name=f"{word} {wording.minute(when)}",
                text=f"{word} by AIS {wording.minute(when)} at {wording.position(*spot)}{near}.",
                geometry=shapes.point(spot),
                start=when,
                end=when,
                certainty="heard",
                refs=refs,
                silence=number,
            )


def _leg(number: int, key: str, leg: Leg) -> Iterator[Feature]:
    fixes = (leg.start,) if leg.end is None else (leg.start, leg.end)
    yield Feature(
        id=f"leg:{key}:{leg.number}",
        role="leg",
        name=f"Leg {number}.{leg.number}: {_spell(leg)}",
        text=f"{_LAST_KNOWN if leg.end is None else NOT_A_PATH} {leg.text.text}",
        geometry=shapes.line((fix.lat, fix.lon) for fix in fixes),
        start=leg.start.earliest,
        end=None if leg.end is None else leg.end.latest,
        certainty="unknown",
        refs=leg.text.refs,
        silence=number,
        leg=leg.number,
    )
    if leg.area is not None:
        yield Feature(
            id=f"reach_area:{key}:{leg.number}",
            role="reach_area",
            name=f"Where she can have been, leg {number}.{leg.number}",
            text=f"Where she can have been at {leg.speed_kn:g} knots; not where she was. {leg.area_text or ''}".rstrip(),
            geometry=shapes.area(leg.area),
            start=leg.start.earliest,
            end=None if leg.end is None else leg.end.latest,
            certainty="possible",
            refs=leg.text.refs,
            silence=number,
            leg=leg.number,
        )
    for place in leg.reach:
        yield _reachable(number, key, leg, place)


def _spell(leg: Leg) -> str:
    start = f"{leg.start.earliest:%Y-%m-%d}"
    return f"{start} and on" if leg.end is None else f"{start} to {leg.end.latest:%Y-%m-%d}"


def _reachable(number: int, key: str, leg: Leg, place: Reachable) -> Feature:
    said = [f"She can have called here on leg {number}.{leg.number}; that she did is not known."]
    said.append(f"Rank {place.rank} of {len(leg.reach)} on this leg.")
    back = "" if place.back_nm is None else f", {wording.miles(place.back_nm)} on to its end"
    said.append(f"{wording.miles(place.out_nm)} by sea from the leg's start{back}.")
    leaving = "" if place.latest_departure is None else f", latest departure {wording.minute(place.latest_departure)}"
    said.append(f"Earliest arrival {wording.minute(place.earliest_arrival)}{leaving}.")
    said.append(f"Time left to lie here: {wording.lasting(place.slack_h)} at the most favourable dates.")
    said += [f"{term.text.rstrip('.')}." for term in place.terms if term.text]
    return Feature(
        id=f"reach_place:{key}:{leg.number}:{place.place_id}",
        role="reach_place",
        name=f"{place.place}: in reach on leg {number}.{leg.number}",
        text=" ".join(said),
        geometry=shapes.point((place.lat, place.lon)),
        start=place.earliest_arrival,
        end=place.latest_departure,
        certainty="possible",
        refs=leg.text.refs,
        silence=number,
        leg=leg.number,
        rank=place.rank,
    )


def _sighting(number: int, key: str, fix: Fix) -> Feature:
    days = fix.dated or wording.days(fix.earliest.date(), fix.latest.date())
    return Feature(
        id=f"sighting:{key}:{'+'.join(fix.refs)}",
        role="sighting",
        name=f"Named at {fix.place or 'a place not stated'}, {days}",
        text=fix.text,
        geometry=shapes.point((fix.lat, fix.lon)),
        start=fix.earliest,
        end=fix.latest,
        certainty="stated",
        refs=fix.refs,
        silence=number,
        precision_nm=fix.precision_nm,
    )
