"""Commands that tell a vessel's story: investigate, and demo, which does it for ANGARA."""

from __future__ import annotations

import os
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ais_gaps.cli.gap_options import MinHours
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown, AsOf
from ais_gaps.cli.progress import shown_progress, shown_waiting
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import open_data, open_page
from ais_gaps.errors import UsageError

if TYPE_CHECKING:
    from ais_gaps.dossier import Dossier

_RECKONING = "reckoning ways by sea; new waters take some seconds, once in an archive"
_PAGE_WIDTH = 100  # where the output is no terminal and COLUMNS says nothing


class DossierFormat(StrEnum):
    """How a dossier is printed."""

    TEXT = "text"
    JSON = "json"


AsDossierFormat = Annotated[
    DossierFormat | None,
    typer.Option("--format", "-f", metavar="FORMAT", help="text (a page to read; if not said and no --html) or json."),
]

ToHtml = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write the dossier as one page of HTML that opens without a network."),
]


def investigate(
    context: typer.Context,
    vessel: Annotated[str, typer.Argument(metavar="VESSEL", help="Name, IMO, MMSI or call sign.")],
    min_hours: MinHours = 6.0,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    html: ToHtml = None,
    form: AsDossierFormat = None,
) -> None:
    """Print the dossier of a vessel.

    Who she is and is not, whether she is listed, when she was silent, where she could have been meanwhile, who saw her or a
    ship like her, who looked and saw nothing, and what cannot be said.

    \b
    Examples:
      ais-gaps investigate ANGARA
      ais-gaps investigate ANGARA --html angara.html
      ais-gaps investigate 9179842 --as-known 2023-10-01
      ais-gaps investigate ANGARA --format json
    """
    archive = open_archive(context)
    with shown_waiting(_RECKONING):
        dossier = archive.dossier(vessel, min_hours=min_hours, as_of=as_of, as_known=as_known)
    _give(dossier, html, form)


def demo(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Build the archive here; in a temporary folder if not said."),
    ] = None,
    html: ToHtml = None,
    form: AsDossierFormat = None,
) -> None:
    """Build the ANGARA case into an archive and investigate it.

    Needs no network and no data: the reports are reconstructed from public facts, as the page says.

    \b
    Examples:
      ais-gaps demo
      ais-gaps demo --out angara --html angara.html
    """
    if context.obj is not None and "AIS_GAPS_ARCHIVE" not in os.environ:
        raise UsageError("demo builds an archive of its own: say where by --out DIR, not --archive")
    from ais_gaps.angara import build

    folder = out if out is not None else Path(tempfile.mkdtemp(prefix="ais-gaps-demo-"))
    with shown_progress() as progress:
        archive = build(folder, progress)
    with shown_waiting(_RECKONING):
        dossier = archive.dossier("ANGARA")
    _give(dossier, html, form)
    say(f"the archive is in {folder}; try: ais-gaps --archive {folder} gaps --near Dunai --within-nm 30")


def _give(dossier: Dossier, html: Path | None, form: DossierFormat | None) -> None:
    """Print the dossier, write its page, or both."""
    if html is not None:
        from ais_gaps.export import replaced
        from ais_gaps.report.page import render

        with replaced(html) as stream:
            stream.write(render(dossier).encode())
        say(f"the page is in {html}")
    if html is None or form is not None:
        _print_dossier(dossier, form or DossierFormat.TEXT)


def _print_dossier(dossier: Dossier, form: DossierFormat) -> None:
    if form is DossierFormat.JSON:
        open_data().write(dossier.to_json().rstrip("\n") + "\n")
        return
    from rich.console import Console

    from ais_gaps.report.terminal import render

    page = open_page()
    fixed = not page.isatty() and not os.environ.get("COLUMNS", "").isdecimal()
    console = Console(file=page, highlight=False, width=_PAGE_WIDTH if fixed else None)
    with console.capture() as captured:  # rich ends the process itself if it writes where nobody reads any more
        render(dossier, console)
    page.write(captured.get())
