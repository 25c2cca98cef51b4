"""Rows on standard output, in the format that the user asks for."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from ais_gaps.cli.stderr import say
from ais_gaps.errors import AisGapsError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa


_NAMED = 5  # columns that are not shown, by name


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    NDJSON = "ndjson"


class MapFormat(StrEnum):
    """How rows are printed that say where things are."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    NDJSON = "ndjson"
    GEOJSON = "geojson"


AsFormat = Annotated[Format, typer.Option("--format", "-f", metavar="FORMAT", help="table, json, csv or ndjson.")]
AsMapFormat = Annotated[
    MapFormat, typer.Option("--format", "-f", metavar="FORMAT", help="table, json, csv, ndjson or geojson.")
]


def print_rows(
    table: pa.Table,
    form: Format | MapFormat,
    *,
    columns: Sequence[str] | None = None,
    below: Callable[[int, int | None], str] | None = None,
) -> None:
    """Print a table.

    Args:
        table: the rows.
        form: how.
        columns: which columns the table for a person shows, best first; the other formats always give all.
        below: what stands under a row of the table for a person: of its number, and the width of a line where there is one.

    Raises:
        UsageError: geojson, and the columns do not say where things are.
    """
    from ais_gaps import tabular

    match form.value:
        case "table":
            width = _line_width()
            under = None if below is None else lambda number: below(number, width)
            hidden = tabular.write_grid(table, open_page(), width=width, columns=columns, below=under)
            if not table.num_rows:
                say("no rows")
            elif hidden:
                names = ", ".join(hidden[:_NAMED]) + (", ..." if len(hidden) > _NAMED else "")
                say(f"{len(hidden)} more columns with --format csv, json or ndjson: {names}")
        case "json":
            tabular.write_json(table, open_data())
        case "ndjson":
            tabular.write_ndjson(table, open_data())
        case "csv":
            tabular.write_csv(table, open_data())
        case "geojson" if tabular.has_geometry(table):
            tabular.write_geojson(table, open_data())
        case "geojson":
            raise UsageError("these rows have no lat and lon columns: print them as table, json, csv or ndjson")


def open_page() -> TextIO:
    """Standard output for a person: in the terminal's encoding, what that cannot show replaced."""
    return _stdout(encoding=None, errors="replace")


def open_data() -> TextIO:
    """Standard output for programs: UTF-8 wherever it goes."""
    return _stdout(encoding="utf-8", errors="strict")


def _stdout(encoding: str | None, errors: str) -> TextIO:
    if sys.stdout is None:
        raise AisGapsError("standard output is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors=errors, newline="\n")
    return sys.stdout


def _line_width() -> int | None:
    """Characters in a line of the terminal; None where the output goes elsewhere and COLUMNS says nothing."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return None
