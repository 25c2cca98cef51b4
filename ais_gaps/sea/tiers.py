"""Windows of the sea, from near and fine to the whole world: which one a way is looked for in."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, floor, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import EQUATOR_NM, FLATTENING

_SOUTH: Final = -78.5
_NORTH: Final = 84.5  # no land beyond 83.7; ways over the pole are added to the world's lattice
_LOWER: Final = (
    1.0 - FLATTENING
) ** 2  # geodesics are no shorter than this times those of a sphere of the equator's radius


@dataclass(frozen=True)
class Tier:
    """One fineness.

    Attributes:
        step_deg: distance of lattice points along a meridian at the window's middle latitude, at the finest level.
        levels: each level's points lie twice as far apart as those of the one before.
        zone: a level's points are kept where a coast is within this many of its steps; those of the last level everywhere.
        cape_steps: the coast's corners are looked for to these tolerances, in steps of the finest level.
        core_deg, margin_deg: windows serve the places of a core, degrees of latitude high, and reach so much further
            on each side (in longitude: as many miles).
    """

    name: str
    step_deg: float
    levels: int
    zone: int
    cape_steps: tuple[float, ...]
    core_deg: float
    margin_deg: float


NEAR: Final = Tier("near", 0.02, 4, 2, (0.04, 0.16, 0.6), 8.0, 6.0)
WIDE: Final = Tier("wide", 0.05, 4, 1, (0.15, 0.6), 16.0, 18.0)
WORLD: Final = Tier("world", 0.15, 4, 1, (0.4, 1.6), 180.0, 180.0)
TIERS: Final = (NEAR, WIDE, WORLD)


@dataclass(frozen=True)
class Window:
    """A box in longitude and latitude, degrees; east - west is at most 360. The world's goes round."""

    tier: Tier
    west: float
    south: float
    east: float
    north: float

    @property
    def key(self) -> str:
        """Names the window, for what is kept of it."""
        return f"{self.tier.name}_{self.south:g}_{self.west:g}"

    @property
    def round_the_world(self) -> bool:
        """Its west and east side are one meridian, and ways may cross it."""
        return self.tier is WORLD

    def frame(self, lon: NDArray[np.float64]) -> NDArray[np.float64]:
        """Longitudes as the window counts them, from its west on."""
        turned: NDArray[np.float64] = self.west + (lon - self.west) % 360.0
        return turned

    def holds(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which positions lie in it. All lie in the world's."""
        if self.round_the_world:
            return np.ones(len(lat), dtype=np.bool_)
        inside: NDArray[np.bool_] = (lat >= self.south) & (lat <= self.north) & (self.frame(lon) <= self.east)
        return inside

    def to_border_nm(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
        """A lower bound of the distance from positions inside to where one would leave the window; inf for the world."""
        if self.round_the_world:
            return np.full(len(lat), np.inf)
        x, phi = self.frame(lon), np.radians(lat)
        side = np.radians(np.minimum(x - self.west, self.east - x))
        # To a meridian: the perpendicular on it, or the pole if that lies beyond.
        across = np.where(side < np.pi / 2, np.arcsin(np.cos(phi) * np.sin(side)), np.pi / 2 - np.abs(phi))
        along = np.radians(np.minimum(lat - self.south, self.north - lat))
        bound: NDArray[np.float64] = np.maximum(np.minimum(across, along), 0.0) * EQUATOR_NM * _LOWER
        return bound


def window(tier: Tier, lat: float, lon: float) -> Window:
    """The window of a tier that serves a place. Places of one core share it."""
    if tier is not WORLD:
        band = floor(lat / tier.core_deg)
        south, north = band * tier.core_deg, (band + 1) * tier.core_deg
        middle = min(abs(south + north) / 2.0, 80.0)
        cores = max(1, floor(360.0 * cos(radians(middle)) / tier.core_deg))
        core = 360.0 / cores
        margin = tier.margin_deg / cos(radians(middle))
        west = -180.0 + floor((lon + 180.0) % 360.0 / core) * core
        south, north = max(south - tier.margin_deg, _SOUTH), min(north + tier.margin_deg, _NORTH)
        if core + 2.0 * margin < 360.0 and south < lat < north:
            return Window(tier, west - margin, south, west + core + margin, north)
    return Window(WORLD, -180.0, _SOUTH, 180.0, _NORTH)


def columns(window: Window, step: float) -> int:
    """Number of lattice columns; for the world a multiple of every level's step."""
    coarsest = 1 << (window.tier.levels - 1)
    return ceil((window.east - window.west) / step / coarsest) * coarsest
