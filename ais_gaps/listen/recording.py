"""What is heard, in files that end by the clock or when they are large."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ais_gaps.listen.counts import Counts
from ais_gaps.listen.parts import Part, sync_handle


class Recording:
    """One feed's messages. A file begins with its first message, so that none is empty."""

    def __init__(
        self,
        inbox: Path,
        feed: str,
        suffix: str,
        header: Callable[[str], bytes],
        counts: Counts,
        *,
        rotate_s: float,
        rotate_bytes: int,
    ) -> None:
        """Takes where files go, what they begin with (of the time at which they do) and when they end."""
        self._inbox, self._feed, self._suffix, self._header, self._counts = inbox, feed, suffix, header, counts
        self._rotate_s, self._rotate_bytes = rotate_s, rotate_bytes
        self._part: Part | None = None

    def write(self, text: bytes, now: float) -> None:
        """Appends whole lines. Blocks while the disk is slow: so what comes waits where it comes from, not in memory."""
        if not text:
            return
        if self._part is None:
            self._part = Part(self._inbox, self._feed, self._suffix, now)
            text = self._header(f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}") + text
        self._part.append(text)
        self._counts.bytes += len(text)

    def overdue_s(self, now: float) -> float | None:
        """For how long the file should have ended; None = it need not end.

        At twice its size, or where the clock was set back, it cannot wait at all.
        """
        part = self._part
        if part is None:
            return None
        if part.size >= 2 * self._rotate_bytes or now < part.begun - self._rotate_s:
            return math.inf
        late_s = now - (part.begun // self._rotate_s + 1.0) * self._rotate_s
        if part.size >= self._rotate_bytes:
            return max(late_s, 0.0)
        return late_s if late_s >= 0.0 else None

    async def sync(self) -> None:
        """Puts on the disk what was written until now."""
        handle = None if self._part is None else self._part.another_handle()
        if handle is not None:
            await asyncio.to_thread(sync_handle, handle)

    def finish(self) -> None:
        """Ends the file and hands it over; the next message begins another."""
        part, self._part = self._part, None
        if part is not None:
            part.finish()
            self._counts.files += 1
