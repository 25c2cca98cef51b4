"""What was reckoned of a silence, in the short form of a terminal: places within reach, and hulls without a name."""

from __future__ import annotations

from collections.abc import Iterator

from ais_gaps.dossier import wording
from ais_gaps.dossier.model import Candidate, Leg, Reachable, Silence

PLACES = 5  # of a leg, one line each
_RIVALS = 3  # named in a line


def reach(leg: Leg, width: int) -> Iterator[str]:
    """A line for each of the first places, and one that counts the rest."""
    column = max((len(place.place) for place in leg.reach[:PLACES]), default=0)
    for place in leg.reach[:PLACES]:
        yield (
            f"{place.rank}  {place.place:<{column}}  {_reachable(place)}"
            if width >= 70
            else f"{place.rank}  {place.place}: {_reachable(place)}"
        )
    if len(leg.reach) > PLACES:
        more = [place.place for place in leg.reach[PLACES:]]
        yield f"and {wording.listing(more)}: --format json"


def _reachable(place: Reachable) -> str:
    text = f"{wording.miles(place.out_nm)} out"
    if place.back_nm is not None:
        text += f", {wording.miles(place.back_nm)} on"
    text += f"; there from {wording.minute(place.earliest_arrival)}"
    text += f", for up to {wording.lasting(place.slack_h)}"
    if place.sure_slack_h is None:
        text += " (only if the dates are at their most favourable)"
    return text


def candidates(silence: Silence) -> dict[str, str]:
    """What each hull without a name comes to, by the id of its observation."""
    return {candidate.finding.refs[0]: _candidate(candidate) for candidate in silence.candidates}


def _candidate(candidate: Candidate) -> str:
    names = [
        rival.name or (f"MMSI {rival.mmsi}" if rival.mmsi else "a ship without a name") for rival in candidate.rivals
    ]
    others = candidate.rivals_total
    if not candidate.fits:
        return "She does not fit by time, way or length."
    if not others:
        return "She fits by time, way and length; so may ships that are not known here."
    shown = names[:_RIVALS]
    if others > len(shown):
        shown.append(f"{others - len(shown):,} more")
    return f"She fits by time, way and length; so {'does' if others == 1 else 'do'} {wording.listing(shown)}."
