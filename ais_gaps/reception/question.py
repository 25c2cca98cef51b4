"""Reception of an archive's ships over a period: the sums that its ingests have kept, added up by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import moments, places
from ais_gaps.errors import UsageError
from ais_gaps.reception import cells, estimate, state
from ais_gaps.reception.estimate import ANY, TERRESTRIAL
from ais_gaps.reception.shiphours import HOUR_S
from ais_gaps.schema import CLASSES, HEARD_BY, RECEPTION, SHIP_HOURS
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        receiver: one of `HEARD_BY`.
        ais_class: A or B; None = ships of every class, and those of none.
        since, until: hours that begin at or after the one and before the other; None = all.
        place: only cells near the place of this name.
        within_nm: how near, in nautical miles; None = the place's own radius.
    """

    receiver: str = "any"
    ais_class: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    place: str | None = None
    within_nm: float | None = None


@dataclass(frozen=True)
class Reception:
    """How well ships were heard.

    Attributes:
        cells: a row a cell (`schema.RECEPTION`), by number.
        question: what was asked.
        first, last: beginning of the first and end of the last hour that any ship-hour is of; None where there is none.
        ship_hours, heard: of all cells, near the place or not.
        kindless: ship-hours (of any receiver) whose reports do not say what kind of receiver heard them.
        notes: what must be said with these data.
    """

    cells: pa.Table
    question: Question
    first: datetime | None
    last: datetime | None
    ship_hours: int
    heard: int
    kindless: int
    notes: tuple[str, ...]


def ask(store: Store, ingests: Sequence[Ingest], question: Question, known_places: pa.Table) -> Reception:
    """The answer to a question.

    Args:
        store: the archive.
        ingests: those that count, in order and without a hole.
        question: the question.
        known_places: where a place is looked up.

    Raises:
        UsageError: no such receiver or class, or a distance without a place.
        NotFound, Ambiguous: no such place, or several.
    """
    _check(question)
    place = None if question.place is None else places.find(known_places, question.place)
    tally = _Tally(question)
    for table in state.differences(store, ingests, hours=_hours(question)):
        tally.add(table)
    found = tally.rows()
    if place is not None:
        found = found.filter(pa.array(_near(found, place, question.within_nm)))
    notes = dict.fromkeys(ingest.note for ingest in ingests if ingest.note)
    return Reception(
        found,
        question,
        *tally.period(),
        int(tally.n.sum()),
        int(tally.h.sum()),
        tally.kindless,
        tuple(notes),
    )


def _hours(question: Question) -> tuple[int, int] | None:
    """The hours that are asked for, since 1970, both included; None = all."""
    if question.since is None and question.until is None:
        return None
    first, end = (
        None if time is None else -(-moments.microseconds(time) // (HOUR_S * 1_000_000))
        for time in (question.since, question.until)
    )
    return -(2**31) if first is None else first, 2**31 - 1 if end is None else end - 1


class _Tally:
    """Sums of what is asked by cell, and of what is said beside it."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._receiver = HEARD_BY.index(question.receiver)
        self._size = estimate.size_of(self._receiver)
        self.n, self.h = np.zeros((2, cells.count(self._size)), np.int64)
        self._hours: Counter[int] = Counter()
        self.kindless = 0

    def add(self, table: pa.Table) -> None:
        """Takes further differences (`schema.PEER_HOURS`)."""
        if self._question.ais_class is not None:
            table = table.filter(pc.equal(table["ais_class"], CLASSES.index(self._question.ais_class)))
        n, h = self._asked(table)
        self.kindless += int(table["n"].to_numpy().sum() - table["kinds"].to_numpy().sum())
        cell = table["cell"].to_numpy()
        if self._size != cells.FINE:
            cell = cells.around(cell, self._size)
        np.add.at(self.n, cell, n)
        np.add.at(self.h, cell, h)
        hours, of = np.unique(table["hour"].to_numpy(), return_inverse=True)
        self._hours.update(dict(zip(hours.tolist(), np.bincount(of, n).astype(np.int64).tolist(), strict=True)))

    def _asked(self, table: pa.Table) -> tuple[Ints, Ints]:
        """Of each row the ship-hours that count, and those of them in which the receiver heard the ship."""
        n, heard, kinds, terrestrial, satellite = (table[name].to_numpy() for name in SHIP_HOURS)
        if self._receiver == ANY:
            return n, heard
        # A satellite is asked only where nobody ashore has answered: else its share would be that of busy coasts.
        return (kinds, terrestrial) if self._receiver == TERRESTRIAL else (kinds - terrestrial, satellite)

    def period(self) -> tuple[datetime | None, datetime | None]:
        """Beginning of the first and end of the last hour that a ship-hour is of."""
        hours = [hour for hour, n in self._hours.items() if n]
        if not hours:
            return None, None
        return moments.EPOCH + timedelta(hours=min(hours)), moments.EPOCH + timedelta(hours=max(hours) + 1)

    def rows(self) -> pa.Table:
        """The cells that any ship was in (`schema.RECEPTION`)."""
        cell = np.flatnonzero(self.n)
        n, h = self.n[cell], self.h[cell]
        unknown = n < estimate.LEAST[self._question.receiver]
        at = cells.edges(cell, self._size)
        columns: dict[str, Any] = {
            "cell": cell,
            "cell_deg": np.full(len(cell), cells.height_deg(self._size)),
            "receiver": pa.array([self._question.receiver]).take(pa.array(np.zeros(len(cell), np.int64))),
            **{name: getattr(at, name) for name in ("lat", "lon", "south", "west", "north", "east")},
            "ship_hours": n,
            "heard": h,
            "share": pa.array(h / n, mask=unknown),
            "estimate": pa.array(estimate.chance(self._receiver, cell, n, h), mask=unknown),
        }
        return pa.table(columns).cast(RECEPTION.arrow)


def _check(question: Question) -> None:
    if question.receiver not in HEARD_BY:
        raise UsageError(f"no receiver {question.receiver!r}: say {', '.join(HEARD_BY)}")
    if question.ais_class not in (None, "A", "B"):
        raise UsageError(f"no class {question.ais_class!r}: say A or B")
    if question.within_nm is not None and question.place is None:
        raise UsageError("--within-nm needs --near PLACE")
    if question.since and question.until and moments.utc(question.since) >= moments.utc(question.until):
        raise UsageError("--until must be later than --since")


def _near(found: pa.Table, place: dict[str, Any], within_nm: float | None) -> npt.NDArray[np.bool_]:
    """Which cells come within a distance of a place, by the point of each that is nearest to the place's own."""
    if place["lat"] is None:
        raise UsageError(f"{place['place_id']} has no position")
    south, west, north, east, middle = (found[name].to_numpy() for name in ("south", "west", "north", "east", "lon"))
    turned = (place["lon"] - middle + 180.0) % 360.0 - 180.0 + middle
    lat, lon = np.clip(place["lat"], south, north), np.clip(turned, west, east)
    limit = place["radius_nm"] if within_nm is None else within_nm
    return np.asarray(places.distance_nm(place, lat, lon) <= limit)
