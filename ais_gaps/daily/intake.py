"""Stores what has arrived, file by file, and puts each file away once it is stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ais_gaps import readers
from ais_gaps.daily.filing import put_away
from ais_gaps.daily.inbox import REFUSED, Arrival, mark_of, printable
from ais_gaps.daily.reading import Reading, Rules
from ais_gaps.daily.record import Record, said
from ais_gaps.errors import AisGapsError, UsageError
from ais_gaps.holdings import Holdings, Progress, SourceResult
from ais_gaps.moments import iso
from ais_gaps.readers.source import sources
from ais_gaps.store.parts import sync

_COUNTS: Final = ("rows_read", "rows_kept", "rows_duplicate", "rows_rejected")
_FLUSHED_S: Final = 86_400
"""Every system writes out what it holds in memory long before a day has gone."""


class Intake:
    """Takes files of an inbox into an archive and tells it in a record.

    Args:
        archive: where they are stored.
        inbox: where they lie; what cannot be read goes to ``refused`` below it.
        done: where they go when they are stored; None = they stay.
        rules: how they are read.
        record: what is told of the run.
        on_progress: called often.
    """

    def __init__(
        self,
        archive: Holdings,
        inbox: Path,
        done: Path | None,
        rules: Rules,
        record: Record,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._archive, self._inbox, self._done, self._rules = archive, inbox, done, rules
        self._record, self._on_progress = record, on_progress

    def take(self, arrival: Arrival) -> None:
        """Stores a file and puts it away. What goes wrong is told in the record; the file then stays, or is refused."""
        name, reading = printable(arrival.name), self._rules.of(arrival.name)
        try:
            results = list(
                self._archive.ingest(
                    [arrival.path], reader=reading.reader, options=reading.options, on_progress=self._on_progress
                )
            )
        except UsageError as error:  # what is said about the file is wrong, not the file
            self._stays(name, str(error))
            return
        except Exception as error:  # a reader that fails on one file must not keep the others out
            results = [SourceResult(arrival.path.name, error=said(error))]
        if mark_of(arrival.path) != arrival.mark:
            self._record.waiting.append({"file": name, "reason": "it changed while it was read"})
            return
        failed = next((result for result in results if result.error is not None), None)
        if failed is not None or not results:
            self._failed(arrival, name, reading, "there is no file in it" if failed is None else str(failed.error))
            return
        self._stored(arrival, name, results)

    def _stored(self, arrival: Arrival, name: str, results: list[SourceResult]) -> None:
        counts = {count: sum(getattr(result, count) for result in results) for count in _COUNTS}
        told: dict[str, Any] = {
            "file": name,
            "put": None,
            "reader": results[0].reader,
            **counts,
            "first_ts": _iso(min((result.first_ts for result in results if result.first_ts), default=None)),
            "last_ts": _iso(max((result.last_ts for result in results if result.last_ts), default=None)),
            "sources": [result.sha256 for result in results],
        }
        (self._record.known if all(r.already_known for r in results) else self._record.taken).append(told)
        if not counts["rows_kept"] and counts["rows_rejected"]:
            self._record.problems.append(
                f"{name}: nothing of it could be used: {counts['rows_rejected']:,} of {counts['rows_read']:,} rows rejected, "
                "see ais-gaps rejects"
            )
        if self._done is not None:
            try:
                self._durable()
                told["put"] = printable(str(put_away(arrival.path, self._done, arrival.name)))
            except (AisGapsError, OSError) as error:
                self._record.problems.append(f"{name}: it is stored, and stays in the inbox: {said(error)}")

    def _failed(self, arrival: Arrival, name: str, reading: Reading, reason: str) -> None:
        """Refuses a file that cannot be read; one that can be is not to blame, and stays."""
        reason = reason.removeprefix(f"{arrival.path.name}: ")
        if not _unreadable(arrival.path, reading):
            self._stays(name, reason)
            return
        told: dict[str, Any] = {"file": name, "put": None, "reason": reason}
        self._record.refused.append(told)
        if self._done is None:
            self._record.problems.append(f"{name}: refused, and stays in the inbox: {reason}")
            return
        try:
            line = f"{iso(self._record.started)} {reason}"
            told["put"] = printable(str(put_away(arrival.path, self._inbox / REFUSED, arrival.name, reason=line)))
            self._record.problems.append(f"{name}: refused, it is in {REFUSED} now: {reason}")
        except AisGapsError as error:
            self._record.problems.append(f"{name}: refused: {reason}; {error}")

    def _stays(self, name: str, reason: str) -> None:
        self._record.waiting.append({"file": name, "reason": reason})
        self._record.problems.append(f"{name}: it could not be stored, and stays in the inbox: {reason}")

    def _durable(self) -> None:
        """Forces to disk what makes a source count: a file is not moved on the strength of a commit that a power cut would undo.

        The reports themselves are forced there by their ingest; records of listening go into a small table.
        """
        since = time.time() - _FLUSHED_S
        reports, listening = self._archive.path / "reports" / "_delta_log", self._archive.path / "tables" / "listening"
        for path in (*reports.glob("*.json"), *listening.rglob("*")):
            if path.is_dir() or path.stat().st_mtime >= since:
                sync(path)
        for folder in (reports, listening):
            if folder.is_dir():
                sync(folder)


def _unreadable(path: Path, reading: Reading) -> bool:
    """Whether a file cannot be read to its end, with no archive in play."""
    try:
        found = list(sources(path))
        for source in found:
            for _ in readers.recognise(source, reading.reader, reading.options).read(source, reading.options):
                pass
    except Exception:
        return True
    return not found


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
