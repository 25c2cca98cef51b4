"""Small tables of an archive (places, observations, ...): Delta tables of their own, each row with the time it became known."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema, Transaction, write_deltalake

from ais_gaps.store.retention import FOR_EVER


class Tables:
    """The small tables below a folder, one Delta table each."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str, schema: pa.Schema, *, as_known: datetime | None = None) -> pa.Table:
        """All rows of a table as of now or of a time; no rows where nothing was ever added."""
        folder = self.path / name
        if not DeltaTable.is_deltatable(str(folder)):
            return schema.empty_table()
        table = DeltaTable(folder)
        if as_known is not None:
            known = self.version(_history(table), as_known)
            if known is None:
                return schema.empty_table()
            table = DeltaTable(folder, version=known)
        files = pa.concat_tables([schema.empty_table(), *(_conformed(batch, schema) for batch in _batches(table))])
        return files.combine_chunks()

    def commits(self) -> dict[str, list[tuple[int, int]]]:
        """The commits of each table, by name: version (counted from 0) and time in milliseconds since 1970."""
        folders = sorted(self.path.iterdir()) if self.path.is_dir() else []
        tables = [folder for folder in folders if DeltaTable.is_deltatable(str(folder))]
        return {folder.name: _history(DeltaTable(folder)) for folder in tables}

    @staticmethod
    def version(history: list[tuple[int, int]], as_known: datetime | None) -> int | None:
        """The version that counts at a time, or now; None where the table was not there yet."""
        known = [version for version, ms in history if as_known is None or ms <= as_known.timestamp() * 1000]
        return max(known, default=None)

    def versions(self, *, as_known: datetime | None = None) -> dict[str, int]:
        """The version of each table as of now or of a time, by name; tables that were not there yet are left out."""
        found = {name: self.version(history, as_known) for name, history in self.commits().items()}
        return {name: version for name, version in found.items() if version is not None}

    def holds(self, name: str, key: str) -> bool:
        """Whether rows under this key (a file's SHA-256) were added to the table before."""
        folder = self.path / name
        return DeltaTable.is_deltatable(str(folder)) and DeltaTable(folder).transaction_version(key) is not None

    def append(self, name: str, rows: pa.Table, *, key: str) -> bool:
        """Adds rows once: False, and nothing added, where rows under this key are there already."""
        if self.holds(name, key):
            return False
        rows = rows.cast(pa.schema([field.with_nullable(True) for field in rows.schema]))
        properties = CommitProperties(app_transactions=[Transaction(key, 1)])
        # An archive of an earlier version of this program has fewer columns: they are added, null in the rows it has. What must
        # not be null is checked where rows are read; a table that forbids it could not be relaxed later.
        folder = self.path / name
        if not DeltaTable.is_deltatable(str(folder)):
            DeltaTable.create(folder, Schema.from_arrow(rows.schema), mode="ignore", configuration=FOR_EVER)
        write_deltalake(folder, rows, mode="append", schema_mode="merge", commit_properties=properties)
        return True


def _history(table: DeltaTable) -> list[tuple[int, int]]:
    return [(commit["version"], commit["timestamp"]) for commit in table.history()]


def _batches(table: DeltaTable) -> list[pa.Table]:
    import pyarrow.parquet as pq

    return [pq.ParquetFile(unquote(uri.removeprefix("file://"))).read() for uri in sorted(table.file_uris())]


def _conformed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        rows[f.name].cast(f.type) if f.name in rows.schema.names else pa.nulls(len(rows), f.type) for f in schema
    ]
    return pa.table(columns, schema=schema)
