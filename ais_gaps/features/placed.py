"""Where rows lie, as their columns say it: WKB, longitude and latitude in degrees WGS84."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_Floats: TypeAlias = npt.NDArray[np.float64]
Shapes: TypeAlias = npt.NDArray[np.object_]

GEOMETRY = "geometry"
OUTLINE = "footprint"
SPAN = ("off_lat", "off_lon", "on_lat", "on_lon")
CELL = ("west", "south", "east", "north")
POINT = ("lat", "lon")


def has_place(table: pa.Table) -> bool:
    """True if the columns can say where a row lies (see `shapes_of`)."""
    return _is_wkb(table) or any(_numbers(table, names) is not None for names in (SPAN, CELL, POINT))


def shapes_of(table: pa.Table) -> Shapes:
    """A geometry a row, two-dimensional, outer rings counterclockwise; None = no place known.

    The first that tells it counts, row by row:

    - ``geometry``, where it is WKB; ``footprint``, an outline as WKT;
    - ``off_lat, off_lon, on_lat, on_lon``: the line from off to on, the shorter way round and cut at the antimeridian: no path; a
      point where one of both is known;
    - ``west, south, east, north``: the cell, cut where it lies across the antimeridian;
    - ``lat, lon``: the point.

    What is no place on Earth is no place.
    """
    import shapely

    found: Shapes = np.full(len(table), None, object)
    if _is_wkb(table):
        _fill(found, _from_wkb(table[GEOMETRY]))
    if OUTLINE in table.column_names and pa.types.is_string(table.schema.field(OUTLINE).type):
        _fill(found, _from_wkt(table[OUTLINE]))
    for names, shaped in ((SPAN, _lines), (CELL, _boxes), (POINT, _points)):
        if (columns := _numbers(table, names)) is not None:
            _fill(found, shaped(*columns))
    known = np.array([shape is not None for shape in found], bool)
    found[known] = shapely.orient_polygons(shapely.force_2d(found[known]))
    return found


def points_of(table: pa.Table, lat: str, lon: str) -> Shapes | None:
    """A point a row from two columns, None = no place known; None in all where these are no columns of numbers."""
    columns = _numbers(table, (lat, lon))
    return None if columns is None else _points(*columns)


def with_geometry(table: pa.Table) -> pa.Table:
    """The rows with a column `GEOMETRY` (WKB; null = no place known), the last one: see `shapes_of`.

    A column ``geometry`` that is no WKB is kept as ``geometry_2``.
    """
    return without_geometry(table).append_column(GEOMETRY, wkb(shapes_of(table)))


def wkb(shapes: Shapes) -> pa.Array:
    """Geometries as WKB, None as null."""
    import shapely

    known = np.array([shape is not None for shape in shapes], bool)
    found: Shapes = np.full(len(shapes), None, object)
    if known.any():
        found[known] = shapely.to_wkb(shapes[known])
    return pa.array(found, pa.binary())


def without_geometry(table: pa.Table) -> pa.Table:
    """The rows without their WKB, and with any other column of that name as ``geometry_2``."""
    if _is_wkb(table):
        return table.drop_columns([GEOMETRY])
    taken = set(table.column_names)
    return table.rename_columns(
        [f"{GEOMETRY}_2" if name == GEOMETRY and f"{GEOMETRY}_2" not in taken else name for name in table.column_names]
    )


def _is_wkb(table: pa.Table) -> bool:
    if table.column_names.count(GEOMETRY) != 1:
        return False
    kind = table.schema.field(GEOMETRY).type
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _numbers(table: pa.Table, names: tuple[str, ...]) -> list[_Floats] | None:
    """These columns as floats, NaN for null; None where one is missing or no number."""
    if any(table.column_names.count(name) != 1 for name in names):
        return None
    columns = [table[name] for name in names]
    if not all(_is_number(column.type) for column in columns):
        return None
    return [
        np.asarray(pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy(), np.float64) for column in columns
    ]


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))


def _fill(found: Shapes, given: Shapes) -> None:
    """Takes what is given where nothing is known yet."""
    import shapely

    usable = ~(shapely.is_missing(given) | shapely.is_empty(given))
    empty = np.array([shape is None for shape in found], bool)
    take = usable & empty
    found[take] = given[take]


def _from_wkb(column: pa.ChunkedArray) -> Shapes:
    import shapely

    given = np.array(column.to_pylist(), object)
    return np.asarray(shapely.from_wkb(given, on_invalid="ignore"), object).reshape(len(given))


def _from_wkt(column: pa.ChunkedArray) -> Shapes:
    import shapely

    given = np.array(column.to_pylist(), object)
    return np.asarray(shapely.from_wkt(given, on_invalid="ignore"), object).reshape(len(given))


def _on_earth(lat: _Floats, lon: _Floats) -> npt.NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return (np.abs(lat) <= 90) & (np.abs(lon) <= 180)


def _points(lat: _Floats, lon: _Floats) -> Shapes:
    import shapely

    found: Shapes = np.full(len(lat), None, object)
    there = _on_earth(lat, lon)
    found[there] = shapely.points(lon[there], lat[there])
    return found


def _lines(off_lat: _Floats, off_lon: _Floats, on_lat: _Floats, on_lon: _Floats) -> Shapes:
    import shapely

    from ais_gaps.features import shapes

    found: Shapes = np.full(len(off_lat), None, object)
    off, on = _on_earth(off_lat, off_lon), _on_earth(on_lat, on_lon)
    with np.errstate(invalid="ignore"):
        plain = off & on & (np.abs(off_lon - on_lon) < 180) & ((off_lat != on_lat) | (off_lon != on_lon))
    ends = np.stack([np.stack([off_lon, off_lat], 1), np.stack([on_lon, on_lat], 1)], 1)
    found[plain] = shapely.linestrings(ends[plain])
    for i in np.flatnonzero((off | on) & ~plain).tolist():
        spots = [(off_lat[i], off_lon[i])] if off[i] else []
        spots += [(on_lat[i], on_lon[i])] if on[i] else []
        found[i] = shapes.line([(float(lat), float(lon)) for lat, lon in spots])
    return found


def _boxes(west: _Floats, south: _Floats, east: _Floats, north: _Floats) -> Shapes:
    import shapely

    found: Any = np.full(len(west), None, object)
    there = _on_earth(south, west) & _on_earth(north, east)
    found[there] = shapely.box(west[there], south[there], east[there], north[there])
    with np.errstate(invalid="ignore"):
        across = np.flatnonzero(there & (east < west)).tolist()
    for i in across:
        halves = [shapely.box(west[i], south[i], 180.0, north[i]), shapely.box(-180.0, south[i], east[i], north[i])]
        found[i] = shapely.union_all([half for half in halves if half.area])
    return np.asarray(found, object)
