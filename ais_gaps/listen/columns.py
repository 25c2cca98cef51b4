"""When feeds were listened to, as an archive keeps it."""

from __future__ import annotations

import pyarrow as pa

from ais_gaps.schema import UTC_US, Column, Table

LISTENING = Table(
    "listening",
    "when live feeds were listened to, and when not; what `listen` wrote down of itself, one row for each time without a change",
    (
        Column("feed", pa.string(), "", "the feed, as `listen --feed` names it", nullable=False),
        Column("from_ts", UTC_US, "UTC", "begin", nullable=False),
        Column("to_ts", UTC_US, "UTC", "end; null = until further notice, when the listener was stopped"),
        Column("state", pa.string(), "", "listening or not_listening", nullable=False),
        Column("reason", pa.string(), "", "why not; of listening what must be said of it; null = nothing"),
        Column("file", pa.string(), "", "name of the file that says so", nullable=False),
    ),
)
"""What lies in the archive's small table of this name."""
