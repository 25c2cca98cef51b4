"""Figures that a notebook shows in place, off-line: maps and a timeline, each one page of HTML in a frame of its own.

inline         a page, how high it is, and what it shows in words
gaps, track    silences, and what was heard
reach          places that a ship can have called at
reception      how well ships were heard
observations   what was seen, and where nobody was
places         places of an archive
times          silences on a time axis

Nothing is imported until a figure is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ais_gaps.inline.inline import Inline, framed

if TYPE_CHECKING:
    from ais_gaps.inline.gaps import gaps_map
    from ais_gaps.inline.observations import observations_map
    from ais_gaps.inline.places import places_map
    from ais_gaps.inline.reach import reach_map
    from ais_gaps.inline.reception import reception_map
    from ais_gaps.inline.times import timeline
    from ais_gaps.inline.track import track_map

__all__ = [
    "Inline",
    "framed",
    "gaps_map",
    "observations_map",
    "places_map",
    "reach_map",
    "reception_map",
    "timeline",
    "track_map",
]

_OF = {
    "gaps_map": "gaps",
    "observations_map": "observations",
    "places_map": "places",
    "reach_map": "reach",
    "reception_map": "reception",
    "timeline": "times",
    "track_map": "track",
}


def __getattr__(name: str) -> object:
    if name not in _OF:
        raise AttributeError(f"module 'ais_gaps.inline' has no attribute {name!r}")
    return getattr(import_module(f"ais_gaps.inline.{_OF[name]}"), name)
