"""From an archive to a file for a map."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from ais_gaps import moments
from ais_gaps.export import layer
from ais_gaps.export.form import Form, What
from ais_gaps.features import draw, unplaced

if TYPE_CHECKING:
    from ais_gaps.dossier import Dossier
    from ais_gaps.interface import Archive


def export(
    archive: Archive,
    vessel: str,
    stream: BinaryIO,
    form: Form,
    what: What = What.DOSSIER,
    *,
    min_hours: float = 6.0,
    as_of: datetime | None = None,
    as_known: datetime | None = None,
) -> int:
    """Writes what is known of a vessel; how many things were written (features, gaps or positions).

    Args:
        archive: where from.
        vessel: name, IMO, MMSI or call sign.
        stream: where to.
        form: file format.
        what: the dossier's features; or every position heard, not thinned; or her gaps.
        min_hours, as_of, as_known: as in `Archive.dossier`.

    Raises:
        NotFound, Ambiguous: no such vessel, or several.
    """
    dossier = archive.dossier(vessel, min_hours=min_hours, as_of=as_of, as_known=as_known)
    if what is What.TRACK:
        return _track(archive, dossier, stream, form, min_hours, as_known)
    if form is Form.KML:
        from ais_gaps.export.kml import write_kml

        roles = ("gap", "off", "on") if what is What.GAPS else None
        placed, listed = (
            [f for f in found if roles is None or f.role in roles] for found in (draw(dossier), unplaced(dossier))
        )
        return write_kml(dossier, placed, listed, stream)
    if what is What.GAPS:
        return _rows(layer.of_gaps(dossier), stream, form)
    return _rows(layer.of_features(dossier, [*draw(dossier), *unplaced(dossier)]), stream, form)


def _track(
    archive: Archive, dossier: Dossier, stream: BinaryIO, form: Form, min_hours: float, as_known: datetime | None
) -> int:
    from ais_gaps.export.positions import positions, runs

    as_of = dossier.provenance.as_of or moments.NEVER
    heard = positions(archive, dossier.vessel, as_of=as_of, as_known=as_known)
    if form is Form.KML:
        from ais_gaps.export.kml_track import LONGEST, write_kml_track

        return write_kml_track(dossier, runs(heard, min_hours, LONGEST), stream)
    return _rows(layer.of_positions(dossier, heard), stream, form)


def _rows(rows: layer.Layer, stream: BinaryIO, form: Form) -> int:
    from ais_gaps.export.geojson import write_geojson
    from ais_gaps.export.geoparquet import write_geoparquet

    return write_geojson(rows, stream) if form is Form.GEOJSON else write_geoparquet(rows, stream)
