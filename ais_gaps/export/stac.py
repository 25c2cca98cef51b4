"""Looks as a STAC 1.1 ItemCollection (https://github.com/radiantearth/stac-spec): one item a look, without assets.

What STAC has a field for stands in it. All columns of a look stand besides under `PREFIX`, and what was told of it, observation by
observation, under `TOLD_HERE`, from which `evidence import` reads the same looks again. No text of a source goes into a field that
STAC has for markup (``description``).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import pyarrow as pa

from ais_gaps.errors import UsageError
from ais_gaps.evidence.stac import LOOK_PREFIX as PREFIX
from ais_gaps.evidence.stac import TOLD as TOLD_HERE
from ais_gaps.export.geojson import collection, json_of
from ais_gaps.export.layer import Layer
from ais_gaps.export.looks import TOLD
from ais_gaps.features.placed import GEOMETRY
from ais_gaps.plain import plain
from ais_gaps.tabular.cells import chunks

VERSION = "1.1.0"
_NEEDED = ("look_id", "date_start", "date_end", "ts", "ts_end")


def write_stac(layer: Layer, stream: BinaryIO) -> int:
    """One ItemCollection, ASCII only, with title, banner and provenance before the items; how many.

    A look without an hour has no ``datetime`` but the whole of its days, UTC, as ``start_datetime`` and ``end_datetime``; one
    without a place has neither geometry nor bbox.

    Raises:
        UsageError: the rows are no looks: a column that says which and when is missing.
    """
    if missing := [name for name in _NEEDED if name not in layer.schema.names]:
        raise UsageError(f"STAC holds looks, and these rows have no {' and no '.join(missing)}")
    text = io.TextIOWrapper(stream, encoding="ascii", newline="\n")
    try:
        return collection(layer, (item for table in layer.tables for item in _items(table)), text)
    finally:
        text.detach()


def _items(table: pa.Table) -> Iterator[str]:
    import shapely

    names = [name for name in table.column_names if name != GEOMETRY]
    shapes = shapely.from_wkb(table[GEOMETRY].to_numpy())
    at = 0
    for columns in chunks(table.select(names)):
        for values in zip(*columns, strict=True):
            yield json_of(_item(dict(zip(names, values, strict=True)), shapes[at]))
            at += 1


def _item(row: dict[str, Any], shape: Any) -> dict[str, Any]:
    import shapely

    told: Sequence[Mapping[str, Any]] = row.pop(TOLD, None) or ()
    days = row["date_start"] if row["date_start"] == row["date_end"] else f"{row['date_start']} to {row['date_end']}"
    properties: dict[str, Any] = {
        "title": plain(f"{row.get('place') or 'place not stated'}, {row['ts'] or days}"),
        **_times(row),
    }
    if row.get("resolution_m") is not None:
        properties["gsd"] = row["resolution_m"]
    if row.get("provider"):
        properties["providers"] = [{"name": row["provider"], "roles": ["producer"]}]
    properties |= {f"{PREFIX}{name}": value for name, value in row.items() if value is not None and name != "look_id"}
    if told:
        properties[TOLD_HERE] = [{name: value for name, value in one.items() if value is not None} for one in told]
    item = {"type": "Feature", "stac_version": VERSION, "stac_extensions": [], "id": row["look_id"]}
    item["geometry"] = None if shape is None else shapely.geometry.mapping(shape)
    if shape is not None:
        item["bbox"] = _bbox(shape)
    return {**item, "properties": properties, "links": list(_links(told)), "assets": {}}


def _times(row: Mapping[str, Any]) -> dict[str, str | None]:
    if row["ts"] is None:
        return {
            "datetime": None,
            "start_datetime": f"{row['date_start']}T00:00:00Z",
            "end_datetime": f"{row['date_end']}T23:59:59Z",
        }
    times = {"datetime": row["ts"]}
    return times if row["ts_end"] is None else times | {"start_datetime": row["ts"], "end_datetime": row["ts_end"]}


def _bbox(shape: Any) -> list[float]:
    """West, south, east, north; west is more than east where the shape was cut at the antimeridian (RFC 7946, 5.2)."""
    import shapely

    west, south, east, north = shape.bounds
    if (west, east) == (-180.0, 180.0):
        parts = [part.bounds for part in shapely.get_parts(shape)]
        eastern = [box for box in parts if box[2] == 180 and box[0] > -180]
        western = [box for box in parts if box[0] == -180 and box[2] < 180]
        if eastern and western and len(eastern) + len(western) == len(parts):
            west, east = min(box[0] for box in eastern), max(box[2] for box in western)
    return [west, south, east, north]


def _links(told: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """Where it is published, each address once."""
    seen: set[str] = set()
    for one in told:
        if (url := one["url"]) and url not in seen:
            seen.add(url)
            title = ", ".join(part for part in (one["publisher"], one["published"]) if part)
            yield {"rel": "via", "href": url, "type": "text/html", **({"title": plain(title)} if title else {})}
