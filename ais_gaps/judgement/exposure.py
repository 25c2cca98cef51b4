"""How often a silent ship should have been heard: the sum over the hours of each path of what peers tell of that very hour.

Of an hour on a path, with q the long-run chances of `coverage`, u and f the state of that hour of `around`, r how well this ship is
received as a rule:

    rate = r_ashore * -ln(1 - min(0.995, q_ashore u)) + r_space * -ln(1 - min(0.97, q_space f))

The ship's own hours are left out of q, u and f. Days are taken one by one, each with the silences that touch it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.judgement.around import HOURS, Day, Waters
from ais_gaps.judgement.coverage import Coverage, Own, group
from ais_gaps.judgement.paths import DIRECT, PATHS, VIA, Paths
from ais_gaps.judgement.silences import H_US
from ais_gaps.reception import cells

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

LONGEST_H: Final = 240.0
"""Of a longer silence only so many hours are counted: after that nobody knows where she is, and it changes no judgement."""
FIRST_H: Final = 3.0

DIRECT_PATH: Final = DIRECT

_SOME_SHORE, _SOME_SPACE = 0.7, 1.0
_MOST_ASHORE, _MOST_SPACE = 0.995, 0.97
_EXPECTED_OF_USUAL: Final = 0.5
_MOST_UP: Final = 1.15
_PART_OF_AN_HOUR: Final = 0.9  # ragged ends: a part of an hour is worth a little less than its share


@dataclass
class Exposure:
    """Sums over the hours of silences; arrays of shape (silences, paths) where it says so, else of the direct way, (silences,).

    Attributes:
        ashore, space: how often she should have been heard by terrestrial receivers and by satellite, as peers were in these
            hours; by path.
        first, last: both in the first and in the last `FIRST_H` hours, by path but the one by a watched place; no last ones while
            open.
        heard_ashore: ship-hours of others near her in the same hours that were heard ashore; by path.
        usual: as ashore, but as in the long run.
        as_class_a: ashore and space, were she of class A.
        peers, peers_heard, peers_expected: ship-hours of others near her in the same hours; of them heard by anybody ashore, and
            how many should have been.
        space_heard, space_expected: likewise by satellite, weighted by nearness.
        basis: ship-hours of the period in the waters that she was in, on which the long run rests, as a mean over the hours.
        hours: hours counted.
    """

    ashore: Floats
    space: Floats
    heard_ashore: Floats
    first: Floats
    last: Floats
    usual: Floats
    as_class_a: Floats
    peers: Floats
    peers_heard: Floats
    peers_expected: Floats
    space_heard: Floats
    space_expected: Floats
    basis: Floats
    hours: Floats

    @classmethod
    def empty(cls, silences: int) -> Exposure:
        """Nothing counted yet."""
        by_path = [np.zeros((silences, PATHS)) for _ in range(3)]
        early_late = [np.zeros((silences, VIA)) for _ in range(2)]
        return cls(*by_path, *early_late, *(np.zeros(silences) for _ in range(9)))


@dataclass(frozen=True)
class Receivability:
    """How well each silence's ship is received against others where she is: observed over expected, drawn towards 1."""

    ashore: Floats
    space: Floats


@dataclass(frozen=True)
class Setting:
    """What peers tell of a period, and how well the ships that are judged are received in it."""

    coverage: Coverage
    waters: Waters
    usual: Floats
    """Ships heard an hour within each numbered half-degree cell and its neighbours, in the long run."""
    hours: float
    """Of the period."""


def exposure(
    paths: Paths,
    setting: Setting,
    own: Own,
    received: Receivability,
    own_hours: pa.Table,
    hours_of: Callable[[int], pa.Table],
) -> Exposure:
    """Sums over the hours of silences.

    Args:
        paths: of the silences.
        setting: of the period that the silences lie in.
        own: ship-hours of the ships of the silences.
        received: of each silence's ship.
        own_hours: ship-hours that the ship of a silence (its number in ``silence``) put into these sums herself inside it.
        hours_of: gives peers' ship-hours of a day since 1970 (`schema.PEER_HOURS`).
    """
    s = paths.silences
    out = Exposure.empty(len(s))
    if not len(s):
        return out
    first_hour = s.off_us // H_US
    last_hour = np.minimum((s.end_us - 1) // H_US, first_hour + int(LONGEST_H))
    own_day = own_hours["hour"].to_numpy() // HOURS
    own_order = np.argsort(own_day, kind="stable")
    own_day = own_day[own_order]
    for day in range(int(first_hour.min()) // HOURS, int(last_hour.max()) // HOURS + 1):
        active = np.flatnonzero((first_hour < (day + 1) * HOURS) & (last_hour >= day * HOURS))
        if not len(active):
            continue
        begin = np.maximum(first_hour[active], day * HOURS)
        count = np.minimum(last_hour[active], day * HOURS + HOURS - 1) - begin + 1
        of = np.repeat(active, count)
        hour = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)
        mine = own_hours.take(pa.array(own_order[slice(*np.searchsorted(own_day, [day, day + 1]))]))
        peers = Day.of(hours_of(day), day, setting.coverage, setting.waters)
        _OfDay(paths, setting, own, received, peers, mine, day, of, hour).add(out)
    out.basis /= np.maximum(out.hours, 1e-9)
    return out


class _OfDay:
    """The hours of one day of silences: ``of`` and ``hour`` are the silence and the clock hour of each."""

    def __init__(
        self,
        paths: Paths,
        setting: Setting,
        own: Own,
        received: Receivability,
        peers: Day,
        mine: pa.Table,
        day: int,
        of: Ints,
        hour: Ints,
    ) -> None:
        self.paths, self.setting, self.own, self.received, self.peers = paths, setting, own, received, peers
        self.of, self.at = of, hour - day * HOURS
        s = paths.silences
        start = np.maximum(hour * H_US, s.off_us[of])
        stop = np.minimum((hour + 1) * H_US, s.end_us[of])
        share = np.clip((stop - start) / H_US, 0.0, 1.0)
        self.share = np.where(share < 0.98, share * _PART_OF_AN_HOUR, share)
        self.since_h = ((start + stop) / 2 - s.off_us[of]) / H_US
        self.mine = _OwnHours.of(mine, of, hour, setting)

    def add(self, out: Exposure) -> None:
        for path in range(PATHS):
            self._add(out, path)

    def _add(self, out: Exposure, path: int) -> None:
        s, of, at, coverage, waters = self.paths.silences, self.of, self.at, self.setting.coverage, self.setting.waters
        there = np.flatnonzero(self.paths.weights[of, path] > 0) if path == VIA else slice(None)
        of, at, since_h = of[there], at[there], self.since_h[there]
        share, mine = self.share[there], self.mine.take(there)
        if not len(of):
            return
        lat, lon, moving = self.paths.at(path, of, since_h)
        cell = cells.of(np.rint(lat * 1e6), np.rint(lon * 1e6))
        groups = 2 * s.class_b[of] + moving
        half, wide = waters.half(cell), waters.wide(cell)
        beside = waters.near(mine.half, half)
        n, heard, expected = (
            np.maximum(values[at, half] - np.where(beside, own, 0.0), 0.0)
            for values, own in (
                (self.peers.peers, mine.n),
                (self.peers.heard, mine.heard),
                (self.peers.expected, mine.expected),
            )
        )
        known = wide >= 0
        pull = np.where(known & (mine.wide >= 0), waters.pull[mine.wide, wide], 0.0)
        space_heard, space_expected = (
            np.maximum(np.where(known, values[at, wide], 0.0) - pull * own, 0.0)
            for values, own in (
                (self.peers.space_heard, mine.space_heard),
                (self.peers.space_expected, mine.space_expected),
            )
        )
        # Where nobody is left to be expected, since all fell silent for long, the place's usual traffic is.
        usual = self.setting.usual[half] - coverage.own_heard_near(cell, s.ship[of], self.own) / self.setting.hours
        missed = np.maximum(expected, _EXPECTED_OF_USUAL * usual)
        up = np.clip((heard + _SOME_SHORE) / (missed + _SOME_SHORE), 0.0, _MOST_UP)
        passing = (space_heard + _SOME_SPACE) / (space_expected + _SOME_SPACE)
        up, passing = up * self.peers.any[at], passing * self.peers.any[at]
        q = coverage.ashore(groups, cell, s.ship[of], self.own)
        ashore = _rate(q * up, _MOST_ASHORE) * self.received.ashore[of]
        space = (
            _rate(coverage.space(groups, cell, s.ship[of], self.own) * passing, _MOST_SPACE) * self.received.space[of]
        )

        def total(values: Floats) -> Floats:
            return np.bincount(of, values * share, minlength=len(s))

        out.ashore[:, path] += total(ashore)
        out.space[:, path] += total(space)
        out.heard_ashore[:, path] += total(heard)
        if path == VIA:
            return
        both = ashore + space
        out.first[:, path] += total(both * (since_h < FIRST_H))
        out.last[:, path] += total(both * ((s.hours[of] - since_h < FIRST_H) & ~s.open[of]))
        if path == DIRECT:
            small = np.flatnonzero(s.class_b[of])
            both[small] = _rate(coverage.ashore(groups[small] - 2, cell[small]) * up[small], _MOST_ASHORE)
            both[small] += _rate(coverage.space(groups[small] - 2, cell[small]) * passing[small], _MOST_SPACE)
            out.usual += total(_rate(q, _MOST_ASHORE) * self.received.ashore[of])
            out.as_class_a += total(both)
            out.peers += total(n)
            out.peers_heard += total(heard)
            out.peers_expected += total(expected)
            out.space_heard += total(space_heard)
            out.space_expected += total(space_expected)
            out.basis += total(coverage.ship_hours_near(cell))
            out.hours += total(np.ones(len(of)))


def _rate(chance: Floats, most: float) -> Floats:
    """The rate that gives a chance in an hour."""
    return np.asarray(-np.log1p(-np.minimum(chance, most)))


@dataclass(frozen=True)
class _OwnHours:
    """What each silence's ship put into the peers' sums of an hour herself; one element a (silence, hour)."""

    half: Ints
    wide: Ints
    n: Floats
    heard: Floats
    expected: Floats
    space_heard: Floats
    space_expected: Floats

    @classmethod
    def of(cls, mine: pa.Table, of: Ints, hour: Ints, setting: Setting) -> _OwnHours:
        none = np.zeros(len(of))
        nowhere = np.full(len(of), setting.waters.halves), np.full(len(of), -1)
        if not len(mine):
            return cls(*nowhere, none, none, none, none, none)
        key = mine["silence"].to_numpy() << 32 | mine["hour"].to_numpy()
        order = np.argsort(key, kind="stable")
        wanted = of.astype(np.int64) << 32 | hour
        row = order[np.minimum(np.searchsorted(key[order], wanted), len(key) - 1)]
        there = key[row] == wanted
        cell = mine["cell"].to_numpy()
        groups = group(mine["ais_class"].to_numpy(), mine["moving"].cast(pa.int8()).to_numpy())
        n, heard, left, by_space = setting.coverage.of_kind(mine)
        values = (
            *(n, heard, n * setting.coverage.ashore(groups, cell)),
            *(by_space, left * setting.coverage.space(groups, cell)),
        )
        return cls(
            np.where(there, setting.waters.half(cell)[row], nowhere[0]),
            np.where(there, setting.waters.wide(cell)[row], nowhere[1]),
            *(np.where(there, each[row], 0.0) for each in values),
        )

    def take(self, where: Any) -> _OwnHours:
        return _OwnHours(*(getattr(self, each.name)[where] for each in fields(self)))
