"""Pieces dealt out to tracks, greedily in order of time.

A piece goes to the track of its class from which it is most to be expected: near where its last position puts the ship, carried on
at its last speed and course for an hour or up to twelve; the nearer, the less time has gone by. Where no track is in reach, it
begins one, as in Global Fishing Watch's gpsdio-segment; but a long silence ends none: that would make two ships of a dark trip.

A silent ship is in reach of much: a wrong position in her silence, or another ship under her MMSI, continues her track. So a step
over some distance stays in doubt. When another track then has its tenth fix, and would continue the track from before the step, it
does: if what followed the step is fewer fixes, or if the step was the longer one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import asin, dist, inf, nan, pi, sqrt

import numpy as np
import numpy.typing as npt

from ais_gaps.summary.kernel import JUMP_FLOOR_H, JUMP_KN
from ais_gaps.summary.reports import NULL, Ints
from ais_gaps.tracks.pieces import Pieces

LEAST_FIXES = 10
"""A track of fewer fixes is none (as in gpsdio-segment)."""
SURE_H, CARRIED_H = 1.0, 12.0
"""How long a ship is taken to keep her speed and course; and how long she may: she is looked for all along that way."""
SPREAD_NM, SPREAD_KN = 0.5, 4.0
"""How far off a ship is found from where she is taken to be: at once, and for each hour since."""
YOUNG = 5.0
"""A track that does not count is so much less to be expected: most are a wrong position or two."""
GUEST_H = 24.0
"""A guest (see `_Track`) that lasts longer counts."""
FORGOTTEN_H = 20.0
"""A track that does not count is forgotten after so long a silence, while one that does is heard: so a wrong position that comes
again day by day does not add up to a ship."""
LIVE_TRACKS = 32
"""So many tracks of an MMSI are looked at; the one that was silent longest is left out first. More ships than that send under the
numbers that transmitters have when nobody set one."""
HOPELESS_TRACKS = 1000
"""An MMSI with more tracks than that, and one for every two pieces, is no ship's: the rest of it is set aside."""
DOUBTS = 8
"""So many steps of a track are kept in doubt, the latest."""

_DOUBT_NM = JUMP_KN * JUMP_FLOOR_H
_H_US = 3_600_000_000
_GUEST_US, _FORGOTTEN_US = round(GUEST_H * _H_US), round(FORGOTTEN_H * _H_US)
_R_NM = 180.0 * 60.0 / pi
_UNKNOWN = 1e12

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Assigned:
    """Tracks of some pieces.

    Attributes:
        track: number of each piece's track within its MMSI, by first appearance; -1 for pieces without a position.
        kept: whether that track counts; else the piece is set aside.
        revises: whether the piece changes what was said of those before it; else it only adds to that.
    """

    track: Ints
    kept: Ints
    revises: Ints


def assign(pieces: Pieces) -> Assigned:
    """Deals pieces out to the tracks of their MMSI."""
    mmsi = pieces["mmsi"]
    track, kept, revises = np.full(len(pieces), -1), np.zeros(len(pieces), bool), np.zeros(len(pieces), bool)
    heard = np.flatnonzero(pieces["positions"] > 0)
    columns = [pieces[name][heard].tolist() for name in ("first_us", "last_us", "positions", "ais_class")]
    columns += [_points(pieces, heard, "first"), _points(pieces, heard, "last"), _velocities(pieces, heard)]
    own = mmsi[heard]
    edges = [*np.flatnonzero(np.append(True, own[1:] != own[:-1])).tolist(), len(own)] if len(own) else []
    for begin, end in pairwise(edges):
        at = heard[begin:end]
        track[at], kept[at], revises[at] = _of_one(_Sent(*(values[begin:end] for values in columns)))
    return Assigned(track, kept, revises)


@dataclass(frozen=True, slots=True)
class _Sent:
    """The pieces of one MMSI as lists, in order of time; points on the unit sphere, velocities in radians an hour."""

    first_us: list[int]
    last_us: list[int]
    positions: list[int]
    ais_class: list[int]
    start: list[Point]
    end: list[Point]
    velocity: list[Point]


@dataclass(slots=True)
class _Track:
    """A track as it grows.

    A *guest* began when another track of the MMSI counted already. It counts with its tenth fix only if another was heard between
    its fixes, or if it lasts a day: else a receiver that is misled for some hours would be a ship that then fell silent for good.
    """

    first_us: int
    guest: bool
    ais_class: int = 0
    last_us: int = -1
    point: Point = (nan, nan, nan)
    point_us: int = 0
    velocity: Point = (0.0, 0.0, 0.0)
    fixes: int = 0
    between: bool = False
    counts: bool = False
    pieces: list[int] = field(default_factory=list)
    doubts: list[_Step] = field(default_factory=list)

    def weigh(self) -> None:
        """Whether it counts by now."""
        lasts = self.last_us - self.first_us >= _GUEST_US
        self.counts = self.fixes >= LEAST_FIXES and (not self.guest or self.between or lasts)


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of a track that may be two ships': how the track stood before it, and by how much the step misses it."""

    ais_class: int
    point: Point
    point_us: int
    velocity: Point
    fixes: int
    between: bool
    length: int
    miss_nm: float


def _of_one(sent: _Sent) -> tuple[list[int], list[bool], list[bool]]:
    """Number of the track of each piece, whether that counts, and whether the piece revises others."""
    live: list[_Track] = []  # the one heard last first
    every: list[_Track] = []
    heard_us = -1  # when a track that counts was last heard
    stands: _Track | None = None  # for the MMSI while no track counts
    revises = [False] * len(sent.first_us)
    for i, now in enumerate(sent.first_us):
        if len(live) > 1:
            live = [t for t in live if t.counts or t.last_us >= now - _FORGOTTEN_US or t.last_us >= heard_us]
        track, miss_nm = _nearest(live, now, sent.start[i], sent.ais_class[i])
        if track is None:
            track = _Track(now, heard_us >= 0)
            every.append(track)
        elif miss_nm > _DOUBT_NM:
            track.doubts = [*track.doubts[1 - DOUBTS :], _step(track, miss_nm)]
        if not live or live[0] is not track:
            live = [track, *(t for t in live if t is not track)][:LIVE_TRACKS]
        few = track.fixes < LEAST_FIXES
        _extend(track, sent, i, heard_us)
        if few and track.fixes >= LEAST_FIXES and len(live) > 1 and _rehang(track, live, sent):
            heard_us = max((t.last_us for t in every if t.counts), default=-1)
            revises[i] = True
        elif track.counts:
            revises[i] = heard_us < 0 and stands is not None and stands is not track
            heard_us = track.last_us
        if heard_us < 0:
            before, stands = stands, _standing(every)
            revises[i] |= before is not None and before is not stands
        if len(every) > HOPELESS_TRACKS and 2 * len(every) > i:
            every.append(_Track(now, True, pieces=list(range(i + 1, len(sent.first_us)))))
            break
    return *_numbered(every, len(sent.first_us)), revises


def _nearest(live: list[_Track], now: int, start: Point, ais_class: int) -> tuple[_Track | None, float]:
    """The track that a piece misses least for the time, and by how many miles; None where none is in reach."""
    best, least, by_nm = None, inf, 0.0
    for track in live:
        if ais_class and track.ais_class and ais_class != track.ais_class:
            continue
        cost, miss_nm = _cost(track, now, start)
        if not track.counts:
            cost *= YOUNG
        if cost < least:
            best, least, by_nm = track, cost, miss_nm
    return best, by_nm


def _cost(track: _Track | _Step, now: int, start: Point) -> tuple[float, float]:
    """How little a point is to be expected of a track, and the miss in miles; infinite where no ship makes that way.

    The inverse of the density of the Cauchy distribution in the plane, about where the ship is taken to be.
    """
    hours = (now - track.point_us) / _H_US
    chord = dist(track.point, start)
    limit = JUMP_KN * sqrt(hours * hours + JUMP_FLOOR_H * JUMP_FLOOR_H) / _R_NM
    # An arc is no longer than pi/2 times its chord.
    if chord > 0.6 * limit and 2.0 * asin(min(chord / 2.0, 1.0)) > limit:
        return inf, 0.0
    (x, y, z), (u, v, w) = track.point, track.velocity
    carried = hours if hours < SURE_H else SURE_H
    speed2 = u * u + v * v + w * w
    if hours > SURE_H and speed2 > 0.0:
        p, q, r = start
        along = ((p - x) * u + (q - y) * v + (r - z) * w) / speed2
        carried = max(carried, min(along, hours, CARRIED_H))
    miss_nm = dist((x + u * carried, y + v * carried, z + w * carried), start) * _R_NM
    if miss_nm != miss_nm:  # a position is not known: it is no nearer to any track
        return _UNKNOWN, 0.0
    spread2 = SPREAD_NM * SPREAD_NM + SPREAD_KN * SPREAD_KN * hours * hours
    all2 = spread2 + miss_nm * miss_nm
    return all2 * sqrt(all2 / spread2), miss_nm


def _rehang(track: _Track, live: list[_Track], sent: _Sent) -> bool:
    """Whether a track continues another from before a step in doubt; then that one keeps only what followed the step."""
    first, ais_class = track.pieces[0], track.ais_class
    best, at, least = None, 0, inf
    for other in live:
        for k, step in enumerate(other.doubts):
            same = not (ais_class and step.ais_class and ais_class != step.ais_class)
            if other is track or not same or other.pieces[step.length] > first:
                continue
            cost, miss_nm = _cost(step, track.first_us, sent.start[first])
            few = other.fixes - step.fixes < LEAST_FIXES
            if cost < _UNKNOWN and (few or miss_nm < step.miss_nm) and miss_nm < least:
                best, at, least = other, k, miss_nm
    if best is None:
        return False
    step = best.doubts[at]
    head, tail = best.pieces[: step.length], best.pieces[step.length :]
    doubts = [
        replace(
            each, length=each.length + step.length, fixes=each.fixes + step.fixes, between=each.between or step.between
        )
        for each in track.doubts
    ]
    again = [replace(step, miss_nm=least)] if least > _DOUBT_NM else []
    track.doubts = [*best.doubts[:at], *again, *doubts][-DOUBTS:]
    track.pieces, track.fixes = head + track.pieces, step.fixes + track.fixes
    track.first_us, track.guest, track.between = best.first_us, best.guest, step.between or track.between
    track.ais_class = step.ais_class or ais_class
    track.weigh()
    # What is left begins anew, as another ship.
    best.pieces, best.fixes, best.first_us = tail, best.fixes - step.fixes, sent.first_us[tail[0]]
    best.guest, best.between, best.doubts = best.guest or track.counts, False, []
    best.ais_class = next((sent.ais_class[i] for i in tail if sent.ais_class[i]), 0)
    best.weigh()
    return True


def _step(track: _Track, miss_nm: float) -> _Step:
    place = (track.ais_class, track.point, track.point_us, track.velocity)
    return _Step(*place, track.fixes, track.between, len(track.pieces), miss_nm)


def _extend(track: _Track, sent: _Sent, i: int, heard_us: int) -> None:
    track.between |= track.guest and -1 < track.last_us < heard_us
    track.pieces.append(i)
    track.ais_class = track.ais_class or sent.ais_class[i]
    track.last_us = sent.last_us[i]
    start, end = sent.start[i], sent.end[i]
    if end[0] == end[0]:
        track.point, track.point_us, track.velocity = end, sent.last_us[i], sent.velocity[i]
    elif start[0] == start[0]:
        track.point, track.point_us, track.velocity = start, sent.first_us[i], (0.0, 0.0, 0.0)
    track.fixes += sent.positions[i]
    if not track.counts:
        track.weigh()


def _numbered(every: list[_Track], n: int) -> tuple[list[int], list[bool]]:
    """Numbers by first appearance, and whether each counts."""
    number, counts = [0] * n, [False] * n
    every.sort(key=lambda track: track.pieces[0] if track.pieces else n)
    if not any(track.counts for track in every) and (stands := _standing(every)) is not None:
        stands.counts = True
    for k, track in enumerate(every):
        for i in track.pieces:
            number[i], counts[i] = k, track.counts
    return number, counts


def _standing(every: list[_Track]) -> _Track | None:
    """The track that stands for an MMSI of which none counts: the longest, if it holds half of all fixes."""
    longest = max(every, key=lambda track: track.fixes, default=None)
    return longest if longest is not None and 2 * longest.fixes >= sum(track.fixes for track in every) else None


def _points(pieces: Pieces, index: Ints, edge: str) -> list[Point]:
    """Positions on the unit sphere; NaN where not known."""
    lat, lon = _radians(pieces[f"{edge}_lat"][index]), _radians(pieces[f"{edge}_lon"][index])
    return _tuples(np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))


def _velocities(pieces: Pieces, index: Ints) -> list[Point]:
    """Speed and course at the last position as movement on the unit sphere, radians an hour; 0 where not sent."""
    lat, lon = _radians(pieces["last_lat"][index]), _radians(pieces["last_lon"][index])
    sog, cog = pieces["last_sog"][index], pieces["last_cog"][index]
    sent = (sog != NULL) & (cog != NULL)
    speed, course = np.where(sent, sog, 0) / 100.0 / _R_NM, np.radians(np.where(sent, cog, 0) / 100.0)
    north, east = speed * np.cos(course), speed * np.sin(course)
    return _tuples(
        -east * np.sin(lon) - north * np.sin(lat) * np.cos(lon),
        east * np.cos(lon) - north * np.sin(lat) * np.sin(lon),
        north * np.cos(lat),
    )


def _radians(values: Ints) -> npt.NDArray[np.float64]:
    """Stored coordinates in radians, NaN where null."""
    found: npt.NDArray[np.float64] = np.radians(np.where(values == NULL, np.nan, values * 1e-6))
    return found


def _tuples(*columns: npt.NDArray[np.float64]) -> list[Point]:
    return list(zip(*(values.tolist() for values in columns), strict=True))
