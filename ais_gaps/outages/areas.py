"""Areas: neighbouring cells in which receivers heard nobody in the same hours, found as one outage.

Each cell's quiet runs are found by themselves. Round the most surprising of them those of the neighbouring cells are gathered that
were quiet in about the same hours, the ships of all are taken together, and the whole is judged once more as one series: so
neighbours that are quiet together count for as much as their ships would, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from ais_gaps.outages import quiet
from ais_gaps.outages.hours import AREA, AreaHours, by_area, in_halves, middle
from ais_gaps.outages.quiet import Runs, Series
from ais_gaps.outages.silence import AREA as KIND
from ais_gaps.outages.silence import SURE, Silence, of_runs
from ais_gaps.reception import cells

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NOTED: Final = 1.5  # evidence, in nats, of a cell that may be part of an outage
_SEED: Final = 3.0  # and of one that may be the middle of one
_TOGETHER: Final = 7.0  # and of the cells of one, added up: with less no outage would come of them
_CHOICE: Final = float(np.log(2.0))
_ALIKE: Final = 0.5  # hours that two runs share, as a part of the hours of either
_NEIGHBOURS_NM: Final = 48.0  # between middles: cells that touch, at an edge or a corner


def find(
    ships: Sequence[AreaHours], hours: Ints, receiver: str | None, begins: tuple[int, int] | None = None
) -> Iterator[Silence]:
    """The outages of areas, the most surprising cell's first.

    Args:
        ships: all that are known of.
        hours: ascending; others are left out.
        receiver: terrestrial; None = of reports that do not say what kind of receiver heard them.
        begins: only those of which the most surprising cell fell silent from the one hour until before the other; None = all.
    """
    areas, series = by_area(ships, hours, receiver)
    if not len(areas) or not len(series.hour):
        return
    runs = quiet.without_habits(series, quiet.runs(series))
    runs = runs.take(runs.evidence >= _NOTED)
    around, halves = _Around(areas, runs), in_halves(ships)
    left = np.ones(len(runs), np.bool_)
    seeds = np.lexsort((runs.first, runs.series, -runs.evidence))
    if begins is not None:
        fell = series.hour[runs.first[seeds]]
        seeds = seeds[(fell >= begins[0]) & (fell < begins[1])]
    for seed in seeds.tolist():
        if runs.evidence[seed] < _SEED:
            return
        if not left[seed]:
            continue
        members = around.gathered(seed, left)
        found = _judged(areas, series, runs, seed, members, receiver)
        if found is None and len(members) > 1:
            members = np.array([seed])
            found = _judged(areas, series, runs, seed, members, receiver)
        if found is None:
            continue
        left[members] = False
        yield replace(found, middle=middle(halves, int(areas[runs.series[seed]])))


def _judged(areas: Ints, series: Series, runs: Runs, seed: int, members: Ints, receiver: str | None) -> Silence | None:
    """The outage of the runs that were gathered round one, if it is one."""
    if runs.evidence[members].sum() < _TOGETHER:
        return None
    which = np.unique(runs.series[members])
    whole = series.only(which).together()
    together = quiet.without_habits(whole, quiet.runs(whole))
    # Each neighbour could have been left out: what was chosen because it was quiet proves less.
    together = replace(together, evidence=together.evidence - _CHOICE * (len(which) - 1))
    shared = _shared(together.first, together.last, int(runs.first[seed]), int(runs.last[seed]))
    sure = np.flatnonzero((together.log_odds >= SURE) & (shared >= _ALIKE))
    if not len(sure):
        return None
    best = sure[np.argmax(together.log_odds[sure])]
    found = of_runs(
        whole,
        together.take(np.array([best])),
        KIND,
        receiver,
        cells=tuple(areas[which].tolist()),
    )
    return found[0]


class _Around:
    """Quiet runs by the cells that they are of, and next to which they lie."""

    def __init__(self, areas: Ints, runs: Runs) -> None:
        self._runs = runs
        self._near = _neighbours(areas)
        self._bounds = np.searchsorted(runs.series, np.arange(len(areas) + 1))
        self._next_to: dict[int, Ints] = {}

    def gathered(self, seed: int, left: Flags) -> Ints:
        """A run and those of cells about it, each next to another of them, that were quiet in about the same hours."""
        first, last = int(self._runs.first[seed]), int(self._runs.last[seed])
        chosen = {seed}
        reached, seen = {int(self._runs.series[seed])}, set[int]()
        while reached:
            seen |= reached
            rows = np.concatenate([self._beside(cell) for cell in sorted(reached)])
            rows = rows[left[rows] & (_shared(self._runs.first[rows], self._runs.last[rows], first, last) >= _ALIKE)]
            chosen.update(rows.tolist())
            reached = set(self._runs.series[rows].tolist()) - seen
        return np.array(sorted(chosen), np.int64)

    def _beside(self, cell: int) -> Ints:
        """The runs of the cells next to one."""
        if cell not in self._next_to:
            slices = [np.arange(*self._bounds[other : other + 2]) for other in self._near[cell]]
            self._next_to[cell] = np.concatenate([np.zeros(0, np.int64), *slices])
        return self._next_to[cell]


def _shared(firsts: Ints, lasts: Ints, first: int, last: int) -> npt.NDArray[np.float64]:
    """Hours that runs share with a period, as a part of the hours of either."""
    both = np.minimum(lasts, last) - np.maximum(firsts, first) + 1
    either = np.maximum(lasts, last) - np.minimum(firsts, first) + 1
    return np.asarray(np.maximum(both, 0) / either)


def _neighbours(areas: Ints) -> list[list[int]]:
    """Of each area, by its place in the list, the places of those next to it."""
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    at = cells.edges(areas, AREA)
    phi, lam = np.radians(at.lat), np.radians(at.lon)
    points = np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=1)
    reach = 2.0 * np.sin(np.radians(_NEIGHBOURS_NM / 60.0) / 2.0)
    near = cKDTree(points).query_ball_point(points, reach, return_sorted=True)
    return [[other for other in found if other != place] for place, found in enumerate(near)]
