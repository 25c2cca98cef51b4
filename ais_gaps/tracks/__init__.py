"""Tracks: what one transmitter sent, where several send under one MMSI, parted from summaries alone."""

from ais_gaps.summary.kernel import JUMP_KN
from ais_gaps.tracks.assign import LEAST_FIXES, Assigned, assign
from ais_gaps.tracks.pieces import Pieces

__all__ = ["JUMP_KN", "LEAST_FIXES", "Assigned", "Pieces", "assign"]
