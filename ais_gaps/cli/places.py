"""The commands about watched places: list, find, add."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown
from ais_gaps.cli.stdout import AsMapFormat, MapFormat, print_rows
from ais_gaps.errors import UsageError


class ListsByDefault(TyperGroup):
    """A group for which no subcommand means ``list``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``list`` before arguments that start with no subcommand and do not ask for help."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


_SHOWN = ("name", "kind", "country", "watched", "lat", "lon", "radius_nm", "aliases", "precision")

places = typer.Typer(
    name="places", cls=ListsByDefault, rich_markup_mode=None, subcommand_metavar="[list|add] [ARGS]..."
)


@places.callback()
def settings() -> None:
    """List, find or add places.

    Ports, piers, anchorages, yards and stations. 'places' is short for 'places list', 'places QUERY' for 'places list
    QUERY'.

    \b
    Examples:
      ais-gaps places
      ais-gaps places rajin
      ais-gaps places add piers.geojson
    """


@places.command("list")
def list_places(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="A name, misspelt or in any script; all places if not said.")
    ] = None,
    watched: Annotated[
        bool | None, typer.Option("--watched/--not-watched", help="Only watched places, or only the others.")
    ] = None,
    as_known: AsKnown = None,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """List places, or find some by name.

    \b
    Examples:
      ais-gaps places list --watched
      ais-gaps places list vostochny --format geojson
    """
    print_rows(open_archive(context).places(query, watched=watched, as_known=as_known), form, columns=_SHOWN)


@places.command("add")
def add_places(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE.geojson",
            help="Features with the property name, and optionally watched, radius_nm, aliases. Points or polygons.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="One place: its name.")] = None,
    lat: Annotated[
        float | None,
        typer.Option("--lat", metavar="DEG", min=-90, max=90, help="Latitude, degrees WGS84, north positive."),
    ] = None,
    lon: Annotated[
        float | None,
        typer.Option("--lon", metavar="DEG", min=-180, max=180, help="Longitude, degrees WGS84, east positive."),
    ] = None,
    radius_nm: Annotated[
        float | None, typer.Option("--radius-nm", metavar="N", min=0, help="How far the place reaches, nautical miles.")
    ] = None,
    watched: Annotated[bool, typer.Option("--watched/--not-watched", help="Whether the place is watched.")] = True,
    aliases: Annotated[
        list[str] | None, typer.Option("--alias", metavar="NAME", help="Another name of it. Once for each.")
    ] = None,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """Add places, and print what was added.

    From a GeoJSON file, or one place by name, point and radius.

    \b
    Examples:
      ais-gaps places add piers.geojson
      ais-gaps places add --name "North pier" --lat 42.9 --lon 132.4 --radius-nm 1 --alias "Pier 4"
    """
    one = {"--name": name, "--lat": lat, "--lon": lon, "--radius-nm": radius_nm}
    if file is not None:
        if any(value is not None for value in one.values()) or aliases:
            raise UsageError("places add takes a file or --name, --lat, --lon and --radius-nm, not both")
        print_rows(open_archive(context).add_places(file), form, columns=_SHOWN)
        return
    if name is None or lat is None or lon is None or radius_nm is None:
        missing = ", ".join(option for option, value in one.items() if value is None)
        raise UsageError(f"places add needs a GeoJSON file, or one place in full; {missing} is missing")
    added = open_archive(context).add_place(name, lat, lon, radius_nm, watched=watched, aliases=aliases or [])
    print_rows(added, form, columns=_SHOWN)
