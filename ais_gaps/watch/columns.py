"""The tables of what a user watches and of what people have said of silences: both only ever grow."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from ais_gaps.schema import UTC_US, Column, Table

KINDS: Final = ("imo", "mmsi", "name", "owner", "listing", "area")
"""What may be watched."""

INNOCENT, SUSPECT, CONFIRMED = "innocent", "suspect", "confirmed"
OPINIONS: Final = (INNOCENT, SUSPECT, CONFIRMED)
"""What a person may think of a silence."""

WATCHED: Final = Table(
    "watched",
    "what a user watches besides the watched places; a row is never changed, and taken back by a later row of the same entry",
    (
        Column("entry_id", pa.string(), "", "16 hexadecimal digits of a hash of kind and value", False),
        Column("kind", pa.string(), "", ", ".join(KINDS[:-1]) + f" or {KINDS[-1]}", False),
        Column(
            "value",
            pa.string(),
            "",
            "the number; the name, owner or list as given; or the area as GeoJSON geometry, a circle as Point with radius_nm",
            False,
        ),
        Column("label", pa.string(), "", "what it is called where it is shown", False),
        Column("because", pa.string(), "", "why it is watched, in the user's words"),
        Column("author", pa.string(), "", "who said so"),
        Column("at", UTC_US, "UTC", "when it was said; later than every earlier row of the entry", False),
        Column("removed", pa.bool_(), "", "this row ends the watch on the entry", False),
    ),
)

VERDICTS: Final = Table(
    "verdicts",
    "what people think of silences, apart from any score; a row is never changed, later rows stand beside earlier ones",
    (
        Column("gap_id", pa.string(), "", "the silence", False),
        Column("mmsi", pa.int32(), "", "of its ship", False),
        Column("track", pa.int16(), "", "track of the MMSI", False),
        Column(
            "off_ts",
            UTC_US,
            "UTC",
            "when it began, so that it is known again if late data give it another gap_id",
            False,
        ),
        Column(
            "until_ts",
            UTC_US,
            "UTC",
            "until when it lasted as was known then: its end, or of an open one the archive's newest report",
            False,
        ),
        Column("verdict", pa.string(), "", ", ".join(OPINIONS[:-1]) + f" or {OPINIONS[-1]}", False),
        Column("because", pa.string(), "", "the reason given", False),
        Column("author", pa.string(), "", "who said so", False),
        Column("at", UTC_US, "UTC", "when it was said; later than every earlier verdict on the same MMSI", False),
    ),
)
