"""Which list a file is, told from its content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ais_gaps.errors import SourceError
from ais_gaps.evidence.listings import ofac, opensanctions, plain
from ais_gaps.readers.delimited import SEPARATORS, head_rows
from ais_gaps.readers.jsonlines import head_objects
from ais_gaps.readers.source import Source, sources

FORMATS = {
    "ofac_sdn": "OFAC's Specially Designated Nationals list as sdn.csv",
    "opensanctions": "OpenSanctions' maritime.csv or targets.simple.csv",
    "ftm_json": "FollowTheMoney entities as JSON, one a line (entities.ftm.json, targets.nested.json) or an array",
    "plain": "a table with a column imo or name",
}
"""The formats, with one line of meaning each."""

_ENTITY = (re.compile(rb'"schema"\s*:\s*"'), re.compile(rb'"properties"\s*:\s*\{'))


def recognise(path: Path) -> str | None:
    """The name of the format (see `FORMATS`); None where it is none of them. The file's name plays no part.

    gzip, Zstandard and a zip with one file in it are looked into.

    Raises:
        SourceError: there is no such file, or it cannot be read.
    """
    return format_of(only(path))


def only(path: Path) -> Source:
    """The one source at a path.

    Raises:
        SourceError: there is none, or it is a folder or a zip with several.
    """
    found = list(sources(path))
    if len(found) != 1 or path.is_dir():
        raise SourceError(f"{path.name}: {len(found)} files are in it; name the one that is the list")
    return found[0]


def format_of(source: Source) -> str | None:
    """As `recognise`, of a source."""
    if source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        objects = head_objects(source)
        if any(isinstance(o.get("schema"), str) and isinstance(o.get("properties"), dict) for o in objects):
            return "ftm_json"
        return "ftm_json" if not objects and all(part.search(source.head) for part in _ENTITY) else None
    if ofac.is_sdn(head_rows(source, ",", limit=20)):
        return "ofac_sdn"
    if opensanctions.kind(_header(source, ",")) is not None:
        return "opensanctions"
    return "plain" if plain_separator(source) is not None else None


def plain_separator(source: Source) -> str | None:
    """What parts the cells of a plain table; None where it is no plain table."""
    return next((s for s in SEPARATORS if plain.is_header(_header(source, s))), None)


def _header(source: Source, separator: str) -> Sequence[str]:
    rows = head_rows(source, separator, limit=1)
    return [cell.strip().lower() for cell in rows[0]] if rows else []
