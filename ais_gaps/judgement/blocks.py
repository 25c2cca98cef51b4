"""What the fleet's ship-hours of 30 days add up to: read once, and kept beside the archive for the next question.

The evidence of a silence is of three such blocks of days, counted from 1970. A day that is added to a long archive changes one of
them. A kept block is found by a name that tells all that it was made from; it can be thrown away at any time, and a damaged one is
made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.gaps import carry
from ais_gaps.gaps.find import find
from ais_gaps.judgement import own_hours
from ais_gaps.judgement.coverage import GROUPS, group
from ais_gaps.judgement.silences import FISHING, H_US, Silences, placed
from ais_gaps.reception import cells
from ais_gaps.schema import CLASSES, SHIP_CELLS, VESSEL_DAYS
from ais_gaps.store import kept, summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.parts import LAST_MMSI, mmsi_ranges

Ints = npt.NDArray[Any]

BLOCK_DAYS: Final = carry.BLOCK_DAYS
COUNTS: Final = ("n", "heard", "kinds", "terrestrial", "satellite")
KEPT: Final = 16
"""Blocks that are kept; the one that was made longest ago goes first."""

_FORM: Final = 1
_DAY_US: Final = 24 * H_US
_ROWS_AT_ONCE: Final = 2_500_000
_AROUND_DAYS: Final = (10, 4)  # days before and after a block that silences in it are looked for in

CELLS: Final = pa.schema(
    [("cell", pa.int32()), ("ais_class", pa.int8()), ("moving", pa.bool_())] + [(name, pa.int64()) for name in COUNTS]
)
SHIPS: Final = pa.schema(
    [
        *(("mmsi", pa.int32()), ("heard_moving", pa.int64()), ("under_way_n", pa.int64())),
        *(("class_b", pa.bool_()), ("fishes", pa.bool_())),
    ]
)
LONG: Final = pa.schema(
    [
        *(("mmsi", pa.int32()), ("hour", pa.int32()), ("cell", pa.int32())),
        *(("ais_class", pa.int8()), ("moving", pa.bool_()), ("kinds", pa.int8())),
    ]
)
_DAYS: Final = pa.schema([("day", pa.int32())])
_TABLES: Final = (CELLS, SHIPS, LONG, _DAYS)


@dataclass(frozen=True)
class Block:
    """Sums of the days of a block.

    Attributes:
        cells: ship-hours by cell, class (A, which stands for unknown too, or B) and moving (`CELLS`).
        ships: of each ship the hours heard under way, the reports under way, whether any hour is of class B, and whether she
            said at the edge of a day that she was fishing (`SHIPS`); by mmsi.
        long: hours in which ships were about and silent for too long to be in the kept ship-hours (`LONG`), by hour.
        days: that any ship-hour is of, since 1970.
    """

    cells: pa.Table
    ships: pa.Table
    long: pa.Table
    days: Ints

    @classmethod
    def of(cls, store: Store, ingests: Sequence[Ingest], number: int, last_day: int, as_of_us: int) -> Block:
        """That of a number: days since 1970 by `BLOCK_DAYS`.

        Args:
            store, ingests: the archive, and which of it counts.
            number: of the block. last_day: later days are left out. as_of_us: the present of the question.
        """
        first, last = number * BLOCK_DAYS, number * BLOCK_DAYS + BLOCK_DAYS - 1
        about = [i for i in ingests if i.touches(first - _AROUND_DAYS[0], last + _AROUND_DAYS[1])]
        as_of_us = min(as_of_us, (last + _AROUND_DAYS[1] + 1) * _DAY_US)
        made_of = (_FORM, first, min(last, last_day), as_of_us, *(ingest.id for ingest in about))
        path = store.path / "judgement" / kept.name(made_of, "block")
        block = _read(path)
        if block is None:
            block = cls._made(store, about, (first, min(last, last_day)), last, as_of_us)
            _keep(path, block)
        return block

    @classmethod
    def _made(
        cls, store: Store, ingests: Sequence[Ingest], days: tuple[int, int], last_day: int, as_of_us: int
    ) -> Block:
        sums = np.zeros((len(COUNTS), GROUPS * cells.count(cells.FINE)))
        ships, seen = [SHIPS.empty_table()], np.zeros(max(days[1] - days[0] + 1, 0), np.bool_)
        for within, rows in ship_cells(store, ingests, days):
            mmsi, day, cell, groups, counts = rows
            key = groups * cells.count(cells.FINE) + cell
            for row, values in zip(sums, counts, strict=True):
                row += np.bincount(key, values, minlength=len(row))
            seen[day - days[0]] = True
            ships.append(_ships(mmsi, groups, counts[1], _under_way(store, ingests, within, days)))
        some = np.flatnonzero(sums.any(axis=0))
        groups, cell = np.divmod(some, cells.count(cells.FINE))
        long = _long(store, ingests, days[0], last_day, as_of_us)
        return cls(
            as_cells(groups, cell, list(sums[:, some])), pa.concat_tables(ships), long, days[0] + np.flatnonzero(seen)
        )

    def long_on(self, first_day: int, last_day: int) -> pa.Table:
        """The hours of long silences of some days, both included."""
        hours = self.long["hour"].to_numpy()
        start, stop = np.searchsorted(hours, [first_day * 24, last_day * 24 + 24])
        return self.long.slice(start, stop - start)


_A, _B = CLASSES.index("A"), CLASSES.index("B")

Counted = tuple[Ints, Ints, Ints, Ints, list[Ints]]
"""MMSI, day, cell, group (`coverage.group`) and the counts of ship-hours, one element a row."""


def ship_cells(
    store: Store,
    ingests: Sequence[Ingest],
    days: tuple[int, int],
    within: tuple[int, int] | None = None,
    which: Sequence[str] = COUNTS,
) -> Iterator[tuple[tuple[int, int], Counted]]:
    """Ship-hours by vessel-day and cell, slice by slice of the fleet, each with its range of MMSI; each vessel-day's newest count.

    Args:
        store, ingests: the archive, and which of it counts.
        days: only days from the first to the second, both included.
        within: only MMSI from the first to the second, both included; None = all.
        which: counts that are needed; of the others there are zeros.
    """
    # The day after a touched one is counted too.
    near = [ingest for ingest in ingests if ingest.touches(days[0] - 1, days[1])]
    paths = [store.ingest_file(ingest.id, summaries.FILES[SHIP_CELLS.name]) for ingest in near]
    one = within is not None and within[0] == within[1]
    for low, high in [(0, LAST_MMSI)] if one else mmsi_ranges(paths, _ROWS_AT_ONCE) if near else ():
        part = (low, high) if within is None else (max(low, within[0]), min(high, within[1]))
        if part[0] > part[1]:
            continue
        columns = [name for name in SHIP_CELLS.names if name not in COUNTS or name in ("n", *which)]
        rows = summaries.read(store, near, SHIP_CELLS, within=part, columns=columns)
        mmsi, day = rows["mmsi"].to_numpy(), rows["day"].to_numpy()
        newest = _newest(mmsi, day, rows["seq"].to_numpy(), days) & (rows["n"].to_numpy() > 0)
        groups = group(rows["ais_class"].to_numpy(), rows["moving"].cast(pa.int8()).to_numpy())
        none = np.zeros(np.count_nonzero(newest), np.int16)
        counts = [rows[name].to_numpy()[newest] if name in which else none for name in COUNTS]
        yield part, (mmsi[newest], day[newest], rows["cell"].to_numpy()[newest], groups[newest], counts)


def as_cells(groups: Ints, cell: Ints, counts: Sequence[Ints]) -> pa.Table:
    """Counts of ship-hours by group and cell as a table (`CELLS`)."""
    return _table([cell, np.where(groups >= GROUPS // 2, _B, _A), groups % 2 == 1, *counts], CELLS)


def _newest(mmsi: Ints, day: Ints, seq: Ints, days: tuple[int, int]) -> Ints:
    """Which rows are of the newest count of a vessel-day of some days."""
    inside = (day >= days[0]) & (day <= days[1])
    ship = pa.array(mmsi).dictionary_encode()
    slot = ship.indices.to_numpy().astype(np.int64) * (days[1] - days[0] + 1) + (day - days[0])
    slot = slot[inside]
    newest = np.zeros(len(ship.dictionary) * max(days[1] - days[0] + 1, 0), seq.dtype)
    np.maximum.at(newest, slot, seq[inside])
    inside[inside] = newest[slot] == seq[inside]
    return inside


def _under_way(store: Store, ingests: Sequence[Ingest], within: tuple[int, int], days: tuple[int, int]) -> pa.Table:
    """Vessel-days of a slice: reports under way, and whether she said that she was fishing."""
    near = [ingest for ingest in ingests if ingest.touches(*days)]
    columns = ["mmsi", "day", "seq", "under_way_n", "first_nav", "last_nav"]
    rows = summaries.read(store, near, VESSEL_DAYS, within=within, columns=columns)
    mmsi = rows["mmsi"].to_numpy()
    newest = _newest(mmsi, rows["day"].to_numpy(), rows["seq"].to_numpy(), days)
    said = [pc.fill_null(pc.equal(rows[name], FISHING), False) for name in ("first_nav", "last_nav")]
    fishes = pc.or_(*said).to_numpy()
    return pa.table({"mmsi": mmsi[newest], "n": rows["under_way_n"].to_numpy()[newest], "fishes": fishes[newest]})


def _ships(mmsi: Ints, groups: Ints, heard: Ints, under_way: pa.Table) -> pa.Table:
    """Sums by ship (`SHIPS`) of ship-hours and of vessel-days."""
    of_hours, of_days = (pa.array(each).dictionary_encode() for each in (mmsi, under_way["mmsi"].to_numpy()))
    both = [each.dictionary.to_numpy() for each in (of_hours, of_days)]
    ships = np.unique(np.concatenate(both))

    def total(of: pa.DictionaryArray, values: Ints) -> Ints:
        sums = np.bincount(of.indices.to_numpy(), values, minlength=len(of.dictionary))
        out = np.zeros(len(ships))
        out[np.searchsorted(ships, of.dictionary.to_numpy())] = sums
        return out

    hours = [total(of_hours, heard * (groups % 2)), total(of_hours, groups >= GROUPS // 2)]
    days = [total(of_days, under_way[name].to_numpy()) for name in ("n", "fishes")]
    return _table([ships, hours[0], days[0], hours[1] > 0, days[1] > 0], SHIPS)


def _table(columns: Sequence[Ints], schema: pa.Schema) -> pa.Table:
    arrays = [pa.array(c.astype(f.type.to_pandas_dtype())) for c, f in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def _long(store: Store, ingests: Sequence[Ingest], first_day: int, last_day: int, as_of_us: int) -> pa.Table:
    """Hours of silences that are too long for the kept ship-hours, those that are not over among them."""
    during = (first_day * _DAY_US, (last_day + 1) * _DAY_US)
    gaps = find(store, ingests, min_hours=own_hours.KEPT_H, as_of_us=as_of_us, during_us=during).gaps
    gaps = gaps.filter(placed(gaps))
    found = own_hours.unheard(Silences.of(gaps, as_of_us))
    hour = found["hour"].to_numpy()
    some = np.flatnonzero((hour >= first_day * 24) & (hour < last_day * 24 + 24))
    found = found.take(pa.array(some[np.argsort(hour[some], kind="stable")]))
    found = found.set_column(0, "mmsi", gaps["mmsi"].take(found["silence"]))
    return found.select(LONG.names).cast(LONG).combine_chunks()


def _read(path: Path) -> Block | None:
    """A kept block; None where there is none, or none that can be trusted."""
    tables = kept.read(path, _TABLES)
    if tables is None:
        return None
    sums, ships, long, days = tables
    return Block(sums, ships, long, days["day"].to_numpy())


def _keep(path: Path, block: Block) -> None:
    """Writes a block for the next question."""
    days = pa.table([pa.array(block.days, pa.int32())], schema=_DAYS)
    kept.keep(path, (block.cells, block.ships, block.long, days), KEPT)
