"""Gaps narrowed to a place, and counted anew for a present that lies before the newest report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import places
from ais_gaps.gaps.stitch import BARE_GAPS, Stitched
from ais_gaps.schema import COORDINATE_SCALE

_HEARD = """
    SELECT o.row, count(*) FILTER (r.kind = 2) AS others, count(*) FILTER (r.kind = 1) AS no_position
    FROM open o JOIN stored r ON r.mmsi = o.mmsi
    WHERE r.kind > 0 AND r.transmitter = 0 AND r.source <= ?
      AND r.ts * 1000000::BIGINT + r.us > o.off_us AND r.ts * 1000000::BIGINT + r.us <= ?
      AND NOT EXISTS (
          SELECT 1 FROM beside b WHERE b.mmsi = r.mmsi AND r.ts * 1000000::BIGINT + r.us BETWEEN b.first_us AND b.last_us
      )
    GROUP BY o.row
"""


def near(gaps: pa.Table, known_places: pa.Table, name: str, within_nm: float | None) -> pa.Array:
    """Which gaps have off or on within a distance of a place.

    Args:
        gaps: `BARE_GAPS`.
        known_places: as `places.shipped` gives them.
        name: name of the place, or another name of it.
        within_nm: distance in nautical miles; None = the place's own radius (0 for an outline: inside it).

    Raises:
        NotFound, Ambiguous: no such place, or several.
    """
    place = places.find(known_places, name)
    limit = within_nm if within_nm is not None else (place["radius_nm"] or 0.0)
    inside = np.zeros(len(gaps), bool)
    for end in ("off", "on"):
        lat, lon = (
            gaps[f"{end}_{axis}"].cast(pa.float64()).fill_null(np.nan).to_numpy() / COORDINATE_SCALE
            for axis in ("lat", "lon")
        )
        inside |= np.nan_to_num(places.distance_nm(place, lat, lon), nan=np.inf) <= limit
    return pa.array(inside)


def recount(found: Stitched, parts: Sequence[str], as_of_us: int, *, last_source: int) -> Stitched:
    """Open gaps with only the messages heard up to ``as_of``.

    Summaries count what was heard until the vessel's next position, which may lie after the present of the question. Only the open
    gaps in which anything was heard are looked up, and these are few.
    """
    gaps = found.gaps
    heard = pc.and_(pc.is_null(gaps["on_us"]), pc.greater(pc.add(gaps["others"], gaps["no_position"]), 0))
    rows = np.flatnonzero(heard.to_numpy())
    if not len(rows) or not parts:
        return found
    database = duckdb.connect()
    database.register("open", gaps.take(rows).append_column("row", pa.array(rows)))
    database.register("beside", found.beside)
    database.from_parquet(list(parts)).create_view("stored")
    counted = database.sql(_HEARD, params=[last_source, as_of_us]).to_arrow_table()
    database.close()
    for name in ("others", "no_position"):
        values = gaps[name].to_numpy().copy()
        values[rows] = 0
        values[counted["row"].to_numpy()] = counted[name].to_numpy()
        at = BARE_GAPS.get_field_index(name)
        gaps = gaps.set_column(at, BARE_GAPS.field(at), pa.array(values, pa.int32()))
    return replace(found, gaps=gaps)
