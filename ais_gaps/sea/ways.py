"""Ways from places to positions, each in the smallest window that proves it the shortest."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import distance_nm
from ais_gaps.sea import tiers
from ais_gaps.sea.berths import Berths, berths
from ais_gaps.sea.charts import Charts
from ais_gaps.sea.tiers import Tier, Window

Positions: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Latitudes and longitudes, degrees."""


class Ways:
    """Lengths of ways around land."""

    def __init__(self, folder: Path | None) -> None:
        self._charts = Charts(folder)

    def lengthen(
        self,
        nm: NDArray[np.float64],
        wanted: NDArray[np.bool_],
        limit_nm: NDArray[np.float64],
        places: Positions,
        positions: Positions,
    ) -> None:
        """Makes geodesics into ways, in place.

        Args:
            nm: geodesics, shape (places, positions); `wanted`, those that may not stay as they are; `limit_nm`, ways longer
                than which may be called inf.
            places, positions: where they lead from and to.
        """
        wanted = wanted & (nm > 0.0)
        of_places, of_positions = (
            _berths_where(np.asarray(wanted.any(axis=1 - axis)), *given)
            for axis, given in enumerate((places, positions))
        )
        dry = np.isnan(of_places.lat)[:, None] | np.isnan(of_positions.lat)[None, :]
        nm[wanted & dry] = np.inf
        open_ = wanted & ~dry
        # Positions at the water may lie nearer to each other than those on land that they stand for.
        found = np.where(open_, np.inf, nm)
        for tier in tiers.TIERS:
            if not open_.any():
                break
            self._in_tier(tier, found, open_, limit_nm, of_places, of_positions)
        nm[wanted] = np.maximum(nm, found)[wanted]

    def _in_tier(
        self,
        tier: Tier,
        found: NDArray[np.float64],
        open_: NDArray[np.bool_],
        limit_nm: NDArray[np.float64],
        places: Berths,
        positions: Berths,
    ) -> None:
        """Finds ways in one tier's windows, and takes from `open_` what needs no wider one."""
        windows: dict[Window, list[int]] = {}
        for place in np.flatnonzero(open_.any(axis=1)):
            windows.setdefault(tiers.window(tier, places.lat[place], places.lon[place]), []).append(int(place))
        for window, members in windows.items():
            if window.round_the_world and tier is not tiers.WORLD:
                continue
            some = np.flatnonzero(open_[members].any(axis=0))
            some = some[window.holds(positions.lat[some], positions.lon[some])]
            if not len(some):
                continue
            self._in_window(window, members, some, found, open_, limit_nm, places, positions)

    def _in_window(
        self,
        window: Window,
        members: list[int],
        some: NDArray[np.int64],
        found: NDArray[np.float64],
        open_: NDArray[np.bool_],
        limit_nm: NDArray[np.float64],
        places: Berths,
        positions: Berths,
    ) -> None:
        network = self._charts.network(window)
        there = positions.only(some)
        links = self._charts.links(network, there)
        border_nm = window.to_border_nm(there.lat, there.lon)
        for member in members:
            place = places.only(np.array([member]))
            field = self._charts.field(network, place)
            straight_nm = distance_nm(place.lat, place.lon, there.lat, there.lon)
            seen = field.straight(network, there.lat, there.lon, straight_nm)
            # Lengths on a lattice are right to 1e-4, and a way is never less than the geodesic.
            by_water = np.where(seen, straight_nm, np.maximum(straight_nm, field.at(links, len(some))))
            ashore_nm = place.snap_nm + there.snap_nm
            way = ashore_nm + by_water
            # In one harbour: the way from quay to quay is not out to the mapped water and back.
            quays = (place.snap_nm > 0.0) & (there.snap_nm > 0.0) & (by_water <= ashore_nm)
            way[quays] = 0.0
            still = open_[member, some]
            found[member, some] = np.where(still, np.minimum(found[member, some], way), found[member, some])
            # What leaves the window goes to its border and back to the position.
            outside_nm = border_nm + window.to_border_nm(place.lat, place.lon)
            proven = (by_water <= outside_nm) | (outside_nm + ashore_nm > limit_nm[member, some])
            open_[member, some] &= ~proven


def _berths_where(wanted: NDArray[np.bool_], lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Berths:
    """Berths of the positions that are wanted, which are known; NaN for the others."""
    known = np.flatnonzero(wanted)
    some = berths(lat[known], lon[known])
    blank = np.full(len(lat), np.nan)
    all_ = Berths(blank, blank.copy(), np.zeros(len(lat)), np.full(len(lat), -1, dtype=np.int64))
    for name in ("lat", "lon", "snap_nm", "passage"):
        getattr(all_, name)[known] = getattr(some, name)
    return all_
