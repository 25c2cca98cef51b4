"""The water of a window as a network to sail on, and how far each point of it is from the coast.

A lattice of its own, coarse at sea and fine around ports, and not that of `ais_gaps.sea`: ships keep off the coast where the
shortest way would graze it, so what is generated is no mirror of what reach reckons with.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.errors import NotFound
from ais_gaps.geodesy import distance_nm
from ais_gaps.sea import coastline
from ais_gaps.sea.land import on_land
from ais_gaps.worlds.seas import Sea

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OFFING_NM: Final = 15.0
"""Further off the coast than this is as good as this."""

_UNIT_DEG: Final = 0.02
_COARSE: Final = 4  # units
_FINE_DEG: Final = 0.3
_MOVES: Final = ((1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (1, 2), (2, -1), (1, -2))
_BERTH_NM: Final = 5.0
_BERTH_OFFING_NM: Final = 0.12
_SHY_NM: Final = 4.0  # nearer to the coast than this, miles count for more


class Waters:
    """Nodes in the water of a sea and the steps between them that cross no land.

    Attributes:
        lat, lon: of the nodes, degrees.
        offing_nm: how far each is from the coast, at most `OFFING_NM`.
        berth: node of each port of the sea.
    """

    def __init__(self, sea: Sea) -> None:
        column, row = _lattice(sea)
        lat: Floats = np.asarray(sea.south + row * _UNIT_DEG, np.float64)
        lon: Floats = np.asarray(sea.west + column * _UNIT_DEG, np.float64)
        wet = ~on_land(lat, lon)
        column, row, lat, lon = column[wet], row[wet], lat[wet], lon[wet]
        offing = offing_nm(lat, lon)
        start, end, nm = _steps(column, row, lat, lon, offing)
        kept = _largest(len(lat), start, end)
        new = np.cumsum(kept) - 1
        both = kept[start] & kept[end]
        self.lat: Floats = lat[kept]
        self.lon: Floats = lon[kept]
        self.offing_nm: Floats = offing[kept]
        self._start, self._end, self._nm = new[start[both]], new[end[both]], nm[both]
        self.berth = np.array([self._berth(port.name, port.lat, port.lon) for port in sea.ports])
        self._graph = self._weighted()
        self._trees: dict[int, tuple[Floats, NDArray[np.int32]]] = {}

    def tree(self, port: int) -> tuple[Floats, NDArray[np.int32]]:
        """From a port by its number: the weighted length of the way to each node, and the node before each on it."""
        if port not in self._trees:
            from scipy.sparse.csgraph import dijkstra  # type: ignore[import-untyped]

            ways, before = dijkstra(self._graph, indices=int(self.berth[port]), return_predecessors=True)
            self._trees[port] = ways, before
        return self._trees[port]

    def nodes_to(self, port: int, node: int) -> Ints:
        """The nodes on the way from a port to a node, both included."""
        before = self.tree(port)[1]
        nodes = [node]
        while nodes[-1] != self.berth[port]:
            nodes.append(int(before[nodes[-1]]))
        return np.array(nodes[::-1])

    def _berth(self, name: str, lat: float, lon: float) -> int:
        nm = distance_nm(lat, lon, self.lat, self.lon)
        nm[self.offing_nm < _BERTH_OFFING_NM] = np.inf
        if nm.min() > _BERTH_NM:
            raise NotFound(f"{name} has no navigable water within {_BERTH_NM:g} nm on this map.")
        return int(np.argmin(nm))

    def _weighted(self) -> Any:
        from scipy.sparse import csr_array  # type: ignore[import-untyped]

        shy = 1.0 + 1.5 * np.maximum(1.0 - self.offing_nm / _SHY_NM, 0.0)
        weight = self._nm * (shy[self._start] + shy[self._end]) / 2.0
        size = len(self.lat)
        one, other = np.concatenate([self._start, self._end]), np.concatenate([self._end, self._start])
        return csr_array((np.concatenate([weight, weight]), (one, other)), shape=(size, size))


def offing_nm(lat: Floats, lon: Floats) -> Floats:
    """How far each position in the water is from the coast, at most `OFFING_NM`."""
    foot_lat, foot_lon = coastline.nearest(lat, lon, OFFING_NM)
    return np.fmin(distance_nm(lat, lon, foot_lat, foot_lon), OFFING_NM)


def _lattice(sea: Sea) -> tuple[Ints, Ints]:
    columns, rows = (round((to - of) / _UNIT_DEG) + 1 for of, to in ((sea.west, sea.east), (sea.south, sea.north)))
    wanted = np.zeros((rows, columns), np.bool_)
    wanted[::_COARSE, ::_COARSE] = True
    reach = round(_FINE_DEG / _UNIT_DEG)
    for port in sea.ports:
        x, y = round((port.lon - sea.west) / _UNIT_DEG), round((port.lat - sea.south) / _UNIT_DEG)
        wanted[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1] = True
    row, column = np.nonzero(wanted)
    return column.astype(np.int64), row.astype(np.int64)


def _steps(column: Ints, row: Ints, lat: Floats, lon: Floats, offing: Floats) -> tuple[Ints, Ints, Floats]:
    """Each step once: fine ones between neighbours, coarse ones between points of the coarse lattice."""
    number = np.full((int(row.max()) + 1, int(column.max()) + 1), -1, np.int64)
    number[row, column] = np.arange(len(row))
    starts, ends = [], []
    for stride in (1, _COARSE):
        of = np.flatnonzero((column % stride == 0) & (row % stride == 0))
        for dx, dy in _MOVES:
            x, y = column[of] + dx * stride, row[of] + dy * stride
            inside = (x < number.shape[1]) & (y >= 0) & (y < number.shape[0])
            to = np.where(inside, number[np.where(inside, y, 0), np.where(inside, x, 0)], -1)
            starts.append(of[to >= 0])
            ends.append(to[to >= 0])
    start, end = np.concatenate(starts), np.concatenate(ends)
    nm = distance_nm(lat[start], lon[start], lat[end], lon[end])
    # Circles without land around both ends cover the step: only the others need a look at the coast.
    near = np.flatnonzero(offing[start] + offing[end] < nm * 1.01)
    blocked = coastline.crossed(lat[start[near]], lon[start[near]], lat[end[near]], lon[end[near]])
    open_ = np.ones(len(start), np.bool_)
    open_[near[blocked]] = False
    return start[open_], end[open_], nm[open_]


def _largest(size: int, start: Ints, end: Ints) -> NDArray[np.bool_]:
    """The nodes of the largest body of water."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ones = csr_array((np.ones(len(start), np.int8), (start, end)), shape=(size, size))
    _, water = connected_components(ones, directed=False)
    kept: NDArray[np.bool_] = water == np.bincount(water).argmax()
    return kept
