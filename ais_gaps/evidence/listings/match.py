"""Which rows of sanctions lists are about a ship: by IMO number, else by MMSI with a name or call sign, never by name alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.names import fold_all


@dataclass(frozen=True)
class Match:
    """A row of a list beside a ship.

    Attributes:
        row: the row of `LISTINGS`.
        basis: what agrees: "IMO number", "MMSI and name", "MMSI and call sign", "MMSI", "call sign" or "name".
        certain: the row is about her by the rules of `matches`.
        possible: it may be, and must be checked; it is no match. Neither: it is about another ship of her name.
        text: the same as a sentence.
    """

    row: Mapping[str, Any]
    basis: str
    certain: bool
    possible: bool
    text: str


def matches(
    listings: pa.Table, *, imo: int | None, mmsi: Sequence[int], call_signs: Sequence[str], names: Sequence[str]
) -> tuple[Match, ...]:
    """The rows about a ship, then those that may be, then those about others of her name; each kind in the table's order.

    - The same IMO number: a match.
    - Two different IMO numbers: another ship, whatever else agrees. She is told only where a name agrees.
    - No IMO number on one side: a match where an MMSI and, with it, a name or a call sign agree.
    - An MMSI alone, a call sign alone, a name alone: possible. Call signs and MMSIs pass from ship to ship; names are not unique.

    Names agree where their folds do (`ais_gaps.names.fold_all`), other names in the list counting too.

    Args:
        listings: rows of `LISTINGS`.
        imo: her IMO number. mmsi, call_signs, names: all that she is known to have used.
    """
    alike = _Alike(listings, mmsi, call_signs, names)
    same_imo = _true(pc.equal(listings["imo"], pa.scalar(imo, pa.int64()))) if imo is not None else set()
    found = []
    for index in sorted(same_imo | alike.rows):
        row = listings.slice(index, 1).to_pylist()[0]
        if index in same_imo:
            found.append(Match(row, "IMO number", True, False, f"The same IMO number, {imo}."))
        elif imo is not None and row["imo"] is not None:
            if index in alike.name:
                text = (
                    f"No match: the same name; the IMO numbers differ ({imo}, in the list {row['imo']}): another ship."
                )
                found.append(Match(row, "name", False, False, text))
        else:
            found.append(alike.match(index, row, _missing(imo, row["imo"])))
    return tuple(sorted(found, key=lambda match: (not match.certain, not match.possible)))


class _Alike:
    """The rows in which an MMSI, a call sign or a name agrees, by index."""

    def __init__(self, listings: pa.Table, mmsi: Sequence[int], calls: Sequence[str], names: Sequence[str]) -> None:
        self.mmsi = _holding(listings["mmsi"], [int(number) for number in mmsi])
        self.call = _holding(listings["call_sign"], [_call(call) for call in calls], fold=_call)
        own = set(fold_all([name for name in names if name])) - {""}
        self.name = _naming(listings, own) if own else set[int]()
        self.rows = self.mmsi | self.call | self.name

    def match(self, index: int, row: Mapping[str, Any], missing: str) -> Match:
        """The row as a match, by what agrees beside the IMO number, which is missing."""
        agree = [basis for basis, rows in (("name", self.name), ("call sign", self.call)) if index in rows]
        if index in self.mmsi and agree:
            basis = f"MMSI and {agree[0]}"
            return Match(row, basis, True, False, f"The same MMSI and {' and '.join(agree)}; {missing}.")
        if index in self.mmsi:
            text = (
                "No match: the same MMSI, but neither name nor call sign agrees, and an MMSI passes from ship to ship"
            )
            return Match(row, "MMSI", False, True, f"{text}; {missing}.")
        words = " and ".join(f"the same {basis}" for basis in agree)
        return Match(row, " and ".join(agree), False, True, f"No match: {words}; {missing}. {_WHY[len(agree) - 1]}")


_WHY = (
    "That alone does not tell one ship from another.",
    "Without a number that is hers alone, that does not tell one ship from another.",
)


def _missing(own: int | None, listed: int | None) -> str:
    if own is None and listed is None:
        return "neither side gives an IMO number"
    return (
        f"her IMO number is not known, the list gives {listed}" if own is None else "the list gives no valid IMO number"
    )


def _call(call: str) -> str:
    return "".join(call.split()).upper()


def _holding(lists: pa.ChunkedArray, wanted: Collection[Any], fold: Any = None) -> set[int]:
    """The rows whose list holds one of the values."""
    joined = lists.combine_chunks()
    flat, parents = pc.list_flatten(joined), pc.list_parent_indices(joined)
    if fold is not None:
        flat = pa.array([value and fold(value) for value in flat.to_pylist()], pa.string())
    chosen = pa.array([value for value in wanted if value], flat.type)
    return set(parents.filter(pc.is_in(flat, chosen)).to_pylist()) if len(chosen) else set()


def _naming(listings: pa.Table, own: set[str]) -> set[int]:
    """The rows of which a name or another name is one of these folds."""
    aliases = listings["aliases"].combine_chunks()
    names = [*listings["name"].to_pylist(), *pc.list_flatten(aliases).to_pylist()]
    rows = [*range(listings.num_rows), *pc.list_parent_indices(aliases).to_pylist()]
    return {row for row, fold in zip(rows, fold_all([name or "" for name in names]), strict=True) if fold in own}


def _true(mask: pa.ChunkedArray) -> set[int]:
    return set(pc.indices_nonzero(mask).to_pylist())
