"""Commands about what goes in: ingest, sources, rejects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown, parse_moment
from ais_gaps.cli.progress import shown_progress
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import AsFormat, Format, print_rows
from ais_gaps.errors import SourceError, UsageError
from ais_gaps.readers import READERS

if TYPE_CHECKING:
    import pyarrow as pa

    from ais_gaps.holdings import SourceResult

_SHOWN_SOURCES = (
    "source",
    "file",
    "reader",
    "rows_read",
    "rows_kept",
    "rows_duplicate",
    "rows_rejected",
    "first_ts",
    "last_ts",
    "note",
)
_SHOWN = ("source", "reader", "rows_read", "rows_kept", "rows_duplicate", "rows_rejected", "first_ts", "last_ts")


class Receiver(StrEnum):
    """Where reports were received."""

    TERRESTRIAL = "terrestrial"
    SATELLITE = "satellite"


class SpeedUnit(StrEnum):
    """The unit of speed over ground in a source."""

    KNOTS = "kn"
    METRES_PER_SECOND = "m/s"
    KILOMETRES_PER_HOUR = "km/h"
    TENTHS_OF_KNOTS = "0.1kn"


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Files, zip files or folders; plain, .gz, .zst or .zip.")
    ],
    reader: Annotated[
        str | None,
        typer.Option(
            "--reader",
            metavar="NAME",
            help=f"Read as this format, one of {', '.join(READERS)}; recognised from the content if not said.",
        ),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="For any CSV or Parquet: FIELD stands in COLUMN. Once for each field. Fields: mmsi, ts, lat, lon, "
            "sog, cog, heading, nav_status, ais_class, receiver, name, imo, call_sign, ship_type, length, beam, "
            "draught, destination, eta.",
        ),
    ] = None,
    time_format: Annotated[
        str | None,
        typer.Option(
            "--time-format", metavar="FORMAT", help="How times are written: a strptime format, unix or unix_ms."
        ),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option("--time-zone", metavar="ZONE", help="Zone of times without an offset, such as UTC or Asia/Tokyo."),
    ] = None,
    start_time: Annotated[
        datetime | None,
        typer.Option(
            "--start-time",
            metavar="TIME",
            parser=parse_moment,
            help="When a source starts that carries no times (raw NMEA). ISO date-time, UTC unless it has an offset.",
        ),
    ] = None,
    sog_unit: Annotated[
        SpeedUnit | None,
        typer.Option("--sog-unit", metavar="UNIT", help="Unit of speed: kn, m/s, km/h or 0.1kn."),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", metavar="NAME", help="Text encoding, UTF-8 if not said."),
    ] = None,
    separator: Annotated[
        str | None,
        typer.Option("--separator", metavar="CHAR", help="What parts columns; tab for a tab."),
    ] = None,
    decimal: Annotated[
        str | None,
        typer.Option("--decimal", metavar="CHAR", help="The decimal mark."),
    ] = None,
    receiver: Annotated[
        Receiver | None,
        typer.Option(
            "--receiver",
            metavar="KIND",
            help="terrestrial or satellite: what received the reports of a source that does not say it.",
        ),
    ] = None,
    note: Annotated[
        str | None,
        typer.Option(
            "--note",
            metavar="TEXT",
            help="What must be said wherever these data are shown, such as that they are a reconstruction.",
        ),
    ] = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Read AIS files into the archive.

    The archive is made if there is none. A file that it has already (by SHA-256) is not read again. Prints a row for
    each source: rows read = kept + duplicates + rejected. Rejected rows are kept with their reason (see rejects).

    A file that cannot be read does not stop the others; exit status 1 then says so at the end, as it does when a source
    has rows and none of them could be kept.

    \b
    Examples:
      ais-gaps ingest AIS_2024_01_01.zip
      ais-gaps ingest 2024/ --receiver terrestrial
      ais-gaps ingest track.csv --map mmsi=vessel_id --map ts=time --map lat=y --map lon=x --time-zone UTC
      ais-gaps ingest feed.nmea --start-time 2024-01-01T00:00Z --format json
    """
    from ais_gaps.readers.interface import ReadOptions

    options = ReadOptions(
        mapping=_columns_by_field(mapping or []),
        time_format=time_format,
        time_zone=time_zone,
        sog_unit=sog_unit and sog_unit.value,
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        start_time=start_time,
        receiver=receiver and receiver.value,
    )
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path}: no such file or folder; nothing was read")
    said = " ".join(note.split()) or None if note is not None else None
    results: list[SourceResult] = []
    try:
        with shown_progress() as progress:
            archive = open_archive(context, create=True)
            for result in archive.ingest(paths, reader=reader, options=options, note=said, on_progress=progress):
                results.append(result)  # noqa: PERF402 - what is done is printed also when a later source stops all
    finally:
        if results:
            print_rows(_results_table(results), form, columns=_SHOWN)
    if not results:
        raise SourceError(f"there is no file in {', '.join(map(str, paths))}: nothing was read")
    failed = [_said_what_went_wrong(result, form) for result in results]
    if any(failed):
        raise typer.Exit(1)


def _columns_by_field(pairs: Sequence[str]) -> dict[str, str]:
    from ais_gaps.readers.interface import MAPPABLE_FIELDS

    columns: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals or not column:
            raise UsageError(f"--map {pair}: say FIELD=COLUMN, such as mmsi=vessel_id")
        if field not in MAPPABLE_FIELDS:
            raise UsageError(f"--map {pair}: there is no field {field}; the fields are {', '.join(MAPPABLE_FIELDS)}")
        if field in columns:
            raise UsageError(f"--map {pair}: {field} is mapped twice")
        columns[field] = column
    return columns


def _results_table(results: Sequence[SourceResult]) -> pa.Table:
    import pyarrow as pa

    schema = pa.schema(
        {
            "source": pa.string(),
            "reader": pa.string(),
            "rows_read": pa.int64(),
            "rows_kept": pa.int64(),
            "rows_duplicate": pa.int64(),
            "rows_rejected": pa.int64(),
            "first_ts": pa.timestamp("us", tz="UTC"),
            "last_ts": pa.timestamp("us", tz="UTC"),
            "already_known": pa.bool_(),
            "rejected_by_reason": pa.map_(pa.string(), pa.int64()),
            "seconds": pa.float64(),
            "sha256": pa.string(),
            "error": pa.string(),
        }
    )
    rows = [{name: getattr(result, name) for name in schema.names} for result in results]
    for row in rows:
        row["rejected_by_reason"] = list(row["rejected_by_reason"].items())
        row["seconds"] = round(row["seconds"], 3)
        row |= {name: row[name] or None for name in ("reader", "sha256")}  # unknown of a file that could not be read
    return pa.Table.from_pylist(rows, schema=schema)


def _said_what_went_wrong(result: SourceResult, form: Format) -> bool:
    """Say what a person should know of a source, and tell whether it failed."""
    if result.error is not None:
        say(result.error if result.error.startswith(result.source) else f"{result.source}: {result.error}")
        return True
    if result.already_known:
        say(f"{result.source}: known already, not read again")
        return False
    reasons = sorted(result.rejected_by_reason.items(), key=lambda item: (-item[1], item[0]))
    if form is Format.TABLE:
        for reason, count in reasons:
            say(f"{result.source}: {count:,} rejected: {reason}")
    if result.rows_read == 0:
        say(f"{result.source}: WARNING: there are no rows in it")
    elif result.rows_kept == 0:
        say(
            f"{result.source}: WARNING: NOTHING WAS STORED of {result.rows_read:,} rows: "
            f"{result.rows_rejected:,} rejected, {result.rows_duplicate:,} duplicates"
        )
        return result.rows_rejected > 0
    return False


def sources(context: typer.Context, as_known: AsKnown = None, form: AsFormat = Format.TABLE) -> None:
    """List what went into the archive.

    Each source with its hash, format, provider, span and counts.

    \b
    Examples:
      ais-gaps sources
      ais-gaps sources --as-known 2024-02-01 --format csv
    """
    print_rows(open_archive(context).sources(as_known=as_known), form, columns=_SHOWN_SOURCES)


def rejects(
    context: typer.Context,
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="File name of a source; all sources if not said.")
    ] = None,
    as_known: AsKnown = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """List the rows that were not taken in, and why.

    Each with its source, line or record number, reason and raw text.

    \b
    Examples:
      ais-gaps rejects
      ais-gaps rejects AIS_2024_01_01.csv --format csv
    """
    print_rows(open_archive(context).rejects(source, as_known=as_known), form)
