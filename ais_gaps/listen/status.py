"""What a listener says of itself, at most once a minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ais_gaps.listen.counts import Counts

EVERY_S: Final = 60.0


class Status:
    """Lines for a person. What happened since the last one is said in the next."""

    def __init__(self, feed: str, counts: Counts, say: Callable[[str], None]) -> None:
        self._feed, self._counts, self._say = feed, counts, say
        self._state, self._news = "connecting", True
        self._said_at: float | None = None
        self._messages = 0

    def now(self, state: str) -> None:
        """What goes on now."""
        self._news |= state != self._state
        self._state = state

    def tick(self, monotonic: float) -> None:
        """Says it if it is time to."""
        since = None if self._said_at is None else monotonic - self._said_at
        if since is not None and since < EVERY_S:
            return
        new = self._counts.messages - self._messages
        if since is None and not (self._news and self._state != "connecting"):
            return
        rate = "" if since is None else f" ({60.0 * new / since:,.0f} a minute)"
        self._say(f"{self._feed}: {self._state}; {self._counts.messages:,} messages{rate}{self._left_out()}")
        self._said_at, self._messages, self._news = monotonic, self._counts.messages, False

    def end(self, why: str) -> None:
        """Says the last line."""
        files = f"{self._counts.files:,} file{'' if self._counts.files == 1 else 's'}"
        self._say(f"{self._feed}: {why}; {self._counts.messages:,} messages in {files}{self._left_out()}")

    def _left_out(self) -> str:
        said = self._counts.left_out()
        return f"; not written: {said}" if said else ""
