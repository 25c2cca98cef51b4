"""A dossier's file, as a stranger hands it over: read with care, and no more believed than a claim."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ais_gaps.dossier.model import SCHEMA
from ais_gaps.errors import SourceError

_LARGEST_BYTES = 256 * 2**20
_DEEPEST = 100  # lists and objects in one another; a dossier has about fifteen
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Claim:
    """What a file says.

    Attributes:
        said: the whole of it, as JSON values.
        program: name and version of the program that is said to have made it.
        vessel, min_hours, as_of, as_known: the question.
        sources: file names of the sources of reports, by SHA-256.
        tables: versions of the archive's small tables, by name.
    """

    said: dict[str, Any]
    program: str
    vessel: str
    min_hours: float
    as_of: datetime | None
    as_known: datetime | None
    sources: dict[str, str]
    tables: dict[str, int]


def read_claim(path: Path) -> Claim:
    """Reads a dossier that ``investigate --format json`` wrote.

    Raises:
        SourceError: it is none, or none of this form; the message says what was expected and what was found.
        OSError: it cannot be read.
    """
    try:
        said = _parsed(path)
        _not_too_deep(said)
        return _claim(said)
    except _Wrong as wrong:
        raise SourceError(f"{path.name} is no dossier that can be verified: {wrong}") from wrong


class _Wrong(ValueError):
    """What was expected and what was found."""


def _parsed(path: Path) -> Any:
    with path.open("rb") as stream:
        raw = stream.read(_LARGEST_BYTES + 1)
    if len(raw) > _LARGEST_BYTES:
        raise _Wrong(f"expected at most {_LARGEST_BYTES // 2**20} MB")
    if not raw.strip():
        raise _Wrong("expected JSON, found an empty file")
    try:
        return json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except _Wrong:
        raise
    except UnicodeDecodeError as error:
        raise _Wrong("expected JSON in UTF-8, found other bytes") from error
    except json.JSONDecodeError as error:
        ends = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")
        cut = " (it ends too early)" if ends else ""
        raise _Wrong(f"expected JSON, found an error in line {error.lineno}, column {error.colno}{cut}") from error
    except (RecursionError, ValueError) as error:
        raise _Wrong("expected JSON, found values nested too deep or numbers too long") from error


def _not_too_deep(said: Any) -> None:
    level = [said]
    for _ in range(_DEEPEST):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    if level:
        raise _Wrong("expected a dossier, found values nested too deep")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that has a name twice shows one reader this and another that."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Wrong(f"the name {twice[:40]!r} stands twice in one object")
    return found


def _no_number(text: str) -> Any:
    raise _Wrong(f"{text} is no number of JSON")


def _claim(said: Any) -> Claim:
    if not isinstance(said, dict):
        raise _Wrong(f"expected an object, found {_kind(said)}")
    if said.get("schema") != SCHEMA:
        raise _Wrong(f"expected schema {SCHEMA!r}, found {_shown(said.get('schema'))}")
    made: dict[str, Any] = _typed(said, "provenance", dict, "")
    at = "provenance."
    min_hours = _typed(made, "min_hours", (int, float), at)
    if not (math.isfinite(min_hours) and min_hours >= 1):
        raise _Wrong(f"expected provenance.min_hours of 1 or more, found {_shown(min_hours)}")
    sources = [_source(item) for item in _typed(made, "sources", list, at)]
    tables = [_table(item) for item in _typed(made, "tables", list, at)]
    return Claim(
        said=said,
        program=_typed(made, "program", str, at),
        vessel=_typed(made, "vessel", str, at),
        min_hours=float(min_hours),
        as_of=_moment(made, "asked_as_of"),
        as_known=_moment(made, "as_known"),
        sources=dict(sources),
        tables=dict(tables),
    )


def _source(item: Any) -> tuple[str, str]:
    at = "provenance.sources[]."
    sha256: str = _typed(item, "sha256", str, at)
    if not _SHA256.fullmatch(sha256):
        raise _Wrong(f"expected {at}sha256 of 64 hexadecimal digits, found {_shown(sha256)}")
    return sha256, _typed(item, "file", str, at)


def _table(item: Any) -> tuple[str, int]:
    at = "provenance.tables[]."
    return _typed(item, "table", str, at), _typed(item, "version", int, at)


def _moment(made: dict[str, Any], name: str) -> datetime | None:
    text = _typed(made, name, (str, type(None)), "provenance.")
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _Wrong(f"expected provenance.{name} as an ISO 8601 time, found {_shown(text)}") from error


def _typed(holder: Any, name: str, kind: type | tuple[type, ...], at: str) -> Any:
    """A member of an object; true and false are no numbers."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        raise _Wrong(f"expected {_KINDS[kinds[0]]} as {at}{name}, found {_shown(value)}")
    return value


_KINDS = {dict: "an object", list: "a list", str: "text", int: "a number", float: "a number"}


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "another value")


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return repr(value)[:60] if isinstance(value, (str, int, float)) else _kind(value)
