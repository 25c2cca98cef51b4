"""The parts that lists are made of: states, changes, attention, the line of reasons, what the feed did not hear."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.gaps.stitch import BARE_GAPS
from ais_gaps.watchlist import attention, changes
from ais_gaps.watchlist.columns import BACK, NEWLY, STILL
from ais_gaps.watchlist.day import DAY_US, H_US, Day, states
from ais_gaps.watchlist.deaf import Deaf
from ais_gaps.watchlist.why import why

DAY = Day.of(date(2023, 7, 10))
NONE = attention.Signs(None, 0, False, False, 0, 0)


def bare(off_us: list[int], on_us: list[int | None]) -> pa.Table:
    columns = {f.name: pa.nulls(len(off_us), f.type) for f in BARE_GAPS}
    columns |= {"off_us": pa.array(off_us, pa.int64()), "on_us": pa.array(on_us, pa.int64())}
    return pa.table(columns, schema=BARE_GAPS)


def never(off_us: Any, end_us: Any) -> Any:
    return np.zeros(len(off_us))


def test_a_day_is_from_its_first_to_its_last_microsecond() -> None:
    assert DAY.date == date(2023, 7, 10) and DAY.before.date == date(2023, 7, 9)
    assert DAY.as_of_us + 1 == DAY.start_us + DAY_US and DAY.before.as_of_us + 1 == DAY.start_us


@given(st.integers(-72 * 60, 24 * 60), st.none() | st.integers(1, 72 * 60), st.sampled_from([1.0, 6.0, 24.0]))
def test_states_follow_from_the_definition(off_min: int, lasts_min: int | None, min_hours: float) -> None:
    """Day after day, a silence is newly dark once, then still dark, and back again once; or only back again."""
    off_us = DAY.start_us + off_min * 60_000_000
    on_us = None if lasts_min is None else off_us + lasts_min * 60_000_000
    told = []
    day = Day.of(date(2023, 7, 6))
    while day.start_us <= DAY.start_us + 5 * DAY_US:
        seen = None if on_us is None or on_us > day.as_of_us else on_us
        if off_us <= day.as_of_us:
            (state,) = states(bare([off_us], [seen]), day, min_hours, never)
            told.append(state)
        day = Day(day.start_us + DAY_US, day.as_of_us + DAY_US)
    words = [state for state in told if state is not None]
    dark = lasts_min is None or lasts_min > min_hours * 60
    assert bool(words) == dark
    if dark:
        assert words.count(NEWLY) <= 1 and words.count(BACK) == (lasts_min is not None)
        assert words == [*[NEWLY] * words.count(NEWLY), *[STILL] * words.count(STILL), *[BACK] * words.count(BACK)]
        assert NEWLY in words or words == [BACK]


@given(st.integers(1, 100), st.integers(0, 100), st.integers(0, 100))
def test_hours_that_nobody_heard_do_not_count(lasts_h: int, deaf_from_h: int, deaf_h: int) -> None:
    off_us = DAY.start_us - lasts_h * H_US
    spans = np.array([off_us + deaf_from_h * H_US]), np.array([off_us + (deaf_from_h + deaf_h) * H_US])
    deaf = Deaf(pa.table({}), *spans)
    hours = deaf.hours(np.array([off_us]), np.array([DAY.start_us]))[0]
    assert hours == max(0, min(lasts_h, deaf_from_h + deaf_h) - min(lasts_h, deaf_from_h))
    (state,) = states(bare([off_us], [DAY.start_us]), DAY, 6.0, deaf.hours)
    assert state == (BACK if lasts_h - hours > 6 else None)


def row(**fields: Any) -> dict[str, Any]:
    known = {
        **dict.fromkeys(
            ("name", "imo", "on_ts", "on_lat", "on_lon", "on_place", "on_place_nm", "p_switched_off", "cause")
        ),
        "gap_id": "a" * 16,
        "mmsi": 273000001,
        "off_ts": datetime(2023, 7, 9, 4, tzinfo=UTC),
        "off_lat": 42.0,
        "off_lon": 131.0,
        "off_place": "Rajin port",
        "off_place_nm": 12.4,
        "duration_h": 44.0,
        "state": STILL,
        "reasons": [],
        "reach_place": None,
        "reach_slack_h": None,
        "places_in_reach": 0,
        "listed": [],
        "evidence": [],
    }
    return known | fields


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        (0.3, 0.61, True),
        (0.61, 0.3, True),
        (0.46, 0.54, False),
        (0.6, 0.95, False),
        (None, 0.9, False),
        (0.1, None, False),
    ],
)
def test_a_probability_that_crosses_the_level_is_a_change(then: float | None, now: float | None, told: bool) -> None:
    found = changes.changes(DAY, [row(p_switched_off=now)], [row(p_switched_off=then)], [])
    assert [change["kind"] for change in found] == ["probability"] * told


def test_a_change_says_who_where_and_how_probable_and_claims_no_more() -> None:
    (began,) = changes.changes(DAY, [row(state=NEWLY, name="ANGARA", p_switched_off=0.004)], [], [])
    assert began["text"] == (
        "ANGARA (MMSI 273000001) is silent since 2023-07-09 04:00 UTC, 12 nm from Rajin port; "
        "the probability of a choice is under 1 %."
    )
    (ended,) = changes.changes(
        DAY, [row(state=BACK, on_ts=datetime(2023, 7, 10, 4, tzinfo=UTC), duration_h=24.0)], [], []
    )
    assert ended["text"] == "MMSI 273000001 was heard again on 2023-07-10 04:00 UTC, after 24 h; not judged."
    assert began["change_id"] != ended["change_id"]
    assert changes.change_id(DAY, NEWLY, "a") != changes.change_id(DAY.before, NEWLY, "a")


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_attention_rises_with_the_probability_and_with_each_sign(p: float, q: float) -> None:
    low, high = sorted((p, q))
    assert (
        attention.attention(row(p_switched_off=low), NONE)[0] <= attention.attention(row(p_switched_off=high), NONE)[0]
    )
    bare_total = attention.attention(row(p_switched_off=p), NONE)[0]
    assert math.isfinite(bare_total)
    for signs in (
        attention.Signs(10.0, 0, False, False, 0, 0),
        attention.Signs(None, 2, False, False, 0, 0),
        attention.Signs(None, 0, True, False, 0, 0),
        attention.Signs(None, 0, False, True, 0, 0),
        attention.Signs(None, 0, False, False, 1, 0),
        attention.Signs(None, 0, False, False, 0, 1),
    ):
        total, parts = attention.attention(row(p_switched_off=p), signs)
        assert total > bare_total and len(parts) == 2


def test_the_line_of_reasons_has_the_weightiest_first_and_no_weights() -> None:
    told = why(
        row(
            p_switched_off=0.87,
            cause="switched off",
            reasons=[
                "We should have heard her about 25 times in 71.3 h (ashore 21, by satellite 4); by chance once in 84 times [+2.2]",
                "She was under way, 26 nm from the nearest place at off [-0.2]",
                "Silent for 3.0 days [+5.6]",
                "Start, before all that, as in generated worlds [-9.0]",
            ],
            reach_place="Wonsan",
            reach_slack_h=31.2,
            places_in_reach=5,
            listed=["US (OFAC SDN): listed when it began"],
            evidence=["2023-09-12, Dunai: docked", "2023-12-09, Rajin: unloading"],
        )
    )
    assert told == (
        "87 %, switched off; silent for 3.0 days; we should have heard her about 25 times in 71.3 h; "
        "could have called at Wonsan and 4 other watched places with 31 h to spare; US (OFAC SDN): listed when it began; "
        "2023-09-12, Dunai: docked and 1 more"
    )
    assert why(row(reasons=["Nothing is known."], cause="not enough evidence")) == (
        "not judged: not enough evidence; nothing is known"
    )


def test_a_reason_in_a_line_keeps_its_capitals() -> None:
    from ais_gaps.watchlist.why import _lowered

    assert [_lowered(text) for text in ("MMSI 1 jumps", "A ship", "", "X", "She")] == [
        "MMSI 1 jumps",
        "a ship",
        "",
        "x",
        "she",
    ]
