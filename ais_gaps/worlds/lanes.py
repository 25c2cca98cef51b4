"""Lanes: ways that ships take through the waters, and the room that they have beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ais_gaps.geodesy import bearing_deg, distance_nm
from ais_gaps.worlds.waters import Floats, Waters, offing_nm

SPACING_NM: Final = 2.0
"""Points of a lane are no further apart."""

_WIDEST_NM: Final = 5.0
_SLANT: Final = 0.1  # miles aside for each mile on, at most
_OFFING_KEPT_NM: Final = 1.5


@dataclass(frozen=True)
class Lane:
    """A way in points close together.

    Attributes:
        lat, lon: degrees. room_nm: how far each point is from the coast.
        along_nm: from the start to each point.
        aside_nm: how far aside of each point a ship may keep so that she crosses no land on the way to the next.
    """

    lat: Floats
    lon: Floats
    room_nm: Floats
    along_nm: Floats
    aside_nm: Floats

    @classmethod
    def through(cls, lat: Floats, lon: Floats) -> Lane:
        """The lane with corners at some positions."""
        lat, lon = _close(lat, lon)
        room = offing_nm(lat, lon)
        step = distance_nm(lat[:-1], lon[:-1], lat[1:], lon[1:])
        along = np.append(0.0, np.cumsum(step))
        # With a step s, and half of (room - 2 s) aside at both of its ends, both ends lie in one circle without land.
        aside = np.clip(0.5 * (room - 2.0 * SPACING_NM), 0.0, _WIDEST_NM)
        aside = np.minimum(aside, _SLANT * np.minimum(along, along[-1] - along))
        there = np.minimum.accumulate(aside - _SLANT * along) + _SLANT * along
        back = (np.minimum.accumulate((aside + _SLANT * along)[::-1]))[::-1] - _SLANT * along
        return cls(lat, lon, room, along, np.minimum(there, back))

    @property
    def nm(self) -> float:
        """Its length."""
        return float(self.along_nm[-1])

    def reverse(self) -> Lane:
        """The same lane the other way."""
        along = self.nm - self.along_nm[::-1]
        return Lane(self.lat[::-1], self.lon[::-1], self.room_nm[::-1], along, self.aside_nm[::-1])

    def beside(self, aside: Floats) -> tuple[Floats, Floats]:
        """Positions so much aside of each point: shares of what is allowed, within -1 and 1, to starboard."""
        course = np.radians(bearing_deg(self.lat[:-1], self.lon[:-1], self.lat[1:], self.lon[1:]))
        # A ship at a bend is aside of the mean of both courses.
        east, north = (np.append(f(course), f(course[-1])) for f in (np.sin, np.cos))
        east[1:-1], north[1:-1] = east[1:-1] + east[:-2], north[1:-1] + north[:-2]
        length = np.maximum(np.hypot(east, north), 1e-9)
        nm = aside * self.aside_nm
        return moved(self.lat, self.lon, nm * north / length, -nm * east / length)


def moved(lat: Floats, lon: Floats, east_nm: Floats, north_nm: Floats) -> tuple[Floats, Floats]:
    """Positions some miles further on, for short ways."""
    return lat + north_nm / 60.0, lon + east_nm / (60.0 * np.cos(np.radians(lat)))


class Lanes:
    """The lanes of a sea, each found once."""

    def __init__(self, waters: Waters) -> None:
        self.waters = waters
        self._known: dict[tuple[int, int], Lane] = {}

    def between(self, port: int, other: int) -> Lane:
        """From one port to another, by their numbers."""
        first, last = sorted((port, other))
        lane = self.to(first, int(self.waters.berth[last]))
        return lane if port == first else lane.reverse()

    def to(self, port: int, node: int) -> Lane:
        """From a port to a node of the waters."""
        if (port, node) not in self._known:
            nodes = self.waters.nodes_to(port, node)
            corners = nodes[_corners(*(values[nodes] for values in _of(self.waters)))]
            self._known[port, node] = Lane.through(self.waters.lat[corners], self.waters.lon[corners])
        return self._known[port, node]


def _of(waters: Waters) -> tuple[Floats, Floats, Floats]:
    return waters.lat, waters.lon, waters.offing_nm


def _corners(lat: Floats, lon: Floats, offing: Floats) -> list[int]:
    """Those of a lattice's way that remain when it is pulled straight, as far as that leads no nearer to the coast."""
    corners, last = [0], len(lat) - 1
    while corners[-1] < last:
        at = corners[-1]
        good, bad = at + 1, last + 1
        reach = last
        while good + 1 < bad:
            if _clear(lat, lon, offing, at, reach):
                good = reach
            else:
                bad = reach
            reach = (good + bad) // 2
        corners.append(good)
    return corners


def _clear(lat: Floats, lon: Floats, offing: Floats, start: int, end: int) -> bool:
    y, x = _close(lat[[start, end]], lon[[start, end]])
    room = offing_nm(y, x)
    step = distance_nm(y[:-1], x[:-1], y[1:], x[1:])
    kept = min(_OFFING_KEPT_NM, 0.6 * float(offing[start : end + 1].min()))
    # On land the nearest coast is near too: the circles of two neighbours must cover what is between them.
    return bool((room >= kept).all() and (room[:-1] + room[1:] > step * 1.01).all())


def _close(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Corners with as many positions between them that none are further apart than `SPACING_NM`."""
    if len(lat) < 2:
        return lat, lon
    step = distance_nm(lat[:-1], lon[:-1], lat[1:], lon[1:])
    pieces = np.maximum(np.ceil(step / (SPACING_NM * 0.99)), 1).astype(np.int64)
    knots = np.append(0, np.cumsum(pieces))
    at = np.arange(knots[-1] + 1)
    return np.interp(at, knots, lat), np.interp(at, knots, lon)
