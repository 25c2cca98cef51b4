"""The lists of the evidence: what they are called, the ships on them, and until when a ship is on one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence.listings import in_force
from ais_gaps.names import fold_all

_READ: Final = (
    *("listing_id", "name", "aliases", "imo", "mmsi", "call_sign", "authority", "list", "title", "linked_to"),
    *("listed_on", "delisted_on", "seen_on", "entity_id", "source_sha256"),
)
_COPY: Final = ("authority", "list", "title")


@dataclass(frozen=True)
class Listing:
    """A ship on a list.

    Attributes:
        imo, mmsi: her numbers, as far as it gives them.
        names: hers, folded, without empty ones. calls: her call signs, as `call` writes them.
        title: what the list is called where it is shown.
        row: the row of `evidence.LISTINGS`, as far as it is read here.
        absent_on: days of later copies of the same list that do not have her, in order.
    """

    imo: int | None
    mmsi: tuple[int, ...]
    names: frozenset[str]
    calls: frozenset[str]
    title: str
    row: Mapping[str, Any]
    absent_on: tuple[date, ...] = ()

    @property
    def over_on(self) -> date | None:
        """The day from which she is on the list no longer, or lacking in every copy; None = there is none."""
        known = max((day for day in (self.row["listed_on"], self.row["seen_on"]) if day is not None), default=date.min)
        gone = [day for day in self.absent_on if day > known]
        return min([*gone, *([self.row["delisted_on"]] if self.row["delisted_on"] else [])], default=None)

    def words(self, start: date, end: date | None) -> str:
        """Since when and until when she is listed, held against the first and last day of a silence (see `listings.in_force`)."""
        return in_force(self.row, start, end, absent_on=self.absent_on)[1]


def title(authority: str, name: str | None) -> str:
    """What a list is called where it is shown: "US (OFAC SDN)"; the authority alone where the list has no name."""
    return authority if name is None else f"{authority} ({name})"


def known(listings: pa.Table) -> list[str]:
    """What the lists of the evidence may be called by: their names, those with the authority, and the authorities; ascending."""
    pairs = listings.select(["authority", "list"]).group_by(["authority", "list"]).aggregate([]).to_pylist()
    names = {name for row in pairs for name in (row["list"], row["authority"], title(row["authority"], row["list"]))}
    return sorted(names - {None})


def of_name(listings: pa.Table, name: str) -> Iterator[Listing]:
    """The ships on the list of a name (one of `known`), or on all lists of an authority."""
    authority, own = listings["authority"], listings["list"]
    both = pc.binary_join_element_wise(authority, pc.binary_join_element_wise("(", own, ")", ""), " ")
    wanted = pc.or_(pc.equal(authority, name), pc.or_(*(pc.fill_null(pc.equal(c, name), False) for c in (own, both))))
    yield from read(listings.filter(wanted), listings)


def read(rows: pa.Table, listings: pa.Table | None = None) -> Iterator[Listing]:
    """Rows of `evidence.LISTINGS`, ready to be held against ships.

    Args:
        rows: the rows.
        listings: all rows, for the later copies that lack a ship; None = those are not looked for.
    """
    found = rows.select(_READ).to_pylist()
    spelt = [[name for name in (row["name"], *(row["aliases"] or ())) if name] for row in found]
    folds = iter(fold_all([name.replace("\n", " ") for several in spelt for name in several]))
    copies = None if listings is None else _Copies(listings)
    for row, several in zip(found, spelt, strict=True):
        yield Listing(
            row["imo"],
            tuple(number for number in row["mmsi"] or () if number),
            frozenset(next(folds) for _ in several) - {""},
            frozenset(call(sign) for sign in row["call_sign"] or () if sign) - {""},
            title(row["authority"], row["list"]),
            row,
            () if copies is None else copies.without(row),
        )


def call(sign: str) -> str:
    """A call sign without spaces, in capitals."""
    return "".join(sign.split()).upper()


class _Copies:
    """The copies of each list, their days and whom they have: what `listings.later_copies_without` tells of one row, of many."""

    def __init__(self, listings: pa.Table) -> None:
        table = listings.select([*_COPY, "source_sha256", "seen_on", "entity_id", "imo"])
        self._days: dict[tuple[str, ...], dict[str | None, date]] = defaultdict(dict)
        days = table.group_by([*_COPY, "source_sha256"]).aggregate([("seen_on", "max")]).to_pylist()
        for copy in days:
            if copy["seen_on_max"] is not None:
                self._days[tuple(copy[c] for c in _COPY)][copy["source_sha256"]] = copy["seen_on_max"]
        self._having: dict[tuple[object, ...], set[str | None]] = defaultdict(set)
        several = {of_list for of_list, copies in self._days.items() if len(copies) > 1}
        for row in table.to_pylist() if several else []:
            of_list = tuple(row[c] for c in _COPY)
            if of_list in several:
                for key in ("entity_id", "imo"):
                    self._having[*of_list, key, row[key]].add(row["source_sha256"])

    def without(self, row: Mapping[str, Any]) -> tuple[date, ...]:
        of_list = tuple(row[c] for c in _COPY)
        key = next((k for k in ("entity_id", "imo") if row[k] is not None), None)
        if key is None or row["seen_on"] is None or None in of_list or len(self._days[of_list]) < 2:
            return ()
        having = self._having[*of_list, key, row[key]]
        days = {day for sha256, day in self._days[of_list].items() if sha256 not in having}
        return tuple(sorted(day for day in days if day > row["seen_on"]))
