"""The page's first paragraph: figures counted from the dossier, and statements that stand in it. Nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from ais_gaps.dossier import wording
from ais_gaps.dossier.model import Dossier, Finding, Silence, Statement
from ais_gaps.report.page.folding import main, of_role

MOST_NAMED = 5
"""Sightings that the summary tells."""


@dataclass(frozen=True)
class Figure:
    """One number with what it counts, and the section that lists what was counted."""

    value: str
    unit: str
    label: str
    anchor: str


@dataclass(frozen=True)
class Line:
    """A label, and statements of the dossier under it; `more`: how many of the same kind are left to the section."""

    label: str
    statements: tuple[Statement, ...]
    anchor: str
    more: int = 0


def figures(dossier: Dossier) -> tuple[Figure, ...]:
    """The main silence in numbers; empty where there is none."""
    number = main(dossier.silences)
    if number is None:
        return ()
    silence = dossier.silences[number - 1]
    hours = float(silence.gap["duration_h"])
    value, unit = wording.lasting(hours).split(" ")
    still = "without a signal so far" if silence.gap["on_ts"] is None else "without a signal"
    found = [Figure(value, unit, f"{still}, silence {number} of {len(dossier.silences)}", f"silence-{number}")]
    hulls = max(len(of_role(silence, "unnamed")), len(silence.candidates))
    counted = (
        (len(of_role(silence, "named")), "sighting", "sightings", "a source names her, on known days"),
        (hulls, "unnamed ship", "unnamed ships", "seen; none is attached to her"),
        (len(of_role(silence, "nothing_seen")), "look", "looks", "that saw no ship"),
    )
    if any(count for count, *_ in counted):
        found += [Figure(str(n), one if n == 1 else many, label, f"seen-{number}") for n, one, many, label in counted]
    return tuple(found)


def lines(dossier: Dossier) -> tuple[Line, ...]:
    """What a reader must know first, in the dossier's own sentences."""
    number = main(dossier.silences)
    silence = dossier.silences[number - 1] if number is not None else None
    found = [Line("Who", dossier.who[:1], "who")]
    if dossier.not_her:
        names = tuple(Statement(_namesake(n.name, n.imo), ()) for n in dossier.not_her)
        found.append(Line("Not to be confused with", names, "who-not"))
    found.append(Line("Listed", dossier.listed[:2], "listed"))
    if silence is not None:
        found.append(Line("Silent", (silence.when, silence.where), "silent"))
        found.append(Line("Judged", (silence.cause,), f"silence-{number}"))
        named = _named(silence)
        if named:
            found.append(Line("Named meanwhile", named[:MOST_NAMED], f"seen-{number}", max(0, len(named) - MOST_NAMED)))
        explained = tuple(Statement(r.text, r.refs) for r in silence.remarks if r.kind == "explanation")
        found.append(Line("Explained", explained, f"silence-{number}"))
    return tuple(line for line in found if line.statements)


def _namesake(name: str, imo: int | None) -> str:
    return f"{name}, {f'IMO {imo}' if imo is not None else 'IMO not known'}."


def _named(silence: Silence) -> tuple[Statement, ...]:
    return tuple(Statement(f"{_date(f)}, {f.text}", f.refs) for f in of_role(silence, "named"))


def _date(found: Finding) -> str:
    return wording.days(found.date_start, found.date_end, found.approximate)
