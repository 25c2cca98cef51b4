"""Which cells of 0.25 degree have water in their middle: asked cell by cell, and remembered."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ais_gaps.reception import cells

Ints = npt.NDArray[Any]

_UNKNOWN, _DRY, _WET = -1, 0, 1


def afloat(cell: Ints) -> npt.NDArray[np.bool_]:
    """Whether the middle of each cell is at sea (Natural Earth's land, as `sea.land` has it)."""
    known = _known()
    asked = np.unique(cell[known[cell] == _UNKNOWN])
    if len(asked):
        from ais_gaps.sea.land import on_land

        edges = cells.edges(asked, cells.FINE)
        known[asked] = np.where(on_land(edges.lat, edges.lon), _DRY, _WET)
    return np.asarray(known[cell] == _WET)


@cache
def _known() -> Ints:
    return np.full(cells.count(cells.FINE), _UNKNOWN, np.int8)
