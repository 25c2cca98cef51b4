"""What the ships of injected silences put into the sums of reception inside them: to be forgotten, since they were heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.ingest.staging import MEMORY_LIMIT, SLICE_ROWS
from ais_gaps.reception.fixes import Fixes
from ais_gaps.reception.shiphours import HEARD, HOUR_S, KINDS, LONGEST_S, SATELLITE, TERRESTRIAL, ShipHours, ship_hours
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.parts import mmsi_ranges

Ints = npt.NDArray[Any]

# Each stretch as a ship of its own, so that what lies before and after it, or in another stretch of hers, is not seen.
_INSIDE: Final = """
    SELECT silence AS mmsi, ts, lat, lon, ais_class, receiver FROM stored
    JOIN windows ON mmsi = "of" AND ts BETWEEN since AND "until"
    WHERE kind = 0 AND transmitter = 0 AND lat IS NOT NULL AND lon IS NOT NULL AND source <= $source
      AND mmsi BETWEEN $low AND $high
    ORDER BY silence, ts, lat, lon, stored.ais_class, stored.receiver
"""

OWN_HOURS: Final = pa.schema(
    [
        pa.field("silence", pa.int64()),
        pa.field("hour", pa.int32()),
        pa.field("cell", pa.int32()),
        pa.field("ais_class", pa.int8()),
        pa.field("moving", pa.bool_()),
        *(pa.field(name, pa.int32()) for name in ("n", "heard", "kinds", "terrestrial", "satellite")),
    ]
)
"""Ship-hours in the columns of `schema.PEER_HOURS`, and before them which silence each lies in."""


def of(store: Store, ingests: Sequence[Ingest], found: pa.Table) -> pa.Table:
    """The ship-hours that the ships of some stretches put into an archive's sums inside them: `OWN_HOURS`, by silence and hour.

    They are the clock hours from that of off to that of on, as the archive, which still holds what was deleted, counts them.

    Args:
        store, ingests: the archive. found: silences of some `injection.stretches`; their number in order is ``silence``.
    """
    parts = [store.part_path(part) for part in store.parts()]
    if not parts or not len(found):
        return OWN_HOURS.empty_table()
    off_s, on_s = (found[name].to_numpy() // 1_000_000 for name in ("off_us", "on_us"))
    # An hour counts by the ship's fix before it, a day earlier at most.
    since = off_s // HOUR_S * HOUR_S - LONGEST_S
    windows = {"silence": np.arange(len(found), dtype=np.int32), "of": found["mmsi"], "since": since}
    windows["until"] = on_s // HOUR_S * HOUR_S + HOUR_S - 1
    database = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": ""})
    tables = [OWN_HOURS.empty_table()]
    try:
        database.from_parquet(parts).create_view("stored")
        database.register("windows", pa.table(windows))
        for low, high in mmsi_ranges(parts, SLICE_ROWS):
            values = {"source": ingests[-1].source, "low": low, "high": high}
            fixes = Fixes.of(database.sql(_INSIDE, params=values).to_arrow_table())
            tables += [_counted(some, off_s // HOUR_S) for some in ship_hours(fixes)]
    finally:
        database.close()
    return pa.concat_tables(tables).sort_by([("silence", "ascending"), ("hour", "ascending")])


def _counted(some: ShipHours, first_hour: Ints) -> pa.Table:
    silence = some.days.mmsi[some.of_day].astype(np.int64)
    columns: dict[str, Any] = {
        "silence": silence,
        "hour": some.hour,
        "cell": some.cell,
        "ais_class": some.ais_class,
        "moving": some.moving,
        "n": np.ones(len(some)),
        **{
            name: (some.how & bit) != 0
            for name, bit in (("heard", HEARD), ("kinds", KINDS), ("terrestrial", TERRESTRIAL))
        },
        # As `schema.PEER_HOURS` has it: by satellite and not by a terrestrial receiver.
        "satellite": (some.how & (TERRESTRIAL | SATELLITE)) == SATELLITE,
    }
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in OWN_HOURS]
    return pa.table(arrays, schema=OWN_HOURS).filter(pa.array(some.hour >= first_hour[silence]))
