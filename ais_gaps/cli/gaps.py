"""Commands about who was silent: vessels, gaps."""

from __future__ import annotations

from typing import Annotated

import typer

from ais_gaps.cli.gap_options import MinHours, Near, OfVessel, OpenOnly, Since, Until, WithinNm
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown, AsOf
from ais_gaps.cli.stdout import AsFormat, AsMapFormat, Format, MapFormat, print_rows

_SHOWN_VESSELS = (
    "name",
    "imo",
    "mmsi",
    "flag",
    "reason",
    "last_ts",
    "first_ts",
    "reports",
    "ship_type",
    "call_signs",
    "former_names",
    "notes",
)
_SHOWN_GAPS = (
    "name",
    "mmsi",
    "off_ts",
    "off_place",
    "duration_h",
    "on_ts",
    "on_place",
    "distance_nm",
    "off_place_nm",
    "on_place_nm",
    "reports_12h",
    "flag",
    "gap_id",
)


def vessels(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A name in any script, an IMO, MMSI or call sign.")],
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most N vessels.")] = 20,
    as_known: AsKnown = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Find vessels by name, IMO, MMSI or call sign.

    Names may be misspelt, former, or written in Cyrillic, Hangul or Latin with diacritics; numbers in names must be
    right. Best match first, with the reason for it.

    \b
    Examples:
      ais-gaps vessels ANGARA
      ais-gaps vessels Ангара
      ais-gaps vessels 9124043 --format json
    """
    print_rows(open_archive(context).vessels(query, limit=limit, as_known=as_known), form, columns=_SHOWN_VESSELS)


def gaps(
    context: typer.Context,
    vessel: OfVessel = None,
    min_hours: MinHours = 6.0,
    near: Near = None,
    within_nm: WithinNm = None,
    since: Since = None,
    until: Until = None,
    open_only: OpenOnly = False,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    superseded: Annotated[
        bool, typer.Option("--superseded", help="Gaps that later data split, shortened or removed, instead.")
    ] = False,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """List the silences of ships.

    A gap is two consecutive reports of one track more than --min-hours apart; it is open, without on_ts, while there is
    no later report. The table shows the main columns, the other formats all of them. GeoJSON gives each gap as
    a line from off to on, an open one as a point.

    \b
    Examples:
      ais-gaps gaps ANGARA
      ais-gaps gaps --near Rajin --within-nm 50 --min-hours 24
      ais-gaps gaps --since 2023-08-01 --until 2023-09-01 --open --format geojson
      ais-gaps gaps --as-known 2023-10-01 --format csv
    """
    table = open_archive(context).gaps(
        vessel,
        min_hours=min_hours,
        near=near,
        within_nm=within_nm,
        since=since,
        until=until,
        open_only=open_only,
        as_of=as_of,
        as_known=as_known,
        superseded=superseded,
    )
    print_rows(table, form, columns=_SHOWN_GAPS)
