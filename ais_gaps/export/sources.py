"""Where the rows that a feature rests on come from, in words."""

from __future__ import annotations

from collections.abc import Iterable

from ais_gaps.dossier.model import Citation, Dossier


class Sources:
    """The citations of a dossier, by the id of a row."""

    def __init__(self, dossier: Dossier) -> None:
        self._said = {citation.ref: _words(citation) for citation in dossier.citations}

    def of(self, refs: Iterable[str]) -> list[str]:
        """One line for each row that has a source."""
        return [self._said[ref] for ref in dict.fromkeys(refs) if ref in self._said]


def _words(citation: Citation) -> str:
    parts = (citation.publisher, citation.title, citation.published, citation.url)
    return f"{citation.ref}: {', '.join(part for part in parts if part)}"
