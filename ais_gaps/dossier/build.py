"""From tables to a dossier: pure, without a clock; the same rows give the same dossier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa

from ais_gaps import hulls
from ais_gaps.dossier import identity, judged
from ais_gaps.dossier.around import Around
from ais_gaps.dossier.beyond import FASTEST_KN, Places
from ais_gaps.dossier.candidates import candidates
from ais_gaps.dossier.clash import clashes
from ais_gaps.dossier.how import how
from ais_gaps.dossier.legs import Cut, cuts
from ais_gaps.dossier.limits import limits
from ais_gaps.dossier.listed import Listed
from ais_gaps.dossier.looks import looks
from ais_gaps.dossier.model import (
    SCHEMA,
    Citation,
    Dossier,
    EvidenceSource,
    Provenance,
    Series,
    Silence,
    Statement,
    as_json_value,
)
from ais_gaps.dossier.series import series
from ais_gaps.dossier.silences import Subject, elsewhere, silences
from ais_gaps.dossier.wording import Row
from ais_gaps.evidence import Evidence
from ais_gaps.reach import end_of


def build(
    vessel: Row,
    vessels_like: pa.Table,
    gaps: pa.Table,
    evidence: Evidence,
    provenance: Provenance,
    around: Around | None = None,
) -> Dossier:
    """The dossier of one vessel.

    Args:
        vessel: her row of the vessels table (`vessels.VESSELS`).
        vessels_like: rows of the same table that a search for her name gives; she may be among them.
        gaps: gaps with the columns of the gaps table; those of other vessels are passed over.
        evidence: what is publicly known; `Evidence.none` where there is nothing.
        provenance: what the dossier is made from.
        around: her speed, the sea and the places; None = silences are not cut and no reach is reckoned.
    """
    entry = identity.register_row(vessel, evidence.vessels)
    imo = identity.imo_of(vessel, entry)
    name = vessel["name"] or (entry["name"] if entry else None)
    subject = Subject(imo, name, vessel["mmsi"])
    hers = sorted(_hers(vessel, gaps.to_pylist()), key=lambda gap: (gap["off_ts"], str(gap["gap_id"])))
    cut = [Cut((), ())] * len(hers) if around is None else cuts(hers, imo, vessel["mmsi"], evidence, around)
    lists = Listed(vessel, entry, evidence)
    told = silences(hers, subject, evidence, cut, lists)
    if around is not None:
        her = _ship(vessel, imo, name, entry)
        told = tuple(
            replace(silence, candidates=candidates(silence, her, evidence, around, provenance.asked_as_of))
            for silence in told
        )
    counted = tuple(_series(told, evidence))
    known_by = f"IMO {imo}" if imo is not None else "MMSI " + ", ".join(str(mmsi) for mmsi in vessel["mmsi"])
    dossier = Dossier(
        schema=SCHEMA,
        title=f"{name or 'A vessel without a name'}, {known_by}",
        banner=_banner(evidence, provenance),
        vessel=vessel,
        who=identity.who(vessel, entry, evidence),
        not_her=identity.namesakes(vessel, entry, vessels_like, evidence, provenance),
        listed=lists.statements(),
        silences=told,
        elsewhere=elsewhere(subject, told, evidence),
        conflicts=_conflicts(imo, evidence) + _contradictions(imo, vessel, cut, evidence, around),
        limits=limits(imo, entry, told, evidence),
        citations=(),
        provenance=provenance,
        evidence=tuple(EvidenceSource(f.name, f.sha256, f.rows, f.refused) for f in evidence.files),
        speed=None if around is None else identity.speed(vessel, around.speed),
        series=counted,
        looks=tuple(_looks(told, evidence)),
        how=how(told, counted),
        track=() if around is None else around.track,
        judged=judged.basis(told),
    )
    cited = set(_refs(as_json_value(dossier)))
    return Dossier(**{**vars(dossier), "citations": tuple(_citations(cited, evidence))})


def _ship(vessel: Row, imo: int | None, name: str | None, entry: Row | None) -> hulls.Ship:
    """Her as hulls are held against her: with her length by the register, else by her own claim."""
    register_m, claimed_m = entry["length_m"] if entry else None, vessel["length"]
    said_by = "the register" if register_m is not None else "her own claim" if claimed_m is not None else None
    length_m = register_m if register_m is not None else claimed_m
    return hulls.Ship(
        name=name,
        imo=imo,
        mmsi=tuple(vessel["mmsi"]),
        length_m=length_m,
        length_from=said_by,
        ref=entry["vessel_id"] if entry else None,
    )


def _unexplained(told: Iterable[Silence]) -> list[Silence]:
    return [silence for silence in told if all(remark.kind != "explanation" for remark in silence.remarks)]


def _series(told: Iterable[Silence], evidence: Evidence) -> Iterator[Series]:
    """The series that a silence of hers has a finding in: others are no context of hers."""
    hers = {ref for silence in _unexplained(told) for group in silence.groups for f in group.findings for ref in f.refs}
    for found in series(evidence.observations, evidence.events, evidence.places):
        if any(hers.intersection(value.refs) for value in found.values):
            yield found


def _looks(told: Iterable[Silence], evidence: Evidence) -> Iterator[Statement]:
    """How often was looked, while she was silent, at the places that her silences have findings of; each statement once."""
    said: dict[Statement, None] = {}
    for silence in _unexplained(told):
        set_out = {ref for group in silence.groups for found in group.findings for ref in found.refs}
        if set_out:
            for statement in looks(evidence.observations, evidence.places, silence.gap["off_ts"], end_of(silence.gap)):
                if set_out.intersection(statement.refs):
                    said.setdefault(statement)
    yield from said


def _hers(vessel: Row, gaps: Iterable[Row]) -> Iterator[Row]:
    """Gaps of her MMSI, without those that the archive gives to another IMO number under the same MMSI."""
    for gap in gaps:
        other = None not in (gap["imo"], vessel["imo"]) and gap["imo"] != vessel["imo"]
        if gap["mmsi"] in vessel["mmsi"] and not other:
            yield gap


def _banner(evidence: Evidence, provenance: Provenance) -> tuple[Statement, ...]:
    """What must be said of the sources of reports, by the archive and by the notes, each once."""
    said: dict[str, Statement] = {}
    files = {source.file for source in provenance.sources}
    for note in evidence.notes.to_pylist():
        if note["kind"] == "source" and files & set(note["refs"] or ()):
            said[note["text"]] = Statement(note["text"], identity.cite(note))
    for source in provenance.sources:
        if source.note and source.note not in said:
            said[source.note] = Statement(source.note, (source.file,))
    return tuple(said.values())


def _conflicts(imo: int | None, evidence: Evidence) -> tuple[Statement, ...]:
    notes = identity.notes_of(imo, evidence.notes, "conflict")
    return tuple(Statement(note["text"], identity.cite(note)) for note in notes if note["date_start"] is None)


def _contradictions(
    imo: int | None, vessel: Row, cut: Iterable[Cut], evidence: Evidence, around: Around | None
) -> tuple[Statement, ...]:
    """Legs that she cannot have made, and sightings that cannot both be hers; what a leg says already is not said again."""
    legs = tuple(said for of_gap in cut for said in of_gap.impossible())
    located = Places(evidence.places).located
    speed_kn = FASTEST_KN if around is None else around.speed.kn
    pairs = clashes(evidence.observations.to_pylist(), located, imo, vessel["mmsi"], speed_kn)
    return legs + tuple(pair for pair in pairs if not any(set(pair.refs) <= set(leg.refs) for leg in legs))


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("refs", ())
        for item in value.values():
            yield from _refs(item)
    elif isinstance(value, list):
        for item in value:
            yield from _refs(item)


def _citations(cited: set[str], evidence: Evidence) -> Iterator[Citation]:
    """Cited rows with a publisher, in the order of the tables."""
    tables = (evidence.vessels, evidence.listings, evidence.fleet, evidence.places)
    for table in (*tables, evidence.observations, evidence.events, evidence.notes):
        key = table.column_names[0]
        for row in table.to_pylist():
            ref = f"OFAC {row[key]}" if key == "ofac_uid" else row[key]
            if ref in cited and row["publisher"]:
                yield Citation(ref, row["publisher"], row["title"], row["url"], row["published"])
