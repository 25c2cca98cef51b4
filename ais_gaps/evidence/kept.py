"""Evidence as an archive keeps it: a small table for each of `tables.STORED`."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence.read import Evidence, EvidenceFile
from ais_gaps.evidence.tables import FILES, STORED
from ais_gaps.store.tables import Tables


def read(tables: Tables, *, as_known: datetime | None = None) -> Evidence:
    """All evidence that was added, or was by a time."""
    found = {t.name: tables.read(_name(t.name), t.arrow, as_known=as_known) for t in STORED}
    files = tuple(EvidenceFile(**row) for row in found.pop(FILES.name).to_pylist())
    return Evidence(**found, files=files)


def add(tables: Tables, evidence: Evidence) -> None:
    """Adds what was read from files; a file that is in already, by its SHA-256, is not added twice."""
    for file in evidence.files:
        name = file.name.removesuffix(".csv")
        refused = evidence.refused.filter(pc.equal(evidence.refused["file"], file.name))
        tables.append(_name(name), getattr(evidence, name), key=file.sha256)
        tables.append(_name("refused"), refused, key=file.sha256)
        tables.append(_name(FILES.name), pa.Table.from_pylist([vars(file)], schema=FILES.arrow), key=file.sha256)


def _name(table: str) -> str:
    return f"evidence_{table}"
