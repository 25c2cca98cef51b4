"""How well ships were heard, on a map of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.inline.drawing import Drawing
from ais_gaps.inline.figure import MOST_POINTS, RATIO, filled, map_of
from ais_gaps.inline.inline import Inline
from ais_gaps.inline.rows import counted
from ais_gaps.reception.page import chart
from ais_gaps.report.page import offline, showing

_PAGE: Final = "ais_gaps.reception.page"
_MOST: Final = 4_000
_HEIGHT_PX: Final = 530
_BY: Final = {"any": "any receiver", "terrestrial": "terrestrial receivers", "satellite": "satellites"}


def reception_map(cells: pa.Table, *, notes: Sequence[str] = ()) -> Inline:
    """Cells in the colour of their estimate; one of which too little is known has an outline and no colour.

    Args:
        cells: rows of `schema.RECEPTION`. Of more than some thousand those with most ship-hours are drawn.
        notes: what must be said with these data; they stand above the map.
    """
    if not len(cells):
        drawing = Drawing(
            "Reception: no cells", "A map of reception without cells.", nothing="There are no cells to draw."
        )
        return map_of(drawing, notes)
    by_size = cells.sort_by([("ship_hours", "descending"), ("cell", "ascending")])
    drawn = by_size.slice(0, _MOST)
    unknown = pc.sum(pc.is_null(cells["estimate"], nan_is_null=True)).as_py()
    by = [_BY.get(name, "a receiver") for name in pc.unique(cells["receiver"]).to_pylist()]
    title = f"How well ships were heard by {' or '.join(by)}"
    hours = pc.sum(cells["ship_hours"]).as_py()
    of = f"{counted(len(cells), 'cell')}, {hours:,} ship-hours"
    said = f"Map: {title.lower()}. {of}; of {unknown:,} of them it is not known."
    return filled(
        "reception.html",
        _HEIGHT_PX,
        title,
        said,
        notes,
        [],
        styles=offline.text("static/reception.css", _PAGE),
        own=[offline.text("static/reception.js", _PAGE)],
        legend=chart.legend("estimate"),
        unknown=unknown,
        left_out=len(by_size) - len(drawn),
        data=showing.embedded(chart.payload(drawn, "estimate", MOST_POINTS, RATIO)),
    )
