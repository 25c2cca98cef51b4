"""How often was looked: counts with a denominator, and no more than they say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.dossier.looks import NO_SAMPLE, looks, looks_at, with_looks
from ais_gaps.dossier.model import Statement
from ais_gaps.evidence import OBSERVATIONS, PLACES
from tests.angara_case import evidence, utc

START, END = utc(2023, 8, 10, 6, 40), utc(2024, 2, 6)


def at_rajin() -> Statement:
    found = looks_at(with_looks(evidence().observations), "P01", "Rajin port", START, END)
    assert found is not None
    return found


def test_rajin_in_the_long_silence() -> None:
    text = at_rajin().text
    assert text.startswith("Rajin port, 2023-08-10 to 2024-02-06. 20 looks are held here: ")
    assert "3 show a ship that the source names, 12 show ships that it does not name, 1 shows no ship" in text
    assert "4 tell of other things only" in text
    assert {"O044", "O045"} <= set(at_rajin().refs)  # two looks of one day


def test_the_publishers_own_denominator_is_kept_apart() -> None:
    text = at_rajin().text
    assert "Counted by a publisher and kept apart: 49 of 109 imaged days, ~2023-08-01 to 2024-02-12" in text
    assert "reaches beyond this time" in text
    assert "O062" in at_rajin().refs
    assert "69" not in text.partition("Counted by")[0]  # 20 looks and 49 days are not added


def test_published_looks_are_no_sample() -> None:
    assert "sample" not in at_rajin().text
    assert "Published looks are no sample: who looked and saw nothing rarely publishes it" in NO_SAMPLE


def test_a_period_is_no_look() -> None:
    found = looks_at(with_looks(evidence().observations), "P05", "Dunai", START, END)
    assert found is not None
    assert "1 look is held here: 1 shows a ship that the source names" in found.text
    assert "1 row tells of a longer period" in found.text
    assert found.refs == ("O035", "O064")


def test_every_place_on_the_water_that_was_looked_at() -> None:
    found = looks(evidence().observations, evidence().places, START, END)
    assert [statement.text.split(",")[0] for statement in found] == ["Rajin port", "Dunai"]
    assert looks(evidence().observations, evidence().places, utc(2030, 1, 1), None) == ()


KINDS = ("vessel", "vessel named", "nothing_seen", "containers", "look")


def seen(obs_id: str, kind: str, **given: Any) -> dict[str, Any]:
    named = kind == "vessel named"
    row = dict.fromkeys(OBSERVATIONS.names) | {
        "obs_id": obs_id,
        "date_start": date(2023, 9, 1),
        "date_end": date(2023, 9, 1),
        "kind": "vessel" if named else kind,
        "place": "Rajin port",
        "place_ids": ["P01"],
        "observed": "seen",
        "vessels_named": ["ANGARA"] if named else None,
        "look_id": obs_id,
    }
    return row | given


def said(*rows: dict[str, Any], end: Any = END) -> str:
    found = looks_at(
        with_looks(pa.Table.from_pylist(list(rows), schema=OBSERVATIONS.arrow)), "P01", "Rajin port", START, end
    )
    return "" if found is None else found.text


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 6)), min_size=1, max_size=12))
def test_each_look_counts_once_and_a_ship_outweighs_the_rest(rows: list[tuple[str, int]]) -> None:
    text = said(*(seen(f"O{n}", kind, look_id=f"L{look}") for n, (kind, look) in enumerate(rows)))
    best = {look: min(_RANK[kind] for kind, other in rows if other == look) for _, look in rows}
    total = list(best.values())
    head = "1 look is held here" if len(total) == 1 else f"{len(total)} looks are held here"
    assert head in text
    phrases = (
        "a ship that the source names",
        "ships that it does not name",
        "no ship or no movement",
        "of other things only",
    )
    for rank, phrase in enumerate(phrases):
        count = total.count(rank)
        assert (phrase in text) == (count > 0)
        if count:
            verb = ("tells " if count == 1 else "tell ") if rank == 3 else ("shows " if count == 1 else "show ")
            assert f"{count} {verb}{phrase}" in text
    assert (f"of {total.count(4)} it is not stated" in text) == (4 in total)


_RANK = {"vessel named": 0, "vessel": 1, "nothing_seen": 2, "containers": 3, "look": 4}


def test_what_may_be_before_or_after_is_told_apart() -> None:
    day = {"date_start": START.date(), "date_end": START.date()}
    assert "1 more look may be from before or after" in said(seen("O1", "vessel"), seen("O2", "vessel", **day))
    assert "1 look is held here" in said(seen("O1", "vessel"), seen("O2", "vessel", **day))


def test_other_places_and_kinds_that_are_no_looks_do_not_count() -> None:
    rows = [
        seen("O1", "vessel", place_ids=["P05"]),
        seen("O2", "vessel", place_ids=["P01", "P05"]),
        seen("O3", "ais"),
        seen("O4", "count", count=5.0, unit="ships"),
        seen("O5", "vessel", date_start=date(2022, 9, 1), date_end=date(2022, 9, 1)),
    ]
    assert said(*rows) == ""
    assert "No single look is held here." in said(seen("O6", "count", count=4.0, out_of=9.0, unit="days"))


def test_an_open_silence_has_no_end() -> None:
    assert "2023-08-10 to now. 1 look is held here" in said(seen("O1", "nothing_seen"), end=None)


def test_places_ashore_are_not_looked_at_for_ships() -> None:
    rows = pa.Table.from_pylist(
        [seen("O1", "railcars"), seen("O2", "vessel", date_end=date(2023, 9, 1) + timedelta(days=9))],
        schema=OBSERVATIONS.arrow,
    )
    place = dict.fromkeys(PLACES.names) | {"place_id": "P01", "name": "Yard"}
    for kind, count in (("station", 0), ("port", 1)):
        table = pa.Table.from_pylist([place | {"kind": kind}], schema=PLACES.arrow)
        assert len(looks(rows, table, START, END)) == count
