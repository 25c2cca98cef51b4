"""The command for a day's watchlist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ais_gaps.cli.gap_options import MinHours, finite
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown, parse_moment
from ais_gaps.cli.progress import shown_waiting
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import AsMapFormat, MapFormat, open_data, open_page, print_rows
from ais_gaps.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from ais_gaps.watchlist.model import Watchlist


class Show(StrEnum):
    """What of a list is printed."""

    ROWS = "rows"
    CHANGES = "changes"
    OUTAGES = "outages"
    ALL = "all"


_SHOWN = (
    *("rank", "state", "p_switched_off", "name", "mmsi", "flag", "off_ts", "duration_h", "watched_place"),
    *("watched_nm", "verdict", "ship_type", "cause", "attention", "gap_id"),
)
_TOLD = ("withdrawn", "corrected", "probability", "verdict")
_INDENT = "    "
_WIDEST = 118


def watchlist(
    context: typer.Context,
    day: Annotated[
        datetime | None,
        typer.Option(
            "--day",
            metavar="DAY",
            parser=parse_moment,
            help="The day, UTC. The archive's newest whole day if not said.",
        ),
    ] = None,
    site: Annotated[
        Path | None,
        typer.Option(
            "--site",
            metavar="DIR",
            help="Put it and the days before into the static site in DIR, made if there is none.",
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="N", min=1, help="With --site: the N days up to the day; 30 if not said."),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url", metavar="URL", help="With --site: where it will be served, for the links of its feed."
        ),
    ] = None,
    dossiers: Annotated[
        int | None,
        typer.Option(
            "--dossiers",
            metavar="N",
            min=0,
            help="With --site: make the dossiers of the first N vessels of the newest list; 25 if not said.",
        ),
    ] = None,
    min_hours: MinHours = 6.0,
    within_nm: Annotated[
        float,
        typer.Option(
            "--within-nm",
            metavar="N",
            min=0,
            callback=finite,
            help="How near a watched place a silence begins or ends, in nautical miles.",
        ),
    ] = 200.0,
    as_known: AsKnown = None,
    show: Annotated[
        Show,
        typer.Option(
            "--show",
            metavar="WHAT",
            help="rows (the list), changes, outages, or all of it as one object with --format json.",
        ),
    ] = Show.ROWS,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """List what deserves a look on a day: who is dark, who is back.

    Silences of more than --min-hours that begin or end within --within-nm of a watched place (see places), or that are
    watched by name, list or area (see watch), as of the end of the day. newly dark: longer than --min-hours since the
    day; still dark: since before; back again: over on the day. The order is that of attention, whose parts are told;
    p_switched_off is a probability, and no accusation. Below each stands why, in one line.

    What changed since the day before, what late data took back, and which receivers heard nobody that day is told too.
    A verdict of a person (see watch note) stands beside the score and never changes it; what is called innocent comes
    last.

    \b
    Examples:
      ais-gaps watchlist
      ais-gaps watchlist --day 2023-08-10 --format csv
      ais-gaps watchlist --day 2023-08-10 --as-known 2023-08-12
      ais-gaps watchlist --show changes --format ndjson
      ais-gaps watchlist --site public
    """
    if show is Show.ALL and form is not MapFormat.JSON:
        raise UsageError("--show all gives one object: ask for it with --format json")
    if site is None and (days, base_url, dossiers) != (None, None, None):
        raise UsageError("--days, --base-url and --dossiers go with --site DIR")
    if site is not None and as_known is not None:
        raise UsageError("a site says what is known now: leave out --as-known or --site")
    archive = open_archive(context)
    date = None if day is None else day.date()
    if site is not None:
        from ais_gaps.site.publish import publish

        with shown_waiting("making the site"):
            built = publish(
                archive,
                site,
                date,
                days=days or 30,
                base_url=base_url,
                min_hours=min_hours,
                within_nm=within_nm,
                dossiers=25 if dossiers is None else dossiers,
            )
        say(
            f"the site is in {site}: open {site / 'index.html'}; {len(built.changed)} files are new or other than before"
        )
        return
    with shown_waiting("judging"):
        found = archive.watchlist(date, min_hours=min_hours, within_nm=within_nm, as_known=as_known)
    if show is Show.ALL:
        import orjson

        open_data().write(orjson.dumps(found.to_dict(), option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    if form is MapFormat.TABLE and show is Show.ROWS:
        _print_head(found)
        if len(found.rows):
            print_rows(_readable(found.rows), form, columns=_SHOWN, below=_why_of(found.rows))
    else:
        print_rows({Show.ROWS: found.rows, Show.CHANGES: found.changes}.get(show, found.outages), form)
    for note in found.notes:
        say(note)


def _print_head(found: Watchlist) -> None:
    """What stands above the rows for a person."""
    from textwrap import wrap

    from ais_gaps.plain import plain

    counts = found.counts
    lines = [
        f"Watchlist of {found.day} (UTC): {counts['newly_dark']} newly dark, {counts['still_dark']} still dark, "
        f"{counts['back_again']} back again; {counts['ships_heard']:,} ships heard",
        "",
    ]
    if len(found.outages):
        lines += ["Receivers, not ships:"]
        lines += [part for row in found.outages.to_pylist() for part in _wrapped(plain(row["reason"]), wrap)]
        lines += [""]
    told = [row for row in found.changes.to_pylist() if row["kind"] in _TOLD]
    if told:
        lines += ["Since the day before:"]
        lines += [part for row in told for part in _wrapped(f"{row['kind']}: {plain(row['text'])}", wrap)]
        lines += [""]
    open_page().write("\n".join(lines) + "\n")


def _wrapped(text: str, wrap: Callable[..., list[str]]) -> list[str]:
    return wrap(text, _WIDEST, initial_indent="  ", subsequent_indent=_INDENT)


def _readable(rows: pa.Table) -> pa.Table:
    """The same, numbers no finer than they are known."""
    import pyarrow as pa
    import pyarrow.compute as pc

    at = rows.schema.get_field_index("p_switched_off")
    shown = [
        "-" if p is None else "<0.01" if p < 0.01 else ">0.99" if p > 0.99 else f"{p:.2f}" for p in rows[at].to_pylist()
    ]
    rows = rows.set_column(at, "p_switched_off", pa.array(shown, pa.string()))
    for name in ("duration_h", "watched_nm", "attention"):
        at = rows.schema.get_field_index(name)
        rows = rows.set_column(at, name, pc.round(rows[at], 1))
    return rows


def _why_of(rows: pa.Table) -> Callable[[int, int | None], str]:
    """Under each row of the table why it is there, in one paragraph, indented."""
    from textwrap import wrap

    from ais_gaps.plain import plain

    told = rows["why"]

    def below(number: int, width: int | None) -> str:
        line = max(40, min(width or _WIDEST, _WIDEST))
        return "".join(
            f"{part}\n"
            for part in wrap(plain(told[number].as_py()), line, initial_indent=_INDENT, subsequent_indent=_INDENT)
        )

    return below
