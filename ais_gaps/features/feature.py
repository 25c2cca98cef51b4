"""One thing that can be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

ROLES = {
    "reach_area": "Where she can have been on a leg: the potential path area. Not where she was.",
    "reach_place": "A watched place at which she can have called on a leg. Not that she did.",
    "place": "A watched place, for orientation.",
    "track": "Positions heard by AIS, joined in order of time; thinned for drawing, and never joined over a silence.",
    "gap": "A silence, from last heard to heard again. Not a path.",
    "leg": "The part of a silence between two fixes. Not a path.",
    "observation": "Any other look or observation: containers, railcars, night light, other ships, counts, AIS as others read it.",
    "nothing_seen": "A look that saw no ship.",
    "hull": "A ship that was seen and not named. Not attached to her.",
    "sighting": "A source names her here.",
    "off": "Last heard by AIS before a silence.",
    "on": "Heard again by AIS after a silence.",
}
"""What a feature is, in the order of drawing: what comes later lies above."""

CERTAINTIES = {
    "heard": "received by AIS",
    "stated": "a source says so",
    "possible": "not ruled out, and not known",
    "unknown": "nobody knows where she was: drawn so that the silence can be seen",
}
"""What a feature rests on. A hull is ``possible`` where it may have been she, and ``stated`` (a ship was seen) where it was not."""

NOT_A_PATH = "Not a path: straight line between where she was last and next known."
"""Stands in the text of every line that is drawn over a silence."""


@dataclass(frozen=True)
class Feature:
    """One thing that can be drawn.

    Attributes:
        id: the same for the same thing of the same archive, unique within a dossier.
        role: one of `ROLES`.
        name: a short title. text: whole sentences. Both are plain text of unknown origin: escape them.
        geometry: shapely, longitude and latitude in degrees WGS84, within -180 to 180 and cut at the antimeridian; empty where
            no place is known. A gap or leg that is open, or that ends where it began, is a point.
        start, end: when, in UTC, equal for a moment; a day lasts until the midnight after it. Null = no time, or not ended.
        certainty: one of `CERTAINTIES`.
        refs: ids of the rows that it rests on.
        silence: number of the silence, counted from 1 in the order of the dossier; null = of none.
        leg: number of the leg within the silence; null = of none.
        precision_nm: how far off the place may be; null = not known.
        rank: of a reach_place within its leg; null for all others.
    """

    id: str
    role: str
    name: str
    text: str
    geometry: BaseGeometry
    start: datetime | None
    end: datetime | None
    certainty: str
    refs: tuple[str, ...]
    silence: int | None = None
    leg: int | None = None
    precision_nm: float | None = None
    rank: int | None = None
