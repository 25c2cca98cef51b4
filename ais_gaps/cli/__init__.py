"""The command ``ais-gaps``: it parses, calls one function of the library, prints.

Nothing heavy is imported before a command runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ais_gaps import __version__
from ais_gaps.cli.alerts import alerts
from ais_gaps.cli.daily import daily
from ais_gaps.cli.evaluate import calibrate, evaluate
from ais_gaps.cli.evidence import evidence
from ais_gaps.cli.export import export
from ais_gaps.cli.gaps import gaps, vessels
from ais_gaps.cli.ingest import ingest, rejects, sources
from ais_gaps.cli.investigate import demo, investigate
from ais_gaps.cli.listen import listen
from ais_gaps.cli.maintenance import compact, sql, verify
from ais_gaps.cli.outages import outages
from ais_gaps.cli.outcome import run
from ais_gaps.cli.places import places
from ais_gaps.cli.reach import reach
from ais_gaps.cli.reception import reception
from ais_gaps.cli.startup import without_pandas
from ais_gaps.cli.watch import watch
from ais_gaps.cli.watchlist import watchlist

__all__ = ["app", "main"]

app = typer.Typer(
    name="ais-gaps",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ais-gaps {__version__}")
        raise typer.Exit


@app.callback()
def settings(
    context: typer.Context,
    archive: Annotated[
        str | None,
        typer.Option(
            "--archive",
            metavar="DIR",
            envvar="AIS_GAPS_ARCHIVE",
            help="The archive's folder, ./ais_archive if not said. May also stand after COMMAND.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Finds ships that go dark: AIS archives, gaps near watched ports, and the dated evidence inside them.

    Data goes to standard output, everything else to standard error. Exit status: 0 done, 1 it could not be done (one
    line says why), 2 wrong usage.

    \b
    Examples:
      ais-gaps demo
      ais-gaps --archive north ingest AIS_2024_01_01.zip
      ais-gaps --archive north gaps --near Rajin --within-nm 50
    """
    if archive == "":
        raise typer.BadParameter("it names no folder", param_hint="--archive")
    context.obj = None if archive is None else Path(archive)


_COMMANDS: tuple[Callable[..., None], ...] = (
    demo,
    ingest,
    sources,
    rejects,
    vessels,
    gaps,
    reach,
    reception,
    outages,
    investigate,
    watchlist,
    daily,
    listen,
    export,
    evaluate,
    calibrate,
    sql,
    compact,
    verify,
)
for _command in _COMMANDS:
    app.command()(_command)
app.add_typer(places)
app.add_typer(evidence)
app.add_typer(watch)
app.add_typer(alerts)


def _archive_first(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--archive DIR`` before the command, wherever it stood."""
    first: list[str] = []
    others: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            others += [argument, *rest]
        elif argument == "--archive":
            first += [argument, *([value] if (value := next(rest, None)) is not None else [])]
        elif argument.startswith("--archive="):
            first.append(argument)
        else:
            others.append(argument)
    return first + others


def main() -> None:
    """Run the command line and exit with its status."""
    without_pandas()
    sys.exit(run(app, _archive_first(sys.argv[1:])))
