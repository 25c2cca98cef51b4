"""Which ships a name can mean, by the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ais_gaps.names import fold


def spelt(row: dict[str, Any]) -> Iterator[str]:
    """Every name of a register row, folded: its own, its native, former ones and other spellings."""
    for name in (row["name"], row["name_native"], *(row["former_names"] or ()), *(row["spellings"] or ())):
        if folded := fold(name or ""):
            yield folded


def resolve(observations: pa.Table, register: pa.Table) -> pa.Table:
    """Observations with `vessel_imos` filled in where a name tells one ship of the register.

    An IMO number that the row gives stays. A name that several ships of the register bear or bore, or none, or one without an
    IMO number, stays unresolved (null): a name alone is not an identity.
    """
    bearers: dict[str, set[int | None]] = defaultdict(set)
    for number, row in enumerate(register.to_pylist()):
        for name in spelt(row):
            bearers[name].add(row["imo"] or -number - 1)
    known = {name: next(iter(ids)) for name, ids in bearers.items() if len(ids) == 1}

    def number_of(name: str | None) -> int | None:
        imo = known.get(fold(name or ""))
        return imo if imo is not None and imo > 0 else None

    filled: list[list[int | None] | None] = []
    for names, imos in zip(
        observations["vessels_named"].to_pylist(), observations["vessel_imos"].to_pylist(), strict=True
    ):
        if names is None:
            filled.append(None)
        else:
            filled.append(
                [imo or number_of(name) for name, imo in zip(names, imos or [None] * len(names), strict=True)]
            )
    at = observations.schema.get_field_index("vessel_imos")
    return observations.set_column(at, "vessel_imos", pa.array(filled, pa.list_(pa.int64())))
