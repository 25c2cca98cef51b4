"""What a map shows, before it becomes a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ais_gaps.report.page.showing import shown
from ais_gaps.report.page.unrolling import centre_of, unrolled

Position = tuple[float, float]
"""Latitude and longitude, degrees WGS84."""

MOST = 3_000
"""Silences, ships' places and the like that a map draws."""

_LONGEST_LINE = 400
_NORTH = 85.0  # degrees: the map's projection (Web Mercator) ends there


@dataclass(frozen=True)
class Card:
    """What is told of a thing when it is chosen: a title, lines, and items that are folded up under a heading."""

    title: str
    lines: tuple[str, ...] = ()
    heading: str = ""
    items: tuple[str, ...] = ()

    def payload(self) -> list[Any]:
        """For the script; texts are plain, not escaped."""
        told: list[Any] = [shown(self.title, 160), [shown(line, _LONGEST_LINE) for line in self.lines if line]]
        if self.items:
            told += [self.heading, [shown(item, _LONGEST_LINE) for item in self.items]]
        return told


@dataclass(frozen=True)
class Spot:
    """A sign at a place.

    Attributes:
        sign: one of the signs of ``figure.html``. card: index of what is told. label: what may stand beside it.
        role: what it is of the thing that the card tells of; a screen reader says it with the card's first line.
        number: stands in the sign. view: the only view that it is in; null = every.
    """

    at: Position
    sign: str
    card: int
    label: str = ""
    role: str = ""
    number: int | None = None
    view: int | None = None


@dataclass(frozen=True)
class Path:
    """A line, in a style of ``figure.css``; `words` may stand on the longest one of a style."""

    points: Sequence[Position]
    style: str
    card: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Area:
    """A circle around a place, or rings (the outline, then holes) of degrees."""

    card: int
    centre: Position | None = None
    radius_nm: float = 0.0
    rings: Sequence[Sequence[Position]] = ()


@dataclass
class Drawing:
    """A map.

    Attributes:
        title: a heading, in a few words. said: what it shows, in a sentence or two.
        signs: the legend: sign or style of line, and its words.
        remarks: what must be known of the drawing, one sentence each: what is not drawn, what a line is not.
        views: names of views to choose from; empty = there is one.
        nothing: what stands in place of a map where there is nothing to draw.
    """

    title: str
    said: str
    cards: list[Card] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    signs: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    nothing: str = "There is nothing to draw."

    def card(self, card: Card) -> int:
        """Adds what is told of a thing; its index."""
        self.cards.append(card)
        return len(self.cards) - 1

    def positions(self) -> list[Position]:
        """Every position that is drawn."""
        found = [spot.at for spot in self.spots]
        found += [point for path in self.paths for point in path.points]
        for area in self.areas:
            found += [area.centre] if area.centre else [point for ring in area.rings for point in ring]
        return found

    def payload(self) -> dict[str, Any]:
        """All that the script needs but land and ports: places unrolled around the longitude in the middle."""
        positions = self.positions()
        centre = centre_of([lon for _, lon in positions])
        lats = [lat for lat, _ in positions]
        lons = [unrolled(lon, centre) for _, lon in positions]
        roles = list(dict.fromkeys(spot.role for spot in self.spots))
        return {
            "centre": centre,
            "roles": roles,
            "frame": [min(lons), min(lats), max(lons), max(lats)],
            "cards": [card.payload() for card in self.cards],
            "spots": [
                [*_turned(s.at, centre), s.sign, s.card, shown(s.label, 40), roles.index(s.role), s.number, s.view]
                for s in self.spots
            ],
            "paths": [
                [path.style, path.card, path.words, [[list(point) for point in part] for part in parts]]
                for path in self.paths
                if (parts := parted(path.points, centre))
            ],
            "areas": [_area(area, centre) for area in self.areas],
            "views": self.views,
        }


def parted(points: Iterable[Position], centre: float) -> list[list[Position]]:
    """A line as parts that lie within 180 degrees of a longitude: cut at the map's edge where it goes across that.

    From point to point it goes the shorter way around. Latitude and longitude, rounded to 1e-4 degree.
    """
    turned = [_turned(point, centre) for point in points]
    if len(turned) < 2:
        return []
    parts = [[turned[0]]]
    for (lat, lon), (to_lat, to_lon) in pairwise(turned):
        side = 360.0 if to_lon - lon < -180.0 else -360.0 if to_lon - lon > 180.0 else 0.0
        if side:
            edge = centre + side / 2
            along = (edge - lon) / (to_lon + side - lon) if to_lon + side != lon else 0.0
            across = round(lat + along * (to_lat - lat), 4)
            parts[-1].append((across, round(edge, 4)))
            parts.append([(across, round(edge - side, 4))])
        parts[-1].append((to_lat, to_lon))
    return parts


def _turned(at: Position, centre: float) -> Position:
    return round(max(-_NORTH, min(at[0], _NORTH)), 4), round(unrolled(at[1], centre), 4)


def _area(area: Area, centre: float) -> list[Any]:
    if area.centre is not None:
        return [area.card, list(_turned(area.centre, centre)), round(area.radius_nm * 1852)]
    # Outlines are cut at the antimeridian, so that a ring is turned as one.
    found = []
    for ring in area.rings:
        middle = sum(lon for _, lon in ring) / len(ring)
        shift = unrolled(middle, centre) - middle
        found.append([[round(max(-_NORTH, min(lat, _NORTH)), 4), round(lon + shift, 4)] for lat, lon in ring])
    return [area.card, found]
