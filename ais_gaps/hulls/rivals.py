"""The other ships that fit a hull, each once however many ways it is known, and what each weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ais_gaps.hulls import length, named
from ais_gaps.hulls.model import Floats, Hull, Others, Rival, Ship
from ais_gaps.hulls.priors import CASE_NATS, HEARD_NATS, LISTED
from ais_gaps.hulls.words import Reasons, rival_text
from ais_gaps.names import fold, fold_all

Keys = NDArray[np.int64]
"""IMO number, else the MMSI with a minus before it, else one of `_NAMELESS` and below for a ship known by name alone."""

_NAMELESS = -10_000_000_000


@dataclass(frozen=True)
class Rivals:
    """All that fit, best first.

    Attributes:
        keys, nats: identity and weight of each. left_out: ships that sources or the register know and that cannot have been there.
    """

    keys: Keys
    nats: Floats
    left_out: tuple[Ship, ...]
    _hull: Hull
    _told: Mapping[int, Ship]
    _heard: tuple[pa.Table, Keys]
    _silent: tuple[pa.Table, Keys]

    def listed(self, shares: Floats) -> tuple[Rival, ...]:
        """The first `LISTED`, in words; `shares` are those of all, in their order."""
        return tuple(
            self._worded(int(key), float(share)) for key, share in zip(self.keys[:LISTED], shares, strict=False)
        )

    def _worded(self, key: int, share: float) -> Rival:
        ship = self._told.get(key)
        heard = _first(*self._heard, key, "away_nm", "ascending")
        silent = _first(*self._silent, key, "spare_h", "descending")
        row = heard or silent or {}
        mmsi = row.get("mmsi") or (ship.mmsi[0] if ship and ship.mmsi else None)
        basis, text, refs = rival_text(self._hull, Reasons(ship, heard, silent))
        name = (ship.name if ship else None) or row.get("name")
        imo = (ship.imo if ship else None) or row.get("imo")
        return Rival(name, imo, mmsi, basis, text, round(share, 6), refs)


def rivals(hull: Hull, her: Ship, others: Others) -> Rivals:
    """The ships other than her that fit a hull.

    Args:
        hull: which.
        her: whose dossier it is.
        others: the ships; rows of other hulls are passed over.
    """
    heard = others.heard.filter(pc.equal(others.heard["hull"], hull.ref))
    silent = others.silent.filter(pc.equal(others.silent["hull"], hull.ref))
    key_of = _Identity(others.named, heard, silent)
    heard_keys, silent_keys = key_of(heard), key_of(silent)
    rows = _rows(heard, heard_keys, silent, silent_keys)
    hers = {her.imo or 0, *(-mmsi for mmsi in her.mmsi)}
    rows = rows.without(np.array(sorted(hers), np.int64), her)
    told, left_out = _told(hull, her, others, key_of, set(rows.keys.tolist()), rows)
    keys = np.union1d(rows.keys, np.array(sorted(told), np.int64))
    first = np.searchsorted(keys, rows.keys)
    heard_too, long = np.zeros(len(keys), np.bool_), np.full(len(keys), np.nan)
    # Last written wins: the least MMSI of several, and the register before what is claimed.
    heard_too[first[rows.heard]] = True
    long[first[::-1]] = rows.length_m[::-1]
    weight = np.zeros(len(keys))
    for key, ship in told.items():
        at = int(np.searchsorted(keys, key))
        long[at] = long[at] if ship.length_m is None else ship.length_m
        naming = named.strongest(ship, hull)
        weight[at] = (0.0 if naming is None else named.nats(naming, hull)) + (
            CASE_NATS if her.case and ship.case else 0.0
        )
    weight += np.where(heard_too, HEARD_NATS, 0.0) + length.nats(hull, long)
    kept = ~length.ruled_out(hull, long)
    keys, weight = keys[kept], np.round(weight[kept], 6)
    order = np.lexsort((keys, _names(keys, rows, told), -weight))
    return Rivals(keys[order], weight[order], left_out, hull, told, (heard, heard_keys), (silent, silent_keys))


class _Identity:
    """Which ship an MMSI is: by the IMO number that any row gives it, where they give one only."""

    def __init__(self, known: tuple[Ship, ...], *tables: pa.Table) -> None:
        said: dict[int, set[int]] = {}
        for table in tables:
            pairs = (
                table.select(["mmsi", "imo"]).filter(pc.is_valid(table["imo"])).group_by(["mmsi", "imo"]).aggregate([])
            )
            for mmsi, imo in zip(pairs["mmsi"].to_pylist(), pairs["imo"].to_pylist(), strict=True):
                said.setdefault(mmsi, set()).add(imo)
        for ship in known:
            for mmsi in ship.mmsi if ship.imo is not None else ():
                said.setdefault(mmsi, set()).add(ship.imo or 0)
        self._imo = {mmsi: next(iter(imos)) for mmsi, imos in sorted(said.items()) if len(imos) == 1}

    def __call__(self, table: pa.Table) -> Keys:
        mmsi = table["mmsi"].to_numpy()
        if self._imo:
            of = np.array(sorted(self._imo), np.int64)
            at = np.minimum(np.searchsorted(of, mmsi), len(of) - 1)
            numbers = np.array([self._imo[m] for m in of.tolist()], np.int64)
            mmsi = np.where(of[at] == mmsi, -numbers[at], mmsi)
        imo = table["imo"].fill_null(0).to_numpy()
        keys: Keys = np.where(imo > 0, imo, -mmsi)
        return keys

    def of(self, ship: Ship) -> int | None:
        """The key of a ship with a number; None for one that is known by name alone."""
        if ship.imo is not None:
            return ship.imo
        return self._imo.get(ship.mmsi[0], -ship.mmsi[0]) if ship.mmsi else None


@dataclass(frozen=True)
class _Rows:
    """Reasons by the archive, one each: whose, whether heard (else silent), her name and claimed length."""

    keys: Keys
    mmsi: NDArray[np.int64]
    heard: NDArray[np.bool_]
    length_m: Floats
    names: NDArray[np.object_]

    def without(self, hers: Keys, her: Ship) -> _Rows:
        """Without her own: rows of her IMO number, or of her MMSI where they give none (or she has none)."""
        own = np.isin(self.keys, hers)
        own |= np.isin(-self.mmsi, hers) & ((self.keys < 0) | (her.imo is None))
        return _Rows(self.keys[~own], self.mmsi[~own], self.heard[~own], self.length_m[~own], self.names[~own])


def _rows(heard: pa.Table, heard_keys: Keys, silent: pa.Table, silent_keys: Keys) -> _Rows:
    both = pa.concat_tables([table.select(["mmsi", "name", "length_m"]) for table in (heard, silent)])
    keys = np.concatenate([heard_keys, silent_keys])
    mmsi = both["mmsi"].to_numpy()
    long = both["length_m"].fill_null(np.nan).to_numpy()
    # A length that is known before one that is not, for the ship that several MMSI are.
    order = np.lexsort((long, mmsi, np.isnan(long), keys))
    names = np.array(both["name"].to_pylist(), dtype=object)
    is_heard = np.arange(len(keys)) < len(heard)
    return _Rows(keys[order], mmsi[order], is_heard[order], long[order], names[order])


def _told(
    hull: Hull, her: Ship, others: Others, key_of: _Identity, by_archive: set[int], rows: _Rows
) -> tuple[dict[int, Ship], tuple[Ship, ...]]:
    """Ships that sources or the register know and that fit, by key; and those that cannot have been there."""
    told: dict[int, Ship] = {}
    left_out: list[Ship] = []
    for key, ship in _merged(her, others.named, key_of, rows).items():
        if key not in by_archive:
            if not named.near(ship, hull) and not (her.case and ship.case):
                continue
            followed = any((hull.ref, mmsi) in others.elsewhere for mmsi in ship.mmsi)
            if followed or named.too_far(ship, hull) or bool(length.ruled_out(hull, _metres(ship))):
                left_out.append(ship)
                continue
        told[key] = ship
    return told, tuple(left_out)


def _merged(her: Ship, known: tuple[Ship, ...], key_of: _Identity, rows: _Rows) -> dict[int, Ship]:
    """Each ship once, by key, with all its namings; the order in which they come plays no part."""
    by_name = _by_name(rows, known, key_of)
    found: dict[int, Ship] = {}
    for number, ship in enumerate(known):
        if named.same(her, ship.imo, ship.mmsi):
            continue
        key = key_of.of(ship)
        if key is None:
            folded = fold(ship.name or "")
            if folded == fold(her.name or ""):  # she herself, for all that is known
                continue
            key = by_name.get(folded, _NAMELESS - number)
        found[key] = _together(found[key], ship) if key in found else ship
    return found


def _together(ship: Ship, other: Ship) -> Ship:
    """One ship that is known in two ways."""
    namings = {n.ref: n for n in (*ship.namings, *other.namings)}
    first_known = ship if ship.length_m is not None else other
    return replace(
        ship,
        name=ship.name or other.name,
        mmsi=tuple(sorted({*ship.mmsi, *other.mmsi})),
        length_m=first_known.length_m,
        length_from=first_known.length_from,
        case=ship.case or other.case,
        ref=ship.ref or other.ref,
        namings=tuple(sorted(namings.values(), key=lambda n: (n.earliest, n.latest, n.ref))),
    )


def _by_name(rows: _Rows, known: tuple[Ship, ...], key_of: _Identity) -> dict[str, int]:
    """The one ship with a number that bears a name, by folded name."""
    bearers: dict[str, set[int]] = {}
    wanted = {fold(ship.name or "") for ship in known if key_of.of(ship) is None} - {""}
    if not wanted:
        return {}
    for folded, key in zip(fold_all([str(name or "") for name in rows.names]), rows.keys.tolist(), strict=True):
        if folded in wanted:
            bearers.setdefault(folded, set()).add(key)
    for ship in known:
        key, folded = key_of.of(ship), fold(ship.name or "")
        if key is not None and folded in wanted:
            bearers.setdefault(folded, set()).add(key)
    return {folded: next(iter(keys)) for folded, keys in bearers.items() if len(keys) == 1}


def _metres(ship: Ship) -> float:
    return np.nan if ship.length_m is None else ship.length_m


def _names(keys: Keys, rows: _Rows, told: Mapping[int, Ship]) -> NDArray[np.str_]:
    """The name of each ship, for order among equals; those without one last."""
    names: dict[int, str] = {}
    for key, name in zip(rows.keys.tolist(), rows.names.tolist(), strict=True):
        if name is not None:
            names[key] = min(name, names.get(key, name))
    names |= {key: ship.name for key, ship in told.items() if ship.name is not None}
    return np.array([names.get(key, "\U0010ffff") for key in keys.tolist()], dtype=np.str_)


def _first(table: pa.Table, keys: Keys, key: int, column: str, order: str) -> dict[str, Any] | None:
    """The row of a ship that says most."""
    rest = [(name, "ascending") for name in table.column_names if name != column]
    found = table.filter(pa.array(keys == key)).sort_by([(column, order), *rest])
    row: dict[str, Any] | None = found.slice(0, 1).to_pylist()[0] if len(found) else None
    return row
