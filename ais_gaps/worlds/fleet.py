"""The ships of a world: who they are and what they are used to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ais_gaps.itu import imo_valid
from ais_gaps.worlds.seas import Sea
from ais_gaps.worlds.settings import Settings

Draws = np.random.Generator


@dataclass(frozen=True)
class Kind:
    """A kind of ship.

    Attributes:
        type_code: ITU-R M.1371 ship type.
        length_m, knots: least and most of her length and of her usual speed; longer ships are faster.
        call_h, call_spread: median hours of a call, and standard deviation of their logarithm.
    """

    type_code: int
    length_m: tuple[float, float]
    knots: tuple[float, float]
    call_h: float
    call_spread: float


KINDS: Final[dict[str, Kind]] = {
    "cargo": Kind(70, (75.0, 230.0), (9.0, 15.0), 26.0, 0.7),
    "tanker": Kind(80, (90.0, 250.0), (9.5, 14.0), 23.0, 0.6),
    "shuttle": Kind(79, (95.0, 150.0), (10.0, 15.0), 22.0, 0.5),
    "fishing": Kind(30, (14.0, 60.0), (7.0, 11.0), 12.0, 0.7),
    "small": Kind(37, (9.0, 30.0), (6.0, 12.0), 20.0, 0.8),
}
"""Kinds of ship. Hours are lognormal about a day, as medians of port call statistics are (UNCTAD, Review of Maritime Transport,
chapter on port calls); the figures here are rounded and fitted to nothing."""


@dataclass(frozen=True)
class Ship:
    """A ship. Class B says neither IMO number, nor draught, nor destination.

    Attributes:
        number: in the world, from 0.
        reception: how well she is heard, as a factor of a station's range; bad aerials are among them.
        dark: she goes dark by choice at times.
        calls_at: numbers of the ports that she is used to, home first.
    """

    number: int
    mmsi: int
    kind: str
    ais_class: str
    name: str
    imo: int | None
    call_sign: str
    length_m: float
    knots: float
    draught_m: float
    reception: float
    dark: bool
    calls_at: tuple[int, ...]

    @property
    def type_code(self) -> int:
        """ITU-R M.1371 ship type."""
        return KINDS[self.kind].type_code


def ship(number: int, sea: Sea, settings: Settings, draws: Draws) -> Ship:
    """One ship of a world. Her names and numbers are made up: numbers of ships begin where no IMO number is given out."""
    ais_class = "B" if draws.random() < settings.class_b else "A"
    kind = _kind(ais_class, settings, draws)
    of = KINDS[kind]
    size = draws.beta(2.0, 3.0)
    least, most = of.knots
    dark_share = settings.dark_ships * (0.4 if ais_class == "B" else 1.26)
    reception = float(np.clip(np.exp(0.15 * draws.standard_normal()), 0.55, 1.3))
    if draws.random() < 0.05:
        reception *= 0.6
    mid = sea.mids[int(draws.integers(len(sea.mids)))]
    return Ship(
        number=number,
        mmsi=mid * 1_000_000 + 900_000 + number,
        kind=kind,
        ais_class=ais_class,
        name=f"GENERATED {number:05d}",
        imo=None if ais_class == "B" else _imo(number),
        call_sign=f"G{number:05d}",
        length_m=float(np.round(of.length_m[0] + size * (of.length_m[1] - of.length_m[0]))),
        knots=float(np.clip(least + (most - least) * (0.6 * size + 0.4 * draws.random()), least, most)),
        draught_m=float(np.round(draws.uniform(0.035, 0.05) * of.length_m[0] + 6.0 * size + 1.0, 1)),
        reception=reception,
        dark=bool(draws.random() < (0.6 if kind == "shuttle" else min(dark_share, 1.0))) and settings.dark_ships > 0,
        calls_at=_ports(kind, sea, settings, draws),
    )


def _kind(ais_class: str, settings: Settings, draws: Draws) -> str:
    shuttles = draws.random() < settings.shuttles
    if draws.random() < (settings.fishing_b if ais_class == "B" else settings.fishing_a):
        return "fishing"
    if ais_class == "B":
        return "small"
    if shuttles:
        return "shuttle"
    return "tanker" if draws.random() < settings.tankers else "cargo"


def _ports(kind: str, sea: Sea, settings: Settings, draws: Draws) -> tuple[int, ...]:
    """Open ports by their traffic; now and then a ship that trades openly with a watched port."""
    traffic = np.array([port.traffic for port in sea.ports])
    watched = np.array([port.watched for port in sea.ports])
    weight = np.where(watched, 4.0 * traffic if draws.random() < settings.open_callers else 0.0, traffic)
    most = 2 if kind == "shuttle" else int(draws.integers(2, 6))
    chosen = draws.choice(len(weight), size=min(most, int((weight > 0).sum())), replace=False, p=weight / weight.sum())
    return tuple(int(port) for port in chosen)


def _imo(number: int) -> int:
    first = 3_000_000 + 10 * number
    return next(candidate for candidate in range(first, first + 10) if imo_valid(candidate))
