"""What must be said with rows of a whole archive: as a dossier's banner and provenance, without a vessel."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ais_gaps.dossier.model import as_json_value
from ais_gaps.plain import plain

if TYPE_CHECKING:
    from ais_gaps.evidence import Evidence
    from ais_gaps.holdings import Holdings


def about(archive: Holdings, evidence: Evidence, as_known: datetime | None) -> dict[str, Any]:
    """Banner and provenance as plain JSON; what is said of a source of reports stands in the banner, each once."""
    from ais_gaps import __version__

    sources = archive.sources(as_known=as_known).select(["file", "sha256", "rows_kept", "note"]).to_pylist()
    files = {source["file"] for source in sources}
    said = [
        note["text"]
        for note in evidence.notes.to_pylist()
        if note["kind"] == "source" and files & set(note["refs"] or ())
    ]
    said += [source["note"] for source in sources if source["note"]]
    made = {"program": f"ais_gaps {__version__}", "as_known": as_json_value(as_known), "sources": sources}
    return {"banner": [plain(text) for text in dict.fromkeys(said)], "provenance": made}
