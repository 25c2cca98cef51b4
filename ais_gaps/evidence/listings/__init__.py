"""Sanctions lists: files read into rows of `LISTINGS`, ships matched with them, and whether a listing was in force at a time."""

from ais_gaps.evidence.listings.force import in_force, later_copies_without
from ais_gaps.evidence.listings.formats import FORMATS, recognise
from ais_gaps.evidence.listings.match import Match, matches
from ais_gaps.evidence.listings.read import read

__all__ = ["FORMATS", "Match", "in_force", "later_copies_without", "matches", "read", "recognise"]
