"""One judgement for all readers: which rows are reports, which go to quarantine and why, and what means "not available".

Sentinels of ITU-R M.1371-5 become null and are no errors: latitude 91, longitude 181 (table 48: either makes the position not
available), speed 102.3 kn, course 360, heading 511, IMO number 0, dimensions 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import itu
from ais_gaps.readers.interface import CLAIM_FIELDS, Batch
from ais_gaps.schema import CLASSES, COORDINATE_SCALE, KINDS, RECEIVERS, STORED_REPORTS

EARLIEST_US = 631_152_000_000_000
"""1990-01-01: AIS did not exist before."""
LATENESS_US = 86_400_000_000
"""How far after the ingest a report may claim to be sent: one day, for clocks and time zones that are off."""

_SENTINEL_DEGREES = 1e-4
_MAX_SHIP_KN = 102.0
"""Speeds from here on say "not available" (102.3), "102.2 or more", or one of them cut to whole knots; no ship makes them."""
_LARGEST_CODE = {"msg_type": 63, "nav_status": 15}
_STATIC_MESSAGES = (5, 24)

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cleaned:
    """A batch, judged.

    Attributes:
        reports: `STORED_REPORTS` without claim and source, and beside them the claim fields as the row says them.
        records, reasons, raw: the rejected rows.
        read: rows of the batch.
    """

    reports: pa.Table
    records: list[int]
    reasons: list[str]
    raw: list[str]
    read: int


_DIRECT = [c for c in STORED_REPORTS.columns if c.name not in ("claim", "source")]


def clean(batch: Batch, *, receiver: str | None, now_us: int) -> Cleaned:
    """A reader's batch as stored columns and rejects; rows in equals reports plus rejects.

    Args:
        batch: what a reader yields.
        receiver: kind of receiver for rows that do not say it, "terrestrial" or "satellite".
        now_us: time of the ingest, microseconds since 1970.
    """
    rows = batch.rows
    mmsi, no_mmsi = _integers(rows["mmsi"])
    ts, no_ts = _integers(rows["ts"].cast(pa.int64()))
    lat, lon = _floats(rows["lat"]), _floats(rows["lon"])
    unplaced = (np.abs(np.abs(lat) - 91.0) < _SENTINEL_DEGREES) | (np.abs(np.abs(lon) - 181.0) < _SENTINEL_DEGREES)
    lat[unplaced] = lon[unplaced] = np.nan

    unread = np.asarray(rows["reason"].is_valid().to_numpy(zero_copy_only=False))
    verdicts: list[tuple[Mask, Callable[[int], str]]] = [
        (unread, lambda i: str(rows["reason"][i].as_py())),
        (no_mmsi, lambda i: "no MMSI"),
        (itu.malformed(mmsi), lambda i: f"malformed MMSI {mmsi[i]}"),
        (no_ts, lambda i: "no time"),
        (ts < EARLIEST_US, lambda i: f"implausible time {_iso(ts[i])}: before 1990"),
        (ts > now_us + LATENESS_US, lambda i: f"implausible time {_iso(ts[i])}: more than a day after it was read"),
        (np.abs(lat) > 90.0, lambda i: f"position out of range: latitude {lat[i]:g}"),
        (np.abs(lon) > 180.0, lambda i: f"position out of range: longitude {lon[i]:g}"),
    ]
    rejected = np.zeros(len(mmsi), bool)
    for mask, _ in verdicts:
        rejected |= mask
    at = np.flatnonzero(rejected).tolist()
    reasons = [next(words(i) for mask, words in verdicts if mask[i]) for i in at]

    reports = pa.table(_stored(rows, mmsi, ts, lat, lon, receiver) | _claims(rows))
    if at:
        reports = reports.take(np.flatnonzero(~rejected))
    return Cleaned(
        reports,
        rows["record"].take(pa.array(at, pa.int64())).to_pylist(),
        reasons,
        batch.raw(at) if at else [],
        len(rows),
    )


def _stored(
    rows: pa.RecordBatch, mmsi: Any, ts: Any, lat: Floats, lon: Floats, receiver: str | None
) -> dict[str, pa.Array]:
    seconds = ts // 1_000_000
    static = np.asarray(rows["static"].fill_null(False).to_numpy(zero_copy_only=False))
    static |= np.isin(_codes(rows["msg_type"]), _STATIC_MESSAGES)
    # One coordinate of two is still a place, only not known to us: the provider lost the other half. Both missing is no position.
    nowhere = np.isnan(lat) & np.isnan(lon)
    kind = np.where(static & nowhere, KINDS.index("static"), np.where(nowhere, KINDS.index("no_position"), 0))
    sent_by = _indexed(rows["transmitter"], itu.TRANSMITTERS)
    numbers = {
        "mmsi": mmsi,
        "ts": seconds,
        "us": ts - seconds * 1_000_000,
        "kind": kind,
        "transmitter": np.where(sent_by > 0, sent_by, itu.transmitters(mmsi)),
        "ais_class": np.maximum(_indexed(rows["ais_class"], CLASSES), 0),
        "receiver": _receivers(rows["receiver"], receiver),
    }
    sog, cog, heading = _floats(rows["sog"]), _floats(rows["cog"]), _floats(rows["heading"])
    aircraft = numbers["transmitter"] == itu.TRANSMITTERS.index("aircraft")
    sog[(sog < 0) | ((sog >= _MAX_SHIP_KN) & ~aircraft) | (sog > 1022.5)] = np.nan
    cog[(cog < 0) | (cog >= 360.0)] = np.nan
    heading[(heading < 0) | (heading >= 359.5)] = np.nan
    scaled = {
        "lat": lat * COORDINATE_SCALE,
        "lon": lon * COORDINATE_SCALE,
        "sog": sog * 100,
        "cog": cog * 100,
        "heading": heading,
    }
    out: dict[str, pa.Array] = {}
    for column in _DIRECT:
        if column.name in numbers:
            out[column.name] = pa.array(numbers[column.name].astype(column.type.to_pandas_dtype()))
        elif column.name in scaled:
            out[column.name] = _rounded(scaled[column.name], column.type)
        elif column.name in _LARGEST_CODE:
            out[column.name] = _small(rows[column.name], _LARGEST_CODE[column.name])
        else:
            out[column.name] = rows[column.name]
    return out


def _claims(rows: pa.RecordBatch) -> dict[str, pa.Array]:
    out = {name: rows[name] for name in CLAIM_FIELDS}
    for name in ("imo", "length", "beam", "draught"):
        values = out[name]
        out[name] = pc.if_else(pc.greater(values, 0), values, None) if len(values) != values.null_count else values
    return out


def _receivers(column: pa.Array, given: str | None) -> Any:
    codes = _indexed(column, RECEIVERS)
    return np.where(codes > 0, codes, RECEIVERS.index(given) if given else 0)


def _indexed(column: pa.Array, words: tuple[str, ...]) -> Any:
    """Index of each word, -1 where null or none of them."""
    if column.null_count == len(column):
        return np.full(len(column), -1, np.int8)
    codes = pc.index_in(column, value_set=pa.array(words))
    return codes.fill_null(-1).to_numpy(zero_copy_only=False)


def _codes(column: pa.Array) -> Any:
    return column.fill_null(-1).to_numpy(zero_copy_only=False)


def _small(column: pa.Array, largest: int) -> pa.Array:
    """Small codes; what ITU-R M.1371 has no room for is null."""
    values = _codes(column)
    return pa.array(values.astype(np.int8), mask=(values < 0) | (values > largest))


def _rounded(values: Floats, kind: pa.DataType) -> pa.Array:
    missing = np.isnan(values)
    whole = np.rint(np.where(missing, 0.0, values) if missing.any() else values).astype(kind.to_pandas_dtype())
    return pa.array(whole, mask=missing) if missing.any() else pa.array(whole)


def _integers(column: pa.Array) -> tuple[Any, Mask]:
    missing = np.asarray(column.is_null().to_numpy(zero_copy_only=False))
    return (column.fill_null(0) if column.null_count else column).to_numpy(zero_copy_only=False), missing


def _floats(column: pa.Array) -> Floats:
    """A writable copy; null is NaN, and so is infinity."""
    values = np.array(column.to_numpy(zero_copy_only=False), np.float64)
    values[np.isinf(values)] = np.nan
    return values


def _iso(us: Any) -> str:
    return str(np.datetime64(int(us), "us").astype("datetime64[s]")) + "Z"
