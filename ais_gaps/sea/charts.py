"""Networks and fields, made when first asked for and kept in memory and on disk."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from ais_gaps.sea import tiers
from ais_gaps.sea.berths import Berths
from ais_gaps.sea.field import Field, field
from ais_gaps.sea.kept import Kept
from ais_gaps.sea.lattice import Steps
from ais_gaps.sea.network import Links, Network, Sailable
from ais_gaps.sea.tiers import Window

_FIELDS: Final = 256
_LINKS: Final = 16
_GATES: Final = 200  # through so many a position changes into a coarser network

_STEPS: Final = ("start", "end", "nm")

_Value = TypeVar("_Value")


class Charts:
    """What is needed of the sea to answer questions of ways, window by window."""

    def __init__(self, folder: Path | None) -> None:
        self._kept = Kept(folder)
        self._fields: OrderedDict[tuple[str, float, float], Field] = OrderedDict()
        self._links: OrderedDict[tuple[str, bytes], Links] = OrderedDict()

    def network(self, window: Window) -> Network:
        """The network of a window."""
        return _network(window, self._kept)

    def field(self, network: Network, of: Berths) -> Field:
        """The field of one berth in a network."""
        lat, lon = float(of.lat[0]), float(of.lon[0])
        key = (network.window.key, lat, lon)
        if (known := _recall(self._fields, key)) is not None:
            return known
        read = self._kept.read("field", *key)
        if read is not None and len(read["ways"]) == network.size:
            found = Field(lat, lon, np.cumsum(read["ways"], dtype=np.int32), read["depths"])
        else:
            found = field(network, lat, lon, self._first_links(network, of))
            # Neighbours differ little, so differences pack well; where they overflow, the sums overflow back.
            differences = np.diff(found.ways, prepend=np.int32(0))
            self._kept.write("field", *key, ways=differences, depths=found.depths)
        _remember(self._fields, key, found, _FIELDS)
        return found

    def links(self, network: Network, of: Berths) -> Links:
        """How berths in a window take to its network: in sight, else through a finer network, else to the nearest node."""
        found = self._seen(network, of)
        without = np.setdiff1d(np.arange(len(of.lat)), found.position)
        if len(without):
            more = (
                network.nearest(of.only(without))
                if network.window.tier is tiers.NEAR
                else self._through_finer(network, of.only(without))
            )
            position = np.concatenate([found.position, without[more.position]])
            order = np.argsort(position, kind="stable")
            found = Links(
                position[order],
                np.concatenate([found.node, more.node])[order],
                np.concatenate([found.nm, more.nm])[order],
            )
        return found

    def _seen(self, network: Network, of: Berths) -> Links:
        """How berths in a window take to the nodes in sight of them."""
        key = (network.window.key, of.lat.tobytes() + of.lon.tobytes())
        if (known := _recall(self._links, key)) is None:
            known = network.links(of)
            _remember(self._links, key, known, _LINKS)
        return known

    def _first_links(self, network: Network, of: Berths) -> Links:
        """A place's first steps: to what lies around it and, into a coarser network, along the finer one's ways."""
        if network.window.tier is tiers.NEAR:
            return self.links(network, of)
        around, through = self._seen(network, of), self._through_finer(network, of)
        return Links(
            np.concatenate([around.position, through.position]),
            np.concatenate([around.node, through.node]),
            np.concatenate([around.nm, through.nm]),
        )

    def _through_finer(self, network: Network, of: Berths) -> Links:
        """From each berth to gates of this network by the ways of the next finer one."""
        finer_tier = tiers.TIERS[tiers.TIERS.index(network.window.tier) - 1]
        position, node, nm = [], [], []
        for number in range(len(of.lat)):
            window = tiers.window(finer_tier, of.lat[number], of.lon[number])
            if window.round_the_world:
                continue
            finer = self.network(window)
            gates = network.gates[window.holds(network.lat[network.gates], network.lon[network.gates])]
            links = self._seen(finer, berths_at_sea(network.lat[gates], network.lon[gates]))
            ways = self.field(finer, of.only(np.array([number]))).at(links, len(gates))
            nearest = np.argsort(ways, kind="stable")[:_GATES]
            nearest = nearest[np.isfinite(ways[nearest])]
            position.append(np.full(len(nearest), number))
            node.append(gates[nearest])
            nm.append(ways[nearest])
        if not position:
            return Links(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        return Links(np.concatenate(position), np.concatenate(node), np.concatenate(nm))


def berths_at_sea(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Berths:
    """Positions that are known to lie in water."""
    return Berths(lat, lon, np.zeros(len(lat)), np.full(len(lat), -1, dtype=np.int64))


@lru_cache(maxsize=16)
def _network(window: Window, kept: Kept) -> Network:
    read = kept.read("network", window.key)
    if read is not None and {"column", "row", "cape_lat", "cape_lon", "passage"} <= read.keys():
        column, row = (np.cumsum(read[name], dtype=np.int32) for name in ("column", "row"))
        nodes = Sailable(column, row, read["cape_lat"], read["cape_lon"], read["passage"])
        steps = Steps(*(read[name] for name in _STEPS)) if set(_STEPS) <= read.keys() else None
        return Network(window, nodes, steps)
    made = Network(window)
    kept.write(
        "network",
        window.key,
        column=np.diff(made.kept.column, prepend=0).astype(np.int32),
        row=np.diff(made.kept.row, prepend=0).astype(np.int32),
        cape_lat=made.kept.cape_lat,
        cape_lon=made.kept.cape_lon,
        passage=made.kept.passage,
        # The world's steps take seconds to find and are needed for every place; those of small windows do not.
        **({name: getattr(made.steps, name) for name in _STEPS} if window.round_the_world else {}),
    )
    return made


def _recall(memory: OrderedDict[Any, _Value], key: Any) -> _Value | None:
    found = memory.get(key)
    if found is not None:
        memory.move_to_end(key)
    return found


def _remember(memory: OrderedDict[Any, _Value], key: Any, value: _Value, most: int) -> None:
    memory[key] = value
    while len(memory) > most:
        memory.popitem(last=False)


def forget() -> None:
    """Drops the networks that this process remembers: what comes next is read from disk or made again."""
    _network.cache_clear()
