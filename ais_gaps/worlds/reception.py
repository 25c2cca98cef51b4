"""Who hears ships: stations ashore with soft edges, satellites in passes, and when each of them hears nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.worlds.fleet import Draws, Ship
from ais_gaps.worlds.seas import Sea
from ais_gaps.worlds.settings import DAY_S, HOUR_S, Settings
from ais_gaps.worlds.track import MOORED, Fixes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SATELLITE: Final = "satellite"
FEED: Final = "feed"
"""Names of receivers in a list of outages beside the stations: all satellites, and everything."""

_EDGE_NM: Final = 2.5
_CLASS_B_RANGE: Final = 0.58  # 2 W and low aerials against 12.5 W
_CLASS_B_FROM_SPACE: Final = 0.28
_FOOTPRINT_NM: Final = 450.0
_FOOTPRINT_EDGE_NM: Final = 35.0
_DENSE_NM: Final = 90.0
_BEST: Final = 0.985


@dataclass(frozen=True)
class Outage:
    """A receiver hears nobody from one time until another, in seconds of the world."""

    receiver: str
    from_s: float
    to_s: float


@dataclass(frozen=True)
class Hearing:
    """What becomes of a ship's slots.

    Attributes:
        terrestrial, satellite: she is heard, if she transmits.
        station: number of the station that hears her best.
        but_for_outage, as_class_a, alone: she would have been heard were no receiver down, she of class A, no other ship about.
    """

    terrestrial: Flags
    satellite: Flags
    station: NDArray[np.int64]
    but_for_outage: Flags
    as_class_a: Flags
    alone: Flags


class Reception:
    """The receivers of a world, drawn once. What is heard is the generator's own and no survey of real receivers.

    Attributes:
        stations: names, by number. outages: of all receivers, by time. feed_east: longitude at which the feed ends, degrees.
    """

    def __init__(self, sea: Sea, settings: Settings, draws: Draws) -> None:
        at = [port for port in sea.ports if port.station]
        self.stations = tuple(port.name for port in at)
        self.outages = _outages(self.stations, settings, draws)
        self.feed_east = sea.west + settings.feed_share * (sea.east - sea.west) if settings.feed_share < 1 else 360.0
        self._lat, self._lon = np.array([port.lat for port in at]), np.array([port.lon for port in at])
        self._range_nm = settings.station_nm * draws.uniform(0.75, 1.25, len(at))
        self._propagation = np.exp(draws.normal(0.0, 0.13, (settings.days + 1, len(at))))
        self._dense = np.array([(port.lat, port.lon, port.traffic / 8.0) for port in sea.ports]).T
        count = int(settings.days * 24 / settings.pass_gap_h * 1.5) + 20 if settings.pass_gap_h else 0
        self._pass_s = np.cumsum(draws.gamma(2.0, settings.pass_gap_h / 2.0 * HOUR_S, count)) if count else np.zeros(0)
        self._pass_lasts_s = draws.uniform(300.0, 900.0, count)
        self._pass_quality = draws.beta(4.0, 2.0, count)
        self._pass_lat = draws.uniform(sea.south - 2.0, sea.north + 2.0, count)
        self._pass_lon = draws.uniform(sea.west - 2.0, sea.east + 2.0, count)

    def hears(self, ship: Ship, seconds: Floats, fixes: Fixes, draws: Draws) -> Hearing:
        """Of a ship that transmits in each slot: which are heard, by whom, and which would have been.

        Args:
            ship: her. seconds: when in each slot she is listened for. fixes: where she is then. draws: her own.
        """
        up, space, feed = self._up(seconds)
        distance = _near_nm(fixes.lat[:, None], fixes.lon[:, None], self._lat, self._lon)
        reach = self._range_nm * self._propagation[(seconds // DAY_S).astype(np.int64)] * ship.reception
        own = _CLASS_B_RANGE if ship.ais_class == "B" else 1.0
        by_each = _soft(distance, reach * own, _EDGE_NM)
        heard_by = by_each * up
        aloud, faint = draws.random(len(seconds)), draws.random(len(seconds))
        clear, crowded = self._from_space(seconds, fixes, ship)
        small = _CLASS_B_FROM_SPACE if ship.ais_class == "B" else 1.0
        terrestrial = (aloud < _any(heard_by)) & feed
        from_space = (faint < crowded * small) & space & feed
        louder = terrestrial if own == 1.0 else (aloud < _any(_soft(distance, reach, _EDGE_NM) * up)) & feed
        return Hearing(
            terrestrial,
            from_space,
            np.argmax(heard_by, axis=1) if len(self.stations) else np.zeros(len(seconds), np.int64),
            (aloud < _any(by_each)) | (faint < crowded * small),
            louder | ((faint < crowded) & space & feed),
            (faint < clear * small) & space & feed,
        )

    def _up(self, seconds: Floats) -> tuple[Floats, Flags, Flags]:
        """Which stations are up in each slot, and whether satellites and the whole feed are."""
        up = np.ones((len(seconds), len(self.stations)))
        space, feed = np.ones(len(seconds), np.bool_), np.ones(len(seconds), np.bool_)
        for outage in self.outages:
            down = slice(*np.searchsorted(seconds, [outage.from_s, outage.to_s]))
            if outage.receiver == FEED:
                feed[down] = False
            elif outage.receiver == SATELLITE:
                space[down] = False
            else:
                up[down, self.stations.index(outage.receiver)] = 0.0
        return up, space, feed

    def _from_space(self, seconds: Floats, fixes: Fixes, ship: Ship) -> tuple[Floats, Floats]:
        """The chance that a satellite hears a ship of class A, without other ships about, and with them."""
        clear = np.zeros(len(seconds))
        if not len(self._pass_s):
            return clear, clear
        last = np.searchsorted(self._pass_s, seconds, "right") - 1
        over = np.flatnonzero((last >= 0) & (seconds < (self._pass_s + self._pass_lasts_s)[last]))
        of = last[over]
        nm = _near_nm(fixes.lat[over], fixes.lon[over], self._pass_lat[of], self._pass_lon[of])
        seldom = np.where(fixes.status[over] == MOORED, 0.5, 1.0)  # transmits once in three minutes
        chance = 0.85 * self._pass_quality[of] * seldom * min(ship.reception, 1.1)
        clear[over] = chance * _soft(nm, np.full(len(over), _FOOTPRINT_NM), _FOOTPRINT_EDGE_NM)
        lat, lon, traffic = self._dense
        apart = _near_nm(fixes.lat[over, None], fixes.lon[over, None], lat, lon)
        crowd = (traffic * np.exp(-0.5 * (apart / _DENSE_NM) ** 2)).sum(axis=1)
        crowded = clear.copy()
        crowded[over] *= np.exp(-0.75 * crowd)
        return clear, crowded


def _outages(stations: tuple[str, ...], settings: Settings, draws: Draws) -> tuple[Outage, ...]:
    found = []
    for receiver in (*stations, SATELLITE, FEED):
        mean_days = settings.feed_outage_days if receiver in (SATELLITE, FEED) else settings.outage_days
        if receiver == SATELLITE and not settings.pass_gap_h:
            continue
        for _ in range(draws.poisson(settings.days / mean_days) if mean_days else 0):
            from_s = draws.uniform(0.0, settings.length_s)
            hours = min(9.0 * np.exp(0.9 * draws.standard_normal()), 120.0)
            hours = draws.uniform(4.0, 30.0) if receiver in (SATELLITE, FEED) else hours
            to_s = min(from_s + hours * HOUR_S, float(settings.length_s))
            found.append(Outage(receiver, float(from_s), float(to_s)))
    if settings.hole_days:
        middle_s, half_s = settings.length_s / 2.0, settings.hole_days * DAY_S / 2.0
        found.append(Outage(FEED, middle_s - half_s, middle_s + half_s))
    return tuple(sorted(found, key=lambda outage: (outage.from_s, outage.receiver)))


def _soft(nm: Floats, reach_nm: Floats, edge_nm: float) -> Floats:
    """The chance to hear at a distance: a logistic edge at the end of the range."""
    chance: Floats = _BEST / (1.0 + np.exp(np.clip((nm - reach_nm) / edge_nm, -30.0, 30.0)))
    return chance


def _any(chances: Floats) -> Floats:
    """The chance that one of several receivers hears, each for itself."""
    silent: Floats = np.prod(1.0 - chances, axis=1)
    return 1.0 - silent


def _near_nm(lat: Floats, lon: Floats, to_lat: Floats, to_lon: Floats) -> Floats:
    """Distance on a plane: good to a percent within the range of a station, where an edge is soft anyway."""
    east: Floats = (lon - to_lon) * np.cos(np.radians((lat + to_lat) / 2.0))
    return np.asarray(60.0 * np.hypot(lat - to_lat, east), np.float64)
