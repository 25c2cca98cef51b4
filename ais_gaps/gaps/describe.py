"""Bare gaps with what a person asks next: who, how far, near which place."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import geodesy, itu, places, vessels
from ais_gaps.gaps.stitch import H_US, Ints, Stitched
from ais_gaps.schema import CLASSES, COORDINATE_SCALE, GAPS, UTC_US
from ais_gaps.summary.kernel import JUMP_FLOOR_H, JUMP_KN

_IDS = """
    SELECT left(sha256(concat_ws('|', mmsi, track, off_us, coalesce(off_lat::VARCHAR, '-'), coalesce(off_lon::VARCHAR, '-'))), 16)
    FROM bare ORDER BY row
"""
# What a vessel said last before she fell silent; of two things that she said before and after, the one that she began with later.
# Where she had said nothing yet, what she said first afterwards.
_SAID = """
    WITH near AS (
        SELECT b.row, s.*, first_ts <= b.off_ts AS before,
            CASE WHEN first_ts <= b.off_ts THEN epoch_us(least(last_ts, b.off_ts)) ELSE -epoch_us(first_ts) END AS nearness
        FROM bare b JOIN sayings s USING (mmsi)
    )
    SELECT row,
        arg_max(name, (before, nearness, first_ts, n, name)) FILTER (name IS NOT NULL) AS name,
        arg_max(imo, (before, nearness, first_ts, n, imo)) FILTER (valid) AS imo,
        arg_max(ship_type, (before, nearness, first_ts, n, ship_type)) FILTER (ship_type IS NOT NULL) AS ship_type,
        arg_max(ais_class, (before, nearness, first_ts, n)) FILTER (ais_class > 0) AS ais_class
    FROM near GROUP BY row
"""


def describe(found: Stitched, sayings: pa.Table, known_places: pa.Table, *, as_of_us: int) -> pa.Table:
    """Gaps in the public form.

    Args:
        found: gaps and the MMSI that jump.
        sayings: what at least these vessels said of themselves, as `identities.known` gives it.
        known_places: places as `places.shipped` gives them.
        as_of_us: the present of the question, microseconds since 1970.

    Returns:
        `GAPS`, in the order of ``found``.
    """
    bare = found.gaps
    n = len(bare)
    mmsi = bare["mmsi"].to_numpy()
    degrees = {c: _degrees(bare[c]) for c in ("off_lat", "off_lon", "on_lat", "on_lon")}
    off_us = bare["off_us"].to_numpy()
    open_ = bare["on_us"].is_null().to_numpy()
    end_us = bare["on_us"].fill_null(as_of_us).to_numpy()
    duration_h = (end_us - off_us) / H_US
    distance = geodesy.distance_nm(*degrees.values())
    speed = distance / duration_h
    off_ts = pa.array(off_us, pa.int64()).cast(UTC_US)
    who = _who(bare, off_ts, sayings)
    cause, reasons = _identity_breaks(found, mmsi, speed, duration_h)
    off_at, off_nm = places.nearest(known_places, degrees["off_lat"], degrees["off_lon"])
    on_at, on_nm = places.nearest(known_places, degrees["on_lat"], degrees["on_lon"])
    columns: dict[str, Any] = {
        "gap_id": who["gap_id"],
        "mmsi": bare["mmsi"],
        "track": bare["track"],
        "imo": who["imo"],
        "name": who["name"],
        "flag": pa.array(itu.flags(mmsi), pa.string()),
        "ship_type": who["ship_type"],
        "ais_class": who["ais_class"],
        "off_ts": off_ts,
        "on_ts": bare["on_us"].cast(UTC_US),
        **{c: pa.array(v, from_pandas=True) for c, v in degrees.items()},
        "open": open_,
        "duration_h": duration_h,
        "distance_nm": pa.array(distance, from_pandas=True),
        "implied_speed_kn": pa.array(speed, from_pandas=True),
        "reports_12h": bare["off_12h"],
        "reports_12h_terrestrial": bare["off_12h_terrestrial"],
        "reports_12h_satellite": bare["off_12h_satellite"],
        "other_messages": bare["others"],
        "heard_without_position": bare["no_position"],
        "off_place": known_places["name"].take(off_at),
        "off_place_nm": off_nm,
        "on_place": known_places["name"].take(on_at),
        "on_place_nm": on_nm,
        "p_switched_off": pa.nulls(n, pa.float64()),
        "cause": cause,
        "reasons": reasons,
        "episode_ts": off_ts,
    }
    return pa.table([_arrow(columns[f.name], f.type) for f in GAPS.arrow], schema=GAPS.arrow)


def _who(bare: pa.Table, off_ts: pa.Array, sayings: pa.Table) -> dict[str, Any]:
    """Ids of the gaps, and the identity that each vessel claimed at the time."""
    n = len(bare)
    database = duckdb.connect()
    numbered = bare.append_column("row", pa.array(np.arange(n))).append_column("off_ts", off_ts)
    database.register("bare", numbered)
    gap_id = database.sql(_IDS).to_arrow_table().column(0)
    sayings = sayings.filter(pc.is_in(sayings["mmsi"], value_set=pc.unique(bare["mmsi"])))
    imos = sayings["imo"].fill_null(0).to_numpy()
    valid = itu.imos_valid(imos) & ~np.isin(imos, vessels.PLACEHOLDER_IMOS)
    database.register("sayings", sayings.append_column("valid", pa.array(valid)))
    found = database.sql(_SAID).to_arrow_table()
    database.close()
    at = np.full(n, -1)
    at[found["row"].to_numpy()] = np.arange(len(found))
    index = pa.array(at, mask=at < 0)
    out = {name: found[name].take(index) for name in ("name", "imo", "ship_type")}
    classes = pa.array([c if c != "unknown" else None for c in CLASSES])
    return out | {"gap_id": gap_id, "ais_class": classes.take(pc.cast(found["ais_class"].take(index), pa.int32()))}


def identity(found: Stitched) -> tuple[Ints, Ints, Ints]:
    """Of each gap: impossible moves of its MMSI, tracks of it, and whether another of them was there about the time of the gap."""
    jumps, tracks, shared = (found.gaps[name].to_numpy() for name in ("jumps", "tracks", "shared"))
    return jumps, tracks, shared


def _identity_breaks(found: Stitched, mmsi: Any, speed: Any, duration_h: Any) -> tuple[pa.Array, pa.Array]:
    """Cause and reasons where an MMSI is not plainly one ship; null elsewhere: the rest is the judgement's."""
    jumps, tracks, shared = identity(found)
    elsewhere = found.gaps["elsewhere"].to_pylist()
    too_fast = np.nan_to_num(speed * duration_h) > JUMP_KN * np.hypot(duration_h, JUMP_FLOOR_H)
    broken = shared | too_fast
    reasons: list[list[str] | None] = [None] * len(mmsi)
    for i in np.flatnonzero(broken).tolist():
        words = []
        if too_fast[i]:
            words.append(
                f"off and on are {speed[i]:.0f} kn apart, faster than any ship: not one ship, or a wrong position"
            )
        if shared[i]:
            words.append(
                f"MMSI {mmsi[i]} moves {jumps[i]} times as no ship can: more than one ship may send under it; its positions make "
                f"{tracks[i]} tracks, and {elsewhere[i]:,} of them came from elsewhere in this time"
            )
        reasons[i] = words
    cause = pa.array(np.full(len(mmsi), "identity break"), pa.string(), mask=~broken)
    return cause, pa.array(reasons, pa.list_(pa.string()))


def _degrees(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """Stored coordinates as degrees, NaN where null."""
    values = column.cast(pa.float64()).fill_null(np.nan).to_numpy()
    return values / COORDINATE_SCALE  # type: ignore[no-any-return]


def _arrow(values: Any, kind: pa.DataType) -> Any:
    if isinstance(values, pa.ChunkedArray | pa.Array):
        return values.cast(kind)
    return pa.array(values, kind)
