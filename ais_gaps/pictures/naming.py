"""Names of places on a map: each beside its mark where no other name stands; where there is no room, the mark alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes

from ais_gaps.pictures.chart import Window
from ais_gaps.pictures.columns import Columns
from ais_gaps.pictures.lettering import AS_IT_IS, shown
from ais_gaps.pictures.sheet import INK, SMALL

_MOST: Final = 60
_LONGEST: Final = 24  # letters
_HIGH_PT: Final = SMALL * 1.15
_BESIDE_PT: Final = 4.0
HALO: Final[list[patheffects.AbstractPathEffect]] = [patheffects.withStroke(linewidth=2.0, foreground="white")]

_Box = tuple[float, float, float, float]


def name(ax: Axes, window: Window, places: Columns, width_in: float) -> None:
    """Marks places, and names those that there is room for.

    Args:
        ax: the axes.
        window: what they show.
        places: with `name`, `lat`, `lon`; watched ones come first where `watched` tells.
        width_in: width of the axes, inches.
    """
    lat, lon = places.places("lat", "lon")
    x = window.x(lon)
    with np.errstate(invalid="ignore"):
        seen = (x > window.west) & (x < window.east) & (lat > window.south) & (lat < window.north)
    order = np.flatnonzero(seen)
    order = order[np.argsort(~places.truths("watched")[order], kind="stable")][:_MOST]
    if not len(order):
        return
    ax.plot(
        x[order],
        lat[order],
        "s",
        markersize=3.5,
        color="white",
        markeredgecolor=INK,
        markeredgewidth=0.8,
        zorder=3.5,
        gid="place",
    )
    points = width_in * 72.0 / (window.east - window.west)
    across, up = (x - window.west) * points, (lat - window.south) * points * window.stretch
    taken: list[_Box] = [(across[n] - 2.5, up[n] - 2.5, across[n] + 2.5, up[n] + 2.5) for n in order]
    names = places.texts("name")
    for number in order:
        words = shown(names[number] or "", _LONGEST)
        for offset, look, box in _positions(words, across[number], up[number]):
            if words and box[0] > 0 and box[2] < width_in * 72.0 and not any(_meet(box, other) for other in taken):
                taken.append(box)
                text = ax.annotate(
                    words,
                    (x[number], lat[number]),
                    xytext=offset,
                    textcoords="offset points",
                    fontsize=SMALL,
                    color=INK,
                    zorder=5,
                    gid="place name",
                    **look,
                    **AS_IT_IS,
                )
                text.set_path_effects(HALO)
                break


def _positions(words: str, x: float, y: float) -> Iterator[tuple[tuple[float, float], dict[str, Any], _Box]]:
    """Where a name may stand: right, left, above, below its mark; with the box that it takes, points."""
    wide, half = len(words) * SMALL * 0.56, _HIGH_PT / 2
    far = _BESIDE_PT + half
    yield (_BESIDE_PT, 0.0), {"ha": "left", "va": "center"}, (x + 3, y - half, x + 4 + wide, y + half)
    yield (-_BESIDE_PT, 0.0), {"ha": "right", "va": "center"}, (x - 4 - wide, y - half, x - 3, y + half)
    for side in (1, -1):
        middle = y + side * far
        box = (x - wide / 2, middle - half, x + wide / 2, middle + half)
        yield (0.0, side * far), {"ha": "center", "va": "center"}, box


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
