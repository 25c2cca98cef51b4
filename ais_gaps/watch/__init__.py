"""What a user watches besides the watched places, and what people have said of silences."""

from ais_gaps.watch.area import areas
from ais_gaps.watch.columns import VERDICTS, WATCHED
from ais_gaps.watch.entry import Asked
from ais_gaps.watch.matching import match, matched_mmsi
from ais_gaps.watch.verdicts import said

__all__ = ["VERDICTS", "WATCHED", "Asked", "areas", "match", "matched_mmsi", "said"]
