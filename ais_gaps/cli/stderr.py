"""What is said beside the data: lines on standard error."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING

from ais_gaps.plain import plain

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings


def say(message: str) -> None:
    """One line, ``ais-gaps: ...``, whatever a hostile name in the message would do to a terminal."""
    write_line(f"ais-gaps: {plain(message)}")


def write_line(text: str) -> None:
    """A line as it is. Nowhere if standard error is closed."""
    if sys.stderr is not None:
        print(text, file=sys.stderr)


def say_notes(archive: Holdings, as_known: datetime | None = None) -> None:
    """Says what must be said of an archive's reports, such as that they are a reconstruction."""
    for note in archive.notes(as_known=as_known):
        say(note)
