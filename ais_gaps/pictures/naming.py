"""Words beside marks on a map: each where no other stands; where there is no room, the mark alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes

from ais_gaps.pictures.chart import Window
from ais_gaps.pictures.columns import Columns, Floats
from ais_gaps.pictures.lettering import AS_IT_IS, shown
from ais_gaps.pictures.sheet import INK, SMALL

_MOST_PLACES: Final = 60
_LONGEST: Final = 24  # letters
_HIGH_PT: Final = SMALL * 1.15
_BESIDE_PT: Final = 5.0
_MARK_PT: Final = 3.0  # half a mark's width
HALO: Final[list[patheffects.AbstractPathEffect]] = [patheffects.withStroke(linewidth=2.0, foreground="white")]

_Box = tuple[float, float, float, float]


class Words:
    """The words on a map, and where there is room for more."""

    def __init__(self, ax: Axes, window: Window, width_in: float) -> None:
        """Begins with a map without words.

        Args:
            ax: the axes.
            window: what they show.
            width_in: their width, inches.
        """
        self._ax = ax
        self._window = window
        self._width_pt = width_in * 72.0
        self._points = self._width_pt / (window.east - window.west)
        self._taken: list[_Box] = []

    def avoid(self, lon: Floats, lat: Floats) -> None:
        """Keeps words off marks."""
        for x, y in zip(*self._at(lon, lat), strict=True):
            if np.isfinite(x + y):
                self._taken.append((x - _MARK_PT, y - _MARK_PT, x + _MARK_PT, y + _MARK_PT))

    def write(self, lon: float, lat: float, words: str, gid: str) -> None:
        """Writes words beside a mark, if there is room for them."""
        (x,), (y,) = self._at(np.array([lon]), np.array([lat]))
        for offset, look, box in _positions(words, x, y):
            inside = box[0] > 0.0 and box[2] < self._width_pt and box[1] > 0.0
            if words and inside and not any(_meet(box, other) for other in self._taken):
                self._taken.append(box)
                text = self._ax.annotate(
                    words,
                    (float(self._window.x(np.array([lon]))[0]), lat),
                    xytext=offset,
                    textcoords="offset points",
                    fontsize=SMALL,
                    color=INK,
                    zorder=5,
                    gid=gid,
                    **look,
                    **AS_IT_IS,
                )
                text.set_path_effects(HALO)
                return

    def _at(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        x = (self._window.x(lon) - self._window.west) * self._points
        return x, (lat - self._window.south) * self._points * self._window.stretch


def name_places(ax: Axes, window: Window, places: Columns, words: Words) -> None:
    """Marks places, and names those that there is room for.

    Args:
        ax: the axes.
        window: what they show.
        places: with `name`, `lat`, `lon`; watched ones come first where `watched` tells.
        words: what is written already.
    """
    lat, lon = places.places("lat", "lon")
    order = np.flatnonzero(window.holds(lat, lon))
    order = order[np.argsort(~places.truths("watched")[order], kind="stable")][:_MOST_PLACES]
    if not len(order):
        return
    look: dict[str, Any] = {"color": "white", "markeredgecolor": INK, "markeredgewidth": 0.8, "markersize": 3.5}
    ax.plot(window.x(lon[order]), lat[order], "s", zorder=3.5, gid="place", **look)
    words.avoid(lon[order], lat[order])
    names = places.texts("name")
    for number in order:
        words.write(float(lon[number]), float(lat[number]), shown(names[number] or "", _LONGEST), "place name")


def _positions(words: str, x: float, y: float) -> Iterator[tuple[tuple[float, float], dict[str, Any], _Box]]:
    """Where words may stand: right, left, above, below their mark; with the box that they take, points."""
    wide, half = len(words) * SMALL * 0.58, _HIGH_PT / 2
    near = _BESIDE_PT - 1.0
    yield (_BESIDE_PT, 0.0), {"ha": "left", "va": "center"}, (x + near, y - half, x + _BESIDE_PT + wide, y + half)
    yield (-_BESIDE_PT, 0.0), {"ha": "right", "va": "center"}, (x - _BESIDE_PT - wide, y - half, x - near, y + half)
    for side in (1, -1):
        middle = y + side * (_BESIDE_PT + half)
        box = (x - wide / 2, middle - half, x + wide / 2, middle + half)
        yield (0.0, side * (_BESIDE_PT + half)), {"ha": "center", "va": "center"}, box


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
