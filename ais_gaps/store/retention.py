"""How long a Delta table remembers: for ever, so that what the archive held at a time stays answerable."""

from __future__ import annotations

from typing import Final

FOR_EVER: Final = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    "delta.enableExpiredLogCleanup": "false",
    "delta.checkpointInterval": "50",
}
"""Settings of a table: its log is never cleaned up behind our back."""
