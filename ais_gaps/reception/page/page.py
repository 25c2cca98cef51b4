"""From reception to the page: cells for the map, the same in words, and what the figures do not say."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc
from markupsafe import Markup

from ais_gaps import __version__
from ais_gaps.reception import words
from ais_gaps.reception.page import chart
from ais_gaps.reception.question import Reception
from ais_gaps.report.page import offline, showing

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE: Final = "ais_gaps.reception.page"
_MOST_CELLS: Final = 20_000  # that a browser draws without making a reader wait
_MOST_LISTED: Final = 40


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
        *(offline.text(f"static/{name}.js") for name in ("marks", "sea", "within")),
        offline.text("static/reception.js", _HERE),
    ]
    return _environment().get_template("reception.html").render(
        title=words.title(found),
        summary=words.summary(found),
        period=words.period(found),
        near=_near(found),
        notes=found.notes,
        limits=words.limits(found),
        legend=chart.legend(),
        left_out=len(by_size) - len(drawn),
        unknown=len(found.cells) - pc.count(found.cells["share"]).as_py(),
        listed=[
            row | {"words": words.of_cell(row["share"], row["ship_hours"])}
            for row in by_size.slice(0, _MOST_LISTED).to_pylist()
        ],
        cells=len(found.cells),
        map_json=showing.embedded(chart.payload(drawn)) if len(drawn) else None,
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
