"""What was reckoned of a silence, in the short form of a terminal: places within reach, and hulls without a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ais_gaps.dossier import wording
from ais_gaps.dossier.legs import LONG_H
from ais_gaps.dossier.model import Candidate, Leg, Reachable, Silence

PLACES: Final = 5  # of a leg, one line each
_RIVALS: Final = 3  # named in a line
_NARROW: Final = 70


def reach(leg: Leg, width: int) -> Iterator[str]:
    """The places of a leg: a line each for the first; of a leg that leaves time for anything, all in one, by way."""
    if leg.reach and min(place.slack_h for place in leg.reach) >= LONG_H:
        by_way = sorted(leg.reach, key=lambda place: (place.out_nm, place.place))
        shown = [f"{place.place} ({wording.miles(place.out_nm)})" for place in by_way]
        yield f"Within reach, by way out: {wording.listing(shown)}."
        return
    column = max((len(place.place) for place in leg.reach[:PLACES]), default=0)
    for place in leg.reach[:PLACES]:
        name = f"{place.place:<{column}}  " if width >= _NARROW else f"{place.place}: "
        yield f"{place.rank}  {name}{_reachable(place)}"
    if more := [place.place for place in leg.reach[PLACES:]]:
        yield f"and {wording.listing(more)}: --format json"


def _reachable(place: Reachable) -> str:
    text = f"{wording.miles(place.out_nm)} out"
    if place.back_nm is not None:
        text += f", {wording.miles(place.back_nm)} on"
    text += f"; there from {wording.minute(place.earliest_arrival)}, {wording.lasting(place.slack_h)} at most"
    if place.sure_slack_h is None:
        text += " (only if the dates are at their most favourable)"
    return text


def candidates(silence: Silence) -> dict[str, str]:
    """What each hull without a name comes to, by the id of its observation."""
    return {candidate.finding.refs[0]: _candidate(candidate) for candidate in silence.candidates}


def _candidate(candidate: Candidate) -> str:
    weighed = any(term.name == "length" and term.nats for term in candidate.terms)
    by = "time, way and length" if weighed else "time and way"
    if not candidate.fits:
        return "She does not fit by time, way or length."
    others = candidate.rivals_total
    if not others:
        return f"She fits by {by}; so may ships that are not known here."
    names = [
        rival.name or (f"MMSI {rival.mmsi}" if rival.mmsi else "a ship without a name") for rival in candidate.rivals
    ]
    shown = names[:_RIVALS]
    if others > len(shown):
        shown.append(f"{others - len(shown):,} more")
    return f"She fits by {by}; so {'does' if others == 1 else 'do'} {wording.listing(shown)}."
