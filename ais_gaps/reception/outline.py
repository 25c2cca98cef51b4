"""Cells as shapes, for maps."""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa

from ais_gaps.export.geoparquet import write_geoparquet
from ais_gaps.export.layer import Layer
from ais_gaps.features.placed import GEOMETRY
from ais_gaps.moments import EPOCH
from ais_gaps.plain import plain
from ais_gaps.reception import words
from ais_gaps.reception.question import Reception


def outlined(cells: pa.Table) -> pa.Table:
    """Cells (`schema.RECEPTION`) with their outlines as WKB in a column ``geometry``; edges along meridians and parallels."""
    import shapely

    west, south, east, north = (cells[name].to_numpy() for name in ("west", "south", "east", "north"))
    # Counterclockwise, as RFC 7946 asks for outer rings.
    shapes = shapely.box(west, south, east, north, ccw=True)
    return cells.append_column(GEOMETRY, pa.array(shapely.to_wkb(shapes), pa.binary()))


def write(found: Reception, stream: BinaryIO) -> int:
    """One GeoParquet file (see `export.geoparquet`) with what must be said beside the rows; how many rows."""
    question = found.question
    about = {
        "banner": [*map(plain, found.notes), words.summary(found), *words.limits(found)],
        "provenance": {
            "receiver": question.receiver,
            "ais_class": question.ais_class,
            "near": question.place,
            "within_nm": question.within_nm,
            "first": (found.first or EPOCH).isoformat() if found.ship_hours else None,
            "last": (found.last or EPOCH).isoformat() if found.ship_hours else None,
            "ship_hours": found.ship_hours,
            "heard": found.heard,
        },
    }
    table = outlined(found.cells)
    return write_geoparquet(Layer(words.title(found), about, table.schema, [table]), stream)
