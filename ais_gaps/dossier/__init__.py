"""The dossier: who a vessel is, when she was silent, what is dated into each silence, and what cannot be told."""

from ais_gaps.dossier.build import build
from ais_gaps.dossier.model import (
    SCHEMA,
    Dossier,
    Finding,
    Group,
    Namesake,
    Provenance,
    ReportSource,
    Silence,
    Statement,
)

__all__ = [
    "SCHEMA",
    "Dossier",
    "Finding",
    "Group",
    "Namesake",
    "Provenance",
    "ReportSource",
    "Silence",
    "Statement",
    "build",
]
