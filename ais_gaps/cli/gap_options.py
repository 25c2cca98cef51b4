"""Options that choose gaps, the same on every command that asks for them."""

from __future__ import annotations

import math
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from ais_gaps.cli.moments import RULE, parse_moment


class Cause(StrEnum):
    """What a silence may be judged as: the words of `judgement.causes.CAUSES`, which is too heavy to import for --help."""

    SWITCHED_OFF = "switched off"
    ALONGSIDE = "powered off alongside"
    NO_COVERAGE = "no coverage"
    OUTAGE = "outage"
    CLASS_B = "class B reception"
    IDENTITY = "identity break"
    UNKNOWN = "not enough evidence"


class Sort(StrEnum):
    """In which order gaps are listed."""

    OFF_TS = "off_ts"
    P = "p"


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


def share(value: float | None) -> float | None:
    """The probability; nan is wrong usage."""
    if value is not None and math.isnan(value):
        raise typer.BadParameter(f"{value} is no probability")
    return value


LeastP = Annotated[
    float | None,
    typer.Option(
        "--least-p",
        metavar="P",
        min=0,
        max=1,
        callback=share,
        help="Only gaps with p_switched_off of P or more; those not judged are left out.",
    ),
]

OfCause = Annotated[
    Cause | None,
    typer.Option("--cause", metavar="CAUSE", help=f"Only gaps judged so: {', '.join(Cause)}."),
]

Sorted = Annotated[
    Sort | None,
    typer.Option(
        "--sort",
        metavar="KEY",
        help="off_ts (by time) or p (most probable first, then by time). By vessel if not said.",
    ),
]

Reasons = Annotated[
    bool,
    typer.Option("--reasons", help="In the table, the reasons under each gap; the other formats always have them."),
]
