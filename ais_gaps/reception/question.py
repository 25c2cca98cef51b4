"""Reception of an archive's ships over a period: counted from its parts when asked, slice by slice of the fleet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import moments, places
from ais_gaps.errors import UsageError
from ais_gaps.ingest.staging import MEMORY_LIMIT, SLICE_ROWS
from ais_gaps.reception import cells, counts, estimate
from ais_gaps.reception.fixes import Fixes
from ais_gaps.reception.shiphours import HOUR_S, LONGEST_S
from ais_gaps.schema import CLASSES, HEARD_BY, RECEPTION
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.parts import mmsi_ranges

_FIXES: Final = """
    SELECT mmsi, ts, lat, lon, ais_class, receiver FROM stored
    WHERE kind = 0 AND transmitter = 0 AND lat IS NOT NULL AND lon IS NOT NULL AND source <= $source
      AND mmsi BETWEEN $low AND $high AND ts BETWEEN $first AND $last
    ORDER BY mmsi, ts, lat, lon, ais_class, receiver
"""
_ALWAYS: Final = (-(2**31), 2**31 - 1)


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
    for table in daily(store, ingests, question.since, question.until):
        tally.add(table)
    found = tally.rows()
    if place is not None:
        found = found.filter(pa.array(_near(found, place, question.within_nm)))
    notes = dict.fromkeys(ingest.note for ingest in ingests if ingest.note)
    return Reception(
        found,
        question,
        None if tally.first is None else moments.EPOCH + timedelta(hours=tally.first),
        None if tally.last is None else moments.EPOCH + timedelta(hours=tally.last + 1),
        int(tally.n.sum()),
        int(tally.h.sum()),
        tally.kindless,
        tuple(notes),
    )


def daily(
    store: Store, ingests: Sequence[Ingest], since: datetime | None = None, until: datetime | None = None
) -> Iterator[pa.Table]:
    """Counts (`schema.RECEPTION_COUNTS`) of hours that begin within a period: a table for each slice of the fleet.

    Memory is bounded by a slice. Which parts reports lie in, and in how many of them, changes nothing.
    """
    if not ingests:
        return
    low_h, high_h = (
        None if time is None else -(-moments.microseconds(time) // (HOUR_S * 1_000_000)) for time in (since, until)
    )
    # A silence that holds an hour of the period reaches a day beyond it on either side at most.
    first = _ALWAYS[0] if low_h is None else low_h * HOUR_S - LONGEST_S - HOUR_S
    last = _ALWAYS[1] if high_h is None else high_h * HOUR_S + LONGEST_S + HOUR_S
    parts = [store.part_path(p) for p in store.parts() if p.last_ts >= first and p.first_ts <= last]
    if not parts:
        return
    database = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": ""})
    try:
        database.from_parquet(parts).create_view("stored")
        for low, high in mmsi_ranges(parts, SLICE_ROWS):
            bounds = {"first": max(first, _ALWAYS[0]), "last": min(last, _ALWAYS[1])}
            values = {"source": ingests[-1].source, "low": low, "high": high, **bounds}
            table = counts.count(Fixes.of(database.sql(_FIXES, params=values).to_arrow_table()))
            hour = pc.add(pc.multiply(table["day"], 24), table["hour"])
            within = pc.greater_equal(hour, _ALWAYS[0] if low_h is None else low_h)
            yield table.filter(pc.and_(within, pc.less(hour, _ALWAYS[1] if high_h is None else high_h)))
    finally:
        database.close()


class _Tally:
    """Sums of what is asked by cell, and of what is said beside it."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._receiver = HEARD_BY.index(question.receiver)
        self._size = estimate.size_of(self._receiver)
        self.n, self.h = np.zeros((2, cells.count(self._size)), np.int64)
        self.first: int | None = None
        self.last: int | None = None
        self.kindless = 0

    def add(self, table: pa.Table) -> None:
        if self._question.ais_class is not None:
            table = table.filter(pc.equal(table["ais_class"], CLASSES.index(self._question.ais_class)))
        receiver, n = table["receiver"].to_numpy(), table["n"].to_numpy()
        self.kindless += int(n[receiver == counts.ANY].sum() - n[receiver == counts.TERRESTRIAL].sum())
        table = table.filter(pa.array(receiver == self._receiver))
        if not len(table):
            return
        hour = table["day"].to_numpy().astype(np.int64) * 24 + table["hour"].to_numpy()
        self.first = int(hour.min()) if self.first is None else min(self.first, int(hour.min()))
        self.last = int(hour.max()) if self.last is None else max(self.last, int(hour.max()))
        cell = table["cell"].to_numpy()
        for sums, column in ((self.n, "n"), (self.h, "h")):
            np.add.at(sums, cell, table[column].to_numpy())

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
