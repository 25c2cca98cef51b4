"""What a dossier cannot tell: said each time, from what the rows lack."""

from __future__ import annotations

from collections.abc import Sequence

from ais_gaps.dossier import wording
from ais_gaps.dossier.beyond import FASTEST_KN
from ais_gaps.dossier.identity import cite, notes_of
from ais_gaps.dossier.looks import NO_SAMPLE
from ais_gaps.dossier.model import Silence, Statement
from ais_gaps.dossier.wording import Row
from ais_gaps.evidence import Evidence


def limits(imo: int | None, entry: Row | None, told: Sequence[Silence], evidence: Evidence) -> tuple[Statement, ...]:
    """The limits that follow from these rows, and those that the notes add."""
    found: list[Statement] = []
    open_causes = [
        s for s in told if s.gap["p_switched_off"] is None and all(r.kind != "explanation" for r in s.remarks)
    ]
    if open_causes:
        ids = tuple(silence.gap["gap_id"] for silence in open_causes)
        text = "Why she was silent. Missing reception, a fault and a switched-off transmitter look alike in a gap."
        found.append(Statement(text, ids))
    if judged := tuple(s.gap["gap_id"] for s in told if s.gap["p_switched_off"] is not None):
        text = "That a transmitter was switched off by hand. A probability is reckoned from reception and from what she was doing:"
        found.append(
            Statement(f"{text} a fault on board looks the same, and a choice may have an innocent reason.", judged)
        )
    groups = [group for silence in told for group in silence.groups]
    if any(leg.reach for silence in told for leg in silence.legs):
        text = "That she called anywhere. A place within reach is one that time and way allow, no more; their order rests on"
        text += " weights that are our choice. Weather, ice, pilotage, waiting, and a speed beyond her usual are not reckoned."
        found.append(Statement(text))
    if groups:
        text = "Where she was. Observations stand with a silence by their dates. Only those of places that she could not have"
        text += f" reached even at {FASTEST_KN:g} knots are left out; whether she was at any other is not judged."
        found.append(Statement(text))
        found.append(Statement("What was carried. Imagery shows containers and hulls, not what is in them."))
        found.append(
            Statement("What nobody published. A day without an observation here is a day of which nothing is known.")
        )
        found.append(Statement(NO_SAMPLE))
    hulls = tuple(ref for group in groups if group.role == "unnamed" for f in group.findings for ref in f.refs)
    if hulls:
        several = "1 observation names" if len(hulls) == 1 else f"{len(hulls)} observations name"
        length = entry["length_m"] if entry is not None else None
        why = "a length alone tells no ship" if length else "her own length is not known, so lengths cannot be compared"
        found.append(Statement(f"Which ships the unnamed hulls were. {several} none; {why}.", hulls))
    if groups and (
        nowhere := [p for p in evidence.places.to_pylist() if p["lat"] is None and p["watched"] is not False]
    ):
        names = wording.listing([place["name"] for place in nowhere])
        found.append(
            Statement(f"Where exactly. No coordinates are known of {names}.", tuple(p["place_id"] for p in nowhere))
        )
    if any(group.role == "named_range" for group in groups):
        found.append(
            Statement(
                "How long she stayed. What is said of several days is taken as of some time within them, even where the source"
                " says that she stayed throughout."
            )
        )
    if groups:
        found.append(
            Statement(
                "The hour. Where a source gives only a day, the day is that of its own calendar: of UTC or of the place. A leg"
                " counts with both, all else with UTC."
            )
        )
    found += [Statement(note["text"], cite(note)) for note in notes_of(imo, evidence.notes, "limit")]
    if evidence.refused.num_rows:
        found.append(Statement(f"{evidence.refused.num_rows} rows of evidence could not be read and are left out."))
    return tuple(found)
