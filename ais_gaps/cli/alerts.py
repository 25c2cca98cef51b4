"""The commands about alerts: try the channels, see what was delivered, send again what is in doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from ais_gaps.cli.gap_options import finite
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import AsFormat, Format, print_rows
from ais_gaps.errors import NotFound

alerts = typer.Typer(name="alerts", no_args_is_help=True, rich_markup_mode=None, subcommand_metavar="COMMAND [ARGS]...")


@alerts.callback()
def settings() -> None:
    """Try the channels of the alerts, and see what they were told.

    'daily --alerts FILE' sends alerts; docs/alerts.md says what stands in FILE.

    \b
    Examples:
      ais-gaps alerts test alerts.toml
      ais-gaps alerts status --archive north
    """


@alerts.command("test")
def try_channels(
    file: Annotated[Path, typer.Argument(metavar="FILE", envvar="AIS_GAPS_ALERTS", help="The TOML file of channels.")],
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="NAME", help="Only this channel; all if not said.")
    ] = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Check a file of channels, and send a test message to each.

    Needs no archive. Exit status 1 if one was not delivered.

    \b
    Examples:
      ais-gaps alerts test alerts.toml
      ais-gaps alerts test alerts.toml --channel desk
    """
    from ais_gaps.alerts import read_settings
    from ais_gaps.alerts.status import trials

    found = read_settings(file)
    if found.exposed:
        say(f"warning: {file} holds addresses, and other users of this machine may read it: chmod 600 {file}")
    rows = trials(found, channel)
    print_rows(rows, form)
    if set(rows["came"].to_pylist()) != {"sent"}:
        raise typer.Exit(1)


@alerts.command("status")
def show_status(
    context: typer.Context,
    undelivered: Annotated[
        bool, typer.Option("--undelivered", help="The changes that wait or are in doubt, one by one.")
    ] = False,
    max_age_h: Annotated[
        float | None,
        typer.Option(
            "--max-age-h",
            metavar="H",
            min=0,
            callback=finite,
            help="Exit status 1 if no run ended in the last H hours, or something waits or is in doubt unsaid.",
        ),
    ] = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Show what each channel was told, what waits for it, and what is in doubt.

    A change is perhaps sent where the run was killed while it was sending it, or no answer came: it is not sent again by itself
    (see 'alerts again').

    \b
    Examples:
      ais-gaps alerts status --archive north
      ais-gaps alerts status --archive north --undelivered --format json
      ais-gaps alerts status --archive north --max-age-h 26
    """
    from ais_gaps.alerts import status

    outbox = status.kept(open_archive(context).path)
    try:
        print_rows(status.undelivered(outbox) if undelivered else status.standings(outbox), form)
        last = outbox.last_turn()
        if last is not None:
            say(
                f"last run {last[0][:16].replace('T', ' ')} UTC for {last[1]}: {'all told' if last[2] else 'not all told'}"
            )
        if max_age_h is None:
            return
        complaints = status.complaints(outbox, timedelta(hours=max_age_h), datetime.now(UTC))
    finally:
        outbox.close()
    for line in complaints:
        say(line)
    if complaints:
        raise typer.Exit(1)


@alerts.command("again")
def send_again(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel that did not get it.")],
    change_id: Annotated[
        str, typer.Argument(metavar="CHANGE", help="The change, as 'alerts status --undelivered' has it.")
    ],
) -> None:
    """Have a change that was perhaps sent sent again, with the next run.

    \b
    Examples:
      ais-gaps alerts again --archive north desk 0123456789abcdef0123456789abcdef
    """
    from ais_gaps.alerts import status

    outbox = status.kept(open_archive(context).path)
    try:
        if not outbox.again(channel, change_id):
            raise NotFound(f"no change {change_id} is in doubt for channel '{channel}'.")
    finally:
        outbox.close()
    say(f"goes to {channel} with the next run")
