"""Silences, entries and verdicts made up for tests of what is watched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from ais_gaps.schema import GAPS
from ais_gaps.watch.columns import VERDICTS, WATCHED
from ais_gaps.watch.entry import Entry

START = datetime(2026, 1, 1, tzinfo=UTC)
SAYINGS = pa.schema([("mmsi", pa.int32()), ("imo", pa.int64()), ("name", pa.string()), ("call_sign", pa.string())])


def hour(hours: float) -> datetime:
    """A time so many hours after the start."""
    return START + timedelta(hours=hours)


def gaps(*rows: dict[str, Any]) -> pa.Table:
    """`schema.GAPS` with what is said, the rest null; a silence lasts from hour 0 to hour 24 if not said."""
    given: dict[str, Any] = {"track": 0, "off_ts": hour(0), "on_ts": hour(24), "open": False, "mmsi": 273210440}
    whole = [{"gap_id": f"{number:016x}"} | given | row for number, row in enumerate(rows)]
    return pa.Table.from_pylist(whole, schema=pa.schema([field.with_nullable(True) for field in GAPS.arrow]))


def entries(*what: tuple[str, str], because: str | None = "why", author: str | None = "ann") -> pa.Table:
    """`WATCHED` of kinds and values, each said an hour after the one before."""
    rows = [
        {"kind": kind, "value": value, "label": value, "because": because, "author": author}
        | {"entry_id": Entry(kind, value, value).id, "at": hour(number), "removed": False}
        for number, (kind, value) in enumerate(what)
    ]
    return pa.Table.from_pylist(rows, schema=WATCHED.arrow)


def sayings(*rows: tuple[int, int | None, str | None, str | None]) -> pa.Table:
    """What ships say: mmsi, imo, name, call sign."""
    return pa.Table.from_pylist([dict(zip(SAYINGS.names, row, strict=True)) for row in rows], schema=SAYINGS)


def verdicts(*rows: dict[str, Any]) -> pa.Table:
    """`VERDICTS` with what is said; each an hour after the one before, on a silence from hour 0 to hour 24 if not said."""
    given: dict[str, Any] = {"mmsi": 273210440, "track": 0, "off_ts": hour(0), "until_ts": hour(24)}
    given |= {"verdict": "suspect", "because": "why", "author": "ann", "gap_id": "f" * 16}
    whole = [given | {"at": hour(number)} | row for number, row in enumerate(rows)]
    return pa.Table.from_pylist(whole, schema=VERDICTS.arrow)
