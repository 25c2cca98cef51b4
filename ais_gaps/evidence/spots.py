"""Which places evidence is of: those that its rows name or that are watched, and which of them a bare position lies at."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import places as known_places
from ais_gaps.evidence.names import replaced
from ais_gaps.evidence.tables import PLACES
from ais_gaps.place_features import DEFAULT_RADIUS_NM
from ais_gaps.place_features import PLACES as ARCHIVE_PLACES

_SHOWS_ALL = ("look", "nothing_seen")
"""Kinds that are of every place in their outline."""


def of_interest(own: pa.Table, places: pa.Table, added: Collection[str], observations: pa.Table) -> pa.Table:
    """The places that evidence is held against, as rows of `tables.PLACES`.

    Those of the evidence first, as they are; then of the archive's places those that observations give, those that were added to
    it, and those that are watched and have a position. All of these count as watched.

    Args:
        own: `tables.PLACES` of the evidence. places: `place_features.PLACES` of the archive.
        added: ids of places that were added to it.
        observations: with `place_ids`.
    """
    given = set(pc.unique(pc.list_flatten(observations["place_ids"])).to_pylist())
    ids = places["place_id"]
    located = pc.and_(pc.fill_null(places["watched"], False), pc.is_valid(places["lat"]))
    wanted = pc.or_(located, pc.is_in(ids, pa.array(sorted({*added, *given} - {None}), pa.string())))
    new = places.filter(pc.and_(wanted, pc.invert(pc.is_in(ids, own["place_id"].combine_chunks()))))
    if not len(new):
        return own
    columns = {name: new[name] for name in PLACES.names if name in new.column_names}
    columns |= {"coord_precision": new["precision"], "watched": pa.array([True] * len(new))}
    rows = [columns.get(field.name, pa.nulls(len(new), field.type)) for field in PLACES.arrow]
    return pa.concat_tables([own, pa.table(rows, schema=PLACES.arrow)])


def spotted(observations: pa.Table, of: pa.Table, places: pa.Table) -> pa.Table:
    """Observations with `place_ids` filled in where a row gives none and its position tells: the place nearest, within its radius.

    A position that may be farther off than that radius tells no place. A look, or a look that saw nothing, is of every place in its
    outline. Places ashore (`places.ASHORE`) are none that a position lies at.

    Args:
        observations: rows with `lat`, `lon`, `precision_nm`, `footprint` and `place_ids`.
        of: the places of evidence (`tables.PLACES`). places: `place_features.PLACES`, for outlines and radii.
    """
    bare = pc.and_(pc.is_valid(observations["lat"]), pc.is_null(observations["place_ids"]))
    rows = observations.filter(bare)
    at = _as_places(of, places)
    if not len(rows) or not len(at):
        return observations
    index, nm = known_places.nearest(at, rows["lat"], rows["lon"])
    radius_nm = pc.fill_null(at["radius_nm"].take(index), DEFAULT_RADIUS_NM)
    off_nm = pc.fill_null(rows["precision_nm"], 0.0)
    there = pc.fill_null(pc.and_(pc.less_equal(nm, radius_nm), pc.less_equal(off_nm, radius_nm)), False)
    nearest = pc.if_else(there, at["place_id"].take(index), pa.scalar(None, pa.string())).to_pylist()
    found: list[list[str] | None] = [None if place is None else [place] for place in nearest]
    outlined = pc.and_(pc.is_valid(rows["footprint"]), pc.is_in(rows["kind"], pa.array(_SHOWS_ALL)))
    for row in pc.indices_nonzero(outlined).to_pylist():
        found[row] = _within(rows["footprint"][row].as_py(), at) or found[row]
    return replaced(observations, "place_ids", bare, found)


def _as_places(of: pa.Table, places: pa.Table) -> pa.Table:
    """The places of evidence that have a position, as rows of `place_features.PLACES`."""
    of = of.filter(pc.is_valid(of["lat"]))
    known = places.filter(pc.is_in(places["place_id"], of["place_id"].combine_chunks()))
    rest = of.filter(pc.invert(pc.is_in(of["place_id"], known["place_id"].combine_chunks())))
    columns: dict[str, Any] = {name: rest[name] for name in rest.column_names}
    columns["precision"] = rest["coord_precision"]
    rows = [columns[f.name] if f.name in columns else pa.nulls(len(rest), f.type) for f in ARCHIVE_PLACES]
    table = pa.table([_cast(c, f) for c, f in zip(rows, ARCHIVE_PLACES, strict=True)], schema=ARCHIVE_PLACES)
    return pa.concat_tables([known.select(ARCHIVE_PLACES.names).cast(ARCHIVE_PLACES), table]).combine_chunks()


def _cast(column: Any, field: pa.Field) -> Any:
    return column if column.type == field.type else column.cast(field.type)


def _within(outline: str, places: pa.Table) -> list[str]:
    import shapely

    inside = shapely.contains_xy(shapely.from_wkt(outline), places["lon"].to_numpy(), places["lat"].to_numpy())
    ashore = pc.is_in(places["kind"], pa.array(sorted(known_places.ASHORE))).to_numpy()
    ids: list[str] = places["place_id"].filter(pa.array(inside & ~ashore)).to_pylist()
    return sorted(ids)
