"""The command about evidence: what imagery and other publications saw, or looked for and did not see."""

from __future__ import annotations

import typer

from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown
from ais_gaps.cli.stdout import AsFormat, Format, print_rows

_SHOWN = (
    "obs_id",
    "date_start",
    "place",
    "observed",
    "vessels_named",
    "publisher",
    "date_end",
    "kind",
    "confidence_wording",
    "published",
    "url",
)


def evidence(context: typer.Context, as_known: AsKnown = None, form: AsFormat = Format.TABLE) -> None:
    """List the dated observations of places.

    What imagery and other publications saw, or looked for and did not see, each with its publisher and source.

    \b
    Examples:
      ais-gaps evidence
      ais-gaps evidence --format json
    """
    print_rows(open_archive(context).evidence().observations, form, columns=_SHOWN)
