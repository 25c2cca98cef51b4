"""What was seen, and where somebody looked and saw no ship, on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from ais_gaps.dossier import wording
from ais_gaps.inline.drawing import MOST, Card, Drawing, Position, Spot
from ais_gaps.inline.figure import map_of
from ais_gaps.inline.inline import Inline
from ais_gaps.inline.rows import Row, counted, position, rows

COLUMNS: Final = (
    *(
        "obs_id",
        "look_id",
        "date_start",
        "date_end",
        "date_precision",
        "ts",
        "kind",
        "place",
        "place_ids",
        "lat",
        "lon",
    ),
    *("precision_nm", "vessels_named", "vessel_imos", "vessel_mmsis", "observed", "sensor", "provider", "publisher"),
    *("published", "saw", "nothing_seen", "publications"),
)
"""Those of observations and looks that a figure reads."""

SIGNS: Final = (
    ("sighting", "Ship seen; the source names her"),
    ("hull", "Ship seen, not named"),
    ("nothing_seen", "Looked, and saw no ship"),
    ("observation", "Other observation"),
    ("look", "An image exists; what it shows is not stated here"),
)


def observations_map(rows_: pa.Table, *, places: pa.Table | None = None, notes: Sequence[str] = ()) -> Inline:
    """Observations or looks where they were made.

    Args:
        rows_: rows of `evidence.tables.OBSERVATIONS` or `LOOKS`. Of more than `drawing.MOST` the latest are drawn.
        places: where the places lie that they name (place_id, name, lat, lon): an observation without a position of its own is
            drawn at its place, and said to be no finer.
        notes: what must be said with these data; they stand above the map.
    """
    found = rows(rows_, COLUMNS)
    known = _positions(places)
    what = counted(len(found), "look" if "saw" in rows_.column_names else "observation")
    days = sorted(row["date_start"] for row in found if row["date_start"] is not None)
    span = (
        f", {days[0]} to {max(row['date_end'] or row['date_start'] for row in found if row['date_start'])}"
        if days
        else ""
    )
    drawing = Drawing(f"{what}{span}", f"Map of {what}{span}.", nothing="None of them has a position to draw.")
    if not found:
        drawing.nothing = "There are no observations to draw."
    placed = [(*at, row) for row in found if (at := _at(row, known)) is not None]
    placed.sort(key=lambda one: (str(one[2]["date_start"]), str(one[2]["obs_id"] or one[2]["look_id"])), reverse=True)
    drawn = placed[:MOST]
    for where, finer, row in drawn:
        _draw(drawing, row, where, finer)
    used = {spot.sign for spot in drawing.spots}
    drawing.signs += [(sign, words) for sign, words in SIGNS if sign in used]
    if not all(finer for _, finer, _ in drawn):
        drawing.remarks.append("Where a source gives no position, the sign stands at the place that it names.")
    if len(drawn) < len(placed):
        drawing.remarks.append(f"{len(drawn):,} of {len(placed):,} are drawn: the latest.")
    if len(placed) < len(found):
        without = len(found) - len(placed)
        drawing.remarks.append(f"{without:,} without a position {'is' if without == 1 else 'are'} not drawn.")
    return map_of(drawing, notes)


def sign(row: Row) -> str:
    """The sign of what was seen."""
    if row["nothing_seen"] or row["kind"] == "nothing_seen":
        return "nothing_seen"
    saw = row["saw"]
    if row["kind"] == "vessel" or "vessel" in (saw or ()):
        return "sighting" if row["vessels_named"] or row["vessel_imos"] or row["vessel_mmsis"] else "hull"
    if row["kind"] == "look" or (row["kind"] is None and not saw):
        return "look"
    return "observation"


def dated(row: Row) -> str:
    """The minute, or the days as closely as they are known."""
    if row["ts"] is not None:
        return wording.minute(row["ts"])
    if row["date_start"] is None:
        return "on a day not known"
    approximate = row["date_precision"] not in (None, "day")
    return wording.days(row["date_start"], row["date_end"] or row["date_start"], approximate)


def summary(row: Row) -> str:
    """What was seen, in the words of the row."""
    if row["observed"]:
        return str(row["observed"])
    if sign(row) == "nothing_seen":
        return "nothing seen"
    return ", ".join(kind.replace("_", " ") for kind in row["saw"] or ()) or "what it shows is not stated"


def _draw(drawing: Drawing, row: Row, at: Position, finer: bool) -> None:
    place = row["place"] or "a place not stated"
    ships = [name or f"IMO {imo}" for name, imo in _ships(row)]
    source = ", ".join(part for part in (row["publisher"], row["published"]) if part)
    lines = (
        f"{dated(row)}: {summary(row)}",
        f"Named: {wording.listing(ships)}" if ships else "",
        "Drawn at the place; no position is given" if not finer else "",
        f"By {', '.join(dict.fromkeys(part for part in (row['sensor'], row['provider']) if part))}"
        if row["sensor"] or row["provider"]
        else "",
        f"Source: {source or wording.listing(row['publications'] or ())}" if source or row["publications"] else "",
        f"[{row['obs_id'] or row['look_id']}]" if row["obs_id"] or row["look_id"] else "",
    )
    card = drawing.card(Card(place, lines))
    drawing.spots.append(Spot(at, sign(row), card, place, dict(SIGNS)[sign(row)]))


def _ships(row: Row) -> list[tuple[Any, Any]]:
    names, imos = row["vessels_named"] or [], row["vessel_imos"] or []
    count = max(len(names), len(imos))
    padded = [[*some, *[None] * (count - len(some))] for some in (names, imos)]
    return [(name, imo) for name, imo in zip(*padded, strict=True) if name or imo]


def _positions(places: pa.Table | None) -> Mapping[str, Position]:
    if places is None:
        return {}
    known = rows(places, ("place_id", "lat", "lon"))
    return {row["place_id"]: at for row in known if (at := position(row))}


def _at(row: Row, known: Mapping[str, Position]) -> tuple[Position, bool] | None:
    """Where it was, and whether that is its own position, not that of its place; null where neither is known."""
    own = position(row)
    if own is not None:
        return own, True
    return next(((known[place], False) for place in row["place_ids"] or () if place in known), None)
