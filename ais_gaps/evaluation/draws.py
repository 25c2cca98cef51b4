"""Draws that anyone can draw again: numbers that follow from a seed and from what they are drawn for, whatever the order.

So the same ships and the same stretches are chosen however an archive's reports lie in parts, and a ship more changes nothing for
the others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_GOLDEN, _FIRST, _SECOND = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def draw(seed: int, *keys: Any) -> npt.NDArray[np.float64]:
    """A number in [0, 1) for each combination of keys, as good as independent (SplitMix64, Steele, Lea and Flood 2014).

    Args:
        seed: any integer.
        keys: integers or arrays of integers, broadcast against each other.
    """
    state = _mixed(np.asarray(seed % 2**64, np.uint64))
    for key in keys:
        # Two's complement: negative keys are as good as any.
        state = _mixed(state ^ np.asarray(key, np.int64).astype(np.uint64))
    return np.asarray((state >> np.uint64(11)).astype(np.float64) / 2.0**53)


def _mixed(state: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    with np.errstate(over="ignore"):  # scalars warn where arrays wrap around in silence
        z = state + _GOLDEN
        z = (z ^ (z >> np.uint64(30))) * _FIRST
        z = (z ^ (z >> np.uint64(27))) * _SECOND
    return np.asarray(z ^ (z >> np.uint64(31)))
