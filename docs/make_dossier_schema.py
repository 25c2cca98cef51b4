"""Writes ais_gaps/data/dossier.schema.json (JSON Schema 2020-12) from the classes of a dossier: their types and docstrings.

python docs/make_dossier_schema.py            write it
python docs/make_dossier_schema.py --check    exit 1 if it is not up to date
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ais_gaps.dossier.model import SCHEMA, Dossier
from ais_gaps.schema import GAPS
from ais_gaps.vessels import VESSELS

FILE = Path(__file__).parent.parent / "ais_gaps" / "data" / "dossier.schema.json"

FURTHER = {
    "Statement.text": "One or more whole sentences.",
    "Statement.refs": "Ids of the rows that they rest on.",
    "Finding.date_start": "The first day that it may concern.",
    "Finding.date_end": "The last day that it may concern.",
    "Finding.length_min_m": "Least length of the hull in metres, as stated.",
    "Finding.length_max_m": "Greatest length of the hull in metres, as stated.",
    "Finding.ts": "The moment, where the source gives it.",
    "Finding.publisher": "Who published it.",
    "Finding.published": "When, as the source gives it.",
    "Finding.url": "Where.",
    "Group.role": "What its findings are to the silence.",
    "Group.heading": "The role in words.",
    "Group.findings": "By date.",
    "Remark.kind": "reconstruction, conflict, alternative or explanation.",
    "Remark.text": "The note.",
    "Remark.refs": "Ids of its rows.",
    "Term.name": "What it is about.",
    "Term.nats": "Its weight: natural logarithm of odds.",
    "Term.text": "What it says.",
    "Reachable.place_id": "Id of the place.",
    "Reachable.place": "Its name.",
    "Reachable.watched": "It is a watched place.",
    "Reachable.out_nm": "Way by sea from the leg's start.",
    "Reachable.back_nm": "Way by sea on to the leg's end; null for an open leg.",
    "Reachable.earliest_arrival": "With the fixes' dates at their most favourable.",
    "Reachable.latest_departure": "With the fixes' dates at their most favourable; null for an open leg.",
    "Reachable.lat": "Latitude, degrees WGS84.",
    "Reachable.lon": "Longitude, degrees WGS84.",
    "Leg.start": "The fix that it begins with.",
    "Leg.hours_least": "How long it lasted, with the fixes' dates at their nearest.",
    "Leg.hours_most": "How long it lasted, with the fixes' dates at their widest.",
    "Leg.area_text": "How far, or why it is not drawn.",
    "Candidate.rivals_total": "How many other ships fit.",
    "Rival.name": "Her name, where known.",
    "Rival.imo": "Her IMO number, where known.",
    "Rival.mmsi": "Her MMSI, where known.",
    "Rival.basis": "Why she fits: heard there, silent then and in reach, or named there.",
    "Rival.text": "The same in words.",
    "Rival.share": "Hers among the ships known to fit.",
    "Rival.refs": "Ids of the rows.",
    "Silence.when": "From when to when.",
    "Silence.where": "Where last heard and heard again.",
    "Silence.cause": "What is judged of the cause.",
    "Reason.text": "A whole sentence.",
    "Reason.nats": "Its weight: above 0 for a choice, below 0 against; null where it only says what is known.",
    "SeriesValue.date_start": "First day that it is of.",
    "SeriesValue.date_end": "Last day that it is of.",
    "SeriesValue.value": "What was counted.",
    "SeriesValue.out_of": "Out of how many, where the source says.",
    "SeriesValue.text": "The value held against the earlier ones, with span, number and maximum of these.",
    "SeriesValue.refs": "Ids of its rows.",
    "Series.place": "Where.",
    "Series.kind": "What was counted.",
    "Series.unit": "In which unit.",
    "Series.text": "The series in words.",
    "Series.values": "By date.",
    "TrackRun.points": "Time, latitude and longitude (degrees WGS84) of each, thinned for drawing.",
    "TrackRun.reports": "How many were heard.",
    "Namesake.name": "The name.",
    "Namesake.imo": "IMO number, where known.",
    "Namesake.mmsi": "MMSI under which the archive heard her.",
    "Namesake.found_in": "archive, register or both.",
    "Namesake.statements": "What is known of her.",
    "Citation.ref": "Id of the row.",
    "Citation.publisher": "Who published it.",
    "Citation.title": "Its title.",
    "Citation.url": "Where.",
    "Citation.published": "When, as the source gives it.",
    "ReportSource.file": "Name of the file.",
    "ReportSource.sha256": "Its SHA-256.",
    "ReportSource.rows_kept": "Reports taken from it.",
    "ReportSource.note": "What must be said with it.",
    "TableVersion.table": "Name of the table.",
    "TableVersion.version": "Counted from 0.",
    "EvidenceSource.file": "Name of the file.",
    "EvidenceSource.sha256": "Its SHA-256.",
    "EvidenceSource.rows": "Rows taken.",
    "EvidenceSource.refused": "Rows refused.",
    "Dossier.schema": "The name of this form.",
    "Dossier.title": "Name and number of the vessel.",
    "Dossier.provenance": "What it was made from.",
    "Dossier.evidence": "Files of evidence.",
}
"""Fields whose meaning no docstring's list gives, or gives for several at once."""

VESSEL = {
    "vessel": "her key: IMO and number, or MMSI and number",
    "imo": "IMO number",
    "mmsi": "MMSI, newest first",
    "name": "the latest name",
    "former_names": "earlier names, newest first",
    "call_signs": "call signs, newest first",
    "flag": "flag by the latest MMSI, ISO 3166-1 alpha-2",
    "ship_type": "ship type as sent",
    "length": "length over all in metres, as sent",
    "beam": "beam in metres, as sent",
    "ais_class": "A, B or null",
    "first_ts": "first time heard",
    "last_ts": "last time heard",
    "reports": "messages heard",
    "notes": "what is odd about this identity, in words",
}
ROWS = {"Silence.gap": "GapRow", "Dossier.vessel": "VesselRow"}
"""Fields that hold a row of a table."""

GEOMETRY = {
    "type": ["object", "null"],
    "required": ["type"],
    "properties": {
        "type": {
            "enum": [
                "Point",
                "MultiPoint",
                "LineString",
                "MultiLineString",
                "Polygon",
                "MultiPolygon",
                "GeometryCollection",
            ]
        },
        "coordinates": {"type": "array"},
        "geometries": {"type": "array"},
    },
    "additionalProperties": False,
}
MOMENT = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"}
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def schema() -> dict[str, Any]:
    """The whole schema. Fails where a field has no description, or one is given for a field that is not there."""
    classes: dict[str, Any] = {}
    missing: list[str] = []
    _collect(Dossier, classes, missing)
    stale = FURTHER.keys() - {f"{name}.{field}" for name, found in classes.items() for field in found["properties"]}
    if missing:
        raise SystemExit(f"fields without a description in their class's docstring or here: {', '.join(missing)}")
    if stale:
        raise SystemExit(f"descriptions of fields that are not there: {', '.join(sorted(stale))}")
    gap = {column.name: (column.type, _with_unit(column.meaning, column.unit)) for column in GAPS.columns}
    classes["GapRow"] = _row("A row of the gaps table.", gap)
    classes["VesselRow"] = _row("A row of the vessels table.", {f.name: (f.type, VESSEL[f.name]) for f in VESSELS})
    root = classes.pop("Dossier")
    root["properties"]["schema"] = {"const": SCHEMA, "description": FURTHER["Dossier.schema"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": "Dossier of a vessel",
        **root,
        "$defs": dict(sorted(classes.items())),
    }


def text() -> str:
    """The file's text."""
    return json.dumps(schema(), indent=2, ensure_ascii=True) + "\n"


def _collect(kind: type, classes: dict[str, Any], missing: list[str]) -> None:
    """Adds a class and all that its fields are made of."""
    if kind.__name__ in classes:
        return
    described = _described(kind)
    found: dict[str, Any] = {
        "description": " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split()),
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in fields(kind)],
        "properties": {},
    }
    classes[kind.__name__] = found
    for name, hint in typing.get_type_hints(kind).items():
        key = f"{kind.__name__}.{name}"
        meaning = FURTHER.get(key) or described.get(name)
        if meaning is None:
            missing.append(key)
        value = {"$ref": f"#/$defs/{ROWS[key]}"} if key in ROWS else _of(hint, classes, missing)
        found["properties"][name] = {"description": meaning, **value}


def _described(kind: type) -> dict[str, str]:
    """What the docstring's list of attributes says of each field.

    A description goes on to the next name of a field (or names, with commas) that begins a sentence or a part of one and is
    followed by a colon.
    """
    names = "|".join(field.name for field in fields(kind))
    listed = " ".join((inspect.getdoc(kind) or "").partition("Attributes:")[2].split())
    marks = list(re.finditer(rf"(?:^|(?<=[.;] ))((?:{names})(?:, (?:{names}))*): ", listed))
    found: dict[str, str] = {}
    ends = [mark.start() for mark in marks[1:]] + [len(listed)]
    for mark, end in zip(marks, ends, strict=False):
        said = listed[mark.end() : end].strip().rstrip(";")
        sentence = said[:1].upper() + said[1:]
        for name in mark[1].split(", "):
            found[name] = sentence if sentence.endswith(".") else f"{sentence}."
    return found


def _of(hint: Any, classes: dict[str, Any], missing: list[str]) -> dict[str, Any]:
    """The schema of a type."""
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    if hint is datetime:
        return dict(MOMENT)
    if hint is date:
        return dict(DAY)
    if is_dataclass(hint):
        _collect(typing.cast(type, hint), classes, missing)
        return {"$ref": f"#/$defs/{typing.cast(type, hint).__name__}"}
    arguments = typing.get_args(hint)
    match typing.get_origin(hint):
        case types.UnionType | typing.Union:
            return _or_null(next(a for a in arguments if a is not types.NoneType), classes, missing)
        case kind if kind is tuple:
            return _array(arguments, classes, missing)
        case kind if kind is Mapping:
            return dict(GEOMETRY)  # the one mapping that is no row of a table
    raise SystemExit(f"a type that the schema does not know: {hint}")


def _or_null(hint: Any, classes: dict[str, Any], missing: list[str]) -> dict[str, Any]:
    found = _of(hint, classes, missing)
    match found.get("type"):
        case str() as kind:
            return {**found, "type": [kind, "null"]}
        case None:
            return {"anyOf": [found, {"type": "null"}]}
    return found


def _array(arguments: tuple[Any, ...], classes: dict[str, Any], missing: list[str]) -> dict[str, Any]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return {"type": "array", "items": _of(arguments[0], classes, missing)}
    items = [_of(argument, classes, missing) for argument in arguments]
    return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}


def _row(meaning: str, columns: Mapping[str, tuple[pa.DataType, str]]) -> dict[str, Any]:
    return {
        "description": meaning,
        "type": "object",
        "additionalProperties": False,
        "required": list(columns),
        "properties": {
            name: {"description": f"{said[:1].upper()}{said[1:]}.", **_cell(kind)}
            for name, (kind, said) in columns.items()
        },
    }


def _with_unit(meaning: str, unit: str) -> str:
    return f"{meaning} ({unit})" if unit and unit not in meaning else meaning


def _cell(kind: pa.DataType) -> dict[str, Any]:
    """The schema of a column's values; each may be null."""
    if pa.types.is_list(kind):
        return {"type": ["array", "null"], "items": _cell(kind.value_type)}
    if pa.types.is_timestamp(kind):
        return {**MOMENT, "type": ["string", "null"]}
    if pa.types.is_boolean(kind):
        return {"type": ["boolean", "null"]}
    if pa.types.is_integer(kind):
        return {"type": ["integer", "null"]}
    if pa.types.is_floating(kind):
        return {"type": ["number", "null"]}
    if pa.types.is_string(kind):
        return {"type": ["string", "null"]}
    raise SystemExit(f"a column type that the schema does not know: {kind}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(
            FILE.read_text(encoding="utf-8") != text()
            and f"{FILE.name} is not up to date: run python docs/make_dossier_schema.py"
        )
    FILE.write_text(text(), encoding="utf-8")
