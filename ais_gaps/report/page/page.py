"""From a dossier to the page: templates filled, scripts and styles put in, and a policy that lets nothing else run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from markupsafe import Markup

from ais_gaps.dossier import judged, wording
from ais_gaps.dossier.model import Dossier, as_json_value
from ais_gaps.report import reckoned
from ais_gaps.report.page import chart, folding, offline, showing, summary, timeline
from ais_gaps.report.page.anchors import MOST_REFS, Anchors
from ais_gaps.report.page.landmass import NO_LAND, landmass

if TYPE_CHECKING:
    from jinja2 import Environment

_MOST_JSON = 700_000  # characters: a larger dossier's JSON is not put into the page

STYLES: Final = ("leaflet.css", "dossier.css")
SCRIPTS: Final = ("leaflet.js", "sea.js", "dossier.js")
"""Names of what a page with its files beside it loads, in the order of loading (see `shared`)."""

Land: TypeAlias = Callable[[chart.Chart, list[tuple[float, float]]], Mapping[str, Any]]


@dataclass(frozen=True)
class Beside:
    """What a page loads from beside it, where many pages share it. Addresses are relative to the page.

    Attributes:
        styles: `STYLES`, and what else is to be loaded after them.
        scripts: `SCRIPTS` in their order, and before ``dossier.js`` what draws the land: it is to wrap `Sea.made`, whose
            ``data.land.beside`` is then `land`.
        policy: what may be loaded (Content-Security-Policy).
        dossier: the dossier as JSON. land: the folder of the land, with a slash at its end.
        ways: links to the site that the page belongs to, as label and address.
        said: what that site must say of the page, one sentence each.
        also: what the site says of her beside the dossier: id of the section, its heading, and what stands under it.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    policy: str
    dossier: str
    land: str
    ways: tuple[tuple[str, str], ...] = ()
    said: tuple[str, ...] = ()
    also: tuple[str, str, Markup] | None = None


def render(dossier: Dossier) -> str:
    """The page: HTML that needs no network and no other file.

    The same dossier gives the same text. Nothing from the data becomes markup, a script, or a link that is not http(s).
    """
    styles = offline.style("vendor/leaflet/leaflet.css") + offline.text("static/page.css")
    scripts = [
        offline.script("vendor/leaflet/leaflet.js"),
        offline.text("static/marks.js"),
        offline.text("static/sea.js") + offline.text("static/labels.js") + offline.text("static/map.js"),
        offline.text("static/within.js") + offline.text("static/page.js"),
    ]
    written = json.dumps(as_json_value(dossier), separators=(",", ":"))
    return _filled(
        "page.html",
        dossier,
        lambda drawn, spots: landmass(drawn.bounds(), drawn.centre, spots),
        dossier_json=showing.embedded(as_json_value(dossier)) if len(written) <= _MOST_JSON else None,
        beside=None,
        styles=Markup(styles),
        scripts=[Markup(script) for script in scripts],
        policy=offline.policy(styles, scripts),
    )


def render_beside(dossier: Dossier, beside: Beside) -> str:
    """The same page with styles, scripts, map library and land beside it: a tenth of the size, for a site of many.

    The land is drawn by a script of the site; without one the map shows water only.
    """
    land = {**NO_LAND, "beside": beside.land}
    return _filled(
        "beside.html", dossier, lambda drawn, spots: land, dossier_json=None, beside=beside, policy=beside.policy
    )


def shared() -> Mapping[str, str]:
    """What pages made by `render_beside` load, by name: `STYLES` and `SCRIPTS`."""
    return {
        "leaflet.css": offline.style("vendor/leaflet/leaflet.css"),
        "dossier.css": offline.text("static/page.css") + offline.text("static/beside.css"),
        "leaflet.js": offline.script("vendor/leaflet/leaflet.js"),
        "sea.js": offline.text("static/marks.js") + offline.text("static/sea.js"),
        "dossier.js": "".join(offline.text(f"static/{name}.js") for name in ("labels", "map", "page")),
    }


def _filled(template: str, dossier: Dossier, land: Land, **context: object) -> str:
    anchors = Anchors(dossier)
    drawn = chart.Chart(dossier, anchors)
    payload = drawn.payload()
    payload["land"] = land(drawn, [(s["lat"], s["lon"]) for s in payload["spots"]])
    full = folding.in_full(dossier.silences)
    return _environment().get_template(template).render(
        dossier=dossier,
        anchors=anchors,
        chart=drawn,
        has_map=bool(drawn.features),
        map_json=showing.embedded(payload),
        figures=summary.figures(dossier),
        lines=summary.lines(dossier),
        full=full,
        told=[(number, dossier.silences[number - 1]) for number in full],
        main=folding.main(dossier.silences),
        overview=timeline.overview(dossier, anchors),
        identified=showing.known_by(dossier.vessel, dossier.title),
        **context,
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
