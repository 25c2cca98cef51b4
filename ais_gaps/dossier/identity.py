"""Who she is, who she is not, and which lists name her."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from ais_gaps.dossier import wording
from ais_gaps.dossier.model import Namesake, Provenance, Statement
from ais_gaps.dossier.wording import Row
from ais_gaps.evidence import Evidence, spelt
from ais_gaps.names import fold_all
from ais_gaps.reach import Speed

_UNKNOWN = {
    "length_m": "length",
    "year_built": "year built",
    "home_port": "home port",
    "former_names": "former names",
    "owner": "owner",
}


def register_row(vessel: Row, register: pa.Table) -> dict[str, Any] | None:
    """Her row of the register: by IMO number, else by MMSI where she claims no IMO number. Never by name."""
    rows = register.to_pylist()
    if vessel["imo"] is not None:
        return next((row for row in rows if row["imo"] == vessel["imo"]), None)
    return next((row for row in rows if row["mmsi"] is not None and row["mmsi"] in vessel["mmsi"]), None)


def imo_of(vessel: Row, entry: Row | None) -> int | None:
    """Her IMO number: the one she claims, else the register's."""
    imo: int | None = vessel["imo"]
    return imo if imo is not None or entry is None else entry["imo"]


def notes_of(imo: int | None, notes: pa.Table, kind: str) -> Iterator[dict[str, Any]]:
    """The notes of a kind that concern a ship: those that name her, and those that name none."""
    for row in notes.to_pylist():
        if row["kind"] == kind and (not row["vessel_imos"] or imo in row["vessel_imos"]):
            yield row


def cite(note: Row) -> tuple[str, ...]:
    """The refs of a note, itself first."""
    return (note["note_id"], *(ref for ref in note["refs"] or () if ref))


def who(vessel: Row, entry: Row | None, evidence: Evidence) -> tuple[Statement, ...]:
    """What the archive heard her say, what the register knows, and what is doubtful in it."""
    heard = [_numbers(vessel), vessel["ship_type"], _size(vessel), vessel["flag"] and f"flag {vessel['flag']} by MMSI"]
    text = f"In this archive: {', '.join(part for part in heard if part)}. {_span(vessel)}"
    statements = [Statement(text, _reports_of(vessel))]
    if former := [name for name in vessel["former_names"] or () if name]:
        statements.append(Statement(f"Earlier names that she sent: {', '.join(former)}."))
    statements += [Statement(f"{note.rstrip('.')}.") for note in vessel["notes"] or () if note]
    if entry is None:
        statements.append(
            Statement("The register at hand has no entry of her; what is said here is what she says of herself.")
        )
        return tuple(statements)
    native = f" ({entry['name_native']})" if entry["name_native"] else ""
    statements.insert(0, Statement(f"{entry['name']}{native}: {wording.ship(entry)}.", (entry["vessel_id"],)))
    if entry["note"]:
        statements.append(Statement(entry["note"], (entry["vessel_id"],)))
    if entry["mmsi"] is not None and entry["mmsi"] not in vessel["mmsi"]:
        statements.append(Statement(f"The register has another MMSI: {entry['mmsi']}.", (entry["vessel_id"],)))
    if missing := [word for column, word in _UNKNOWN.items() if not entry[column]]:
        statements.append(Statement(f"Not known: {wording.listing(missing)}.", (entry["vessel_id"],)))
    doubts = list(notes_of(imo_of(vessel, entry), evidence.notes, "identity"))
    statements += [Statement(note["text"], cite(note)) for note in doubts]
    if entry["identity_note"] and not doubts:
        statements.append(Statement(f"{entry['identity_note']}.", (entry["vessel_id"],)))
    return tuple(statements)


def _reports_of(vessel: Row) -> tuple[str, ...]:
    """The rows of the view `reports` that a statement on all of them rests on."""
    return tuple(f"MMSI {mmsi}" for mmsi in vessel["mmsi"])


def _numbers(vessel: Row) -> str:
    several = "MMSI " + ", ".join(str(mmsi) for mmsi in vessel["mmsi"])
    calls = [call for call in vessel["call_signs"] or () if call]
    return f"{several}{', call sign ' + ', '.join(calls) if calls else ''}"


def _size(vessel: Row) -> str | None:
    return f"{vessel['length']:,.10g} m" if vessel["length"] else None


def _span(vessel: Row) -> str:
    if vessel["first_ts"] is None or vessel["last_ts"] is None:
        return "No reports."
    first, last = wording.minute(vessel["first_ts"]), wording.minute(vessel["last_ts"])
    return f"{vessel['reports']:,} reports from {first} to {last}."


def namesakes(
    vessel: Row, entry: Row | None, like: pa.Table, evidence: Evidence, provenance: Provenance
) -> tuple[Namesake, ...]:
    """Other vessels whose name, or a former name, is hers or contains it, from the archive and the register."""
    own = {*_folds([vessel["name"], *(vessel["former_names"] or ())]), *(spelt(dict(entry)) if entry else ())} - {""}
    mine = imo_of(vessel, entry)
    heard = [
        row
        for row in like.to_pylist()
        if row["vessel"] != vessel["vessel"] and _alike(own, _folds([row["name"], *(row["former_names"] or ())]))
    ]
    known = [
        row
        for row in evidence.vessels.to_pylist()
        if row["vessel_id"] != (entry and entry["vessel_id"]) and row["imo"] != (mine or -1) and _alike(own, spelt(row))
    ]
    others = []
    for row in heard:
        other = register_row(row, evidence.vessels)
        known = [k for k in known if other is None or k["vessel_id"] != other["vessel_id"]]
        others.append(_namesake(row, other, evidence, provenance))
    return (*others, *(_namesake(None, row, evidence, provenance) for row in known))


def _folds(names: Sequence[str | None]) -> set[str]:
    return set(fold_all([name or "" for name in names])) - {""}


def _alike(own: set[str], other: Iterator[str] | set[str]) -> bool:
    return any(_holds(mine, theirs) or _holds(theirs, mine) for theirs in other for mine in own)


def _holds(longer: str, shorter: str) -> bool:
    """The same name, or one that has it as words of its own; a word of up to three letters is in too many names."""
    return longer == shorter or (len(shorter) > 3 and f" {shorter} " in f" {longer} ")


def _namesake(heard: Row | None, entry: Row | None, evidence: Evidence, provenance: Provenance) -> Namesake:
    said: list[Statement] = []
    name = "?"
    if entry is not None:
        name = entry["name"]
        former = [n for n in entry["former_names"] or () if n]
        text = wording.ship(entry) + (f"; earlier {', '.join(former)}" if former else "")
        said.append(
            Statement(f"{text[0].upper()}{text[1:]}." if text else "No more is known of her.", (entry["vessel_id"],))
        )
    if heard is not None:
        name = heard["name"] or name
        text = f"In this archive: {_span(heard)}"
        if provenance.as_of is not None and heard["last_ts"] is not None and heard["last_ts"] < provenance.as_of:
            text += f" Not heard again by {wording.minute(provenance.as_of)}."
        said.append(Statement(text))
    imo: int | None = next((row["imo"] for row in (heard, entry) if row is not None and row["imo"] is not None), None)
    if imo is not None:
        for kind in ("explanation", "identity"):
            said += [Statement(note["text"], cite(note)) for note in notes_of(imo, evidence.notes, kind)]
    found = tuple(word for word, row in (("archive", heard), ("register", entry)) if row is not None)
    return Namesake(name, imo, tuple(heard["mmsi"]) if heard else (), found, tuple(said))


def speed(vessel: Row, reckoned: Speed) -> Statement:
    """At what speed she is reckoned, and why."""
    return Statement(
        f"Reckoned at {reckoned.kn:g} knots: {reckoned.basis}.", _reports_of(vessel) if reckoned.own else ()
    )
