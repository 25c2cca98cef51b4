"""One file of evidence, recognised from its content, to a `Parcel`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from ais_gaps.errors import SourceError, UnknownFormat
from ais_gaps.evidence import detections, features, stac
from ais_gaps.evidence.judge import Judge
from ais_gaps.evidence.parcel import Parcel
from ais_gaps.evidence.read import content_of, header_of, parse_lines, refusals, table_named, text_of
from ais_gaps.evidence.tables import LISTINGS, OBSERVATIONS, TABLES
from ais_gaps.names import tidy

EXPECTED = (
    "expected a table of evidence with the columns of docs/evidence.md, GeoJSON observations, a STAC Item or ItemCollection, "
    "a table of ship detections, or a sanctions list"
)

_WITHOUT_IDS: Mapping[str, frozenset[str]] = {
    "observations": frozenset({"kind", "observed"}),
    "events": frozenset({"event", "date_start"}),
    "notes": frozenset({"kind", "text"}),
}
"""Columns by which a table is known that gives no ids."""

_SHOWN = 8  # column names in a message


@dataclass(frozen=True)
class Saying:
    """What the user says of a file.

    Attributes:
        source: publisher, title, url, published of every row that does not give its own.
        seen_on: the day of a sanctions list's copy.
    """

    source: Mapping[str, str]
    seen_on: date | None = None


def read(path: Path, saying: Saying) -> Parcel:
    """The evidence of a file.

    Raises:
        UnknownFormat: the content is nothing that is known; the message says what was expected and found.
        SourceError: it cannot be read.
    """
    content = content_of(path)
    if content.startswith(b"PAR1"):
        header = detections.parquet_header(content, path.name)
        if detections.recognise(header):
            return detections.read_parquet(content, path.name, saying.source)
        raise _unknown(path.name, f"a Parquet file with {_columns(header)}", header)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _json(content, path, saying)
    return _listing(path, content, saying) if _is_packed(content) else _delimited(content, path, saying)


def _delimited(content: bytes, path: Path, saying: Saying) -> Parcel:
    first = detections.first_line(content)
    header = header_of(first)
    if (table := _table_of(header)) is not None:
        rows, lines, refused = parse_lines(content, table_named(table), path.name, saying.source)
        passed = tuple(name for name in header if name not in rows.column_names)
        return Parcel(path.name, _sha256(content), f"table of {table} (CSV)", table, rows, refused, lines, passed)
    for separator in (",", ";", "\t"):
        header = first.split(separator)
        if detections.recognise([name.strip().strip('"') for name in header]):
            text_of(content, path.name)
            return detections.read_csv(content, path.name, separator, saying.source)
    return _listing(path, content, saying)


def _json(content: bytes, path: Path, saying: Saying) -> Parcel:
    try:
        found = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        if (parcel := _listing_or_none(path, content, saying)) is not None:
            return parcel
        raise SourceError(f"{path.name}: not readable as JSON: {error.msg} in line {error.lineno}") from error
    kind = found.get("type") if isinstance(found, dict) else None
    if isinstance(found, dict) and kind in ("Catalog", "Collection") and "stac_version" in found:
        raise UnknownFormat(
            f"{path.name}: a STAC {kind}, which holds no images itself; give its items or an ItemCollection"
        )
    items = found.get("features") if kind == "FeatureCollection" else [found] if kind == "Feature" else None
    if isinstance(items, list) and items:
        if any(map(stac.is_item, items)):
            form = "STAC Item" if kind == "Feature" else "STAC ItemCollection"
            return _features(items, stac.row, form, content, path, saying)
        if any(map(features.is_observation, items)):
            return _features(items, features.row, "GeoJSON observations", content, path, saying)
        raise UnknownFormat(
            f"{path.name}: GeoJSON, but no feature has the properties kind and observed; found {_properties(items)}. "
            "Places go in by 'ais-gaps places add'"
        )
    if items == []:
        raise UnknownFormat(f"{path.name}: a FeatureCollection without features")
    return _listing(path, content, saying)


def _features(
    items: Sequence[Any],
    row: Callable[[Any, Judge], dict[str, Any]],
    form: str,
    content: bytes,
    path: Path,
    saying: Saying,
) -> Parcel:
    judge = Judge(OBSERVATIONS, saying.source)
    taken: list[dict[str, Any]] = []
    lines: list[int] = []
    refused: list[tuple[int, str]] = []
    for number, item in enumerate(items, start=1):
        for part in stac.parts(item):
            try:
                taken.append(row(part, judge))
                lines.append(number)
            except ValueError as error:
                refused.append((number, str(error)))
    passed = () if form.startswith("STAC") else tuple(n for n in _property_names(items) if n not in OBSERVATIONS.names)
    rows = pa.Table.from_pylist(taken, schema=OBSERVATIONS.arrow)
    turned_away = refusals(path.name, refused)
    return Parcel(path.name, _sha256(content), form, OBSERVATIONS.name, rows, turned_away, lines, passed)


def _listing(path: Path, content: bytes, saying: Saying) -> Parcel:
    parcel = _listing_or_none(path, content, saying)
    if parcel is not None:
        return parcel
    if b"\0" in content[:65_536]:
        raise _unknown(path.name, "bytes that are no text", ())
    if not content.strip():
        raise _unknown(path.name, "an empty file", ())
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        raise _unknown(path.name, "JSON of another kind", ())
    text_of(content, path.name)
    header = header_of(detections.first_line(content))
    raise _unknown(path.name, f"text that starts with {_columns(header)}", header)


def _listing_or_none(path: Path, content: bytes, saying: Saying) -> Parcel | None:
    from ais_gaps.evidence import listings

    form = listings.recognise(path)
    if form is None:
        return None
    rows, refused = listings.read(path, seen_on=saying.seen_on)
    lines = range(1, len(rows) + 1)
    return Parcel(
        path.name, _sha256(content), f"sanctions list ({listings.FORMATS[form]})", LISTINGS.name, rows, refused, lines
    )


def _table_of(header: Sequence[str]) -> str | None:
    for table in TABLES:
        if table.names[0] in header:
            return table.name
    return next((name for name, columns in _WITHOUT_IDS.items() if columns <= set(header)), None)


def _is_packed(content: bytes) -> bool:
    """gzip, Zstandard or zip, which the readers of lists look into."""
    return content.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"))


def _unknown(file: str, found: str, header: Sequence[str]) -> UnknownFormat:
    hint = ". AIS reports go in by 'ais-gaps ingest'" if detections.is_ais(header) else ""
    return UnknownFormat(f"{file}: {EXPECTED}; found {found}{hint}")


def _columns(header: Sequence[str]) -> str:
    shown = [tidy(name)[:40] for name in header[:_SHOWN]]
    return f"the columns {', '.join(shown)}{', ...' if len(header) > _SHOWN else ''}"


def _properties(items: Sequence[Any]) -> str:
    names = [tidy(name)[:40] for name in _property_names(items)]
    return f"{', '.join(names[:_SHOWN])}{', ...' if len(names) > _SHOWN else ''}" if names else "none"


def _property_names(items: Sequence[Any]) -> list[str]:
    found = [i["properties"] for i in items if isinstance(i, dict) and isinstance(i.get("properties"), dict)]
    return list(dict.fromkeys(name for properties in found for name in properties))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
