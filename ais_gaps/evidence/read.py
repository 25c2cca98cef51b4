"""Evidence files to Arrow tables. A row that cannot be taken is refused by itself, with its reason; the rest is read."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from ais_gaps.errors import SourceError
from ais_gaps.evidence import tables
from ais_gaps.evidence.cells import parser
from ais_gaps.evidence.names import resolve
from ais_gaps.evidence.tables import REFUSED
from ais_gaps.itu import imo_valid
from ais_gaps.schema import Table

_PUBLISHED = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("observations", "kind"): tuple(tables.OBSERVATION_KINDS),
    ("observations", "date_precision"): tables.DATE_PRECISIONS,
    ("events", "date_precision"): tables.DATE_PRECISIONS,
    ("notes", "kind"): tuple(tables.NOTE_KINDS),
}


@dataclass(frozen=True)
class EvidenceFile:
    """One file that evidence was read from."""

    name: str
    sha256: str
    rows: int
    refused: int


@dataclass(frozen=True)
class Evidence:
    """All tables of evidence, each with the schema of its `tables` declaration, and what was refused."""

    vessels: pa.Table
    listings: pa.Table
    fleet: pa.Table
    places: pa.Table
    observations: pa.Table
    events: pa.Table
    notes: pa.Table
    refused: pa.Table
    files: tuple[EvidenceFile, ...] = ()

    @classmethod
    def none(cls) -> Evidence:
        """Tables without rows."""
        return cls.of({})

    @classmethod
    def of(cls, rows: Mapping[str, pa.Table], files: tuple[EvidenceFile, ...] = ()) -> Evidence:
        """Evidence from tables by name, as an archive keeps them; those that are missing have no rows.

        Each is brought to the columns of its declaration, in their order.
        """
        shaped = {
            t.name: rows[t.name].select(t.names).cast(t.arrow) if t.name in rows else t.arrow.empty_table()
            for t in (*tables.TABLES, REFUSED)
        }
        return cls(**shaped, files=files)

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables by name, for an archive to keep; the first column of each is its key."""
        return {t.name: getattr(self, t.name) for t in tables.TABLES}


def read_folder(folder: Path) -> Evidence:
    """The evidence of a folder: a file ``TABLE.csv`` for each of `tables.TABLES`, or fewer.

    Observations that name ships without IMO numbers get them from the register, where a name tells one ship (`names.resolve`).

    Raises:
        SourceError: no file of evidence is there, or one cannot be read at all.
    """
    found: dict[str, pa.Table] = {}
    refused: list[pa.Table] = []
    files: list[EvidenceFile] = []
    for table in tables.TABLES:
        path = folder / f"{table.name}.csv"
        if not path.is_file():
            found[table.name] = table.arrow.empty_table()
            continue
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SourceError(f"{path.name}: cannot be read: {error.strerror}") from error
        found[table.name], turned_away = parse(content, table, path.name)
        refused.append(turned_away)
        digest = hashlib.sha256(content).hexdigest()
        files.append(EvidenceFile(path.name, digest, found[table.name].num_rows, turned_away.num_rows))
    if not files:
        names = ", ".join(f"{t.name}.csv" for t in tables.TABLES)
        raise SourceError(f"{folder}: no evidence there; looked for {names}")
    found["observations"] = resolve(found["observations"], found["vessels"])
    return Evidence(**found, refused=pa.concat_tables(refused), files=tuple(files))


def parse(content: bytes, table: Table, file: str) -> tuple[pa.Table, pa.Table]:
    """The rows of one CSV file, and those refused (`REFUSED`). Columns that the table does not have are passed over.

    Raises:
        SourceError: not UTF-8, not CSV, or a column is missing that every row must have.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 text") from error
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    judge = _Judge(table)
    taken: dict[str, list[Any]] = {name: [] for name in table.names}
    refused: dict[str, list[Any]] = {name: [] for name in REFUSED.names}
    try:
        header = [name.strip() for name in next(lines, [])]
        missing = [c.name for c in table.columns if not c.nullable and c.name not in header]
        if missing:
            raise SourceError(f"{file}: no column {missing[0]}; {table.name} need {', '.join(missing)}")
        for cells in lines:
            if not cells:
                continue
            try:
                if len(cells) != len(header):
                    raise ValueError(f"{len(cells)} cells where the header has {len(header)}")
                row = judge.row(dict(zip(header, cells, strict=True)))
            except ValueError as error:
                for name, value in zip(REFUSED.names, (file, lines.line_num, str(error)), strict=True):
                    refused[name].append(value)
                continue
            for name, value in row.items():
                taken[name].append(value)
    except csv.Error as error:
        raise SourceError(f"{file}: not readable as CSV at line {lines.line_num}: {error}") from error
    return pa.table(taken, schema=table.arrow), pa.table(refused, schema=REFUSED.arrow)


class _Judge:
    """Reads and checks the rows of one table, in order; remembers ids."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.parsers = {c.name: parser(c.type) for c in table.columns}
        self.key = table.names[0]
        self.seen: set[str] = set()

    def row(self, cells: Mapping[str, str]) -> dict[str, Any]:
        """The values of a row; ValueError with the reason where it cannot be taken."""
        row: dict[str, Any] = {}
        for column in self.table.columns:
            try:
                row[column.name] = self.parsers[column.name](cells.get(column.name, ""))
            except ValueError as error:
                raise ValueError(f"{column.name} {error}") from None
            if row[column.name] is None and not column.nullable:
                raise ValueError(f"{column.name} is missing")
        self._check(row)
        if row[self.key] in self.seen:
            raise ValueError(f"{self.key} {row[self.key]} is there twice")
        self.seen.add(row[self.key])
        return row

    def _check(self, row: Mapping[str, Any]) -> None:
        for (table, column), words in _WORDS.items():
            if table == self.table.name and row[column] is not None and row[column] not in words:
                raise ValueError(f"{column} is none of {', '.join(words)}")
        start, end = row.get("date_start"), row.get("date_end")
        if end is not None and (start is None or end < start):
            raise ValueError("date_end lies before date_start" if start else "date_end without date_start")
        for name, limit in (("lat", 90), ("lon", 180)):
            if row.get(name) is not None and abs(row[name]) > limit:
                raise ValueError(f"{name} is out of range")
        if (row.get("lat") is None) != (row.get("lon") is None):
            raise ValueError("lat without lon, or lon without lat")
        for imo in (row.get("imo"), *(row.get("vessel_imos") or ())):
            if imo is not None and not imo_valid(imo):
                raise ValueError(f"IMO number {imo} is not valid (seven digits, the last a check digit)")
        named, imos = row.get("vessels_named"), row.get("vessel_imos")
        if "vessels_named" in row and imos is not None and len(imos) != len(named or ()):
            raise ValueError("vessel_imos and vessels_named differ in number")
        if row.get("url") is not None and not row["url"].startswith(("https://", "http://")):
            raise ValueError("url is not an http or https address")
        if row.get("published") is not None and not _PUBLISHED.fullmatch(row["published"]):
            raise ValueError("published is not YYYY-MM-DD, YYYY-MM or YYYY")
