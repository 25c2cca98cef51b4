"""The dossier's JSON Schema: made from the classes, up to date, met by every dossier, and not by a broken one."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import jsonschema
import pytest

from ais_gaps.dossier import Dossier
from tests import angara_case as case
from tests.conftest import ROOT
from tests.full_dossier import full, real

FILE = ROOT / "ais_gaps" / "data" / "dossier.schema.json"


@cache
def validator() -> Any:
    schema = json.loads(FILE.read_text(encoding="utf-8"))
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def faults(value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(value)]


def told(dossier: Dossier) -> Any:
    return json.loads(dossier.to_json())


def objects(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for item in schema.values():
            yield from objects(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from objects(item)


def test_the_file_is_what_the_classes_say() -> None:
    spec = importlib.util.spec_from_file_location("make_dossier_schema", ROOT / "docs" / "make_dossier_schema.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert FILE.read_text(encoding="utf-8") == module.text(), "run python docs/make_dossier_schema.py"


def test_every_property_is_described_and_no_other_is_allowed() -> None:
    for found in objects(validator().schema):
        assert found["additionalProperties"] is False
        assert all(item["description"].strip() for item in found["properties"].values())
        assert sorted(found["required"]) == sorted(found["properties"])


@pytest.mark.parametrize("imo", [case.ANGARA, case.OTHER_ANGARA, case.LADY_R, case.MAIA])
def test_dossiers_of_the_case_are_valid(imo: int) -> None:
    assert faults(told(real(imo))) == []


def test_a_dossier_with_every_part_filled_is_valid() -> None:
    value = told(full())
    assert faults(value) == []
    for part in ("legs", "candidates", "groups", "remarks"):
        assert value["silences"][0][part], part
    for part in ("track", "series", "citations", "evidence", "not_her"):
        assert value[part], part


BROKEN = {
    "another schema": lambda value: value.update(schema="ais_gaps.dossier/1"),
    "a field too many": lambda value: value.update(verdict="guilty"),
    "a field missing": lambda value: value["silences"][0].pop("cause"),
    "a number for words": lambda value: value["who"][0].update(text=3),
    "a time without a zone": lambda value: value["silences"][0]["gap"].update(off_ts="2023-08-10T06:40:00"),
    "a day that is none": lambda value: value["elsewhere"][0].update(date_start="2023-02-30"),
    "an unknown column": lambda value: value["vessel"].update(guilty=True),
    "a point without a longitude": lambda value: value["track"][0]["points"][0].pop(),
    "an area that is none": lambda value: value["silences"][0]["legs"][0]["area"].update(type="Circle"),
    "refs that are no list": lambda value: value["who"][0].update(refs="V1"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_dossier_is_found(how: str) -> None:
    value = deepcopy(told(full()))
    BROKEN[how](value)
    assert len(faults(value)) == 1, how
