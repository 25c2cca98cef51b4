"""The command about when receivers heard nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ais_gaps.cli.gap_options import finite
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import RULE, AsKnown, parse_moment
from ais_gaps.cli.progress import shown_waiting
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import AsMapFormat, MapFormat, print_rows

_SHOWN = (
    *("kind", "place", "station", "from_ts", "to_ts", "duration_h", "ships_heard", "ships_expected", "ships_known"),
    *("log_odds", "place_nm", "receiver", "usual_ships", "usual_share", "open", "lat", "lon"),
)


def outages(
    context: typer.Context,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since",
            metavar="TIME",
            parser=parse_moment,
            help=f"Only outages that last beyond TIME, of those that began at most 56 days before it. {RULE}.",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            metavar="TIME",
            parser=parse_moment,
            help="Only outages that begin before TIME: a date excludes that day.",
        ),
    ] = None,
    near: Annotated[
        str | None,
        typer.Option(
            "--near", metavar="PLACE", help="Of areas and stations only those near this place; a feed's are everywhere."
        ),
    ] = None,
    within_nm: Annotated[
        float | None,
        typer.Option(
            "--within-nm", metavar="N", min=0, callback=finite, help="How near, in nautical miles; with --near."
        ),
    ] = None,
    min_hours: Annotated[
        float,
        typer.Option(
            "--min-hours", metavar="H", min=0, callback=finite, help="Only outages of at least H clock hours."
        ),
    ] = 2.0,
    as_known: AsKnown = None,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """List when receivers heard nobody.

    Of a station by name, of an area, of all terrestrial receivers, of all satellites or of the whole feed: found where ships
    that are usual, or known to have been there, were not heard for hours. An area is listed only if so long a lull is unlikely
    by chance. What a listener wrote down of itself (see listen) is among them. By clock hours; reason gives the numbers.
    GeoJSON draws the cells of each.

    \b
    Examples:
      ais-gaps outages
      ais-gaps outages --near Vladivostok --within-nm 100 --min-hours 6
      ais-gaps outages --since 2023-08-01 --until 2023-09-01 --format geojson
    """
    archive = open_archive(context)
    with shown_waiting("searching the hours"):
        found = archive.outages(
            since=since, until=until, near=near, within_nm=within_nm, min_hours=min_hours, as_known=as_known
        )
    from ais_gaps.outages import words

    table = found.rows
    if form is MapFormat.GEOJSON:
        from ais_gaps.outages import outline

        table = outline.outlined(table)
    print_rows(table, form, columns=_SHOWN)
    for line in (*found.notes, words.summary(found), words.LIMITS):
        say(line)
