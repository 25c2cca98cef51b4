"""Fixes that count for no track, each stretch of them with the reason: wrong positions, wrong clocks, too few to be a ship."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps import geodesy
from ais_gaps.gaps.parted import Dealt, deal
from ais_gaps.gaps.stitch import FLOOR_H, H_US, newest_rows, stitch
from ais_gaps.schema import COORDINATE_SCALE, DAY_GAPS, DAY_RUNS, VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.summary.columns import filled, nulled
from ais_gaps.summary.reports import NULL, Ints
from ais_gaps.tracks import JUMP_KN, LEAST_FIXES

SET_ASIDE = pa.schema(
    [
        pa.field("mmsi", pa.int32()),
        pa.field("track", pa.int16()),
        pa.field("first_us", pa.int64()),
        pa.field("last_us", pa.int64()),
        pa.field("positions", pa.int32()),
        pa.field("first_lat", pa.int32()),
        pa.field("first_lon", pa.int32()),
        pa.field("reason", pa.string()),
    ]
)
"""Consecutive fixes of an MMSI that count for none of its tracks, in stored units; ``track`` is their number among all of them."""

CLOCK_H = 24.0
"""A wrong clock is looked for so far from the time that was sent."""
CLOCK_NM = 1.0
"""So near to it the ship must have been at the other time."""
_CLOCK_LEAST_H = 0.5

# The nearest fix of a kept track at another time, within a box that holds all fixes near enough.
_ELSEWHEN = """
    SELECT o.row, arg_min(r.us - o.us, (abs(r.lat - o.lat) + abs(r.lon - o.lon) * o.narrow, abs(r.us - o.us), r.us)) AS late_us
    FROM odd o JOIN (
        SELECT mmsi, ts * 1000000::BIGINT + us AS us, lat, lon FROM stored
        WHERE kind = 0 AND transmitter = 0 AND source <= $source AND mmsi IN (SELECT mmsi FROM odd)
    ) r ON r.mmsi = o.mmsi
    WHERE abs(r.us - o.us) BETWEEN $least AND $most AND abs(r.lat - o.lat) <= $near AND abs(r.lon - o.lon) * o.narrow <= $near
      AND NOT EXISTS (SELECT 1 FROM aside a WHERE a.mmsi = r.mmsi AND r.us BETWEEN a.first_us AND a.last_us)
    GROUP BY o.row
"""


def set_aside(store: Store, ingests: Sequence[Ingest], *, as_of_us: int, mmsi: Sequence[int] | None = None) -> pa.Table:
    """The fixes of jumping MMSI that count for no track, as `SET_ASIDE`, by (mmsi, time).

    Args:
        store: the archive.
        ingests: which ingests count.
        as_of_us: the present of the question, microseconds since 1970.
        mmsi: only these vessels; None = the whole fleet.
    """
    slices = summaries.ranges(store, ingests) if mmsi is None else [(m, m) for m in sorted(set(mmsi))]
    found = [SET_ASIDE.empty_table()]
    for within in slices:
        tables = [summaries.read(store, ingests, table, within=within) for table in (VESSEL_DAYS, DAY_GAPS, DAY_RUNS)]
        rows = newest_rows(tables[0])
        none = DAY_GAPS.arrow.empty_table()
        jumping = stitch(tables[0], none, min_hours=FLOOR_H, as_of_us=as_of_us, rows=rows).jumping
        if len(jumping):
            aside = _aside(deal(jumping, *tables, as_of_us=as_of_us, rows=rows))
            found.append(_with_clocks(store, aside, ingests[-1].source) if len(aside) else aside)
    return pa.concat_tables(found)


def _aside(dealt: Dealt) -> pa.Table:
    """The pieces that are set aside, with reasons that their neighbours give."""
    pieces, assigned = dealt.pieces, dealt.assigned
    heard = pieces["positions"] > 0
    rows = np.flatnonzero(heard & ~assigned.kept)
    columns = {"track": np.minimum(assigned.track, np.iinfo(np.int16).max)}
    columns |= {name: pieces[name] for name in SET_ASIDE.names if name not in ("track", "reason")}
    arrays = [nulled(columns[f.name][rows], f.type) for f in SET_ASIDE if f.name != "reason"]
    return pa.table([*arrays, pa.array(list(_reasons(dealt, rows)), pa.string())], schema=SET_ASIDE)


def _reasons(dealt: Dealt, rows: Ints) -> Iterator[str]:
    pieces, assigned = dealt.pieces, dealt.assigned
    n = len(pieces)
    kept = np.where(assigned.kept, np.arange(n), -1)
    before = np.maximum.accumulate(kept)[rows]
    after = n - 1 - np.maximum.accumulate(np.where(assigned.kept[::-1], np.arange(n), -1))[::-1][rows]
    kn_before, kn_after = (_knots(dealt, start, end, rows) for start, end in ((before, rows), (rows, after)))
    whole = _of_track(dealt)
    for row, to_it, from_it in zip(rows.tolist(), kn_before.tolist(), kn_after.tolist(), strict=True):
        fixes, hours = whole[int(pieces["mmsi"][row]), int(assigned.track[row])]
        if fixes >= LEAST_FIXES:
            yield (
                f"{fixes} positions in {hours:.1f} h where the ship cannot have been, and meanwhile none where she was before: "
                "a misled receiver, or another ship for a short time"
            )
        elif to_it > JUMP_KN and from_it > JUMP_KN:
            yield f"impossible fix: {to_it:.0f} kn from the fix before and {from_it:.0f} to the one after"
        elif to_it > JUMP_KN or from_it > JUMP_KN:
            speed, which = (to_it, "from the fix before") if to_it > JUMP_KN else (from_it, "to the one after")
            yield f"impossible fix: {speed:.0f} kn {which}"
        else:
            yield f"too few to be a ship of their own: {fixes} position{'s' if fixes > 1 else ''} under an MMSI that others use"


def _knots(dealt: Dealt, start: Ints, end: Ints, rows: Ints) -> npt.NDArray[np.float64]:
    """Speed from the last fix of one piece to the first of another; NaN where there is none, or of another MMSI."""
    pieces = dealt.pieces
    n = len(pieces)
    known = (start >= 0) & (end < n) & (start < n)
    start, end = np.clip(start, 0, n - 1), np.clip(end, 0, n - 1)
    known &= (pieces["mmsi"][start] == pieces["mmsi"][rows]) & (pieces["mmsi"][end] == pieces["mmsi"][rows])
    degrees = (_degrees(pieces[f"last_{c}"][start]) for c in ("lat", "lon"))
    nm = geodesy.distance_nm(*degrees, *(_degrees(pieces[f"first_{c}"][end]) for c in ("lat", "lon")))
    hours = (pieces["first_us"][end] - pieces["last_us"][start]) / H_US
    speed: npt.NDArray[np.float64] = np.where(known, nm / np.maximum(hours, 1 / 3600), np.nan)
    return speed


def _of_track(dealt: Dealt) -> dict[tuple[int, int], tuple[int, float]]:
    """Fixes and hours of each track that is set aside."""
    pieces, assigned = dealt.pieces, dealt.assigned
    out: dict[tuple[int, int], tuple[int, int, int]] = {}
    for i in np.flatnonzero((pieces["positions"] > 0) & ~assigned.kept).tolist():
        key = int(pieces["mmsi"][i]), int(assigned.track[i])
        fixes, first, _ = out.get(key, (0, int(pieces["first_us"][i]), 0))
        out[key] = fixes + int(pieces["positions"][i]), first, int(pieces["last_us"][i])
    return {key: (fixes, (last - first) / H_US) for key, (fixes, first, last) in out.items()}


def _with_clocks(store: Store, aside: pa.Table, last_source: int) -> pa.Table:
    """The same with the reason of those fixes at whose place the ship was at another time."""
    first_us = filled(aside["first_us"])
    lat = filled(aside["first_lat"])
    alone = filled(aside["positions"]) < LEAST_FIXES
    placed = np.flatnonzero(alone & (lat != NULL) & (filled(aside["first_lon"]) != NULL))
    narrow = np.cos(np.radians(_degrees(lat)))
    odd = aside.select(["mmsi", "first_lat", "first_lon"]).rename_columns(["mmsi", "lat", "lon"]).take(placed)
    for name, values in (("row", placed), ("us", first_us[placed]), ("narrow", narrow[placed])):
        odd = odd.append_column(name, pa.array(values))
    parts = [store.part_path(part) for part in store.parts()]
    bounds = {"source": last_source, "near": round(CLOCK_NM / 60 * COORDINATE_SCALE)}
    bounds |= {"least": round(_CLOCK_LEAST_H * H_US), "most": round(CLOCK_H * H_US)}
    database = duckdb.connect()
    database.register("odd", odd)
    database.register("aside", aside.select(["mmsi", "first_us", "last_us"]))
    database.from_parquet(parts).create_view("stored")
    late = database.sql(_ELSEWHEN, params=bounds).to_arrow_table()
    database.close()
    reasons = aside["reason"].to_pylist()
    for row, late_us in zip(late["row"].to_pylist(), late["late_us"].to_pylist(), strict=True):
        hours, side = abs(late_us) / H_US, "later" if late_us > 0 else "earlier"
        reasons[row] = (
            f"clock error, it seems: the ship was within {CLOCK_NM:g} nm of it {hours:.1f} h {side}; {reasons[row]}"
        )
    return aside.set_column(aside.schema.get_field_index("reason"), "reason", pa.array(reasons, pa.string()))


def _degrees(values: Ints) -> npt.NDArray[np.float64]:
    degrees: npt.NDArray[np.float64] = np.where(values == NULL, np.nan, values / COORDINATE_SCALE)
    return degrees
