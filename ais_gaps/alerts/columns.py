"""The tables that tell of the outbox."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from ais_gaps.schema import UTC_US, Column, Table

STANDINGS: Final = Table(
    "standings",
    "how each channel of the alerts stands, by name",
    (
        Column("channel", pa.string(), "", "its name in the file of channels", False),
        Column("began", pa.date32(), "", "the first day whose changes it is told", False),
        Column("told", pa.int64(), "", "changes that its service took", False),
        Column("waiting", pa.int64(), "", "changes not delivered, tried again with the next run", False),
        Column("perhaps", pa.int64(), "", "changes of which nobody knows; not sent again", False),
        Column("unnamed", pa.int64(), "", "of those, how many the channel has not been told of", False),
        Column("before", pa.int64(), "", "changes of days before its first, never told", False),
        Column("tried", UTC_US, "UTC", "when something was last tried; null before that"),
        Column("trouble", pa.string(), "", "why something was not delivered then; null where all was"),
        Column("heartbeat", pa.date32(), "", "day of its last heartbeat, UTC by the clock; null where it had none"),
    ),
)

UNDELIVERED: Final = Table(
    "undelivered",
    "changes that wait to be told to a channel, or of which nobody knows whether it has them, in the order in which they came",
    (
        Column("channel", pa.string(), "", "its name in the file of channels", False),
        Column("change_id", pa.string(), "", "as `watchlist.columns.CHANGES` has it", False),
        Column("day", pa.date32(), "", "of the list that had it", False),
        Column(
            "state",
            pa.string(),
            "",
            "pending (tried again with the next run), sending (a run is at it) or perhaps",
            False,
        ),
        Column("attempts", pa.int64(), "", "how often it was handed over", False),
        Column("at", UTC_US, "UTC", "when that was last; null before the first time"),
        Column("reason", pa.string(), "", "what came of it then; null before the first time"),
        Column("title", pa.string(), "", "the message's title", False),
    ),
)

TRIALS: Final = Table(
    "trials",
    "what came of a test message to each channel",
    (
        Column("channel", pa.string(), "", "its name in the file of channels", False),
        Column("came", pa.string(), "", "sent, failed or perhaps", False),
        Column("reason", pa.string(), "", "why not; null where it was sent"),
    ),
)
