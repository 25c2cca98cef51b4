"""Where an id leads on the page: to the row it names, its source, or the silence it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ais_gaps.dossier.model import Dossier, Finding

_LONGEST_ID = 24
MOST_REFS = 5


@dataclass(frozen=True)
class Ref:
    """An id as shown, and the anchor it leads to; null where nothing more is known of it."""

    shown: str
    anchor: str | None


class Anchors:
    """Anchors of a dossier. They are numbered, so that no text from data becomes one."""

    def __init__(self, dossier: Dossier) -> None:
        self._of: dict[str, str] = {}
        for number, citation in enumerate(dossier.citations, 1):
            self._of.setdefault(citation.ref, f"source-{number}")
        self._silences = {str(s.gap["gap_id"]): f"silence {n}" for n, s in enumerate(dossier.silences, 1)}
        for ref, name in self._silences.items():
            self._of.setdefault(ref, name.replace(" ", "-"))
        for number, source in enumerate(dossier.provenance.sources, 1):
            self._of.setdefault(source.file, f"file-{number}")
        self._rows: dict[tuple[int | None, tuple[str, ...]], str] = {}
        self._used: dict[str, list[str]] = {}
        for silence, found in _findings(dossier):
            anchor = self._rows.setdefault((silence, found.refs), f"row-{len(self._rows) + 1}")
            for ref in found.refs:
                uses = self._used.setdefault(ref, [])
                if anchor not in uses:
                    uses.append(anchor)
        self._taken: set[str] = set()

    def refs(self, ids: Sequence[str]) -> list[Ref]:
        """The ids to show in brackets, each with where it leads; a hash is cut short."""
        return [Ref(self._silences.get(ref) or _short(ref), self._of.get(ref)) for ref in ids]

    def source(self, ref: str) -> str | None:
        """The anchor of an id."""
        return self._of.get(ref)

    def row(self, silence: int | None, refs: Sequence[str]) -> str | None:
        """The anchor of a finding in a silence (null: of none)."""
        return self._rows.get((silence, tuple(refs)))

    def take(self, silence: int | None, refs: Sequence[str]) -> str | None:
        """The same the first time that it is asked for, so that it stands on the page once; then null."""
        anchor = self.row(silence, refs)
        if anchor is None or anchor in self._taken:
            return None
        self._taken.add(anchor)
        return anchor

    def used(self, ref: str) -> list[str]:
        """Anchors of the findings that rest on an id."""
        return self._used.get(ref, [])


def _short(ref: str) -> str:
    is_hash = len(ref) >= 16 and all(c in "0123456789abcdef" for c in ref)
    if is_hash:
        return f"{ref[:8]}…"
    return ref if len(ref) <= _LONGEST_ID else f"{ref[:_LONGEST_ID]}…"


def _findings(dossier: Dossier) -> Iterator[tuple[int | None, Finding]]:
    for number, silence in enumerate(dossier.silences, 1):
        for group in silence.groups:
            yield from ((number, found) for found in group.findings)
        yield from ((number, candidate.finding) for candidate in silence.candidates)
        yield from ((number, found) for found in silence.events)
    yield from ((None, found) for found in dossier.elsewhere)
