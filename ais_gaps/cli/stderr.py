"""What is said beside the data: lines on standard error."""

from __future__ import annotations

import sys

from ais_gaps.plain import plain


def say(message: str) -> None:
    """One line, ``ais-gaps: ...``, whatever a hostile name in the message would do to a terminal."""
    write_line(f"ais-gaps: {plain(message)}")


def write_line(text: str) -> None:
    """A line as it is. Nowhere if standard error is closed."""
    if sys.stderr is not None:
        print(text, file=sys.stderr)
