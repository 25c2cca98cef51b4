"""How long silences last, parted by what is thought of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from ais_gaps.pictures import shades
from ais_gaps.pictures.columns import Columns, said
from ais_gaps.pictures.lettering import many
from ais_gaps.pictures.sheet import INK, SMALL, Sheet
from ais_gaps.pictures.spots import title

_TICKS: Final = (
    *((1, "1 h"), (2, "2 h"), (6, "6 h"), (12, "12 h"), (24, "1 d"), (72, "3 d"), (168, "1 wk")),
    *((720, "30 d"), (2160, "90 d"), (8766, "1 yr"), (43830, "5 yr"), (175320, "20 yr")),
)
_BINS_A_DECADE: Final = 8
_LEAST_H: Final = 1 / 60
_MOST_H: Final = 1e6  # more than a century: no silence of a ship


def draw(gaps: Any, ax: Axes | None, notes: Sequence[str]) -> Axes:
    """See `ais_gaps.pictures.durations`."""
    rows = Columns(gaps, ("duration_h",), "silences")
    notes = said(notes, rows)
    hours, p = rows.floats("duration_h"), rows.chances("p_switched_off")
    fit = (hours >= _LEAST_H) & (hours <= _MOST_H)
    if not fit.all():
        notes.append(f"{many(int((~fit).sum()), 'silence')} of unknown duration: not counted.")
    still = int((rows.truths("open") & fit).sum())
    if still:
        notes.append(f"{many(still, 'silence')} not over yet: counted with the time that had passed so far.")
    hours, p = hours[fit], p[fit]
    sheet = Sheet(ax, 3.4, notes)
    ax = sheet.ax
    edges = _edges(hours)
    groups = (
        (p >= 0.5, "p ≥ 0.5: more likely switched off", {"facecolor": "#8c2d04", "edgecolor": INK, "linewidth": 0.5}),
        (p < 0.5, "p < 0.5: more likely innocent", {"facecolor": "#fed98e", "edgecolor": INK, "linewidth": 0.5}),
        (np.isnan(p), f"p unknown: {shades.NOT_JUDGED}", shades.unknown(edgecolor=INK)),
    )
    below = np.zeros(len(edges) - 1)
    handles = []
    for of, words, look in groups:
        counts, _ = np.histogram(hours[of], edges)
        ax.bar(edges[:-1], counts, np.diff(edges), below, align="edge", label=words, **look)
        below += counts
        if of.any():
            handles.append(Patch(label=f"{words}: {int(of.sum()):,} ({_percent(int(of.sum()), len(p))})", **look))
    ax.set_xscale("log")
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(0.0, max(1.0, float(below.max())) * 1.08)
    shown = [(tick, words) for tick, words in _TICKS if edges[0] <= tick <= edges[-1]]
    ax.xaxis.set_major_locator(FixedLocator([float(tick) for tick, _ in shown]))
    ax.xaxis.set_minor_locator(NullLocator())
    words_of = {float(tick): words for tick, words in shown}
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words_of.get(value, "")))
    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.tick_params(labelsize=SMALL, width=0.6)
    ax.set_xlabel("duration of the silence", fontsize=SMALL + 1)
    ax.set_ylabel("silences", fontsize=SMALL + 1)
    ax.spines[["top", "right"]].set_visible(False)
    sheet.titled(title(rows))
    return sheet.finished(handles, below_pt=36.0)


def _edges(hours: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    low, high = (1.0, 1000.0) if not len(hours) else (float(hours.min()), float(hours.max()))
    # The first bin begins at a round number of hours, so that it is not half empty where a threshold of so many was asked for.
    first = max((tick for tick, _ in _TICKS if tick <= low), default=low)
    bins = max(math.floor(math.log10(high / first) * _BINS_A_DECADE) + 1, 3)
    return np.asarray(first * 10.0 ** (np.arange(bins + 1) / _BINS_A_DECADE))


def _percent(part: int, whole: int) -> str:
    share = 100.0 * part / whole
    if share >= 99.5 and part < whole:
        return f"{min(share, 99.9):.1f} %"  # not all of them
    return f"{share:.0f} %" if share >= 10 or share == 0 else f"{share:.1f} %"
