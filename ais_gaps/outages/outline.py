"""Outages as shapes, for maps."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ais_gaps.features.placed import GEOMETRY
from ais_gaps.outages.hours import AREA
from ais_gaps.reception import cells


def outlined(rows: pa.Table) -> pa.Table:
    """Outages (`schema.OUTAGES`) with the union of their cells as WKB in a column ``geometry``; null of a whole feed.

    No cell lies across the antimeridian: an outage that does is of shapes on both sides.
    """
    import shapely

    shapes: list[bytes | None] = []
    for numbers in rows["cells"].to_pylist():
        if numbers is None:
            shapes.append(None)
            continue
        at = cells.edges(np.array(numbers, np.int64), AREA)
        shapes.append(shapely.to_wkb(shapely.union_all(shapely.box(at.west, at.south, at.east, at.north))))
    return rows.append_column(GEOMETRY, pa.array(shapes, pa.binary()))
