"""What can be exported, and as what."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from ais_gaps.errors import UsageError


class Form(StrEnum):
    """A file format."""

    KML = "kml"
    GEOJSON = "geojson"
    GEOPARQUET = "geoparquet"


class What(StrEnum):
    """What of a vessel."""

    DOSSIER = "dossier"
    TRACK = "track"
    GAPS = "gaps"


_SUFFIXES = {
    ".kml": Form.KML,
    ".geojson": Form.GEOJSON,
    ".parquet": Form.GEOPARQUET,
    ".geoparquet": Form.GEOPARQUET,
}


def form_of(path: str) -> Form:
    """The format that a file's suffix names.

    Raises:
        UsageError: it names none.
    """
    found = _SUFFIXES.get(PurePath(path).suffix.lower())
    if found is None:
        raise UsageError(f"{path}: its suffix names no format; end it in {', '.join(_SUFFIXES)}, or say --format")
    return found
