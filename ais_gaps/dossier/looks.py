"""How often was looked at a place, and how often a ship was seen: counts with their denominator, and what they are not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from ais_gaps.dossier import wording
from ais_gaps.dossier.model import Statement
from ais_gaps.dossier.wording import Row
from ais_gaps.evidence import look_ids, observations_between, ships_of
from ais_gaps.evidence.looks import NO_LOOK
from ais_gaps.places import ASHORE

SHORT = timedelta(days=3)
"""A row dated no longer than this is of one look; a longer one tells of a period."""

_SHOWN = ("ship named", "ship not named", "no ship", "other things", "not stated")
NO_SAMPLE = (
    "How often she or another called. Published looks are no sample: who looked and saw nothing rarely publishes it, so that "
    "they give no rate of calls."
)
"""What counts of looks do not tell: said once with them."""


def with_looks(observations: pa.Table) -> pa.Table:
    """Observations with the `look_id` of each filled in (`evidence.look_ids`): rows of several publications may be of one look."""
    return observations.set_column(observations.schema.get_field_index("look_id"), "look_id", look_ids(observations))


def look_of(row: Row) -> str:
    """The look that a row of `with_looks` is of; of a kind that is of none, the row itself."""
    return str(row["look_id"] or row["obs_id"])


def one_look(row: Row) -> bool:
    """The row is of one look, not of a period."""
    return row["kind"] not in NO_LOOK and (row["ts"] is not None or row["date_end"] - row["date_start"] < SHORT)


def looks(observations: pa.Table, places: pa.Table, start: datetime, end: datetime | None) -> tuple[Statement, ...]:
    """`looks_at` for every place on the water that was looked at from `start` to `end`, in the order of the places."""
    rows = [row for row in places.to_pylist() if row["kind"] not in ASHORE]
    known = with_looks(observations)
    found = (looks_at(known, row["place_id"], row["name"], start, end) for row in rows)
    return tuple(statement for statement in found if statement is not None)


def looks_at(
    observations: pa.Table, place_id: str, place: str, start: datetime, end: datetime | None
) -> Statement | None:
    """What the looks at one place from `start` to `end` (UTC; None = no end) showed; None where none is held.

    Args:
        observations: `evidence.tables.OBSERVATIONS`, as `with_looks` gives them.
        place_id: of rows that are of this place alone, or of all places in their outline. place: its name in the sentence.
        start, end: only looks that were surely made in this time.
    """
    seen = observations_between(observations, start, end, [place_id])
    rows = [row for row in seen.to_pylist() if row["place_ids"] == [place_id] or _shows_all(row)]
    shown: dict[str, int] = {}
    of_looks = [row for row in rows if one_look(row)]
    for row in of_looks:
        if row["within"]:
            key = look_of(row)
            shown[key] = min(shown.get(key, len(_SHOWN)), _showed(row))
    counted = [row for row in rows if row["out_of"] is not None]
    if not shown and not counted:
        return None
    last = "now" if end is None else end.date().isoformat()
    text = f"{place}, {start.date().isoformat()} to {last}. "
    text += _tally(list(shown.values())) if shown else "No single look is held here."
    edge = {look_of(row) for row in of_looks if not row["within"]} - set(shown)
    if edge:
        text += f" {'1 more look' if len(edge) == 1 else f'{len(edge)} more looks'} may be from before or after."
    periods = [row for row in rows if row["kind"] in ("vessel", "nothing_seen") and not one_look(row)]
    if periods:
        one = len(periods) == 1
        many = "1 row tells of a longer period and is" if one else f"{len(periods)} rows tell of longer periods and are"
        text += f" {many} not counted among them."
    text += "".join(f" {_own_count(row)}" for row in counted)
    refs = dict.fromkeys(row["obs_id"] for row in [*of_looks, *periods, *counted])
    return Statement(text, tuple(refs))


def _shows_all(row: Row) -> bool:
    """An image, or one that saw nothing, with an outline is of each place in it (`evidence.spots`)."""
    return row["kind"] in ("look", "nothing_seen") and row["footprint"] is not None


def _showed(row: Row) -> int:
    """Index into `_SHOWN`. A ship outweighs the rest of its look: another pier may have been empty."""
    if row["kind"] == "vessel":
        return 0 if ships_of(row) else 1
    return {"nothing_seen": 2, "look": 4}.get(row["kind"], 3)


def _tally(shown: Sequence[int]) -> str:
    named, unnamed, none, other, silent = (shown.count(n) for n in range(len(_SHOWN)))
    parts = []
    if named:
        parts.append(f"{named} {_saw(named)} a ship that the source names")
    if unnamed:
        parts.append(f"{unnamed} {_saw(unnamed)} ships that it does not name")
    if none:
        parts.append(f"{none} {_saw(none)} no ship or no movement")
    if other:
        parts.append(f"{other} {'tells' if other == 1 else 'tell'} of other things only, such as containers")
    if silent:
        parts.append(f"of {silent} it is not stated here what {'it shows' if silent == 1 else 'they show'}")
    total = len(shown)
    return f"{'1 look is' if total == 1 else f'{total} looks are'} held here: {wording.listing(parts)}."


def _saw(count: int) -> str:
    return "shows" if count == 1 else "show"


def _own_count(row: Row) -> str:
    """A publisher's own denominator, apart from what is held here."""
    days = wording.days(row["date_start"], row["date_end"], row["date_precision"] not in ("day", None))
    who = ", ".join(part for part in (row["sensor"], row["publisher"] and f"by {row['publisher']}") if part)
    reach = "" if row["within"] else ", which reaches beyond this time"
    return (
        f"Counted by a publisher and kept apart: {wording.amount(row)}, {days}{reach}: {row['observed']} "
        f"({who + '; ' if who else ''}{row['obs_id']})."
    )
