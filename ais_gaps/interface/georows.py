"""Rows with a place as GeoPandas. Only imported where that is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import geopandas
import pandas as pd
import pyarrow as pa

from ais_gaps.features import placed
from ais_gaps.interface import columns
from ais_gaps.interface.rows import About, Rows

CRS = "EPSG:4326"
"""As GeoPandas writes it; x is the longitude, as ever there."""


class GeoRows(Rows, geopandas.GeoDataFrame):  # type: ignore[misc]
    """A GeoDataFrame of an archive's answer, in longitude and latitude (EPSG:4326). A selection without geometries is `Rows`."""

    _metadata: ClassVar[list[str]] = [*geopandas.GeoDataFrame._metadata, "_about"]

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        return _made

    def __getitem__(self, key: Any) -> Any:
        found: Any = super().__getitem__(key)
        if type(found) is not pd.DataFrame:
            return found
        ours: Any = _ours(found)
        return ours.__finalize__(self)

    def _constructor_from_mgr(self, mgr: Any, axes: Any) -> pd.DataFrame:
        frame = super()._constructor_from_mgr(mgr, axes)
        return _ours(frame)


def located(table: pa.Table, about: About, at: str | None = None) -> GeoRows | None:
    """Rows with their geometries, of silences at their ``off`` or ``on`` alone if that is said; None where they have no place."""
    if at is not None:
        shapes = placed.points_of(table, f"{at}_lat", f"{at}_lon")
    else:
        shapes = placed.shapes_of(table) if placed.has_place(table) else None
    if shapes is None:
        return None
    rest = table.drop_columns([placed.GEOMETRY]) if placed.GEOMETRY in table.column_names else table
    made: Any = GeoRows
    rows: GeoRows = made(columns.to_pandas(rest), geometry=geopandas.GeoSeries(shapes, crs=CRS))
    rows._about = about
    return rows


def _made(*args: Any, **kwargs: Any) -> pd.DataFrame:
    return _ours(geopandas.GeoDataFrame(*args, **kwargs))


def _ours(frame: Any) -> pd.DataFrame:
    """The same frame as ours: with geometries if it has any."""
    has = isinstance(frame, geopandas.GeoDataFrame) and any(dtype == "geometry" for dtype in frame.dtypes)
    ours: Any = GeoRows if has else Rows
    if type(frame) is ours:
        return frame  # type: ignore[no-any-return]
    found: Any = ours._from_mgr(frame._mgr, axes=frame.axes)
    if has:
        found._geometry_column_name = getattr(frame, "_geometry_column_name", None)
    result: pd.DataFrame = found.__finalize__(frame)
    return result
