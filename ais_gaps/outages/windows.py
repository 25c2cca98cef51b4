"""The hours of an archive in fortnights counted from 1970, and the windows of four of them that outages are looked for in.

A window says what is usual and tells the outages that begin in its *core*: the third of its fortnights, and what lies beyond it at
either end of the archive. So an outage is judged by the four to six weeks before it began and the two to four after it, and by
nothing else, however long the archive is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.outages.hours import AreaHours
from ais_gaps.outages.stations import Stations

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Peers = Callable[[int, int], pa.Table]
"""Gives `schema.PEER_HOURS` from one hour to another, both included."""

PIECE_H: Final = 14 * 24
PIECES: Final = 4
"""Fortnights of a window: eight weeks."""
_CORE: Final = 2
_READ_H: Final = 7 * 24  # read at a time


@dataclass(frozen=True)
class Piece:
    """A fortnight's ship-hours by hour and area, from an hour to another, both included; and what each station heard of them."""

    first: int
    last: int
    totals: Floats
    ships: AreaHours
    by_station: AreaHours | None


@dataclass(frozen=True)
class Window:
    """Fortnights, taken together; ``core`` are the hours in which what it tells begins, from the one until before the other."""

    every: Ints
    core: tuple[int, int]
    totals: Floats
    ships: tuple[AreaHours, ...]
    by_station: AreaHours | None
    stations: Stations | None


class Windows:
    """The windows of an archive by number, ascending with time; its fortnights, of which as many are held as a window has."""

    def __init__(self, peers: Peers, first: int, last: int, stations: Stations | None) -> None:
        self._peers, self.stations = peers, stations
        self.first, self.last = first, last
        self._held: dict[int, Piece] = {}
        self._first, self._last = first // PIECE_H, last // PIECE_H
        self.numbers = range(self._first, max(self._first, self._last - PIECES + 1) + 1)

    def of(self, hour: int) -> int:
        """The window in whose core an hour lies; of an hour beyond the archive that at its end."""
        return min(max(hour // PIECE_H - _CORE, self.numbers[0]), self.numbers[-1])

    def core(self, number: int) -> tuple[int, int]:
        """The hours of a window's core, from the one until before the other."""
        begins = self.first if number == self.numbers[0] else (number + _CORE) * PIECE_H
        ends = self.last + 1 if number == self.numbers[-1] else (number + _CORE + 1) * PIECE_H
        return begins, ends

    def hours(self, number: int) -> tuple[int, int]:
        """The first and the last hour of a window."""
        return max(number * PIECE_H, self.first), min((number + PIECES) * PIECE_H - 1, self.last)

    def window(self, number: int) -> Window:
        """A window with all that it is judged by."""
        held = [self.piece(each) for each in range(number, min(number + PIECES - 1, self._last) + 1)]
        every = np.arange(held[0].first, held[-1].last + 1, dtype=np.int64)
        totals = np.concatenate([piece.totals for piece in held], axis=1)
        heard = [piece.by_station for piece in held if piece.by_station is not None]
        by_station = AreaHours.joined(heard) if heard else None
        return Window(every, self.core(number), totals, tuple(p.ships for p in held), by_station, self.stations)

    def piece(self, number: int) -> Piece:
        """A fortnight by its number since 1970."""
        if number not in self._held:
            self._held = {held: piece for held, piece in self._held.items() if held > number - PIECES}
            low, high = max(number * PIECE_H, self.first), min(number * PIECE_H + PIECE_H - 1, self.last)
            self._held[number] = self._read(low, high)
        return self._held[number]

    def _read(self, first: int, last: int) -> Piece:
        weeks = [(low, min(low + _READ_H - 1, last)) for low in range(first, last + 1, _READ_H)]
        ships = AreaHours.joined(AreaHours.of(self._peers(*week)) for week in weeks)
        stations = self.stations
        by_station = None if stations is None else AreaHours.joined(stations.hours(*week) for week in weeks)
        return Piece(first, last, ships.totals(first, last), ships.ashore(last + 1 - first), by_station)
