"""How far it is by sea from one place to everywhere in a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import distance_nm
from ais_gaps.sea import sight
from ais_gaps.sea.land import on_land
from ais_gaps.sea.network import Links, Network

UNITS: Final = 100.0
"""Fields are kept in whole hundredths of a nautical mile, so that a kept one is the same as a fresh one."""

_NOWHERE: Final = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Field:
    """Ways from one place on the water.

    Attributes:
        lat, lon: the place.
        ways: hundredths of nm to each node of the network, the largest int32 where there is none.
        depths: the place's horizon (`sight.horizon`).
    """

    lat: float
    lon: float
    ways: NDArray[np.int32]
    depths: NDArray[np.float32]

    def at(self, links: Links, count: int) -> NDArray[np.float64]:
        """Ways to as many positions with such links, nm; inf where there is none."""
        found = np.full(count, np.inf)
        if len(links.position):
            ways = np.where(self.ways == _NOWHERE, np.inf, self.ways / UNITS)
            first = np.flatnonzero(np.diff(links.position, prepend=-1))
            found[links.position[first]] = np.minimum.reduceat(ways[links.node] + links.nm, first)
        return found

    def straight(
        self, network: Network, lat: NDArray[np.float64], lon: NDArray[np.float64], nm: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which positions in the window, so far off, are in sight: nothing but water on the geodesic."""
        return self.stays(network, lat, lon, nm) & sight.in_sight(self.depths, self.lat, self.lon, lat, lon)

    def stays(
        self, network: Network, lat: NDArray[np.float64], lon: NDArray[np.float64], nm: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """To which positions, so far off, the geodesic cannot leave the window: beyond it no land was looked at."""
        border_nm = network.window.to_border_nm(np.array([self.lat]), np.array([self.lon]))
        inside: NDArray[np.bool_] = nm <= border_nm + network.window.to_border_nm(lat, lon)
        return inside


def field(network: Network, lat: float, lon: float, links: Links) -> Field:
    """The field of a place in a network.

    Dijkstra's algorithm (1959) from the place over the network's steps (scipy.sparse.csgraph). Its first steps lead to
    every node in sight, as long as the geodesic, and along `links`: so only what comes after the first cape is measured on
    the lattice.
    """
    from scipy.sparse import csr_array  # type: ignore[import-untyped]
    from scipy.sparse.csgraph import dijkstra  # type: ignore[import-untyped]

    # A passage's point on what the map calls land sees nothing: all around it is that land.
    dry = bool(on_land(np.array([lat]), np.array([lon]))[0])
    depths = np.zeros(sight.DIRECTIONS, dtype=np.float32) if dry else sight.horizon(lat, lon, *network.coast)
    seen = np.flatnonzero(sight.in_sight(depths, lat, lon, network.lat, network.lon))
    straight_nm = distance_nm(lat, lon, network.lat[seen], network.lon[seen])
    place = Field(lat, lon, np.empty(0, dtype=np.int32), depths)
    inside = place.stays(network, network.lat[seen], network.lon[seen], straight_nm)
    first = np.full(network.size, np.inf)
    first[seen[inside]] = straight_nm[inside]
    np.minimum.at(first, links.node, links.nm)
    reached = np.flatnonzero(np.isfinite(first))
    graph = network.graph
    size = network.size
    with_place = csr_array(
        (
            np.concatenate([graph.data, np.maximum(first[reached], 1e-9)]),
            np.concatenate([graph.indices, reached.astype(graph.indices.dtype)]),
            np.append(graph.indptr, graph.indptr[-1] + len(reached)),
        ),
        shape=(size + 1, size + 1),
    )
    ways = dijkstra(with_place, indices=size)[:size]
    kept = np.where(np.isfinite(ways), np.rint(np.where(np.isfinite(ways), ways, 0.0) * UNITS), _NOWHERE)
    return Field(lat, lon, kept.astype(np.int32), depths)
