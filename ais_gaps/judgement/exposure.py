"""How often a silent ship should have been heard: the sum over the hours of each path of what peers tell of that very hour.

Of an hour on a path, with q the long-run chances of `coverage`, u and f the state of that hour of `around`, r how well this ship is
received as a rule:

    rate = r_ashore * -ln(1 - min(0.995, q_ashore u)) + r_space * -ln(1 - min(0.97, q_space f))

The ship's own hours are left out of q, u and f. Days are taken one by one, each with the silences that touch it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.judgement.around import HOURS, Day, Waters
from ais_gaps.judgement.coverage import Coverage, Own, group
from ais_gaps.judgement.own_hours import inside
from ais_gaps.judgement.paths import DIRECT, PATHS, VIA, Paths
from ais_gaps.judgement.silences import H_US
from ais_gaps.reception import cells

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

LONGEST_H: Final = 240.0
"""Of a longer silence only so many hours are counted: after that nobody knows where she is, and it changes no judgement."""
FIRST_H: Final = 3.0
AT_ONCE: Final = 20_000
"""Silences of which a day is counted at once."""

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
    natural: Flags | None = None,
) -> Exposure:
    """Sums over the hours of silences.

    Args:
        paths: of the silences.
        setting: of the period that the silences lie in.
        own: ship-hours of the ships of the silences.
        received: of each silence's ship.
        own_hours: ship-hours that the ship of a silence (its number in ``silence``) put into these sums herself inside it.
        hours_of: gives peers' ship-hours of a day since 1970 (`schema.PEER_HOURS`).
        natural: silences that are the archive's own: what their ships put in is told from the silence itself (`own_hours.inside`).
            None = none of them.
    """
    s = paths.silences
    out = Exposure.empty(len(s))
    if not len(s):
        return out
    first_hour = s.off_us // H_US
    last_hour = np.minimum((s.end_us - 1) // H_US, first_hour + int(LONGEST_H))
    for day in range(int(first_hour.min()) // HOURS, int(last_hour.max()) // HOURS + 1):
        active = np.flatnonzero((first_hour < (day + 1) * HOURS) & (last_hour >= day * HOURS))
        if not len(active):
            continue
        hours = day * HOURS, day * HOURS + HOURS - 1
        hour = own_hours["hour"]
        given = own_hours.filter(pc.and_(pc.greater_equal(hour, hours[0]), pc.less_equal(hour, hours[1])))
        peers = Day(hours_of(day), day, setting.coverage, setting.waters)
        for start in range(0, len(active), AT_ONCE):
            some = active[start : start + AT_ONCE]
            begin = np.maximum(first_hour[some], hours[0])
            rows = _Rows(some, begin, np.minimum(last_hour[some], hours[1]) - begin + 1, len(s))
            mine = given if natural is None else pa.concat_tables([given, inside(s, some[natural[some]], hours)])
            _OfDay(paths, setting, own, received, peers, mine, day, rows).add(out)
    out.basis /= np.maximum(out.hours, 1e-9)
    return out


class _Rows:
    """The hours of some silences, one silence after the other: row by row its silence (``of``) and clock hour."""

    def __init__(self, silences: Ints, first: Ints, count: Ints, of_all: int) -> None:
        self.silences, self._first, self._count = silences, first, count
        self.begins = np.cumsum(count) - count
        self.of = np.repeat(silences, count)
        self.hour = np.arange(len(self.of)) + np.repeat(first - self.begins, count)
        self._slot = np.full(of_all, -1, np.int32)
        self._slot[silences] = np.arange(len(silences))

    def row(self, silence: Ints, hour: Ints) -> Ints:
        """Where a silence's hour is; -1 = not here."""
        slot = self._slot[silence]
        after = hour - self._first[slot]
        here = (slot >= 0) & (after >= 0) & (after < self._count[slot])
        return np.where(here, self.begins[slot] + after, -1)

    def total(self, values: Floats) -> Floats:
        """Sums by silence; each is of its own rows alone, so that it is the same whatever others are there."""
        return np.asarray(np.add.reduceat(values, self.begins))


class _OfDay:
    """The hours of some silences on a day."""

    def __init__(
        self,
        paths: Paths,
        setting: Setting,
        own: Own,
        received: Receivability,
        peers: Day,
        mine: pa.Table,
        day: int,
        rows: _Rows,
    ) -> None:
        self.paths, self.setting, self.own, self.received, self.peers = paths, setting, own, received, peers
        self.rows, self.at = rows, rows.hour - day * HOURS
        s, of, hour = paths.silences, rows.of, rows.hour
        start = np.maximum(hour * H_US, s.off_us[of])
        stop = np.minimum((hour + 1) * H_US, s.end_us[of])
        share = np.clip((stop - start) / H_US, 0.0, 1.0)
        self.share = np.where(share < 0.98, share * _PART_OF_AN_HOUR, share)
        self.since_h = ((start + stop) / 2 - s.off_us[of]) / H_US
        self.mine = _OwnHours.of(mine, rows, setting)

    def add(self, out: Exposure) -> None:
        s, rows, share = self.paths.silences, self.rows, self.share
        along = _Along.of(self.paths, rows.of, self.since_h)
        found = self._heard(along)
        here = rows.silences
        early = self.since_h < FIRST_H
        late = (s.hours[rows.of] - self.since_h < FIRST_H) & ~s.open[rows.of]
        for path in range(PATHS):
            which = along.which[path]
            weight = share if path != VIA else share * (self.paths.weights[rows.of, VIA] > 0)
            ashore, space = found.ashore[which] * weight, found.space[which] * weight
            out.ashore[here, path] += rows.total(ashore)
            out.space[here, path] += rows.total(space)
            out.heard_ashore[here, path] += rows.total(found.heard[which] * weight)
            if path != VIA:
                out.first[here, path] += rows.total((ashore + space) * early)
                out.last[here, path] += rows.total((ashore + space) * late)
        # The direct way comes first: its rows are the silences' own.
        n = len(share)
        for name, values in (
            *(("peers", found.about), ("peers_heard", found.heard), ("peers_expected", found.expected)),
            *(("space_heard", found.space_heard), ("space_expected", found.space_expected)),
            *(("usual", found.usual), ("basis", found.basis)),
        ):
            getattr(out, name)[here] += rows.total(values[:n] * share)
        out.as_class_a[here] += rows.total(self._as_class_a(along, found) * share)
        out.hours[here] += rows.total(share)

    def _heard(self, along: _Along) -> _Heard:
        s, coverage, waters = self.paths.silences, self.setting.coverage, self.setting.waters
        row, of = along.row, self.rows.of[along.row]
        at, ship = self.at[row], s.ship[of]
        # What is the same for hours on end is looked up once.
        new = np.ones(len(row), np.bool_)
        new[1:] = (of[1:] != of[:-1]) | (along.cell[1:] != along.cell[:-1]) | (along.moving[1:] != along.moving[:-1])
        stay = np.flatnonzero(new)
        lasts = np.diff(np.append(stay, len(row)))
        cell, of_stay, ship = along.cell[stay], of[stay], ship[stay]
        groups = 2 * s.class_b[of_stay] + along.moving[stay]
        half, wide = waters.half(cell), waters.wide(cell)
        q = coverage.ashore(groups, cell, ship, self.own)
        usual = self.setting.usual[half] - coverage.own_heard_near(cell, ship, self.own) / self.setting.hours
        basis = coverage.ship_hours_near(cell, ship, self.own)
        half, q, usual, basis = (np.repeat(each, lasts) for each in (half, q, usual, basis))

        mine = np.flatnonzero(waters.near(self.mine.half[row], half))
        about, heard, expected = self.peers.ashore(at, half)
        for values, hers in zip((about, heard, expected), self.mine.ashore, strict=True):
            values[mine] = np.maximum(values[mine] - hers[row[mine]], 0.0)
        # Where nobody is left to be expected, since all fell silent for long, the place's usual traffic is.
        missed = np.maximum(expected, _EXPECTED_OF_USUAL * usual)
        alive = self.peers.any[at]
        up = np.clip((heard + _SOME_SHORE) / (missed + _SOME_SHORE), 0.0, _MOST_UP) * alive
        received = self.received.ashore[of]
        ashore, usual = _rate(q * up, _MOST_ASHORE) * received, _rate(q, _MOST_ASHORE) * received
        if not coverage.by_kind:
            none = np.zeros(len(row))
            return _Heard(ashore, none, about, heard, expected, none, none, usual, basis, up, alive)
        wide, space_q = (np.repeat(each, lasts) for each in (wide, coverage.space(groups, cell, ship, self.own)))
        by_space, space_expected = self._by_space(row, at, wide)
        passing = (by_space + _SOME_SPACE) / (space_expected + _SOME_SPACE) * alive
        space = _rate(space_q * passing, _MOST_SPACE) * self.received.space[of]
        return _Heard(ashore, space, about, heard, expected, by_space, space_expected, usual, basis, up, passing)

    def _by_space(self, row: Ints, at: Ints, wide: Ints) -> list[Floats]:
        """Of others heard by satellite, and expected to be."""
        found, mine = self.peers.space(at, wide), self.mine
        hers = np.flatnonzero((wide >= 0) & (mine.wide[row] >= 0))
        pull = self.setting.waters.pull(mine.wide[row[hers]], wide[hers])
        for values, own in zip(found, mine.space, strict=True):
            values[hers] = np.maximum(values[hers] - pull * own[row[hers]], 0.0)
        return found

    def _as_class_a(self, along: _Along, found: _Heard) -> Floats:
        """How often she should have been heard on the direct way, were she of class A."""
        n, coverage = len(self.share), self.setting.coverage
        both = found.ashore[:n] + found.space[:n]
        small = np.flatnonzero(self.paths.silences.class_b[self.rows.of])
        cell, groups = along.cell[small], along.moving[small].astype(np.int64)
        both[small] = _rate(coverage.ashore(groups, cell) * found.up[small], _MOST_ASHORE)
        if coverage.by_kind:
            both[small] += _rate(coverage.space(groups, cell) * found.passing[small], _MOST_SPACE)
        return both


@dataclass(frozen=True)
class _Along:
    """Where she is on her paths: first on the direct way in each row, then on the others where these differ from it.

    Attributes:
        row: row of each. cell, moving: where she is then, and whether she moves.
        which: for each path the element of each row.
    """

    row: Ints
    cell: Ints
    moving: Ints
    which: list[Ints]

    @classmethod
    def of(cls, paths: Paths, of: Ints, since_h: Floats) -> _Along:
        every = np.arange(len(of))
        found: list[tuple[Ints, Ints, Ints]] = []
        which, elements = [], 0
        for path in range(PATHS):
            some = np.flatnonzero(paths.weights[of, VIA] > 0) if path == VIA else every
            lat, lon, moves = paths.at(path, of[some], since_h[some])
            at = cells.of(np.rint(lat * 1e6), np.rint(lon * 1e6))
            if path != DIRECT:
                other = (at != found[0][1][some]) | (moves != found[0][2][some])
                some, at, moves = some[other], at[other], moves[other]
            which.append(every.copy())
            which[-1][some] = elements + np.arange(len(some))
            elements += len(some)
            found.append((some, at, moves))
        row, cell, moving = (np.concatenate(each) for each in zip(*found, strict=True))
        return cls(row, cell, moving, which)


@dataclass(frozen=True)
class _Heard:
    """Of each element of `_Along`: her rates; of others the hours about, heard, expected, and by satellite heard and expected."""

    ashore: Floats
    space: Floats
    about: Floats
    heard: Floats
    expected: Floats
    space_heard: Floats
    space_expected: Floats
    usual: Floats
    basis: Floats
    up: Floats
    passing: Floats


def _rate(chance: Floats, most: float) -> Floats:
    """The rate that gives a chance in an hour."""
    return np.asarray(-np.log1p(-np.minimum(chance, most)))


@dataclass(frozen=True)
class _OwnHours:
    """What each silence's ship put into the peers' sums of an hour herself; one element a row.

    Attributes:
        half, wide: where. ashore: ship-hours, of them heard ashore, and their chances. space: heard by satellite, expected to be.
    """

    half: Ints
    wide: Ints
    ashore: list[Floats]
    space: list[Floats]

    @classmethod
    def of(cls, mine: pa.Table, rows: _Rows, setting: Setting) -> _OwnHours:
        nowhere = np.full(len(rows.of), setting.waters.halves), np.full(len(rows.of), -1)
        none = [np.zeros(len(rows.of)) for _ in range(5)]
        out = cls(*nowhere, none[:3], none[3:])
        row = rows.row(mine["silence"].to_numpy(), mine["hour"].to_numpy())
        here = row >= 0
        mine, row = mine.filter(pa.array(here)), row[here]
        cell = mine["cell"].to_numpy()
        groups = group(mine["ais_class"].to_numpy(), mine["moving"].cast(pa.int8()).to_numpy())
        n, heard, left, by_space = setting.coverage.of_kind(mine)
        out.half[row] = setting.waters.half(cell)
        for values, hers in zip(out.ashore, (n, heard, n * setting.coverage.plain[groups, cell]), strict=True):
            values[row] = hers
        if setting.coverage.by_kind:
            out.wide[row] = setting.waters.wide(cell)
            for values, hers in zip(out.space, (by_space, left * setting.coverage.space(groups, cell)), strict=True):
                values[row] = hers
        return out
