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
        if path == DIRECT:
            return direct(self.silences, of, hours)
        s = self.silences
        lasts = s.hours[of]
        off_lat, off_lon, on_lat, on_lon = (each[of] for each in (s.off_lat, s.off_lon, s.on_lat, s.on_lon))
        if path == VIA:
            out_h, back_h = (legs[of] for legs in self._legs_h)
            out = np.clip(hours / np.maximum(out_h, 0.01), 0.0, 1.0)
            back = np.clip((hours - (lasts - back_h)) / np.maximum(back_h, 0.01), 0.0, 1.0)
            back[s.open[of]] = 0.0
            lat = off_lat + out * (self.detours.lat[of] - off_lat)
            lon = off_lon + out * _east(off_lon, self.detours.lon[of])
            return lat + back * (on_lat - lat), lon + back * _east(lon, on_lon), (out < 1) | (back > 0)
        going = self._going_h[of]
        if path == WAIT_FIRST:
            done = np.clip((hours - (lasts - going)) / np.maximum(going, 0.01), 0.0, 1.0)
            moving = done > 0
        else:
            done = np.clip(hours / np.maximum(going, 0.01), 0.0, 1.0)
            moving = done < 1
        return off_lat + done * (on_lat - off_lat), off_lon + done * _east(off_lon, on_lon), moving


def direct(s: Silences, of: Ints, hours: Floats) -> tuple[Floats, Floats, Flags]:
    """As `Paths.at`, on the straight way."""
    lasts, off_lat, off_lon = s.hours[of], s.off_lat[of], s.off_lon[of]
    done = np.clip(hours / np.where(s.open[of], np.minimum(lasts, RECKONED_H), lasts), 0.0, 1.0)
    moving = s.nm[of] / np.maximum(lasts, 0.1) > _MOVING_KN
    return off_lat + done * (s.on_lat[of] - off_lat), off_lon + done * _east(off_lon, s.on_lon[of]), moving


def _east(from_lon: Floats, to_lon: Floats) -> Floats:
    """Longitude difference the shorter way round, degrees."""
    return np.asarray((to_lon - from_lon + 180.0) % 360.0 - 180.0)
