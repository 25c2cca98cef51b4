"""Counts over time: each value against the earlier ones, with the baseline said and never more."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.dossier.model import Series, SeriesValue
from ais_gaps.dossier.series import ENOUGH, series
from ais_gaps.evidence import EVENTS, OBSERVATIONS, PLACES
from tests.angara_case import evidence

D0 = date(2023, 1, 1)
NO_EVENTS = EVENTS.arrow.empty_table()
PLACE = pa.Table.from_pylist([dict.fromkeys(PLACES.names) | {"place_id": "P1", "name": "Yard"}], schema=PLACES.arrow)


def seen(obs_id: str, day: int, count: float | None, **given: Any) -> dict[str, Any]:
    row = dict.fromkeys(OBSERVATIONS.names) | {
        "obs_id": obs_id,
        "date_start": D0 + timedelta(days=day),
        "date_end": D0 + timedelta(days=day),
        "date_precision": "day",
        "kind": "railcars",
        "place": "Yard",
        "place_ids": ["P1"],
        "observed": "cars",
        "count": count,
        "unit": "railcars",
        "publisher": "Paper",
    }
    return row | given


def period(obs_id: str, first: int, last: int, count: float | None, observed: str) -> dict[str, Any]:
    return seen(obs_id, first, count, date_end=D0 + timedelta(days=last), observed=observed)


def of(*rows: dict[str, Any], events: pa.Table = NO_EVENTS) -> tuple[Series, ...]:
    return series(pa.Table.from_pylist(list(rows), schema=OBSERVATIONS.arrow), events, PLACE)


def only(*rows: dict[str, Any], events: pa.Table = NO_EVENTS) -> dict[tuple[str, ...], SeriesValue]:
    (one,) = of(*rows, events=events)
    return {value.refs: value for value in one.values}


@cache
def angara() -> dict[tuple[str, str, str | None], Series]:
    found = series(evidence().observations, evidence().events, evidence().places)
    assert len({(s.place, s.kind, s.unit) for s in found}) == len(found)
    return {(s.place, s.kind, s.unit): s for s in found}


def value_of(one: Series, ref: str) -> SeriesValue:
    (value,) = [value for value in one.values if ref in value.refs]
    return value


TUMANGANG = ("Tumangang rail facility", "railcars", "railcars")


def test_73_railcars_against_about_20() -> None:
    value = value_of(angara()[TUMANGANG], "O009")
    assert (value.value, value.ratio, value.unusual) == (73.0, 3.65, True)
    assert (
        "20 railcars stated as the highest of 2018-10-01 to 2023-10-04 by Donga via News Rebeat, number of looks not given"
        in value.text
    )
    assert "1 single count (2022-11-04), at most 3" in value.text
    assert (
        "The highest is 20, this is 3.65 times that: above every earlier value, and so unusual by the rule."
        in value.text
    )
    assert "cannot be said" in value.text
    assert "once in" not in value.text
    assert "contents impossible to identify" in value.text


def test_a_stated_highest_of_a_period_is_no_count_of_one_day() -> None:
    value = value_of(angara()[TUMANGANG], "O006")
    assert (value.value, value.ratio, value.unusual) == (20.0, None, None)
    assert "stated as the highest of" in value.text
    assert "number of looks not given" in value.text
    text = angara()[TUMANGANG].text.text
    assert "2 single counts, 1 stated highest of a period and 1 mention without a number" in text


def test_the_rise_five_days_after_the_summit() -> None:
    value = value_of(angara()[TUMANGANG], "O007")
    assert value.value is None
    assert [s.text for s in value.after] == ["5 days after 2023-09-13: Kim-Putin summit at Vostochny Cosmodrome."]
    assert value.after[0].refs == ("E09",)
    assert "after is not because" in angara()[TUMANGANG].text.text
    assert value_of(angara()[TUMANGANG], "O009").after[0].text.startswith("22 days after 2023-09-13")


def test_types_of_cars_are_parts_of_one_look_and_their_sum_is_ours() -> None:
    parts = angara()["Tumangang rail facility", "railcars", None]
    assert {value.value for value in parts.values} == {175.0, 14.0, 66.0, 6.0, 3.0}
    assert all(value.ratio is None and value.unusual is None for value in parts.values)
    assert "Together 258 cars: our sum of" in parts.text.text
    assert "locomotives" not in parts.text.text.partition("our sum of")[2].partition(".")[0]
    assert "Together 150 cars" in angara()["Khasan station", "railcars", None].text.text
    assert not any(value.value == 175.0 for value in angara()[TUMANGANG].values)


def test_containers_in_numbers_and_in_metres_are_two_series() -> None:
    numbers = angara()["Rajin port", "containers", "containers"]
    metres = angara()["Rajin port", "containers", "m of containers"]
    assert [value.value for value in numbers.values] == [300.0, 300.0, None, None]
    assert [value.value for value in metres.values] == [90.0, 150.0]
    assert value_of(numbers, "O046").unusual is False
    assert value_of(metres, "O058").unusual is None  # one earlier count says too little
    assert "too few to call it unusual" in value_of(metres, "O058").text
    assert "once in 2" in value_of(metres, "O058").text


def test_night_light_has_no_number_and_says_its_pixels() -> None:
    light = angara()["Rajin port", "night_light", None]
    assert [value.value for value in light.values] == [None, None]
    assert "The size of its pixels is not stated." in value_of(light, "O020").text
    assert "Its pixels are about 460 m wide: they cannot part one pier from the next." in value_of(light, "O022").text
    assert ("O022",) in [value.refs for value in angara()["Tumangang rail facility", "night_light", None].values]


def test_tallies_of_visits_trips_and_ships_are_no_series() -> None:
    rows = {row["obs_id"]: row for row in evidence().observations.to_pylist()}
    told = {ref for one in angara().values() for value in one.values for ref in value.refs}
    assert not [ref for ref in told if rows[ref]["kind"] == "count"]
    assert "O062" not in told


def test_a_number_for_two_places_is_of_neither_alone() -> None:
    refs = {ref for value in angara()[TUMANGANG].values for ref in value.refs}
    assert not refs & {"O004", "O005"}


counts = st.lists(st.integers(0, 100), min_size=2, max_size=9)


@settings(max_examples=60)
@given(counts)
def test_unusual_is_above_every_earlier_count_of_which_there_are_enough(values: list[int]) -> None:
    told = only(*(seen(f"O{n}", 10 * n, value) for n, value in enumerate(values)))
    for n, value in enumerate(values):
        said = told[f"O{n}",]
        before = values[:n]
        if not before:
            assert (said.ratio, said.unusual) == (None, None)
            continue
        above = value > max(before)
        assert said.unusual == (None if above and n < ENOUGH else above)
        assert said.ratio == (round(value / max(before), 4) if max(before) else None)
        assert (f"once in {n + 1}" in said.text) == above
        assert f"at most {max(before)}" in said.text


@settings(max_examples=30)
@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_rows_plays_no_part(values: list[int], chance: Any) -> None:
    rows = [seen(f"O{n}", 10 * (n // 2), value, sensor=f"S{n}") for n, value in enumerate(values)]
    mixed = list(rows)
    chance.shuffle(mixed)
    assert of(*rows) == of(*mixed)


def test_a_stated_highest_with_few_counts_is_enough_and_forbids_the_chance() -> None:
    told = only(period("O1", 0, 300, 20, "highest count seen"), seen("O2", 301, 30))
    assert told["O2",].unusual is True
    assert "once in" not in told["O2",].text
    lower = only(period("O1", 0, 300, 20, "highest count seen"), seen("O2", 301, 19))
    assert lower["O2",].unusual is False


def test_a_period_that_is_not_over_is_no_baseline() -> None:
    told = only(period("O1", 0, 300, 20, "highest count seen"), seen("O2", 300, 30))
    assert told["O2",].ratio is None
    assert "No earlier value" in told["O2",].text


def test_a_number_of_a_period_that_is_not_said_to_be_its_highest_is_no_baseline() -> None:
    told = only(period("O1", 0, 100, 900, "cars passed"), seen("O2", 110, 3), seen("O3", 120, 4))
    assert told["O3",].ratio == pytest.approx(4 / 3, abs=1e-4)
    assert "no count of one look" in told["O1",].text


def test_counts_of_the_same_day_are_not_before_one_another() -> None:
    told = only(seen("O1", 5, 10, sensor="A"), seen("O2", 5, 20, sensor="B"))
    assert [value.ratio for value in told.values()] == [None, None]


def test_several_publications_of_one_look_are_one_value() -> None:
    told = only(
        seen("O1", 0, 5),
        seen("O2", 9, 70, look_id="L", publisher="Paper", source_kind="secondary"),
        seen("O3", 9, 73, look_id="L", publisher="Institute", source_kind="primary"),
        seen("O4", 9, 73, look_id="L", publisher="Other", source_kind="secondary"),
    )
    value = told["O3", "O2", "O4"]
    assert value.value == 73.0
    assert "other publications of this look say 70" in value.text


def test_units_are_never_mixed_and_one_count_is_no_series() -> None:
    assert of(seen("O1", 0, 5)) == ()
    assert of(seen("O1", 0, 5), seen("O2", 5, 9, unit="ore cars")) == ()
    assert of(seen("O1", 0, 5), seen("O2", 5, 9, place_ids=["P2"])) == ()
    two_sources = [seen(f"O{n}", 0, n, unit=f"{n} cars", sensor="Planet", publisher=f"Paper {n}") for n in (1, 2)]
    assert of(*two_sources) == ()


def test_parts_need_one_look() -> None:
    assert of(seen("O1", 0, 5, unit="ore cars"), seen("O2", 1, 9, unit="box cars")) == ()
    (one,) = of(seen("O1", 0, 5, unit="ore cars", sensor="Planet"), seen("O2", 0, 9, unit="box cars", sensor="Planet"))
    assert one.unit is None
    assert "Together 14 cars: our sum of" in one.text.text


def event(event_id: str, day: int, days: int = 0) -> dict[str, Any]:
    first = D0 + timedelta(days=day)
    return dict.fromkeys(EVENTS.names) | {
        "event_id": event_id,
        "date_start": first,
        "date_end": first + timedelta(days=days),
        "event": f"event {event_id}.",
    }


def test_the_nearest_two_events_of_the_thirty_days_before_stand_beside_a_value() -> None:
    happened = [
        event("E1", 69),
        event("E2", 80),
        event("E3", 99),
        event("E4", 95),
        event("E5", 100),
        event("E6", 98, 5),
        event("E7", 101),
    ]
    events = pa.Table.from_pylist(happened, schema=EVENTS.arrow)
    told = only(seen("O1", 0, 5), seen("O2", 100, 6), events=events)
    assert [s.text for s in told["O2",].after] == [
        "1 day after 2023-04-10: event E3.",
        "5 days after 2023-04-06: event E4.",
    ]
    assert told["O1",].after == ()
    edge = pa.Table.from_pylist([event("E0", 70), event("E1", 69)], schema=EVENTS.arrow)
    assert [s.refs for s in only(seen("O1", 0, 5), seen("O2", 100, 6), events=edge)["O2",].after] == [("E0",)]


@pytest.mark.parametrize(
    "sensor, resolution_m, said",
    [
        ("VIIRS, about 460 m, about 01:30 local", None, "about 460 m wide: they cannot part"),
        ("VIIRS 0.5 km", None, "are 500 m wide: they cannot part"),
        ("Planet Labs", 3.0, "are 3 m wide."),
        ("VIIRS, about 460 m", 750.0, "are 750 m wide: they cannot part"),
        ("NASA, instrument not named", None, "not stated"),
        (None, None, "not stated"),
        ("10 mm lens", None, "not stated"),
    ],
)
def test_the_size_of_a_pixel(sensor: str | None, resolution_m: float | None, said: str) -> None:
    rows = [
        seen(f"O{n}", n * 9, None, kind="night_light", unit=None, sensor=sensor, resolution_m=resolution_m)
        for n in range(2)
    ]
    assert all(said in value.text for value in only(*rows).values())
