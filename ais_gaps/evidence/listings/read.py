"""A file of a sanctions list to rows of `LISTINGS`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa

from ais_gaps.errors import UnknownFormat
from ais_gaps.evidence.listings import ftm, ofac, opensanctions, plain
from ais_gaps.evidence.listings.formats import FORMATS, format_of, only, plain_separator
from ais_gaps.evidence.listings.row import Read, tables
from ais_gaps.readers.content import described
from ais_gaps.readers.delimited import head_rows
from ais_gaps.readers.source import Source


def read(path: Path, *, seen_on: date | None = None) -> tuple[pa.Table, pa.Table]:
    """The ships of a list (`LISTINGS`), and the rows about ships that were not taken (`REFUSED`), each in the file's order.

    Rows about persons, companies and aircraft are neither. A row without a valid IMO number is taken, with the reason in `note`.

    Args:
        path: the file; see `recognise`.
        seen_on: the day of which the file is the list. It is nowhere in an OFAC file and is not guessed from the file's name.
            A row that gives such a day itself keeps its own.

    Raises:
        UnknownFormat: the content is none of `FORMATS`.
        SourceError: the file cannot be read.
    """
    source = only(path)
    name = format_of(source)
    if name is None:
        known = ", ".join(FORMATS.values())
        raise UnknownFormat(f"{source.name}: {described(source)}; lists of ships that can be read: {known}")
    reader = {"ofac_sdn": _ofac, "opensanctions": _opensanctions, "ftm_json": _ftm, "plain": _plain}[name]
    rows, all_rows = reader(source)
    return tables(rows, file=source.name, sha256=source.sha256, known={"seen_on": seen_on, "format": name, **all_rows})


def _ofac(source: Source) -> tuple[Read, dict[str, str]]:
    known = {"authority": ofac.AUTHORITY, "list": ofac.LIST, "publisher": ofac.PUBLISHER, "title": ofac.TITLE}
    return ofac.read(source), known


def _opensanctions(source: Source) -> tuple[Read, dict[str, str]]:
    kind = opensanctions.kind([cell.strip().lower() for cell in head_rows(source, ",", limit=1)[0]])
    title = opensanctions.TITLES[kind or "maritime"]
    return opensanctions.read(source), {"publisher": opensanctions.PUBLISHER, "title": title}


def _ftm(source: Source) -> tuple[Read, dict[str, str]]:
    return ftm.read(source), {"title": ftm.TITLE}


def _plain(source: Source) -> tuple[Read, dict[str, str]]:
    return plain.read(source, plain_separator(source) or ","), {}
