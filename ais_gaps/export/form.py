"""What can be exported, and as what."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from ais_gaps.errors import UsageError


class Form(StrEnum):
    """A file format; Parquet is what GeoParquet becomes where rows can have no place."""

    KML = "kml"
    GEOJSON = "geojson"
    GEOPARQUET = "geoparquet"
    CSV = "csv"
    STAC = "stac"
    FTM = "ftm"
    PARQUET = "parquet"


class What(StrEnum):
    """What of a vessel, or of an archive."""

    DOSSIER = "dossier"
    TRACK = "track"
    GAPS = "gaps"
    LOOKS = "looks"
    ENTITIES = "entities"


SUFFIXES = {
    ".kml": Form.KML,
    ".geojson": Form.GEOJSON,
    ".parquet": Form.GEOPARQUET,
    ".geoparquet": Form.GEOPARQUET,
    ".csv": Form.CSV,
    ".stac.json": Form.STAC,
    ".ftm.json": Form.FTM,
    ".ijson": Form.FTM,
}
"""What the end of a file's name says of its format. ``.json`` alone says none."""


def form_of(path: str) -> Form:
    """The format that a file's suffix names.

    Raises:
        UsageError: it names none.
    """
    parts = [suffix.lower() for suffix in PurePath(path).suffixes]
    for known in ("".join(parts[-2:]), "".join(parts[-1:])):
        if known in SUFFIXES:
            return SUFFIXES[known]
    raise UsageError(f"{path}: its suffix names no format; end it in {', '.join(SUFFIXES)}, or say --format")
