"""The command that listens to a live feed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ais_gaps.cli.gap_options import finite
from ais_gaps.cli.stderr import say
from ais_gaps.errors import UsageError

_KEY = "AISSTREAM_API_KEY"


def listen(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="tcp://HOST:PORT, udp://HOST:PORT (bound here) or aisstream.")
    ],
    inbox: Annotated[
        Path, typer.Option("--inbox", metavar="DIR", help="Where finished files go; made if it is not there.")
    ],
    feed: Annotated[
        str | None,
        typer.Option("--feed", metavar="NAME", help="The feed's name in files; made from SOURCE if not said."),
    ] = None,
    box: Annotated[
        list[str] | None,
        typer.Option(
            "--box",
            metavar="S,W,N,E",
            help="Of aisstream: only this box, in degrees; again for more. The world if not said.",
        ),
    ] = None,
    rotate: Annotated[
        float,
        typer.Option(
            "--rotate", metavar="MINUTES", min=0.01, callback=finite, help="Files end by the clock, this often."
        ),
    ] = 10.0,
    rotate_mb: Annotated[
        float,
        typer.Option("--rotate-mb", metavar="MB", min=0.01, callback=finite, help="And when they are this large."),
    ] = 64.0,
    idle: Annotated[
        float,
        typer.Option(
            "--idle",
            metavar="SECONDS",
            min=0,
            callback=finite,
            help="Connect anew when nothing of AIS came for so long; 0 = never. Not of udp.",
        ),
    ] = 300.0,
    for_s: Annotated[
        float | None,
        typer.Option("--for", metavar="SECONDS", min=0, callback=finite, help="Stop after so long."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop when the connection ends: do not connect again.")] = False,
) -> None:
    """Listen to a live feed and put what comes into an inbox.

    Writes files that ingest and daily read, each message with the time it was received, and beside them when the feed
    was listened to: ingest takes that too, and outages lists the gaps. Connects again when the connection ends. Runs
    until SIGTERM or Ctrl-C, which ends the files in order; a run that was killed is completed by the next.

    The key of aisstream is read from AISSTREAM_API_KEY.

    \b
    Examples:
      ais-gaps listen tcp://153.44.253.27:5631 --inbox inbox --feed kystverket
      ais-gaps listen udp://0.0.0.0:10110 --inbox inbox --feed roof
      ais-gaps listen aisstream --inbox inbox --box 41,129,44,133
    """
    from ais_gaps.listen.address import WEBSOCKET, address, feed_name
    from ais_gaps.listen.address import box as parsed_box
    from ais_gaps.listen.listener import Settings
    from ais_gaps.listen.listener import listen as run

    where = address(source)
    key = os.environ.get(_KEY, "").strip()
    if where.kind == WEBSOCKET and not key:
        raise UsageError(f"{source} needs a key: set the environment variable {_KEY}")
    if where.kind != WEBSOCKET and box:
        raise UsageError("--box goes with aisstream only")
    run(
        Settings(
            where,
            inbox,
            where.feed if feed is None else feed_name(feed),
            rotate_s=60.0 * rotate,
            rotate_bytes=int(1e6 * rotate_mb),
            idle_s=idle,
            for_s=for_s,
            once=once,
            boxes=tuple(map(parsed_box, box or ())),
            key=key if where.kind == WEBSOCKET else "",
        ),
        say,
    )
