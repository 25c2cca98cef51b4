"""The command that adds one observation, and the options that say where evidence comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ais_gaps.cli.location import open_archive
from ais_gaps.cli.stdout import AsMapFormat, MapFormat, print_rows
from ais_gaps.errors import UsageError

SHOWN = (
    *("obs_id", "date_start", "place", "observed", "vessels_named", "publisher", "date_end", "kind"),
    *("confidence_wording", "published", "url"),
)
"""Columns of observations for a person, best first."""

Publisher = Annotated[str | None, typer.Option("--publisher", metavar="NAME", help="Who published it.")]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Title of the publication.")]
Url = Annotated[str | None, typer.Option("--url", metavar="URL", help="Its address, http or https.")]
Published = Annotated[
    str | None,
    typer.Option("--published", metavar="DATE", help="When it was published: YYYY-MM-DD, YYYY-MM or YYYY."),
]


def add_observation(
    context: typer.Context,
    observed: Annotated[str, typer.Option("--observed", metavar="TEXT", help="What was seen, in words.")],
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="vessel, nothing_seen, containers, railcars, night_light, construction, ais, count, look or other.",
        ),
    ],
    day: Annotated[str | None, typer.Option("--date", metavar="DAY", help="The day it is of. YYYY-MM-DD.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First day it may be of, where it is not one day.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day it may be of.")] = None,
    moment: Annotated[
        str | None,
        typer.Option("--time", metavar="TIME", help="When: ISO 8601 with Z or an offset, such as 2023-10-20T02:01Z."),
    ] = None,
    moment_end: Annotated[
        str | None, typer.Option("--time-end", metavar="TIME", help="End of a time that begins at --time.")
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option("--date-precision", metavar="WORD", help="How the source dates it: day, third_of_month or month."),
    ] = None,
    dated: Annotated[
        str | None, typer.Option("--date-as-stated", metavar="TEXT", help="The source's wording of the date.")
    ] = None,
    place: Annotated[
        str | None,
        typer.Option("--place", metavar="PLACE", help="Where, as the source names it; a known place is found."),
    ] = None,
    place_ids: Annotated[
        list[str] | None, typer.Option("--place-id", metavar="ID", help="Id of a place. Once for each.")
    ] = None,
    lat: Annotated[
        float | None, typer.Option("--lat", metavar="DEG", help="Latitude of what was seen, degrees WGS84.")
    ] = None,
    lon: Annotated[float | None, typer.Option("--lon", metavar="DEG", help="Longitude, degrees WGS84.")] = None,
    precision_nm: Annotated[
        float | None,
        typer.Option("--precision-nm", metavar="N", help="How far off the position may be, nautical miles."),
    ] = None,
    pier: Annotated[
        str | None, typer.Option("--pier", metavar="TEXT", help="The pier, as the source names it.")
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option("--name", metavar="NAME", help="Ship that the source names. Once for each.")
    ] = None,
    imo: Annotated[
        list[str] | None, typer.Option("--imo", metavar="IMO", help="Her IMO number; as many as names, '-' for none.")
    ] = None,
    mmsi: Annotated[
        list[str] | None, typer.Option("--mmsi", metavar="MMSI", help="Her MMSI; as many as names, '-' for none.")
    ] = None,
    length_min: Annotated[
        float | None, typer.Option("--length-min", metavar="M", help="Least length of the hulls, metres.")
    ] = None,
    length_max: Annotated[
        float | None, typer.Option("--length-max", metavar="M", help="Greatest length of the hulls, metres.")
    ] = None,
    count: Annotated[float | None, typer.Option("--count", metavar="N", help="How many or how much.")] = None,
    out_of: Annotated[float | None, typer.Option("--out-of", metavar="N", help="Of how many looks.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="TEXT", help="What is counted.")] = None,
    confidence: Annotated[
        str | None, typer.Option("--confidence", metavar="TEXT", help="The source's own wording of how sure it is.")
    ] = None,
    sensor: Annotated[
        str | None, typer.Option("--sensor", metavar="TEXT", help="Imagery, AIS or eyewitness, and whose.")
    ] = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME", help="Whose sensor or imagery.")] = None,
    resolution_m: Annotated[
        float | None, typer.Option("--resolution-m", metavar="M", help="Size of a pixel on the ground, metres.")
    ] = None,
    look_id: Annotated[
        str | None, typer.Option("--look-id", metavar="ID", help="Id of the image or pass, shared by what it shows.")
    ] = None,
    publisher: Publisher = None,
    title: Title = None,
    url: Url = None,
    published: Published = None,
    saved: Annotated[
        Path | None,
        typer.Option("--saved", metavar="FILE", help="A saved copy of the source: its SHA-256 is kept, not the file."),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A remark of yours.")] = None,
    obs_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Id of the row; made from its content if not said.")
    ] = None,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """Add one observation, and print it with its id.

    The same checks hold as for a row of a file. The same observation added twice is there once.

    \b
    Examples:
      ais-gaps evidence add --kind vessel --date 2023-12-09 --place Rajin --name ANGARA --imo 9179842 --observed
      "unloading" --publisher Bloomberg
      ais-gaps evidence add --kind nothing_seen --time 2023-10-20T06:43Z --place Rajin --observed "no ship at the pier"
    """
    if day is not None and (first is not None or last is not None):
        raise UsageError("--date is one day; --from and --to are the first and the last of several: not both")
    if day is None and first is None and moment is None:
        raise UsageError("when was it? give --date, or --from and --to, or --time")
    given: dict[str, Any] = {
        "obs_id": obs_id,
        "date_start": day or first,
        "date_end": day or last,
        "date_precision": precision or ("day" if day else None),
        "date_as_stated": dated,
        "ts": moment,
        "ts_end": moment_end,
        "kind": kind,
        "place": place,
        "place_ids": place_ids,
        "lat": lat,
        "lon": lon,
        "precision_nm": precision_nm,
        "pier_as_stated": pier,
        "vessels_named": name,
        "vessel_imos": imo,
        "vessel_mmsis": mmsi,
        "length_min_m": length_min,
        "length_max_m": length_max,
        "observed": observed,
        "count": count,
        "out_of": out_of,
        "unit": unit,
        "confidence_wording": confidence,
        "sensor": sensor,
        "provider": provider,
        "resolution_m": resolution_m,
        "look_id": look_id,
        "saved_sha256": None if saved is None else _sha256(saved),
        "publisher": publisher,
        "title": title,
        "url": url,
        "published": published,
        "note": note,
    }
    row = open_archive(context, create=True).add_observation(given)
    print_rows(row, form, columns=SHOWN)


def _sha256(path: Path) -> str:
    from ais_gaps.readers.source import Source

    return Source(path).sha256
