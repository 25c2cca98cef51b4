"""Hulls without a name: held against a ship and against all others that fit, never turned into a fix."""

from ais_gaps.hulls.fleet import others
from ais_gaps.hulls.model import Fit, Hull, Naming, Others, Rival, Ship, Way, Window, hull_of
from ais_gaps.hulls.named import part, ships
from ais_gaps.hulls.priors import HOW
from ais_gaps.hulls.score import candidates

__all__ = [
    "HOW",
    "Fit",
    "Hull",
    "Naming",
    "Others",
    "Rival",
    "Ship",
    "Way",
    "Window",
    "candidates",
    "hull_of",
    "others",
    "part",
    "ships",
]
