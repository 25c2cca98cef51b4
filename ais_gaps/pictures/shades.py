"""Colours of a probability: light to dark in every kind of colour vision and in grey; what is not known is hatched or hollow."""

from __future__ import annotations

import textwrap
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import LinearSegmentedColormap, Normalize

from ais_gaps.pictures.sheet import FAINT, INK, SMALL

_HIGHEST_IN: Final = 3.2
HATCH: Final = "/////"
P_WORDS: Final = "probability that it was switched off"
NOT_JUDGED: Final = "nothing to judge by"
CHANCE: Final = Normalize(0.0, 1.0)
# Lightness falls evenly from 0 to 1 (from ColorBrewer's YlOrBr, without its palest and darkest end).
P_COLOURS: Final = LinearSegmentedColormap.from_list(
    "p_switched_off", ["#fff3c4", "#fed98e", "#fe9929", "#cc4c02", "#662506"]
)
# Dark = well heard: the steps of the map of reception (ColorBrewer's YlGnBu).
HEARD_COLOURS: Final = LinearSegmentedColormap.from_list(
    "heard", ["#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#2c7fb8", "#253494"]
)


def bar(ax: Axes, of: Any, words: str, high_in: float) -> Colorbar:
    """A colour bar beside the axes, as high as they (about so many inches) if they are not very high."""
    beside = ax.inset_axes((1.025, max(0.0, 1.0 - _HIGHEST_IN / high_in), 0.025, min(1.0, _HIGHEST_IN / high_in)))
    figure = ax.get_figure(root=True)
    assert figure is not None
    found = figure.colorbar(of, cax=beside)
    found.set_label(
        textwrap.fill(words, int(min(high_in, _HIGHEST_IN) * 72.0 / (SMALL * 0.52))), fontsize=SMALL, color=INK
    )
    beside.tick_params(labelsize=SMALL, length=2.5, width=0.6)
    beside.spines["outline"].set_linewidth(0.6)
    return found


def p_bar(ax: Axes, high_in: float) -> Colorbar:
    """The colour bar of `p_switched_off`."""
    return bar(ax, ScalarMappable(CHANCE, P_COLOURS), P_WORDS, high_in)


def unknown(**more: Any) -> dict[str, Any]:
    """How an area is drawn of which nothing is known."""
    return {"facecolor": "white", "edgecolor": FAINT, "hatch": HATCH, "linewidth": 0.5, **more}
