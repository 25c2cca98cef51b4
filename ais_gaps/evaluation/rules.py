"""What a judgement must do better than: the length of a silence alone, and the rule of Global Fishing Watch.

The rule (Welch and others 2022, "Hot spots of unseen fishing vessels", Science Advances 8, eabq2109) calls a silence intended
where it lasts 12 h or more, the ship was heard by satellite at least 14 times in the 12 h before, it begins more than 50 nm from
shore, and ships in that cell of 1 degree are heard more than 10 times a day. Its second form here leaves out the shore and takes
any receiver. How often ships are heard is measured here, not modelled as there, and by any receiver.

Of a silence of which the rule says yes the score is its length, so that the longest come first; of all others it is -inf.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps import geodesy
from ais_gaps.evaluation.natural import hours_of
from ais_gaps.ingest.staging import MEMORY_LIMIT
from ais_gaps.reception import cells
from ais_gaps.reception.state import differences
from ais_gaps.schema import COORDINATE_SCALE
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LEAST_H, LEAST_HEARD, SHORE_NM, A_DAY = 12.0, 14, 50.0, 10.0

_BATCH: Final = 1_000_000
_POSITIONS: Final = """
    SELECT lat, lon FROM stored
    WHERE kind = 0 AND transmitter = 0 AND lat IS NOT NULL AND lon IS NOT NULL AND source <= ?
"""


def welch(gaps: pa.Table, heard_a_day: Floats, *, any_receiver: bool, hours: Floats | None = None) -> Floats:
    """Score of each silence by the rule.

    Args:
        gaps: `gaps.BARE_GAPS`.
        heard_a_day: how often ships were heard in a day where each begins (`heard_a_day`).
        any_receiver: the second form, without shore and satellite.
        hours: length of each; None = they are all closed.
    """
    lasts = hours_of(gaps) if hours is None else hours
    heard = gaps["off_12h" if any_receiver else "off_12h_satellite"].to_numpy()
    yes = (lasts >= LEAST_H) & (heard >= LEAST_HEARD) & (heard_a_day > A_DAY)
    if not any_receiver:
        maybe = np.flatnonzero(yes)
        lat, lon = (gaps[name].fill_null(0).to_numpy()[maybe] / COORDINATE_SCALE for name in ("off_lat", "off_lon"))
        yes[maybe] = off_shore(lat, lon, SHORE_NM)
    return np.where(yes, lasts, -np.inf)


def off_shore(lat: Floats, lon: Floats, nm: float) -> Flags:
    """Whether each position (degrees) is at sea and more than some miles from any coast that the land file has."""
    from ais_gaps.sea import coastline, land

    if not len(lat):
        return np.zeros(0, np.bool_)
    near_lat, near_lon = coastline.nearest(lat, lon, nm)
    near = geodesy.distance_nm(lat, lon, near_lat, near_lon) <= nm  # NaN, none near, is not
    return np.asarray(~near & ~land.on_land(lat, lon))


def heard_a_day(store: Store, ingests: Sequence[Ingest], gaps: pa.Table) -> Floats:
    """How often a ship in the cell of 1 degree in which each silence begins was heard in a day: positions over ship-days there."""
    size = cells.count(cells.PARENT)
    positions = np.zeros(size, np.int64)
    parts = [store.part_path(part) for part in store.parts()]
    if parts and ingests:
        database = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": ""})
        try:
            database.from_parquet(parts).create_view("stored")
            for batch in database.sql(_POSITIONS, params=[ingests[-1].source]).to_arrow_reader(_BATCH):
                cell = cells.of(batch["lat"].to_numpy(), batch["lon"].to_numpy(), cells.PARENT)
                positions += np.bincount(cell, minlength=size)
        finally:
            database.close()
    ship_hours = np.zeros(size)
    for piece in differences(store, ingests, hours=None):
        parent = cells.around(piece["cell"].to_numpy(), cells.PARENT)
        ship_hours += np.bincount(parent, piece["n"].to_numpy(), minlength=size)
    rate = np.divide(positions * 24.0, ship_hours, out=np.zeros(size), where=ship_hours > 0.0)
    lat, lon = (gaps[name].fill_null(0).to_numpy() for name in ("off_lat", "off_lon"))
    return np.asarray(rate[cells.of(lat, lon, cells.PARENT)])
