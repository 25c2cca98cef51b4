"""Episodes: long silences of one ship that a short burst of reports breaks are one case."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from ais_gaps.judgement.silences import H_US, Ints
from ais_gaps.schema import UTC_US

BURST_H: Final = 6.0
"""Silences with less than this of reception in between are of one episode."""


def episodes(gaps: pa.Table, long: pa.Table, as_of_us: int) -> tuple[pa.Array, Ints, Ints]:
    """The episode that each silence is part of.

    Args:
        gaps: silences (`gaps.BARE_GAPS`). long: all longer silences of the same ships: what episodes are made of.
        as_of_us: the end of those that are not over.

    Returns:
        When the first silence of the episode began (UTC); how many silences the episode has; and its end, microseconds since 1970.
        A silence that is not among ``long`` is an episode by itself.
    """
    ship, off_us = _keys(long)
    end_us = long["on_us"].fill_null(as_of_us).to_numpy()
    order = np.lexsort((off_us, ship))
    ship, off_us, end_us = ship[order], off_us[order], end_us[order]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = (ship[1:] != ship[:-1]) | (off_us[1:] - end_us[:-1] >= BURST_H * H_US)
    first = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    number = np.cumsum(begins) - 1
    count = np.bincount(number) if len(number) else number
    last = np.append(np.flatnonzero(begins)[1:], len(order)) - 1
    own_ship, own_off = _keys(gaps)
    own_end = gaps["on_us"].fill_null(as_of_us).to_numpy()
    at = _found(np.stack([ship, off_us]), np.stack([own_ship, own_off]))
    among = at >= 0
    row = np.maximum(at, 0)
    if not len(order):
        return pa.array(own_off, pa.int64()).cast(UTC_US), np.ones(len(gaps), np.int64), own_end
    start = np.where(among, off_us[first[row]], own_off)
    silences = np.where(among, count[number[row]], 1)
    return pa.array(start, pa.int64()).cast(UTC_US), silences, np.where(among, end_us[last[number[row]]], own_end)


def _keys(gaps: pa.Table) -> tuple[Ints, Ints]:
    ship = gaps["mmsi"].to_numpy().astype(np.int64) << 16 | gaps["track"].to_numpy()
    return ship, gaps["off_us"].to_numpy()


def _found(known: Ints, wanted: Ints) -> Ints:
    """The column of each wanted pair among the known ones, -1 where it is none of them."""
    both = np.concatenate([known, wanted], axis=1)
    order = np.lexsort(both[::-1])
    new = (np.diff(both[:, order], axis=1) != 0).any(axis=0)
    of = np.empty(both.shape[1], np.int64)
    of[order] = np.cumsum(np.append(0, new))[: len(order)]
    at = np.full(int(of.max(initial=-1)) + 1, -1)
    at[of[: known.shape[1]]] = np.arange(known.shape[1])
    found: Ints = at[of[known.shape[1] :]]
    return found
