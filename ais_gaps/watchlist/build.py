"""A day's list, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.moments import at
from ais_gaps.watch import said as said_of
from ais_gaps.watchlist import changes as news
from ais_gaps.watchlist.columns import WATCHLIST
from ais_gaps.watchlist.core import VERDICT_COLUMNS, Core, core
from ais_gaps.watchlist.day import Day
from ais_gaps.watchlist.known import Known
from ais_gaps.watchlist.late import corrections
from ais_gaps.watchlist.model import Watchlist

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
    rows = _ranked(_with_verdicts(made.rows, known.verdicts))
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
        made.counts,
        tuple(_notes(known, made, min_hours)),
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


def _notes(known: Known, made: Core, min_hours: float) -> list[str]:
    said = list(dict.fromkeys(ingest.note for ingest in known.ingests if ingest.note))
    if not made.counts["ships_heard"]:
        said.append(
            "The archive has no position report of this day: nobody was heard, so that no silence says anything."
        )
    if silent := made.counts["feed_silent"]:
        said.append(
            f"{silent:,} silence{'s' * (silent != 1)} within range {'are' if silent != 1 else 'is'} not listed: the feed heard "
            f"nobody for so long in {'them' if silent != 1 else 'it'} that no more than {min_hours:g} h are left."
        )
    return said
