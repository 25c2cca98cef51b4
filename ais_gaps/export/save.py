"""Rows that somebody has in hand, to a file whose suffix names the format: what `Rows.save` of a notebook calls."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from ais_gaps.errors import UsageError
from ais_gaps.export.file import replaced
from ais_gaps.export.form import Form, form_of
from ais_gaps.export.layer import Layer
from ais_gaps.export.rows import of_rows
from ais_gaps.features.placed import has_place
from ais_gaps.plain import plain

_TRACK = ("mmsi", "ts", "lat", "lon")
_SILENT_H = 6.0
"""A track's line is parted where she was silent for longer: the default threshold of a gap."""


def save(table: pa.Table, path: Path | str, *, kind: str, title: str = "", notes: Sequence[str] = ()) -> int:
    """Writes rows to ``.csv``, ``.geojson``, ``.kml``, ``.parquet``, ``.geoparquet``, looks also to ``.json`` (STAC); how many.

    The file is there whole, or as it was before. Rows without a place have a null geometry, and are listed in KML without one.
    ``.parquet`` is GeoParquet where the columns can say where things are, else plain Parquet.

    Args:
        table: the rows; what tells where they lie is in `features.placed`, what tells when in `spans`.
        path: where to.
        kind: what they are: gaps, track, reach, looks, ...
        title: of what; the kind where it is empty.
        notes: sentences that must be said with the rows.

    Raises:
        UsageError: the suffix names no format, the format cannot hold the rows, or the path is none for a file.
        OSError: it cannot be written.
    """
    path = Path(path)
    form = _form(path, kind, table)
    with replaced(path) as stream:
        return _write(table, stream, form, kind, title or kind, notes)


def _form(path: Path, kind: str, table: pa.Table) -> Form:
    if path.suffix.lower() == ".json" and kind == "looks":
        return Form.STAC
    try:
        form = form_of(path.name)
    except UsageError:
        raise UsageError(
            f"{path.name}: its suffix names no format for {kind}; end it in .csv, .geojson, .kml, .parquet or .geoparquet"
            + (", or .json for STAC" if kind == "looks" else "")
        ) from None
    if form is Form.STAC and kind != "looks":
        raise UsageError(f"{path.name}: STAC holds looks, and these are {kind}")
    if form is Form.FTM:
        raise UsageError(f"{path.name}: FollowTheMoney holds vessels and listings: ais-gaps export --what entities")
    if form is Form.GEOPARQUET and path.suffix.lower() == ".parquet" and not has_place(table):
        return Form.PARQUET
    return form


def _write(table: pa.Table, stream: BinaryIO, form: Form, kind: str, title: str, notes: Sequence[str]) -> int:
    layer = of_rows(table, kind, title, {"banner": [plain(note) for note in notes]} if notes else {})
    match form:
        case Form.CSV:
            from ais_gaps.export.delimited import write_csv

            return write_csv(layer, stream)
        case Form.GEOJSON:
            from ais_gaps.export.geojson import write_geojson

            return write_geojson(layer, stream)
        case Form.STAC:
            from ais_gaps.export.stac import write_stac

            return write_stac(layer, stream)
        case Form.GEOPARQUET:
            from ais_gaps.export.geoparquet import write_geoparquet

            return write_geoparquet(layer, stream)
        case Form.PARQUET:
            from ais_gaps.export.geoparquet import write_parquet

            return write_parquet(layer, stream)
    if kind == "track" and all(table.column_names.count(n) == 1 and not table[n].null_count for n in _TRACK):
        return _track(table, layer, stream)
    from ais_gaps.export.kml_rows import write_kml_rows

    return write_kml_rows(layer, kind, stream)


def _track(table: pa.Table, layer: Layer, stream: BinaryIO) -> int:
    from ais_gaps.export.kml_track import LONGEST, write_kml_positions
    from ais_gaps.export.positions import runs

    ordered = table.select(_TRACK).sort_by([("mmsi", "ascending"), ("ts", "ascending")])
    return write_kml_positions(layer.title, layer.notes, runs([ordered], _SILENT_H, LONGEST), stream)
