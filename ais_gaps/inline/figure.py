"""From what a figure shows to the page in its frame."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from ais_gaps.inline.drawing import Drawing
from ais_gaps.inline.inline import Inline, framed
from ais_gaps.report.page import offline, ports, showing
from ais_gaps.report.page.landmass import in_frame, landmass

if TYPE_CHECKING:
    from jinja2 import Environment

HERE: Final = "ais_gaps.inline"
MOST_POINTS: Final = 8_000
"""Of fine land on a map: about 100 kB."""

RATIO: Final = 2.2
"""Of a map's width to its height, where a notebook is as wide as usual."""

_NO_XML: Final = dict.fromkeys((0xFFFE, 0xFFFF))
_MAP_PX: Final = 430
_EMPTY_PX: Final = 60
_LINE_PX: Final = 21
_LETTERS: Final = 105  # in a line of the width that a notebook usually has
_MOST_WORDS: Final = 60  # cards that are also listed in words
_FEW: Final = 25  # degrees that spots lie in: where they are all over the world, land is fine around no more


def map_of(drawing: Drawing, notes: Sequence[str]) -> Inline:
    """The map as a figure."""
    if not drawing.positions():
        return filled("empty.html", _EMPTY_PX, drawing.title, drawing.said, notes, [], drawing=drawing)
    data = drawing.payload()
    west, south, east, north = data["frame"]
    frame = in_frame((west, south, east, north), RATIO)
    around = sorted({(float(round(lat)), float(round(lon))) for lat, lon, *_ in data["spots"]})
    around = around if len(around) <= _FEW else []
    data |= {"land": landmass(frame, data["centre"], around, MOST_POINTS), "ports": ports.around(frame, data["centre"])}
    low = [*drawing.remarks, " ".join(words + " " * 6 for _, words in drawing.signs)]
    return filled(
        "map.html",
        _MAP_PX + 40 + _height(low) + (40 if drawing.views else 0),
        drawing.title,
        drawing.said,
        notes,
        ["labels", "figure"],
        drawing=drawing,
        data=showing.embedded(data),
        listed=[drawing.cards[spot.card] for spot in _firsts(drawing)[:_MOST_WORDS]],
        cards=len({spot.card for spot in drawing.spots}),
    )


def filled(
    template: str,
    height_px: int,
    title: str,
    said: str,
    notes: Sequence[str],
    scripts: Sequence[str],
    styles: str = "",
    own: Sequence[str] = (),
    **context: Any,
) -> Inline:
    """A template as a figure: with the notes above, its scripts and styles in it, and a policy that lets nothing else run.

    Args:
        height_px: without the notes. scripts: of this package, or of a dossier's page, after the map's own.
        styles: before those that every figure has. own: texts of further scripts.
    """
    notes = tuple(dict.fromkeys(showing.shown(note) for note in notes if note.strip()))
    sheet = offline.text("static/page.css") + styles + offline.text("static/figure.css", HERE)
    texts = []
    if scripts or own:
        sheet = offline.style("vendor/leaflet/leaflet.css") + sheet
        texts = [
            offline.script("vendor/leaflet/leaflet.js"),
            *(offline.text(f"static/{s}.js") for s in ("marks", "sea")),
        ]
        texts += [offline.text(f"static/{name}.js", *([HERE] if name == "figure" else [])) for name in scripts]
        texts += own
    told = " ".join([said, *notes])
    page = environment().get_template(template).render(
        title=title,
        said=said,
        notes=notes,
        styles=Markup(sheet),
        scripts=[Markup(text) for text in texts],
        policy=offline.policy(sheet, texts or [""]),
        **context,
    )  # fmt: skip
    return framed(page, height_px + 48 + (30 + _height(notes) if notes else 0), told)


def _height(lines: Sequence[str]) -> int:
    return sum(_LINE_PX * (1 + len(line) // _LETTERS) for line in lines)


def _firsts(drawing: Drawing) -> list[Any]:
    """The first spot of each card."""
    return list({spot.card: spot for spot in reversed(drawing.spots)}.values())[::-1]


@cache
def environment() -> Environment:
    """The templates of figures: what stands in them is escaped, on one line, and without hidden characters."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader(HERE),
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(shown=showing.shown)
    return found


def _finalized(value: object) -> object:
    """As on every page, and without the two characters that no XML may have: a timeline's SVG is XML."""
    found = showing.finalize(value)
    return found if isinstance(found, Markup) else str(found).translate(_NO_XML)
