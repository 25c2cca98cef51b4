"""Reach: silences cut into legs by sightings, and the watched places that each leg leaves time to call at."""

from ais_gaps.reach.ask import ask
from ais_gaps.reach.legs import Courses, Span, courses, cut, end_of
from ais_gaps.reach.model import Fix, Reachable, Term
from ais_gaps.reach.places import LISTED, Reach, callable_places, reach
from ais_gaps.reach.prism import MIN_CALL_H
from ais_gaps.reach.sightings import Unused, fixes
from ais_gaps.reach.speed import Speed, speeds

__all__ = [
    "LISTED",
    "MIN_CALL_H",
    "Courses",
    "Fix",
    "Reach",
    "Reachable",
    "Span",
    "Speed",
    "Term",
    "Unused",
    "ask",
    "callable_places",
    "courses",
    "cut",
    "end_of",
    "fixes",
    "reach",
    "speeds",
]
