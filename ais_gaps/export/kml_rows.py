"""Any rows as KML: a placemark a row, each with its time, so that Google Earth's slider plays them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import pyarrow as pa

from ais_gaps.export.balloon import balloon
from ais_gaps.export.kml_document import document, times
from ais_gaps.export.kml_document import geometry as drawn
from ais_gaps.export.layer import Layer
from ais_gaps.export.markup import Markup
from ais_gaps.export.spans import span_of
from ais_gaps.features import placed
from ais_gaps.features.placed import GEOMETRY
from ais_gaps.tabular.cells import chunks
from ais_gaps.tabular.objects import dumps

NOT_PATHS = "Lines are no paths: each joins where a ship was last heard and where she was heard again."
_NAMES = ("name", "place", "station", "title", "event", "file")
_SHORTENED = 80  # characters of a name


def write_kml_rows(layer: Layer, kind: str, stream: BinaryIO) -> int:
    """One folder with a placemark a row; how many. A row without a place is listed, and not drawn.

    All its columns but the geometry stand in ExtendedData, as `tabular.cells` writes them, lists as JSON; what is null does not.
    The time is that of `spans`: a moment or a day a TimeStamp, else a TimeSpan, without an end while it goes on.
    """
    spans = set(placed.SPAN) <= set(layer.schema.names)
    said = [*layer.notes, *([NOT_PATHS] if spans else [])]
    style = "gap" if spans else "place"
    count = 0
    with document(stream, layer.title, said, [style]) as page, page.element("Folder"):
        page.leaf("name", kind)
        for table in layer.tables:
            for row, shape in _rows(table):
                count += 1
                _placemark(page, f"{kind} {count}", row, shape, style)
    return count


def _rows(table: pa.Table) -> Any:
    import shapely

    names = [name for name in table.column_names if name != GEOMETRY]
    shapes = shapely.from_wkb(table[GEOMETRY].to_numpy())
    at = 0
    for columns in chunks(table.select(names)):
        for values in zip(*columns, strict=True):
            yield dict(zip(names, values, strict=True)), shapes[at]
            at += 1


def _placemark(page: Markup, number: str, row: Mapping[str, Any], shape: Any, style: str) -> None:
    span = span_of(list(row), row)
    what = next((row[name] for name in _NAMES if isinstance(row.get(name), str) and row[name].strip()), number)
    name = what[:_SHORTENED] + (f", {span.begin}" if span is not None and span.begin else "")
    said = {column: _text(value) for column, value in row.items() if value is not None}
    with page.element("Placemark"):
        page.leaf("name", name)
        page.leaf("Snippet", "", {"maxLines": "0"})
        page.leaf("description", balloon(name, _lines(said)))
        if span is not None:
            times(page, span.begin, span.end)
        page.leaf("styleUrl", f"#{style}")
        with page.element("ExtendedData"):
            for column, text in said.items():
                with page.element("Data", {"name": column}):
                    page.leaf("value", text)
        if shape is not None:
            drawn(page, shape)


def _lines(said: Mapping[str, str]) -> Sequence[str]:
    return [f"{column}: {text}" for column, text in said.items()]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value)
