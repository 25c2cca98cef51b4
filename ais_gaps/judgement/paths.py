"""Where a silent ship may have been: straight on, waiting first, waiting last, or by way of a watched place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ais_gaps.judgement.silences import LEAST_DISTANCE_NM, RECKONED_H, Ints, Silences, apart_nm

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DIRECT, WAIT_FIRST, WAIT_LAST, VIA = range(4)
PATHS: Final = 4
WEIGHTS: Final = (0.5, 0.2, 0.2, 0.1)
"""How much each path counts; the last only where a watched place is within reach, with `LEAST_STAY_H` left to lie there."""
LEAST_STAY_H: Final = 2.0
FASTER: Final = 1.15
"""A ship can go a little faster than she usually does."""

_MOVING_KN: Final = 0.7


@dataclass(frozen=True)
class Paths:
    """Paths of silences, asked for their positions.

    Attributes:
        weights: of each path, shape (silences, 4), summing to 1.
        via: index of the watched place with the most time left, -1 where none is within reach; stay_h: that time.
    """

    silences: Silences
    weights: Floats
    via: Ints
    stay_h: Floats
    _via_lat: Floats
    _via_lon: Floats
    _legs_h: tuple[Floats, Floats]
    _going_h: Floats

    @classmethod
    def of(cls, silences: Silences, watched_lat: Floats, watched_lon: Floats) -> Paths:
        """Paths of silences, with the watched places' positions in degrees."""
        n = len(silences)
        via, stay_h = np.full(n, -1), np.zeros(n)
        out_nm, back_nm = np.zeros(n), np.zeros(n)
        if len(watched_lat):
            for k, (lat, lon) in enumerate(zip(watched_lat.tolist(), watched_lon.tolist(), strict=True)):
                there = apart_nm(silences.off_lat, silences.off_lon, np.float64(lat), np.float64(lon))
                back = np.where(silences.open, 0.0, apart_nm(silences.on_lat, silences.on_lon, np.float64(lat), np.float64(lon)))
                left = silences.hours - (there + back) / (silences.knots * FASTER)
                better = left > np.where(via < 0, LEAST_STAY_H, stay_h)
                via[better], stay_h[better] = k, left[better]
                out_nm[better], back_nm[better] = there[better], back[better]
        weights = np.tile(np.array(WEIGHTS), (n, 1))
        weights[via < 0, VIA] = 0.0
        weights /= weights.sum(axis=1, keepdims=True)
        none = np.maximum(via, 0)
        lat, lon = (values[none] if len(values) else np.zeros(n) for values in (watched_lat, watched_lon))
        legs = (out_nm / silences.knots / 1.1, back_nm / silences.knots / 1.1)
        going = np.where(
            silences.nm > LEAST_DISTANCE_NM, np.minimum(silences.nm / silences.knots, silences.hours), 0.0
        )
        return cls(silences, weights, via, stay_h, lat, lon, legs, going)

    def at(self, path: int, of: Ints, hours: Floats) -> tuple[Floats, Floats, Flags]:
        """Latitude, longitude and whether she moves, at times after off.

        Args:
            path: `DIRECT`, `WAIT_FIRST`, `WAIT_LAST` or `VIA`. of: silence of each. hours: since its beginning.
        """
        s = self.silences
        lasts = s.hours[of]
        if path == VIA:
            out = np.clip(hours / np.maximum(self._legs_h[0][of], 0.01), 0.0, 1.0)
            back = np.clip((hours - (lasts - self._legs_h[1][of])) / np.maximum(self._legs_h[1][of], 0.01), 0.0, 1.0)
            back[s.open[of]] = 0.0
            lat = s.off_lat[of] + out * (self._via_lat - s.off_lat)[of]
            lon = s.off_lon[of] + out * _east(s.off_lon, self._via_lon)[of]
            return lat + back * (s.on_lat[of] - lat), lon + back * _east(lon, s.on_lon[of]), (out < 1) | (back > 0)
        if path == DIRECT:
            done = np.clip(hours / np.where(s.open, np.minimum(s.hours, RECKONED_H), s.hours)[of], 0.0, 1.0)
            moving = (s.nm / np.maximum(s.hours, 0.1) > _MOVING_KN)[of]
        elif path == WAIT_FIRST:
            going = np.maximum(self._going_h[of], 0.01)
            done = np.clip((hours - (lasts - self._going_h[of])) / going, 0.0, 1.0)
            moving = done > 0
        else:
            done = np.clip(hours / np.maximum(self._going_h[of], 0.01), 0.0, 1.0)
            moving = done < 1
        lat = s.off_lat[of] + done * (s.on_lat - s.off_lat)[of]
        return lat, s.off_lon[of] + done * _east(s.off_lon, s.on_lon)[of], moving


def _east(from_lon: Floats, to_lon: Floats) -> Floats:
    """Longitude difference the shorter way round, degrees."""
    return np.asarray((to_lon - from_lon + 180.0) % 360.0 - 180.0)
