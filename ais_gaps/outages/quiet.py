"""Quiet runs: hours on end in which a series of ship-hours stays far below what is usual, and how surprising that is.

A series is one place's, one station's or a whole feed's: how many ships were heard in each clock hour. Ships come and go. A ship
that stays s hours leaves within a given hour with the chance 1 / s, and where m are at a time, m / s come in an hour. A lull begins
when the last ship leaves and ends when the first one comes; an outage silences all m at once, and gives them back at once. So if a
run of L quiet hours lies between hours in which m ships were heard, the evidence against a lull is made of:

- ships *known* to have been there, because they were heard before and again within 24 hours: each was missed with the chance
  that a ship is missed there at such an hour;
- the others of the m: each left within the hour, ln s, and no other came, (L - 1) m / s.

Ships do not come and go independently of each other. So the sum S of both counts as k ln(1 + S / k) nats (a gamma frailty, as
makes a Poisson number a negative binomial one), k from the spread of the series itself. What is usual follows the hour of the
day and the day of the week, where ships are fewer then: a fleet that sleeps every night makes no outage.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DAY_H: Final = 24
WEEK_H: Final = 7 * DAY_H

AMONG_H: Final = 720.0
"""Before anything is known a receiver is taken to fail about once a month: so many hours of lulls weigh against an outage."""

LOW: Final = 0.15
"""Hours with no more than this part of the usual ships are quiet: a wrong clock puts ships where nobody was heard."""

_LEVEL_H: Final = 3  # before and after a run
_CREDIT_H: Final = 72  # what keeps ships away for three days may keep them away for good: longer is no more surprising
_FRAILTY: Final = (0.3, 8.0)
_STAY_H: Final = (2.0, 50.0)
_LATER_H: Final = 5
_HABIT: Final = 0.2
_NOTABLE: Final = 3.0
_BEST: Final = 0.97  # no ship is surer than this to be heard in an hour
SURE: Final = 6.0
"""Evidence, in nats, of runs that are left out of what is usual."""
_PASSES: Final = 3
_AT_ONCE: Final = 256  # series; memory is bounded by some matrices of as many columns


@dataclass(frozen=True)
class Series:
    """Ship-hours by hour and series.

    Attributes:
        hour: (H,) hours since 1970 UTC, ascending. Hours that tell nothing, such as those of a dead feed, are left out.
        heard: (H, S) ships heard in each.
        there: (H, S) ships known to have been there: those heard, and those heard before and within 24 h again.
    """

    hour: Ints
    heard: Floats
    there: Floats

    def only(self, which: Any) -> Series:
        """Some of the series."""
        return Series(self.hour, self.heard[:, which], self.there[:, which])

    def together(self) -> Series:
        """All of them as one."""
        return Series(self.hour, self.heard.sum(axis=1, keepdims=True), self.there.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Runs:
    """Quiet runs; arrays of one length.

    Attributes:
        series: number of the series.
        first, last: indexes into `Series.hour`, both included.
        evidence: nats against its being chance.
        chance_h: in how many hours there is one chance for such a lull, about.
        expected: usual ship-hours of these hours. heard: those heard.
        known: most ships at a time known to have been there unheard.
        usual: ships heard an hour, as a mean of the other hours.
        share: the part of the ship-hours of other hours in which ships were heard.
    """

    series: Ints
    first: Ints
    last: Ints
    evidence: Floats
    chance_h: Floats
    expected: Floats
    heard: Floats
    known: Floats
    usual: Floats
    share: Floats

    def __len__(self) -> int:
        return len(self.series)

    @property
    def log_odds(self) -> Floats:
        """Log-odds of an outage against a lull by chance, all lulls of `AMONG_H` hours against one outage."""
        return np.asarray(self.evidence - np.log(AMONG_H / self.chance_h))

    def take(self, which: Any) -> Self:
        """Some of the runs."""
        return type(self)(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True)
class _Usual:
    """What is usual: (H, S) ships heard and the chance that a ship is heard; (S,) means, spread, least and greatest stay."""

    ships: Floats
    chance: Floats
    mean: Floats
    share: Floats
    frailty: Floats
    least_stay_h: Floats
    most_stay_h: Floats


def runs(series: Series) -> Runs:
    """The quiet runs of each series, by series and time: all of them, however little surprising."""
    count = series.heard.shape[1]
    some = [
        (first, _runs_of(series.only(slice(first, first + _AT_ONCE)))) for first in range(0, max(count, 1), _AT_ONCE)
    ]
    together = Runs(*(np.concatenate([getattr(each, field.name) for _, each in some]) for field in fields(Runs)))
    of = np.concatenate([each.series + first for first, each in some])
    return replace(together, series=of)


def _runs_of(series: Series) -> Runs:
    counts = np.ones(series.heard.shape, np.bool_)
    found = _runs(series, _usual(series, counts, first=True), counts)
    for _ in range(_PASSES - 1):
        counts = _without(series, found.take(found.evidence >= SURE))
        found = _runs(series, _usual(series, counts), counts)
    return found


def lasts(heard: Floats, usual: float) -> int:
    """How many hours more a quiet run lasts.

    Args:
        heard: ships heard in each hour after those of the run. usual: ships heard an hour in others.
    """
    # Beyond both ends it is taken to be quiet: of the one this is known, of the other the next hours tell.
    low = np.pad(heard <= LOW * usual, 3, constant_values=True)[:, None]
    nearly = np.pad(heard <= max(1.0, usual / 2.0), 3, constant_values=True)[:, None]
    loud = np.flatnonzero(~(low | _bridges(low, nearly))[3:-3, 0])
    return int(loud[0]) if len(loud) else len(heard)


def without_habits(series: Series, found: Runs) -> Runs:
    """Without the runs of places that are often quiet: a fleet that leaves together time and again is no dead receiver.

    Such are those where runs that are at all surprising, the longest aside, make up more than a fifth of the hours.
    """
    hours = (found.last - found.first + 1) * (found.evidence >= _NOTABLE)
    count = series.heard.shape[1]
    longest = np.zeros(count)
    np.maximum.at(longest, found.series, hours)
    often = np.bincount(found.series, hours, minlength=count) - longest > _HABIT * len(series.hour)
    return found.take(~often[found.series])


def _usual(series: Series, counts: Flags, *, first: bool = False) -> _Usual:
    """Told from the hours that count; at first, when they hold outages, from the fortnight in which most was heard."""
    heard, there = series.heard * counts, series.there * counts
    hours = np.maximum(counts.sum(axis=0), 1.0)
    mean = heard.sum(axis=0) / hours
    by_hour = _share_by(series.hour % DAY_H, DAY_H, heard, counts, mean, WEEK_H / DAY_H)
    by_day = _share_by(series.hour // DAY_H % 7, 7, heard, counts, mean, 2.0 * DAY_H)
    if len(series.hour) < 3 * WEEK_H:  # fewer than three of each day are no habit
        by_day = np.ones_like(by_day)
    if first:
        mean = np.maximum(mean, _best_fortnight(series))
    part = by_hour * by_day
    ships = mean * part
    share = np.minimum(heard.sum(axis=0) / np.maximum(there.sum(axis=0), 1.0), _BEST)
    rest = (series.heard - ships) * counts
    variance = _alike(rest, counts, 0)
    frailty = np.clip(mean**2 / np.maximum(variance - mean, 1e-9), *_FRAILTY)
    return _Usual(ships, share * part, mean, share, frailty, *_stays(rest, counts, variance))


def _stretches(low: Flags) -> tuple[Ints, Ints, Ints]:
    """Series, first and last hour of each stretch of set flags, by series and time."""
    edges = np.diff(np.pad(low, ((1, 1), (0, 0))).astype(np.int8), axis=0)
    of, first = np.nonzero(edges.T == 1)
    return of, first, np.nonzero(edges.T == -1)[1] - 1


def _stays(rest: Floats, counts: Flags, variance: Floats) -> tuple[Floats, Floats]:
    """How long ships stay, at least and at most, from how soon the number of ships heard forgets what it was.

    A ship that is missed now and then makes an hour unlike the next: the first is shortened by that, the second is not.
    """
    one, later = _alike(rest, counts, 1), _alike(rest, counts, _LATER_H)
    near = np.clip(one / np.maximum(variance, 1e-9), 0.0, 1.0)
    far = np.clip(later / np.maximum(one, 1e-9), 0.0, 1.0) ** (1.0 / (_LATER_H - 1))
    least, most = (np.clip(1.0 / np.maximum(1.0 - rho, 1e-9), *_STAY_H) for rho in (near, np.maximum(near, far)))
    return least, most


def _alike(rest: Floats, counts: Flags, lag: int) -> Floats:
    """Autocovariance of each series over the hours that count."""
    end = len(rest) - lag
    if end <= 0:
        return np.zeros(rest.shape[1])
    both = counts[lag:] & counts[:end]
    return np.asarray((rest[lag:] * rest[:end] * both).sum(axis=0) / np.maximum(both.sum(axis=0), 1.0))


def _share_by(of: Ints, count: int, heard: Floats, counts: Flags, mean: Floats, pull: float) -> Floats:
    """For each hour what part of the mean is heard at such hours, at most 1; drawn towards 1 by as many hours as ``pull``."""
    sums, hours = (_by(of, count, values) for values in (heard, counts))
    part = (sums + pull * mean) / (np.maximum(hours + pull, 1e-9) * np.maximum(mean, 1e-9))
    return np.asarray(np.minimum(part, 1.0)[of])


def _by(of: Ints, count: int, values: Any) -> Floats:
    """Sums of rows by group; exact, since all are whole numbers."""
    sums = np.zeros((count, values.shape[1]))
    if len(of):
        order = np.argsort(of, kind="stable")
        groups, starts = np.unique(of[order], return_index=True)
        sums[groups] = np.add.reduceat(values[order], starts, axis=0, dtype=np.float64)
    return sums


def _best_fortnight(series: Series) -> Floats:
    _, of = np.unique((series.hour - series.hour[0]) // (2 * WEEK_H), return_inverse=True)
    hours = np.bincount(of)
    sums = _by(of, len(hours), series.heard)
    return np.asarray((sums / hours[:, None])[hours >= WEEK_H // 2].max(axis=0, initial=0.0))


def _runs(series: Series, usual: _Usual, counts: Flags) -> Runs:
    low = (series.heard <= LOW * usual.ships) & (usual.mean > 0.0)
    low |= _bridges(low, series.heard <= np.maximum(1.0, usual.ships / 2.0))
    of, first, last = _stretches(low)
    expected, heard = (_sum(values, first, last, of) for values in (usual.ships, series.heard))
    known, unheard = _known(series, usual, first, last, of)
    level = np.minimum(_level(series, counts, first, last, of), usual.mean[of])
    hours = last - first + 1
    typical = expected / hours  # by these hours of the day, not by all
    scale = np.divide(level, usual.mean[of], out=np.zeros_like(level), where=usual.mean[of] > 0)
    share, frailty = usual.share[of], usual.frailty[of]
    leave, come = np.log(usual.least_stay_h[of]), (np.minimum(hours, _CREDIT_H) - 1.0) / usual.most_stay_h[of]
    others = np.maximum(typical * scale * (leave + come) - share * known, 0.0)
    s = unheard + others
    # Ships may all be missed in any hour, but leave only once a stay.
    chance_h = usual.least_stay_h[of] ** np.divide(others, s, out=np.zeros_like(s), where=s > 0)
    # Ships that were heard all the same speak for reception as much as others against it.
    evidence = frailty * np.log1p(s / frailty) - 2.0 * heard
    return Runs(of, first, last, evidence, chance_h, expected, heard, known, usual.mean[of], share)


def _bridges(low: Flags, nearly: Flags) -> Flags:
    """Single hours that break a quiet run by a ship or so, with three quiet hours before and after."""
    around = np.zeros_like(low)
    if len(low) > 7:
        around[3:-3] = low[:-6] & low[1:-5] & low[2:-4] & low[4:-2] & low[5:-1] & low[6:]
    return np.asarray(around & nearly & ~low)


def _known(series: Series, usual: _Usual, first: Ints, last: Ints, of: Ints) -> tuple[Floats, Floats]:
    """Most ships at a time that were there unheard, and the evidence that they make."""
    missed = np.maximum(series.there - series.heard, 0.0)
    nats = missed * -np.log1p(-np.minimum(usual.chance, _BEST))
    return _most(missed, first, last, of), _most(nats, first, last, of)


def _level(series: Series, counts: Flags, first: Ints, last: Ints, of: Ints) -> Floats:
    """Ships heard an hour right before and after a run: what emptied and filled ship by ship was left, not lost."""
    heard, hours = series.heard * counts, counts.astype(np.float64)
    # By the clock: what was heard before a hole in the hours says nothing of what is heard after it.
    before = np.searchsorted(series.hour, series.hour[first] - _LEVEL_H)
    after = np.searchsorted(series.hour, series.hour[last] + _LEVEL_H, side="right") - 1
    sides = ((before, first - 1), (last + 1, after))
    ships, n = (
        sum((_between(running, *side, of) for side in sides), np.zeros(len(of)))
        for running in (_running(values) for values in (heard, hours))
    )
    return ships / np.maximum(n, 1.0)


def _sum(values: Floats, first: Ints, last: Ints, of: Ints) -> Floats:
    return _between(_running(values), first, last, of)


def _running(values: Floats) -> Floats:
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])


def _between(running: Floats, first: Ints, last: Ints, of: Ints) -> Floats:
    """The sum from an index to another, both included, of each of some series."""
    return np.asarray(running[np.maximum(last + 1, first), of] - running[first, of])


def _most(values: Floats, first: Ints, last: Ints, of: Ints) -> Floats:
    """The greatest value of each run; runs are in order of series and time, and apart."""
    if not len(of):
        return np.zeros(0)
    flat = np.append(values.T.ravel(), 0.0)
    begins, ends = (of * len(values) + at for at in (first, last + 1))
    bounds = np.stack([begins, ends], axis=1).ravel()
    return np.asarray(np.maximum.reduceat(flat, bounds)[::2])


def _without(series: Series, some: Runs) -> Flags:
    """Which hours count for what is usual: all but those of some runs and one hour beside each."""
    marks = np.zeros((len(series.hour) + 1, series.heard.shape[1]), np.int32)
    np.add.at(marks, (np.maximum(some.first - 1, 0), some.series), 1)
    np.add.at(marks, (np.minimum(some.last + 2, len(series.hour)), some.series), -1)
    return np.asarray(np.cumsum(marks[:-1], axis=0) == 0)
