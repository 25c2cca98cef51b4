"""Where rows lie, as geometries in longitude and latitude, degrees WGS84."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.interface.kinds import Kind

GEOMETRY = "geometry"
CRS = "EPSG:4326"
"""As GeoPandas writes it; x is the longitude, as ever there."""

Shapes = npt.NDArray[Any]


def geometry(rows: pa.Table, kind: Kind) -> Shapes | None:
    """A geometry a row, None where no place is known; None in all where rows of the kind have no place.

    A silence is a line from off to on, the shorter way round and cut at the antimeridian: no path. An open one is a point.
    """
    have = set(rows.column_names)
    if kind.place == "span" and {"off_lat", "off_lon", "on_lat", "on_lon"} <= have:
        return _spans(rows)
    if kind.place == "cell" and {"west", "south", "east", "north"} <= have:
        return _cells(rows)
    if kind.place == "outline":
        return _outlines(rows)
    return points(rows, "lat", "lon") if kind.place == "point" else None


def points(rows: pa.Table, lat: str, lon: str) -> Shapes | None:
    """A point a row from two columns, None where they tell of none; None in all where there are no such columns of numbers."""
    import shapely

    if not {lat, lon} <= set(rows.column_names):
        return None
    if not all(pa.types.is_floating(kind) or pa.types.is_integer(kind) for kind in (rows[lat].type, rows[lon].type)):
        return None  # a query's own columns of these names
    lats, lons = _floats(rows[lat]), _floats(rows[lon])
    with np.errstate(invalid="ignore"):
        sound = (np.abs(lats) <= 90) & (np.abs(lons) <= 180)
    found = np.full(len(rows), None, object)
    found[sound] = shapely.points(lons[sound], lats[sound])
    return found


def _outlines(rows: pa.Table) -> Shapes | None:
    import shapely

    found = points(rows, "lat", "lon")
    if found is not None and GEOMETRY in rows.column_names:
        drawn = pc.is_valid(rows[GEOMETRY]).to_numpy()
        found[drawn] = shapely.from_wkb(rows[GEOMETRY].drop_null().to_numpy())
    return found


def _spans(rows: pa.Table) -> Shapes:
    import shapely

    from ais_gaps.features import shapes

    ends = [_floats(rows[name]) for name in ("off_lat", "off_lon", "on_lat", "on_lon")]
    off_lat, off_lon, on_lat, on_lon = ends
    whole = np.isfinite(ends).all(axis=0)
    plain = whole & (np.abs(off_lon - on_lon) < 180) & ((off_lat != on_lat) | (off_lon != on_lon))
    found = np.full(len(rows), None, object)
    pairs = np.stack([np.stack([off_lon, off_lat], 1), np.stack([on_lon, on_lat], 1)], 1)
    found[plain] = shapely.linestrings(pairs[plain])
    for i in np.flatnonzero(~plain).tolist():
        spots = [
            (None, None) if not np.isfinite([lat, lon]).all() else (float(lat), float(lon))
            for lat, lon in ((off_lat[i], off_lon[i]), (on_lat[i], on_lon[i]))
        ]
        shape = shapes.line(spots)
        found[i] = None if shape.is_empty else shape
    return found


def _cells(rows: pa.Table) -> Shapes:
    import shapely

    west, south, east, north = (_floats(rows[name]) for name in ("west", "south", "east", "north"))
    return np.asarray(shapely.box(west, south, east, north), object)


def _floats(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    return np.asarray(pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy(), np.float64)
