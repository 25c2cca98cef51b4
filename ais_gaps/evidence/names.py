"""Which ships a name can mean, by the register; which place a name means, by the places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.names import fold, fold_all

_OF_ANY_PORT = frozenset({"PORT", "OF", "HARBOUR", "HARBOR"})


def spelt(row: dict[str, Any]) -> Iterator[str]:
    """Every name of a register row, folded: its own, its native, former ones and other spellings."""
    for name in (row["name"], row["name_native"], *(row["former_names"] or ()), *(row["spellings"] or ())):
        if folded := fold(name or ""):
            yield folded


def ships_of(row: Mapping[str, Any]) -> tuple[tuple[str | None, int | None, int | None], ...]:
    """The ships that an observation names, each by name, IMO number and MMSI; what it does not give of one is None."""
    given = (row["vessels_named"] or (), row["vessel_imos"] or (), row["vessel_mmsis"] or ())
    return tuple(
        (name, imo, mmsi) for name, imo, mmsi in zip_longest(*given) if (name, imo, mmsi) != (None, None, None)
    )


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

    def numbers_of(row: dict[str, Any]) -> list[int | None]:
        names = row["vessels_named"]
        imos = row["vessel_imos"] or [None] * len(names)
        return [imo or number_of(name) for name, imo in zip(names, imos, strict=True)]

    naming = pc.is_valid(observations["vessels_named"])
    rows = observations.select(["vessels_named", "vessel_imos"]).filter(naming).to_pylist()
    return replaced(observations, "vessel_imos", naming, [numbers_of(row) for row in rows])


def placed(observations: pa.Table, *places: pa.Table) -> pa.Table:
    """Observations with `place_ids` filled in where a row gives none and its `place` is the name of one place.

    A name or alias counts, whatever the script, case and punctuation, with or without "port of"; a name that several places
    have, and a text that is more than one name, tell none.

    Args:
        observations: rows with `place` and `place_ids`.
        places: tables with `place_id`, `name`, `aliases`; rows of one id are one place.
    """
    nameless = pc.and_(pc.is_valid(observations["place"]), pc.is_null(observations["place_ids"]))
    texts = observations["place"].filter(nameless).to_pylist()
    if not texts:
        return observations
    known = _places_by_name(places)
    ids = [known.get(key, set()) for key in _place_keys(texts)]
    return replaced(observations, "place_ids", nameless, [list(found) if len(found) == 1 else None for found in ids])


def place_keys_of(places: pa.Table) -> Iterator[tuple[str, str]]:
    """Each name and alias of each place as a key that compares equal whatever the spelling's script, with the place's id."""
    ids, names = places["place_id"].to_pylist(), places["name"].to_pylist()
    spelt_by = [(i, name) for i, name in zip(ids, names, strict=True)]
    for place_id, aliases in zip(ids, places["aliases"].to_pylist(), strict=True):
        spelt_by += [(place_id, alias) for alias in aliases or () if alias]
    keys = _place_keys([name for _, name in spelt_by])
    yield from ((key, place_id) for key, (place_id, _) in zip(keys, spelt_by, strict=True) if key)


def _places_by_name(places: tuple[pa.Table, ...]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = defaultdict(set)
    for table in places:
        for key, place_id in place_keys_of(table):
            known[key].add(place_id)
    return known


def _place_keys(texts: list[str]) -> list[str]:
    folds = fold_all([text.replace("\n", " ") for text in texts])
    bare = [" ".join(word for word in folded.split() if word not in _OF_ANY_PORT) for folded in folds]
    return [short or folded for short, folded in zip(bare, folds, strict=True)]


def replaced(rows: pa.Table, column: str, where: pa.ChunkedArray, values: list[Any]) -> pa.Table:
    """The rows with other values in one column, where a mask says so."""
    if not values:
        return rows
    at, kind = rows.schema.get_field_index(column), rows.schema.field(column).type
    indices = pc.cumulative_sum(pc.cast(where, pa.int64())).combine_chunks()
    chosen = pc.if_else(where.combine_chunks(), pc.subtract(indices, 1), pa.scalar(None, pa.int64()))
    given = pa.array(values, kind).take(chosen)
    kept = rows[column].combine_chunks()
    return rows.set_column(at, rows.schema.field(column), pc.if_else(where.combine_chunks(), given, kept))
