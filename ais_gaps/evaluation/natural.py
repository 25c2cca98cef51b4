"""Natural silences: the archive's own, whatever made them, to hold the injected ones against."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evaluation.draws import draw
from ais_gaps.gaps.stitch import H_US

Floats = npt.NDArray[np.float64]

OF_A_LENGTH: Final = 200
"""Of so many silences at most of one length (in steps of 5 percent) is a judgement asked; each stands for its share of the rest."""

_STEP: Final = np.log(1.05)
_OF_SAMPLE: Final = 4


def closed(gaps: pa.Table, ships: npt.NDArray[Any]) -> pa.Table:
    """The silences of some ships (MMSI) that have ended, both ends at known positions."""
    ended = pc.is_in(gaps["mmsi"], value_set=pa.array(ships, pa.int32()))
    for name in ("on_us", "off_lat", "on_lat"):
        ended = pc.and_(ended, pc.is_valid(gaps[name]))
    return gaps.filter(ended)


def hours_of(gaps: pa.Table) -> Floats:
    """Length of each closed silence in hours."""
    return np.asarray((gaps["on_us"].to_numpy() - gaps["off_us"].to_numpy()) / H_US, np.float64)


def sample(gaps: pa.Table, seed: int) -> tuple[pa.Table, Floats]:
    """Some of the silences, and for how many each stands: of each length all, or `OF_A_LENGTH` at random."""
    step = np.floor(np.log(hours_of(gaps)) / _STEP).astype(np.int64)
    mmsi, off_us = gaps["mmsi"].to_numpy().astype(np.int64), gaps["off_us"].to_numpy()
    order = np.lexsort([off_us, mmsi, draw(seed, _OF_SAMPLE, mmsi, off_us), step])
    begins = np.flatnonzero(np.append(True, step[order][1:] != step[order][:-1])) if len(order) else order
    size = np.diff(np.append(begins, len(order)))
    turn = np.arange(len(order)) - np.repeat(begins, size)
    worth = np.repeat(size / np.minimum(size, OF_A_LENGTH), size)
    kept = np.flatnonzero(turn < OF_A_LENGTH)
    kept = kept[np.argsort(order[kept])]
    return gaps.take(pa.array(order[kept])), worth[kept]
