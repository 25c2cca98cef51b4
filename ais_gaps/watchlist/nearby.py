"""Which silences are within range of what is watched."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import places as known_places
from ais_gaps.schema import COORDINATE_SCALE

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Near:
    """The watched place nearest to off or on of each silence.

    Attributes:
        place: its name; None where there is none.
        nm: geodesic distance; NaN where there is none, or neither off nor on has a position.
        at_off: it is off that is so near; else on.
    """

    place: npt.NDArray[np.object_]
    nm: npt.NDArray[np.float64]
    at_off: Flags


def near(gaps: pa.Table, places: pa.Table) -> Near:
    """The nearest watched place of each of some silences (`gaps.BARE_GAPS`)."""
    watched = places.filter(pc.fill_null(places["watched"], False))
    names = np.array([*watched["name"].to_pylist(), None], np.object_)
    ends = []
    for end in ("off", "on"):
        found, nm = known_places.nearest(watched, *positions(gaps, end))
        ends.append((pc.fill_null(found, -1).to_numpy(), pc.fill_null(nm, np.inf).to_numpy()))
    (off_at, off_nm), (on_at, on_nm) = ends
    at_off = off_nm <= on_nm
    nm = np.minimum(off_nm, on_nm)
    return Near(names[np.where(at_off, off_at, on_at)], np.where(np.isinf(nm), np.nan, nm), at_off)


def inside(gaps: pa.Table, areas: Sequence[Any]) -> Flags:
    """Which silences (`gaps.BARE_GAPS`) begin or end inside one of some outlines (shapely, degrees)."""
    import shapely

    found = np.zeros(len(gaps), np.bool_)
    for area in areas:
        shapely.prepare(area)
        for end in ("off", "on"):
            lat, lon = positions(gaps, end)
            found |= shapely.intersects_xy(area, lon, lat)
    return found


def of_ships(gaps: pa.Table, mmsi: Collection[int]) -> Flags:
    """Which silences are of some ships."""
    return np.isin(gaps["mmsi"].to_numpy(), np.array(sorted(mmsi), np.int64))


def positions(gaps: pa.Table, end: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Latitudes and longitudes of off or on, degrees; NaN where not known."""
    lat, lon = (
        gaps[f"{end}_{axis}"].cast(pa.float64()).fill_null(np.nan).to_numpy() / COORDINATE_SCALE
        for axis in ("lat", "lon")
    )
    return lat, lon
