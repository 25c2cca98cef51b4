"""Pairs of rows of two tables that are of one MMSI."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def of_one_mmsi(left: NDArray[Any], right: NDArray[Any]) -> tuple[Rows, Rows]:
    """The rows of every pair of equal MMSI: by row of ``right``, then of ``left``, ascending."""
    order = np.argsort(left, kind="stable")
    low, high = (np.searchsorted(left[order], right, side) for side in ("left", "right"))
    count = high - low
    second = np.repeat(np.arange(len(right)), count)
    within = np.arange(len(second)) - np.repeat(np.cumsum(count) - count, count)
    return order[np.repeat(low, count) + within], second
