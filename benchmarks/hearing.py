"""When the vessels of a generated fleet are heard.

Each passes through phases: *dense* (a shore station hears it, a report each 60-180 s), *sparse* (satellites, a report
in 75 minutes on average, so that some silences over 6 h are holes in reception) and *silent* (over 6 h). The phase that
a day ends in is carried to the next, and nothing else is, so that a year needs no more memory than a day.
"""

from __future__ import annotations

import numpy as np

from benchmarks.identities import Floats, Ints

DAY_S = 86_400
DENSE, SPARSE, SILENT = range(3)
SATELLITE_INTERVAL_S = 4_500
SHORTEST_SILENCE_S = 6 * 3_600

Segments = tuple[Ints, Ints, Ints, Ints]
"""Heard stretches: vessel, start and end (seconds since the first day began), kind of phase."""


class Phases:
    """The phases of all vessels; advances a day at a time."""

    def __init__(self, rng: np.random.Generator, vessels: int) -> None:
        self._dense_h: Floats = rng.lognormal(np.log(1.3), 0.9, vessels)  # how long shore hears it at a time
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
        after_hearing = np.where(chance < 0.08, SILENT, np.where(kind == DENSE, SPARSE, DENSE))
        return np.where(kind == SILENT, after_silence, after_hearing)

    def _durations(self, rng: np.random.Generator, vessel: Ints) -> Ints:
        """Seconds that the present phase of these vessels lasts."""
        n = len(vessel)
        dense = np.maximum(600, rng.exponential(self._dense_h[vessel]) * 3_600)
        sparse = np.maximum(3_600, rng.exponential(18 * 3_600, n))
        silent = SHORTEST_SILENCE_S * (1 + rng.lognormal(0, 1.1, n))
        chosen: Floats = np.choose(self._kind[vessel], (dense, sparse, silent))
        return chosen.astype(np.int64)


class Beats:
    """The seconds at which a vessel is heard within its phases."""

    def __init__(self, rng: np.random.Generator, vessels: int) -> None:
        self._beat_s: Ints = rng.integers(75, 150, vessels)  # with a jitter of a fifth: 60 to 180 s
        self._offset_s: Ints = rng.integers(0, 150, vessels)

    def times(self, rng: np.random.Generator, segments: Segments) -> tuple[Ints, Ints]:
        """Vessel and second of each report, in no order."""
        vessel, start, end, kind = segments
        shore, space = kind == DENSE, kind == SPARSE
        by_shore = self._shore(rng, vessel[shore], start[shore], end[shore])
        by_space = _space(rng, vessel[space], start[space], end[space])
        return np.concatenate([by_shore[0], by_space[0]]), np.concatenate([by_shore[1], by_space[1]])

    def _shore(self, rng: np.random.Generator, vessel: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """On each vessel's own beat, which runs on over midnight."""
        beat, offset = self._beat_s[vessel], self._offset_s[vessel]
        first = -((offset - start) // beat)
        count = np.maximum(0, (end - 1 - offset) // beat - first + 1)
        before = np.cumsum(count) - count
        index = np.arange(count.sum()) - np.repeat(before - first, count)
        beats = np.repeat(beat, count)
        jitter = ((rng.random(len(index)) - 0.5) * 0.4 * beats).astype(np.int64)
        return np.repeat(vessel, count), np.repeat(offset, count) + index * beats + jitter


def _space(rng: np.random.Generator, vessel: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """A Poisson process."""
    count = rng.poisson((end - start) / SATELLITE_INTERVAL_S)
    within = rng.random(count.sum()) * np.repeat(end - start, count)
    return np.repeat(vessel, count), np.repeat(start, count) + within.astype(np.int64)
