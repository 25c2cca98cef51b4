"""Two dossiers held against one another: the same is the same, and whatever was changed is found and named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.dossier.claim import read_claim
from ais_gaps.dossier.model import SCHEMA
from ais_gaps.dossier.recheck import NOTHING, Difference, compare
from ais_gaps.errors import SourceError
from tests.full_dossier import full

Step = str | int
Path_ = tuple[Step, ...]


@cache
def told() -> Any:
    value = json.loads(full().to_json())
    value["provenance"]["sources"][0]["sha256"] = "ab" * 32
    return value


def leaves(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from leaves(item, (*path, i))
    else:
        yield path


@cache
def all_leaves() -> list[Path_]:
    return list(leaves(told()))


def at(value: Any, path: Path_) -> Any:
    for step in path:
        value = value[step]
    return value


def jsonpath(path: Path_) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def put(value: Any, path: Path_, new: Any) -> Any:
    changed = deepcopy(value)
    at(changed, path[:-1])[path[-1]] = new
    return changed


def other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case str():
            return f"{value[:-1]}{'x' if value[-1:] != 'x' else 'y'}"
        case None:
            return 0
    return value + 1


def test_a_dossier_is_the_same_as_itself() -> None:
    assert compare(told(), deepcopy(told())) == []


@settings(max_examples=150)
@given(st.data())
def test_one_changed_value_is_found_where_it_is_and_nothing_else(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(all_leaves()))
    changed = put(told(), path, other(at(told(), path)))
    (found,) = compare(changed, told())
    assert found.path == jsonpath(path)
    assert found.claimed != found.found


@pytest.mark.parametrize("letter", ["a", "\u044f", "\U0001f6a2"])
def test_what_differs_is_shown_however_long_its_letters_are_when_escaped(letter: str) -> None:
    (found,) = compare({"a": letter * 200 + "x"}, {"a": letter * 200 + "y"})
    assert found.claimed != found.found and found.claimed.endswith('x"') and found.found.endswith('y"')


@settings(max_examples=60)
@given(st.data())
def test_whatever_is_left_out_of_a_list_or_put_into_one_is_found(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in all_leaves() if isinstance(path[-1], int) or len(path) > 2]))
    where = next(path[:n] for n in range(len(path), 0, -1) if isinstance(at(told(), path[: n - 1]), list))
    changed = deepcopy(told())
    del at(changed, where[:-1])[where[-1]]
    holder = jsonpath(where[:-1])
    missing, added = compare(changed, told()), compare(told(), changed)
    assert missing and all(found.path.startswith(holder) for found in missing)
    assert any(found.claimed == NOTHING for found in missing)
    assert any(found.found == NOTHING for found in added)


def test_an_item_left_out_from_the_midst_does_not_shift_the_others() -> None:
    changed = deepcopy(told())
    gone = changed["citations"].pop(3)
    (found,) = compare(changed, told())
    assert (found.path, found.claimed) == ("$.citations[3]", NOTHING)
    assert gone["ref"] in found.found


def test_another_order_of_the_same_items_is_one_difference() -> None:
    changed = deepcopy(told())
    changed["silences"].reverse()
    (found,) = compare(changed, told())
    assert found.path == "$.silences"


def test_a_forged_ref_is_named_as_that() -> None:
    findings = ("silences", 0, "groups", 0, "findings")
    changed = put(told(), (*findings, 1, "refs", 0), "O999")
    ref = at(told(), (*findings, 1, "refs", 0))
    assert compare(changed, told()) == [
        Difference("$.silences[0].groups[0].findings[1].refs[0]", '"O999"', json.dumps(ref))
    ]


@pytest.mark.parametrize(("claimed", "made"), [(True, 1), (0, False), (None, 0), ("1", 1), ({}, []), ([], None)])
def test_values_of_another_kind_are_not_the_same(claimed: Any, made: Any) -> None:
    assert [found.path for found in compare({"a": claimed}, {"a": made})] == ["$.a"]


def test_long_texts_are_shown_from_where_they_part_and_in_ascii() -> None:
    text = "Seen at Rajin. " * 40
    (found,) = compare({"a": text + "\u0410ngara"}, {"a": text + "Angara"})
    assert "\\u0410ngara" in found.claimed and "Angara" in found.found
    assert len(found.claimed) <= 120 and found.claimed.isascii()


def test_names_that_are_no_words_are_quoted_in_the_path() -> None:
    (found,) = compare({"a b\u202e": 1}, {"a b\u202e": 2})
    assert found.path == '$["a b\\u202e"]'


# -- files of strangers ------------------------------------------------------------------------------------------------


def provenance(**changed: Any) -> bytes:
    return json.dumps({**told(), "provenance": {**told()["provenance"], **changed}}).encode()


HOSTILE = {
    "empty": (b"", "found an empty file"),
    "not JSON": (b"# A page", "found an error in line 1, column 1"),
    "cut in a list": (json.dumps(told()).encode()[:-40], "it ends too early"),
    "cut in a text": (full().to_json().encode()[:1000], "it ends too early"),
    "other bytes": (b"\xff\xfe\x00", "JSON in UTF-8"),
    "a list": (b"[1]", "expected an object, found a list"),
    "another file": (b'{"type": "FeatureCollection"}', f"expected schema '{SCHEMA}', found nothing"),
    "another schema": (b'{"schema": "ais_gaps.dossier/1"}', "found 'ais_gaps.dossier/1'"),
    "no provenance": (json.dumps({"schema": SCHEMA}).encode(), "expected an object as provenance"),
    "nested too deep for a parser": (b"[" * 100_000, "nested too deep"),
    "nested too deep for a dossier": (b'{"a":' + b"[" * 500 + b"]" * 500 + b"}", "nested too deep"),
    "a name twice": (b'{"schema": "a", "schema": "b"}', "'schema' stands twice"),
    "no number": (b'{"a": NaN}', "NaN is no number"),
    "a number too long": (b'{"a": ' + b"9" * 5000 + b"}", "numbers too long"),
    "no vessel": (provenance(vessel=None), "expected text as provenance.vessel, found nothing"),
    "a threshold that is none": (provenance(min_hours=True), "expected a number as provenance.min_hours"),
    "a threshold below the floor": (provenance(min_hours=0), "of 1 or more"),
    "a time that is none": (provenance(asked_as_of="soon"), "expected provenance.asked_as_of as an ISO 8601 time"),
    "a hash that is none": (provenance(sources=[{"file": "a", "sha256": "../../x"}]), "64 hexadecimal digits"),
    "tables by name": (provenance(tables={"places": 1}), "expected a list as provenance.tables, found an object"),
    "a version that is none": (provenance(tables=[{"table": "places", "version": "1"}]), "expected a number"),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_file_that_is_no_dossier_is_refused_in_one_line(tmp_path: Path, how: str) -> None:
    raw, said = HOSTILE[how]
    file = tmp_path / "d.json"
    file.write_bytes(raw)
    with pytest.raises(SourceError) as refused:
        read_claim(file)
    assert said in str(refused.value) and "\n" not in str(refused.value) and len(str(refused.value)) < 250


def test_a_claim_reads_the_question_and_the_snapshot(tmp_path: Path) -> None:
    file = tmp_path / "d.json"
    file.write_bytes(provenance(asked_as_of="2024-01-01T00:00:00Z"))
    claim = read_claim(file)
    assert (claim.vessel, claim.min_hours, claim.as_known) == ("IMO9179842", 6.0, None)
    assert claim.as_of is not None and claim.as_of.isoformat() == "2024-01-01T00:00:00+00:00"
    assert claim.sources == {"ab" * 32: "reports.csv"} and claim.tables == {"places": 0, "evidence_notes": 3}
