"""Where a ship can have been: the potential path area (Miller 1991; Hägerstrand 1970) as a shape for maps.

Reckoned on a raster of water points, drawn by linear interpolation between them (marching squares; Lorensen and Cline 1987,
in two dimensions), cut at the coast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import distance_nm
from ais_gaps.sea import mercator

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Position: TypeAlias = tuple[float, float]
"""Latitude and longitude, degrees."""

WaysNm: TypeAlias = Callable[[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], float], NDArray[np.float64]]
"""`Sea.ways_nm`."""

MAX_BUDGET_NM: Final = 1_200.0
"""Larger areas are not drawn: they are half an ocean."""

FORM: Final = 1
"""Changes with whatever changes the shape: kept ones of another form are drawn again."""

_ACROSS: Final = 120  # raster points over the area's longer side
_MIN_STEP_NM: Final = 0.05
_MAX_LAT: Final = 85.0


def area(
    ways_nm: WaysNm,
    start: Position,
    end: Position | None,
    budget_nm: float,
    resolution_nm: float | None,
    *,
    coast: bool,
) -> BaseGeometry | None:
    """See `Sea.area`. `coast`: the shape is cut at it."""
    import shapely

    if not 0.0 < budget_nm <= MAX_BUDGET_NM or not np.isfinite([*start, *(end or start)]).all():
        return None
    ends = np.array([start] if end is None else [start, end])
    reach_nm = budget_nm if end is None else budget_nm / 2.0
    step_nm = max(resolution_nm or 2.0 * reach_nm / _ACROSS, _MIN_STEP_NM)
    x, y = _raster(ends, reach_nm, step_nm)
    lat, lon = (grid.ravel() for grid in np.meshgrid(mercator.latitude(y), x, indexing="ij"))
    limit_nm = budget_nm + 3.0 * step_nm
    if end is not None and not ways_nm(ends[:1, 0], ends[:1, 1], ends[1:, 0], ends[1:, 1], np.inf)[0, 0] <= budget_nm:
        return None
    straight_nm = distance_nm(ends[:, :1], ends[:, 1:], lat[None, :], lon[None, :]).sum(axis=0)
    wanted = np.flatnonzero(straight_nm <= limit_nm)
    wet = wanted[~_on_land(lat[wanted], lon[wanted])] if coast else wanted
    if not len(wet):
        return None
    over_nm = np.full(len(lat), np.inf)
    over_nm[wet] = ways_nm(ends[:, 0], ends[:, 1], lat[wet], lon[wet], limit_nm).sum(axis=0) - budget_nm
    dry = np.zeros(len(lat), dtype=np.bool_)
    if coast:
        dry[np.setdiff1d(wanted, wet, assume_unique=True)] = True
    rows = (len(y), len(x))
    level = _ashore(np.minimum(over_nm, 3.0 * step_nm).reshape(rows), dry.reshape(rows))
    shape = _below_zero(x, y, level)
    shape = shapely.transform(shape, lambda xy: np.column_stack([xy[:, 0], mercator.latitude(xy[:, 1])]))
    return _drawn(shape, step_nm / 60.0, coast)


def _raster(
    ends: NDArray[np.float64], reach_nm: float, step_nm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes (running on past 180 where need be) and Mercator's y of a raster over all that can be in reach."""
    turn = (ends[-1, 1] - ends[0, 1] + 180.0) % 360.0 - 180.0
    lat, lon = (ends[0, 0] + ends[-1, 0]) / 2.0, ends[0, 1] + turn / 2.0
    # An ellipse's points lie within half the budget of the middle of its foci, by the triangle inequality; the middle of
    # latitudes and longitudes is not quite that, hence the surplus.
    off_nm = float(distance_nm(lat, lon, ends[:, 0], ends[:, 1]).max()) if len(ends) > 1 else 0.0
    focal_nm = float(distance_nm(*ends[0], *ends[-1])) / 2.0
    reach_deg = 1.01 * (reach_nm + off_nm - focal_nm + 2.0 * step_nm) / 60.0
    south, north = np.clip([lat - reach_deg, lat + reach_deg], -_MAX_LAT, _MAX_LAT)
    # The meridians that touch a circle: sin(half width) = sin(radius) / cos(latitude).
    sine = np.sin(np.radians(reach_deg)) / np.cos(np.radians(lat))
    half = float(np.degrees(np.arcsin(sine))) if sine < 1.0 and max(-south, north) < _MAX_LAT else 180.0
    step = step_nm / 60.0 / np.cos(np.radians(lat))
    bottom, top = mercator.northing(np.array([south, north]))
    return lon + np.arange(-half, half + step, step), np.arange(bottom, top + step, step)


def _on_land(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.bool_]:
    from ais_gaps.sea.land import on_land

    return on_land(lat, lon)


def _ashore(level: NDArray[np.float64], dry: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The values carried on over land from the nearest water, so that the shape ends at the coast and not a cell before."""
    from scipy.ndimage import distance_transform_edt  # type: ignore[import-untyped]

    if not dry.any() or dry.all():
        return level
    nearest = distance_transform_edt(dry, return_distances=False, return_indices=True)
    carried: NDArray[np.float64] = level[tuple(nearest)]
    return carried


# Corners of a cell in order round it, as (row, column) offsets.
_CORNERS: Final = ((0, 0), (0, 1), (1, 1), (1, 0))


def _below_zero(x: NDArray[np.float64], y: NDArray[np.float64], level: NDArray[np.float64]) -> BaseGeometry:
    """The shape in which the interpolated values are not above zero."""
    import shapely

    rows, columns = level.shape
    corner = np.stack([level[r : rows - 1 + r, c : columns - 1 + c] for r, c in _CORNERS], axis=-1)
    inside = corner <= 0.0
    whole: NDArray[np.bool_] = np.asarray(inside.all(axis=-1))
    pieces: list[Any] = [_whole_cells(x, y, whole)]
    case = inside @ np.array([1, 2, 4, 8])
    for kind in np.unique(case):
        if kind in (0, 15):
            continue
        row, column = np.nonzero(case == kind)
        values = corner[row, column]
        ring = []
        for first in range(4):
            second = (first + 1) % 4
            a, b = (
                np.stack([x[column + _CORNERS[which][1]], y[row + _CORNERS[which][0]]], axis=1)
                for which in (first, second)
            )
            if kind >> first & 1:
                ring.append(a)
            if (kind >> first & 1) != (kind >> second & 1):
                share = values[:, first] / (values[:, first] - values[:, second])
                ring.append(a + share[:, None] * (b - a))
        pieces.append(shapely.polygons(np.stack(ring, axis=1)))
    # Corners that are exactly zero make empty pieces.
    valid = shapely.make_valid(np.concatenate(pieces))
    return shapely.union_all(valid)


def _whole_cells(x: NDArray[np.float64], y: NDArray[np.float64], whole: NDArray[np.bool_]) -> NDArray[Any]:
    """Cells that are all inside, as one box for each run of them in a row."""
    import shapely

    edges = np.diff(np.pad(whole, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, first = np.nonzero(edges == 1)
    last = np.nonzero(edges == -1)[1]
    boxes: NDArray[Any] = shapely.box(x[first], y[row], x[last], y[row + 1])
    return boxes


def _drawn(shape: BaseGeometry, step_deg: float, coast: bool) -> BaseGeometry | None:
    """The shape without land, cut at the antimeridian, simplified."""
    import shapely

    from ais_gaps.sea.land import land, turned

    if shape.is_empty:
        return None
    west, south, east, north = shape.bounds
    if coast:
        ground = land(west, south, east, north, tolerance_deg=step_deg / 8.0)
        shape = shapely.difference(shape, ground)
    shape = shapely.make_valid(shapely.simplify(shape, step_deg / 8.0), method="structure")
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        cut = shapely.intersection(shape, shapely.box(-180.0 + turn, -90.0, 180.0 + turn, 90.0))
        parts += list(shapely.get_parts(turned(cut, -turn)))
    kept = [part for part in parts if part.geom_type == "Polygon" and part.area > (step_deg / 4.0) ** 2]
    if not kept:
        return None
    joined = shapely.union_all(kept)
    return joined if joined.geom_type in ("Polygon", "MultiPolygon") else None
