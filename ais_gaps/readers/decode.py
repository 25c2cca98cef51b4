"""From a frame of a provider's cells to a batch of `ROWS`: what all readers of tables do alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.readers import cells, points, times, words
from ais_gaps.readers.cells import Reasons
from ais_gaps.readers.frame import Frame
from ais_gaps.readers.interface import ROWS, Batch

DICTIONARY = pa.dictionary(pa.int32(), pa.string())
TYPES: dict[str, pa.DataType] = {
    "mmsi": pa.int64(),
    **dict.fromkeys(("lat", "lon", "sog", "cog", "heading", "length", "beam", "draught"), pa.float64()),
    "geometry": pa.string(),
}
"""The types that delimited text is hoped to have, by role; a role not named here has words (`DICTIONARY`)."""

_NUMBERS = ("sog", "cog", "heading", "length", "beam", "draught")
_WORDS: dict[str, tuple[Callable[[str], object], pa.DataType]] = {
    "nav_status": (words.nav_status, pa.int16()),
    "ais_class": (words.ais_class, pa.string()),
    "receiver": (words.receiver, pa.string()),
    "imo": (words.imo, pa.int64()),
    "msg_type": (words.msg_type, pa.int16()),
    "transmitter": (words.transmitter, pa.string()),
    "static": (words.truth, pa.bool_()),
}
_TEXTS = ("station", "name", "call_sign", "destination", "eta")


@dataclass
class Fields:
    """Columns of `ROWS` by name, for the rows of a frame; `reasons` of the rows that cannot be read."""

    columns: dict[str, pa.Array]
    reasons: Reasons


@dataclass(frozen=True)
class Rules:
    """What a provider does its own way.

    Attributes:
        clock: how times are written.
        decimal: the decimal mark.
        unknown: words that stand for "not known" in text columns, in any case.
        change: called last, to change fields by what only this provider means.
        receiver: "terrestrial" or "satellite" where a row does not say it.
    """

    clock: times.Clock
    decimal: str = "."
    unknown: Iterable[str] = ()
    change: Callable[[Frame, Fields], None] | None = None
    receiver: str | None = None
    constants: dict[str, object] = field(default_factory=dict)


def type_of(role: str) -> pa.DataType:
    """The type that delimited text is hoped to have in the column of a role."""
    return TYPES.get(role, DICTIONARY)


def batch(frame: Frame, rules: Rules) -> Batch:
    """The rows of a frame as `ROWS`, those that cannot be read with their reason, all in the order of the source."""
    fields = _fields(frame, rules)
    if rules.change is not None:
        rules.change(frame, fields)
    count = len(frame.records)
    columns = fields.columns
    for name, value in rules.constants.items():
        columns[name] = pa.array([value], ROWS.field(name).type).take(pa.array(np.zeros(count, dtype=np.int32)))
    if rules.receiver is not None:
        columns["receiver"] = pc.fill_null(columns.get("receiver", pa.nulls(count, pa.string())), rules.receiver)
    columns["record"] = pa.array(frame.records)
    columns["reason"] = fields.reasons.array()
    rows = pa.RecordBatch.from_arrays(
        [columns[name] if name in columns else pa.nulls(count, ROWS.field(name).type) for name in ROWS.names],
        schema=ROWS,
    )
    rows = _with_broken(rows, frame)
    records = rows.column("record")

    def raw(indices: Sequence[int]) -> list[str]:
        return frame.raw(records.take(pa.array(indices, pa.int64())).to_pylist())

    return Batch(rows, raw)


def _fields(frame: Frame, rules: Rules) -> Fields:
    given = frame.cells
    reasons = Reasons(len(frame.records))
    reasons.add(cells.missing(given["mmsi"]), "MMSI is missing")
    columns = {
        "mmsi": cells.whole(given["mmsi"], "MMSI", reasons),
        "ts": times.read(given["ts"], rules.clock, reasons),
    }
    if "geometry" in given:
        columns["lon"], columns["lat"] = points.coordinates(given["geometry"], reasons)
    else:
        for role, what in (("lat", "latitude"), ("lon", "longitude")):
            if role in given:
                columns[role] = cells.number(given[role], rules.decimal, what, reasons)
    for role in _NUMBERS:
        if role in given:
            columns[role] = cells.number(given[role], rules.decimal)
    for role, (meaning, kind) in _WORDS.items():
        if role in given:
            columns[role] = cells.coded(given[role], meaning, kind)
    for role in _TEXTS:
        if role in given:
            columns[role] = cells.text(given[role], rules.unknown)
    if "ship_type" in given:
        nothing = {word.casefold() for word in rules.unknown}
        columns["ship_type"] = cells.coded(
            given["ship_type"], lambda said: None if said.casefold() in nothing else words.ship_type(said), pa.string()
        )
    return Fields(columns, reasons)


def _with_broken(rows: pa.RecordBatch, frame: Frame) -> pa.RecordBatch:
    """The rows with those among them, in their places, whose cells cannot be told apart."""
    if not frame.broken:
        return rows
    count = len(frame.broken)
    broken = pa.RecordBatch.from_arrays(
        [
            pa.array(list(frame.broken), pa.int64()),
            pa.array(list(frame.broken.values()), pa.string()),
            *(pa.nulls(count, field.type) for field in list(ROWS)[2:]),
        ],
        schema=ROWS,
    )
    table = pa.Table.from_batches([rows, broken])
    order = np.argsort(table.column("record").to_numpy(), kind="stable")
    return table.take(pa.array(order)).combine_chunks().to_batches()[0]
