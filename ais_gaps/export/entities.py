"""Ships, who lists them and who owns them as entities of FollowTheMoney (https://followthemoney.tech), as plain JSON.

Only what the archive holds, each with who says so. Rows are of one ship where their IMO number says so, never by their name. No
entity says that a listing is in force today (``topics`` is not set), for the archive holds copies of lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from unicodedata import normalize
from urllib.parse import urlsplit, urlunsplit

from ais_gaps.dossier import Dossier
from ais_gaps.dossier.identity import imo_of, notes_of, register_row
from ais_gaps.evidence import Evidence
from ais_gaps.evidence.ids import digest
from ais_gaps.evidence.listings import Match, matches
from ais_gaps.evidence.listings.row import AUTHORITY_NOT_NAMED
from ais_gaps.itu import MID_FLAGS
from ais_gaps.names import tidy

Row: TypeAlias = Mapping[str, Any]
Entity: TypeAlias = dict[str, Any]

_QUOTED = re.compile(r"[\"'](.*)[\"']")
_FLAGS = frozenset(MID_FLAGS.values())
_FIRST_YEAR, _LAST_YEAR = 1800, 2199


@dataclass
class _Ship:
    """All rows of one ship. ``said``: sentences that must stand with her."""

    key: str
    heard: Row | None = None
    entries: list[Row] = field(default_factory=list)
    listed: list[tuple[Row, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def of_vessel(dossier: Dossier, evidence: Evidence) -> Iterator[Entity]:
    """The dossier's vessel, the listings that are hers beyond doubt (`evidence.listings.matches`), and her registered owner.

    Other ships of her name, and listings that only may be hers, are not in it.
    """
    vessel = dossier.vessel
    entry = register_row(vessel, evidence.vessels)
    imo = imo_of(vessel, entry)
    found: Sequence[Match] = matches(
        evidence.listings,
        imo=imo,
        mmsi=vessel["mmsi"],
        call_signs=[call for call in vessel["call_signs"] or () if call],
        names=[n for n in (vessel["name"], *(vessel["former_names"] or ()), entry and entry["name"]) if n],
    )
    listed = [(match.row, "" if match.basis == "IMO number" else match.text) for match in found if match.certain]
    key = f"IMO{imo}" if imo is not None else str(vessel["vessel"])
    said = [statement.text for statement in dossier.banner]
    yield from _entities(_Ship(key, vessel, [] if entry is None else [entry], listed, said), evidence)


def of_evidence(evidence: Evidence) -> Iterator[Entity]:
    """Every ship of the register and of the lists, every listing, and registered owners; what was heard by AIS is not in it.

    Rows of one IMO number are one ship. A row without one is a ship by itself: names and MMSIs pass from ship to ship.
    """
    ships: dict[str, _Ship] = {}
    for row in evidence.vessels.to_pylist():
        key = _key(row["imo"], row["vessel_id"])
        ships.setdefault(key, _Ship(key)).entries.append(row)
    for row in evidence.listings.to_pylist():
        key = _key(row["imo"], row["listing_id"])
        ships.setdefault(key, _Ship(key)).listed.append((row, ""))
    for ship in ships.values():
        yield from _entities(ship, evidence)


def _key(imo: int | None, row_id: str) -> str:
    return f"IMO{imo}" if imo is not None else f"row {row_id}"


def _entities(ship: _Ship, evidence: Evidence) -> Iterator[Entity]:
    vessel = _vessel(ship, evidence)
    yield vessel
    for entry in ship.entries:
        if entry["owner"]:
            yield from _owner(entry, vessel["id"])
    for row, why in ship.listed:
        yield _sanction(row, why, vessel["id"])


def _vessel(ship: _Ship, evidence: Evidence) -> Entity:
    heard = ship.heard or {}
    entries, listed = ship.entries, [row for row, _ in ship.listed]
    names = [heard.get("name"), *(e[n] for e in entries for n in ("name", "name_native"))]
    names = names if any(names) else [row["name"] for row in listed]
    former = [*(heard.get("former_names") or ()), *(n for e in entries for n in e["former_names"] or ())]
    other = [n for e in entries for n in e["spellings"] or ()]
    other += [n for row in listed for n in (row["name"], *(row["aliases"] or ()))]
    imos = {*(row["imo"] for row in (*entries, *listed)), heard.get("imo")} - {None}
    imo = next(iter(imos)) if len(imos) == 1 else None
    mmsi = [
        *(heard.get("mmsi") or ()),
        *(e["mmsi"] for e in entries),
        *(m for row in listed for m in row["mmsi"] or ()),
    ]
    calls = [*(heard.get("call_signs") or ()), *(e["call_sign"] for e in entries)]
    calls += [call for row in listed for call in row["call_sign"] or ()]
    flags = [heard.get("flag"), *(row["flag"] for row in (*entries, *listed))]
    rows = [*entries, *listed]
    notes = [*ship.said, *_notes(ship, imo, evidence)]
    notes += [f"Flag as a list writes it: {flag}." for flag in flags if flag and flag.upper() not in _FLAGS]
    known = _names(names)
    return _entity(
        "Vessel",
        ship.key,
        name=known,
        previousName=_names(former),
        alias=[name for name in _names(other) if name not in known],
        imoNumber=[f"IMO{imo}"] if imo is not None else [],
        mmsi=[str(number) for number in mmsi if number],
        callSign=calls,
        flag=[flag.lower() for flag in flags if flag and flag.upper() in _FLAGS],
        type=[heard.get("ship_type"), *(row["ship_type"] for row in rows)],
        grossRegisteredTonnage=[_number(row["gross_tonnage"]) for row in rows],
        buildDate=[_year(row["year_built"]) for row in rows],
        sourceUrl=[
            url for e in entries for one in (e["url"], *(e["further_sources"] or "").split()) if (url := _url(one))
        ],
        publisher=[e["publisher"] for e in entries],
        notes=notes,
    )


def _notes(ship: _Ship, imo: int | None, evidence: Evidence) -> Iterator[str]:
    """What is doubtful in it, and what the register says beyond the fields that there are."""
    notes = () if imo is None else notes_of(imo, evidence.notes, "identity")
    doubts = [note["text"] for note in notes if note["vessel_imos"]]
    yield from doubts
    for entry in ship.entries:
        if entry["identity_note"] and not doubts:
            yield f"{entry['identity_note'].rstrip('.')}."
        if entry["note"]:
            yield entry["note"]
        if entry["home_port"]:
            yield f"Home port: {entry['home_port']}."
        if entry["linked_to"]:
            yield f"Manager or company named with the ship: {entry['linked_to']}."


def _owner(entry: Row, vessel: str) -> Iterator[Entity]:
    """The registered owner as the register words it. Nothing says that two owners of one name are one, so each is by itself."""
    owner = _entity("LegalEntity", f"owner {entry['vessel_id']}", name=_names([entry["owner"]]), **_source(entry))
    yield owner
    yield _entity(
        "Ownership",
        f"ownership {entry['vessel_id']}",
        owner=[owner["id"]],
        asset=[vessel],
        role=["registered owner"],
        recordId=[entry["vessel_id"]],
        **_source(entry),
    )


def _sanction(row: Row, why: str, vessel: str) -> Entity:
    listed = [row["listed_on"].isoformat()] if row["listed_on"] else []
    company = f"Company listed with her: {row['linked_to']}." if row["linked_to"] else None
    read = ", ".join(part for part in (row["title"], row["published"]) if part)
    return _entity(
        "Sanction",
        f"listing {row['listing_id']}",
        entity=[vessel],
        authority=[row["authority"]] if row["authority"] != AUTHORITY_NOT_NAMED else [],
        authorityId=[row["entity_id"]],
        program=[row["programme"]],
        reason=[row["basis"]],
        summary=[row["list"]],
        listingDate=listed,
        startDate=listed,
        endDate=[row["delisted_on"].isoformat()] if row["delisted_on"] else [],
        date=[row["seen_on"].isoformat()] if row["seen_on"] else [],
        description=[row["note"], company, f"Read in: {read}." if read else None, why],
        recordId=[row["listing_id"]],
        **_source(row),
    )


def _source(row: Row) -> dict[str, list[str | None]]:
    return {"publisher": [row["publisher"]], "sourceUrl": [_url(row["url"])]}


def _entity(schema: str, key: str, **properties: Iterable[str | None]) -> Entity:
    """An entity with an id made from what it is, the same in every export; properties without a value are left out."""
    told = {name: words for name, values in properties.items() if (words := _words(values))}
    return {"id": digest(f"ais-gaps-{schema.lower()}", key), "schema": schema, "properties": told}


def _words(values: Iterable[str | None]) -> list[str]:
    """Texts on one line, composed (Unicode NFC), without anything hidden, each once."""
    return list(dict.fromkeys(word for value in values if value and (word := normalize("NFC", tidy(value)))))


def _names(values: Iterable[str | None]) -> list[str]:
    """The same without the quotation marks around a name, which FollowTheMoney takes off."""
    return _words(_unquoted(word) for word in _words(values))


def _unquoted(name: str) -> str:
    while (within := _QUOTED.fullmatch(name)) is not None:
        name = within[1].strip()
    return name


def _url(value: str | None) -> str | None:
    """An address as FollowTheMoney writes it; None for what is no address on the web."""
    try:
        parts = urlsplit(value or "")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return urlunsplit(parts._replace(path=parts.path or "/"))


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.10g}"


def _year(value: int | None) -> str | None:
    return str(value) if value is not None and _FIRST_YEAR <= value <= _LAST_YEAR else None
