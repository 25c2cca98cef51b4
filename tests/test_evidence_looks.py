"""Looks: many rows and papers, one image; and what is never put together."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.evidence import LOOKS, OBSERVATIONS, look_ids, looks, same_as
from ais_gaps.evidence.judge import Judge
from ais_gaps.evidence.looks import NO_LOOK
from ais_gaps.evidence.tables import OBSERVATION_KINDS
from tests import angara_case as case
from tests.angara_case import utc

DAY = {"date_start": "2023-10-20", "date_end": "2023-10-20"}
SHIP = {**DAY, "kind": "vessel", "observed": "a ship", "place_ids": ["P01"], "sensor": "Planet Labs"}


def table(*rows: dict[str, Any]) -> pa.Table:
    judge = Judge(OBSERVATIONS)
    numbered = [{"obs_id": f"O{i}", **row} for i, row in enumerate(rows)]
    return pa.Table.from_pylist([judge.row(row) for row in numbered], schema=OBSERVATIONS.arrow)


def together(*rows: dict[str, Any]) -> bool:
    return len(set(look_ids(table(*rows)).to_pylist())) == 1


NOON, LATER = {"ts": "2023-10-20T02:01:00Z"}, {"ts": "2023-10-20T06:43:00Z"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (SHIP, {**SHIP, "kind": "containers", "observed": "stacks"}),
        (SHIP, {**SHIP, "sensor": "PLANET  labs"}),
        ({**SHIP, **NOON}, {**SHIP, **NOON, "sensor": "another wording"}),
        ({**SHIP, **NOON, "place": "Rajin port"}, {**SHIP, **NOON, "place": "the port of Rason"}),
        ({**SHIP, "place_ids": None, "place": "Our pier"}, {**SHIP, "place_ids": None, "place": "our PIER"}),
        ({**SHIP, "place_ids": ["P01", "P05"]}, {**SHIP, "place_ids": ["P05", "P01"]}),
        ({**SHIP, "look_id": "L"}, {**SHIP, "look_id": "L", "place_ids": ["P05"], **NOON}),
        ({**SHIP, "sensor": None, "provider": "Planet"}, {**SHIP, "sensor": None, "provider": "Planet"}),
    ],
)
def test_rows_of_one_image_are_one_look(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert together(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({**SHIP, **NOON}, {**SHIP, **LATER}),
        (SHIP, {**SHIP, **NOON}),
        (SHIP, {**SHIP, "place_ids": ["P05"]}),
        (SHIP, {**SHIP, "sensor": "Airbus"}),
        (SHIP, {**SHIP, "provider": "Airbus"}),
        ({**SHIP, "sensor": None}, {**SHIP, "sensor": None}),
        ({**SHIP, "place_ids": None}, {**SHIP, "place_ids": None}),
        ({**SHIP, "date_end": "2023-10-21"}, {**SHIP, "date_end": "2023-10-21"}),
        (SHIP, {**SHIP, "date_start": "2023-10-21", "date_end": "2023-10-21"}),
        ({**SHIP, "look_id": "L"}, {**SHIP, "look_id": "M"}),
        ({**SHIP, "look_id": "L"}, SHIP),
    ],
)
def test_rows_that_may_be_of_two_images_are_two_looks(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert not together(first, second)


def test_a_look_tells_what_it_saw_where_when_and_who_says_so() -> None:
    rows = table(
        {**SHIP, **NOON, "publisher": "VOA", "published": "2023-10-23", "resolution_m": 3.0},
        {**SHIP, **NOON, "kind": "containers", "observed": "a stack", "place": "Rajin", "publisher": "Donga"},
        {**SHIP, **NOON, "kind": "nothing_seen", "observed": "no train", "sensor": None, "resolution_m": 5.0},
    )
    (look,) = looks(rows).to_pylist()
    assert look == {
        **dict.fromkeys(LOOKS.names),
        "look_id": look_ids(rows)[0].as_py(),
        "date_start": date(2023, 10, 20),
        "date_end": date(2023, 10, 20),
        "ts": utc(2023, 10, 20, 2, 1),
        "place": "Rajin",
        "place_ids": ["P01"],
        "sensor": "Planet Labs",
        "resolution_m": 3.0,
        "saw": ["containers", "vessel"],
        "nothing_seen": False,
        "obs_ids": ["O0", "O1", "O2"],
        "publications": ["Donga", "VOA, 2023-10-23"],
    }


def test_an_image_that_nobody_described_saw_nothing_and_did_not_see_nothing() -> None:
    (look,) = looks(table({**SHIP, "kind": "look"})).to_pylist()
    assert (look["saw"], look["nothing_seen"]) == ([], False)
    (look,) = looks(table({**SHIP, "kind": "nothing_seen"})).to_pylist()
    assert (look["saw"], look["nothing_seen"]) == ([], True)


def test_a_look_whose_rows_disagree_about_where_has_no_position_and_one_over_a_time_has_both_ends() -> None:
    scene = {**SHIP, "look_id": "S", **NOON}
    (look,) = looks(table({**scene, "lat": 1, "lon": 2}, {**scene, "lat": 1, "lon": 3, **LATER})).to_pylist()
    assert (look["lat"], look["lon"]) == (None, None)
    assert (look["ts"], look["ts_end"]) == (utc(2023, 10, 20, 2, 1), utc(2023, 10, 20, 6, 43))
    (look,) = looks(table({**scene, "lat": 1, "lon": 2}, scene)).to_pylist()
    assert (look["lat"], look["lon"], look["ts_end"]) == (1.0, 2.0, None)


def test_in_the_case_both_images_of_20_october_are_looks_and_the_second_saw_no_ship() -> None:
    found = {tuple(row["obs_ids"]): row for row in looks(case.evidence().observations).to_pylist()}
    assert (found["O044",]["saw"], found["O044",]["nothing_seen"]) == (["vessel"], False)
    assert (found["O045",]["saw"], found["O045",]["nothing_seen"]) == ([], True)
    assert found["O009", "O010"]["publications"] == ["CSIS Beyond Parallel, 2023-10-06", "Kyiv Independent"]


@st.composite
def observation(draw: st.DrawFn) -> dict[str, Any]:
    day = draw(st.sampled_from(["2023-10-20", "2023-10-21"]))
    return {
        "date_start": day,
        "date_end": draw(st.sampled_from([day, "2023-10-21"])),
        "ts": draw(st.none() | st.just(f"{day}T02:01:00Z")),
        "kind": draw(st.sampled_from(list(OBSERVATION_KINDS))),
        "observed": draw(st.sampled_from(["a ship", "two ships"])),
        "place": draw(st.sampled_from([None, "Rajin", "Dunai"])),
        "place_ids": draw(st.sampled_from([None, ["P01"], ["P05", "P01"]])),
        "sensor": draw(st.sampled_from([None, "Planet", "Airbus"])),
        "look_id": draw(st.sampled_from([None, None, "L1", "L2"])),
        "vessels_named": draw(st.sampled_from([None, ["ANGARA"], ["MARIA"]])),
        "count": draw(st.sampled_from([None, 1, 2])),
        "publisher": draw(st.sampled_from([None, "VOA", "Donga", "CSIS"])),
    }


@given(st.lists(observation(), max_size=14), st.randoms())
def test_every_row_is_in_exactly_one_look_and_their_order_does_not_matter(
    rows: list[dict[str, Any]], chance: random.Random
) -> None:
    rows_ = table(*rows)
    found = looks(rows_)
    held = [obs_id for ids in found["obs_ids"].to_pylist() for obs_id in ids]
    of_looks = [r["obs_id"] for r in rows_.to_pylist() if r["kind"] not in NO_LOOK]
    assert sorted(held) == sorted(of_looks)
    assert len(set(found["look_id"].to_pylist())) == len(found)
    order = list(range(len(rows)))
    chance.shuffle(order)
    shuffled = rows_.take(pa.array(order, pa.int64()))
    assert looks(shuffled) == found
    assert same_as(shuffled) == same_as(rows_)


@given(st.lists(observation(), max_size=14))
def test_rows_that_differ_in_look_kind_name_or_count_never_say_the_same(rows: list[dict[str, Any]]) -> None:
    rows_ = table(*rows)
    row_of = {
        row["obs_id"]: (row, look) for row, look in zip(rows_.to_pylist(), look_ids(rows_).to_pylist(), strict=True)
    }
    first_of = same_as(rows_)
    assert set(first_of) == set(row_of)
    publishers: dict[str, list[str]] = {}
    for obs_id, first in first_of.items():
        (row, look), (other, other_look) = row_of[obs_id], row_of[first]
        assert first <= obs_id
        assert first_of[first] == first
        if obs_id != first:
            assert look == other_look is not None
            for name in ("kind", "vessels_named", "count"):
                assert row[name] == other[name]
        publishers.setdefault(first, []).append(row["publisher"])
    assert all(len(set(told)) == len(told) for told in publishers.values())


def test_one_thing_in_many_papers_is_one_and_two_things_in_one_paper_are_two() -> None:
    one = {**SHIP, "count": 1}
    papers = table({**one, "publisher": "VOA"}, {**one, "publisher": "Donga", "observed": "vessel at the pier"})
    assert same_as(papers) == {"O0": "O0", "O1": "O0"}
    twice = table({**one, "publisher": "VOA"}, {**one, "publisher": "VOA"}, {**one, "publisher": "Donga"})
    assert same_as(twice) == {"O0": "O0", "O1": "O1", "O2": "O2"}
    unsaid = table({**one, "publisher": "VOA"}, one)
    assert same_as(unsaid) == {"O0": "O0", "O1": "O1"}


@pytest.mark.parametrize(
    "change",
    [
        {"count": 2},
        {"count": None},
        {"vessels_named": ["ANGARA"]},
        {"vessel_mmsis": [273210440]},
        {"length_min_m": 100},
        {"pier_as_stated": "Pier 2"},
        {"unit": "tugs"},
        {"lat": 42.2, "lon": 130.3},
        {"kind": "other"},
    ],
)
def test_what_differs_in_a_fact_is_not_the_same(change: dict[str, Any]) -> None:
    one = {**SHIP, "count": 1, "publisher": "VOA"}
    assert same_as(table(one, {**one, "publisher": "Donga", **change})) == {"O0": "O0", "O1": "O1"}


def test_words_alone_must_be_the_same_words() -> None:
    one = {**SHIP, "kind": "other", "observed": "tarps over the cars", "publisher": "VOA"}
    assert same_as(table(one, {**one, "publisher": "Donga"}))["O1"] == "O0"
    assert same_as(table(one, {**one, "publisher": "Donga", "observed": "a crane at work"}))["O1"] == "O1"
