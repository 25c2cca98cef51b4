"""The tables of a watchlist."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from ais_gaps.schema import GAPS, UTC_US, Column, Table

NEWLY, STILL, BACK = "newly dark", "still dark", "back again"
STATES: Final = (NEWLY, STILL, BACK)
"""What a silence is to a day: it became longer than the threshold on that day and lasts; it was so before; it ended on that day."""

WATCHLIST: Final = Table(
    "watchlist",
    "silences of a day's watchlist as of the end of that day (UTC), the most worth a look first",
    (
        Column("day", pa.date32(), "", "of the list", False),
        Column("rank", pa.int32(), "", "place in the list, counted from 1", False),
        Column("state", pa.string(), "", f"{NEWLY}, {STILL} or {BACK} (`watchlist.columns.STATES`)", False),
        *GAPS.columns,
        Column("why", pa.string(), "", "the reasons in one line", False),
        Column("attention", pa.float64(), "nat", "what the list is ordered by: the sum of attention_terms", False),
        Column("attention_terms", pa.list_(pa.string()), "", "what it is made of, each with its weight", False),
        Column("watched_for", pa.list_(pa.string()), "", "why it is on the list at all", False),
        Column(
            "watched_place", pa.string(), "", "the watched place nearest to off or on; null where none is within range"
        ),
        Column("watched_nm", pa.float64(), "nm", "geodesic distance from off or on to it, whichever is nearer"),
        Column("reach_place", pa.string(), "", "the first of the watched places within reach; null where none is"),
        Column("reach_slack_h", pa.float64(), "h", "time that a call there would leave"),
        Column("places_in_reach", pa.int32(), "", "watched places within reach", False),
        Column(
            "listed", pa.list_(pa.string()), "", "lists that had her when the silence began, each with its date", False
        ),
        Column(
            "evidence", pa.list_(pa.string()), "", "what is dated into the silence up to the day, one line each", False
        ),
        Column(
            "verdict",
            pa.string(),
            "",
            "the newest verdict of a person: innocent, suspect or confirmed; null without one",
        ),
        Column("verdict_because", pa.string(), "", "its reason"),
        Column("verdict_author", pa.string(), "", "whose it is"),
        Column("verdict_at", UTC_US, "UTC", "when it was said"),
        Column("verdicts", pa.int32(), "", "how many were ever said", False),
    ),
)

KINDS: Final = (NEWLY, BACK, "withdrawn", "corrected", "probability", "verdict")
"""What can change: a silence became one, ended, was none by late data, ended or began elsewhere by late data, is judged otherwise
than the day before (`changes.LEVELS`), a person said something of it."""

CHANGES: Final = Table(
    "changes",
    "what is new in a day's watchlist against the day before, and what late data took back",
    (
        Column(
            "change_id",
            pa.string(),
            "",
            "32 hexadecimal digits of a hash of day, kind and silence: one change, one id",
            False,
        ),
        Column("day", pa.date32(), "", "of the list", False),
        Column("kind", pa.string(), "", "as `watchlist.columns.KINDS` has them", False),
        Column("gap_id", pa.string(), "", "the silence", False),
        Column("mmsi", pa.int32(), "", "of its ship", False),
        Column("imo", pa.int64(), "", "her IMO number where she has one"),
        Column("name", pa.string(), "", "her name as last said"),
        Column("off_ts", UTC_US, "UTC", "when the silence began", False),
        Column("on_ts", UTC_US, "UTC", "when it ended; null while it lasts"),
        Column(
            "p_switched_off", pa.float64(), "", "probability of a choice, as the list has it now; null where not judged"
        ),
        Column("lat", pa.float64(), "degree", "latitude WGS84: of on for a silence that ended, else of off"),
        Column("lon", pa.float64(), "degree", "longitude WGS84"),
        Column("text", pa.string(), "", "the change in one plain sentence", False),
        Column("known_at", UTC_US, "UTC", "when what brought it was stored; null where it is the day itself"),
    ),
)
