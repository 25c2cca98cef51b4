"""A world put together: its ships' lives, what was heard of them, and the truth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ais_gaps.worlds.fleet import Draws, Ship, ship
from ais_gaps.worlds.lanes import Lanes
from ais_gaps.worlds.reception import Reception
from ais_gaps.worlds.seas import Sea, sea
from ais_gaps.worlds.settings import Settings
from ais_gaps.worlds.silences import SILENCE_S, Silence, silences
from ais_gaps.worlds.transcript import Transcript, transcribe
from ais_gaps.worlds.voyages import Grounds, HiddenCall, live
from ais_gaps.worlds.waters import Waters

_RECEPTION, _GROUNDS, _SHARED, _SHIPS = 11, 12, 13, 14  # each draws on its own, whatever the others are set to


@dataclass(frozen=True)
class Told:
    """What there is of one ship: her draughts and destinations by trip, hidden calls, reports, and true silences."""

    ship: Ship
    mmsi: int
    draughts_m: tuple[float, ...]
    bound_for: tuple[int, ...]
    calls: tuple[HiddenCall, ...]
    transcript: Transcript
    silences: tuple[Silence, ...]


@dataclass(frozen=True)
class World:
    """A world.

    Attributes:
        ships: by number, those too of which nothing was heard.
        as_of_s: time of the newest report, seconds of the world: until when open silences are known to last.
    """

    settings: Settings
    sea: Sea
    reception: Reception
    ships: tuple[Told, ...]
    as_of_s: int

    @property
    def sharing(self) -> NDArray[np.bool_]:
        """Which ships share their MMSI with another."""
        mmsi = np.array([each.mmsi for each in self.ships])
        return np.isin(
            mmsi, [number for number, count in zip(*np.unique(mmsi, return_counts=True), strict=True) if count > 1]
        )


def make(settings: Settings) -> World:
    """The world of some settings: the same each time.

    Raises:
        NotFound: no such sea.
    """
    of = sea(settings.sea)
    lanes = _lanes(of)
    grounds = Grounds(lanes, of, _draws(settings, _GROUNDS))
    reception = Reception(of, settings, _draws(settings, _RECEPTION))
    ships = [ship(number, of, settings, _draws(settings, _SHIPS, number)) for number in range(settings.vessels)]
    mmsi = _mmsi(ships, settings)
    told = [_told(each, mmsi[each.number], of, lanes, grounds, reception, settings) for each in ships]
    as_of_s = max((int(each.transcript.said_s.max()) for each in told if len(each.transcript.said_s)), default=0)
    return World(settings, of, reception, tuple(_until(each, as_of_s) for each in told), as_of_s)


@cache
def _lanes(of: Sea) -> Lanes:
    """Lanes hang on the coast alone: worlds of one sea share them."""
    return Lanes(Waters(of))


def _told(
    of: Ship, mmsi: int, where: Sea, lanes: Lanes, grounds: Grounds, reception: Reception, settings: Settings
) -> Told:
    draws = _draws(settings, _SHIPS, of.number, 1)
    life = live(of, where, lanes, grounds, settings, draws)
    transcript, hearing, off_cause = transcribe(of, life, reception, settings, _draws(settings, _SHIPS, of.number, 2))
    sound = transcript.sound
    calls = [call for call in life.calls if call.to_s > 0.0 and call.from_s < settings.length_s]
    heard_s, slots = transcript.sent_s[sound], transcript.slots[sound]
    found = silences(of.number, heard_s, slots, off_cause, hearing, calls, settings.length_s)
    return Told(of, mmsi, tuple(life.draughts_m), tuple(life.bound_for), tuple(calls), transcript, tuple(found))


def _until(told: Told, as_of_s: int) -> Told:
    """Without silences that are too short when the archive ends, and calls that had not begun."""
    sent_s = told.transcript.sent_s[told.transcript.sound]
    kept = tuple(each for each in told.silences if each.on >= 0 or as_of_s - int(sent_s[each.off]) > SILENCE_S)
    calls = tuple(call for call in told.calls if call.from_s < as_of_s)
    return Told(told.ship, told.mmsi, told.draughts_m, told.bound_for, calls, told.transcript, kept)


def _mmsi(ships: list[Ship], settings: Settings) -> list[int]:
    """Under which MMSI each ship sends: some pairs under one."""
    mmsi = [each.mmsi for each in ships]
    draws = _draws(settings, _SHARED)
    pairs = min(round(settings.shared * len(ships)), len(ships) // 2)
    chosen = draws.choice(len(ships), size=(pairs, 2), replace=False)
    for one, other in chosen.tolist():
        mmsi[other] = mmsi[one]
    return mmsi


def _draws(settings: Settings, *of: int) -> Draws:
    return np.random.default_rng([settings.seed, *of])
