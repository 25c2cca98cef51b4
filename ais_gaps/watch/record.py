"""What is written when something is watched, or watched no longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import UsageError
from ais_gaps.evidence import Evidence
from ais_gaps.names import tidy
from ais_gaps.watch import saying
from ais_gaps.watch.columns import WATCHED
from ais_gaps.watch.entries import in_force
from ais_gaps.watch.entry import Entry
from ais_gaps.watch.notes import notes


@dataclass(frozen=True)
class Added:
    """What became of what was asked to be watched.

    Attributes:
        rows: `WATCHED`: the entries asked for, as they are in force now.
        new: how many of them were added; the others were watched already and are as they were.
        notes: what must be said with it, a sentence each.
    """

    rows: pa.Table
    new: int
    notes: tuple[str, ...]


def labelled(asked: Sequence[Entry], label: str | None) -> Sequence[Entry]:
    """The entries, the only one of them under a label.

    Raises:
        UsageError: they are several.
    """
    name = saying.words(label, "a label", saying.LONGEST_NAME)
    if name is None:
        return asked
    if len(asked) != 1:
        raise UsageError(f"a label is for one entry, and here are {len(asked)}")
    return [replace(asked[0], label=name)]


def rows(
    asked: Sequence[Entry], log: pa.Table, *, because: str | None, author: str | None, at: datetime | None
) -> pa.Table:
    """The rows of `WATCHED` to be added: of entries that are in force already there are none.

    Args:
        asked: what is to be watched. log: all that was said so far.
        because, author, at: why, who says so (None = the login name), when (None = now).

    Raises:
        UsageError: a text is too long, or ``at`` lies before what was said of an entry.
    """
    known = set(in_force(log)["entry_id"].to_pylist())
    said = {"because": saying.reason(because), "author": saying.author(author), "removed": False}
    new = [
        {"entry_id": entry.id, "kind": entry.kind, "value": entry.value, "label": entry.label}
        | said
        | {"at": saying.moment(log, "entry_id", entry.id, at)}
        for entry in asked
        if entry.id not in known
    ]
    return pa.Table.from_pylist(new, schema=WATCHED.arrow)


def ending(
    entry: Mapping[str, Any], log: pa.Table, *, because: str | None, author: str | None, at: datetime | None
) -> pa.Table:
    """The row of `WATCHED` that ends the watch on an entry; the rest as of `rows`."""
    said = {"because": saying.reason(because), "author": saying.author(author), "removed": True}
    row = {**entry, **said, "at": saying.moment(log, "entry_id", entry["entry_id"], at)}
    return pa.Table.from_pylist([row], schema=WATCHED.arrow)


def added(asked: Sequence[Entry], standing: pa.Table, new: pa.Table, evidence: Evidence, sayings: pa.Table) -> Added:
    """What became of what was asked.

    Args:
        asked: what was to be watched. standing: the entries in force now. new: those that were added.
        evidence, sayings: of the archive, for what must be said.
    """
    found = {row["entry_id"]: row for row in standing.to_pylist()}
    told = pa.Table.from_pylist([found[entry.id] for entry in asked], schema=WATCHED.arrow)
    fresh = pc.is_in(told["entry_id"], new["entry_id"].combine_chunks())
    already = [
        f"{row['kind']} {tidy(row['label'])} is watched already, since {row['at'].date().isoformat()}: nothing is added"
        for row in told.filter(pc.invert(fresh)).to_pylist()
    ]
    return Added(told, len(new), (*already, *notes(told.filter(fresh), evidence, sayings)))
