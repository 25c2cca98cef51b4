"""Fixes: the position reports of ships in order, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class Fixes:
    """Positions of ships in order of (mmsi, time); arrays of one length, in the units and codes of `schema.STORED_REPORTS`."""

    mmsi: Ints
    ts: Ints
    lat: Ints
    lon: Ints
    ais_class: Ints
    receiver: Ints

    def __len__(self) -> int:
        return len(self.mmsi)

    @classmethod
    def of(cls, table: pa.Table) -> Fixes:
        """From sorted position reports of ships, without nulls."""
        return cls(*(table[field.name].to_numpy() for field in fields(cls)))

    @classmethod
    def joined(cls, parts: Sequence[Fixes]) -> Fixes:
        """Several as one, put in order: parts that share a ship may hold any of her times."""
        together = [np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)]
        order = np.lexsort(together[::-1])
        return cls(*(column[order] for column in together))

    def tail(self) -> Fixes:
        """The last fix of each ship: all that her next day needs to know of what was before."""
        ends = np.flatnonzero(np.append(self.mmsi[1:] != self.mmsi[:-1], True)) if len(self) else np.empty(0, np.int64)
        return Fixes(*(getattr(self, field.name)[ends] for field in fields(Fixes)))
