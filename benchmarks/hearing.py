"""When the vessels of a generated fleet are heard.

Each goes through phases: *dense* (a shore station hears it, a report each 60-180 s), *sparse* (satellites: a pass about
each 36 minutes, some missed, one or two reports in each) and *silent* (over 6 h). The phase that a day ends in is carried
to the next, and nothing else is, so that a year needs no more memory than a day.

The mixture stays on the hard side of real data: in a published sample of 31 vessels heard from space and shore (Orbcomm,
2021) 1.6 % of reports are followed by a silence over 1 h and 0.3 % by one over 6 h; here 3.4 % and 0.3 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.identities import Floats, Ints

DAY_S = 86_400
DENSE, SPARSE, SILENT = range(3)
SHORTEST_SILENCE_S = 6 * 3_600
MISSED_PASSES, HEARD_TWICE = 0.08, 0.5

Segments = tuple[Ints, Ints, Ints, Ints]
"""Heard stretches: vessel, start and end (seconds since the first day began), kind of phase."""


class Phases:
    """The phases of all vessels; advances a day at a time."""

    def __init__(self, rng: np.random.Generator, vessels: int) -> None:
        self._dense_h: Floats = rng.lognormal(np.log(1.0), 0.9, vessels)  # how long shore hears it at a time
        self._kind: Ints = rng.choice(3, vessels, p=(0.15, 0.75, 0.10))
        self._until: Ints = self._durations(rng, np.arange(vessels))
        self.day = 0

    def advance(self, rng: np.random.Generator) -> Segments:
        """The heard stretches of the next day."""
        self.day += 1
        end = self.day * DAY_S
        start = np.full(len(self._kind), end - DAY_S, np.int64)
        vessel: Ints = np.arange(len(self._kind))
        found: list[Segments] = []
        while len(vessel):
            until, kind = self._until[vessel], self._kind[vessel]
            heard = kind != SILENT
            found.append((vessel[heard], start[vessel][heard], np.minimum(until, end)[heard], kind[heard]))
            vessel = vessel[until < end]
            start[vessel] = self._until[vessel]
            self._kind[vessel] = self._next(rng, self._kind[vessel])
            self._until[vessel] += self._durations(rng, vessel)
        vessels, starts, ends, kinds = (np.concatenate(column) for column in zip(*found, strict=True))
        return vessels, starts, ends, kinds

    @staticmethod
    def _next(rng: np.random.Generator, kind: Ints) -> Ints:
        chance = rng.random(len(kind))
        after_silence = np.where(chance < 0.5, DENSE, SPARSE)
        after_hearing = np.where(chance < 0.16, SILENT, np.where(kind == DENSE, SPARSE, DENSE))
        return np.where(kind == SILENT, after_silence, after_hearing)

    def _durations(self, rng: np.random.Generator, vessel: Ints) -> Ints:
        """Seconds that the present phase of these vessels lasts."""
        n = len(vessel)
        dense = np.maximum(600, rng.exponential(self._dense_h[vessel]) * 3_600)
        sparse = np.maximum(3_600, rng.exponential(18 * 3_600, n))
        silent = SHORTEST_SILENCE_S * (1 + rng.lognormal(0, 1.1, n))
        chosen: Floats = np.choose(self._kind[vessel], (dense, sparse, silent))
        return chosen.astype(np.int64)


@dataclass(frozen=True)
class Beat:
    """A rhythm of a vessel's own, the same through all its phases and over midnight.

    Attributes:
        every_s: seconds from beat to beat, one a vessel.
        offset_s: second of the first beat.
        jitter: how far a report may lie from its beat, as a share of ``every_s``; below 0.5, so that none overtake.
    """

    every_s: Ints
    offset_s: Ints
    jitter: float

    def times(self, rng: np.random.Generator, vessel: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Vessel and second of each report in some stretches."""
        every, offset = self.every_s[vessel], self.offset_s[vessel]
        first = -((offset - start) // every)
        count = np.maximum(0, (end - 1 - offset) // every - first + 1)
        before = np.cumsum(count) - count
        index = np.arange(count.sum()) - np.repeat(before - first, count)
        apart = np.repeat(every, count)
        moved = ((rng.random(len(index)) * 2 - 1) * self.jitter * apart).astype(np.int64)
        return np.repeat(vessel, count), np.repeat(offset, count) + index * apart + moved


class Receivers:
    """The seconds at which a vessel is heard within its phases."""

    def __init__(self, rng: np.random.Generator, vessels: int) -> None:
        shore_s, pass_s = rng.integers(75, 150, vessels), rng.integers(1_500, 2_820, vessels)
        self._shore = Beat(shore_s, rng.integers(0, 150, vessels), 0.2)  # 60 to 180 s from report to report
        self._passes = Beat(pass_s, rng.integers(0, 2_820, vessels), 0.45)

    def times(self, rng: np.random.Generator, segments: Segments) -> tuple[Ints, Ints]:
        """Vessel and second of each report, in no order."""
        vessel, start, end, kind = segments
        dense, sparse = kind == DENSE, kind == SPARSE
        by_shore = self._shore.times(rng, vessel[dense], start[dense], end[dense])
        above, when = self._passes.times(rng, vessel[sparse], start[sparse], end[sparse])
        heard = rng.random(len(above)) >= MISSED_PASSES
        above, when = above[heard], when[heard]
        again = rng.random(len(above)) < HEARD_TWICE
        twice = when[again] + rng.integers(20, 300, np.count_nonzero(again))
        return np.concatenate([by_shore[0], above, above[again]]), np.concatenate([by_shore[1], when, twice])
