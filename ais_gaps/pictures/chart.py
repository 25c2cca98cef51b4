"""The map under a picture: plain longitude and latitude, unrolled so that nothing is torn, with land, degrees and a scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.offsetbox import AnchoredOffsetbox, AuxTransformBox, TextArea, VPacker
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, Locator
from numpy.typing import NDArray

from ais_gaps.pictures.columns import Floats
from ais_gaps.pictures.sheet import INK, SMALL, WIDTH_IN, Sheet
from ais_gaps.sea.land import land

_LAND_GRAIN: Final = 1500.0  # steps of the picture that the coast is drawn by
_LAND: Final = "#e4e1d9"
_COAST: Final = "#8f8a80"
_PAD: Final = 0.09  # room around what is drawn, of its extent
_MANY: Final = 200  # places: of so many some may lie outside of the window
_STRAY: Final = 0.0025  # of the places, at each side
_WORTH: Final = 0.4  # of the window's area
_LEAST_DEG: Final = 0.15  # of latitude: what lies closer together is drawn this wide
_STEPS_DEG: Final = (60, 30, 20, 10, 5, 2, 1, *(minutes / 60 for minutes in (30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1)))
_SCALES_NM: Final = (2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1)
_FLATTEST: Final = math.cos(math.radians(80.0))  # nearer to a pole a degree of longitude is drawn as at 80 degrees


@dataclass(frozen=True)
class Window:
    """What a map shows, degrees; longitudes are unrolled around `centre`, so they may pass 180."""

    centre: float
    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, lat: Floats, lon: Floats, *, strays: bool = False) -> Window:
        """The window of some places, with room around them; NaN are no places, and no places at all show the world.

        Args:
            lat, lon: the places, degrees.
            strays: a few of many places may lie outside, if that makes the window much smaller.
        """
        known = np.isfinite(lat) & np.isfinite(lon)
        if strays and int(known.sum()) >= _MANY:
            whole, most = cls.around(lat, lon), cls.around(*_without_strays(lat[known], lon[known]))
            return most if most._area < _WORTH * whole._area else whole
        if not known.any():
            return cls(0.0, -180.0, -80.0, 180.0, 85.0)
        centre = centre_of(lon[known])
        x = unrolled(lon[known], centre)
        west, south, east, north = float(x.min()), float(lat[known].min()), float(x.max()), float(lat[known].max())
        tall = max((north - south) * _PAD, _LEAST_DEG / 2)
        flat = math.cos(math.radians((south + north) / 2))
        wide = max((east - west) * _PAD, _LEAST_DEG / 2 / max(flat, _FLATTEST), tall / 2)
        tall = max(tall, wide * flat / 2)
        return cls(centre, west - wide, south - tall, east + wide, north + tall)._whole()

    @property
    def stretch(self) -> float:
        """How many times longer a degree of latitude is drawn than one of longitude: as it is at the middle latitude."""
        return 1.0 / max(math.cos(math.radians((self.south + self.north) / 2)), _FLATTEST)

    @property
    def ratio(self) -> float:
        """Height over width as drawn."""
        return (self.north - self.south) * self.stretch / (self.east - self.west)

    def shaped(self, least: float, most: float) -> Window:
        """Made wider or higher, as far as the world goes, until its ratio lies within two."""
        west, south, east, north = self.west, self.south, self.east, self.north
        if self.ratio > most:
            more = (east - west) * (self.ratio / most - 1) / 2
            west, east = west - more, east + more
        elif self.ratio < least:
            more = (north - south) * (least / self.ratio - 1) / 2
            south, north = south - more, north + more
        return Window(self.centre, west, south, east, north)._whole()

    def x(self, lon: Floats) -> Floats:
        """Longitudes unrolled."""
        return unrolled(lon, self.centre)

    @property
    def _area(self) -> float:
        return (self.east - self.west) * (self.north - self.south)

    def holds(self, lat: Floats, lon: Floats) -> NDArray[np.bool_]:
        """Whether each place lies inside."""
        x = self.x(lon)
        return (x >= self.west) & (x <= self.east) & (lat >= self.south) & (lat <= self.north)

    def _whole(self) -> Window:
        """Within the world: no latitude beyond the poles, no longitude twice."""
        west, east = self.west, self.east
        if east - west > 360.0:
            west, east = self.centre - 180.0, self.centre + 180.0
        return Window(self.centre, west, max(self.south, -90.0), east, min(self.north, 90.0))


def unrolled(lon: Floats, centre: float) -> Floats:
    """Longitudes within 180 degrees of a centre."""
    return np.asarray((lon - centre + 180.0) % 360.0 - 180.0 + centre, dtype=np.float64)


def centre_of(lon: Floats) -> float:
    """The longitude opposite to the middle of the widest stretch without a place; longitudes must be known."""
    around = np.unique(np.round(lon % 360.0, 2) % 360.0)
    stretches = np.diff(np.append(around, around[0] + 360.0))
    widest = int(np.argmax(stretches))
    centre = (around[widest] + stretches[widest] / 2 + 180.0) % 360.0
    return float(centre - 360.0 if centre > 180.0 else centre)


def _without_strays(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    x = unrolled(lon, centre_of(lon))
    inside = np.ones(len(lat), np.bool_)
    for values in (lat, x):
        low, high = np.quantile(values, (_STRAY, 1.0 - _STRAY))
        inside &= (values >= low) & (values <= high)
    return lat[inside], lon[inside]


def lines(lon: Floats, lat: Floats, centre: float) -> tuple[Floats, Floats]:
    """A line through places as unrolled x and y, NaN where it is interrupted.

    Where it passes the edge of the world as unrolled, it runs on beyond it and comes in again from beyond the other.
    """
    x = unrolled(lon, centre)
    with np.errstate(invalid="ignore"):
        seams = np.flatnonzero(np.abs(np.diff(x)) > 180.0)
    turn = np.where(x[seams] > x[seams + 1], 360.0, -360.0) if len(seams) else np.empty(0)
    nothing = np.full(len(seams), np.nan)
    more_x = np.stack([x[seams + 1] + turn, nothing, x[seams] - turn], axis=1).ravel()
    more_y = np.stack([lat[seams + 1], nothing, lat[seams]], axis=1).ravel()
    where = np.repeat(seams + 1, 3)
    return np.insert(x, where, more_x), np.insert(lat, where, more_y)


def sheet_of(window: Window, ax: Axes | None, notes: list[str]) -> tuple[Sheet, Window]:
    """A sheet for a map, and the window in the sheet's shape."""
    if ax is None:
        window = window.shaped(0.55, 1.15)
        return Sheet(None, (WIDTH_IN - 1.3) * window.ratio, notes, beside_in=1.3), window
    sheet = Sheet(ax, 0.0, notes)
    width, height = sheet.size_in
    return sheet, window.shaped(height / width, height / width)


def drawn(ax: Axes, window: Window, lat: Floats, lon: Floats) -> None:
    """Draws land, degrees and a scale, and fixes the limits.

    Args:
        ax: the axes.
        window: what is shown.
        lat, lon: places that the scale should not hide.
    """
    ax.set_xlim(window.west, window.east)
    ax.set_ylim(window.south, window.north)
    ax.set_aspect(window.stretch, adjustable="box")
    _land(ax, window)
    for axis, name in ((ax.xaxis, _longitude), (ax.yaxis, _latitude)):
        axis.set_major_locator(_Degrees())
        axis.set_major_formatter(FuncFormatter(name))
    ax.tick_params(labelsize=SMALL, length=3.0, width=0.6, color=INK)
    ax.grid(visible=True, color="#b5b5b5", linewidth=0.3, zorder=0.6)
    ax.set_axisbelow(True)
    for spine in ax.spines.values():
        spine.set_linewidth(0.6)
    _scale(ax, window, lat, window.x(lon))


def _land(ax: Axes, window: Window) -> None:
    wide, high = window.east - window.west, window.north - window.south
    tolerance = max(wide, high) / _LAND_GRAIN
    beyond = 5 * tolerance
    across = beyond if wide + 2 * beyond <= 360.0 else 0.0
    south, north = max(window.south - beyond, -90.0), min(window.north + beyond, 90.0)
    paths = _outlines(window.west - across, south, window.east + across, north, tolerance)
    # The coast above what lies in cells: a cell of a harbour covers much land.
    for zorder, look in (
        (0.3, {"facecolor": _LAND, "edgecolor": "none"}),
        (0.5, {"facecolor": "none", "edgecolor": _COAST}),
    ):
        shapes = PathCollection(paths, linewidth=0.4 if wide < 60.0 else 0.2, zorder=zorder, gid="land", **look)
        ax.add_collection(shapes, autolim=False)


@lru_cache(maxsize=8)
def _outlines(west: float, south: float, east: float, north: float, tolerance: float) -> tuple[Path, ...]:
    """Land of a window, kept for the next picture of it."""
    return tuple(_path(part) for part in shapely.get_parts(land(west, south, east, north, tolerance_deg=tolerance)))


def _path(polygon: Any) -> Path:
    rings = [np.asarray(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]
    codes = [np.r_[Path.MOVETO, np.full(len(ring) - 2, Path.LINETO), Path.CLOSEPOLY] for ring in rings]
    return Path(np.concatenate(rings), np.concatenate(codes).astype(np.uint8))


class _Degrees(Locator):
    """Whole degrees or minutes, about six in view."""

    def __call__(self) -> Any:
        assert self.axis is not None
        low, high = sorted(self.axis.get_view_interval())
        return self.tick_values(low, high)

    def tick_values(self, vmin: float, vmax: float) -> Any:
        step = next((step for step in _STEPS_DEG if (vmax - vmin) / step >= 3.2), _STEPS_DEG[-1])
        return np.arange(math.ceil(vmin / step - 1e-9), math.floor(vmax / step + 1e-9) + 1) * step


def _longitude(value: float, _: int | None = None) -> str:
    value = (round(value, 6) + 180.0) % 360.0 - 180.0
    return _angle(180.0, "") if value == -180.0 else _angle(value, "E" if value > 0 else "W" if value < 0 else "")


def _latitude(value: float, _: int | None = None) -> str:
    return _angle(value, "N" if round(value, 6) > 0 else "S" if round(value, 6) < 0 else "")


def _angle(value: float, side: str) -> str:
    tenths = round(abs(value) * 600.0)
    degrees, rest = divmod(tenths, 600)
    minutes = "" if rest == 0 else f"{rest // 10:02d}′" if rest % 10 == 0 else f"{rest / 10:04.1f}′"
    return f"{degrees}°{minutes}{side}"


def _scale(ax: Axes, window: Window, lat: Floats, x: Floats) -> None:
    """A bar of a round number of nautical miles at the middle latitude, in the corner with the fewest places."""
    middle = (window.south + window.north) / 2
    nm_a_degree = 60.0 * max(math.cos(math.radians(middle)), _FLATTEST)
    wide_nm = (window.east - window.west) * nm_a_degree
    length = next((nm for nm in _SCALES_NM if nm <= wide_nm / 4.5), _SCALES_NM[-1])
    words = f"{length:g} nm"
    if window.north - window.south > 8.0:
        words += f" at {_latitude(float(round(middle)))}"
    bar = AuxTransformBox(ax.transData)
    bar.add_artist(Rectangle((0.0, 0.0), length / nm_a_degree, 0.0, edgecolor=INK, facecolor="none", linewidth=1.4))
    text = TextArea(words, textprops={"fontsize": SMALL, "color": INK})
    box = AnchoredOffsetbox(
        _emptiest(window, lat, x), child=VPacker(children=[bar, text], align="center", pad=0, sep=2), pad=0.4
    )
    box.patch.set(facecolor="white", edgecolor="none", alpha=0.8)
    box.set_zorder(6)
    box.set_gid("scale")
    ax.add_artist(box)


def _emptiest(window: Window, lat: Floats, x: Floats) -> str:
    right = (x - window.west) / (window.east - window.west)
    up = (lat - window.south) / (window.north - window.south)
    corners = {
        "lower right": (right > 0.65) & (up < 0.18),
        "lower left": (right < 0.35) & (up < 0.18),
        "upper right": (right > 0.65) & (up > 0.82),
        "upper left": (right < 0.35) & (up > 0.82),
    }
    return min(corners, key=lambda corner: int(np.count_nonzero(corners[corner])))
