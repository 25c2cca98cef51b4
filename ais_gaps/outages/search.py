"""The search through an archive's hours: window by window, each telling the outages that begin in it.

What is held in memory at a time are eight weeks of ship-hours by hour and area, however long the archive is, and each hour is
read once. A question about some days looks at those that can hold the beginning of an outage of these days, and no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from ais_gaps.outages import areas, feed, quiet, silence
from ais_gaps.outages.hours import whole
from ais_gaps.outages.quiet import Series
from ais_gaps.outages.silence import SURE, Silence
from ais_gaps.outages.stations import Stations
from ais_gaps.outages.told import Told
from ais_gaps.outages.windows import PIECE_H, PIECES, Peers, Piece, Window, Windows

Floats = npt.NDArray[np.float64]

LOOKBACK_D: Final = 56
"""Of some days are told the outages that began at most so many days before: who has heard nobody for longer is gone, not down."""

_LOOKBACK_H: Final = LOOKBACK_D * 24
_BEYOND_H: Final = (
    12  # one window may take for the next one's what that takes for its: both are asked about so many hours
)


def search(
    peers: Peers,
    first: int,
    last: int,
    stations: Stations | None = None,
    *,
    since: int | None = None,
    until: int | None = None,
    memory: Told | None = None,
    feed_at_end: bool = False,
) -> list[Silence]:
    """The outages between two hours, both included: the first and the last in which the archive has reports. By time.

    Those of some hours are the outages of the whole archive that last beyond ``since``, began at most `LOOKBACK_D` days before it,
    and begin before ``until``: what is told of a day does not depend on what else is asked.

    Args:
        peers: the ship-hours.
        first, last: since 1970 UTC.
        stations: those that reports name; None = none does.
        since, until: hours since 1970; None = all.
        memory: what windows told when they were asked before; None = nothing is kept.
    """
    windows = Windows(peers, first, last, stations)
    begins = first if since is None else max(first, since - _LOOKBACK_H)
    ends = last + 1 if until is None else min(last + 1, until)
    if begins >= ends:
        return []
    # A window's silences are held against those of the one before it.
    numbers = range(max(windows.of(begins - _BEYOND_H) - 1, windows.numbers[0]), windows.of(ends - 1) + 1)
    found: list[Silence] = []
    before: list[Silence] = []
    for number in numbers:
        told = _told(windows, number, memory)
        found += [each for each in told if not any(silence.same(other, each) for other in before)]
        before = told
        found = _followed(found, windows, number + PIECES)
    number = numbers[-1] + PIECES + 1
    while number * PIECE_H <= last and any(each.to_h == number * PIECE_H for each in found):
        found = _followed(found, windows, number)
        number += 1
    found = [replace(each, open=each.to_h > last) for each in found]
    kept = [each for each in found if feed_at_end or each.kind != silence.FEED or not each.open]
    kept = [each for each in kept if begins <= each.from_h < ends and (since is None or each.to_h > since)]
    return sorted(kept, key=lambda each: (each.from_h, each.to_h, each.key, each.cells))


def _told(windows: Windows, number: int, memory: Told | None) -> list[Silence]:
    """What begins in a window's core or soon after it, from what was kept where it is known."""
    known = None if memory is None else memory.read(windows.hours(number), windows.core(number))
    if known is not None:
        return known
    told = _begun(windows.window(number))
    if memory is not None:
        memory.keep(windows.hours(number), windows.core(number), told)
    return told


def _begun(window: Window) -> list[Silence]:
    """The silences that begin in a window's core or soon after it. Where nobody was heard before, reception began, not ended."""
    begins, ends = window.core
    return [each for each in _of_window(window) if each.begun and begins <= each.from_h < ends + _BEYOND_H]


def _of_window(window: Window) -> Iterator[Silence]:
    """The outages of a window, at least those of its core; of more receivers first: of a dead feed no parts are told."""
    ships, every = window.ships, window.every
    about = window.core[0] - 2 * _BEYOND_H, window.core[1] + 2 * _BEYOND_H
    if not window.totals[1].any():
        return
    all_of = whole(window.totals, every)
    yield from _of_all(all_of["feed"], silence.FEED, None)
    up = ~feed.down(all_of["feed"])
    for kind in (silence.TERRESTRIAL, silence.SATELLITE):
        series = all_of[kind]
        if series.heard.any():
            yield from _of_all(Series(every[up], series.heard[up], series.there[up]), kind, kind)
    yield from areas.find(ships, every[up], None, about)
    if all_of[silence.TERRESTRIAL].heard.any():
        hours = every[up & ~feed.down(all_of[silence.TERRESTRIAL])]
        named: list[Silence] = []
        if window.stations is not None and window.by_station is not None:
            named = list(window.stations.find(window.by_station, ships, hours))
        yield from named
        for found in areas.find(ships, hours, "terrestrial", about):
            if not any(silence.explains(station, found) for station in named):
                yield found


def _of_all(series: Series, kind: str, receiver: str | None) -> list[Silence]:
    found = feed.runs(series)
    return silence.of_runs(series, found.take(found.log_odds >= SURE), kind, receiver)


def _followed(found: Sequence[Silence], windows: Windows, number: int) -> list[Silence]:
    """Silences that last until a fortnight begins are followed through it."""
    begins = number * PIECE_H
    if begins > windows.last or not any(each.to_h == begins for each in found):
        return list(found)
    piece = windows.piece(number)
    return [_lasting(each, piece, windows) if each.to_h == begins else each for each in found]


def _lasting(before: Silence, piece: Piece, windows: Windows) -> Silence:
    """A silence with what a fortnight adds to it: it lasts until as many are heard again as end a quiet run."""
    heard = _heard(before, piece, windows.stations)
    quiet_h = quiet.lasts(heard, before.usual)
    expected = before.expected + before.usual * quiet_h
    return replace(before, to_h=before.to_h + quiet_h, expected=expected, heard=before.heard + heard[:quiet_h].sum())


def _heard(before: Silence, piece: Piece, stations: Stations | None) -> Floats:
    """Ships heard in each hour of a fortnight by those of whom a silence is."""
    hours = piece.last + 1 - piece.first
    column = {"terrestrial": 3, "satellite": 4}.get(before.receiver or "", 1)
    if not before.cells:
        return np.asarray(piece.totals[column])
    if before.kind == silence.STATION:
        if stations is None or piece.by_station is None:
            return np.zeros(hours)
        own = stations.own(piece.by_station, before.station)
        hour, counts = piece.by_station.hour[own], piece.by_station.counts[0][own]
    else:
        own = np.isin(piece.ships.area, before.cells)
        hour, counts = piece.ships.hour[own], piece.ships.counts[column][own]
    return np.bincount(hour - piece.first, counts, minlength=hours).astype(np.float64)
