"""The counts of reception that ingests have kept, read back: each vessel-day's newest, and the sums over all ships.

What is asked of some days reads the ingests that can hold any of them, however many others there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.reception.counts import added
from ais_gaps.reception.shiphours import DAY_S, HOUR_S
from ais_gaps.schema import SHIP_CELLS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Ints = npt.NDArray[Any]

_DAY_H: Final = DAY_S // HOUR_S


def ship_cells(
    store: Store, ingests: Sequence[Ingest], *, within: tuple[int, int] | None, days: tuple[int, int]
) -> pa.Table:
    """The ship-hours of ships by vessel-day, cell, class and moving (`schema.SHIP_CELLS`), by mmsi, day, cell.

    Args:
        store: the archive.
        ingests: those that count, in order and without a hole.
        within: only MMSI from the first to the second, both included; None = all.
        days: only days from the first to the second, both included; days since 1970.

    Raises:
        ArchiveError: a file is missing; the message says how to mend it.
    """
    # The day after a touched one is counted too.
    near = [ingest for ingest in ingests if ingest.touches(days[0] - 1, days[1])]
    rows = summaries.read(store, near, SHIP_CELLS, within=within)
    rows = rows.filter(pc.and_(pc.greater_equal(rows["day"], days[0]), pc.less_equal(rows["day"], days[1])))
    return _newest(rows)


def peer_hours(store: Store, ingests: Sequence[Ingest], *, hours: tuple[int, int]) -> pa.Table:
    """The ship-hours of all ships by clock hour, cell, class and moving (`schema.PEER_HOURS`), each once, by hour and cell.

    Args:
        store: the archive.
        ingests: those that count, in order and without a hole.
        hours: from the first to the second, both included; hours since 1970.

    Raises:
        ArchiveError: a file is missing; the message says how to mend it.
    """
    return added(list(differences(store, ingests, hours=hours)))


def differences(store: Store, ingests: Sequence[Ingest], *, hours: tuple[int, int] | None) -> Iterator[pa.Table]:
    """What adds up to `peer_hours`, piece by piece: a key may be in several, and its numbers may be negative.

    Args:
        store, ingests: as of `peer_hours`.
        hours: as of `peer_hours`; None = all.
    """
    near = ingests
    if hours is not None:
        # The hours of a silence that ends on a day, or on the day after it, lie up to a day before.
        near = [i for i in ingests if i.touches(hours[0] // _DAY_H - 1, hours[1] // _DAY_H + 1)]
    yield from summaries.differences(store, ingests, near, hours)


def _newest(rows: pa.Table) -> pa.Table:
    """Of each vessel-day the rows of the latest count, in order; none where that found none."""
    mmsi, day, seq, cell = (rows[name].to_numpy() for name in ("mmsi", "day", "seq", "cell"))
    key = mmsi.astype(np.int64) << 32 | day
    if not (key[1:] >= key[:-1]).all() or (seq[1:] != seq[:-1])[key[1:] == key[:-1]].any():
        group = (cell.astype(np.int64) << 2 | rows["ais_class"].to_numpy()) << 1 | rows["moving"].to_numpy()
        order = np.lexsort([group, seq, key])
        rows, key, seq = rows.take(order), key[order], seq[order]
        last = np.flatnonzero(np.append(key[1:] != key[:-1], True))
        newest = np.repeat(seq[last], np.diff(np.append(-1, last)))
        rows = rows.filter(pa.array(seq == newest))
    return rows.filter(pc.greater(rows["n"], 0))
