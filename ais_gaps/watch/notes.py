"""What must be said when an entry is added: that nobody is meant by it so far, how many are, what the evidence does not tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence import Evidence
from ais_gaps.names import nearest, tidy
from ais_gaps.watch import lists, owners
from ais_gaps.watch.ships import meant


def notes(entries: pa.Table, evidence: Evidence, sayings: pa.Table) -> Iterator[str]:
    """A sentence or two for each entry of which something must be said.

    Args:
        entries: `columns.WATCHED`.
        evidence: of the archive. sayings: what ships say (`identities.known`).
    """
    rows = entries.to_pylist()
    ships: list[set[int]] = [set() for _ in rows]
    for found in meant(entries, evidence, sayings):
        ships[found.entry].add(found.mmsi)
    heard = set(pc.unique(sayings["mmsi"]).to_pylist())
    for row, mmsis in zip(rows, ships, strict=True):
        yield from _note(row["kind"], tidy(row["value"]), mmsis & heard, evidence, sayings)


def _note(kind: str, value: str, heard: set[int], evidence: Evidence, sayings: pa.Table) -> Iterator[str]:
    match kind:
        case "name":
            yield _of_name(value, len(heard), sayings)
        case "imo" if not heard:
            yield f"no ship of the archive says IMO {value} so far"
        case "imo" if len(heard) > 1:
            yield f"{len(heard)} MMSI of the archive stand for IMO {value}; all are watched"
        case "mmsi" if not heard:
            yield f"MMSI {value} has said nothing of itself in the archive so far"
        case "owner":
            yield _of_owner(value, len(heard), evidence)
        case "listing":
            found = list(lists.of_name(evidence.listings, value))
            yield f"{value}: {_of_evidence([(f.imo, f.mmsi) for f in found], len(heard))}"


def _of_name(name: str, heard: int, sayings: pa.Table) -> str:
    if heard:
        several = f"{heard} MMSI of the archive say the name {name}; all are watched" if heard > 1 else ""
        return several or f"names are not unique: whoever else says {name} will be watched too"
    near = nearest(name, pc.drop_null(pc.unique(sayings["name"])).to_pylist())
    return f"no ship of the archive bears the name {name} so far" + _nearest(near)


def _of_owner(owner: str, heard: int, evidence: Evidence) -> str:
    companies = owners.Companies(evidence)
    found = list(companies.ships_of(owner))
    if found:
        numbers = [(f.imo, () if f.mmsi is None else (f.mmsi,)) for f in found]
        return f"{owner}: {_of_evidence(numbers, heard)}. {_stated(evidence)}"
    near = nearest(owner, companies.known)
    return f"no ship of the evidence is named with a company {owner} so far{_nearest(near)}. {_stated(evidence)}"


def _of_evidence(numbers: Sequence[tuple[int | None, Sequence[int]]], heard: int) -> str:
    ships = {imo if imo is not None else (row, *mmsi) for row, (imo, mmsi) in enumerate(numbers)}
    nameless = sum(imo is None and not mmsi for imo, mmsi in numbers)
    words = f"{_count(len(ships), 'ship')} by the evidence, {_count(heard, 'MMSI')} of the archive known to be of them"
    if nameless:
        words += f"; {_count(nameless, 'row')} with neither IMO number nor MMSI tell no ship"
    return words


def _stated(evidence: Evidence) -> str:
    """Which of the inputs name companies at all."""
    columns = (
        ("the register's owner", evidence.vessels["owner"]),
        ("the register's linked_to", evidence.vessels["linked_to"]),
        ("the lists' linked_to", evidence.listings["linked_to"]),
        ("the fleet's linked_to", evidence.fleet["linked_to"]),
    )
    stated = [f"{what} in {len(c) - c.null_count:,} of {len(c):,} rows" for what, c in columns if len(c)]
    if not stated:
        return "The archive has no register and no list, so nothing names owners"
    return f"Companies are named by {', '.join(stated)}"


def _nearest(names: Sequence[str]) -> str:
    return f"; nearest: {'; '.join(map(tidy, names))}" if names else ""


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 or what.isupper() else 's'}"
