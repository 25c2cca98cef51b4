"""A dossier's features as KML 2.2 (OGC 07-147r2)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from ais_gaps.dossier import Dossier, Silence
from ais_gaps.dossier.model import iso
from ais_gaps.export.balloon import BALLOON, balloon
from ais_gaps.export.markup import Markup
from ais_gaps.export.sources import Sources
from ais_gaps.features import CERTAINTIES, ROLES, Feature

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

KML, GX = "http://www.opengis.net/kml/2.2", "http://www.google.com/kml/ext/2.2"

_STYLES = {
    "reach_area": ("99b45a8c", 1, 0.0),
    "reach_place": ("ffb45a8c", 1, 0.8),
    "place": ("ffffffff", 1, 0.6),
    "track": ("ffd08020", 3, 0.5),
    "gap": ("b03030e0", 2, 0.0),
    "leg": ("b030a0f0", 2, 0.0),
    "observation": ("ffd0c090", 1, 0.7),
    "nothing_seen": ("ffa0a0a0", 1, 0.8),
    "hull": ("ff30d8f8", 1, 0.9),
    "sighting": ("ff40a020", 1, 1.2),
    "off": ("ff2020d0", 1, 1.1),
    "on": ("ffd08020", 1, 1.1),
}
"""By role: colour (KML's order: alpha, blue, green, red), width of lines, scale of the icon."""

_FILL = "40b45a8c"

_FOLDERS = {
    "off": "Last heard, heard again",
    "on": "Last heard, heard again",
    "gap": "The silence",
    "leg": "Legs: not paths",
    "sighting": "Named as her",
    "hull": "Ships not named: none of them is attached to her",
    "nothing_seen": "Looked, and no ship seen",
    "observation": "Other looks and observations",
    "reach_place": "Places she can have called at: not that she did",
    "reach_area": "Where she can have been: not where she was",
}
"""The folders of a silence, in this order, by role."""

_HIDDEN_AT_FIRST = {"reach_place", "reach_area", "observation"}
_DECIMALS = 7  # 1 cm


def write_kml(dossier: Dossier, placed: Sequence[Feature], unplaced: Sequence[Feature], stream: BinaryIO) -> int:
    """One document with a folder a silence; how many placemarks. Features without a place are listed, and not drawn."""
    sources = Sources(dossier)
    with document(dossier, stream) as page:
        _folder(page, "Heard", [f for f in placed if f.role == "track"], sources)
        _folder(page, "Places", [f for f in placed if f.role == "place"], sources)
        for number, silence in enumerate(dossier.silences, 1):
            here = [f for f in placed if f.silence == number]
            listed = [f for f in unplaced if f.silence == number]
            name = next(f.name for f in (*here, *listed) if f.role == "gap")
            with page.element("Folder"):
                page.leaf("name", name)
                page.leaf("description", balloon(name, _told(silence)))
                for title in dict.fromkeys(_FOLDERS.values()):
                    _folder(page, title, [f for f in here if _FOLDERS[f.role] == title], sources)
                _folder(page, "No source says where", listed, sources)
        others = [f for f in (*placed, *unplaced) if f.silence is None and f.role not in ("track", "place")]
        _folder(page, "Named as her at other times", others, sources)
    return len(placed) + len(unplaced)


@contextmanager
def document(dossier: Dossier, stream: BinaryIO) -> Iterator[Markup]:
    """A KML document with its banner, what it was made from, and a style a role."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
    try:
        page = Markup(text)
        with page.element("kml", {"xmlns": KML, "xmlns:gx": GX}), page.element("Document"):
            page.leaf("name", dossier.title)
            page.leaf("open", "1")
            page.leaf("description", balloon(dossier.title, [*(s.text for s in dossier.banner), *_made_from(dossier)]))
            for role in ROLES:
                _style(page, role)
            yield page
    finally:
        text.detach()


def _told(silence: Silence) -> list[str]:
    """A silence in words, with the reasons of its judgement and their weights."""
    weighed = [f"{r.nats:+.1f}  {r.text}" if r.nats is not None else r.text for r in silence.reasons]
    return [silence.when.text, silence.where.text, silence.cause.text, *weighed]


def _times(page: Markup, start: datetime | None, end: datetime | None) -> None:
    """A TimeStamp for a moment, a TimeSpan for the rest; nothing where no time is known."""
    if start is None and end is None:
        return
    if start == end and start is not None:
        with page.element("TimeStamp"):
            page.leaf("when", iso(start))
        return
    with page.element("TimeSpan"):
        if start is not None:
            page.leaf("begin", iso(start))
        if end is not None:
            page.leaf("end", iso(end))


def _made_from(dossier: Dossier) -> list[str]:
    made = dossier.provenance
    told = {statement.text for statement in dossier.banner}
    said = ["Lines in the folders of silences are no paths: they join where she was last and next known."]
    said.append(f"Made by {made.program}" + (f" as of {iso(made.as_of)}." if made.as_of else "."))
    said += [
        f"{s.file}, SHA-256 {s.sha256 or 'not known'}" + (f": {s.note}" if s.note and s.note not in told else "")
        for s in made.sources
    ]
    return said


def _style(page: Markup, role: str) -> None:
    colour, width, scale = _STYLES[role]
    with page.element("Style", {"id": role}):
        with page.element("IconStyle"):
            page.leaf("color", colour)
            page.leaf("scale", f"{scale:g}")
        with page.element("LabelStyle"):
            page.leaf("scale", "0.7" if scale else "0")
        with page.element("LineStyle"):
            page.leaf("color", colour)
            page.leaf("width", str(width))
        with page.element("PolyStyle"):
            page.leaf("color", _FILL)
        with page.element("BalloonStyle"):
            page.leaf("text", BALLOON)


def _folder(page: Markup, name: str, features: Sequence[Feature], sources: Sources) -> None:
    """A folder, or nothing where there is nothing to put into it."""
    if features:
        with page.element("Folder"):
            page.leaf("name", name)
            for feature in features:
                _placemark(page, feature, sources)


def _placemark(page: Markup, feature: Feature, sources: Sources) -> None:
    with page.element("Placemark"):
        page.leaf("name", feature.name)
        if feature.role in _HIDDEN_AT_FIRST:
            page.leaf("visibility", "0")
        page.leaf("Snippet", "", {"maxLines": "0"})
        certainty = f"{feature.certainty.capitalize()}: {CERTAINTIES[feature.certainty]}."
        known = [] if feature.precision_nm is None else [f"Position good to {feature.precision_nm:g} nm."]
        rows = [f"Rows: {', '.join(feature.refs)}"] if feature.refs else []
        page.leaf(
            "description",
            balloon(feature.name, [feature.text, certainty, *known, *rows], sources.of(feature.refs)),
        )
        _times(page, feature.start, feature.end)
        page.leaf("styleUrl", f"#{feature.role}")
        with page.element("ExtendedData"):
            for name in ("id", "role", "certainty", "silence", "leg", "rank", "precision_nm"):
                if (value := getattr(feature, name)) is not None:
                    with page.element("Data", {"name": name}):
                        page.leaf("value", str(value))
        _geometry(page, feature.geometry)


def _geometry(page: Markup, geometry: BaseGeometry) -> None:
    import shapely

    if geometry.is_empty:
        return
    match shapely.orient_polygons(geometry):
        case shapely.Point() as point:
            with page.element("Point"):
                _coordinates(page, point)
        case shapely.LineString() as line:
            with page.element("LineString"):
                page.leaf("tessellate", "1")
                _coordinates(page, line)
        case shapely.Polygon() as polygon:
            with page.element("Polygon"):
                page.leaf("tessellate", "1")
                for name, rings in (("outerBoundaryIs", [polygon.exterior]), ("innerBoundaryIs", polygon.interiors)):
                    for ring in rings:
                        with page.element(name), page.element("LinearRing"):
                            _coordinates(page, ring)
        case many:
            with page.element("MultiGeometry"):
                for part in shapely.get_parts(many):
                    _geometry(page, part)


def _coordinates(page: Markup, geometry: BaseGeometry) -> None:
    import shapely

    pairs = shapely.get_coordinates(geometry).round(_DECIMALS).tolist()
    page.leaf("coordinates", " ".join(f"{lon!r},{lat!r}" for lon, lat in pairs))
