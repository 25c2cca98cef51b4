"""Places that a ship can have called at, by rank; not that she did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from ais_gaps.dossier import wording
from ais_gaps.inline.drawing import MOST, Card, Drawing, Spot
from ais_gaps.inline.figure import map_of
from ais_gaps.inline.inline import Inline
from ais_gaps.inline.rows import Row, counted, position, rows, ship
from ais_gaps.report.page.showing import shown

NOT_THAT: Final = "can have called at: not that she did"
_COLUMNS: Final = (
    *(
        "gap_id",
        "leg",
        "mmsi",
        "imo",
        "name",
        "start_ts",
        "start_place",
        "end_ts",
        "end_place",
        "open",
        "rank",
        "place_id",
    ),
    *("place", "watched", "lat", "lon", "out_nm", "back_nm", "speed_kn", "earliest_arrival", "latest_departure"),
    *("slack_h", "share", "places", "reasons"),
)
_MOST_VIEWS: Final = 60


def reach_map(reach: pa.Table, *, notes: Sequence[str] = ()) -> Inline:
    """The places of each leg of a silence, numbered by rank; a leg at a time where there are several.

    Args:
        reach: rows of `schema.REACH`, which have the places' coordinates.
        notes: what must be said with these data; they stand above the map.
    """
    found = sorted(rows(reach, _COLUMNS), key=_order)
    legs = list(dict.fromkeys(map(_leg, found)))
    if not found:
        nothing = "There is no place that she can have called at."
        return map_of(Drawing("No places in reach", "A map without places in reach.", nothing=nothing), notes)
    ships = {row["mmsi"] for row in found}
    whose = ship(found[0]) if len(ships) == 1 else counted(len(ships), "ship")
    places = len({row["place_id"] for row in found})
    title = f"Places that {whose} {NOT_THAT}"
    said = f"Map of {counted(places, 'place')} that {whose} {NOT_THAT}; on {counted(len(legs), 'leg')} of silences."
    drawing = Drawing(title, said, nothing="None of the places has a position.")
    placed = [row for row in found if position(row)]
    viewed = legs[:_MOST_VIEWS]
    drawn = [row for row in placed if _leg(row) in viewed][:MOST]
    if len(legs) > 1:
        firsts = {_leg(row): row for row in reversed(found)}
        drawing.views = [_view(firsts[leg], len(ships) > 1) for leg in viewed]
    for row in drawn:
        _draw(drawing, row, viewed.index(_leg(row)) if len(legs) > 1 else None)
    drawing.signs.append(("reach_place", f"A place that she {NOT_THAT}; its number is its rank on the leg"))
    drawing.remarks.append(
        "A rank is no probability that she was there. A leg that leaves time for no place is not shown."
    )
    if len(drawn) < len(placed):
        drawing.remarks.append(f"{len(drawn):,} of {len(placed):,} rows are drawn, of the first {len(viewed)} legs.")
    if len(placed) < len(found):
        drawing.remarks.append(f"{counted(len(found) - len(placed), 'row')} without a position are not drawn.")
    return map_of(drawing, notes)


def _leg(row: Row) -> tuple[Any, ...]:
    return row["gap_id"], row["leg"]


def _order(row: Row) -> tuple[Any, ...]:
    return (row["name"] or "", row["start_ts"], str(row["gap_id"]), row["leg"], row["rank"])


def _view(row: Row, whose: bool) -> str:
    until = "and on" if row["open"] else f"to {row['end_ts']:%Y-%m-%d}"
    way = (
        f"{shown(row['start_place'] or 'a place not known', 40)} – {shown(row['end_place'] or 'a place not known', 40)}"
    )
    said = f"Leg {row['leg']}: {row['start_ts']:%Y-%m-%d} {until}, {way}"
    return f"{ship(row)}, {said}" if whose else said


def _draw(drawing: Drawing, row: Row, view: int | None) -> None:
    place = row["place"] or "a place without a name"
    back = "" if row["back_nm"] is None else f", {wording.miles(row['back_nm'])} on to the end"
    of = f" of {row['places']}" if row["places"] else ""
    until = row["latest_departure"]
    lines = (
        f"Rank {row['rank']}{of}: {ship(row)} {NOT_THAT}",
        _view(row, False),
        "" if row["out_nm"] is None else f"{wording.miles(row['out_nm'])} by sea from the start{back}",
        ""
        if row["earliest_arrival"] is None
        else f"There at {wording.minute(row['earliest_arrival'])} at the earliest",
        "" if until is None else f"Away at {wording.minute(until)} at the latest",
        "" if row["slack_h"] is None else f"{wording.lasting(row['slack_h'])} left to lie there, at most",
    )
    reasons = tuple(row["reasons"] or ())
    card = drawing.card(Card(place, lines, f"Terms of the rank ({len(reasons)})", reasons))
    at = position(row)
    assert at is not None
    drawing.spots.append(Spot(at, "reach_place", card, place, "", row["rank"], view))
