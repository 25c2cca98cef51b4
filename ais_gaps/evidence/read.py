"""Evidence files to Arrow tables. A row that cannot be taken is refused by itself, with its reason; the rest is read."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from ais_gaps.errors import SourceError
from ais_gaps.evidence import tables
from ais_gaps.evidence.judge import Judge
from ais_gaps.evidence.names import resolve
from ais_gaps.evidence.tables import REFUSED
from ais_gaps.schema import Table


@dataclass(frozen=True)
class EvidenceFile:
    """One file that evidence was read from: rows taken and refused, what it was recognised as, the table it went into."""

    name: str
    sha256: str
    rows: int
    refused: int
    format: str | None = None
    table: str | None = None


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
    found: dict[str, pa.Table] = {t.name: t.arrow.empty_table() for t in tables.TABLES}
    refused: list[pa.Table] = []
    files: list[EvidenceFile] = []
    for path in table_files(folder):
        table = table_named(path.stem)
        content = content_of(path)
        found[table.name], turned_away = parse(content, table, path.name)
        refused.append(turned_away)
        digest = hashlib.sha256(content).hexdigest()
        files.append(EvidenceFile(path.name, digest, found[table.name].num_rows, turned_away.num_rows))
    found["observations"] = resolve(found["observations"], found["vessels"])
    return Evidence(**found, refused=pa.concat_tables(refused), files=tuple(files))


def table_files(folder: Path) -> list[Path]:
    """The files ``TABLE.csv`` of a folder, in the order of `tables.TABLES`.

    Raises:
        SourceError: there is none.
    """
    found = [path for t in tables.TABLES if (path := folder / f"{t.name}.csv").is_file()]
    if not found:
        names = ", ".join(f"{t.name}.csv" for t in tables.TABLES)
        raise SourceError(f"{folder}: no evidence there; looked for {names}")
    return found


def table_named(name: str) -> Table:
    """The declaration of a table."""
    return next(t for t in tables.TABLES if t.name == name)


def content_of(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read: {error.strerror}") from error


def text_of(content: bytes, file: str) -> str:
    """UTF-8 text, with or without a byte order mark.

    Raises:
        SourceError: it is none; the message says where.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{file}: not UTF-8 text (line {line}); save it as UTF-8") from error


def header_of(text: str) -> list[str]:
    """The column names of a CSV file; none where the first line cannot be read."""
    try:
        return [name.strip() for name in next(csv.reader(io.StringIO(text, newline=""), strict=True), [])]
    except csv.Error:
        return []


def parse(content: bytes, table: Table, file: str) -> tuple[pa.Table, pa.Table]:
    """The rows of one CSV file, and those refused (`REFUSED`); see `parse_lines`."""
    rows, _, refused = parse_lines(content, table, file)
    return rows, refused


def parse_lines(
    content: bytes, table: Table, file: str, source: Mapping[str, Any] | None = None
) -> tuple[pa.Table, list[int], pa.Table]:
    """The rows of one CSV file, the line on which each ends, and those refused.

    Columns that the table does not have are passed over.

    Args:
        content: UTF-8 text with a header. table: the declaration. file: its name, for messages.
        source: what holds for every row that does not say otherwise, by column (see `judge.Judge`).

    Raises:
        SourceError: not UTF-8, no header, or a column is missing that every row must have.
    """
    text = text_of(content, file)
    header = header_of(text)
    if missing := _missing(table, header):
        needed = [c.name for c in table.columns[1:] if not c.nullable]
        raise SourceError(f"{file}: no column {missing[0]}; {table.name} need {', '.join(needed)}")
    if twice := [name for name in dict.fromkeys(header) if name in table.names and header.count(name) > 1]:
        raise SourceError(f"{file}: the column {twice[0]} is there twice")
    judge = Judge(table, source)
    taken: list[dict[str, Any]] = []
    ends: list[int] = []
    refused: list[tuple[int, str]] = []
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    next(lines)
    while True:
        began = lines.line_num + 1
        try:
            cells = next(lines)
            if not cells:
                continue
            if len(cells) != len(header):
                raise ValueError(f"{len(cells)} cells where the header has {len(header)}")
            taken.append(judge.row(dict(zip(header, cells, strict=True))))
            ends.append(lines.line_num)
        except StopIteration:
            break
        except csv.Error as error:
            refused.append((lines.line_num, f"not readable as CSV from line {began}: {error}"))
        except ValueError as error:
            refused.append((lines.line_num, str(error)))
    return pa.Table.from_pylist(taken, schema=table.arrow), ends, refusals(file, refused)


def refusals(file: str, refused: Sequence[tuple[int, str]]) -> pa.Table:
    """Rows of `REFUSED`: line or number, and reason."""
    rows = [{"file": file, "line": line, "reason": reason} for line, reason in refused]
    return pa.Table.from_pylist(rows, schema=REFUSED.arrow)


def _missing(table: Table, header: Sequence[str]) -> list[str]:
    """The columns that every row must have and none can. Days may follow from a time, and ids are made."""
    given = set(header)
    if "ts" in given:
        given |= {"date_start", "date_end"}
    elif "date_start" in given:
        given.add("date_end")
    return [c.name for c in table.columns[1:] if not c.nullable and c.name not in given]
