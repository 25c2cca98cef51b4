"""Upkeep of an archive: fewer and larger files, and the proof that all is as it was written."""

from ais_gaps.maintenance.compaction import Compaction, compact
from ais_gaps.maintenance.rebuild import resummarise
from ais_gaps.maintenance.verification import Verification, verify

__all__ = ["Compaction", "Verification", "compact", "resummarise", "verify"]
