"""How far an ingest is, on a terminal; silent elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ais_gaps.plain import plain

if TYPE_CHECKING:
    from ais_gaps.holdings import Progress


@contextmanager
def shown_progress() -> Iterator[Callable[[Progress], None] | None]:
    """Give a function that shows a `Progress` in one moving line on standard error; None if that is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.status import Status

    console = Console(stderr=True)
    if not console.is_interactive:  # TERM=dumb
        yield None
        return
    with Status("starting", console=console) as line:

        def show(progress: Progress) -> None:
            rate = f", {progress.rows / progress.seconds:,.0f} rows/s" if progress.seconds > 0 else ""
            line.update(escape(f"{plain(progress.source)}: {progress.stage}, {progress.rows:,} rows{rate}"))

        yield show


@contextmanager
def shown_waiting(what: str) -> Iterator[None]:
    """Show on a terminal that something takes its time; silent elsewhere."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.status import Status

    console = Console(stderr=True)
    if not console.is_interactive:  # TERM=dumb
        yield
        return
    with Status(escape(what), console=console):
        yield
