"""Ways of ships between two fixes no more than a day apart: straight on the chart, near the poles along the great circle.

Positions are millionths of a degree. At a cell's size of 0.25 degree nothing is known that would tell a great circle from a rhumb
line, or either from the course she steered: on 300 miles at 60 degrees of latitude they part by 6 miles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ais_gaps.reception.fixes import Fixes
from ais_gaps.summary.kernel import is_jump, moved

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

POLAR: Final = 70_000_000
"""From this latitude on meridians run together too fast for a straight line on the chart."""

_RADIUS_NM: Final = 6_371_008.8 / 1852.0  # mean radius of the Earth (Moritz 2000, Geodetic Reference System 1980)
_UNIT_NM: Final = np.pi / 180.0 * 1e-6 * _RADIUS_NM  # a millionth of a degree of latitude
_TURN: Final = 360_000_000
# Of middle latitudes in steps of 0.005 degree; a cosine for each way would cost more than all else here.
_STEP: Final = 10_000
_COSINES: Final = np.cos(np.radians((np.arange(2 * 90_000_000 // _STEP + 1) + 0.5) * _STEP * 0.5e-6))


@dataclass(frozen=True)
class Points:
    """Where and when: seconds since 1970, latitude and longitude; arrays of int32 of one length."""

    ts: Ints
    lat: Ints
    lon: Ints

    def __len__(self) -> int:
        return len(self.ts)

    @classmethod
    def of(cls, fixes: Fixes, index: Ints) -> Points:
        """Some of the fixes."""
        return cls(fixes.ts[index], fixes.lat[index], fixes.lon[index])

    def take(self, index: Ints) -> Points:
        """Some of these, by index or by flags."""
        return Points(self.ts[index], self.lat[index], self.lon[index])

    def put(self, where: Ints | Flags, others: Points) -> None:
        """Sets some of these."""
        self.ts[where], self.lat[where], self.lon[where] = others.ts, others.lat, others.lon


def between(start: Points, end: Points, at_s: Ints) -> Points:
    """Where a ship was at a time on her way at a constant speed; before its start where it starts, after its end where it ends."""
    share = (at_s - start.ts) / np.maximum(end.ts - start.ts, 1)
    np.clip(share, 0.0, 1.0, out=share)
    lat = start.lat + np.rint(share * (end.lat - start.lat)).astype(np.int32)
    lon = start.lon + np.rint(share * _turn(start.lon, end.lon)).astype(np.int32)
    lon[lon >= _TURN // 2] -= _TURN
    lon[lon < -_TURN // 2] += _TURN
    polar = np.flatnonzero(_polar(start, end))
    if len(polar):
        lat[polar], lon[polar] = _along(start.take(polar), end.take(polar), share[polar])
    return Points(at_s, lat, lon)


def length_nm(start: Points, end: Points) -> Floats:
    """How long the ways are in nautical miles: within 1 percent for what a ship makes in a day."""
    north = (end.lat - start.lat).astype(np.float64)
    east = _turn(start.lon, end.lon) * _COSINES[np.abs(start.lat + end.lat) // _STEP]
    length = np.sqrt(north * north + east * east) * _UNIT_NM
    polar = np.flatnonzero(_polar(start, end))
    if len(polar):
        length[polar] = _angle(_vectors(start.take(polar)), _vectors(end.take(polar))) * _RADIUS_NM
    return np.asarray(length)


def jumps(start: Points, end: Points) -> Flags:
    """Which ways are longer than a ship can make in the time."""
    far = moved(start.lat, end.lat)
    far |= moved(start.lon, end.lon)
    at = np.flatnonzero(far)
    a, b = start.take(at), end.take(at)
    far[at] = is_jump((a.lat, a.lon, b.lat, b.lon), (b.ts - a.ts) / 3600.0)
    return np.asarray(far, np.bool_)


def _turn(start: Ints, end: Ints) -> Ints:
    """From one longitude to another the shorter way round."""
    turn: Ints = end - start
    turn[turn >= _TURN // 2] -= _TURN
    turn[turn < -_TURN // 2] += _TURN
    return turn


def _polar(start: Points, end: Points) -> Flags:
    return np.asarray(np.maximum(np.abs(start.lat), np.abs(end.lat)) > POLAR)


def _along(start: Points, end: Points, share: Floats) -> tuple[Ints, Ints]:
    """Latitude and longitude after a share of the great circle."""
    a, b = _vectors(start), _vectors(end)
    angle = _angle(a, b)
    whole = np.sin(angle)
    near = whole < 1e-9  # the same place: no sine to divide by
    divisor = np.where(near, 1.0, whole)
    by_a = np.where(near, 1.0 - share, np.sin((1.0 - share) * angle) / divisor)
    by_b = np.where(near, share, np.sin(share * angle) / divisor)
    x, y, z = a * by_a + b * by_b
    lat, lon = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    # Whole millionths: the last bits of a sine decide no cell.
    return np.rint(lat * 1e6).astype(np.int32), np.rint(lon * 1e6).astype(np.int32)


def _vectors(points: Points) -> Floats:
    """On the unit sphere, shape (3, n)."""
    phi, lam = np.radians(points.lat * 1e-6), np.radians(points.lon * 1e-6)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _angle(a: Floats, b: Floats) -> Floats:
    chord = np.sqrt(((a - b) ** 2).sum(axis=0))
    return np.asarray(2.0 * np.arcsin(np.minimum(chord / 2.0, 1.0)))
