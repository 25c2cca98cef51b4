"""Commands about the archive itself: sql, compact, verify."""

from __future__ import annotations

from typing import Annotated

import typer

from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import AsFormat, AsMapFormat, Format, MapFormat, print_rows


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
    print_rows(open_archive(context).sql(query, as_known=as_known), form)


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


def verify(context: typer.Context, form: AsFormat = Format.TABLE) -> None:
    """Check the archive against its hashes.

    Prints the problems; exit status 1 if there are any.

    \b
    Examples:
      ais-gaps verify
      ais-gaps verify --format json
    """
    import pyarrow as pa

    verification = open_archive(context).verify()
    problems = verification.problems
    if problems or form is not Format.TABLE:
        print_rows(pa.table({"problem": pa.array(problems, pa.string())}), form)
    say(f"{verification.checked:,} checked, {f'{len(problems):,} problems' if problems else 'all well'}")
    if problems:
        raise typer.Exit(1)
