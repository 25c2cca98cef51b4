"""The sea of one window as a graph: the lattice, capes, the passages through it, and how positions take to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import distance_nm, unit_vectors
from ais_gaps.sea import capes, coastline, land, lattice, mercator, passages
from ais_gaps.sea.berths import MAX_SNAP_NM, Berths
from ais_gaps.sea.lattice import Nodes, Steps
from ais_gaps.sea.tiers import Window

_OPEN_POINTS: Final = 6  # of the coarsest level, that waters must hold to be sea and no pond
_CAPES_OF_CAPE: Final = 12
_CAPES_OF_BERTH: Final = 8
_BESIDE_NM: Final = 3.0  # so near to a passage a position may take to it directly
_PASSAGE_ERROR_NM: Final = 1.0  # so far passages' lines may be off
_RIM_POINTS: Final = 180  # on the world's northernmost row, between which ways go straight over the pole


@dataclass(frozen=True)
class Links:
    """Ways from positions to nodes: number of the position, number of the node, length. Ordered by position."""

    position: NDArray[np.int64]
    node: NDArray[np.int64]
    nm: NDArray[np.float64]


@dataclass(frozen=True)
class Sailable:
    """What is kept of a window: the lattice's points, capes and passages' points from which the sea can be reached."""

    column: NDArray[np.int32]
    row: NDArray[np.int32]
    cape_lat: NDArray[np.float64]
    cape_lon: NDArray[np.float64]
    passage: NDArray[np.int32]


class Network:
    """The graph of a window. Nodes are the lattice's points, then capes, then points of passages.

    Args:
        window: of the sea.
        kept: what an earlier one found; then the steps are only looked for when the graph is asked for.
        steps: between the nodes, where these are kept too.
    """

    def __init__(self, window: Window, kept: Sailable | None = None, steps: Steps | None = None) -> None:
        self.window = window
        step, shape = lattice.geometry(window)
        if kept is None:
            kept, steps = _sailable(window, step, shape)
        self._steps = steps
        self.kept = kept
        self._nodes = Nodes(window, step, shape, kept.column, kept.row)
        chain = passages.chain()
        self._first_cape = len(kept.column)
        self._first_point = len(kept.column) + len(kept.cape_lat)
        self.lat: NDArray[np.float64] = np.concatenate([self._nodes.lat, kept.cape_lat, chain.lat[kept.passage]])
        self.lon: NDArray[np.float64] = np.concatenate([self._nodes.lon, kept.cape_lon, chain.lon[kept.passage]])

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.lat)

    @property
    def steps(self) -> Steps:
        """All steps between nodes, each once."""
        if self._steps is None:
            self._steps = _sailable(self.window, self._nodes.step, self._nodes.shape)[1]
        return self._steps

    @cached_property
    def graph(self) -> Any:
        """Lengths of the steps in nm between nodes, a symmetric scipy csr_array."""
        from scipy.sparse import csr_array  # type: ignore[import-untyped]

        steps = self.steps
        self._steps = None  # looked for again in the rare case that they are wanted again: memory is dearer
        start, end, nm = steps.start, steps.end, steps.nm.astype(np.float64)
        there_and_back = (np.concatenate([start, end]), np.concatenate([end, start]))
        return csr_array((np.concatenate([nm, nm]), there_and_back), shape=(self.size, self.size))

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
        if len(self.kept.cape_lat):
            capes_links = _near_capes(self._cape_tree, self.kept, of.lat, of.lon, _CAPES_OF_BERTH)
            position.append(capes_links.position)
            node.append(capes_links.node + self._first_cape)
            nm.append(capes_links.nm)
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

        return cKDTree(unit_vectors(self.lat[self._first_point :], self.lon[self._first_point :]))

    @cached_property
    def _cape_tree(self) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(unit_vectors(self.kept.cape_lat, self.kept.cape_lon))

    def _beside_passages(self, of: Berths) -> Links:
        """Berths that are a passage's point, those in sight of one, and those so close that the map need not be right."""
        at = np.searchsorted(self.kept.passage, of.passage)
        at = np.minimum(at, len(self.kept.passage) - 1)
        same = np.flatnonzero(self.kept.passage[at] == of.passage)
        count = min(2, len(self.kept.passage))
        _, near = self._passage_tree.query(unit_vectors(of.lat, of.lon), k=list(range(1, count + 1)))
        position = np.repeat(np.arange(len(of.lat)), count)
        node = near.ravel() + self._first_point
        nm = distance_nm(of.lat[position], of.lon[position], self.lat[node], self.lon[node])
        close = (nm <= _BESIDE_NM) & (of.passage[position] < 0)
        position, node, nm = position[close], node[close], nm[close]
        seen = ~coastline.crossed(of.lat[position], of.lon[position], self.lat[node], self.lon[node])
        seen |= nm <= _PASSAGE_ERROR_NM
        return Links(
            np.concatenate([same, position[seen]]),
            np.concatenate([at[same] + self._first_point, node[seen]]),
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


def _in_sight(
    nodes: Nodes, lat: NDArray[np.float64], lon: NDArray[np.float64], some: tuple[int, ...] | None = None
) -> Links:
    """The lattice points in sight of a position: the corners of each level's cell around it, or those of some levels.

    Of the coarsest level those of the cells around that too.
    """
    levels = nodes.window.tier.levels
    x = (nodes.window.frame(lon) - nodes.west) / nodes.step
    y = (mercator.northing(lat) - nodes.south) / nodes.step
    columns, rows = [], []
    for level in range(levels) if some is None else some:
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
    position, node = _pairs_once(position[node >= 0], node[node >= 0])
    node_lat, node_lon = nodes.lat[node], nodes.lon[node]
    seen = np.flatnonzero(~coastline.crossed(lat[position], lon[position], node_lat, node_lon))
    position, node = position[seen], node[seen]
    return Links(position, node, _short_nm(lat[position], lon[position], node_lat[seen], node_lon[seen]))


def _capes_to_lattice(nodes: Nodes, sets: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> Links:
    """Ways from capes, set by set, to lattice points: from the finer sets to those close by, from the last to all around."""
    found, first = [], 0
    for number, (lat, lon) in enumerate(sets):
        links = _in_sight(nodes, lat, lon, None if number == len(sets) - 1 else (number, number + 2))
        found.append(Links(links.position + first, links.node, links.nm))
        first += len(lat)
    return Links(*(np.concatenate([getattr(links, name) for links in found]) for name in ("position", "node", "nm")))


def _near_capes(tree: Any, kept: Sailable, lat: NDArray[np.float64], lon: NDArray[np.float64], most: int) -> Links:
    """The nearest capes that are in sight."""
    count = min(most, len(kept.cape_lat))
    near = tree.query(unit_vectors(lat, lon), k=list(range(1, count + 1)))[1]
    position, cape = np.repeat(np.arange(len(lat)), count), near.ravel()
    to_lat, to_lon = kept.cape_lat[cape], kept.cape_lon[cape]
    seen = ~coastline.crossed(lat[position], lon[position], to_lat, to_lon)
    position, cape = position[seen], cape[seen]
    return Links(position, cape, _short_nm(lat[position], lon[position], to_lat[seen], to_lon[seen]))


def _capes_in_sight(lat: NDArray[np.float64], lon: NDArray[np.float64], sizes: list[int]) -> Links:
    """Pairs of capes near to and in sight of each other, each pair once.

    Near among all, and among those of each coarser set (of so many), which lie further apart.
    """
    from scipy.spatial import cKDTree

    vectors = unit_vectors(lat, lon)
    pairs = []
    for begin, size in ((0, len(lat)), *zip(np.cumsum(sizes) - sizes, sizes, strict=True)):
        some = vectors[begin : begin + size]
        count = min(_CAPES_OF_CAPE + 1, len(some))
        near = cKDTree(some).query(some, k=list(range(1, count + 1)))[1] if count > 1 else np.empty((0, 1), np.int64)
        pairs.append(np.stack([np.repeat(np.arange(len(near)), near.shape[1]), near.ravel()], axis=1) + begin)
    pair = np.sort(np.concatenate(pairs), axis=1)
    pair = pair[pair[:, 0] != pair[:, 1]]
    one, other = _pairs_once(pair[:, 0], pair[:, 1])
    seen = ~coastline.crossed(lat[one], lon[one], lat[other], lon[other])
    one, other = one[seen], other[seen]
    return Links(one, other, _short_nm(lat[one], lon[one], lat[other], lon[other]))


def _short_nm(
    lat1: NDArray[np.float64], lon1: NDArray[np.float64], lat2: NDArray[np.float64], lon2: NDArray[np.float64]
) -> NDArray[np.float64]:
    return mercator.step_nm(lat1, lat2, (lon2 - lon1 + 180.0) % 360.0 - 180.0)


def _pairs_once(one: NDArray[np.int64], other: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs in order, each once."""
    many = int(other.max(initial=0)) + 1
    pair = np.unique(one * many + other)
    return pair // many, pair % many


def _rim(nodes: Nodes) -> NDArray[np.int64]:
    """Points of the northernmost row of the coarsest level."""
    stride = 1 << (nodes.window.tier.levels - 1)
    row = (nodes.shape[0] - 1) // stride * stride
    column = np.unique(np.arange(_RIM_POINTS) * nodes.shape[1] // _RIM_POINTS // stride * stride)
    node = nodes.find(column, np.full(len(column), row))
    return node[node >= 0]


def _sailable(window: Window, step: float, shape: tuple[int, int]) -> tuple[Sailable, Steps]:
    """The points of a window's sea and the steps between them."""
    nodes, steps = lattice.build(window)
    chain = passages.chain()
    sets = [capes.capes(window, tolerance * step) for tolerance in window.tier.cape_steps]
    cape_lat, cape_lon = (np.concatenate(degrees) for degrees in zip(*sets, strict=True))
    cape_to_lattice = _capes_to_lattice(nodes, sets)
    cape_to_cape = _capes_in_sight(cape_lat, cape_lon, [len(lat) for lat, _ in sets])
    first_cape, first_point = len(nodes.row), len(nodes.row) + len(cape_lat)
    inside = window.holds(chain.lat, chain.lon)
    points = np.flatnonzero(inside)
    number = np.cumsum(inside) - 1 + first_point
    # Both ends of a piece must be in the window.
    linked = np.flatnonzero(inside[chain.start] & inside[chain.end])
    to_lattice = _in_sight(nodes, chain.lat[points], chain.lon[points])
    starts = [
        steps.start,
        number[chain.start[linked]],
        to_lattice.position + first_point,
        cape_to_lattice.position + first_cape,
    ]
    ends = [steps.end, number[chain.end[linked]], to_lattice.node, cape_to_lattice.node]
    lengths = [steps.nm, chain.nm[linked], to_lattice.nm, cape_to_lattice.nm]
    starts.append(cape_to_cape.position + first_cape)
    ends.append(cape_to_cape.node + first_cape)
    lengths.append(cape_to_cape.nm)
    if window.round_the_world:
        rim = _rim(nodes)
        one, other = (rim[side] for side in np.triu_indices(len(rim), 1))
        lat, lon = nodes.lat, nodes.lon
        starts.append(one)
        ends.append(other)
        lengths.append(distance_nm(lat[one], lon[one], lat[other], lon[other]))
    start, end, nm = (np.concatenate(parts) for parts in (starts, ends, lengths))
    size = first_point + len(points)
    kept = _open_sea(nodes, size, start, end)
    new = np.cumsum(kept, dtype=np.int32) - 1
    both = kept[start] & kept[end]
    between = Steps(new[start[both]], new[end[both]], nm[both].astype(np.float32))
    on_lattice, on_cape, on_passage = kept[:first_cape], kept[first_cape:first_point], kept[first_point:]
    found = Sailable(
        nodes.column[on_lattice],
        nodes.row[on_lattice],
        cape_lat[on_cape],
        cape_lon[on_cape],
        points[on_passage].astype(np.int32),
    )
    return found, between


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
