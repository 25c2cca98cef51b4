"""Which MMSI the entries mean: by what ships say of themselves, and by what the evidence's registers and lists say of ships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import itu
from ais_gaps.evidence import Evidence
from ais_gaps.names import fold_all
from ais_gaps.vessels import PLACEHOLDER_IMOS
from ais_gaps.watch import lists, owners
from ais_gaps.watch.named import Names

SAID: Final = ("mmsi", "imo", "name", "call_sign")
"""What is read of what ships say."""

ITSELF, REGISTER, ON_LIST, NUMBER, NAME = "itself", "register", "list", "number", "name"
"""How an MMSI is known to be meant: it said the IMO number; the register gives it; a list gives it, and a name or call sign agrees;
it is what is watched; it said the name."""


@dataclass(frozen=True)
class Meant:
    """An MMSI that an entry means.

    Attributes:
        entry: index of the entry.
        mmsi: the MMSI.
        how: one of the five words above.
        imo: the IMO number by which the entry tells the ship; None where it does not.
        names: of an entry that is a name, how it is spelt by those who bear it.
        company: of an owner: the cell that names it, and who says so.
        listing: of a list: the row.
    """

    entry: int
    mmsi: int
    how: str
    imo: int | None = None
    names: frozenset[str] = frozenset()
    company: tuple[str, str] | None = None
    listing: lists.Listing | None = None


@dataclass(frozen=True)
class _Ship:
    """A ship as evidence tells it: any of the numbers may be missing. Names are folded; None = the register's, which needs none."""

    entry: int
    imo: int | None
    mmsi: tuple[int, ...] = ()
    names: frozenset[str] | None = None
    calls: frozenset[str] = frozenset()
    company: tuple[str, str] | None = None
    listing: lists.Listing | None = None


def meant(entries: pa.Table, evidence: Evidence, said: pa.Table) -> list[Meant]:
    """The MMSI that entries of all kinds but areas mean, in the order of the entries.

    A ship that the evidence gives by IMO number is every MMSI that ever said that number. One that never said any is known by the
    MMSI that the register gives, or by the MMSI that a list gives where a name or call sign agrees too (as
    `evidence.listings.matches` has it). A name alone tells no ship of the evidence.

    Args:
        entries: `columns.WATCHED`, those in force.
        evidence: for owners, lists, and ships that say no IMO number.
        said: what ships say (`SAID`), as `identities.known` gives it.
    """
    rows = entries.select(["kind", "value"]).to_pylist()
    by_kind: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_kind[row["kind"]].append((number, row["value"]))
    found = [Meant(entry, int(value), NUMBER) for entry, value in by_kind["mmsi"]]
    found += _bearing(by_kind["name"], said)
    ships = [
        *_numbered(by_kind["imo"], evidence),
        *_owned(by_kind["owner"], evidence),
        *_listed(by_kind["listing"], evidence),
    ]
    found += _resolved(ships, evidence.vessels, said)
    return sorted(found, key=lambda m: (m.entry, m.mmsi))


def _bearing(wanted: Sequence[tuple[int, str]], said: pa.Table) -> Iterator[Meant]:
    if not wanted:
        return
    texts = pc.drop_null(pc.unique(said["name"])).to_pylist()
    known = Names(texts)
    for entry, name in wanted:
        spelt = [texts[row] for row in known.same_as(name)]
        bearers = said["mmsi"].filter(pc.is_in(said["name"], pa.array(spelt, pa.string())))
        for mmsi in pc.unique(bearers).to_pylist():
            yield Meant(entry, mmsi, NAME, names=frozenset(spelt))


def _numbered(wanted: Sequence[tuple[int, str]], evidence: Evidence) -> Iterator[_Ship]:
    """The ship of each IMO number by itself, and as lists give her an MMSI."""
    if not wanted:
        return
    entry_of = {int(value): entry for entry, value in wanted}
    imos = pa.array(sorted(entry_of), pa.int64())
    for imo, entry in sorted(entry_of.items()):
        yield _Ship(entry, imo)
    for row in lists.read(evidence.listings.filter(pc.is_in(evidence.listings["imo"], imos))):
        if row.imo is not None:
            yield _of_list(entry_of[row.imo], row)


def _owned(wanted: Sequence[tuple[int, str]], evidence: Evidence) -> Iterator[_Ship]:
    if not wanted:
        return
    companies = owners.Companies(evidence)
    for entry, owner in wanted:
        for stated in companies.ships_of(owner):
            company = (stated.cell, stated.says)
            if stated.listing is not None:
                yield _of_list(entry, stated.listing, company)
            else:
                yield _Ship(entry, stated.imo, () if stated.mmsi is None else (stated.mmsi,), company=company)


def _listed(wanted: Sequence[tuple[int, str]], evidence: Evidence) -> Iterator[_Ship]:
    for entry, name in wanted:
        for row in lists.of_name(evidence.listings, name):
            yield _of_list(entry, row, listing=row)


def _of_list(
    entry: int, row: lists.Listing, company: tuple[str, str] | None = None, listing: lists.Listing | None = None
) -> _Ship:
    return _Ship(entry, row.imo, row.mmsi, row.names, row.calls, company, listing)


def _resolved(ships: Sequence[_Ship], register: pa.Table, said: pa.Table) -> Iterator[Meant]:
    imos = pa.array(sorted({ship.imo for ship in ships if ship.imo is not None} - set(PLACEHOLDER_IMOS)), pa.int64())
    sayers = _mmsi_of(imos, said)
    registered = _mmsi_of(imos, register)
    given = {mmsi for ship in ships for mmsi in (*ship.mmsi, *registered.get(ship.imo or 0, ()))}
    spoken = _spoken(given, said)
    for ship in ships:
        found = [(mmsi, ITSELF) for mmsi in sayers.get(ship.imo or 0, ())]
        by_register = (*registered.get(ship.imo or 0, ()), *(ship.mmsi if ship.names is None else ()))
        found += [(mmsi, REGISTER) for mmsi in by_register if not spoken.get(mmsi, _SILENT).numbered]
        if ship.names is not None:
            found += [(mmsi, ON_LIST) for mmsi in ship.mmsi if _agrees(ship, spoken.get(mmsi, _SILENT))]
        for mmsi, how in found:
            yield Meant(ship.entry, mmsi, how, ship.imo, company=ship.company, listing=ship.listing)


@dataclass(frozen=True)
class _Spoken:
    """What an MMSI says of itself: whether any valid IMO number; its names, folded, and its call signs."""

    numbered: bool
    names: frozenset[str]
    calls: frozenset[str]


_SILENT: Final = _Spoken(False, frozenset(), frozenset())


def _agrees(ship: _Ship, spoken: _Spoken) -> bool:
    """Whether an MMSI that a list gives to a ship is hers by a name or call sign too. Another IMO number is another ship."""
    names = ship.names or frozenset()
    return not (spoken.numbered and ship.imo is not None) and bool(names & spoken.names or ship.calls & spoken.calls)


def _mmsi_of(imos: pa.Array, rows: pa.Table) -> Mapping[int, list[int]]:
    """The MMSI that rows with ``imo`` and ``mmsi`` have beside each IMO number, ascending."""
    own = rows.select(["mmsi", "imo"]).filter(pc.and_(pc.is_in(rows["imo"], imos), pc.is_valid(rows["mmsi"])))
    found: dict[int, set[int]] = defaultdict(set)
    for mmsi, imo in zip(own["mmsi"].to_pylist(), own["imo"].to_pylist(), strict=True):
        found[imo].add(mmsi)
    return {imo: sorted(mmsis) for imo, mmsis in found.items()}


def _spoken(mmsis: set[int], said: pa.Table) -> Mapping[int, _Spoken]:
    wanted = pa.array(sorted(mmsi for mmsi in mmsis if 0 < mmsi <= 999_999_999), pa.int64())
    own = said.select(SAID).filter(pc.is_in(said["mmsi"].cast(pa.int64()), wanted))
    imos = own["imo"].fill_null(0).to_numpy()
    numbered = itu.imos_valid(imos) & ~np.isin(imos, PLACEHOLDER_IMOS)
    names: dict[int, set[str]] = defaultdict(set)
    calls: dict[int, set[str]] = defaultdict(set)
    folds = fold_all([(name or "").replace("\n", " ") for name in own["name"].to_pylist()])
    rows = own["mmsi"].to_pylist()
    for mmsi, fold, call in zip(rows, folds, own["call_sign"].to_pylist(), strict=True):
        names[mmsi].add(fold)
        calls[mmsi].add(lists.call(call or ""))
    with_number = {mmsi for mmsi, valid in zip(rows, numbered.tolist(), strict=True) if valid}
    return {m: _Spoken(m in with_number, frozenset(names[m] - {""}), frozenset(calls[m] - {""})) for m in names}
