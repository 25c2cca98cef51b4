"""The silences of the fleet that reach into a day."""

from __future__ import annotations

from collections.abc import Sequence

from ais_gaps.gaps.find import find
from ais_gaps.gaps.stitch import Stitched
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.watchlist.day import Day


def reaching(store: Store, ingests: Sequence[Ingest], day: Day, *, min_hours: float) -> Stitched:
    """The fleet's silences over a threshold, as of the end of a day, that last or end on it."""
    return find(store, ingests, min_hours=min_hours, as_of_us=day.as_of_us, during_us=(day.start_us, day.as_of_us + 1))
