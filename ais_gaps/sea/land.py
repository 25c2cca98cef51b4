"""The world's land: polygons for maps, and the coast as line segments for ways by sea.

Natural Earth's 1:10m land, version 4.1.0 (public domain; naturalearthdata.com), as `fixtures/land/make_land.py` made it:
vertices on a grid of 0.0036 degree of longitude and 0.0017 of latitude, no polygon across the antimeridian. Lakes are
land, the Caspian Sea is not. What is smaller than about 400 m may be missing, narrow straits among it: `passages`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

FILE = Path(__file__).resolve().parent.parent / "data" / "land.parquet"


@dataclass(frozen=True)
class Rings:
    """Vertices of all rings, one after the other.

    Attributes:
        lon, lat: degrees WGS84, longitudes within [-180, 180].
        following: index of the vertex after each in its ring.
        first: index of each ring's first vertex, with the number of vertices as last element.
        polygon: number of the polygon that each ring belongs to; its outline comes first, then holes.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    following: NDArray[np.int64]
    first: NDArray[np.int64]
    polygon: NDArray[np.int64]


@cache
def rings() -> Rings:
    """The rings of all polygons."""
    import pyarrow.parquet as pq

    # Not `read_table`, which imports pandas: a quarter of a second.
    with pq.ParquetFile(FILE) as file:
        table = file.read()
    metadata = table.schema.metadata
    columns = [table[name].combine_chunks() for name in ("x", "y")]
    first = columns[0].offsets.to_numpy().astype(np.int64)
    scale, translate = (json.loads(metadata[name]) for name in (b"scale", b"translate"))
    lon, lat = (column.values.to_numpy() * scale[axis] + translate[axis] for axis, column in enumerate(columns))
    following = np.arange(1, len(lon) + 1)
    following[first[1:] - 1] = first[:-1]
    return Rings(
        np.clip(lon, -180.0, 180.0),
        np.maximum(lat, -90.0),
        following,
        first,
        table["polygon"].to_numpy().astype(np.int64),
    )


@cache
def version() -> str:
    """A short hash of the land file, for the keys of what is derived from it."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:16]


def land(west: float, south: float, east: float, north: float, *, tolerance_deg: float = 0.0) -> BaseGeometry:
    """Land polygons of a window for maps, in degrees (lon, lat); a (Multi)Polygon, empty where there is only sea.

    Args:
        west, south, east, north: the window. It may cross the antimeridian: with `east` past 180 (or `west` below -180) the
            result's longitudes run on likewise; with `west` > `east`, as RFC 7946 writes such windows, they stay within
            [-180, 180].
        tolerance_deg: outlines are simplified to this (Douglas and Peucker 1973); land smaller than that is left out.
    """
    import shapely

    if west > east:
        parts = [
            land(west, south, 180.0, north, tolerance_deg=tolerance_deg),
            land(-180.0, south, east, north, tolerance_deg=tolerance_deg),
        ]
        return _polygonal(shapely.union_all(parts))
    shapes, tree = _polygons()
    found: list[Any] = []
    for turn in (-360.0, 0.0, 360.0):
        box = shapely.box(west - turn, south, east - turn, north)
        chosen = shapes[np.sort(tree.query(box))]
        if tolerance_deg > 0.0:
            extent = shapely.bounds(chosen)
            chosen = chosen[np.max(extent[:, 2:] - extent[:, :2], axis=1, initial=0.0) >= tolerance_deg]
            # What is cut here lies outside the window, so the cut's own corners are never seen.
            chosen = shapely.clip_by_rect(
                chosen, *shapely.bounds(shapely.buffer(box, 1.0 + tolerance_deg, join_style="mitre"))
            )
            chosen = shapely.simplify(chosen, tolerance_deg)
        cut = shapely.intersection(shapely.make_valid(chosen, method="structure"), box)
        found += list(turned(cut, turn))
    return _polygonal(shapely.union_all(found))


def on_land(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each position lies on land. Positions must be known; any longitude."""
    import shapely

    shapes, tree = _polygons()
    x = (lon + 180.0) % 360.0 - 180.0
    result = np.zeros(len(lat), dtype=np.bool_)
    point, polygon = tree.query(shapely.points(x, lat))
    for number in np.unique(polygon):
        of = point[polygon == number]
        result[of] |= shapely.intersects_xy(shapes[number], x[of], lat[of])
    return result


@cache
def _polygons() -> tuple[NDArray[Any], STRtree]:
    """The polygons, prepared, and a tree of them."""
    import shapely

    all_rings = rings()
    counts = np.diff(all_rings.first)
    lines = shapely.linearrings(
        np.column_stack([all_rings.lon, all_rings.lat]), indices=np.repeat(np.arange(len(counts)), counts)
    )
    shapes = np.asarray(shapely.polygons(np.asarray(lines), indices=all_rings.polygon))
    shapely.prepare(shapes)
    return shapes, shapely.STRtree(shapes)


def turned(shapes: Any, turn_deg: float) -> Any:
    """Shapes moved along the equator."""
    import shapely

    return shapely.transform(shapes, lambda xy: xy + np.array([turn_deg, 0.0]))


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of what an intersection gave, without the lines and points at which land touched the window."""
    import shapely

    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_type_id(parts) == 3]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))
