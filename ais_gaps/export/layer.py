"""What is exported as rows: an Arrow schema with a geometry as WKB, and what must be said with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ais_gaps.dossier.model import Dossier, as_json_value
from ais_gaps.export.positions import SCHEMA as POSITIONS
from ais_gaps.export.sources import Sources
from ais_gaps.features import Feature, shapes
from ais_gaps.features.placed import GEOMETRY
from ais_gaps.plain import plain
from ais_gaps.schema import GAPS, UTC_US

_FEATURES = pa.schema(
    {
        "id": pa.string(),
        "role": pa.string(),
        "name": pa.string(),
        "text": pa.string(),
        "start": UTC_US,
        "end": UTC_US,
        "certainty": pa.string(),
        "silence": pa.int32(),
        "leg": pa.int32(),
        "rank": pa.int32(),
        "precision_nm": pa.float64(),
        "refs": pa.list_(pa.string()),
        "sources": pa.list_(pa.string()),
        GEOMETRY: pa.binary(),
    }
)


@dataclass(frozen=True)
class Layer:
    """Rows with a place.

    Attributes:
        title: of what.
        about: what must be said with the rows, as plain JSON: banner, provenance.
        schema: of every table; the column `GEOMETRY` is WKB, longitude and latitude in degrees WGS84, null = no place known.
        tables: the rows, one after the other.
        key: the column of ids, each there once; None = there is none.
        points: the geometry is the point at the columns ``lat`` and ``lon``, and says no more than they do.
    """

    title: str
    about: Mapping[str, Any]
    schema: pa.Schema
    tables: Iterable[pa.Table]
    key: str | None = None
    points: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said with the rows, in sentences."""
        return tuple(self.about.get("banner", ()))


def of_features(dossier: Dossier, features: Sequence[Feature]) -> Layer:
    """Features of a dossier; their texts without characters that hide, reorder or control."""
    sources = Sources(dossier)
    rows = [_row(feature, sources) for feature in features]
    return Layer(
        plain(dossier.title), about_dossier(dossier), _FEATURES, [pa.Table.from_pylist(rows, schema=_FEATURES)], "id"
    )


def of_gaps(dossier: Dossier) -> Layer:
    """Her gaps with all columns of the gaps table, each a line from off to on, an open one a point."""
    rows = [dict(silence.gap) for silence in dossier.silences]
    lines = [shapes.line([(r["off_lat"], r["off_lon"]), (r["on_lat"], r["on_lon"])]) for r in rows]
    table = pa.Table.from_pylist(rows, schema=GAPS.arrow)
    table = table.append_column(GEOMETRY, pa.array([_wkb(line) for line in lines], pa.binary()))
    return Layer(plain(dossier.title), about_dossier(dossier), table.schema, [table], "gap_id")


def of_positions(dossier: Dossier, tables: Iterator[pa.Table]) -> Layer:
    """Every position, a point each."""
    schema = POSITIONS.append(pa.field(GEOMETRY, pa.binary()))
    return Layer(plain(dossier.title), about_dossier(dossier), schema, map(_with_points, tables), points=True)


def _with_points(table: pa.Table) -> pa.Table:
    import shapely

    points = shapely.points(table["lon"].to_numpy(), table["lat"].to_numpy())
    return table.append_column(GEOMETRY, pa.array(shapely.to_wkb(points), pa.binary()))


def _row(feature: Feature, sources: Sources) -> dict[str, Any]:
    row = {name: getattr(feature, name, None) for name in _FEATURES.names}
    texts = {"id": plain(feature.id), "name": plain(feature.name), "text": plain(feature.text)}
    refs = {"refs": [plain(ref) for ref in feature.refs], "sources": [plain(s) for s in sources.of(feature.refs)]}
    return {**row, **texts, **refs, GEOMETRY: _wkb(feature.geometry)}


def _wkb(geometry: Any) -> bytes | None:
    import shapely

    if geometry.is_empty:
        return None
    return bytes(shapely.to_wkb(shapely.orient_polygons(geometry)))


def about_dossier(dossier: Dossier) -> dict[str, Any]:
    """Its banner and provenance as plain JSON."""
    return {
        "banner": [plain(statement.text) for statement in dossier.banner],
        "provenance": as_json_value(dossier.provenance),
    }
