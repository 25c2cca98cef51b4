"""Tracks: what one transmitter sent, where several send under one MMSI, parted from summaries alone."""

from ais_gaps.tracks.assign import Assigned, assign
from ais_gaps.tracks.pieces import Pieces

__all__ = ["Assigned", "Pieces", "assign"]
