"""Rows of `LISTINGS` put together, whatever list they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from ais_gaps.evidence.listings import values
from ais_gaps.evidence.tables import LISTINGS, REFUSED

AUTHORITY_NOT_NAMED = "authority not named"
"""Stands where a file does not say who lists the ship."""


@dataclass
class Entry:
    """What one row of a list says, and what must be said with it.

    Attributes:
        cells: values of `LISTINGS` by column; what is absent is null.
        remarks: whole sentences for `note`.
        imos: her IMO numbers, a row for each; where there are several, nothing says which is hers.
        over: the list keeps her as one who was listed and is no longer; so this copy does not say that she is in it.
    """

    cells: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    imos: list[int] = field(default_factory=list)
    over: bool = False

    def remark(self, label: str, said: Iterable[str | None]) -> None:
        """Adds "Label: this; that." where anything is said."""
        if shown := values.texts(said):
            self.remarks.append(f"{label}: {'; '.join(shown).rstrip('.')}.")

    def take_imo(self, said: Iterable[str | None]) -> None:
        """Sets the IMO numbers."""
        found = [values.imo(value) for value in values.texts(said)]
        self.remarks += dict.fromkeys(problem for _, problem in found if problem is not None)
        self.imos = list(dict.fromkeys(number for number, _ in found if number is not None))
        if len(self.imos) > 1:
            several = ", ".join(map(str, self.imos))
            self.remarks.append(f"The list gives several IMO numbers for her, {several}; there is a row for each.")

    def take_mmsi(self, said: Iterable[str | None]) -> None:
        """Sets the MMSIs."""
        found = [values.mmsi(value) for value in values.texts(said)]
        self.remarks += dict.fromkeys(problem for _, problem in found if problem is not None)
        self.cells["mmsi"] = list(dict.fromkeys(number for number, _ in found if number is not None)) or None

    def take_day(self, column: str, words: str, said: Iterable[str | None]) -> None:
        """Sets a day. Several different ones are none, since nothing says which holds."""
        found = [values.day(value) for value in values.texts(said)]
        self.remarks += dict.fromkeys(f"{words}: {problem}" for _, problem in found if problem is not None)
        days = sorted({day for day, _ in found if day is not None})
        if len(days) > 1:
            several = ", ".join(day.isoformat() for day in days)
            self.remarks.append(f"{words}: the list gives several days, {several}; none is taken.")
        self.cells[column] = days[0] if len(days) == 1 else None


@dataclass(frozen=True)
class Refusal:
    """A row about a ship that is not taken, and why."""

    reason: str


Read = Iterator[tuple[int, Entry | Refusal]]
"""What a reader of a format gives: each row that is about a ship, with the line it ends on."""


def tables(read: Read, *, file: str, sha256: str, known: Mapping[str, Any]) -> tuple[pa.Table, pa.Table]:
    """The rows taken (`LISTINGS`) and refused (`REFUSED`).

    Args:
        read: the rows.
        file: name of the file. sha256: its hash, hexadecimal.
        known: what holds for each row that does not say it itself, by column.
    """
    taken: dict[str, list[Any]] = {name: [] for name in LISTINGS.names}
    refused: dict[str, list[Any]] = {name: [] for name in REFUSED.names}
    ids: dict[str, int] = {}
    for line, entry in read:
        problem = entry.reason if isinstance(entry, Refusal) else _problem(entry)
        if isinstance(entry, Refusal) or problem is not None:
            for name, value in zip(REFUSED.names, (file, line, problem), strict=True):
                refused[name].append(value)
            continue
        for imo in entry.imos or (None,):
            row = _row(entry, imo, known, sha256)
            row["listing_id"] = _distinct(row.get("listing_id") or f"{known['format']}:{line}", sha256, ids)
            for name, column in taken.items():
                column.append(row.get(name))
    return pa.table(taken, schema=LISTINGS.arrow), pa.table(refused, schema=REFUSED.arrow)


def _row(entry: Entry, imo: int | None, known: Mapping[str, Any], sha256: str) -> dict[str, Any]:
    row = {**known, **{name: value for name, value in entry.cells.items() if value is not None}, "imo": imo}
    remarks = list(entry.remarks)
    listed, delisted, seen = row.get("listed_on"), row.get("delisted_on"), row.get("seen_on")
    if listed is not None and delisted is not None and delisted < listed:
        remarks.append(f"Listed on {listed}, delisted on {delisted} before that: neither day is taken.")
        row["listed_on"] = row["delisted_on"] = delisted = None
    if entry.over or (delisted is not None and seen is not None and delisted <= seen):
        row["seen_on"] = None
    row["note"] = " ".join(remarks) or None
    row["source_sha256"] = sha256
    row["authority"] = row.get("authority") or AUTHORITY_NOT_NAMED
    return row


def _problem(entry: Entry) -> str | None:
    if entry.cells.get("name") is None and not entry.imos:
        return " ".join(["neither a name nor a valid IMO number", *(f"({remark})" for remark in entry.remarks)])
    return None


def _distinct(wanted: str, sha256: str, ids: dict[str, int]) -> str:
    """The id with the start of the file's hash, so that copies of a list on two days do not share ids; counted where it repeats."""
    ids[wanted] = ids.get(wanted, 0) + 1
    return f"{wanted}@{sha256[:8]}" + (f"#{ids[wanted]}" if ids[wanted] > 1 else "")
