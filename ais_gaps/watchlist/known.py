"""What an archive holds at a time, as a list is made from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import __version__
from ais_gaps.evidence import Evidence
from ais_gaps.listen.columns import LISTENING
from ais_gaps.moments import at
from ais_gaps.reach.prism import Ways
from ais_gaps.schema import UTC_US
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.watch import VERDICTS
from ais_gaps.watchlist.day import Day
from ais_gaps.watchlist.model import FORM

LONG_DAYS: Final = 180
"""Of a silence that has lasted for longer it matters whether anybody speaks of the ship."""
_BY_ROWS: Final = (LISTENING.name, VERDICTS.name)


@dataclass(frozen=True)
class Known:
    """What an archive holds at a time.

    Attributes:
        store, ingests: the archive, and which of it counts.
        places: as `places.shipped` gives them. evidence: all of it.
        entries, verdicts: `watch.columns.WATCHED` and `VERDICTS`.
        sayings: gives what ships had said of themselves up to a time in microseconds since 1970 (`identities.known`).
        listening: when live feeds were listened to (`listen.columns.LISTENING`).
        calibration: bias and slope for the log-odds of the judgement.
        tables: versions of the small tables by name.
        sea: gives ways along the sea.
    """

    store: Store
    ingests: Sequence[Ingest]
    places: pa.Table
    evidence: Evidence
    entries: pa.Table
    verdicts: pa.Table
    sayings: Callable[[int], pa.Table]
    listening: pa.Table
    calibration: tuple[float, float]
    tables: Mapping[str, int]
    sea: Ways

    def up_to(self, day: Day) -> Known:
        """The same without the sources that hold nothing of a day or before."""
        some = [i for i in self.ingests if i.first_us is not None and i.first_us <= day.as_of_us]
        return replace(self, ingests=some)

    def before(self, source: int) -> Known:
        """The same as it was before a source came."""
        return replace(self, ingests=[i for i in self.ingests if i.source < source])

    def verdicts_before(self, off_us: int) -> pa.Table:
        """The verdicts on silences that began before a time, microseconds since 1970."""
        return self.verdicts.filter(pc.less(self.verdicts["off_ts"], pa.scalar(at(off_us), UTC_US)))

    def digest(self, day: Day, *question: object, verdicts: bool = True) -> str:
        """A hash of all that a day's list hangs on: sources, versions of the small tables, weights, the question.

        Of what is said of listening and of silences only that counts which was of the day or before it: else each such row would
        make all lists anew.

        Args:
            day: the day. question: what else is asked.
            verdicts: whether they matter, but for whether there is any of long ago.
        """
        end = pa.scalar(at(day.as_of_us), UTC_US)
        listened = self.listening.filter(pc.less_equal(self.listening["from_ts"], end))
        said = (
            self.verdicts.filter(pc.less_equal(self.verdicts["off_ts"], end)) if verdicts else self.verdicts.slice(0, 0)
        )
        made_of = (
            FORM,
            __version__,
            sorted(ingest.sha256 for ingest in self.ingests),
            sorted((name, version) for name, version in self.tables.items() if name not in _BY_ROWS),
            [sorted(map(repr, rows.to_pylist())) for rows in (listened, said)],
            _weights(),
            day.date,
            question,
        )
        return hashlib.sha256(repr(made_of).encode()).hexdigest()


def _weights() -> str:
    return hashlib.sha256(resources.files("ais_gaps").joinpath("data", "weights.json").read_bytes()).hexdigest()
