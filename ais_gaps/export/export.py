"""From an archive to a file that other programs open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from ais_gaps import moments
from ais_gaps.errors import UsageError
from ais_gaps.export import layer
from ais_gaps.export.form import Form, What

if TYPE_CHECKING:
    from ais_gaps.dossier import Dossier
    from ais_gaps.holdings import Holdings

_MAPS = (Form.KML, Form.GEOJSON, Form.GEOPARQUET, Form.CSV)
FORMS = {
    What.DOSSIER: _MAPS,
    What.TRACK: _MAPS,
    What.GAPS: _MAPS,
    What.LOOKS: (*_MAPS, Form.STAC),
    What.ENTITIES: (Form.FTM,),
}
"""The formats that each can have."""

WITHOUT_VESSEL = (What.LOOKS, What.ENTITIES)
"""What a whole archive can be asked for."""


def check(what: What, form: Form, vessel: str | None) -> None:
    """UsageError where what is asked for does not come in the format, or needs a vessel."""
    if form not in FORMS[what]:
        fitting = [other for other, forms in FORMS.items() if form in forms]
        raise UsageError(
            f"{what} cannot be written as {form}, only as {', '.join(FORMS[what])}; {form} is for --what {' or '.join(fitting)}"
        )
    if vessel is None and what not in WITHOUT_VESSEL:
        raise UsageError(f"say whose {what}: VESSEL is missing")


def export(
    archive: Holdings,
    vessel: str | None,
    stream: BinaryIO,
    form: Form,
    what: What = What.DOSSIER,
    *,
    min_hours: float = 6.0,
    as_of: datetime | None = None,
    as_known: datetime | None = None,
) -> int:
    """Writes what is known of a vessel; how many things were written (features, gaps, positions, looks, entities).

    Args:
        archive: where from.
        vessel: name, IMO, MMSI or call sign. None = looks or entities of the whole archive.
        stream: where to.
        form: file format, one of `FORMS` of ``what``.
        what: the dossier's features; every position heard, not thinned; her gaps; the looks that are set out under her silences;
            or she, her listings and her registered owner as entities.
        min_hours, as_of, as_known: as in `Holdings.dossier`.

    Raises:
        UsageError: these do not go together.
        NotFound, Ambiguous: no such vessel, or several.
    """
    check(what, form, vessel)
    dossier = None if vessel is None else archive.dossier(vessel, min_hours=min_hours, as_of=as_of, as_known=as_known)
    asked = _Asked(archive, dossier, stream, form, min_hours, as_known)
    match what:
        case What.LOOKS:
            return _looks(asked)
        case What.ENTITIES:
            return _entities(asked)
        case What.TRACK:
            return _track(asked, asked.subject)
        case What.GAPS if form is not Form.KML:
            return _rows(layer.of_gaps(asked.subject), stream, form)
    return _features(asked.subject, stream, form, only_gaps=what is What.GAPS)


@dataclass(frozen=True)
class _Asked:
    archive: Holdings
    dossier: Dossier | None
    stream: BinaryIO
    form: Form
    min_hours: float
    as_known: datetime | None

    @property
    def subject(self) -> Dossier:
        assert self.dossier is not None, "checked"
        return self.dossier


def _features(dossier: Dossier, stream: BinaryIO, form: Form, *, only_gaps: bool) -> int:
    from ais_gaps.features import draw, unplaced

    if form is Form.KML:
        from ais_gaps.export.kml import write_kml

        roles = ("gap", "off", "on") if only_gaps else None
        placed, listed = (
            [f for f in found if roles is None or f.role in roles] for found in (draw(dossier), unplaced(dossier))
        )
        return write_kml(dossier, placed, listed, stream)
    return _rows(layer.of_features(dossier, [*draw(dossier), *unplaced(dossier)]), stream, form)


def _track(asked: _Asked, dossier: Dossier) -> int:
    from ais_gaps.export.positions import positions, runs

    as_of = dossier.provenance.as_of or moments.NEVER
    heard = positions(asked.archive, dossier.vessel, as_of=as_of, as_known=asked.as_known)
    if asked.form is Form.KML:
        from ais_gaps.export.kml_track import LONGEST, write_kml_track

        return write_kml_track(dossier, runs(heard, asked.min_hours, LONGEST), asked.stream)
    return _rows(layer.of_positions(dossier, heard), asked.stream, asked.form)


def _looks(asked: _Asked) -> int:
    from ais_gaps.export import whole
    from ais_gaps.export.looks import looks_of
    from ais_gaps.export.rows import of_rows

    archive, dossier = asked.archive, asked.dossier
    evidence = archive.evidence(as_known=asked.as_known)
    places = archive.places(as_known=asked.as_known)
    table = looks_of(evidence, places, dossier, told=asked.form is Form.STAC)
    if dossier is None:
        title, about = "Looks: images and passes", whole.about(archive, evidence, asked.as_known)
    else:
        title, about = f"{dossier.title}: looks at her silences", layer.about_dossier(dossier)
    found = of_rows(table, What.LOOKS, title, about)
    if asked.form is Form.KML:
        from ais_gaps.export.kml_rows import write_kml_rows

        return write_kml_rows(found, What.LOOKS, asked.stream)
    return _rows(found, asked.stream, asked.form)


def _entities(asked: _Asked) -> int:
    from ais_gaps.export import entities
    from ais_gaps.export.ftm import write_ftm

    evidence = asked.archive.evidence(as_known=asked.as_known)
    found = entities.of_evidence(evidence) if asked.dossier is None else entities.of_vessel(asked.dossier, evidence)
    return write_ftm(found, asked.stream)


def _rows(rows: layer.Layer, stream: BinaryIO, form: Form) -> int:
    from ais_gaps.export.delimited import write_csv
    from ais_gaps.export.geojson import write_geojson
    from ais_gaps.export.geoparquet import write_geoparquet
    from ais_gaps.export.stac import write_stac

    writers = {
        Form.CSV: write_csv,
        Form.GEOJSON: write_geojson,
        Form.GEOPARQUET: write_geoparquet,
        Form.STAC: write_stac,
    }
    return writers[form](rows, stream)
