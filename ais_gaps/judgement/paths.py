"""Where a silent ship may have been: straight on, waiting first, waiting last, or by a detour out of hearing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ais_gaps.judgement.detours import Detours
from ais_gaps.judgement.silences import LEAST_DISTANCE_NM, RECKONED_H, Ints, Silences

Floats = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

DIRECT, WAIT_FIRST, WAIT_LAST, VIA = range(4)
PATHS: Final = 4
WEIGHTS: Final = (0.3, 0.1, 0.1, 0.5)
"""How much each path counts; the last only where a place to be out of hearing is within reach (`detours`)."""
_MOVING_KN: Final = 0.7


@dataclass(frozen=True)
class Paths:
    """Paths of silences, asked for their positions.

    Attributes:
        weights: of each path, shape (silences, 4), summing to 1.
        detours: the places of the last path.
    """

    silences: Silences
    weights: Floats
    detours: Detours
    _legs_h: tuple[Floats, Floats]
    _going_h: Floats

    @classmethod
    def of(cls, silences: Silences, detours: Detours) -> Paths:
        """Paths of silences."""
        weights = np.tile(np.array(WEIGHTS), (len(silences), 1))
        weights[detours.stay_h <= 0.0, VIA] = 0.0
        weights /= weights.sum(axis=1, keepdims=True)
        legs = (detours.out_nm / silences.knots / 1.1, detours.back_nm / silences.knots / 1.1)
        going = np.where(silences.nm > LEAST_DISTANCE_NM, np.minimum(silences.nm / silences.knots, silences.hours), 0.0)
        return cls(silences, weights, detours, legs, going)

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
            lat = s.off_lat[of] + out * (self.detours.lat - s.off_lat)[of]
            lon = s.off_lon[of] + out * _east(s.off_lon, self.detours.lon)[of]
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
