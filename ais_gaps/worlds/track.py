"""A ship's movements as they are made up, leg by leg, and where she is at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import bearing_deg, distance_nm
from ais_gaps.worlds.lanes import moved
from ais_gaps.worlds.settings import HOUR_S

Floats = NDArray[np.float64]

UNDER_WAY: Final = 0
AT_ANCHOR: Final = 1
MOORED: Final = 5
FISHING: Final = 7
"""Navigational status, ITU-R M.1371 table 48."""


@dataclass(frozen=True)
class Fixes:
    """Where a ship is at some times: degrees, knots, and of which trip."""

    lat: Floats
    lon: Floats
    sog: Floats
    cog: Floats
    status: NDArray[np.int64]
    trip: NDArray[np.int64]


class Track:
    """Movements in a straight line from node to node.

    Args:
        start_s: when it begins.
        lat, lon: where.
    """

    def __init__(self, start_s: float, lat: float, lon: float) -> None:
        self._s, self._lat, self._lon = [np.array([start_s])], [np.array([lat])], [np.array([lon])]
        self._status: list[NDArray[np.int64]] = []
        self._trips: list[NDArray[np.int64]] = []
        self.trip = 0

    @property
    def now_s(self) -> float:
        """When it ends, so far."""
        return float(self._s[-1][-1])

    @property
    def here(self) -> tuple[float, float]:
        """Where it ends, so far."""
        return float(self._lat[-1][-1]), float(self._lon[-1][-1])

    def sail(self, lat: Floats, lon: Floats, knots: Floats | float, status: int = UNDER_WAY) -> None:
        """On from here through some positions, at a speed for each way to one."""
        lats, lons = np.append(self.here[0], lat), np.append(self.here[1], lon)
        nm = distance_nm(lats[:-1], lons[:-1], lats[1:], lons[1:])
        self._add(self.now_s + np.cumsum(np.maximum(nm / knots * HOUR_S, 1e-3)), lat, lon, status)

    def stay(self, seconds: float, status: int) -> None:
        """Still, for so long."""
        lat, lon = self.here
        self._add(np.array([self.now_s + max(seconds, 60.0)]), np.array([lat]), np.array([lon]), status)

    def reappear(self, lat: float, lon: float, seconds: float) -> None:
        """At another place after so long; nobody sees the way between."""
        self._add(np.array([self.now_s + max(seconds, 60.0)]), np.array([lat]), np.array([lon]), UNDER_WAY)

    def swing(self, seconds: float, radius_nm: float, turn: float, status: int) -> None:
        """About a point for so long, as a ship at anchor does with wind and tide."""
        turns = np.linspace(0.0, 1.0, max(int(seconds // (2 * HOUR_S)), 2) + 1)[1:-1]
        lat, lon = self.here
        angle = turn + 2.0 * np.pi * turns * max(seconds / (12.4 * HOUR_S), 0.5)
        reach = radius_nm * np.sin(np.pi * turns)
        around = moved(np.full(len(turns), lat), np.full(len(turns), lon), reach * np.sin(angle), reach * np.cos(angle))
        times = np.append(self.now_s + turns * seconds, self.now_s + seconds)
        self._add(times, np.append(around[0], lat), np.append(around[1], lon), status)

    def at(self, seconds: Floats) -> Fixes:
        """Where she is at some times, which lie within the track."""
        s, lat, lon = (np.concatenate(parts) for parts in (self._s, self._lat, self._lon))
        status, trips = np.concatenate(self._status), np.concatenate(self._trips)
        leg = np.clip(np.searchsorted(s, seconds, "right") - 1, 0, len(s) - 2)
        nm = distance_nm(lat[:-1], lon[:-1], lat[1:], lon[1:])
        sog = nm / np.diff(s) * HOUR_S
        cog = np.nan_to_num(bearing_deg(lat[:-1], lon[:-1], lat[1:], lon[1:]))
        return Fixes(
            np.interp(seconds, s, lat), np.interp(seconds, s, lon), sog[leg], cog[leg], status[leg], trips[leg]
        )

    def _add(self, seconds: Floats, lat: Floats, lon: Floats, status: int) -> None:
        self._s.append(seconds)
        self._lat.append(lat)
        self._lon.append(lon)
        self._status.append(np.full(len(seconds), status))
        self._trips.append(np.full(len(seconds), self.trip))
