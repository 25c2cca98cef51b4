"""How what is not read off rows was reckoned: said once in a dossier, and only of what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ais_gaps import hulls
from ais_gaps.dossier import series
from ais_gaps.dossier.model import Series, Silence, Statement
from ais_gaps.reach import MIN_CALL_H, rank

_REACH: Final = (
    "How reach is reckoned. Between two fixes a ship can have been wherever her speed leaves time for the way out and the way on: "
    "the space-time prism of time geography (Hägerstrand 1970). Ways go along the sea, around the coastline of Natural Earth "
    f"1:10m; a place is listed where at least {MIN_CALL_H:g} hour is left to lie there. A sighting is dated by an interval; the "
    "hours are given for its most and its least favourable end. The order of places weighs the time left against a usual call of "
    f"about {rank.USUAL_CALL_H:g} hours, the way, the courses at both ends and whether a place is watched: weights of this project."
)


def how(told: Sequence[Silence], counted: Sequence[Series]) -> tuple[Statement, ...]:
    """The methods behind what a dossier has: reach, hulls, counts."""
    said = []
    if any(silence.legs for silence in told):
        said.append(Statement(_REACH))
    if any(silence.candidates for silence in told):
        said.append(Statement(hulls.HOW))
    if counted:
        said.append(Statement(f"How counts are held against earlier ones. {series.RULE}"))
    return tuple(said)
