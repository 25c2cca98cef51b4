"""The search through an archive's hours: fortnight by fortnight, each with the weeks before and after it to say what is usual.

What is held in memory at a time are eight weeks of ship-hours by hour and area, however long the archive is, and each hour is
read once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.outages import areas, feed, silence
from ais_gaps.outages.hours import AreaHours, whole
from ais_gaps.outages.quiet import Series
from ais_gaps.outages.silence import SURE, Silence
from ais_gaps.outages.stations import Stations

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Peers = Callable[[int, int], pa.Table]
"""Gives `schema.PEER_HOURS` from one hour to another, both included."""

_PIECE_H: Final = 14 * 24
_PIECES: Final = 4  # of a window: eight weeks
_READ_H: Final = 7 * 24  # read at a time


def search(peers: Peers, first: int, last: int, stations: Stations | None = None) -> list[Silence]:
    """The outages between two hours, both included: the first and the last in which the archive has reports. By time.

    Args:
        peers: the ship-hours.
        first, last: since 1970 UTC.
        stations: those that reports name; None = none does.
    """
    found: list[Silence] = []
    for window in _windows(peers, first, last, stations):
        within = [silence.clipped(each, *window.core) for each in _of_window(window)]
        found = _after(found, [each for each in within if each is not None], window)
    found = [replace(each, open=each.to_h > last) for each in found]
    # Whether a feed was down after its last report, nobody can tell.
    kept = [each for each in found if each.kind != silence.FEED or not each.open]
    return sorted(kept, key=lambda each: (each.from_h, each.to_h, each.key, each.cells))


@dataclass(frozen=True)
class _Piece:
    """A fortnight's ship-hours by hour and area, from an hour to another, both included; and what each station heard of them."""

    first: int
    last: int
    totals: Floats
    ships: AreaHours
    by_station: AreaHours | None


@dataclass(frozen=True)
class _Window:
    """Fortnights, taken together; ``core`` are the hours that are judged by them, from the one until before the other."""

    every: Ints
    core: tuple[int, int]
    totals: Floats
    ships: tuple[AreaHours, ...]
    by_station: AreaHours | None
    stations: Stations | None


def _windows(peers: Peers, first: int, last: int, stations: Stations | None) -> Iterator[_Window]:
    starts = range(first, last + 1, _PIECE_H)
    held: deque[_Piece] = deque(maxlen=_PIECES)
    done = first
    for number, start in enumerate(starts):
        held.append(_piece(peers, start, min(start + _PIECE_H - 1, last), stations))
        ends = number == len(starts) - 1
        if ends or len(held) == _PIECES:
            # The last fortnight of a window is judged with the next one, which knows what came after.
            until = last + 1 if ends else held[-1].first
            every = np.arange(held[0].first, held[-1].last + 1, dtype=np.int64)
            totals = np.concatenate([piece.totals for piece in held], axis=1)
            ships = tuple(piece.ships for piece in held)
            heard = [piece.by_station for piece in held if piece.by_station is not None]
            yield _Window(every, (done, until), totals, ships, AreaHours.joined(heard) if heard else None, stations)
            done = until


def _piece(peers: Peers, first: int, last: int, stations: Stations | None) -> _Piece:
    weeks = [(low, min(low + _READ_H - 1, last)) for low in range(first, last + 1, _READ_H)]
    ships = AreaHours.joined(AreaHours.of(peers(*week)) for week in weeks)
    by_station = None if stations is None else AreaHours.joined(stations.hours(*week) for week in weeks)
    return _Piece(first, last, ships.totals(first, last), ships.ashore(last + 1 - first), by_station)


def _of_window(window: _Window) -> Iterator[Silence]:
    """All outages of a window, those of more receivers first: where a feed is down, nothing is said of its parts."""
    ships, every = window.ships, window.every
    all_of = whole(window.totals, every)
    yield from _of_all(all_of["feed"], silence.FEED, None)
    up = ~feed.down(all_of["feed"])
    for kind in (silence.TERRESTRIAL, silence.SATELLITE):
        series = all_of[kind]
        if series.heard.any():
            yield from _of_all(Series(every[up], series.heard[up], series.there[up]), kind, kind)
    yield from areas.find(ships, every[up], None)
    if all_of[silence.TERRESTRIAL].heard.any():
        hours = every[up & ~feed.down(all_of[silence.TERRESTRIAL])]
        named: list[Silence] = []
        if window.stations is not None and window.by_station is not None:
            named = list(window.stations.find(window.by_station, ships, hours))
        yield from named
        for found in areas.find(ships, hours, "terrestrial"):
            if not any(silence.explains(station, found) for station in named):
                yield found


def _of_all(series: Series, kind: str, receiver: str | None) -> list[Silence]:
    found = feed.runs(series)
    return silence.of_runs(series, found.take(found.log_odds >= SURE), kind, receiver)


def _after(found: list[Silence], more: list[Silence], window: _Window) -> list[Silence]:
    """What was found before, with what a further period holds: what lasted until its beginning goes on into it."""
    begins = window.core[0]
    out = [each for each in found if each.to_h != begins]
    left = list(more)
    for before in (each for each in found if each.to_h == begins):
        goes_on = next((each for each in left if silence.continues(before, each)), None)
        if goes_on is None:
            out.append(_lasting(before, window))
        else:
            left.remove(goes_on)
            out.append(silence.joined(before, goes_on))
    # Where nobody was ever heard before, reception has begun, not been lost.
    return [*out, *(each for each in left if each.begun)]


def _lasting(before: Silence, window: _Window) -> Silence:
    """A silence that was not found again, because by then it was usual: it lasts until ships are heard once more."""
    begins, ends = window.core
    ships = window.ships
    if before.kind == silence.STATION and window.stations is not None and window.by_station is not None:
        heard = window.by_station.hour[window.stations.own(window.by_station, before.station)]
    else:
        column = {"terrestrial": 3, "satellite": 4}.get(before.receiver or "", 1)
        if before.cells:
            some = [(each.counts[column] > 0) & np.isin(each.area, before.cells) for each in ships]
            heard = np.concatenate([each.hour[own] for each, own in zip(ships, some, strict=True)])
        else:
            heard = window.every[window.totals[column] > 0]
    heard = heard[heard >= begins]
    until = min(int(heard.min()) if len(heard) else ends, ends)
    if until <= before.to_h:
        return before
    return replace(before, to_h=until, expected=before.expected + before.usual * (until - before.to_h))
