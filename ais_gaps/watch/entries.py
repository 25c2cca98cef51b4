"""The entries that are in force, out of all that was ever said of them; one of them by what a person calls it."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import Ambiguous, NotFound
from ais_gaps.names import nearest, tidy

LEAST_DIGITS: Final = 6
"""Of an id that is not given whole."""

_BY_TIME: Final = [("at", "ascending"), ("entry_id", "ascending"), ("removed", "ascending")]


def in_force(rows: pa.Table) -> pa.Table:
    """Of each entry the newest row, without those that end the watch, by time and id.

    Args:
        rows: `columns.WATCHED`, in any order; those in force are in force by themselves as well.
    """
    ordered = rows.sort_by(_BY_TIME)
    last = dict(zip(ordered["entry_id"].to_pylist(), range(len(ordered)), strict=True))
    newest = ordered.take(pa.array(sorted(last.values()), pa.int64()))
    return newest.filter(pc.invert(newest["removed"])).combine_chunks()


def meant_by(entries: pa.Table, text: str) -> dict[str, Any]:
    """The one entry that a person means: by id or its first digits, else by value or label, capitals and small letters alike.

    Raises:
        NotFound: none; with the nearest labels.
        Ambiguous: several, with their ids.
    """
    wanted = tidy(text).casefold()
    rows = entries.to_pylist()
    found = [row for row in rows if len(wanted) >= LEAST_DIGITS and row["entry_id"].startswith(wanted)]
    if not found:
        found = [row for row in rows if wanted in (row["value"].casefold(), row["label"].casefold())]
    if len(found) == 1:
        return dict(found[0])
    if found:
        shown = ", ".join(f"{row['entry_id']} ({row['kind']} {tidy(row['label'])})" for row in found)
        raise Ambiguous(
            f"{len(found)} entries answer to {tidy(text)!r}: {shown}. Give the id of one.",
            [row["entry_id"] for row in found],
        )
    shown = "'watch list' shows them." if rows else "Nothing is watched but the watched places."
    labels = [tidy(row["label"]) for row in rows]
    raise NotFound(f"No watched entry {tidy(text)!r}. {shown}", nearest(text, labels))
