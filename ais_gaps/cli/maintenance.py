"""Commands about the archive itself: sql, compact, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown
from ais_gaps.cli.stderr import say, say_notes
from ais_gaps.cli.stdout import AsFormat, AsMapFormat, Format, MapFormat, print_rows
from ais_gaps.errors import AisGapsError


def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SQL query, as DuckDB reads it.")],
    as_known: AsKnown = None,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """Ask the archive's views in SQL (DuckDB's). Times are UTC.

    GeoJSON needs columns lat and lon in the result, or off_lat, off_lon, on_lat and on_lon.

    \b
    Examples:
      ais-gaps sql "SELECT mmsi, count(*) AS reports FROM reports GROUP BY mmsi ORDER BY reports DESC LIMIT 10"
      ais-gaps sql "SELECT * FROM reports WHERE mmsi = 273210440" --format geojson
    """
    archive = open_archive(context)
    print_rows(archive.sql(query, as_known=as_known), form)
    say_notes(archive, as_known)


def compact(context: typer.Context, form: AsFormat = Format.TABLE) -> None:
    """Merge small parts into fewer, quicker ones.

    The day parts of closed months become one part each. No report is lost or changed.

    \b
    Examples:
      ais-gaps compact
    """
    import pyarrow as pa

    done = open_archive(context).compact()
    names = ("parts_before", "parts_after", "bytes_before", "bytes_after")
    print_rows(pa.table({name: pa.array([getattr(done, name)], pa.int64()) for name in names}), form)


def verify(
    context: typer.Context,
    dossier: Annotated[
        Path | None,
        typer.Argument(
            metavar="DOSSIER.json", help="A dossier, from investigate --format json; the archive if not said."
        ),
    ] = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Check the archive, or a dossier against the archive.

    A dossier is made again from the sources and tables that it states; what the archive got later is left out. Prints
    the problems, or what differs; exit status 1 if there is anything.

    \b
    Examples:
      ais-gaps verify
      ais-gaps verify --format json
      ais-gaps verify angara.json
    """
    if dossier is None:
        _verify_archive(context, form)
    else:
        _verify_dossier(context, dossier, form)


def _verify_archive(context: typer.Context, form: Format) -> None:
    import pyarrow as pa

    verification = open_archive(context).verify()
    problems = verification.problems
    if problems or form is not Format.TABLE:
        print_rows(pa.table({"problem": pa.array(problems, pa.string())}), form)
    say(f"{verification.checked:,} checked, {f'{len(problems):,} problems' if problems else 'all well'}")
    if problems:
        raise typer.Exit(1)


def _verify_dossier(context: typer.Context, path: Path, form: Format) -> None:
    import pyarrow as pa

    done = open_archive(context).verify_dossier(path)
    if done.claimed_program != done.program:
        say(f"{path.name} states that it was made by {done.claimed_program}; this is {done.program}")
    for problem in done.problems:
        say(problem)
    if done.problems:
        raise AisGapsError(f"{path.name} cannot be made again from this archive")
    if done.differences or form is not Format.TABLE:
        names = ("path", "claimed", "found")
        rows = {name: [getattr(difference, name) for difference in done.differences] for name in names}
        print_rows(pa.table(rows, pa.schema([(name, pa.string()) for name in names])), form)
    count = len(done.differences)
    what = "nothing differs" if done.same else "1 difference" if count == 1 else f"{count:,} differences"
    say(f"{path.name}, {done.title}: made again from this archive, {what}")
    if not done.same:
        raise typer.Exit(1)
