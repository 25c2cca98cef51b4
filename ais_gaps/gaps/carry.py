"""What of a fleet's past still matters for its later silences: of each ship the last position, and the whole of the few that jump.

It is carried from 30 days to 30 days and kept, so that a question about a day reads the days since and no more. A ship that
moves as ships do has one track, and a silence of hers that is not over hangs on her last position only. An MMSI that jumps is
dealt to tracks anew with all that was ever sent under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.gaps.stitch import DAY_US, FLOOR_H, newest_rows, of_newest, stitch
from ais_gaps.schema import DAY_GAPS, DAY_RUNS, VESSEL_DAYS
from ais_gaps.store import kept, summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Ints = npt.NDArray[Any]
Tables = tuple[pa.Table, pa.Table, pa.Table]
"""`VESSEL_DAYS`, `DAY_GAPS` and `DAY_RUNS`."""

BLOCK_DAYS: Final = 30
KEPT: Final = 24
"""Files that are kept; the one that was made longest ago goes first."""

_FORM: Final = 1
_TABLES: Final = (VESSEL_DAYS, DAY_GAPS, DAY_RUNS)
_SCHEMAS: Final = (VESSEL_DAYS.arrow, *(table.arrow for table in _TABLES))


@dataclass(frozen=True)
class Carry:
    """What matters of all days before one.

    Attributes:
        before: the day, since 1970.
        last: `VESSEL_DAYS`: of each ship the last day with a position, with all her speed under way added up in it, and the days
            without a position since; by (mmsi, day).
        whole: all rows of the MMSI that jump.
    """

    before: int
    last: pa.Table
    whole: Tables

    @property
    def jumping(self) -> Ints:
        """The MMSI that jump, ascending."""
        return np.unique(self.whole[0]["mmsi"].to_numpy())

    @classmethod
    def to(cls, store: Store, ingests: Sequence[Ingest], day: int) -> Carry:
        """That up to the beginning of the 30 days that a day lies in.

        Args:
            store, ingests: the archive, and which of it counts.
            day: since 1970.
        """
        number = day // BLOCK_DAYS
        oldest = min((i.first_us for i in ingests if i.first_us is not None), default=day * DAY_US) // DAY_US
        steps = []
        carry = None
        while number * BLOCK_DAYS > oldest:
            path = store.path / "gaps" / kept.name(_made_of(ingests, number), "carry")
            carry = _read(path, number)
            if carry is not None:
                break
            steps.append((number, path))
            number -= 1
        carry = carry or cls(number * BLOCK_DAYS, VESSEL_DAYS.arrow.empty_table(), _none())
        for number, path in reversed(steps):
            carry = _next(store, ingests, carry, number * BLOCK_DAYS)
            kept.keep(path, (carry.last, *carry.whole), KEPT)
        return carry


def read(store: Store, ingests: Sequence[Ingest], days: tuple[int, int], mmsi: Ints | None = None) -> Tables:
    """Rows of the days from the first to the second, of some MMSI or of all; of each vessel-day the newest."""
    some = [ingest for ingest in ingests if ingest.touches(*days)]
    within = None if mmsi is None or not len(mmsi) else (int(mmsi.min()), int(mmsi.max()))
    if mmsi is not None and within is None:
        return _none()
    found = []
    for table in _TABLES:
        rows = summaries.read(store, some, table, within=within)
        day = rows["day"].to_numpy()
        keep = (day >= days[0]) & (day <= days[1])
        if mmsi is not None:
            keep &= np.isin(rows["mmsi"].to_numpy(), mmsi)
        found.append(rows.filter(pa.array(keep)))
    vessel_days, inside, runs = found
    rows = newest_rows(vessel_days)
    return (
        vessel_days if rows is None else vessel_days.take(pa.array(rows)),
        of_newest(inside, vessel_days, rows, always=True),
        of_newest(runs, vessel_days, rows, always=True),
    )


def joined(*some: Tables) -> Tables:
    """Rows of several, of different days: the days in order of (mmsi, day)."""
    days, inside, runs = (pa.concat_tables(tables) for tables in zip(*some, strict=True))
    return in_order(days), inside, runs


def in_order(days: pa.Table) -> pa.Table:
    """Vessel-days by (mmsi, day)."""
    key = (days["mmsi"].to_numpy().astype(np.int64) << 32) | days["day"].to_numpy()
    return days if (key[1:] >= key[:-1]).all() else days.take(pa.array(np.argsort(key, kind="stable")))


def _next(store: Store, ingests: Sequence[Ingest], carry: Carry, before: int) -> Carry:
    """The carry further on."""
    since = read(store, ingests, (carry.before, before - 1))
    days = in_order(pa.concat_tables([carry.last, since[0]]))
    none = DAY_GAPS.arrow.empty_table()
    jumping = stitch(days, none, min_hours=FLOOR_H, as_of_us=before * DAY_US - 1).jumping
    known = carry.jumping
    new = jumping[~np.isin(jumping, known)]
    whole = joined(
        carry.whole,
        _of(since, np.union1d(known, new)),
        read(store, ingests, (-(1 << 31), carry.before - 1), new),
    )
    return Carry(before, _last(days), whole)


def _last(days: pa.Table) -> pa.Table:
    """Of each ship the last day with a position, with her speed under way of all days, and the days without one since."""
    mmsi = days["mmsi"].to_numpy()
    if not len(mmsi):
        return days
    heard = pc.is_valid(days["first_us"]).to_numpy()
    row = np.arange(len(mmsi))
    first = np.append(True, mmsi[1:] != mmsi[:-1])
    ship = np.cumsum(first) - 1
    last = np.full(int(ship[-1]) + 1, -1)
    np.maximum.at(last, ship[heard], row[heard])
    keep = (row >= last[ship]) & (last[ship] >= 0)
    chosen = last[last >= 0]
    for name in ("under_way_n", "under_way_sog"):
        values = days[name].fill_null(0).to_numpy().astype(np.int64)
        sums = np.zeros(len(last), np.int64)
        np.add.at(sums, ship, values)
        out = np.where(keep, 0, values)
        out[chosen] = sums[last >= 0]
        index = days.schema.get_field_index(name)
        days = days.set_column(index, days.schema.field(index), pa.array(out).cast(days.schema.field(index).type))
    return days.filter(pa.array(keep))


def _of(tables: Tables, mmsi: Ints) -> Tables:
    days, inside, runs = (t.filter(pa.array(np.isin(t["mmsi"].to_numpy(), mmsi))) for t in tables)
    return days, inside, runs


def _none() -> Tables:
    days, inside, runs = (table.arrow.empty_table() for table in _TABLES)
    return days, inside, runs


def _made_of(ingests: Sequence[Ingest], number: int) -> tuple[object, ...]:
    day_us = number * BLOCK_DAYS * DAY_US
    return (_FORM, number, *(i.id for i in ingests if i.first_us is not None and i.first_us < day_us))


def _read(path: Any, number: int) -> Carry | None:
    tables = kept.read(path, _SCHEMAS)
    if tables is None:
        return None
    last, days, inside, runs = tables
    return Carry(number * BLOCK_DAYS, last, (days, inside, runs))
