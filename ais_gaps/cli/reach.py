"""The command about where a silent ship could have been."""

from __future__ import annotations

from typing import Annotated

import typer

from ais_gaps.cli.gap_options import MinHours, Near, OfVessel, OpenOnly, Since, Until, WithinNm
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown, AsOf
from ais_gaps.cli.progress import shown_waiting
from ais_gaps.cli.stderr import say_notes
from ais_gaps.cli.stdout import AsMapFormat, MapFormat, print_rows

_SHOWN = (
    "name",
    "mmsi",
    "leg",
    "rank",
    "place",
    "slack_h",
    "share",
    "out_nm",
    "back_nm",
    "earliest_arrival",
    "latest_departure",
    "start_ts",
    "end_ts",
    "speed_kn",
    "places",
    "gap_id",
)


def reach(
    context: typer.Context,
    vessel: OfVessel = None,
    min_hours: MinHours = 6.0,
    near: Near = None,
    within_nm: WithinNm = None,
    since: Since = None,
    until: Until = None,
    open_only: OpenOnly = False,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, help="At most N places of each leg.")] = 10,
    straight: Annotated[
        bool, typer.Option("--straight", help="Straight ways, for generated worlds without a coast; not for real data.")
    ] = False,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """List the watched places that a silence left time for.

    Sightings cut a gap into legs. For each leg: the places that leave time for a call, along the sea and at the speed that
    the ship is known to keep, with the hours left to lie there, in the order of how well each fits. A leg too short for
    any call has no row. Watched places count, and those of your own (`places add`).

    \b
    Examples:
      ais-gaps reach ANGARA
      ais-gaps reach --near Rajin --within-nm 100 --top 3
      ais-gaps reach 273210440 --format json
    """
    archive = open_archive(context)
    with shown_waiting("reckoning ways by sea; new waters take some seconds, once in an archive"):
        table = archive.reach(
            vessel,
            min_hours=min_hours,
            near=near,
            within_nm=within_nm,
            since=since,
            until=until,
            open_only=open_only,
            listed=top,
            straight=straight,
            as_of=as_of,
            as_known=as_known,
        )
    print_rows(table, form, columns=_SHOWN)
    say_notes(archive, as_known)
