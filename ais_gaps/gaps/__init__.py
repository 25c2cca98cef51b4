"""Gaps: silences of a track longer than a threshold, found from summaries, named, placed, and followed through late data."""

from ais_gaps.gaps.ask import Question, ask
from ais_gaps.gaps.describe import describe, identity
from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.gaps.history import superseded
from ais_gaps.gaps.narrow import near, recount
from ais_gaps.gaps.set_aside import set_aside
from ais_gaps.gaps.stitch import BARE_GAPS, FLOOR_H, Stitched, longer, newest, newest_rows, of_newest, stitch

__all__ = [
    "BARE_GAPS",
    "FLOOR_H",
    "Question",
    "Stitched",
    "as_of_of",
    "ask",
    "describe",
    "find",
    "identity",
    "longer",
    "near",
    "newest",
    "newest_rows",
    "of_newest",
    "recount",
    "set_aside",
    "stitch",
    "superseded",
]
