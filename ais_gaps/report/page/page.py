"""From a dossier to the page: templates filled, scripts and styles put in, and a policy that lets nothing else run."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from ais_gaps.dossier import judged, wording
from ais_gaps.dossier.model import Dossier, as_json_value
from ais_gaps.report import reckoned
from ais_gaps.report.page import chart, folding, offline, showing, summary, timeline
from ais_gaps.report.page.anchors import MOST_REFS, Anchors
from ais_gaps.report.page.landmass import landmass

if TYPE_CHECKING:
    from jinja2 import Environment

_MOST_JSON = 700_000  # characters: a larger dossier's JSON is not put into the page


def render(dossier: Dossier) -> str:
    """The page: HTML that needs no network and no other file.

    The same dossier gives the same text. Nothing from the data becomes markup, a script, or a link that is not http(s).
    """
    anchors = Anchors(dossier)
    drawn = chart.Chart(dossier, anchors)
    payload = drawn.payload()
    payload["land"] = landmass(drawn.bounds(), drawn.centre, [(s["lat"], s["lon"]) for s in payload["spots"]])
    full = folding.in_full(dossier.silences)
    written = json.dumps(as_json_value(dossier), separators=(",", ":"))
    styles = offline.style("vendor/leaflet/leaflet.css") + offline.text("static/page.css")
    scripts = [
        offline.script("vendor/leaflet/leaflet.js"),
        offline.text("static/marks.js"),
        offline.text("static/sea.js") + offline.text("static/map.js"),
        offline.text("static/page.js"),
    ]
    return _environment().get_template("page.html").render(
        dossier=dossier,
        anchors=anchors,
        chart=drawn,
        has_map=bool(drawn.features),
        map_json=showing.embedded(payload),
        dossier_json=showing.embedded(as_json_value(dossier)) if len(written) <= _MOST_JSON else None,
        figures=summary.figures(dossier),
        lines=summary.lines(dossier),
        full=full,
        told=[(number, dossier.silences[number - 1]) for number in full],
        main=folding.main(dossier.silences),
        overview=timeline.overview(dossier, anchors),
        identified=showing.known_by(dossier.vessel, dossier.title),
        styles=Markup(styles),
        scripts=[Markup(script) for script in scripts],
        policy=offline.policy(styles, scripts),
    )  # fmt: skip


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("ais_gaps.report.page"),
        autoescape=True,
        finalize=showing.finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        dated=showing.dated,
        href=showing.href,
        hours=showing.hours,
        machine=showing.machine,
        minute=wording.minute,
        miles=wording.miles,
        position=wording.position,
        shown=showing.shown,
        spell=showing.spell,
        where=chart.where,
    )
    found.globals.update(timelines=timeline, folding=folding, judged=judged, reckoned=reckoned, most_refs=MOST_REFS)
    return found
