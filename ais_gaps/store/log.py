"""The commits of an archive: which sources went in, in which order, and what the archive held at a time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import RemoveAction

from ais_gaps.errors import ArchiveError
from ais_gaps.schema import STORED_REPORTS
from ais_gaps.store.parts import Part, sync
from ais_gaps.store.past import Commit, Past
from ais_gaps.store.retention import FOR_EVER

_DAY_US = 86_400_000_000
_INGEST, _COMPACTION = "ais_gaps.ingest", "ais_gaps.compaction"


@dataclass(frozen=True)
class Ingest:
    """One committed ingest: one source.

    Attributes:
        id: name of its folder and stem of its parts.
        source: number of the source, counted from 1 in the order of commits; also the ``seq`` of its summary rows.
        files: SHA-256 of what it wrote: its parts by path below the table, its tables by name.
        version: the Delta version that committed it.
    """

    id: str
    source: int
    file: str
    sha256: str
    bytes: int
    reader: str
    provider: str
    receiver: str | None
    note: str | None
    ingested_at: str
    rows_read: int
    rows_kept: int
    rows_duplicate: int
    rows_rejected: int
    first_us: int | None
    last_us: int | None
    files: dict[str, str]
    version: int = -1

    def touches(self, first_day: int, last_day: int) -> bool:
        """Whether it can hold reports of the days since 1970 from the first to the second."""
        if self.first_us is None or self.last_us is None:
            return False
        return self.last_us // _DAY_US >= first_day and self.first_us // _DAY_US <= last_day


@dataclass(frozen=True)
class Compacted:
    """One compaction: what its parts' names begin with, and their SHA-256 by path below the table."""

    stem: str
    files: dict[str, str]


class Log:
    """The Delta table of reports, as a log of ingests."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = -1  # the version that `_commits` holds
        self._commits: list[tuple[int, Ingest]] = []
        self._past = Past(path)
        self._parts: tuple[int, list[Part]] = (-1, [])
        try:
            self._table = DeltaTable(path)
        except (TableNotFoundError, DeltaError, OSError) as error:
            raise ArchiveError(
                f"{path.parent} is not an ais_gaps archive, or its log is damaged: {_line(error)}"
            ) from error

    @classmethod
    def create(cls, path: Path) -> Log:
        """An empty log; one that is there already stays as it is."""
        schema = pa.schema([f.with_nullable(True) for f in STORED_REPORTS.arrow])
        DeltaTable.create(path, schema, mode="ignore", configuration=FOR_EVER)
        return cls(path)

    def refresh(self) -> None:
        """Sees what other processes have committed since."""
        self._table.update_incremental()

    @property
    def version(self) -> int:
        """The newest version seen."""
        return int(self._table.version())

    def holds(self, sha256: str) -> bool:
        """Whether a source of this hash is committed."""
        return self._table.transaction_version(sha256) is not None

    def ingests(self, *, as_known: datetime | None = None) -> list[Ingest]:
        """The ingests in the order of their commits, up to a time or all that there are now."""
        commits = self.commits()
        if as_known is None:
            return [ingest for _, ingest in commits]
        return [ingest for ms, ingest in commits if ms <= as_known.timestamp() * 1000]

    def commits(self) -> list[tuple[int, Ingest]]:
        """The ingests in the order of their commits, each with its time in milliseconds since 1970."""
        self.refresh()
        if self._read < 0:
            self._read, rows = self._past.read(self.version)
            self._commits = [(row.ms, Ingest(**json.loads(row.record), version=row.version)) for row in rows]
        if self._read != self.version:
            # Commits never change: only those since the last look are read, newest first as the log gives them.
            commits = self._table.history(self.version - self._read)
            new = [
                Commit(commit["version"], commit["timestamp"], commit[_INGEST])
                for commit in reversed(commits)
                if _INGEST in commit and commit["version"] > self._read
            ]
            self._commits += [(row.ms, Ingest(**json.loads(row.record), version=row.version)) for row in new]
            self._past.add(new, self.version)
            self._read = self.version
        return list(self._commits)

    def stems(self) -> set[str]:
        """What the names of all committed parts begin with, in this and every earlier version."""
        return {ingest.id for ingest in self.ingests()} | {compaction.stem for compaction in self.compactions()}

    def compactions(self) -> list[Compacted]:
        """The compactions, oldest first."""
        return [Compacted(**json.loads(c[_COMPACTION])) for c in reversed(self._table.history()) if _COMPACTION in c]

    def parts(self) -> list[Part]:
        """The parts that count, by path."""
        if self._parts[0] == self.version:
            return list(self._parts[1])
        names = ("path", "size_bytes", "num_records", "min.mmsi", "max.mmsi", "min.ts", "max.ts")
        actions = pa.table(self._table.get_add_actions(flatten=True)).to_pylist()
        found = sorted((Part(*(action[name] for name in names)) for action in actions), key=lambda part: part.path)
        self._parts = (self.version, found)
        return list(found)

    def commit(self, ingest: Ingest, parts: list[Part]) -> None:
        """Makes an ingest count. One atomic write; the source's hash goes in as application transaction."""
        record: dict[str, Any] = asdict(ingest)
        del record["version"]
        self._write(
            [part.add_action() for part in parts], {_INGEST: json.dumps(record)}, [Transaction(ingest.sha256, 1)]
        )

    def replace(self, stem: str, old: list[Part], new: list[Part]) -> None:
        """Puts new parts, whose names begin with ``stem``, in the place of old ones that hold the same reports."""
        now = int(datetime.now(UTC).timestamp() * 1000)
        removals = [RemoveAction(part.path, False, now, part.size, {}) for part in old]
        record = asdict(Compacted(stem, {part.path: part.sha256 for part in new}))
        self._write([*(p.add_action(data_change=False) for p in new), *removals], {_COMPACTION: json.dumps(record)}, [])

    def _write(self, actions: list[Any], metadata: dict[str, str], transactions: list[Transaction]) -> None:
        properties = CommitProperties(custom_metadata=metadata, app_transactions=transactions, max_commit_retries=0)
        self._table.create_write_transaction(
            actions, mode="append", schema=self._table.schema(), commit_properties=properties
        )
        self.refresh()
        # The table's library leaves it to the system when a commit reaches the disk.
        log = self.path / "_delta_log"
        sync(log / f"{self.version:020}.json")
        sync(log)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
