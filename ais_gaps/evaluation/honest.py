"""Honest tracks: ships that are plainly one ship, heard often enough to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.evaluation.draws import draw
from ais_gaps.gaps.stitch import JUMPS_OF_A_SHARED_MMSI, Stitched, newest_rows
from ais_gaps.schema import VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Ints = npt.NDArray[Any]

FEWEST_FIXES: Final = 50


def ships(store: Store, ingests: Sequence[Ingest], found: Stitched) -> Ints:
    """MMSI, ascending, that have at least `FEWEST_FIXES` positions and move as one ship does.

    Args:
        store, ingests: the archive.
        found: its silences, which know of moves between days that no ship makes.
    """
    chosen = [np.empty(0, np.int64)]
    for within in summaries.ranges(store, ingests):
        days = summaries.read(store, ingests, VESSEL_DAYS, within=within, columns=["mmsi", "day", "seq", "positions"])
        rows = newest_rows(days)
        days = days if rows is None else days.take(pa.array(rows))
        mmsi, of = np.unique(days["mmsi"].to_numpy(), return_inverse=True)
        positions = np.bincount(of, days["positions"].to_numpy(), minlength=len(mmsi))
        chosen.append(mmsi[positions >= FEWEST_FIXES].astype(np.int64))
    every = np.concatenate(chosen)
    return every[~np.isin(every, shared(found))]


def shared(found: Stitched) -> Ints:
    """MMSI that move so often as no ship can that several may send under each, or that are parted into several tracks."""
    parted = found.gaps["mmsi"].to_numpy()[found.gaps["tracks"].to_numpy() > 1]
    return np.union1d(found.jumping[found.jumps >= JUMPS_OF_A_SHARED_MMSI], parted)


def some(mmsi: Ints, at_most: int, seed: int) -> Ints:
    """So many of some ships at most, ascending, each as likely as the others."""
    order = np.lexsort([mmsi, draw(seed, mmsi)])
    return np.sort(mmsi[order[:at_most]])
