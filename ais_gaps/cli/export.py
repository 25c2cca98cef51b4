"""The command for maps: export."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from ais_gaps.cli.gap_options import MinHours
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown, AsOf
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import open_data
from ais_gaps.errors import UsageError

_STDOUT = "-"


class ExportForm(StrEnum):
    """The file's format (see `ais_gaps.export`, which is not imported for help)."""

    KML = "kml"
    GEOJSON = "geojson"
    GEOPARQUET = "geoparquet"


class ExportWhat(StrEnum):
    """What of the vessel."""

    DOSSIER = "dossier"
    TRACK = "track"
    GAPS = "gaps"


def export(
    context: typer.Context,
    vessel: Annotated[str, typer.Argument(metavar="VESSEL", help="Name, IMO, MMSI or call sign.")],
    to: Annotated[str, typer.Option("--to", metavar="FILE", help="Where to; - is standard output.")],
    form: Annotated[
        ExportForm | None,
        typer.Option(
            "--format", "-f", metavar="FORMAT", help="kml, geojson or geoparquet; from FILE's suffix if not said."
        ),
    ] = None,
    what: Annotated[
        ExportWhat,
        typer.Option(
            "--what",
            metavar="WHAT",
            help="dossier (all that can be drawn of it), track (every position heard) or gaps.",
        ),
    ] = ExportWhat.DOSSIER,
    min_hours: MinHours = 6.0,
    as_of: AsOf = None,
    as_known: AsKnown = None,
) -> None:
    """Write a vessel's dossier, track or gaps to a file for a map.

    KML for Google Earth, GeoJSON and GeoParquet for QGIS and programs. Lines over a silence are no paths, and say so;
    what a source gives no position for is listed without one. FILE is replaced if it is there.

    \b
    Examples:
      ais-gaps export ANGARA --to angara.kml
      ais-gaps export ANGARA --what track --to track.parquet
      ais-gaps export 9179842 --what gaps --format geojson --to -
    """
    from ais_gaps import export as maps

    if to == _STDOUT and form is None:
        raise UsageError("standard output has no suffix: say --format kml, geojson or geoparquet")
    chosen = maps.Form(form) if form is not None else maps.form_of(to)
    archive = open_archive(context)
    wanted = maps.What(what)

    def write(stream: BinaryIO) -> int:
        return maps.export(archive, vessel, stream, chosen, wanted, min_hours=min_hours, as_of=as_of, as_known=as_known)

    if to == _STDOUT:
        page = open_data()
        if chosen is maps.Form.GEOPARQUET and page.isatty():
            raise UsageError("GeoParquet is not for a terminal: say --to FILE")
        write(page.buffer)
        return
    with maps.replaced(Path(to)) as stream:
        count = write(stream)
    say(f"{count:,} {'positions' if wanted is maps.What.TRACK else 'features'} in {to}")
