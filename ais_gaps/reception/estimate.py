"""From counts to a chance of being heard: a cell's own share, drawn towards that of its surroundings where it holds little.

Terrestrial (and any) receivers: a cell of 0.25 degree under its parent of 1 degree, that under the group's rate T0, but 0.05 at
most: a sea in which nobody was is more likely out of reach than not.

    parent   = (H1 + 6 min(T0, 0.05)) / (N1 + 6)
    estimate = (H + 6 parent) / (N + 6)

Satellites: a cell of 2 degrees under the group's rate S0, of the hours in which no terrestrial receiver heard the ship.

    estimate = (H + 40 S0) / (N + 40)

The pulls of 6 and 40 ship-hours were chosen on simulated worlds. Where a cell has fewer ship-hours than the pull, more than half of
the estimate would be somebody else's: there it is not known.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from ais_gaps.reception import cells
from ais_gaps.schema import HEARD_BY

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ANY, TERRESTRIAL, SATELLITE = (HEARD_BY.index(word) for word in ("any", "terrestrial", "satellite"))

LEAST: Final = {"any": 6, "terrestrial": 6, "satellite": 40}
"""Ship-hours that a cell must have to be known; the weight of its surroundings is as much."""

_EMPTY_SEA: Final = 0.05


def size_of(receiver: int) -> int:
    """The size of the cells that a receiver's reception is counted in."""
    return cells.WIDE if receiver == SATELLITE else cells.FINE


def chance(receiver: int, cell: Ints, n: Ints, h: Ints) -> Floats:
    """The chance that a ship is heard in an hour, for each cell of one group of ships (a class, moving or not, or all together).

    Args:
        receiver: code in `HEARD_BY`.
        cell: distinct cells of `size_of(receiver)`: all that the group was in, since surroundings and rate are made of them.
        n, h: ship-hours of each, and those in which ships were heard.
    """
    rate = h.sum() / max(n.sum(), 1)
    if receiver == SATELLITE:
        pull = LEAST["satellite"]
        return np.asarray((h + pull * rate) / (n + pull))
    pull = LEAST["terrestrial"]
    parents, of = np.unique(cells.around(cell, cells.PARENT), return_inverse=True)
    n_around, h_around = (np.bincount(of, values, minlength=len(parents)) for values in (n, h))
    around = (h_around + pull * min(rate, _EMPTY_SEA)) / (n_around + pull)
    return np.asarray((h + pull * around[of]) / (n + pull))
