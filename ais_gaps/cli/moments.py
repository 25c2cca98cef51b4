"""Times on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

RULE = "ISO date or date-time; UTC unless it has an offset; a date alone is the start of that day"


def parse_moment(text: str) -> datetime:
    """A time in UTC from ISO 8601: ``2023-08-10``, ``2023-08-10T04:12``, ``2023-08-10T04:12:00Z``, ``...+09:00``."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text!r} is no ISO date or date-time, such as 2023-08-10 or 2023-08-10T04:12Z"
        ) from None


AsKnown = Annotated[
    datetime | None,
    typer.Option(
        "--as-known", metavar="TIME", parser=parse_moment, help=f"Answer from what the archive held at TIME. {RULE}."
    ),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        parser=parse_moment,
        help="Count open gaps up to TIME; the end of the newest source if not said.",
    ),
]
