"""The command that is run every day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ais_gaps.cli.gap_options import MinHours, finite
from ais_gaps.cli.ingest import Receiver, _columns_by_field
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import parse_moment
from ais_gaps.cli.progress import shown_progress
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import open_data
from ais_gaps.readers import READERS


def daily(
    context: typer.Context,
    inbox: Annotated[Path, typer.Option("--inbox", metavar="DIR", help="Where files arrive; folders below it too.")],
    site: Annotated[Path, typer.Option("--site", metavar="DIR", help="Where the pages go; made if there is none.")],
    day: Annotated[
        datetime | None,
        typer.Option(
            "--day",
            metavar="DAY",
            parser=parse_moment,
            help="Newest day of the site, UTC, complete or not. The newest complete one if not said.",
        ),
    ] = None,
    days: Annotated[
        int,
        typer.Option("--days", metavar="N", min=1, help="Keep the pages of the last N days right; older ones stay."),
    ] = 90,
    min_hours: MinHours = 6.0,
    within_nm: Annotated[
        float | None,
        typer.Option(
            "--within-nm",
            metavar="N",
            min=0,
            callback=finite,
            help="How near a watched place a silence begins or ends, in nautical miles; as watchlist has it if not said.",
        ),
    ] = None,
    done: Annotated[
        Path | None,
        typer.Option("--done", metavar="DIR", help="Where stored files go, a folder a day. INBOX/done if not said."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave every file where it is.")] = False,
    settle: Annotated[
        float,
        typer.Option(
            "--settle",
            metavar="S",
            min=0,
            callback=finite,
            help="A file has arrived when it stayed the same for S seconds.",
        ),
    ] = 5.0,
    reader: Annotated[
        str | None,
        typer.Option(
            "--reader",
            metavar="NAME",
            help=f"Read files as this format, one of {', '.join(READERS)}; recognised from the content if not said.",
        ),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN", help="As of ingest: FIELD stands in COLUMN. Once for each field."
        ),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option("--time-zone", metavar="ZONE", help="Zone of times without an offset, such as UTC or Asia/Tokyo."),
    ] = None,
    receiver: Annotated[
        Receiver | None,
        typer.Option("--receiver", metavar="KIND", help="terrestrial or satellite, for files that do not say it."),
    ] = None,
    alerts: Annotated[
        Path | None, typer.Option("--alerts", metavar="FILE", help="Tell of changes to the receivers in this file.")
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="Where the site is served, for links in feed and alerts."),
    ] = None,
    dossiers: Annotated[
        int,
        typer.Option(
            "--dossiers", metavar="N", min=0, help="Make the dossiers of the first N vessels of the newest list."
        ),
    ] = 25,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make all pages of the last N days anew.")] = False,
    now: Annotated[
        datetime | None,
        typer.Option("--now", metavar="TIME", parser=parse_moment, help="The time by the clock, for a trial run."),
    ] = None,
) -> None:
    """Store what has arrived, renew the site, send alerts.

    For a timer: one run at a time, and one that was killed is finished by the next. Files that are still being written are
    left for the next run; a stored file is moved to INBOX/done/DAY, one that cannot be read to INBOX/refused with its reason
    beside it; nothing is deleted. Files of other formats are told apart by INBOX/inbox.toml (docs/daily.md).

    Prints what was done as one line of JSON, and a summary on standard error. Exit status 1 if something could not be done:
    each has its line, and all else was done.

    \b
    Examples:
      ais-gaps daily --archive north --inbox inbox --site site
      ais-gaps daily --archive north --inbox inbox --site site --alerts alerts.toml --base-url https://watch.example.org
      ais-gaps daily --archive north --inbox inbox --site site --day 2024-03-01 --settle 0
    """
    from ais_gaps.daily import Settings, outlets, run
    from ais_gaps.daily.desk import Desk
    from ais_gaps.daily.reading import Reading
    from ais_gaps.readers.interface import ReadOptions
    from ais_gaps.watchlists import WITHIN_NM

    options = ReadOptions(
        mapping=_columns_by_field(mapping or []), time_zone=time_zone, receiver=receiver and receiver.value
    )
    settings = Settings(
        inbox,
        site,
        done=done,
        keep=keep,
        settle_s=settle,
        reading=Reading(reader, options),
        day=None if day is None else day.date(),
        days=days,
        rebuild=rebuild,
        now=now,
    )
    archive = open_archive(context, create=True)
    with shown_progress() as progress:
        record = run(
            Desk(archive, min_hours, WITHIN_NM if within_nm is None else within_nm),
            settings,
            build=outlets.pages(archive, base_url, dossiers),
            alert=None if alerts is None else outlets.alerts(archive, alerts, base_url),
            on_progress=progress,
        )
    open_data().write(record.line().decode())
    for line in record.summary():
        say(line)
    raise typer.Exit(record.exit)
