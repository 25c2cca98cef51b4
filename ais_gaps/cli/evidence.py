"""The commands about evidence: import files, add one observation, list what there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown
from ais_gaps.cli.observation import SHOWN, Published, Publisher, Title, Url, add_observation
from ais_gaps.cli.places import ListsByDefault
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import AsFormat, AsMapFormat, Format, MapFormat, print_rows
from ais_gaps.errors import SourceError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from ais_gaps.evidence.intake import Imported


class What(StrEnum):
    """What of the evidence is listed."""

    OBSERVATIONS = "observations"
    LOOKS = "looks"
    LISTINGS = "listings"
    EVENTS = "events"
    NOTES = "notes"
    VESSELS = "vessels"
    FLEET = "fleet"
    PLACES = "places"
    FILES = "files"
    REFUSED = "refused"


_SHOWN: dict[What, tuple[str, ...]] = {
    What.OBSERVATIONS: SHOWN,
    What.LOOKS: ("look_id", "date_start", "ts", "place", "saw", "nothing_seen", "sensor", "publications", "obs_ids"),
    What.LISTINGS: ("listing_id", "name", "imo", "authority", "listed_on", "programme", "list", "publisher"),
    What.EVENTS: ("event_id", "date_start", "event", "kind", "publisher", "published", "url"),
    What.NOTES: ("note_id", "kind", "text", "refs"),
    What.VESSELS: ("vessel_id", "name", "imo", "mmsi", "flag", "ship_type", "owner", "role"),
    What.FLEET: ("ofac_uid", "name", "imo", "ship_type", "linked_to", "listed_on"),
    What.PLACES: ("place_id", "name", "kind", "lat", "lon", "country", "aliases"),
    What.FILES: ("name", "table", "rows", "refused", "format", "sha256"),
    What.REFUSED: ("file", "line", "reason"),
}
_IMPORTED = ("file", "format", "table", "rows_read", "rows_taken", "rows_known", "rows_refused", "already_known")
_DAY_RULE = "YYYY-MM-DD"

evidence = typer.Typer(
    name="evidence", cls=ListsByDefault, rich_markup_mode=None, subcommand_metavar="[list|import|add] [ARGS]..."
)


def parse_day(text: str) -> date:
    """A day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day written YYYY-MM-DD, such as 2023-08-10") from None


@evidence.callback()
def settings() -> None:
    """List, import or add dated evidence.

    Observations of places, looks, sanctions lists, events, notes. 'evidence' is short for 'evidence list'.

    \b
    Examples:
      ais-gaps evidence
      ais-gaps evidence looks --near Rajin
      ais-gaps evidence import sightings.csv items.json
    """


@evidence.command("list")
def list_evidence(
    context: typer.Context,
    what: Annotated[
        What,
        typer.Argument(metavar="WHAT", help=f"One of {', '.join(What)}."),
    ] = What.OBSERVATIONS,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Only this kind, such as vessel or nothing_seen.")
    ] = None,
    near: Annotated[
        str | None,
        typer.Option(
            "--near", "--place", metavar="PLACE", help="Only what is at a place, or has its position near it."
        ),
    ] = None,
    within_nm: Annotated[
        float | None,
        typer.Option(
            "--within-nm", metavar="N", min=0, help="How near, nautical miles; the place's radius if not said."
        ),
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(
            "--since", metavar="DAY", parser=parse_day, help=f"Only what may be of DAY or later. {_DAY_RULE}."
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            "--until", metavar="DAY", parser=parse_day, help=f"Only what may be of DAY or earlier. {_DAY_RULE}."
        ),
    ] = None,
    vessel: Annotated[
        str | None,
        typer.Option("--vessel", metavar="VESSEL", help="Only what names this ship: by name, IMO number or MMSI."),
    ] = None,
    as_known: AsKnown = None,
    form: AsMapFormat = MapFormat.TABLE,
) -> None:
    """List evidence: observations if not said otherwise.

    What imagery and other publications saw, or looked for and did not see, each with its publisher and source. A look
    is one image or pass, whatever it showed and however many rows and publishers tell of it.

    \b
    Examples:
      ais-gaps evidence list --near Rajin --since 2023-08-10 --until 2023-10-31
      ais-gaps evidence list --vessel ANGARA --format json
      ais-gaps evidence list looks --kind nothing_seen
      ais-gaps evidence list refused
    """
    if within_nm is not None and near is None:
        raise UsageError("--within-nm needs --near PLACE")
    from ais_gaps.evidence.choice import Wanted, listed

    archive = open_archive(context)
    evidence, places = archive.evidence(as_known=as_known), archive.places(as_known=as_known)
    wanted = Wanted(kind, None, within_nm, since, until, vessel)
    rows = listed(evidence, places, what.value, wanted, near, on_map=form is MapFormat.GEOJSON)
    print_rows(rows, form, columns=_SHOWN[what])


@evidence.command("import")
def import_evidence(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Files, or folders of them. What each is, is told from its content."),
    ],
    publisher: Publisher = None,
    title: Title = None,
    url: Url = None,
    published: Published = None,
    seen_on: Annotated[
        date | None,
        typer.Option(
            "--seen-on", metavar="DAY", parser=parse_day, help=f"The day of a sanctions list's copy. {_DAY_RULE}."
        ),
    ] = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Import files of evidence.

    Tables with the columns of docs/evidence.md, GeoJSON, STAC Items and ItemCollections, tables of ships detected in
    imagery, and sanctions lists. The archive is made if there is none. A file that it has already (by SHA-256) is not
    read again. Prints a row for each file: rows read = taken + known already + refused. Refused rows are kept with
    their reason (see evidence list refused).

    --publisher, --title, --url and --published stand for rows that do not give their own.

    A file that cannot be read does not stop the others; exit status 1 then says so at the end, as it does when a file
    has rows and all of them were refused. Files of a folder that are no evidence are passed over.

    \b
    Examples:
      ais-gaps evidence import observations.csv places.csv
      ais-gaps evidence import detections.parquet --publisher "Global Fishing Watch"
      ais-gaps evidence import sdn.csv --seen-on 2023-01-21
    """
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path}: no such file or folder; nothing was read")
    given = {"publisher": publisher, "title": title, "url": url, "published": published}
    source = {name: value for name, value in given.items() if value is not None}
    results = open_archive(context, create=True).import_evidence(paths, source=source, seen_on=seen_on)
    print_rows(_results_table([r for r in results if not r.passed_over]), form, columns=_IMPORTED)
    failed = [_said_what_went_wrong(result, form) for result in results]
    if results and all(result.passed_over for result in results):
        raise SourceError("there is no evidence in these folders: nothing was read")
    if any(failed):
        raise typer.Exit(1)


evidence.command("add")(add_observation)


def _results_table(results: Sequence[Imported]) -> pa.Table:
    import pyarrow as pa

    schema = pa.schema(
        {
            "file": pa.string(),
            "format": pa.string(),
            "table": pa.string(),
            "rows_read": pa.int64(),
            "rows_taken": pa.int64(),
            "rows_known": pa.int64(),
            "rows_refused": pa.int64(),
            "already_known": pa.bool_(),
            "refused_by_reason": pa.map_(pa.string(), pa.int64()),
            "sha256": pa.string(),
            "error": pa.string(),
        }
    )
    rows = [{name: getattr(result, name) for name in schema.names} for result in results]
    for row in rows:
        row["refused_by_reason"] = list(row["refused_by_reason"].items())
    return pa.Table.from_pylist(rows, schema=schema)


def _said_what_went_wrong(result: Imported, form: Format) -> bool:
    """Say what a person should know of a file, and tell whether it failed."""
    if result.passed_over:
        say(f"passed over: {result.file} is no evidence that is known here")
        return False
    if result.error is not None:
        say(result.error)
        return True
    if result.already_known:
        say(f"{result.file}: known already, not read again")
        return False
    if form is Format.TABLE:
        for reason, count in result.refused_by_reason.items():
            say(f"{result.file}: {count:,} refused: {reason}")
    if result.rows_read == 0:
        say(f"{result.file}: WARNING: there are no rows in it")
    elif result.rows_refused == result.rows_read:
        say(f"{result.file}: WARNING: NOTHING WAS TAKEN of {result.rows_read:,} rows")
        return True
    return False
