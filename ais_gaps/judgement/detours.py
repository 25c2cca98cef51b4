"""Where she can have been out of hearing: a watched place, or waters nearby in which others are seldom heard.

A ship that goes on transmitting is silent where nobody listens. So the place is looked for, within her reach and with time to lie
there, at which a ship would be heard least: among the watched places, and among points 25 to 700 nm around the middle of her way.
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
_NEARER: Final = 1e-4  # of two places at which she would be heard about as seldom, the nearer: an hour's chance a mile
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
        least = np.full(len(s), np.inf)
        rest = 2 * s.class_b.astype(np.int64)

        def look(lat: Floats, lon: Floats, number: int) -> None:
            out = apart_nm(s.off_lat, s.off_lon, lat, lon)
            back = np.where(s.open, 0.0, apart_nm(s.on_lat, s.on_lon, lat, lon))
            stay = s.hours - (out + back) / (s.knots * FASTER)
            near = np.flatnonzero(stay > LEAST_STAY_H)
            cell = cells.of(np.rint(lat[near] * 1e6), np.rint(lon[near] * 1e6))
            if number < 0:
                known = (coverage.ship_hours_near(cell) >= _LEAST_KNOWN) | afloat(cell)
                near, cell = near[known], cell[known]
            ashore, space = (
                chance(rest[near], cell, s.ship[near], own) for chance in (coverage.ashore, coverage.space)
            )
            rate = -np.log1p(-ashore) - np.log1p(-np.minimum(space, 0.97))
            heard = rate + _NEARER * out[near]
            better = heard < least[near]
            at = near[better]
            least[at] = heard[better]
            for values, new in zip(
                (found.lat, found.lon, found.stay_h, found.out_nm, found.back_nm),
                (lat, lon, stay, out, back),
                strict=True,
            ):
                values[at] = new[at]
            found.watched[at] = number

        for number, (lat, lon) in enumerate(watched.T.tolist()):
            look(np.full(len(s), lat), np.full(len(s), lon), number)
        east = (s.on_lon - s.off_lon + 180.0) % 360.0 - 180.0
        middle_lat, middle_lon = (s.off_lat + s.on_lat) / 2.0, s.off_lon + east / 2.0
        for nm in _POINTS_NM:
            for angle in np.arange(_BEARINGS) * (2.0 * np.pi / _BEARINGS):
                lat = np.clip(middle_lat + nm / 60.0 * np.cos(angle), -89.0, 89.0)
                lon = middle_lon + nm / 60.0 * np.sin(angle) / np.maximum(np.cos(np.radians(lat)), 0.02)
                look(lat, (lon + 180.0) % 360.0 - 180.0, -1)
        return found
