"""The command about how well ships were heard."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ais_gaps.cli.gap_options import finite
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import RULE, AsKnown, parse_moment
from ais_gaps.cli.progress import shown_waiting
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import AsMapFormat, MapFormat, print_rows

_SHOWN = ("lat", "lon", "ship_hours", "heard", "share", "estimate", "cell", "cell_deg")


class HeardBy(StrEnum):
    """By what (see `schema.HEARD_BY`, which is not imported for help)."""

    ANY = "any"
    TERRESTRIAL = "terrestrial"
    SATELLITE = "satellite"


class ShipClass(StrEnum):
    """Which ships."""

    A = "A"
    B = "B"


def reception(
    context: typer.Context,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", metavar="TIME", parser=parse_moment, help=f"Only hours that begin at TIME or later. {RULE}."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            metavar="TIME",
            parser=parse_moment,
            help="Only hours that begin before TIME: a date excludes that day.",
        ),
    ] = None,
    ship_class: Annotated[
        ShipClass | None, typer.Option("--class", metavar="CLASS", help="Only ships of class A or of class B.")
    ] = None,
    receiver: Annotated[
        HeardBy, typer.Option("--receiver", metavar="KIND", help="Heard by what: terrestrial, satellite or any.")
    ] = HeardBy.ANY,
    near: Annotated[
        str | None, typer.Option("--near", metavar="PLACE", help="Only cells that come near this place.")
    ] = None,
    within_nm: Annotated[
        float | None,
        typer.Option(
            "--within-nm", metavar="N", min=0, callback=finite, help="How near, in nautical miles; with --near."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a map to FILE, a page that needs no network.")
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="FILE", help="Write the cells to FILE as GeoParquet.")
    ] = None,
    as_known: AsKnown = None,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """Show how well ships were heard, cell by cell.

    Of the hours in which ships were about, in how many were they heard? Told from ships that were heard before and, within
    24 hours, heard again. Cells are about 15 by 15 nautical miles, for satellites 120 by 120. Where too few ships were,
    share and estimate are empty. With --html or --parquet rows are printed only if --format is said.

    \b
    Examples:
      ais-gaps reception --near Vladivostok --within-nm 100
      ais-gaps reception --class B --since 2023-08-01 --until 2023-08-08 --html reception.html
      ais-gaps reception --receiver satellite --format geojson
    """
    archive = open_archive(context)
    with shown_waiting("counting ship-hours"):
        found = archive.reception(
            receiver=receiver.value,
            ais_class=None if ship_class is None else ship_class.value,
            near=near,
            within_nm=within_nm,
            since=since,
            until=until,
            as_known=as_known,
        )
    from ais_gaps.export import replaced
    from ais_gaps.reception import outline, words

    if html is not None:
        from ais_gaps.reception.page import render

        with replaced(html) as stream:
            stream.write(render(found).encode())
        say(f"{len(found.cells):,} cells in {html}")
    if parquet is not None:
        with replaced(parquet) as stream:
            count = outline.write(found, stream)
        say(f"{count:,} cells in {parquet}")
    asked = context.get_parameter_source("form")
    if (html is None and parquet is None) or (asked is not None and asked.name == "COMMANDLINE"):
        table = outline.outlined(found.cells) if form is MapFormat.GEOJSON else found.cells
        print_rows(table, form, columns=_SHOWN)
    for line in (*found.notes, f"{words.title(found)}. {words.summary(found)}", *words.limits(found)[:1]):
        say(line)
    if (missing := words.kinds(found)) is not None:
        say(missing)
