"""The command for other programs: export."""

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
    CSV = "csv"
    STAC = "stac"
    FTM = "ftm"


class ExportWhat(StrEnum):
    """What of the vessel, or of the archive."""

    DOSSIER = "dossier"
    TRACK = "track"
    GAPS = "gaps"
    LOOKS = "looks"
    ENTITIES = "entities"


_COUNTED = {ExportWhat.TRACK: "positions", ExportWhat.LOOKS: "looks", ExportWhat.ENTITIES: "entities"}


def export(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="FILE", help="Where to; - is standard output.")],
    vessel: Annotated[
        str | None,
        typer.Argument(
            metavar="VESSEL", help="Name, IMO, MMSI or call sign; left out: looks or entities of all the archive."
        ),
    ] = None,
    form: Annotated[
        ExportForm | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="kml, geojson, geoparquet, csv, stac (looks) or ftm (entities); from FILE's suffix if not said.",
        ),
    ] = None,
    what: Annotated[
        ExportWhat,
        typer.Option(
            "--what",
            metavar="WHAT",
            help="dossier (all that can be drawn of it), track (every position heard), gaps, looks (images and passes dated into "
            "her silences) or entities (ship, listings, owner).",
        ),
    ] = ExportWhat.DOSSIER,
    min_hours: MinHours = 6.0,
    as_of: AsOf = None,
    as_known: AsKnown = None,
) -> None:
    """Write what is known of a vessel to a file for other programs.

    Her dossier, track, gaps, looks or entities: KML for Google Earth, GeoJSON and GeoParquet for QGIS and programs, CSV for
    spreadsheets, STAC for catalogues of images, FollowTheMoney for tools of sanctions and investigations. Lines over a silence are
    no paths, and say so; what a source gives no position for is listed without one; what must be said of the data goes with them.
    FILE is replaced if it is there.

    Suffixes: .kml, .geojson, .parquet, .geoparquet, .csv, .stac.json, .ftm.json, .ijson.

    \b
    Examples:
      ais-gaps export ANGARA --to angara.kml
      ais-gaps export ANGARA --what track --to track.parquet
      ais-gaps export 9179842 --what gaps --format geojson --to -
      ais-gaps export ANGARA --what looks --to looks.stac.json
      ais-gaps export --what entities --to entities.ftm.json
    """
    from ais_gaps import export as maps

    if to == _STDOUT and form is None:
        raise UsageError(f"standard output has no suffix: say --format {', '.join(ExportForm)}")
    chosen = maps.Form(form) if form is not None else maps.form_of(to)
    wanted = maps.What(what)
    maps.check(wanted, chosen, vessel)
    archive = open_archive(context)

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
    say(f"{count:,} {_COUNTED.get(what, 'features')} in {to}")
