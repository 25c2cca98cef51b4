"""What a provider has of one ship: her reports as heard, thinned, with what goes wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ais_gaps.worlds.fleet import Draws, Ship
from ais_gaps.worlds.reception import Hearing, Reception
from ais_gaps.worlds.settings import HOUR_S, Settings
from ais_gaps.worlds.silences import OFF_CAUSES
from ais_gaps.worlds.track import MOORED, Fixes
from ais_gaps.worlds.voyages import AWAY, Life

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOVING_KN = 0.5
_GPS_DEG = 5e-5


@dataclass(frozen=True)
class Transcript:
    """Reports of one ship in order of the times at which they were sent.

    Attributes:
        sent_s: when, seconds of the world. said_s: the time that the archive has. slots: the slot of each.
        lat, lon, sog, cog, heading, status: as the archive has them; heading NaN and status -1 where class B says none.
        satellite: who heard it. station: number of the station, where it was none.
        told: it carries static fields. trip: number of her trip.
        clock, place: it has a wrong clock, a wrong place.
    """

    sent_s: Ints
    said_s: Ints
    slots: Ints
    lat: Floats
    lon: Floats
    sog: Floats
    cog: Floats
    heading: Floats
    status: Ints
    satellite: Flags
    station: Ints
    told: Flags
    trip: Ints
    clock: Flags
    place: Flags

    @property
    def sound(self) -> Flags:
        """Reports with nothing wrong."""
        return ~(self.clock | self.place)


def transcribe(
    ship: Ship, life: Life, reception: Reception, settings: Settings, draws: Draws
) -> tuple[Transcript, Hearing, NDArray[np.int8]]:
    """What is heard of a ship; what would have been; and of each slot whether she is off, and why (`silences.silences`)."""
    count = settings.length_s // settings.slot_s
    seconds = np.arange(count) * settings.slot_s + draws.integers(0, settings.slot_s, count)
    fixes = life.track.at(seconds.astype(np.float64))
    hearing = reception.hears(ship, seconds.astype(np.float64), fixes, draws)
    off_cause = _off_causes(life, seconds)
    off_cause[(fixes.lon > reception.feed_east) & (off_cause == 0)] = 1 + OFF_CAUSES.index(AWAY)
    heard = np.flatnonzero((hearing.terrestrial | hearing.satellite) & (off_cause == 0))
    transcript = _written(ship, fixes, hearing, seconds, heard, settings, draws)
    return transcript, hearing, off_cause


def _off_causes(life: Life, seconds: Ints) -> NDArray[np.int8]:
    causes = np.zeros(len(seconds), np.int8)
    for code, cause in reversed(list(enumerate(OFF_CAUSES, 1))):
        for off in life.offs:
            if off.cause == cause:
                causes[slice(*np.searchsorted(seconds, [off.from_s, off.to_s]))] = code
    return causes


def _written(
    ship: Ship, fixes: Fixes, hearing: Hearing, seconds: Ints, heard: Ints, settings: Settings, draws: Draws
) -> Transcript:
    n = len(heard)
    sog, moving = fixes.sog[heard], fixes.sog[heard] > MOVING_KN
    noise = np.where(moving, draws.normal(0.0, 0.2, n), np.abs(draws.normal(0.0, 0.05, n)))
    course = np.where(moving, fixes.cog[heard] + draws.normal(0.0, 2.0, n), draws.uniform(0.0, 360.0, n))
    bow = np.where(
        moving | (fixes.status[heard] != MOORED), course + draws.normal(0.0, 3.0, n), draws.uniform(0.0, 360.0)
    )
    lat, lon = (values[heard] + draws.normal(0.0, _GPS_DEG, n) for values in (fixes.lat, fixes.lon))
    clock, place = (draws.random(n) < share for share in (settings.clock_errors, settings.teleports))
    late_s = draws.integers(HOUR_S // 2, 20 * HOUR_S, n) * draws.choice([-1, 1], n)
    said_s = np.where(clock, seconds[heard] + late_s, seconds[heard])
    in_time = (said_s >= 0) & (said_s < settings.length_s)
    away = draws.uniform(1.0, 8.0, n) * draws.choice([-1, 1], n)
    told = draws.random(n) < settings.statics
    told[:1] = True
    class_b = ship.ais_class == "B"
    written = Transcript(
        sent_s=seconds[heard],
        said_s=said_s,
        slots=heard,
        lat=_rounded(np.where(place, lat + away, lat), 5),
        lon=_rounded(lon, 5),
        sog=_rounded(np.maximum(sog + noise, 0.0), 1),
        cog=_rounded(course % 360.0, 1) % 360.0,
        heading=np.full(n, np.nan) if class_b else _rounded(bow % 360.0, 0) % 360.0,
        status=np.full(n, -1) if class_b else fixes.status[heard],
        satellite=~hearing.terrestrial[heard],
        station=hearing.station[heard],
        told=told,
        trip=fixes.trip[heard],
        clock=clock,
        place=place,
    )
    return replace(written, **{each.name: getattr(written, each.name)[in_time] for each in fields(written)})


def _rounded(values: NDArray[Any], digits: int) -> Floats:
    return np.asarray(np.round(values, digits), np.float64)
