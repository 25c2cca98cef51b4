"""From tables to a dossier: pure, without a clock; the same rows give the same dossier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from ais_gaps.dossier import identity
from ais_gaps.dossier.around import Around
from ais_gaps.dossier.legs import Cut, cuts
from ais_gaps.dossier.limits import limits
from ais_gaps.dossier.listed import Listed
from ais_gaps.dossier.model import SCHEMA, Citation, Dossier, EvidenceSource, Provenance, Statement, as_json_value
from ais_gaps.dossier.silences import Subject, elsewhere, silences
from ais_gaps.dossier.wording import Row
from ais_gaps.evidence import Evidence


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
    subject = Subject(imo, name)
    hers = sorted(_hers(vessel, gaps.to_pylist()), key=lambda gap: (gap["off_ts"], str(gap["gap_id"])))
    cut = [Cut((), ())] * len(hers) if around is None else cuts(hers, imo, vessel["mmsi"], evidence, around)
    lists = Listed(vessel, entry, evidence)
    told = silences(hers, subject, evidence, cut, lists)
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
        conflicts=_conflicts(imo, evidence),
        limits=limits(imo, entry, told, evidence),
        citations=(),
        provenance=provenance,
        evidence=tuple(EvidenceSource(f.name, f.sha256, f.rows, f.refused) for f in evidence.files),
        speed=None if around is None else Statement(f"Reckoned at {around.speed.kn:g} knots: {around.speed.basis}."),
        track=() if around is None else around.track,
    )
    cited = set(_refs(as_json_value(dossier)))
    return Dossier(**{**vars(dossier), "citations": tuple(_citations(cited, evidence))})


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
