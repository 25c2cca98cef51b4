"""The dossier as things that can be drawn: what a map, Google Earth or QGIS shows, in one form for all of them.

`draw` gives what has a place, `unplaced` what has none and can only be listed.
"""

from ais_gaps.features.draw import draw, unplaced
from ais_gaps.features.feature import CERTAINTIES, NOT_A_PATH, ROLES, Feature

__all__ = ["CERTAINTIES", "NOT_A_PATH", "ROLES", "Feature", "draw", "unplaced"]
