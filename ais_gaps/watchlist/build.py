"""A day's list, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.moments import at
from ais_gaps.watch import said as said_of
from ais_gaps.watchlist import changes as news
from ais_gaps.watchlist.columns import STILL, WATCHLIST
from ais_gaps.watchlist.core import VERDICT_COLUMNS, Core, core
from ais_gaps.watchlist.day import Day
from ais_gaps.watchlist.known import LONG_DAYS, Known
from ais_gaps.watchlist.late import corrections
from ais_gaps.watchlist.model import Watchlist

GONE_DAYS: Final = 30
GONE_P: Final = 0.1
"""A silence that lasts for longer than so many days, and is less probably a choice than this, is counted and not listed."""

Cores = Callable[[Known, Day], Core]


def build(
    known: Known,
    date_: date,
    *,
    min_hours: float,
    within_nm: float,
    as_known: datetime | None,
    cores: Cores | None = None,
) -> Watchlist:
    """The list of a day.

    Args:
        known: what the archive holds.
        date_: the day, UTC. min_hours: silences longer than this. within_nm: how near a watched place.
        as_known: what the archive held at this time: stated in the list.
        cores: gives the rows of a day, perhaps from what is kept; None = they are made.
    """
    day = Day.of(date_)
    taken_back = corrections(known, day, min_hours, within_nm)
    known = known.up_to(day)
    make = cores or (lambda some, of: core(some, of, min_hours, within_nm))
    made = make(known, day)
    every = _with_verdicts(made.rows, known.verdicts)
    rows = _ranked(every.filter(pc.invert(_gone(every))))
    counts = {
        **made.counts,
        "still_dark": rows["state"].to_pylist().count(STILL),
        "gone": made.counts["gone"] + len(every) - len(rows),
    }
    before = make(known.up_to(day.before), day.before)
    found = news.changes(day, rows.to_pylist(), before.rows.to_pylist(), known.verdicts.to_pylist())
    as_of = at(day.as_of_us)
    assert as_of is not None
    return Watchlist(
        date_,
        as_of,
        as_known,
        min_hours,
        within_nm,
        rows,
        news.table([*taken_back, *found]),
        made.outages,
        counts,
        tuple(_notes(known, counts, min_hours)),
        known.digest(day, min_hours, within_nm),
    )


def _with_verdicts(rows: pa.Table, verdicts: pa.Table) -> pa.Table:
    said = said_of(rows, verdicts)
    for name in VERDICT_COLUMNS:
        index = rows.schema.get_field_index(name)
        rows = rows.set_column(index, rows.schema.field(index), said[name].cast(rows.schema.field(index).type))
    return rows


def _ranked(rows: pa.Table) -> pa.Table:
    """Most worth a look first; what a person called innocent comes last."""
    innocent = pc.fill_null(pc.equal(rows["verdict"], "innocent"), False).cast(pa.int8())
    keyed = rows.append_column("innocent", innocent)
    order = pc.sort_indices(
        keyed,
        [("innocent", "ascending"), ("attention", "descending"), ("off_ts", "ascending"), ("gap_id", "ascending")],
    )
    rows = rows.take(order)
    at_ = rows.schema.get_field_index("rank")
    return rows.set_column(at_, rows.schema.field(at_), pa.array(range(1, len(rows) + 1), pa.int32())).cast(
        WATCHLIST.arrow
    )


def _gone(rows: pa.Table) -> pa.ChunkedArray:
    """Which silences are not listed since they have lasted for long and nothing speaks for a choice: ships that went elsewhere."""
    long = pc.and_(rows["open"], pc.greater(rows["duration_h"], GONE_DAYS * 24.0))
    improbable = pc.fill_null(pc.less(rows["p_switched_off"], GONE_P), False)
    spoken_of = pc.or_(pc.greater(rows["verdicts"], 0), pc.greater(pc.list_value_length(rows["listed"]), 0))
    spoken_of = pc.or_(spoken_of, pc.greater(pc.list_value_length(rows["evidence"]), 0))
    # Of what is watched for its place only there is one reason.
    watched = pc.greater(pc.list_value_length(rows["watched_for"]), pc.is_valid(rows["watched_place"]).cast(pa.int32()))
    return pc.and_(pc.and_(long, improbable), pc.invert(pc.or_(spoken_of, watched)))


def _notes(known: Known, counts: Mapping[str, int], min_hours: float) -> list[str]:
    said = list(dict.fromkeys(ingest.note for ingest in known.ingests if ingest.note))
    if not counts["ships_heard"]:
        said.append(
            "The archive has no position report of this day: nobody was heard, so that no silence says anything."
        )
    if silent := counts["feed_silent"]:
        said.append(
            f"{silent:,} silence{'s' * (silent != 1)} within range {'are' if silent != 1 else 'is'} not listed: the feed heard "
            f"nobody for so long in {'them' if silent != 1 else 'it'} that no more than {min_hours:g} h are left."
        )
    if gone := counts["gone"]:
        said.append(
            f"{gone:,} silence{'s' * (gone != 1)} within range of more than {GONE_DAYS} days {'are' if gone != 1 else 'is'} not "
            f"listed: no list, sighting or person speaks of the ship, and the probability of a choice is under "
            f"{100 * GONE_P:g} %, or the silence has lasted for more than {LONG_DAYS} days."
        )
    silences = counts["fleet_open"] + counts["fleet_back_again"]
    if silences and not any(counts[name] for name in ("newly_dark", "still_dark", "back_again", "feed_silent", "gone")):
        said.append(
            f"None of the {silences:,} silences of the archive that reach into this day is within range of what is watched; "
            "'places add' and 'watch add' say what to watch."
        )
    return said
