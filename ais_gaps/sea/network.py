"""The sea of one window as a graph: the lattice, the passages through it, and how positions take to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import distance_nm, unit_vectors
from ais_gaps.sea import coastline, land, lattice, mercator, passages
from ais_gaps.sea.berths import MAX_SNAP_NM, Berths
from ais_gaps.sea.lattice import Nodes
from ais_gaps.sea.tiers import Window

_OPEN_POINTS: Final = 6  # of the coarsest level, that waters must hold to be sea and no pond
_BESIDE_NM: Final = 3.0  # so near to a passage a position may take to it directly
_RIM_POINTS: Final = 180  # on the world's northernmost row, between which ways go straight over the pole


@dataclass(frozen=True)
class Links:
    """Ways from positions to nodes: number of the position, number of the node, length. Ordered by position."""

    position: NDArray[np.int64]
    node: NDArray[np.int64]
    nm: NDArray[np.float64]


@dataclass(frozen=True)
class Sailable:
    """What is kept of a window: its lattice's points and the passages' points from which the sea can be reached."""

    column: NDArray[np.int32]
    row: NDArray[np.int32]
    passage: NDArray[np.int32]


class Network:
    """The graph of a window. Nodes are the lattice's points, then points of passages.

    Args:
        window: of the sea.
        kept: what an earlier one found; then the graph itself is only made when it is asked for.
    """

    def __init__(self, window: Window, kept: Sailable | None = None) -> None:
        self.window = window
        step, shape = lattice.geometry(window)
        if kept is None:
            kept, self._graph = _sailable(window, step, shape)
        self.kept = kept
        self._nodes = Nodes(window, step, shape, kept.column, kept.row)
        chain = passages.chain()
        self.lattice_size = len(kept.column)
        self.lat: NDArray[np.float64] = np.concatenate([self._nodes.lat, chain.lat[kept.passage]])
        self.lon: NDArray[np.float64] = np.concatenate([self._nodes.lon, chain.lon[kept.passage]])

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.lat)

    @property
    def graph(self) -> Any:
        """Lengths of the steps in nm between nodes, a symmetric scipy csr_array."""
        if not hasattr(self, "_graph"):
            self._graph = _sailable(self.window, self._nodes.step, self._nodes.shape)[1]
        return self._graph

    @cached_property
    def coast(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Unit vectors of the ends of the coast's segments in the window."""
        rings = land.rings()
        vectors = _coast_vectors()
        if self.window.round_the_world:
            return vectors, vectors[rings.following]
        inside = self.window.holds(rings.lat, rings.lon)
        kept = np.flatnonzero(inside | inside[rings.following])
        return vectors[kept], vectors[rings.following[kept]]

    @cached_property
    def gates(self) -> NDArray[np.int64]:
        """Nodes of the two coarsest levels, at which ways change from a finer network into this one."""
        mask = (1 << (self.window.tier.levels - 2)) - 1
        return np.flatnonzero(((self.kept.column & mask) == 0) & ((self.kept.row & mask) == 0))

    def links(self, of: Berths) -> Links:
        """Ways from berths inside the window to the nodes around them that are in sight. Some may have none."""
        lattice_links = _in_sight(self._nodes, of.lat, of.lon)
        position, node, nm = [lattice_links.position], [lattice_links.node], [lattice_links.nm]
        if len(self.kept.passage):
            beside = self._beside_passages(of)
            position.append(beside.position)
            node.append(beside.node)
            nm.append(beside.nm)
        if self.window.round_the_world:
            over = self._over_the_rim(of)
            position.append(over.position)
            node.append(over.node)
            nm.append(over.nm)
        return _ordered(np.concatenate(position), np.concatenate(node), np.concatenate(nm))

    def nearest(self, of: Berths) -> Links:
        """The nearest node of each berth, in sight or not, if it lies within `MAX_SNAP_NM`: for waters that no node is in."""
        node = self._tree.query(unit_vectors(of.lat, of.lon))[1]
        nm = distance_nm(of.lat, of.lon, self.lat[node], self.lon[node])
        near = np.flatnonzero(nm <= MAX_SNAP_NM)
        return Links(near, node[near], nm[near])

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree  # type: ignore[import-untyped]

        return cKDTree(unit_vectors(self.lat, self.lon))

    @cached_property
    def _passage_tree(self) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(unit_vectors(self.lat[self.lattice_size :], self.lon[self.lattice_size :]))

    def _beside_passages(self, of: Berths) -> Links:
        """Berths that are a passage's point, and those in sight of one close by."""
        at = np.searchsorted(self.kept.passage, of.passage)
        at = np.minimum(at, len(self.kept.passage) - 1)
        same = np.flatnonzero(self.kept.passage[at] == of.passage)
        count = min(2, len(self.kept.passage))
        _, near = self._passage_tree.query(unit_vectors(of.lat, of.lon), k=list(range(1, count + 1)))
        position = np.repeat(np.arange(len(of.lat)), count)
        node = near.ravel() + self.lattice_size
        nm = distance_nm(of.lat[position], of.lon[position], self.lat[node], self.lon[node])
        close = (nm <= _BESIDE_NM) & (of.passage[position] < 0)
        position, node, nm = position[close], node[close], nm[close]
        seen = ~coastline.crossed(of.lat[position], of.lon[position], self.lat[node], self.lon[node])
        return Links(
            np.concatenate([same, position[seen]]),
            np.concatenate([at[same] + self.lattice_size, node[seen]]),
            np.concatenate([np.zeros(len(same)), nm[seen]]),
        )

    def _over_the_rim(self, of: Berths) -> Links:
        """Berths north of the lattice, where there is no land: to every point of its rim."""
        beyond = np.flatnonzero(of.lat > self.window.north - 1.0)
        rim = _rim(self._nodes)
        position, node = np.repeat(beyond, len(rim)), np.tile(rim, len(beyond))
        nm = distance_nm(of.lat[position], of.lon[position], self.lat[node], self.lon[node])
        return Links(position, node, nm)


def _ordered(position: NDArray[np.int64], node: NDArray[np.int64], nm: NDArray[np.float64]) -> Links:
    order = np.lexsort((node, position))
    return Links(position[order], node[order], nm[order])


def _coast_vectors() -> NDArray[np.float64]:
    return unit_vectors(land.rings().lat, land.rings().lon)


def _in_sight(nodes: Nodes, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Links:
    """The lattice points of each level's cell around a position, of the coarsest level those of the cells around that too."""
    levels = nodes.window.tier.levels
    x = (nodes.window.frame(lon) - nodes.west) / nodes.step
    y = (mercator.northing(lat) - nodes.south) / nodes.step
    columns, rows = [], []
    for level in range(levels):
        stride = 1 << level
        around = range(-1, 3) if level == levels - 1 else range(2)
        for dy in around:
            for dx in around:
                columns.append((np.floor(x / stride).astype(np.int64) + dx) * stride)
                rows.append((np.floor(y / stride).astype(np.int64) + dy) * stride)
    column, row = np.stack(columns, axis=1), np.stack(rows, axis=1)
    position = np.repeat(np.arange(len(lat)), column.shape[1])
    node = nodes.find(column.ravel(), row.ravel())
    # One point may be a corner of several levels' cells.
    pair = np.unique(np.stack([position, node], axis=1)[node >= 0], axis=0)
    position, node = pair[:, 0], pair[:, 1]
    node_lat, node_lon = nodes.lat[node], nodes.lon[node]
    seen = np.flatnonzero(~coastline.crossed(lat[position], lon[position], node_lat, node_lon))
    position, node = position[seen], node[seen]
    return Links(position, node, distance_nm(lat[position], lon[position], node_lat[seen], node_lon[seen]))


def _rim(nodes: Nodes) -> NDArray[np.int64]:
    """Points of the northernmost row of the coarsest level."""
    stride = 1 << (nodes.window.tier.levels - 1)
    row = (nodes.shape[0] - 1) // stride * stride
    column = np.unique(np.arange(_RIM_POINTS) * nodes.shape[1] // _RIM_POINTS // stride * stride)
    node = nodes.find(column, np.full(len(column), row))
    return node[node >= 0]


def _sailable(window: Window, step: float, shape: tuple[int, int]) -> tuple[Sailable, Any]:
    """The points of a window's sea and the graph of them."""
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    nodes, steps = lattice.build(window)
    chain = passages.chain()
    inside = window.holds(chain.lat, chain.lon)
    points = np.flatnonzero(inside)
    number = np.cumsum(inside) - 1 + len(nodes.row)
    # Both ends of a piece must be in the window.
    linked = np.flatnonzero(chain.linked & inside & np.roll(inside, -1))
    to_lattice = _in_sight(nodes, chain.lat[points], chain.lon[points])
    starts = [steps.start, number[linked], to_lattice.position + len(nodes.row)]
    ends = [steps.end, number[linked] + 1, to_lattice.node]
    lengths = [steps.nm, chain.nm[linked], to_lattice.nm]
    if window.round_the_world:
        rim = _rim(nodes)
        one, other = (rim[side] for side in np.triu_indices(len(rim), 1))
        lat, lon = nodes.lat, nodes.lon
        starts.append(one)
        ends.append(other)
        lengths.append(distance_nm(lat[one], lon[one], lat[other], lon[other]))
    start, end, nm = (np.concatenate(parts) for parts in (starts, ends, lengths))
    size = len(nodes.row) + len(points)
    kept = _open_sea(nodes, size, start, end)
    new = np.cumsum(kept, dtype=np.int32) - 1
    both = kept[start] & kept[end]
    start, end, nm = new[start[both]], new[end[both]], nm[both]
    total = int(kept.sum())
    graph = csr_array(
        (np.concatenate([nm, nm]), (np.concatenate([start, end]), np.concatenate([end, start]))), shape=(total, total)
    )
    on_lattice, on_passage = kept[: len(nodes.row)], kept[len(nodes.row) :]
    found = Sailable(nodes.column[on_lattice], nodes.row[on_lattice], points[on_passage].astype(np.int32))
    return found, graph


def _open_sea(nodes: Nodes, size: int, start: NDArray[np.int32], end: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Nodes of waters large enough to be sea, or that go on outside the window."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

    ones = csr_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(size, size))
    count, water = connected_components(ones, directed=False)
    stride = 1 << (nodes.window.tier.levels - 1)
    coarsest = ((nodes.column % stride) == 0) & ((nodes.row % stride) == 0)
    large = np.bincount(water[: len(nodes.row)][coarsest], minlength=count) >= _OPEN_POINTS
    rows, columns = nodes.shape
    edge = (nodes.row == 0) | (nodes.row >= rows - stride)
    if not nodes.window.round_the_world:
        edge |= (nodes.column == 0) | (nodes.column >= columns - stride)
        large[water[: len(nodes.row)][edge]] = True
    kept: NDArray[np.bool_] = large[water]
    return kept
