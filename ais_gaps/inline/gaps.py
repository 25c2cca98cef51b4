"""Silences on a map: where each began and ended, and no path between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from ais_gaps.inline import telling
from ais_gaps.inline.drawing import MOST, Card, Drawing, Path, Spot
from ais_gaps.inline.figure import map_of
from ais_gaps.inline.inline import Inline
from ais_gaps.inline.rows import counted, position, ship
from ais_gaps.inline.track import draw_track

NO_PATH: Final = "not heard; no path is known"
_FEW: Final = 40  # silences whose ships are named on the map
_MOST_REASONS: Final = 80_000  # letters of reasons that a map carries


def gaps_map(gaps: pa.Table, *, track: pa.Table | None = None, notes: Sequence[str] = ()) -> Inline:
    """Silences on a map, each with what is known of it.

    Args:
        gaps: rows of `schema.GAPS`. Of more than `drawing.MOST` those of the highest probability, then the longest, are drawn.
        track: what was heard, drawn with them (see `track_map`).
        notes: what must be said with these data; they stand above the map.
    """
    found = telling.silences(gaps)
    if not found:
        drawing = Drawing(
            "No silences", "A map without silences: there are none.", nothing="There are no silences to draw."
        )
        return map_of(drawing, notes)
    summed = telling.summed(found)
    drawing = Drawing(summed, f"Map of {summed}.", nothing="None of them has a position.")
    if track is not None:
        draw_track(drawing, track, ends=False)
    draw_gaps(drawing, found)
    return map_of(drawing, notes)


def draw_gaps(drawing: Drawing, found: Sequence[dict[str, Any]]) -> None:
    """Adds silences, which are in the order of `telling.silences`, to a map."""
    placed = [row for row in found if position(row, "off_lat", "off_lon") or position(row, "on_lat", "on_lon")]
    drawn = placed[:MOST]
    letters = 0
    for row in drawn:
        reasons = tuple(row["reasons"] or ())
        letters += sum(map(len, reasons))
        _draw(drawing, row, reasons if letters <= _MOST_REASONS else (), len(drawn) <= _FEW)
    # Where several lie together, the sign is that of a beginning.
    drawing.spots.sort(key=lambda spot: spot.sign == "on")
    _explain(drawing, found, placed, drawn)
    if letters > _MOST_REASONS:
        drawing.remarks.append(
            "Reasons are told of the silences of the highest probability; the table has all of them."
        )


def _draw(drawing: Drawing, row: dict[str, Any], reasons: Sequence[str], named: bool) -> None:
    name = ship(row)
    lines = (telling.when(row), telling.judged(row), telling.where(row, "off"), telling.where(row, "on"))
    card = drawing.card(Card(name, lines, f"Reasons ({len(reasons)})", tuple(reasons)))
    off, on = position(row, "off_lat", "off_lon"), position(row, "on_lat", "on_lon")
    sign = ("open-" if telling.is_open(row) else "") + telling.shade(row)
    if off:
        drawing.spots.append(Spot(off, sign, card, name if named else "", "last heard"))
    if on:
        drawing.spots.append(Spot(on, "on", card, "", "heard again"))
    if off and on:
        drawing.paths.append(Path((off, on), "gap", card, NO_PATH))


def _explain(drawing: Drawing, found: Sequence[Any], placed: Sequence[Any], drawn: Sequence[Any]) -> None:
    """The legend, and what is not drawn."""
    shapes = {telling.is_open(row) for row in drawn}
    drawing.signs += [("off", "Last heard, before a silence that ended")] if False in shapes else []
    drawing.signs += [("open", "Last heard, and silent since")] if True in shapes else []
    drawing.signs += [("on", "Heard again")] if any(row["on_lat"] is not None for row in drawn) else []
    drawing.signs += [("gap", NO_PATH.capitalize())] if any(path.style == "gap" for path in drawing.paths) else []
    shades = telling.shades(drawn)
    drawing.signs += [
        (name, f"Probability of a choice {words}" if not number else words)
        for number, (name, words) in enumerate(shades)
    ]
    if len(placed) > len(drawn):
        drawing.remarks.append(
            f"{len(drawn):,} of {counted(len(placed), 'silence')} are drawn: those of the highest probability, then the longest."
        )
    if len(found) > len(placed):
        without = len(found) - len(placed)
        drawing.remarks.append(
            f"{counted(without, 'silence')} without a position {'is' if without == 1 else 'are'} not drawn."
        )
