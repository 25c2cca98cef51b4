"""Lengths of silences: the bands that they are reported in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Bands:
    """Bands of length in hours; each begins at its edge, the first takes in what is shorter, the last what is longer."""

    edges_h: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.edges_h)

    def of(self, hours: Any) -> npt.NDArray[np.int64]:
        """The number of the band of each length."""
        found = np.searchsorted(np.asarray(self.edges_h), np.asarray(hours), side="right") - 1
        return np.asarray(np.maximum(found, 0))

    def name(self, number: int) -> str:
        """The band in words."""
        if number + 1 == len(self.edges_h):
            return f"{self.edges_h[-1]:g} h and more"
        return f"{self.edges_h[number]:g}-{self.edges_h[number + 1]:g} h"


BANDS: Final = Bands((1.0, 2.0, 4.0, 6.0, 12.0, 24.0, 72.0))
