"""What a daily run did: a line for programs, a few lines for a person."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from ais_gaps.daily.inbox import printable
from ais_gaps.errors import AisGapsError
from ais_gaps.ingest.listening import READER as LISTENING
from ais_gaps.moments import iso

FORM: Final = "ais_gaps.daily/1"


@dataclass
class Record:
    """What a daily run did.

    Attributes:
        started: when, UTC.
        taken: files that were stored by this run: file, where it was put (null if it stays), reader, rows_read, rows_kept,
            rows_duplicate, rows_rejected, first_ts, last_ts, sources (SHA-256; more than one of a zip).
        known: the same of files that the archive had already.
        refused: files that cannot be read: file, where it was put, reason.
        waiting: files that stay for the next run: file, reason.
        day: the newest day of the site; None where there is no complete day.
        newest_report: time of the newest report of the archive.
        pages: days whose list was made anew, in order.
        pages_kept: days of the site whose list was as it should be.
        files_changed: files of the site whose bytes are new.
        alerts: what became of the alerts, one plain line each; None where none were asked for.
        problems: what could not be done, one plain line each.
        notes: what else a person should know, one plain line each.
        seconds: how long it took.
    """

    started: datetime
    taken: list[dict[str, Any]] = field(default_factory=list)
    known: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    day: date | None = None
    newest_report: datetime | None = None
    pages: list[date] = field(default_factory=list)
    pages_kept: int = 0
    files_changed: int = 0
    alerts: list[str] | None = None
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def exit(self) -> int:
        """0 if all was done, else 1."""
        return 1 if self.problems else 0

    def line(self) -> bytes:
        """The whole record as one line of JSON."""
        values = {"form": FORM, **asdict(self), "exit": self.exit, "started": iso(self.started)}
        values["newest_report"] = None if self.newest_report is None else iso(self.newest_report)
        return orjson.dumps(values, default=str) + b"\n"

    def summary(self) -> Iterator[str]:
        """What a person should know, one line each; problems last."""
        yield from self.notes
        reports = sum(file["rows_kept"] for file in self.taken if file["reader"] != LISTENING)
        known = f", {_counted(len(self.known), 'file')} known already" if self.known else ""
        yield f"{_counted(len(self.taken), 'file')} taken with {_counted(reports, 'new report')}{known}"
        if self.waiting:
            yield f"{_counted(len(self.waiting), 'file')} left for the next run"
        if self.day is not None:
            yield (
                f"the site is at {self.day}: {_counted(len(self.pages), 'list')} made anew, {self.pages_kept:,} kept, "
                f"{_counted(self.files_changed, 'file')} changed"
            )
        if self.problems:
            yield f"{_counted(len(self.problems), 'thing')} could not be done:"
            yield from self.problems

    def keep(self, folder: Path) -> None:
        """Adds the line to ``runs/daily.ndjson`` of an archive's folder."""
        path = folder / "runs" / "daily.ndjson"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            os.write(handle, self.line())
        finally:
            os.close(handle)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def said(error: Exception) -> str:
    """An error as one plain line."""
    if isinstance(error, AisGapsError):
        return str(error)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return f"{printable(str(error.filename))}: {reason}" if error.filename else reason
    return f"unexpected {type(error).__name__}: {' '.join(str(error).split())[:300] or 'no reason given'}"
