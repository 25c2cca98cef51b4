"""Options that choose gaps, the same on every command that asks for them."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated

import typer

from ais_gaps.cli.moments import RULE, parse_moment


def finite(value: float | None) -> float | None:
    """The number; inf and nan are wrong usage."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is no number of hours or miles")
    return value


MinHours = Annotated[
    float,
    typer.Option(
        "--min-hours",
        metavar="H",
        min=1,
        callback=finite,
        help="Silences longer than H hours; at least 1, which is the floor.",
    ),
]

OfVessel = Annotated[
    str | None, typer.Argument(metavar="VESSEL", help="Name, IMO, MMSI or call sign; all vessels if not said.")
]

Near = Annotated[
    str | None, typer.Option("--near", metavar="PLACE", help="Only gaps that begin or end near this place.")
]

WithinNm = Annotated[
    float | None,
    typer.Option("--within-nm", metavar="N", min=0, callback=finite, help="How near, in nautical miles; with --near."),
]

Since = Annotated[
    datetime | None,
    typer.Option(
        "--since", metavar="TIME", parser=parse_moment, help=f"Only gaps that begin at TIME or later. {RULE}."
    ),
]

Until = Annotated[
    datetime | None,
    typer.Option(
        "--until",
        metavar="TIME",
        parser=parse_moment,
        help="Only gaps that begin before TIME: a date excludes that day.",
    ),
]

OpenOnly = Annotated[bool, typer.Option("--open", help="Only gaps that have not ended.")]
