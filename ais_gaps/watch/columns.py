"""The tables of what a user watches and of what people have said of silences: both only ever grow."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from ais_gaps.schema import UTC_US, Column, Table

WATCHED: Final = Table(
    "watched",
    "what a user watches besides the watched places; a row is never changed, and taken back by a later row of the same entry",
    (
        Column("entry_id", pa.string(), "", "16 hexadecimal digits of a hash of kind and value", False),
        Column("kind", pa.string(), "", "imo, mmsi, name, owner, listing or area", False),
        Column(
            "value", pa.string(), "", "the number, the name, the list's name, or the area as GeoJSON geometry", False
        ),
        Column("label", pa.string(), "", "what it is called where it is shown", False),
        Column("because", pa.string(), "", "why it is watched, in the user's words"),
        Column("author", pa.string(), "", "who said so"),
        Column("at", UTC_US, "UTC", "when it was said", False),
        Column("removed", pa.bool_(), "", "this row ends the watch on the entry", False),
    ),
)

VERDICTS: Final = Table(
    "verdicts",
    "what people think of silences, apart from any score; a row is never changed, later rows stand beside earlier ones",
    (
        Column("gap_id", pa.string(), "", "the silence", False),
        Column("mmsi", pa.int32(), "", "of its ship", False),
        Column(
            "off_ts",
            UTC_US,
            "UTC",
            "when it began, so that it is known again if late data give it another gap_id",
            False,
        ),
        Column("verdict", pa.string(), "", "innocent, suspect or confirmed", False),
        Column("because", pa.string(), "", "the reason given", False),
        Column("author", pa.string(), "", "who said so", False),
        Column("at", UTC_US, "UTC", "when it was said", False),
    ),
)
