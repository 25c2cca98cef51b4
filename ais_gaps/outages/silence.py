"""A silence of receivers: who, from when to when, and the numbers that it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ais_gaps.outages.quiet import Runs, Series

FEED, TERRESTRIAL, SATELLITE, AREA, STATION = KINDS = ("feed", "terrestrial", "satellite", "area", "station")
"""The whole feed; all terrestrial receivers; all satellites; the receivers of some cells; a station by name."""

SURE: Final = math.log(10.0)
"""Least log-odds of an outage that is told: 10 to 1."""


@dataclass(frozen=True)
class Silence:
    """One silence.

    Attributes:
        kind: one of `KINDS`.
        receiver: kind of receiver; None = all, or reports do not say.
        station: its name, of that kind.
        cells: numbers of the cells (`hours.AREA`) that it is of, ascending; none of a feed.
        middle: latitude and longitude of the middle of the ships in the cell that tells most, degrees.
        from_h, to_h: hours since 1970; the second is the hour in which somebody was heard again.
        expected, heard: ship-hours that are usual in these hours, and those heard.
        known: most ships at a time that are known to have been there unheard.
        usual, share: in other hours, ships heard an hour, and the part of the ship-hours in which ships were heard.
        log_odds: of an outage against chance.
        begun: somebody was heard before it.
        open: it lasts until the archive ends.
    """

    kind: str
    receiver: str | None
    station: str | None
    cells: tuple[int, ...]
    middle: tuple[float, float] | None
    from_h: int
    to_h: int
    expected: float
    heard: float
    known: float
    usual: float
    share: float
    log_odds: float
    begun: bool
    open: bool = False

    @property
    def hours(self) -> int:
        """Its length."""
        return self.to_h - self.from_h

    @property
    def key(self) -> tuple[str, str, str]:
        """Of what it is a silence."""
        return self.kind, self.receiver or "", self.station or ""


def of_runs(
    series: Series,
    runs: Runs,
    kind: str,
    receiver: str | None,
    *,
    cells: tuple[int, ...] = (),
    middle: tuple[float, float] | None = None,
    station: str | None = None,
) -> list[Silence]:
    """Runs of one series as silences, by time."""
    numbers = (runs.expected, runs.heard, runs.known, runs.usual, runs.share, runs.log_odds)
    return [
        Silence(
            kind,
            receiver,
            station,
            cells,
            middle,
            int(series.hour[first]),
            int(series.hour[last]) + 1,
            expected,
            heard,
            known,
            usual,
            share,
            log_odds,
            begun=first > 0,
        )
        for first, last, expected, heard, known, usual, share, log_odds in zip(
            runs.first.tolist(), runs.last.tolist(), *(values.tolist() for values in numbers), strict=True
        )
    ]


def same(one: Silence, other: Silence) -> bool:
    """Whether two are of the same, in part, and have an hour in common."""
    alike = one.key == other.key and one.from_h < other.to_h and other.from_h < one.to_h
    return alike and (not one.cells or not set(one.cells).isdisjoint(other.cells))


def explains(station: Silence, area: Silence) -> bool:
    """Whether a station's silence is that of an area: half of the area's hours, and cells of its own."""
    both = min(station.to_h, area.to_h) - max(station.from_h, area.from_h)
    return 2 * both >= area.hours and not set(station.cells).isdisjoint(area.cells)
