"""Reception as a map: cells in six colours, and what each colour means."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.reception import words
from ais_gaps.report.page.landmass import MOST_POINTS, in_frame, landmass
from ais_gaps.report.page.unrolling import centre_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_OUTSIDE: Final = 0.005  # share of ship-hours on either side that the map's first view may leave out

STEPS: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Shares at which the map's next colour begins. The colours are ColorBrewer's YlGnBu, which colour-blind people tell apart."""


_OF: Final = {
    "share": "of 100 ship-hours here {} to {} were heard",
    "estimate": "{} to {}",
}


@dataclass(frozen=True)
class Line:
    """A line of the legend: number of the colour and its words."""

    step: int
    words: str


def legend(by: Literal["share", "estimate"] = "share") -> list[Line]:
    """The colours, the best first."""
    edges = [0, *(round(100 * step) for step in STEPS), 100]
    between = [Line(step, _OF[by].format(low, high)) for step, (low, high) in enumerate(pairwise(edges))]
    return between[::-1]


def payload(
    drawn: pa.Table,
    by: Literal["share", "estimate"] = "share",
    most_points: int = MOST_POINTS,
    ratio: float | None = None,
) -> dict[str, Any]:
    """What the script needs: each cell's edges, unrolled around the map's middle, its colour, its figures and its words.

    Args:
        drawn: cells (`schema.RECEPTION`), one at least.
        by: the column that gives the colour. most_points: of fine land. ratio: of the map's width to its height, which the land
            is fine in; None = around the cells only (see `landmass`).
    """
    west, east = drawn["west"].to_numpy(), drawn["east"].to_numpy()
    south, north = drawn["south"].to_numpy(), drawn["north"].to_numpy()
    middle = drawn["lon"].to_numpy()
    centre = centre_of(middle.tolist())
    shift = (middle - centre + 180.0) % 360.0 - 180.0 + centre - middle
    west, east = (np.round(edge + shift, 4) for edge in (west, east))
    share = drawn[by].to_numpy()
    step = np.where(np.isnan(share), -1, np.searchsorted(STEPS, np.nan_to_num(share), side="right"))
    said = [
        words.of_cell(*cell) for cell in zip(drawn["share"].to_pylist(), drawn["ship_hours"].to_pylist(), strict=True)
    ]
    if by == "estimate":
        told = zip(said, drawn["estimate"].to_pylist(), strict=True)
        said = [text if value is None else f"{text}; with its surroundings {100 * value:.0f}" for text, value in told]
    columns = [south, west, north, east, step, drawn["ship_hours"].to_numpy(), drawn["heard"].to_numpy()]
    weight = drawn["ship_hours"].to_numpy()
    lon, lat = (_spanned(*edge, weight) for edge in ((west, east), (south, north)))
    bounds = (lon[0], lat[0], lon[1], lat[1])
    spots = sorted(set(zip(np.round(drawn["lat"].to_numpy()).tolist(), np.round(middle + shift).tolist(), strict=True)))
    return {
        "centre": centre,
        "frame": bounds,
        "cells": [list(cell) for cell in zip(*(column.tolist() for column in columns), said, strict=True)],
        "land": landmass(bounds if ratio is None else in_frame(bounds, ratio), centre, spots, most_points),
    }


def _spanned(low: Floats, high: Floats, weight: Ints) -> tuple[float, float]:
    """What all but a few ship-hours lie within: a few impossible positions are drawn, but do not decide what is looked at."""
    order = np.argsort(low, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    kept = order[(before + weight[order] > _OUTSIDE * weight.sum()) & (before < (1.0 - _OUTSIDE) * weight.sum())]
    return float(low[kept].min()), float(high[kept].max())
