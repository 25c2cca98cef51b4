"""Any rows as a layer: each with its place where its columns tell one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.export.layer import Layer
from ais_gaps.features import placed
from ais_gaps.features.placed import GEOMETRY
from ais_gaps.plain import plain
from ais_gaps.tabular.cells import field_names

ROWS_AT_ONCE = 50_000
"""Of which the geometries are held at a time."""

_KEYS = {"gaps": "gap_id", "observations": "obs_id", "looks": "look_id", "places": "place_id", "listings": "listing_id"}
"""The column by which a row of this kind is known."""

_POINT_BYTES = 21  # of a point in two dimensions as WKB


def of_rows(table: pa.Table, kind: str, title: str, about: Mapping[str, Any]) -> Layer:
    """The rows as they are, columns of one name told apart, with `placed.with_geometry`, some at a time.

    Args:
        table: any rows.
        kind: what they are, as `interface.kinds` calls them.
        title: of what. about: what must be said with them, see `Layer`.
    """
    named = table.rename_columns(field_names(table))
    first = placed.with_geometry(named.slice(0, 0))
    return Layer(plain(title), about, first.schema, _placed(named), key=_key(named, kind), points=_only_points(named))


def _placed(table: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, len(table), ROWS_AT_ONCE):
        yield placed.with_geometry(table.slice(start, ROWS_AT_ONCE))


def _key(table: pa.Table, kind: str) -> str | None:
    """The column of ids, where each is there once."""
    name = _KEYS.get(kind)
    if name not in table.column_names:
        return None
    column = table[name]
    return name if column.null_count == 0 and pc.count_distinct(column).as_py() == len(table) else None


def _only_points(table: pa.Table) -> bool:
    """No geometry says more than ``lat`` and ``lon`` do, or there is none."""
    names = set(table.column_names)
    if placed.OUTLINE in names or any(set(several) <= names for several in (placed.SPAN, placed.CELL)):
        return False
    if GEOMETRY not in names:
        return True
    kind = table.schema.field(GEOMETRY).type
    if not (pa.types.is_binary(kind) and set(placed.POINT) <= names):
        return False
    return pc.all(pc.equal(pc.binary_length(table[GEOMETRY]), _POINT_BYTES)).as_py() is not False
