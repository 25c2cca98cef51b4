"""What the name of a satellite's product says of the look: time in UTC and sensor.

Sentinel-1: ``MMM_BB_TTTR_LFPP_start_stop_...``, start and stop of sensing (ESA, Sentinel-1 Product Specification,
S1-RS-MDA-52-7441, section "Product Naming Convention"). Sentinel-2: ``MMM_MSIXXX_sensing_...``, start of the datatake (ESA,
Sentinel-2 Products Specification Document, S2-PDGS-TAS-DI-PSD). Both are in UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_SENTINEL_1 = re.compile(r"S1([A-D])_(?:IW|EW|WV|S[1-6])_\w{4}_\w{4}_(\d{8}T\d{6})_(\d{8}T\d{6})(?:_|\b)")
_SENTINEL_2 = re.compile(r"S2([A-D])_MSIL\d[A-C]_(\d{8}T\d{6})(?:_|\b)")
_NEAR = timedelta(minutes=10)
"""A Sentinel-1 product lasts half a minute, a Sentinel-2 datatake some minutes; another time zone is off by a quarter of an hour
or more."""


@dataclass(frozen=True)
class Scene:
    """start: of sensing, UTC. stop: its end, where the name gives it. sensor, provider: in words."""

    start: datetime
    stop: datetime | None
    sensor: str
    provider: str = "Copernicus (ESA)"

    def agrees(self, moment: datetime) -> bool:
        """Whether a time is about that of the scene."""
        return self.start - _NEAR <= moment <= (self.stop or self.start) + _NEAR


def scene(name: str) -> Scene | None:
    """What a product's name says; None where it is none that is known here."""
    try:
        if found := _SENTINEL_1.match(name):
            return Scene(_at(found[2]), _at(found[3]), f"Sentinel-1{found[1]} radar")
        if found := _SENTINEL_2.match(name):
            return Scene(_at(found[2]), None, f"Sentinel-2{found[1]} MSI")
    except ValueError:
        pass
    return None


def _at(digits: str) -> datetime:
    return datetime.strptime(digits, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
