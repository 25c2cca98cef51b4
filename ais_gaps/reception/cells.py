"""Cells of the sea: about as large near the poles as at the equator, none across the antimeridian, each inside a larger one.

The globe is cut into 90 bands of 2 degrees of latitude, from the south. A band has as many cells of equal longitude as are about 2
degrees of a great circle wide in its middle: 180 at the equator, 3 at the poles. Its columns begin at 180 degrees west. Each such
cell is cut into 2 by 2, and into 8 by 8. That gives three sizes, named by their height in degrees of latitude: 2, 1 and 0.25, so
that a cell of 0.25 degree is about 15 by 15 nautical miles anywhere.

The cells of one size are numbered from 0, row by row from the south, each row from 180 degrees west to the east. A position on an
edge belongs to the cell north or east of it; the north pole to the northernmost row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BAND_DEG: Final = 2
FINE, PARENT, WIDE = 8, 2, 1
"""Sizes of cells: into how many a band's cell is cut along each side. 0.25, 1 and 2 degrees of latitude."""

_BANDS: Final = 180 // BAND_DEG
_TURN: Final = 360_000_000  # millionths of a degree, as reports are stored


def height_deg(size: int) -> float:
    """Height of cells of a size, in degrees of latitude."""
    return BAND_DEG / size


def of(lat: npt.NDArray[Any], lon: npt.NDArray[Any], size: int = FINE) -> Ints:
    """The cell of each position.

    Args:
        lat, lon: millionths of a degree, integers; any longitude.
        size: `FINE`, `PARENT` or `WIDE`.
    """
    grid = _grid(size)
    row = np.minimum((lat.astype(np.int64) + 90_000_000) // grid.height, _BANDS * size - 1)
    column = (lon.astype(np.int64) + _TURN // 2) % _TURN * grid.columns[row] // _TURN
    return np.asarray(grid.first[row] + column)


def around(cells: Ints, size: int) -> Ints:
    """For each `FINE` cell the cell of a larger size that it lies in."""
    fine, wide = _grid(FINE), _grid(size)
    row, column = fine.place(cells)
    times = FINE // size
    return np.asarray(wide.first[row // times] + column // times)


@dataclass(frozen=True)
class Edges:
    """South, west, north and east of cells, in degrees; west is less than east, both within [-180, 180]."""

    south: Floats
    west: Floats
    north: Floats
    east: Floats

    @property
    def lat(self) -> Floats:
        """Latitude of the middle."""
        return (self.south + self.north) / 2.0

    @property
    def lon(self) -> Floats:
        """Longitude of the middle."""
        return (self.west + self.east) / 2.0


def edges(cells: Ints, size: int) -> Edges:
    """Where cells of a size lie."""
    grid = _grid(size)
    row, column = grid.place(cells)
    columns, height = grid.columns[row], height_deg(size)
    south, north = (np.asarray((row + side) * height - 90.0, np.float64) for side in (0, 1))
    west, east = (np.asarray((column + side) * 360.0 / columns - 180.0, np.float64) for side in (0, 1))
    return Edges(south, west, north, east)


def count(size: int) -> int:
    """How many cells of a size there are: numbers go from 0 to one less."""
    return int(_grid(size).first[-1])


@dataclass(frozen=True)
class _Grid:
    """Columns of each row, number of its first cell (with the count of all as last element), height in millionths of a degree."""

    columns: Ints
    first: Ints
    height: int

    def place(self, cells: Ints) -> tuple[Ints, Ints]:
        row = np.searchsorted(self.first, cells, side="right") - 1
        return row, cells - self.first[row]


@cache
def _grid(size: int) -> _Grid:
    middle = np.radians(np.arange(_BANDS) * BAND_DEG - 90.0 + BAND_DEG / 2.0)
    in_band = np.rint(360.0 / BAND_DEG * np.cos(middle)).astype(np.int64)
    columns = np.repeat(in_band * size, size)
    return _Grid(columns, np.append(0, np.cumsum(columns)), BAND_DEG * 1_000_000 // size)
