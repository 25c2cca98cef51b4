"""The rows of days, kept for the next question: that of the day after, that of the site, that after a person's verdict."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from ais_gaps.schema import OUTAGES
from ais_gaps.store import kept
from ais_gaps.watchlist.columns import WATCHLIST
from ais_gaps.watchlist.core import Core, core
from ais_gaps.watchlist.day import Day
from ais_gaps.watchlist.known import Known

MOST: Final = 500
"""Days that are kept; the one that was made longest ago goes first."""

_FORM: Final = 4
"""To be raised with every change of what rows say that is not a change of the package's version."""
_COUNTS: Final = pa.schema([("name", pa.string()), ("count", pa.int64())])


@dataclass(frozen=True)
class Kept:
    """Gives the rows of days, made only where they are not kept.

    Attributes:
        folder: where they lie. min_hours, within_nm: of the lists.
    """

    folder: Path
    min_hours: float
    within_nm: float

    def core(self, known: Known, day: Day) -> Core:
        """The rows of a day; people's verdicts are none of their business."""
        made_of = (_FORM, known.digest(day, self.min_hours, self.within_nm, verdicts=False))
        path = self.folder / kept.name(made_of, "rows")
        tables = kept.read(path, (WATCHLIST.arrow, _COUNTS, OUTAGES.arrow))
        if tables is not None:
            rows, counts, outages = tables
            return Core(rows, dict(zip(counts["name"].to_pylist(), counts["count"].to_pylist(), strict=True)), outages)
        made = core(known, day, self.min_hours, self.within_nm)
        counts = pa.table([list(made.counts), list(made.counts.values())], schema=_COUNTS)
        kept.keep(path, (made.rows.combine_chunks(), counts, made.outages.combine_chunks()), MOST)
        return made
