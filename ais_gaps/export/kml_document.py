"""A KML 2.2 document (OGC 07-147r2): what every one of ours has, and how places and times are written in it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from ais_gaps.export.balloon import BALLOON, balloon
from ais_gaps.export.markup import Markup

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

_DECIMALS = 7  # 1 cm


@contextmanager
def document(stream: BinaryIO, title: str, said: Sequence[str], styles: Iterable[str]) -> Iterator[Markup]:
    """A document with its title, what must be said with it, and the styles of these roles."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
    try:
        page = Markup(text)
        with page.element("kml", {"xmlns": KML, "xmlns:gx": GX}), page.element("Document"):
            page.leaf("name", title)
            page.leaf("open", "1")
            page.leaf("description", balloon(title, said))
            for role in styles:
                _style(page, role)
            yield page
    finally:
        text.detach()


def times(page: Markup, begin: str | None, end: str | None) -> None:
    """A TimeStamp for a moment or a day, a TimeSpan for the rest; nothing where no time is known. ISO 8601 both."""
    if begin is None and end is None:
        return
    if begin == end and begin is not None:
        with page.element("TimeStamp"):
            page.leaf("when", begin)
        return
    with page.element("TimeSpan"):
        if begin is not None:
            page.leaf("begin", begin)
        if end is not None:
            page.leaf("end", end)


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


def geometry(page: Markup, shape: BaseGeometry) -> None:
    """A shape in longitude and latitude; nothing for an empty one. Lines follow the ground."""
    import shapely

    if shape.is_empty:
        return
    match shapely.orient_polygons(shape):
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
                    geometry(page, part)


def _coordinates(page: Markup, geometry: BaseGeometry) -> None:
    import shapely

    pairs = shapely.get_coordinates(geometry).round(_DECIMALS).tolist()
    page.leaf("coordinates", " ".join(f"{lon!r},{lat!r}" for lon, lat in pairs))
