"""Companies that the evidence names with ships: owners by the register, and whom register and lists link to a ship."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence import Evidence
from ais_gaps.names import fold, fold_all
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


class Companies:
    """The companies that evidence names with ships.

    A cell names a company in full, without what stands in round brackets after it, or as one of several parted by semicolons.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        tables = (
            evidence.vessels["owner"],
            *(t["linked_to"] for t in (evidence.vessels, evidence.listings, evidence.fleet)),
        )
        self.known = sorted({cell for column in tables for cell in pc.drop_null(pc.unique(column)).to_pylist()})
        """The cells, ascending."""
        self._cells: dict[str, set[str]] = defaultdict(set)
        for cell, keys in zip(self.known, _keys(self.known), strict=True):
            for key in keys:
                self._cells[key].add(cell)

    def ships_of(self, owner: str) -> Iterator[Stated]:
        """The ships with which the evidence names a company of just this name, whatever script, case and punctuation."""
        cells = pa.array(sorted(self._cells.get(fold(owner), ())), pa.string())
        if not len(cells):
            return
        for column, says in (("owner", "her owner by the register"), ("linked_to", "named with her by the register")):
            for row in _naming(self._evidence.vessels, column, cells).to_pylist():
                yield Stated(row[column], says, row["imo"], row["mmsi"])
        for found in lists.read(_naming(self._evidence.listings, "linked_to", cells)):
            yield Stated(found.row["linked_to"], f"listed with her by {found.title}", found.imo, listing=found)
        for row in _naming(self._evidence.fleet, "linked_to", cells).to_pylist():
            yield Stated(row["linked_to"], "listed with her by OFAC", row["imo"])


def _naming(rows: pa.Table, column: str, cells: pa.Array) -> pa.Table:
    return rows.filter(pc.is_in(rows[column], cells))


def _keys(cells: Sequence[str]) -> list[set[str]]:
    """For each cell the folds of it as a whole and of each company in it."""
    parts = [[cell, *cell.split(";")] for cell in (" ".join(cell.split()) for cell in cells)]
    every = [[*some, *(_IN_BRACKETS.sub("", part) for part in some)] for some in parts]
    folds = iter(fold_all([part for some in every for part in some]))
    return [{next(folds) for _ in some} - {""} for some in every]
