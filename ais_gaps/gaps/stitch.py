"""Gaps from summaries: the edges of vessel-days stitched together, no report read again.

A gap is two consecutive position reports of one track with ``on - off > threshold``, strictly (DESIGN: the gap, exactly). Within a
vessel-day the summary has them; across days a gap lies between the last position of one day and the first of the next that has any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.summary import FLOOR_S
from ais_gaps.summary.kernel import is_jump

H_US = 3_600_000_000
FLOOR_H = FLOOR_S / 3600
JUMPS_OF_A_SHARED_MMSI = 4
"""From so many impossible moves on, an MMSI is taken to be shared or spoofed (measured on simulated worlds)."""

Ints = npt.NDArray[Any]

BARE_GAPS = pa.schema(
    [
        pa.field("mmsi", pa.int32()),
        pa.field("off_us", pa.int64()),
        pa.field("off_lat", pa.int32()),
        pa.field("off_lon", pa.int32()),
        pa.field("on_us", pa.int64()),  # null while open
        pa.field("on_lat", pa.int32()),
        pa.field("on_lon", pa.int32()),
        pa.field("off_12h", pa.int32()),
        pa.field("off_12h_terrestrial", pa.int32()),
        pa.field("off_12h_satellite", pa.int32()),
        pa.field("others", pa.int32()),
        pa.field("no_position", pa.int32()),
    ]
)
"""Gaps before places, names and judgement: stored units, one row a gap."""


@dataclass(frozen=True)
class Stitched:
    """Gaps of some vessels, and what is known of each vessel's continuity.

    Attributes:
        gaps: `BARE_GAPS`, by (mmsi, off_us); an open gap, the last of a vessel, has no on.
        jumping: MMSI with moves that no ship makes, ascending; ``jumps`` says how many each.
    """

    gaps: pa.Table
    jumping: Ints
    jumps: Ints

    @classmethod
    def of(cls, gaps: pa.Table) -> Stitched:
        """Gaps of which nothing is known but themselves."""
        return cls(gaps, np.empty(0, np.int64), np.empty(0, np.int64))


def newest(days: pa.Table, inside: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Of several summaries of one vessel-day the one of the latest ingest, and the silences that belong to it.

    Args:
        days: `VESSEL_DAYS` rows of any number of ingests, in any order.
        inside: `DAY_GAPS` rows of the same ingests.

    Returns:
        The days in order of (mmsi, day), the silences in any.
    """
    key = _key(days)
    seq = days["seq"].to_numpy()
    if (key[1:] > key[:-1]).all():
        return days, inside
    # Read as they lie, rows are a few runs in order: a stable sort merges these faster than it sorts by two keys.
    order = np.argsort(key, kind="stable")
    if ((key[order][1:] == key[order][:-1]) & (seq[order][1:] < seq[order][:-1])).any():
        order = np.lexsort([seq, key])
    last = order[np.flatnonzero(np.append(key[order][1:] != key[order][:-1], True))] if len(order) else order
    newest_days = days.take(last)
    if len(last) < len(days) and len(inside):
        known, chosen = _key(newest_days), newest_days["seq"].to_numpy()
        at = np.minimum(np.searchsorted(known, _key(inside)), len(known) - 1)
        inside = inside.filter(pa.array(chosen[at] == inside["seq"].to_numpy()))
    return newest_days, inside


def longer(inside: pa.Table, min_hours: float) -> pa.Table:
    """Of silences inside vessel-days those longer than a threshold in hours."""
    apart = pc.subtract(inside["on_us"], inside["off_us"])
    return inside.filter(pc.greater(apart, pa.scalar(round(min_hours * H_US), pa.int64())))


def stitch(days: pa.Table, inside: pa.Table, *, min_hours: float, as_of_us: int) -> Stitched:
    """All gaps longer than a threshold up to a time, closed and open.

    Args:
        days: one row a vessel-day, in order of (mmsi, day).
        inside: the silences inside them that are `longer` than the threshold, in any order.
        min_hours: threshold in hours, at least `FLOOR_H`; a gap is strictly longer.
        as_of_us: the present of the question, microseconds since 1970: what came later is not seen, and a silence that lasts
            until then is open.
    """
    threshold = round(min_hours * H_US)
    columns = _Columns(days)
    no_fix = _missing(days["first_us"])
    with_fix = np.flatnonzero(~no_fix)
    mmsi = columns["mmsi"][with_fix]
    first, last = columns["first_us"][with_fix], columns["last_us"][with_fix]
    # Messages without a position on days without any fix fall into the gap that spans these days.
    silent_others, silent_no_position = (
        _running(np.where(no_fix, columns[name], 0)) for name in ("others_before", "no_position_before")
    )
    n = len(mmsi)
    is_last = np.append(mmsi[1:] != mmsi[:-1], True) if n else np.empty(0, bool)
    following = np.minimum(np.arange(n) + 1, n - 1)
    apart = np.where(is_last, as_of_us - last, first[following] - last)
    off = np.flatnonzero((apart > threshold) & (last <= as_of_us))
    on = following[off]
    opened = is_last[off]
    after = with_fix[off]
    before = with_fix[on]
    vessel_end = (
        np.append(np.flatnonzero(columns["mmsi"][1:] != columns["mmsi"][:-1]) + 1, len(days))
        if len(days)
        else np.empty(0)
    )
    until = np.where(
        opened, vessel_end[np.searchsorted(vessel_end, after, side="right")] if len(off) else after, before
    )

    def messages(tail: str, silent: Ints, head: str) -> Ints:
        between: Ints = silent[until] - silent[after + 1]
        return columns[tail][after] + between + np.where(opened, 0, columns[head][before])

    across = {
        "mmsi": mmsi[off],
        "off_us": last[off],
        "off_lat": columns["last_lat"][after],
        "off_lon": columns["last_lon"][after],
        "on_us": np.where(opened, _NEVER, first[on]),
        "on_lat": np.where(opened, _NULL, columns["first_lat"][before]),
        "on_lon": np.where(opened, _NULL, columns["first_lon"][before]),
        "off_12h": columns["last_12h"][after],
        "off_12h_terrestrial": columns["last_12h_terrestrial"][after],
        "off_12h_satellite": columns["last_12h_satellite"][after],
        "others": messages("others_after", silent_others, "others_before"),
        "no_position": messages("no_position_after", silent_no_position, "no_position_before"),
    }
    within = _Columns(inside)
    chosen = np.flatnonzero(
        (np.minimum(within["on_us"], as_of_us) - within["off_us"] > threshold) & (within["off_us"] <= as_of_us)
    )
    merged = {f.name: np.concatenate([across[f.name], within[f.name][chosen]]) for f in BARE_GAPS}
    later = merged["on_us"] > as_of_us
    for name, value in (("on_us", _NEVER), ("on_lat", _NULL), ("on_lon", _NULL)):
        merged[name] = np.where(later, value, merged[name])
    keep = np.where(later, as_of_us - merged["off_us"] > threshold, True)
    order = np.lexsort([merged["off_us"], merged["mmsi"]])
    order = order[keep[order]]
    gaps = pa.table([_column(merged[f.name][order], f.type) for f in BARE_GAPS], schema=BARE_GAPS)
    ends = (columns[name][with_fix] for name in ("last_lat", "last_lon"))
    next_starts = (columns[name][with_fix][following] for name in ("first_lat", "first_lon"))
    across_days = is_jump((*ends, *next_starts), apart / H_US) & ~is_last
    seen = np.concatenate([columns["mmsi"], mmsi[across_days]])
    return Stitched(gaps, *_jumps(seen, np.append(columns["jumps"], np.ones(int(across_days.sum()), np.int64))))


_NEVER = np.iinfo(np.int64).max
_NULL = np.iinfo(np.int32).min


def _jumps(mmsi: Ints, jumps: Ints) -> tuple[Ints, Ints]:
    some = np.flatnonzero(jumps)
    vessels, at = np.unique(mmsi[some], return_inverse=True)
    return vessels, np.bincount(at, weights=jumps[some], minlength=len(vessels)).astype(np.int64)


def _key(table: pa.Table) -> Ints:
    return (table["mmsi"].to_numpy().astype(np.int64) << 32) | table["day"].to_numpy()  # type: ignore[no-any-return]


class _Columns(dict[str, Ints]):
    """A table's columns as arrays, each made when it is first asked for."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, name: str) -> Ints:
        self[name] = _filled(self._table[name])
        return self[name]


def _missing(column: pa.ChunkedArray) -> Ints:
    return column.is_null().to_numpy()  # type: ignore[no-any-return]


def _filled(column: pa.ChunkedArray) -> Ints:
    """A column as an array; a missing coordinate is `_NULL`, a missing time `_NEVER`."""
    if column.null_count:
        column = column.fill_null(_NEVER if pa.types.is_int64(column.type) else _NULL)
    return column.to_numpy()  # type: ignore[no-any-return]


def _running(values: Ints) -> Ints:
    return np.append(0, np.cumsum(values))


def _column(values: Ints, kind: pa.DataType) -> pa.Array:
    missing = values == (_NEVER if pa.types.is_int64(kind) else _NULL)
    return pa.array(values, type=kind, mask=missing if missing.any() else None, from_pandas=False)
