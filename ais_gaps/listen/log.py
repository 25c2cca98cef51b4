"""The files in which listeners write down when they listened, read into rows of `columns.LISTENING`."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from ais_gaps.errors import SourceError
from ais_gaps.listen.address import is_feed_name
from ais_gaps.listen.columns import LISTENING
from ais_gaps.listen.ledger import COLUMNS, HEADER, NOT_LISTENING
from ais_gaps.listen.ledger import LISTENING as HEARD
from ais_gaps.moments import EPOCH, NEVER
from ais_gaps.plain import plain
from ais_gaps.readers.source import Source

_LARGEST_BYTES: Final = 64 << 20
_LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class Log:
    """One file.

    Attributes:
        rows: `columns.LISTENING`; lines of which one goes on where the other ends are one row.
        lines: how many it has.
        rejected: why some could not be read, with how many of each.
    """

    rows: pa.Table
    lines: int
    rejected: dict[str, int]


def recognises(source: Source) -> bool:
    """Whether a source is such a file, by its first line."""
    return source.head.startswith(HEADER.encode() + b"\n")


def read(source: Source) -> Log:
    """The rows of a file.

    Raises:
        SourceError: it is far larger than a day's can be, or no CSV.
    """
    with source.open() as stream:
        text = stream.read(_LARGEST_BYTES + 1)
    if len(text) > _LARGEST_BYTES:
        raise SourceError(f"{source.name}: a record of listening is not larger than {_LARGEST_BYTES >> 20} MiB")
    lines, rows, rejected = 0, list[dict[str, Any]](), Counter[str]()
    try:
        for line in csv.DictReader(io.StringIO(text.decode("utf-8", "replace")), strict=True):
            lines += 1
            row = _row(line, source.name)
            if isinstance(row, str):
                rejected[row] += 1
            elif rows and _goes_on(rows[-1], row):
                rows[-1]["to_ts"] = row["to_ts"]
            else:
                rows.append(row)
    except csv.Error as error:
        raise SourceError(f"{source.name}: line {lines + 2} is broken: {error}") from error
    return Log(pa.Table.from_pylist(rows, schema=LISTENING.arrow), lines, dict(sorted(rejected.items())))


def _row(line: dict[Any, Any], file: str) -> dict[str, Any] | str:
    """A line's row, or why there is none."""
    if None in line or any(line[name] is None for name in COLUMNS):
        return f"a line has not {len(COLUMNS)} columns"
    if not is_feed_name(line["feed"]):
        return "feed is no name of a feed"
    if line["state"] not in (HEARD, NOT_LISTENING):
        return "state is neither listening nor not_listening"
    begins = _moment(line["from_ts"])
    ends = _moment(line["to_ts"]) if line["to_ts"] else None
    if begins is None or (ends is None and (line["to_ts"] or line["state"] == HEARD)):
        return "from_ts or to_ts is no time of UTC"
    if ends is not None and ends <= begins:
        return "to_ts is not later than from_ts"
    reason = plain(line["reason"])[:_LONGEST_REASON].strip() or None
    return {
        "feed": line["feed"],
        "from_ts": begins,
        "to_ts": ends,
        "state": line["state"],
        "reason": reason,
        "file": file,
    }


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo is not None and EPOCH <= found < NEVER else None
    except (ValueError, OverflowError):
        return None


def _goes_on(before: dict[str, Any], row: dict[str, Any]) -> bool:
    same = all(before[name] == row[name] for name in ("feed", "state", "reason"))
    return same and before["to_ts"] == row["from_ts"]
