"""Files of evidence into an archive, one after the other: what cannot be read is told in its result, the others go on."""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from ais_gaps.errors import AisGapsError, DataWarning, SourceError, UnknownFormat, UsageError
from ais_gaps.evidence import content, kept
from ais_gaps.evidence.content import Saying
from ais_gaps.evidence.judge import Judge, check_source
from ais_gaps.evidence.parcel import Parcel
from ais_gaps.evidence.read import refusals
from ais_gaps.evidence.tables import OBSERVATIONS, PLACES
from ais_gaps.names import tidy
from ais_gaps.store.tables import Tables

_NAMED = 5  # columns or ids in a warning


@dataclass(frozen=True)
class Imported:
    """What became of one file.

    Attributes:
        file: its name. sha256: of its content. format: what it was recognised as. table: where its rows went.
        rows_read: rows in it = taken + known + refused.
        rows_taken: rows that went in. rows_known: rows that the archive had already, word for word.
        rows_refused: rows that were not taken; refused_by_reason counts them by reason.
        already_known: the file itself was in already; nothing was done.
        error: why nothing of it could be read; null = it was.
        passed_over: it was not asked for by name and is no evidence; error says what it is.
    """

    file: str
    sha256: str | None = None
    format: str | None = None
    table: str | None = None
    rows_read: int = 0
    rows_taken: int = 0
    rows_known: int = 0
    rows_refused: int = 0
    refused_by_reason: Mapping[str, int] = field(default_factory=dict)
    already_known: bool = False
    error: str | None = None
    passed_over: bool = False


def take_in(tables: Tables, paths: Iterable[Path], place_ids: Collection[str], saying: Saying) -> list[Imported]:
    """Reads files and the files of folders, and adds what they hold.

    Warns (`DataWarning`) of columns that were passed over, and of place ids that nobody knows.

    Args:
        tables: the archive's small tables. paths: files or folders.
        place_ids: ids of the archive's places.
        saying: what the user says of the files.

    Raises:
        UsageError: what the user says is wrong.
        SourceError: a folder is empty.
    """
    try:
        check_source(dict(saying.source))
    except ValueError as error:
        raise UsageError(str(error)) from None
    results: list[Imported] = []
    used: dict[str, list[str]] = {}
    for path in paths:
        alone = not path.is_dir()
        results += [_one(tables, file, saying, used, alone=alone) for file in ([path] if alone else _files(path))]
    known = {*place_ids, *tables.read("evidence_places", PLACES.arrow)["place_id"].to_pylist()}
    for place_id in sorted(used.keys() - known):
        rows = ", ".join(used[place_id][:_NAMED])
        warnings.warn(
            f"no place has the id {tidy(place_id)}, which {rows} give; kept as it is", DataWarning, stacklevel=2
        )
    return results


def add_one(tables: Tables, cells: Mapping[str, Any]) -> str:
    """Adds one observation given by column, if it is not there with the same content already; its id.

    Raises:
        UsageError: it is refused; the message says why.
    """
    try:
        row = Judge(OBSERVATIONS).row(cells)
    except ValueError as error:
        raise UsageError(f"the observation is refused: {error}") from None
    rows = pa.Table.from_pylist([row], schema=OBSERVATIONS.arrow)
    key = hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()
    nothing = refusals("", [])
    added = kept.add(tables, Parcel("(given by hand)", key, "one observation", OBSERVATIONS.name, rows, nothing, [1]))
    if added.refused.num_rows:
        raise UsageError(f"the observation is refused: {added.refused['reason'][0]}")
    return str(row["obs_id"])


def _one(tables: Tables, path: Path, saying: Saying, used: dict[str, list[str]], *, alone: bool) -> Imported:
    try:
        parcel = content.read(path, saying)
        added = kept.add(tables, parcel)
    except AisGapsError as error:
        return Imported(path.name, error=str(error), passed_over=not alone and isinstance(error, UnknownFormat))
    if added.already_known:
        return Imported(parcel.file, parcel.sha256, parcel.format, parcel.table, already_known=True)
    if parcel.passed_over:
        names = ", ".join(tidy(name)[:40] for name in parcel.passed_over[:_NAMED])
        more = ", ..." if len(parcel.passed_over) > _NAMED else ""
        warnings.warn(f"{parcel.file}: columns passed over: {names}{more}", DataWarning, stacklevel=3)
    if parcel.table == OBSERVATIONS.name:
        _note_places(added.taken, used)
    refused, taken = added.refused.num_rows, added.taken.num_rows
    reasons = Counter(added.refused["reason"].to_pylist())
    return Imported(
        parcel.file,
        parcel.sha256,
        parcel.format,
        parcel.table,
        taken + added.known + refused,
        taken,
        added.known,
        refused,
        dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    )


def _note_places(observations: pa.Table, used: dict[str, list[str]]) -> None:
    rows = observations.select(["obs_id", "place_ids"]).filter(observations["place_ids"].is_valid())
    for row in rows.to_pylist():
        for place_id in row["place_ids"]:
            if place_id is not None:
                used.setdefault(place_id, []).append(row["obs_id"])


def _files(folder: Path) -> list[Path]:
    """The files of a folder and below, but hidden ones, by name."""
    found = [
        p for p in folder.rglob("*") if p.is_file() and not any(n.startswith(".") for n in p.relative_to(folder).parts)
    ]
    if not found:
        raise SourceError(f"{folder}: there is no file in it")
    return sorted(found)
