"""Commits of long ago, kept in one file: a log of years has thousands, each in a file of its own.

Commits never change, so what is kept is what the log says, as long as the log is the same: its commit at which the file ends is
compared. Like all that is kept it can be thrown away at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from ais_gaps.store import kept

EVERY: Final = 64
"""The file is written anew when so many commits have come since."""

_SUFFIX: Final = "commits"
_ROWS: Final = pa.schema([("version", pa.int64()), ("ms", pa.int64()), ("record", pa.string())])


@dataclass(frozen=True)
class Commit:
    """One commit of an ingest: the Delta version, when it was made in milliseconds since 1970, and what it says, as JSON."""

    version: int
    ms: int
    record: str


class Past:
    """The commits of a Delta table's ingests up to some version."""

    def __init__(self, table: Path) -> None:
        self._log = table / "_delta_log"
        self._folder = table.parent / "log"
        self._until = -1
        self._rows: list[Commit] = []

    def read(self, version: int) -> tuple[int, list[Commit]]:
        """The newest version, not above the one given, up to which commits are kept, and these; -1 where none are."""
        names = self._folder.glob(f"*.{_SUFFIX}") if self._folder.is_dir() else ()
        versions = {int(path.name[:20]) for path in names if path.name[:20].isdigit()}
        for until in sorted((known for known in versions if known <= version), reverse=True):
            path = self._path(until)
            tables = None if path is None else kept.read(path, [_ROWS])
            if tables is not None:
                self._until = until
                self._rows = [Commit(**row) for row in tables[0].to_pylist()]
                break
        return self._until, list(self._rows)

    def add(self, commits: Sequence[Commit], version: int) -> None:
        """Takes the commits since the last, up to a version; keeps them all once there are many new ones."""
        self._rows += commits
        if version - self._until < EVERY:
            return
        path = self._path(version)
        if path is not None:
            columns = [[getattr(row, name) for row in self._rows] for name in _ROWS.names]
            kept.keep(path, [pa.table(columns, schema=_ROWS)], most=2)
            self._until = version

    def _path(self, version: int) -> Path | None:
        """The file of commits up to one; None where the log has no such commit any more."""
        try:
            last = (self._log / f"{version:020d}.json").read_bytes()
        except OSError:
            return None
        return self._folder / f"{version:020d}-{hashlib.sha256(last).hexdigest()[:16]}.{_SUFFIX}"
