"""What a dossier is reckoned with besides its rows: her speed, the sea, the places to call at, and the ships around."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pyarrow as pa
from shapely.geometry.base import BaseGeometry

from ais_gaps.dossier.model import TrackRun
from ais_gaps.reach import Courses, Span, Speed
from ais_gaps.reach.prism import Floats, Ways


class Sea(Ways, Protocol):
    """Ways along the sea, such as `sea.Sea` gives."""

    def way_nm(
        self, lat: float, lon: float, lats: Floats, lons: Floats, *, at_most_nm: Floats | float | None = None
    ) -> Floats:
        """From one position to each of many, in nm; inf where there is no way."""

    def area(
        self, start: tuple[float, float], end: tuple[float, float] | None, budget_nm: float
    ) -> BaseGeometry | None:
        """Where a ship can have been, going from start to end with this many miles to go; None where it is too large to draw."""


@dataclass(frozen=True)
class Around:
    """All that legs, reach and rivals need.

    Attributes:
        speed: at what speed she is reckoned, and why.
        courses: gives her course at the ends of the given legs.
        places: where she may have called (`reach.callable_places`).
        sea: ways along the sea.
        sql: asks the archive's views.
        fleet: gives the gaps of all ships that begin before a time and last beyond another.
        track: what was heard of her, thinned.
    """

    speed: Speed
    courses: Callable[[Sequence[Span]], Courses]
    places: pa.Table
    sea: Sea
    sql: Callable[[str, Sequence[object]], pa.Table]
    fleet: Callable[[datetime, datetime], pa.Table]
    track: tuple[TrackRun, ...] = ()
