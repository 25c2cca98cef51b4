"""The places of an archive on a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from ais_gaps.dossier import wording
from ais_gaps.inline.drawing import MOST, Area, Card, Drawing, Spot
from ais_gaps.inline.figure import map_of
from ais_gaps.inline.inline import Inline
from ais_gaps.inline.rows import Row, counted, position, rows

_COLUMNS: Final = (
    "place_id",
    "name",
    "kind",
    "watched",
    "lat",
    "lon",
    "radius_nm",
    "geometry",
    "country",
    "precision",
    "source",
)
_FEW: Final = 150  # places whose name and extent are drawn; of more those of watched ones only
_COARSEST_DEG: Final = 0.002


def places_map(rows_: pa.Table, *, notes: Sequence[str] = ()) -> Inline:
    """Places, each with its radius or its outline.

    Args:
        rows_: rows of `place_features.PLACES`. Of more than `drawing.MOST` the watched ones come first.
        notes: what must be said with these data; they stand above the map.
    """
    found = sorted(
        rows(rows_, _COLUMNS), key=lambda row: (not row["watched"], row["name"] or "", row["place_id"] or "")
    )
    watched = sum(bool(row["watched"]) for row in found)
    title = f"{counted(len(found), 'place')}{f', {watched:,} of them watched' if watched else ''}"
    drawing = Drawing(title, f"Map of {title}.", nothing="There are no places with a position to draw.")
    placed = [row for row in found if position(row)]
    drawn = placed[:MOST]
    few = len(drawn) <= _FEW
    extents = [_draw(drawing, row, row["watched"] or few) for row in drawn]
    signs = (
        ("watched", "Watched place", any(row["watched"] for row in drawn)),
        ("place", "Other place", not all(row["watched"] for row in drawn)),
        ("extent", "What counts as being there", any(extents)),
    )
    drawing.signs += [(sign, words) for sign, words, used in signs if used]
    if len(drawn) < len(placed):
        drawing.remarks.append(
            f"{len(drawn):,} of {counted(len(placed), 'place')} are drawn: watched ones, then by name."
        )
    if len(placed) < len(found):
        without = len(found) - len(placed)
        drawing.remarks.append(
            f"{counted(without, 'place')} without a position {'is' if without == 1 else 'are'} not drawn."
        )
    return map_of(drawing, notes)


def _draw(drawing: Drawing, row: Row, whole: bool) -> bool:
    """Adds a place, with its name on the map and its extent where `whole`; whether it has one."""
    name = row["name"] or "a place without a name"
    at = position(row)
    assert at is not None
    radius = row["radius_nm"]
    lines = (
        ", ".join(part for part in (row["kind"], row["country"], "watched" if row["watched"] else "") if part),
        wording.position(*at),
        f"Within {wording.miles(radius)} of it counts as there" if radius else "",
        f"How finely it is known: {row['precision']}" if row["precision"] else "",
        f"Source: {row['source']}" if row["source"] else "",
    )
    card = drawing.card(Card(name, lines))
    drawing.spots.append(Spot(at, "watched" if row["watched"] else "place", card, name if whole else ""))
    if not whole:
        return False
    if row["geometry"] is not None:
        outlines = _outlines(row["geometry"])
        drawing.areas += [Area(card, rings=rings) for rings in outlines]
        return bool(outlines)
    if radius:
        drawing.areas.append(Area(card, at, radius))
    return bool(radius)


def _outlines(wkb: bytes) -> list[list[list[tuple[float, float]]]]:
    """Polygons as rings of latitude and longitude; a bare point has none."""
    import shapely

    try:
        geometry: Any = shapely.simplify(shapely.from_wkb(wkb), _COARSEST_DEG)
    except shapely.errors.ShapelyError:
        return []
    return [
        [[(lat, lon) for lon, lat in shapely.get_coordinates(ring)] for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(geometry)
        if part.geom_type == "Polygon" and not part.is_empty
    ]
