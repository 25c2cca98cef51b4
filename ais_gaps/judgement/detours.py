"""Where she can have been out of hearing: a watched place, or waters nearby in which others are seldom heard.

A ship that goes on transmitting is silent where nobody listens. So the place is looked for, within her reach, at which she would be
heard least, on the ways there and back too: among the watched places, and among points 25 to 700 nm around the middle of her way.
Such a point counts where others are known to have been, or where there is sea: an ocean that no receiver reaches is the plainest
reason of all for a silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ais_gaps.judgement.afloat import afloat
from ais_gaps.judgement.coverage import Coverage, Own
from ais_gaps.judgement.silences import Silences, apart_nm
from ais_gaps.reception import cells

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

LEAST_STAY_H: Final = 2.0
FASTER: Final = 1.15
"""A ship can go a little faster than she usually does."""

_POINTS_NM: Final = (25.0, 60.0, 150.0, 350.0, 700.0)
_BEARINGS: Final = 8
_SURE_LAT, _SURE_SHARE = 65.0, 0.9  # between these parallels a point is at least this share of its distance away
_ROUNDING: Final = 0.01
_ON_THE_WAY: Final = (
    0.1,
    0.35,
    0.75,
)  # shares of a way at which she is looked for: more of them near its end in the open
_LEAST_HEARD: Final = 1.0
_MOST_SPACE: Final = 0.97
_LEAST_KNOWN: Final = 6.0  # ship-hours in a parent cell from which it is known that ships are there


@dataclass(frozen=True)
class Detours:
    """The best hidden place of each silence; arrays of one length.

    Attributes:
        lat, lon: degrees. stay_h: hours left there; 0 where no place is within reach.
        out_nm, back_nm: from off, and to on (0 while open).
        watched: index of the watched place, -1 where it is none.
    """

    lat: Floats
    lon: Floats
    stay_h: Floats
    out_nm: Floats
    back_nm: Floats
    watched: Ints

    @classmethod
    def none(cls, n: int) -> Detours:
        """Of silences without any."""
        lat, lon, stay_h, out_nm, back_nm = np.zeros((5, n))
        return cls(lat, lon, stay_h, out_nm, back_nm, np.full(n, -1))

    @classmethod
    def of(cls, s: Silences, watched: Floats, coverage: Coverage, own: Own) -> Detours:
        """The best ones.

        Args:
            s: silences. watched: latitudes and longitudes of the watched places, shape (2, n).
            coverage, own: as of `exposure.exposure`.
        """
        found = cls.none(len(s))
        search = _Search(s, coverage, own, found)
        for number, (lat, lon) in enumerate(watched.T.tolist()):
            rows = search.within_reach(np.zeros(len(s)))
            search.look(rows, np.full(len(rows), lat), np.full(len(rows), lon), number)
        east = (s.on_lon - s.off_lon + 180.0) % 360.0 - 180.0
        middle_lat, middle_lon = (s.off_lat + s.on_lat) / 2.0, s.off_lon + east / 2.0
        for nm in _POINTS_NM:
            # Near a pole a point may lie nearer than it was meant to.
            rows = search.within_reach(np.where(np.abs(middle_lat) < _SURE_LAT, _SURE_SHARE * nm, 0.0))
            for angle in np.arange(_BEARINGS) * (2.0 * np.pi / _BEARINGS):
                lat = np.clip(middle_lat[rows] + nm / 60.0 * np.cos(angle), -89.0, 89.0)
                lon = middle_lon[rows] + nm / 60.0 * np.sin(angle) / np.maximum(np.cos(np.radians(lat)), 0.02)
                search.look(rows, lat, (lon + 180.0) % 360.0 - 180.0, -1)
        return found


class _Search:
    """The best of all places that are looked at, put into ``found``.

    How often she would be heard on the way, there, and on the way back is told from the long run, at a few points of each way.
    Silences that the long run explains without any detour are left alone.
    """

    def __init__(self, s: Silences, coverage: Coverage, own: Own, found: Detours) -> None:
        self._s, self._coverage, self._own, self._found = s, coverage, own, found
        self._class_b = s.class_b.astype(np.int64)
        every = np.arange(len(s))
        ends = ((s.off_lat, s.off_lon), (s.on_lat, s.on_lon))
        most = np.maximum(*(self._rate(every, lat, lon, moving=True) for lat, lon in ends))
        self._worth = s.hours * most > _LEAST_HEARD
        self._least = np.where(self._worth, np.inf, -np.inf)

    def within_reach(self, least_nm: Floats) -> Ints:
        """Silences that are worth a look and had time for places at least so far from the middle of their way."""
        s = self._s
        most_nm = (s.hours - LEAST_STAY_H) * s.knots * FASTER
        there_nm = np.where(s.open, least_nm - s.nm / 2.0, np.maximum(s.nm, 2.0 * least_nm - s.nm))
        return np.flatnonzero(self._worth & (most_nm > there_nm * (1.0 - _ROUNDING) - 1.0))

    def look(self, rows: Ints, lat: Floats, lon: Floats, number: int) -> None:
        """Looks at one place of some silences.

        Args:
            rows: of the silences. lat, lon: degrees. number: of the watched place; -1 = it is none.
        """
        s, found = self._s, self._found
        knots = s.knots[rows]
        out = apart_nm(s.off_lat[rows], s.off_lon[rows], lat, lon)
        left = s.hours[rows] - out / (knots * FASTER)
        some = np.flatnonzero(left > LEAST_STAY_H)
        rows, lat, lon, out, knots = (each[some] for each in (rows, lat, lon, out, knots))
        back = np.where(s.open[rows], 0.0, apart_nm(s.on_lat[rows], s.on_lon[rows], lat, lon))
        stay = s.hours[rows] - (out + back) / (knots * FASTER)
        near = stay > LEAST_STAY_H
        if number < 0:
            cell = _cell(lat[near], lon[near])
            near[near] = (self._coverage.ship_hours_near(cell) >= _LEAST_KNOWN) | afloat(cell)
        rows, lat, lon, out, back, stay, knots = (each[near] for each in (rows, lat, lon, out, back, stay, knots))
        heard = stay * self._rate(rows, lat, lon, moving=False)
        for from_lat, from_lon, nm in ((s.off_lat, s.off_lon, out), (s.on_lat, s.on_lon, back)):
            hours = nm / knots / len(_ON_THE_WAY)
            from_lat, from_lon = from_lat[rows], from_lon[rows]
            east = (lon - from_lon + 180.0) % 360.0 - 180.0
            for share in _ON_THE_WAY:
                at = from_lat + share * (lat - from_lat), from_lon + share * east
                heard += hours * self._rate(rows, *at, moving=True)
        better = heard < self._least[rows]
        chosen = rows[better]
        self._least[chosen] = heard[better]
        for values, new in zip(
            (found.lat, found.lon, found.stay_h, found.out_nm, found.back_nm), (lat, lon, stay, out, back), strict=True
        ):
            values[chosen] = new[better]
        found.watched[chosen] = number

    def _rate(self, of: Ints, lat: Floats, lon: Floats, *, moving: bool) -> Floats:
        """How often an hour she would be heard at some places, by the long run."""
        cell, groups = _cell(lat, lon), 2 * self._class_b[of] + moving
        own = (None, None) if moving else (self._s.ship[of], self._own)
        ashore = -np.log1p(-self._coverage.ashore(groups, cell, *own))
        if not self._coverage.by_kind:
            return np.asarray(ashore)
        return np.asarray(ashore - np.log1p(-np.minimum(self._coverage.space(groups, cell, *own), _MOST_SPACE)))


def _cell(lat: Floats, lon: Floats) -> Ints:
    return cells.of(np.rint(lat * 1e6), np.rint(lon * 1e6))
