"""Which lists had a ship when her silence began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence.listings import in_force, later_copies_without, matches

Row = Mapping[str, Any]


class Listed:
    """Rows of lists, asked for one ship after the other; ships that none can be about cost nothing."""

    def __init__(self, listings: pa.Table, day: date) -> None:
        self._listings = listings
        self._day = day
        self._imos = set(listings["imo"].drop_null().to_pylist())
        self._mmsis = set(pc.list_flatten(listings["mmsi"].combine_chunks()).drop_null().to_pylist())

    def lines(self, gap: Row, call_signs: Sequence[str]) -> tuple[list[str], bool]:
        """What each list says of the ship of a silence when it began, one line each; and whether any had her then."""
        if gap["imo"] not in self._imos and gap["mmsi"] not in self._mmsis:
            return [], False
        found = matches(
            self._listings,
            imo=gap["imo"],
            mmsi=[gap["mmsi"]],
            call_signs=call_signs,
            names=[gap["name"]] if gap["name"] else [],
        )
        lines, any_then = [], False
        for match in found:
            if not match.certain:
                continue
            row = match.row
            start, end = gap["off_ts"].date(), gap["on_ts"].date() if gap["on_ts"] else self._day
            absent = later_copies_without(self._listings, row)
            then, words = in_force(row, start, end, absent_on=absent)
            any_then |= then is True
            name = " ".join(part for part in (row["authority"], row["list"] and f"({row['list']})") if part) or "A list"
            known = {True: "listed when it began", False: "not listed when it began", None: "cannot be told for then"}
            lines.append(f"{name}: {known[then]}; {words}")
        return lines, any_then
