"""Commands about who was silent: vessels, gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ais_gaps.cli.gap_options import (
    LeastP,
    MinHours,
    Near,
    OfCause,
    OfVessel,
    OpenOnly,
    Reasons,
    Since,
    Sort,
    Sorted,
    Until,
    WithinNm,
)
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown, AsOf
from ais_gaps.cli.stderr import say_notes
from ais_gaps.cli.stdout import AsFormat, AsMapFormat, Format, MapFormat, print_rows
from ais_gaps.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

_SHOWN_VESSELS = (
    "name",
    "imo",
    "mmsi",
    "flag",
    "reason",
    "last_ts",
    "first_ts",
    "reports",
    "ship_type",
    "call_signs",
    "former_names",
    "notes",
)
_SHOWN_GAPS = (
    "name",
    "mmsi",
    "off_ts",
    "off_place",
    "duration_h",
    "p_switched_off",
    "cause",
    "on_ts",
    "on_place",
    "distance_nm",
    "off_place_nm",
    "on_place_nm",
    "reports_12h",
    "flag",
    "gap_id",
)
_INDENT = "    "
_WIDEST_REASON = 120  # where nothing bounds the line


def vessels(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A name in any script, an IMO, MMSI or call sign.")],
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most N vessels.")] = 20,
    as_known: AsKnown = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Find vessels by name, IMO, MMSI or call sign.

    Names may be misspelt, former, or written in Cyrillic, Hangul or Latin with diacritics; numbers in names must be
    right. Best match first, with the reason for it.

    \b
    Examples:
      ais-gaps vessels ANGARA
      ais-gaps vessels Ангара
      ais-gaps vessels 9124043 --format json
    """
    archive = open_archive(context)
    print_rows(archive.vessels(query, limit=limit, as_known=as_known), form, columns=_SHOWN_VESSELS)
    say_notes(archive, as_known)


def gaps(
    context: typer.Context,
    vessel: OfVessel = None,
    min_hours: MinHours = 6.0,
    near: Near = None,
    within_nm: WithinNm = None,
    since: Since = None,
    until: Until = None,
    open_only: OpenOnly = False,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    superseded: Annotated[
        bool, typer.Option("--superseded", help="Gaps that later data split, shortened or removed, instead.")
    ] = False,
    least_p: LeastP = None,
    cause: OfCause = None,
    sort: Sorted = None,
    reasons: Reasons = False,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """List the silences of ships.

    A gap is two consecutive reports of one track more than --min-hours apart; it is open, without on_ts, while there is
    no later report. The table shows the main columns, the other formats all of them. GeoJSON gives each gap as
    a line from off to on, an open one as a point.

    p_switched_off is the probability that the silence was a choice, judged from how other ships were heard there and from
    what this one was doing; cause is what it is judged as. p_switched_off is null (- in the table) where there is nothing
    to judge by. The reasons, each with its weight in the log-odds, are in every format but the table, which shows them
    with --reasons.

    \b
    Examples:
      ais-gaps gaps ANGARA
      ais-gaps gaps --near Rajin --within-nm 50 --min-hours 24
      ais-gaps gaps --since 2023-08-01 --until 2023-09-01 --open --format geojson
      ais-gaps gaps --as-known 2023-10-01 --format csv
      ais-gaps gaps --least-p 0.5 --sort p --reasons
      ais-gaps gaps --cause "no coverage"
    """
    if superseded and (least_p is not None or cause is not None or reasons or sort is Sort.P):
        raise UsageError("superseded gaps are not judged: leave out --least-p, --cause, --reasons and --sort p")
    archive = open_archive(context)
    table = archive.gaps(
        vessel,
        min_hours=min_hours,
        near=near,
        within_nm=within_nm,
        since=since,
        until=until,
        open_only=open_only,
        as_of=as_of,
        as_known=as_known,
        superseded=superseded,
    )
    from ais_gaps.gaps.judged import judged

    table = judged(
        table,
        least_p=least_p,
        cause=None if cause is None else cause.value,
        order=None if sort is None else sort.value,
    )
    if form is not MapFormat.TABLE:
        print_rows(table, form)
    else:
        below = _reasons_of(table) if reasons else None
        print_rows(_readable(table), form, columns=_SHOWN_GAPS, below=below)
    say_notes(archive, as_known)


def _readable(table: pa.Table) -> pa.Table:
    """The same, probabilities no finer than they are known; "-" where there is none."""
    import pyarrow as pa

    at = table.schema.get_field_index("p_switched_off")
    shown = [
        "-" if p is None else "<0.01" if p < 0.01 else ">0.99" if p > 0.99 else f"{p:.2f}"
        for p in table[at].to_pylist()
    ]
    return table.set_column(at, "p_switched_off", pa.array(shown, pa.string()))


def _reasons_of(table: pa.Table) -> Callable[[int, int | None], str]:
    """Under each row of the table its reasons, a paragraph each, indented."""
    from textwrap import wrap

    from ais_gaps.plain import plain

    told = table["reasons"]

    def below(number: int, width: int | None) -> str:
        line = max(40, min(width or _WIDEST_REASON, _WIDEST_REASON))
        said = [plain(reason) for reason in told[number].as_py() or ()]
        lines = [
            part
            for reason in said
            for part in wrap(reason, line, initial_indent=_INDENT, subsequent_indent=_INDENT + "  ")
        ]
        return "".join(f"{part}\n" for part in lines)

    return below
