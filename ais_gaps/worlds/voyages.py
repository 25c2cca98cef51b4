"""What a ship does in a world: calls, voyages, stops, and when her transmitter is off, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ais_gaps.worlds.fleet import KINDS, Draws, Ship
from ais_gaps.worlds.lanes import Lane, Lanes, moved
from ais_gaps.worlds.seas import Sea
from ais_gaps.worlds.settings import DAY_S, HOUR_S, Settings
from ais_gaps.worlds.track import AT_ANCHOR, FISHING, MOORED, UNDER_WAY, Track

SWITCHED_OFF: Final = "switched off"
ALONGSIDE: Final = "powered off alongside"
FAULT: Final = "fault"
AWAY: Final = "out of the sea"
PORT_CALL: Final = "port"
AT_SEA: Final = "ship to ship"

_BERTHS: Final = 0.5  # ships lie within this share of the offing of a port's node: no land is in that circle
_GROUNDS: Final = 8
_GROUND_NM: Final = 12.0  # hauls of some hours, trips of one to four days
_SITES: Final = 10
_EDGE_DEG: Final = 0.3
_AWAY_H, _AWAY_SPREAD, _FOR_GOOD = 240.0, 0.8, 0.4
_SLOW_NM: Final = 3.0


@dataclass(frozen=True)
class Off:
    """Her transmitter is off, from and to, in seconds of the world, and why."""

    from_s: float
    to_s: float
    cause: str


@dataclass(frozen=True)
class HiddenCall:
    """A stop that her silence hides: at a port by its number, or at sea (-1). Nobody meets her there in the data."""

    kind: str
    port: int
    lat: float
    lon: float
    from_s: float
    to_s: float


@dataclass
class Life:
    """What a ship did: her track, her transmitter's pauses, hidden calls, and of each trip its draught and destination."""

    track: Track
    offs: list[Off] = field(default_factory=list)
    calls: list[HiddenCall] = field(default_factory=list)
    draughts_m: list[float] = field(default_factory=list)
    bound_for: list[int] = field(default_factory=list)


class Grounds:
    """Where a sea's ships fish, from each port, where they meet and where they leave it: nodes of its waters, drawn once."""

    def __init__(self, lanes: Lanes, sea: Sea, draws: Draws) -> None:
        waters = lanes.waters
        self.fishing: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
        for port in range(len(sea.ports)):
            way = waters.tree(port)[0]
            near = np.flatnonzero((way > 12.0) & (way < 110.0) & (waters.offing_nm > 4.0))
            near = near if len(near) else np.array([int(np.argmax(waters.offing_nm / (1.0 + way)))])
            self.fishing.append(draws.choice(near, size=_GROUNDS))
        reached = np.isfinite(waters.tree(0)[0]) & (waters.offing_nm >= 12.0)
        self.meeting = draws.choice(np.flatnonzero(reached), size=_SITES)
        lat, lon = lanes.waters.lat, lanes.waters.lon
        edge = np.minimum.reduce([lat - sea.south, sea.north - lat, lon - sea.west, sea.east - lon])
        at_edge = np.flatnonzero(reached & (edge < _EDGE_DEG))
        self.leaving = draws.choice(at_edge, size=_SITES) if len(at_edge) else at_edge


def live(ship: Ship, sea: Sea, lanes: Lanes, grounds: Grounds, settings: Settings, draws: Draws) -> Life:
    """A ship's life from before the world begins until after it ends."""
    return _Captain(ship, sea, lanes, grounds, settings, draws).life


class _Captain:
    def __init__(self, ship: Ship, sea: Sea, lanes: Lanes, grounds: Grounds, settings: Settings, draws: Draws) -> None:
        self.ship, self.sea, self.lanes, self.grounds = ship, sea, lanes, grounds
        self.settings, self.draws = settings, draws
        self.at = ship.calls_at[0]
        self.life = Life(Track(-draws.uniform(0.0, 72.0) * HOUR_S, *self._berth(self.at)))
        self.draught_m = ship.draught_m
        self.haunts = self._haunts() if ship.dark else []
        self._trip(self.at)
        while self.track.now_s < settings.length_s:
            self._call()
            if ship.kind == "fishing":
                self._fish()
            else:
                self._voyage()
        self._faults()

    @property
    def track(self) -> Track:
        return self.life.track

    def _call(self) -> None:
        """In port, perhaps with the power off for the better part of the call."""
        kind, began_s = KINDS[self.ship.kind], self.track.now_s
        hours = self._hours(kind.call_h * self.settings.call_factor, kind.call_spread)
        self.track.stay(hours * HOUR_S, MOORED)
        share = self.settings.alongside_off_b if self.ship.ais_class == "B" else self.settings.alongside_off_a
        if self.draws.random() < share:
            off_s = began_s + self.draws.uniform(0.3, 3.0) * HOUR_S
            forgot = self.draws.random() < 0.2
            late_s = (self.draws.exponential(0.8) if forgot else -self.draws.uniform(0.1, 2.0)) * HOUR_S
            on_s = self.track.now_s + late_s
            if on_s - off_s > 1.0 * HOUR_S:
                self.life.offs.append(Off(off_s, on_s, ALONGSIDE))
        if self.draws.random() < 0.7:
            change = self.draws.normal(0.0, 0.15) * self.ship.draught_m
            self.draught_m = float(
                np.clip(self.draught_m + change, 0.6 * self.ship.draught_m, 1.4 * self.ship.draught_m)
            )

    def _voyage(self) -> None:
        shuttle = self.ship.kind == "shuttle"
        share = self.settings.dark_shuttle_trips if shuttle else self.settings.dark_trips
        dark = self.ship.dark and self.draws.random() < share
        # A dark shuttle comes back to where she loads: what is on the other side is hidden.
        bound = self.ship.calls_at[0] if dark and shuttle else self._next()
        self._trip(bound)
        if dark:
            self._dark(bound)
        elif self._leaves():
            self._away(bound)
        else:
            self._sail(self.lanes.between(self.at, bound), stops=True)
            self._moor(bound)
        self.at = bound

    def _leaves(self) -> bool:
        leaving = self.settings.leaving
        return leaving > 0 and len(self.grounds.leaving) > 0 and bool(self.draws.random() < leaving)

    def _away(self, bound: int) -> None:
        """Out of the sea, where the feed ends, and back after a time, or never."""
        node = int(self.draws.choice(self.grounds.leaving))
        self._sail(self.lanes.to(self.at, node))
        from_s = self.track.now_s
        for_good = self.draws.random() < _FOR_GOOD
        away_s = self.settings.length_s + DAY_S if for_good else self._hours(_AWAY_H, _AWAY_SPREAD) * HOUR_S
        lane = self.lanes.to(bound, int(self.draws.choice(self.grounds.leaving))).reverse()
        self.track.reappear(float(lane.lat[0]), float(lane.lon[0]), away_s)
        self.life.offs.append(Off(from_s, self.track.now_s, AWAY))
        self._sail(lane)
        self._moor(bound)

    def _dark(self, bound: int) -> None:
        """Out to where nobody shall see her, and on to the port that she is bound for, dark for parts of both ways."""
        at_sea = self.draws.random() < self.settings.dark_at_sea
        left_s = self.track.now_s
        port = -1 if at_sea else self._haunt(bound)
        if port < 0:
            node = int(self.draws.choice(self.grounds.meeting))
            out, on = self.lanes.to(self.at, node), self.lanes.to(bound, node).reverse()
            self._sail(out)
            arrived_s = self.track.now_s
            self.track.swing(self.draws.uniform(6.0, 30.0) * HOUR_S, 2.0, self._angle(), UNDER_WAY)
            hidden = (AT_SEA, -1)
        else:
            out, on = self.lanes.between(self.at, port), self.lanes.between(port, bound)
            self._sail(out)
            self._moor(port)
            arrived_s = self.track.now_s
            kind = KINDS[self.ship.kind]
            hours = self._hours(
                self.settings.dark_call_h or kind.call_h * self.settings.call_factor, self.settings.dark_call_spread
            )
            self.track.stay(max(hours, 3.0) * HOUR_S, MOORED)
            hidden = (PORT_CALL, port)
        gone_s, place = self.track.now_s, self.track.here
        self._sail(on)
        self._moor(bound)
        off_s = left_s + self._within(self.settings.off_from, self.settings.off_to) * (arrived_s - left_s)
        on_s = gone_s + self._within(self.settings.on_from, self.settings.on_to) * (self.track.now_s - gone_s)
        fate = self.draws.random()
        if fate < self.settings.dark_for_good:
            on_s = self.settings.length_s + DAY_S
        elif fate < self.settings.dark_for_good + self.settings.dark_long:
            on_s = self.track.now_s + self.draws.uniform(1.0, 8.0) * DAY_S
        self.life.offs.append(Off(off_s, on_s, SWITCHED_OFF))
        self.life.calls.append(HiddenCall(*hidden, *place, arrived_s, gone_s))
        if self.draws.random() < 0.6:
            self.draught_m = float(self.ship.draught_m * self.draws.uniform(0.65, 1.35))

    def _fish(self) -> None:
        """Out to a ground, to and fro on it, and home."""
        self._trip(self.at)
        of = self.grounds.fishing[self.at]
        node = int(of[(self.ship.number + int(self.draws.integers(3))) % len(of)])
        lane = self.lanes.to(self.at, node)
        self._sail(lane)
        began_s, (lat, lon) = self.track.now_s, self.track.here
        hauls = int(self.draws.integers(6, 30))
        # Anywhere in a circle that holds no land: one of twice its radius does not either.
        room_nm = min(0.5 * float(self.lanes.waters.offing_nm[node]), _GROUND_NM)
        far_nm, angle = room_nm * np.sqrt(self.draws.random(hauls)), self.draws.uniform(0.0, 2.0 * np.pi, hauls)
        east, north = far_nm * np.sin(angle), far_nm * np.cos(angle)
        around = moved(np.full(hauls, lat), np.full(hauls, lon), east, north)
        self.track.sail(*around, self.draws.uniform(2.0, 4.5, hauls), FISHING)
        if self.ship.dark and self.draws.random() < self.settings.dark_trips * 0.5:
            whole_s = self.track.now_s - began_s
            off_s = began_s + self.draws.uniform(0.0, 0.6) * whole_s
            self.life.offs.append(Off(off_s, self.track.now_s + self.draws.uniform(0.0, 3.0) * HOUR_S, SWITCHED_OFF))
        self._sail(lane.reverse())
        self._moor(self.at)

    def _sail(self, lane: Lane, *, stops: bool = False) -> None:
        """Along a lane, a little aside of it, with lawful stops adrift or in the roads."""
        draws, count = self.draws, len(lane.lat)
        wave = np.sin(lane.along_nm / draws.uniform(40.0, 120.0) + self._angle())
        lat, lon = lane.beside(np.clip(draws.normal(0.0, 0.4) + 0.3 * wave, -1.0, 1.0))
        weather = 1.0 + 0.05 * np.sin(lane.along_nm / draws.uniform(30.0, 150.0) + self._angle())
        knots = self.ship.knots * draws.uniform(0.9, 1.03) * weather
        slow = np.minimum(lane.along_nm, lane.nm - lane.along_nm) < _SLOW_NM
        knots[slow] = np.minimum(knots[slow], 7.0)
        begin = 0
        for stop, adrift in self._stops(lane) if stops else []:
            if not begin < stop < count - 1:
                continue
            self.track.sail(lat[begin : stop + 1], lon[begin : stop + 1], knots[begin : stop + 1])
            room_nm = 0.25 * float(lane.room_nm[stop])
            if adrift:
                hours = self._hours(12.0, 0.7)
                self.track.swing(hours * HOUR_S, min(room_nm, 4.0, 0.25 * hours), self._angle(), UNDER_WAY)
            else:
                self.track.swing(self._hours(9.0, 0.6) * HOUR_S, min(room_nm, 0.08), self._angle(), AT_ANCHOR)
            begin = stop + 1
        self.track.sail(lat[begin:], lon[begin:], knots[begin:])

    def _stops(self, lane: Lane) -> list[tuple[int, bool]]:
        """Points of the lane where she stops, in their order, and whether she drifts there."""
        stops = []
        if self.draws.random() < self.settings.adrift:
            stops.append((int(np.searchsorted(lane.along_nm, self.draws.uniform(0.2, 0.8) * lane.nm)), True))
        if self.draws.random() < self.settings.roads:
            stops.append((int(np.searchsorted(lane.along_nm, lane.nm - self.draws.uniform(2.5, 8.0))), False))
        return stops

    def _moor(self, port: int) -> None:
        lat, lon = self._berth(port)
        self.track.sail(np.array([lat]), np.array([lon]), 4.0)

    def _berth(self, port: int) -> tuple[float, float]:
        waters = self.lanes.waters
        node = int(waters.berth[port])
        reach_nm = min(_BERTHS * float(waters.offing_nm[node]), 0.8) * np.sqrt(self.draws.random())
        angle = self._angle()
        lat, lon = moved(
            waters.lat[[node]],
            waters.lon[[node]],
            np.array([reach_nm * np.sin(angle)]),
            np.array([reach_nm * np.cos(angle)]),
        )
        return float(lat[0]), float(lon[0])

    def _next(self) -> int:
        """The port that she is bound for: one that she is used to, a shuttle's other one, now and then any."""
        others = [port for port in self.ship.calls_at if port != self.at]
        if not others or (self.ship.kind != "shuttle" and self.draws.random() < 0.15):
            traffic = np.array([0.0 if port.watched else port.traffic for port in self.sea.ports])
            traffic[self.at] = 0.0
            return int(self.draws.choice(len(traffic), p=traffic / traffic.sum()))
        return int(self.draws.choice(others))

    def _haunts(self) -> list[int]:
        """Watched ports that she calls at in secret: up to three, near to her own."""
        way = self.lanes.waters.tree(self.at)[0][self.lanes.waters.berth]
        watched = np.array([port.watched for port in self.sea.ports])
        watched[list(self.ship.calls_at)] = False
        weight = np.where(watched, np.exp(-way / max(self.settings.dark_near_nm, 1.0)), 0.0)
        count = min(1 + int(self.draws.integers(3)), int((weight > 0).sum()))
        if not count:
            return []
        return [int(p) for p in self.draws.choice(len(weight), size=count, replace=False, p=weight / weight.sum())]

    def _haunt(self, bound: int) -> int:
        """The port of a hidden call; -1 if there is none but those that she leaves and is bound for."""
        taken = {self.at, bound}
        if self.draws.random() < self.settings.dark_unwatched:
            traffic = np.array([0.0 if port.watched else port.traffic for port in self.sea.ports])
            way = self.lanes.waters.tree(self.at)[0][self.lanes.waters.berth]
            weight = traffic * np.exp(-way / max(self.settings.dark_near_nm, 1.0))
            weight[list(taken)] = 0.0
            return int(self.draws.choice(len(weight), p=weight / weight.sum()))
        left = [port for port in self.haunts if port not in taken]
        if not left:
            return -1
        # The first one is where she mostly goes.
        return left[0] if self.draws.random() < 0.6 else int(self.draws.choice(left))

    def _trip(self, bound: int) -> None:
        self.life.draughts_m.append(round(self.draught_m, 1))
        self.life.bound_for.append(bound)
        self.track.trip = len(self.life.bound_for) - 1

    def _faults(self) -> None:
        count = self.draws.poisson(self.settings.days / self.settings.fault_days) if self.settings.fault_days else 0
        for _ in range(count):
            from_s = self.draws.uniform(0.0, self.settings.length_s)
            self.life.offs.append(Off(from_s, from_s + min(self._hours(7.0, 0.9), 96.0) * HOUR_S, FAULT))

    def _hours(self, median: float, spread: float) -> float:
        return float(median * np.exp(spread * self.draws.standard_normal()))

    def _within(self, least: float, most: float) -> float:
        return float(self.draws.uniform(least, most))

    def _angle(self) -> float:
        return float(self.draws.uniform(0.0, 2.0 * np.pi))
