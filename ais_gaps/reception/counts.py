"""Mergeable counts of reception: plain sums over ship-hours (`schema.RECEPTION_COUNTS`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.reception import cells
from ais_gaps.reception.fixes import Fixes
from ais_gaps.reception.shiphours import ShipHours, ship_hours
from ais_gaps.schema import HEARD_BY, RECEPTION_COUNTS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ANY, TERRESTRIAL, SATELLITE = (HEARD_BY.index(word) for word in ("any", "terrestrial", "satellite"))

_KEY: Final = [name for name in RECEPTION_COUNTS.names if name not in ("n", "h")]
# Sizes of what a key is made of, from the least significant: cell, class, moving, receiver; the hour is what is left.
_CELLS, _CLASSES, _RECEIVERS = cells.count(cells.FINE), 4, 4


def count(fixes: Fixes) -> pa.Table:
    """The counts of some fixes (`ship_hours` says of which), each key once and in order.

    A ship-hour of which nothing is known about kinds of receivers counts for `ANY` only.
    """
    return merged(_count(some) for some in ship_hours(fixes))


def merged(tables: Iterable[pa.Table]) -> pa.Table:
    """Sums of counts, each key once and in order, whatever the order of the tables.

    No ship-hour may be in two of them.
    """
    every = pa.concat_tables([RECEPTION_COUNTS.arrow.empty_table(), *tables])
    sums = every.group_by(_KEY, use_threads=False).aggregate([("n", "sum"), ("h", "sum")])
    sums = sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
    return (
        sums.select(RECEPTION_COUNTS.names).cast(RECEPTION_COUNTS.arrow).sort_by([(name, "ascending") for name in _KEY])
    )


def _count(some: ShipHours) -> pa.Table:
    return pa.concat_tables(
        _sums(some, receiver, cell, counted, heard) for receiver, cell, counted, heard in _by_receiver(some)
    )


def _by_receiver(some: ShipHours) -> Iterator[tuple[int, Ints, Flags, Flags]]:
    """For each kind of receiver: the cells, which ship-hours count, and in which of them the ship was heard."""
    yield ANY, some.cell, np.ones(len(some.cell), np.bool_), some.heard
    yield TERRESTRIAL, some.cell, some.kinds, some.terrestrial
    # A satellite is asked only where nobody ashore has answered: else its share would be that of busy coasts.
    yield SATELLITE, cells.around(some.cell, cells.WIDE), some.kinds & ~some.terrestrial, some.satellite


def _sums(some: ShipHours, receiver: int, cell: Ints, counted: Flags, heard: Flags) -> pa.Table:
    parts = (some.hour, np.full(len(cell), receiver), cell, some.ais_class, some.moving)
    hour, receivers, cell, ais_class, moving = (part[counted].astype(np.int64) for part in parts)
    key = reduce(_appended, ((receivers, _RECEIVERS), (cell, _CELLS), (ais_class, _CLASSES), (moving, 2)), hour)
    keys, of = np.unique(key, return_inverse=True)
    rest, moving = np.divmod(keys, 2)
    rest, ais_class = np.divmod(rest, _CLASSES)
    rest, cell = np.divmod(rest, _CELLS)
    hour, receivers = np.divmod(rest, _RECEIVERS)
    n = np.bincount(of, minlength=len(keys))
    h = np.bincount(of, heard[counted], minlength=len(keys)).astype(np.int64)
    columns: list[Any] = [hour // 24, hour % 24, receivers, cell, ais_class, moving.astype(np.bool_), n, h]
    fields = RECEPTION_COUNTS.arrow
    return pa.table([pc.cast(pa.array(c), field.type) for c, field in zip(columns, fields, strict=True)], schema=fields)


def _appended(key: Ints, part: tuple[Ints, int]) -> Ints:
    values, size = part
    return key * size + values
