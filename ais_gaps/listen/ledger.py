"""When a feed was listened to, written down as it happens: a file beside the messages, see `docs/listen.md`.

A line a minute says that it goes on, so that the end is known to the minute after a kill. Listening lasts until the last sign of
life: of a connection that fell silent nobody knows when it died. The file goes into the inbox at the end of the day (UTC), after
ten minutes and more without listening, and with the listener's end.
"""

from __future__ import annotations

import csv
import io
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ais_gaps.listen.parts import Part, left_behind
from ais_gaps.plain import plain

SUFFIX: Final = "listening.csv"
COLUMNS: Final = ("feed", "from_ts", "to_ts", "state", "reason")
HEADER: Final = ",".join(COLUMNS)
LISTENING, NOT_LISTENING = "listening", "not_listening"
STOPPED: Final = "the listener was stopped"
DID_NOT_RUN: Final = "the listener did not run"
STOOD_STILL: Final = "the machine stood still, or its clock was set"

_DAY_S: Final = 86_400
_TOLD_S: Final = 600  # of not listening, after which the file is handed over at once


class Ledger:
    """One feed's times of listening. Times are seconds since 1970 UTC."""

    def __init__(self, inbox: Path, feed: str, now: float, last_known: int | None = None) -> None:
        """Begins, not listening yet.

        Args:
            inbox, feed: where to and of what.
            now: the present.
            last_known: up to when an earlier run that was killed had written.
        """
        self._inbox, self._feed = inbox, feed
        self._part: Part | None = None
        self._day = 0
        self.listening = False
        self._since = self._alive = int(now)
        self._lost_at = self._since
        self._reason = "connecting"
        if last_known is not None and last_known < self._since:
            self._lost_at = last_known
            self._row(last_known, self._since, NOT_LISTENING, DID_NOT_RUN)

    def connected(self, now: float) -> None:
        """From now on what is sent is heard."""
        missed_s = int(now) - self._lost_at
        self._write_until(int(now))
        if not self.listening and missed_s >= _TOLD_S:
            self.finish()
        self.listening, self._since = True, max(self._since, int(now))
        self._alive = self._since

    def alive(self, now: float) -> None:
        """Until now it was, to the end of this second."""
        self._alive = max(self._alive, math.ceil(now))

    def lost(self, reason: str) -> None:
        """Since the last sign of life it was not, for this reason."""
        if self.listening:
            self._write_until(self._alive)
            self._lost_at = self._since
        self.listening, self._reason = False, plain(reason)[:200]

    def beat(self, now: float, note: str = "") -> None:
        """Writes down what is known up to now.

        Args:
            now: the present.
            note: what must be said of the time since the last beat, although it was listened.
        """
        self._write_until(self._alive if self.listening else int(now), note)
        if self._part is not None and int(now) // _DAY_S != self._day:
            self.finish()

    def jumped(self, before: float, now: float) -> None:
        """The clock went from one time to another while nothing was heard: the machine slept, or its clock was set."""
        if self.listening:
            self._write_until(min(self._alive, int(before)))
            if int(now) > self._since:
                self._row(self._since, int(now), NOT_LISTENING, STOOD_STILL)
        if self.listening or now < before:
            self._since = self._alive = int(now)

    def stop(self, now: float, reason: str = STOPPED) -> None:
        """Ends: listening is over until further notice."""
        if self.listening:
            self.lost(reason)
        else:
            self._write_until(int(now))
        self._row(self._since, None, NOT_LISTENING, reason)
        self.finish()

    def sync(self) -> None:
        """Puts on the disk what was written."""
        if self._part is not None:
            self._part.sync()

    def finish(self) -> None:
        """Hands the file over; the next line begins another."""
        part, self._part = self._part, None
        if part is not None:
            part.finish()

    def _write_until(self, until: int, note: str = "") -> None:
        if until <= self._since:
            return
        state, reason = (LISTENING, note) if self.listening else (NOT_LISTENING, self._reason)
        self._row(self._since, until, state, reason)
        self._since = until

    def _row(self, since: int, until: int | None, state: str, reason: str) -> None:
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        if self._part is None:
            self._part = Part(self._inbox, self._feed, SUFFIX, since if until is None else until)
            self._day = since // _DAY_S
            rows.writerow(COLUMNS)
        rows.writerow([self._feed, _text(since), "" if until is None else _text(until), state, reason])
        self._part.append(text.getvalue().encode())


def _text(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def last_known(inbox: Path, feed: str) -> int | None:
    """Up to when a run that was killed had written, seconds since 1970 UTC; None where none left anything."""
    latest = None
    for path in left_behind(inbox, feed):
        if not path.name.endswith(f".{SUFFIX}.part"):
            continue
        whole = path.read_bytes().rpartition(b"\n")[0].decode("utf-8", "replace")
        for row in csv.DictReader(io.StringIO(whole)):
            try:
                until = int(datetime.fromisoformat(row["to_ts"]).timestamp())
            except (KeyError, TypeError, ValueError, OverflowError):
                continue
            latest = max(until, latest or until)
    return latest
