"""Companies that the evidence names with ships: owners by the register, and whom register and lists link to a ship."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence import Evidence
from ais_gaps.names import fold_all
from ais_gaps.watch import lists

_IN_BRACKETS: Final = re.compile(r"\s*\([^()]*\)\s*$")


@dataclass(frozen=True)
class Stated:
    """A ship with which a company is named.

    Attributes:
        cell: the words that name it.
        says: who says so, and in what role.
        imo, mmsi: her numbers, as far as they are given.
        listing: the row of a list, where it is one that says so.
    """

    cell: str
    says: str
    imo: int | None
    mmsi: int | None = None
    listing: lists.Listing | None = None


def ships_of(owner: str, evidence: Evidence) -> Iterator[Stated]:
    """The ships with which the evidence names a company of just this name, whatever case and punctuation.

    A cell names a company in full, without what stands in round brackets after it, or as one of several parted by semicolons.
    """
    for column, says in (("owner", "her owner by the register"), ("linked_to", "named with her by the register")):
        for row in _naming(evidence.vessels, column, owner).to_pylist():
            yield Stated(row[column], says, row["imo"], row["mmsi"])
    for found in lists.read(_naming(evidence.listings, "linked_to", owner)):
        yield Stated(found.row["linked_to"], f"listed with her by {found.title}", found.imo, listing=found)
    for row in _naming(evidence.fleet, "linked_to", owner).to_pylist():
        yield Stated(row["linked_to"], "listed with her by OFAC", row["imo"])


def known(evidence: Evidence) -> list[str]:
    """The companies that the evidence names with ships, as their cells have them, ascending."""
    columns = [
        evidence.vessels["owner"],
        *(t["linked_to"] for t in (evidence.vessels, evidence.listings, evidence.fleet)),
    ]
    return sorted({cell for column in columns for cell in pc.drop_null(pc.unique(column)).to_pylist()})


def _naming(rows: pa.Table, column: str, owner: str) -> pa.Table:
    cells = pc.drop_null(pc.unique(rows[column])).to_pylist()
    wanted = _keys(owner)[:1]
    chosen = [cell for cell in cells if set(wanted) & set(_keys(cell))]
    return rows.filter(pc.is_in(rows[column], pa.array(chosen, pa.string())))


def _keys(cell: str) -> list[str]:
    """The folds of a cell as a whole and of each company in it."""
    one_line = " ".join(cell.split())
    parts = [one_line, *one_line.split(";")]
    return [fold for fold in fold_all([*parts, *(_IN_BRACKETS.sub("", part) for part in parts)]) if fold]
