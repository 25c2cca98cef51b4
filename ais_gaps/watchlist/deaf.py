"""Hours in which the whole feed heard nobody: a silence that is no longer than the threshold without them is the feed's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import outages
from ais_gaps.moments import at, microseconds
from ais_gaps.outages.gaps_in_listening import with_gaps
from ais_gaps.watchlist.day import DAY_US, H_US, Day
from ais_gaps.watchlist.known import Known

Ints = npt.NDArray[Any]

LOOKBACK_DAYS: Final = 30
"""Outages of a feed that ended earlier are not looked for: a list must not cost what the archive costs."""
LEAST_SHIPS: Final = 10
"""The feed of an archive of fewer ships is not told from its ships."""


@dataclass(frozen=True)
class Deaf:
    """What heard nobody, as far as is known at the end of a day.

    Attributes:
        outages: `schema.OUTAGES` of the day. start_us, end_us: when the whole feed heard nobody, apart and in order.
    """

    outages: pa.Table
    start_us: Ints
    end_us: Ints

    @classmethod
    def of(cls, known: Known, day: Day, ships: int) -> Deaf:
        """That of a day, in an archive of so many ships."""
        since = at(day.start_us - LOOKBACK_DAYS * DAY_US)
        question = outages.Question(since=since, until=at(day.as_of_us + 1), as_of=at(day.as_of_us))
        asked = outages.ask(known.store, known.ingests, question, known.places)
        rows = with_gaps(asked, known.listening, known.store, known.ingests).rows
        # Of an archive of a ship or two nobody can tell whether the feed was silent or the ships, unless a listener wrote it down.
        believed = pc.or_(pc.is_null(rows["usual_ships"]), pa.scalar(ships >= LEAST_SHIPS))
        feed = rows.filter(pc.and_(pc.equal(rows["kind"], "feed"), believed))
        spans = sorted(
            (microseconds(row["from_ts"]), day.as_of_us if row["to_ts"] is None else microseconds(row["to_ts"]))
            for row in feed.to_pylist()
        )
        joined: list[list[int]] = []
        for start, end in spans:
            if joined and start <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
        start_us, end_us = np.array(joined, np.int64).reshape(-1, 2).T
        ends = pc.fill_null(rows["to_ts"], pa.scalar(at(day.as_of_us + 1), rows["to_ts"].type))
        today = pc.greater(ends, pa.scalar(at(day.start_us), rows["to_ts"].type))
        return cls(rows.filter(today), start_us, end_us)

    def hours(self, off_us: Ints, end_us: Ints) -> npt.NDArray[np.float64]:
        """How many hours of each stretch of time they make up."""
        total = np.zeros(len(off_us))
        for start, end in zip(self.start_us, self.end_us, strict=True):
            total += np.maximum(np.minimum(end_us, end) - np.maximum(off_us, start), 0) / H_US
        return total
