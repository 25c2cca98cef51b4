"""Where the vessels of a generated fleet are at any second.

Each shuttles between two berths on a bent line and stays a while at each. Position is a function of time alone, so that
no track ever jumps, whenever it is heard, and any day can be made without the days before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.identities import Flags, Floats, Ints

_PORTS = 400
_FARTHEST_NM = 2_500


@dataclass(frozen=True)
class Movement:
    """Of some vessels at some seconds: position in degrees, course in degrees, speed in knots."""

    lat: Floats
    lon: Floats
    course: Floats
    speed_kn: Floats
    at_berth: Flags
    outbound: Flags


class Voyages:
    """Two berths a vessel, the bends between them, and how long it stays at each."""

    def __init__(self, rng: np.random.Generator, speed_kn: Floats) -> None:
        n = len(speed_kn)
        ports_lat, ports_lon = rng.uniform(-45, 60, _PORTS), rng.uniform(-180, 180, _PORTS)
        port = rng.choice(_PORTS, n, p=rng.dirichlet(np.full(_PORTS, 0.7)))
        self._lat: Floats = ports_lat[port] + rng.normal(0, 0.03, n)
        self._lon: Floats = ports_lon[port] + rng.normal(0, 0.03, n)
        self._moored: Flags = rng.random(n) < 0.25  # laid up: never leaves its first berth
        distance_nm = np.minimum(rng.lognormal(np.log(150), 1.3, n), _FARTHEST_NM)
        bearing = rng.uniform(0, 2 * np.pi, n)
        north_nm = distance_nm * np.cos(bearing)
        self._north_nm: Floats = np.where(np.abs(self._lat + north_nm / 60) > 65, -north_nm, north_nm)
        self._east_nm: Floats = distance_nm * np.sin(bearing)
        self._cos_mid: Floats = np.cos(np.radians(self._lat + self._north_nm / 120))
        self._bend: Floats = rng.uniform(-0.05, 0.05, n)  # how far aside, as a share of the distance
        self._half_waves: Floats = rng.integers(1, 4, n).astype(np.float64) * np.pi
        # The line is bent, and straight in degrees, so the speed over ground varies along it: a fifth more time keeps
        # it near the vessel's own speed.
        self._cruise_s: Floats = np.maximum(600, distance_nm / speed_kn * 3_600 * 1.2)
        self._dwell_s: Floats = rng.lognormal(np.log(14), 0.8, n) * 3_600
        self._offset_s: Floats = rng.random(n) * 2 * (self._cruise_s + self._dwell_s)

    def at(self, vessel: Ints, time: Ints) -> Movement:
        """The vessels of these indexes at these seconds (of any one origin, negative ones too)."""
        dwell, cruise = self._dwell_s[vessel], self._cruise_s[vessel]
        in_cycle = (time + self._offset_s[vessel]) % (2 * (dwell + cruise))
        outbound = in_cycle < dwell + cruise
        in_leg = np.where(outbound, in_cycle, in_cycle - dwell - cruise)
        moored = self._moored[vessel]
        share = np.clip((in_leg - dwell) / cruise, 0, 1)
        share = np.where(moored, 0, np.where(outbound, share, 1 - share))

        north, east, cos_mid = self._north_nm[vessel], self._east_nm[vessel], self._cos_mid[vessel]
        bend, half_waves = self._bend[vessel], self._half_waves[vessel]
        aside = bend * np.sin(half_waves * share)
        lat = self._lat[vessel] + (north * share - east * aside) / 60
        lon = self._lon[vessel] + (east * share + north * aside) / 60 / cos_mid
        turn = bend * half_waves * np.cos(half_waves * share)
        per_hour = np.where(outbound, 3_600, -3_600) / cruise
        north_kn = (north - east * turn) * per_hour
        east_kn = (east + north * turn) * per_hour * np.cos(np.radians(lat)) / cos_mid
        return Movement(
            lat=lat,
            lon=(lon + 180) % 360 - 180,
            course=np.degrees(np.arctan2(east_kn, north_kn)) % 360,
            speed_kn=np.hypot(north_kn, east_kn),
            at_berth=(in_leg < dwell) | moored,
            outbound=outbound,
        )
