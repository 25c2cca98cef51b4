"""From reception to the page: cells for the map, the same in words, and what the figures do not say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from ais_gaps import __version__
from ais_gaps.reception import words
from ais_gaps.reception.question import Reception
from ais_gaps.report.page import offline, showing
from ais_gaps.report.page.chart import centre_of
from ais_gaps.report.page.landmass import landmass

if TYPE_CHECKING:
    from jinja2 import Environment

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_HERE: Final = "ais_gaps.reception.page"
_MOST_CELLS: Final = 20_000  # that a browser draws without making a reader wait
_MOST_LISTED: Final = 40
_OUTSIDE: Final = 0.005  # share of ship-hours on either side that the map's first view may leave out

STEPS: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Shares at which the map's next colour begins. The colours are ColorBrewer's YlGnBu, which colour-blind people tell apart."""


@dataclass(frozen=True)
class Line:
    """A line of the legend: number of the colour and its words."""

    step: int
    words: str


def render(found: Reception) -> str:
    """The page: HTML that needs no network and no other file. The same reception gives the same text."""
    by_size = found.cells.sort_by([("ship_hours", "descending"), ("cell", "ascending")])
    drawn = by_size.slice(0, _MOST_CELLS)
    styles = (
        offline.style("vendor/leaflet/leaflet.css")
        + offline.text("static/page.css")
        + offline.text("static/reception.css", _HERE)
    )
    scripts = [
        offline.script("vendor/leaflet/leaflet.js"),
        *(offline.text(f"static/{name}.js") for name in ("marks", "sea")),
        offline.text("static/reception.js", _HERE),
    ]
    return _environment().get_template("reception.html").render(
        title=words.title(found),
        summary=words.summary(found),
        period=words.period(found),
        near=_near(found),
        notes=found.notes,
        limits=words.limits(found),
        legend=_legend(),
        left_out=len(by_size) - len(drawn),
        unknown=len(found.cells) - pc.count(found.cells["share"]).as_py(),
        listed=[
            row | {"words": words.of_cell(row["share"], row["ship_hours"])}
            for row in by_size.slice(0, _MOST_LISTED).to_pylist()
        ],
        cells=len(found.cells),
        map_json=showing.embedded(_payload(drawn)) if len(drawn) else None,
        program=f"ais_gaps {__version__}",
        styles=Markup(styles),
        scripts=[Markup(script) for script in scripts],
        policy=offline.policy(styles, scripts),
    )  # fmt: skip


def _near(found: Reception) -> str | None:
    question = found.question
    if question.place is None:
        return None
    within = "" if question.within_nm is None else f" within {question.within_nm:g} nm"
    return f"Cells near {question.place}{within}; surroundings and figures of the whole are of all cells."


def _legend() -> list[Line]:
    edges = [0, *(round(100 * step) for step in STEPS), 100]
    between = [
        Line(step, f"of 100 ship-hours here {low} to {high} were heard")
        for step, (low, high) in enumerate(pairwise(edges))
    ]
    return between[::-1]


def _payload(drawn: pa.Table) -> dict[str, Any]:
    """What the script needs: each cell's edges, unrolled around the map's middle, its colour, its figures and its words."""
    west, east = drawn["west"].to_numpy(), drawn["east"].to_numpy()
    south, north = drawn["south"].to_numpy(), drawn["north"].to_numpy()
    middle = drawn["lon"].to_numpy()
    centre = centre_of(middle.tolist())
    shift = (middle - centre + 180.0) % 360.0 - 180.0 + centre - middle
    west, east = (np.round(edge + shift, 4) for edge in (west, east))
    share = drawn["share"].to_numpy()
    step = np.where(np.isnan(share), -1, np.searchsorted(STEPS, np.nan_to_num(share), side="right"))
    said = [
        words.of_cell(*cell) for cell in zip(drawn["share"].to_pylist(), drawn["ship_hours"].to_pylist(), strict=True)
    ]
    columns = [south, west, north, east, step, drawn["ship_hours"].to_numpy(), drawn["heard"].to_numpy()]
    weight = drawn["ship_hours"].to_numpy()
    lon, lat = (_spanned(*edge, weight) for edge in ((west, east), (south, north)))
    bounds = (lon[0], lat[0], lon[1], lat[1])
    spots = sorted(set(zip(np.round(drawn["lat"].to_numpy()).tolist(), np.round(middle + shift).tolist(), strict=True)))
    return {
        "centre": centre,
        "frame": bounds,
        "cells": [list(cell) for cell in zip(*(column.tolist() for column in columns), said, strict=True)],
        "land": landmass(bounds, centre, spots),
    }


def _spanned(low: Floats, high: Floats, weight: Ints) -> tuple[float, float]:
    """What all but a few ship-hours lie within: a few impossible positions are drawn, but do not decide what is looked at."""
    order = np.argsort(low, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    kept = order[(before + weight[order] > _OUTSIDE * weight.sum()) & (before < (1.0 - _OUTSIDE) * weight.sum())]
    return float(low[kept].min()), float(high[kept].max())


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader(_HERE),
        autoescape=True,
        finalize=showing.finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(shown=showing.shown)
    return found
