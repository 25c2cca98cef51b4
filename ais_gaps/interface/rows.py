"""Rows of an answer as pandas: a DataFrame that knows what its columns mean, and what must be said with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import pandas as pd
import pyarrow as pa

from ais_gaps import extras
from ais_gaps.errors import UsageError
from ais_gaps.interface import columns
from ais_gaps.interface.kinds import Kind, kind

if TYPE_CHECKING:
    import geopandas
    import movingpandas
    import polars

    from ais_gaps.inline import Inline


@dataclass(frozen=True)
class About:
    """What rows are.

    Attributes:
        kind: gaps, track, reach, observations, places, ...; or answer, of a query.
        title: of what, in a line.
        notes: what must be said with them, one sentence each, such as that they are a reconstruction.
    """

    kind: str = "answer"
    title: str = ""
    notes: tuple[str, ...] = ()

    @property
    def declared(self) -> Kind:
        """How such rows are declared."""
        return kind(self.kind)


class Answer:
    """What `Rows` have that other frames have not."""

    _about: About

    @property
    def about(self) -> About:
        """What the rows are: kind, title, and ``notes``, which must be said wherever the rows are shown.

        Example:
            >>> gaps = archive.gaps()
            >>> gaps.about.kind
            'gaps'
            >>> len(gaps.about.notes) > 0
            True
        """
        return self._about

    @property
    def meanings(self) -> pd.DataFrame:
        """What the columns are: a row a column, with unit and meaning; empty where they are up to the question.

        Example:
            >>> archive.gaps().meanings.loc["duration_h", "unit"]
            'h'
        """
        declared = [
            (c.name, str(c.type), c.unit, c.meaning) for c in self._about.declared.columns if c.name in _frame(self)
        ]
        return pd.DataFrame(declared, columns=["column", "type", "unit", "meaning"]).set_index("column")

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table; the geometry of GeoPandas as WKB (``geoarrow.wkb``), OGC:CRS84.

        Example:
            >>> archive.gaps().to_arrow().schema.field("mmsi").type
            DataType(int32)
        """
        return columns.to_arrow(_frame(self), self._about.declared.schema)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows by Arrow's stream interface: what Polars, DuckDB and lonboard read."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_geopandas(self, at: Literal["off", "on"] | None = None) -> geopandas.GeoDataFrame:
        """The rows with a geometry, as GeoPandas, longitude and latitude in EPSG:4326.

        Args:
            at: of silences: the points where they began (off) or ended (on), in the place of lines that are no paths.

        Raises:
            MissingExtra: GeoPandas is not installed.
            UsageError: the rows have no place.

        Example:
            >>> archive.gaps().to_geopandas().crs.to_string()
            'EPSG:4326'
            >>> archive.gaps().to_geopandas(at="off").geom_type.unique().tolist()
            ['Point']
        """
        extras.need("geopandas", "geo")
        from ais_gaps.interface.georows import GeoRows, located

        if at is None and isinstance(self, GeoRows):
            return self
        found = located(self.to_arrow(), self._about, at)
        if found is None:
            raise UsageError(
                f"{self._about.kind} have no place: there are no columns lat and lon, or the like"
                if at is None
                else f"{self._about.kind} have no {at}_lat and {at}_lon: only silences have"
            )
        return found

    def to_polars(self) -> polars.DataFrame:
        """The rows as a DataFrame of Polars, by Arrow and without a copy where that can be; geometries as WKB.

        Raises:
            MissingExtra: Polars is not installed.

        Example:
            >>> archive.gaps("ANGARA").to_polars().select("name", "duration_h").columns
            ['name', 'duration_h']
        """
        found: polars.DataFrame = extras.need("polars", "polars").from_arrow(
            columns.without_extensions(self.to_arrow())
        )
        return found

    def to_movingpandas(self, min_hours: float | None = 6.0) -> movingpandas.TrajectoryCollection:
        """A track as MovingPandas, a trajectory for each MMSI, track and stretch without a silence of over ``min_hours``.

        A stretch of one position is none: MovingPandas has no trajectory of a point. Positions that were set aside (no track)
        are left out.

        Args:
            min_hours: hours of silence that part two trajectories; None = one trajectory a track.

        Raises:
            MissingExtra: MovingPandas is not installed.
            UsageError: the rows have no mmsi, ts, lat and lon.

        Example:
            >>> len(archive.track("ANGARA").to_movingpandas()) > 1
            True
        """
        from ais_gaps.interface.trajectories import trajectories

        return trajectories(self.to_arrow(), min_hours)

    def show_map(self) -> Inline:
        """A map of the rows that shows itself in a notebook and needs no network.

        Raises:
            UsageError: the rows have no place.

        Example:
            >>> archive.gaps("ANGARA").show_map().height_px > 0
            True
        """
        from ais_gaps.interface import figures

        return figures.map_of(self.to_arrow(), self._about)

    def show_timeline(self) -> Inline:
        """Silences along the time, a line a vessel; shows itself in a notebook and needs no network.

        Raises:
            UsageError: the rows are no silences.

        Example:
            >>> archive.gaps("ANGARA").show_timeline().height_px > 0
            True
        """
        from ais_gaps.interface import figures

        return figures.timeline_of(self.to_arrow(), self._about)

    def save(self, path: Path | str) -> Path:
        """Writes the rows to a file; its suffix names the format: .csv, .geojson, .kml, .parquet, and .json of looks for STAC.

        Text cannot become a formula of a spreadsheet, and what must be said goes with the rows. A file that is there is replaced.

        Raises:
            UsageError: the suffix names no format, or the format cannot hold such rows.

        Example:
            >>> archive.gaps("ANGARA").save(folder / "gaps.geojson").name
            'gaps.geojson'
        """
        from ais_gaps import export

        about = self._about
        export.save(self.to_arrow(), path, kind=about.kind, title=about.title or about.kind, notes=about.notes)
        return Path(path)

    def _repr_html_(self) -> str:
        from ais_gaps.interface.table import table_html

        return table_html(_frame(self), self._about)


class Rows(Answer, pd.DataFrame):
    """A pandas DataFrame of an archive's answer.

    Times are UTC, whole numbers that may be missing are pandas' own (``Int64``), text is ``str``. What pandas makes of it, such
    as a selection, knows its kind and notes as well.
    """

    _metadata: ClassVar[list[str]] = ["_about"]
    _about: About = About()

    def __finalize__(self, other: Any, method: str | None = None, **more: Any) -> Self:
        """What is put together of several says what must be said of each."""
        found: Self = super().__finalize__(other, method=method, **more)  # type: ignore[misc]
        several = getattr(other, "objs", None) or (getattr(other, "left", None), getattr(other, "right", None))
        parts = [part._about for part in several if isinstance(part, Rows)]
        if parts:
            notes = tuple(dict.fromkeys(note for about in parts for note in about.notes))
            found._about = replace(parts[0], notes=notes)
        return found

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        return Rows

    @classmethod
    def of(cls, table: pa.Table, name: str, notes: Sequence[str] = (), title: str = "") -> Rows:
        """Rows of a kind from Arrow; with a geometry where they have a place and GeoPandas is installed.

        Args:
            table: the rows.
            name: their kind.
            notes: what must be said with them.
            title: of what.
        """
        about = About(name, title, tuple(notes))
        if extras.have("geopandas"):
            from ais_gaps.interface.georows import located

            found = located(table, about)
            if found is not None:
                return found
        rows = cls(columns.to_pandas(table))
        rows._about = about
        return rows


def _frame(rows: Any) -> pd.DataFrame:
    found: pd.DataFrame = rows
    return found
