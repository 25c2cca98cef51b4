"""Speed and course made good: what two fixes of one stretch tell, of no other ship, and of no ship that lies still."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from ais_gaps.gaps import find
from ais_gaps.judgement.silences import Silences
from ais_gaps.store.archive import Store
from ais_gaps.summary import Reports, summarise
from tests.rows import T0, H, Row, put
from tests.track_rows import every, sailing, stored, summary

SAID = {"sog": None, "cog": None}
MINUTE = 1 / 60


def made(rows: list[Row], edge: str = "last") -> tuple[Any, Any]:
    """Speed and course made good at the first or the last fix of the only vessel-day, knots and degrees."""
    [day] = summary(rows).days.to_pylist()
    sog, cog = day[f"{edge}_made_sog"], day[f"{edge}_made_cog"]
    return None if sog is None else sog / 100, None if cog is None else cog / 100


@given(
    st.floats(-75.0, 75.0),
    st.floats(-180.0, 179.99),
    st.floats(2.0, 40.0),
    st.floats(0.0, 359.9),
    st.sampled_from([0.02, 0.1, 0.5]),
)
@settings(max_examples=60)
def test_it_is_how_a_ship_sails_that_keeps_her_course(
    lat: float, lon: float, knots: float, course: float, step_h: float
) -> None:
    rows = sailing(every(step_h, 0.0, 3.0), lat, lon, knots, course, **SAID)
    rows = [row | {"lon": (row["lon"] + 180.0) % 360.0 - 180.0} for row in rows]
    for edge, (one, other) in (("first", (0, 1)), ("last", (-2, -1))):
        sog, cog = made(rows, edge)
        assert sog == pytest.approx(knots, abs=0.02 * knots + 0.05)
        if cog is None:
            assert knots * step_h < 0.2
            continue
        assert abs((cog - course + 180.0) % 360.0 - 180.0) < 2.0
        if step_h >= 0.1:
            ends = [rows[at][axis] for at in (one, other) for axis in ("lon", "lat")]
            there, back, metres = Geod(ellps="WGS84").inv(*ends)
            middle = there + ((back + 180.0 - there + 180.0) % 360.0 - 180.0) / 2
            assert abs((cog - middle + 180.0) % 360.0 - 180.0) < 0.5
            assert sog == pytest.approx(metres / 1852.0 / step_h, rel=0.01, abs=0.01)


def test_a_ship_that_lies_still_has_a_speed_and_no_course() -> None:
    dice = np.random.default_rng(7)
    rows = sailing(every(0.05, 0.0, 4.0), 42.2, 130.3, **SAID)
    rows = [row | {"lat": row["lat"] + dice.normal(0, 1e-4), "lon": row["lon"] + dice.normal(0, 1e-4)} for row in rows]
    for edge in ("first", "last"):
        sog, cog = made(rows, edge)
        assert sog < 0.5 and cog is None


def test_the_nearest_fix_of_five_minutes_and_more_tells() -> None:
    north = sailing([0.0, 0.2], 42.0, 130.0, 10.0, 0.0, **SAID)
    # Within the last five minutes she turned: too short a way to tell a course of.
    turned = {**north[1], "ts": north[1]["ts"] + 4 * H // 60, "lon": north[1]["lon"] + 0.01}
    assert made([*north, turned]) == (pytest.approx(10.0, rel=0.35), pytest.approx(15.0, abs=5.0))
    later = {**turned, "ts": north[1]["ts"] + 5 * H // 60}
    assert made([*north, later])[1] == pytest.approx(90.0, abs=0.1)


def test_one_fix_tells_nothing_nor_does_one_without_a_position() -> None:
    rows = sailing([0.0, 0.5], 42.0, 130.0, 10.0, 0.0, **SAID)
    assert made(rows[:1]) == made(rows[:1], "first") == (None, None)
    assert made([rows[0] | {"lat": None}, rows[1]]) == (None, None)
    assert made([rows[0], rows[1] | {"lat": None}]) == (None, None)


def test_no_ship_is_that_fast() -> None:
    near, far = sailing([0.0, 0.1], 42.0, 130.0, 0.0, 0.0, **SAID)
    assert made([near, far | {"lat": 42.0 + 4.9 / 60}])[0] == pytest.approx(49.0)
    assert made([near, far | {"lat": 42.0 + 5.1 / 60}]) == (None, None)


def test_a_silence_and_midnight_end_a_stretch() -> None:
    rows = sailing([0.0, 1.0, 1.02, 3.0, 23.9, 24.02], 42.0, 130.0, 10.0, 90.0, **SAID)
    found = summary(rows)
    hour, silent = found.gaps.to_pylist()
    # After an hour to the second she is not silent; after two she is, and what came before tells nothing of then.
    assert hour["off_made_cog"] == pytest.approx(9000, abs=100) and hour["on_made_cog"] is None
    assert silent["off_made_cog"] is None and silent["on_made_cog"] is None
    assert [day["first_made_sog"] for day in found.days.to_pylist()] == [pytest.approx(1000, abs=2), None]
    assert [day["last_made_sog"] for day in found.days.to_pylist()] == [None, None]


def test_the_shortest_silence_asked_for_changes_nothing() -> None:
    rows = sailing([0.0, 0.2, 1.9, 2.1, 9.0, 9.3], 42.0, 130.0, 10.0, 45.0, **SAID)
    whole, few = (summarise(Reports.of(stored(rows)), floor_s=floor_s) for floor_s in (3600, 4 * 3600))
    assert whole.days.equals(few.days)
    assert few.gaps.to_pylist() == whole.gaps.to_pylist()[1:]


def test_another_ship_under_her_mmsi_gives_her_no_course() -> None:
    """Two ships by turns: the fix of five minutes before is her own, but another's lies between."""
    hours = every(0.1, 0.0, 6.0)
    one, other = (sailing(hours, lat, 130.0, 10.0, 0.0, **SAID) for lat in (42.0, 35.0))
    shifted = [row | {"ts": row["ts"] + H // 20} for row in other]
    runs = summary([*one, *shifted]).runs.to_pylist()
    assert len(runs) == 120
    assert {run[f"{edge}_made_{what}"] for run in runs for edge in ("first", "last") for what in ("sog", "cog")} == {
        None
    }


@pytest.mark.parametrize("sent", ["both", "speed", "neither"])
def test_a_judgement_goes_by_what_was_sent_and_else_by_what_was_made_good(sent: str, store: Store) -> None:
    own = {"both": {}, "speed": {"cog": None}, "neither": SAID}[sent]
    # She says that she steers 30 degrees at 11 kn; she makes 60 degrees at 10.
    rows = sailing([*every(0.1, 0, 2.05), *every(0.1, 12, 14)], 42.0, 130.0, 10.0, 60.0)
    rows = [{**row, "sog": 11.0, "cog": 30.0, **own} for row in rows]
    put(store, rows, "a")
    gaps = find(store, store.ingests(), min_hours=6, as_of_us=T0 + 14 * H).gaps
    s = Silences.of(gaps, T0 + 14 * H)
    told = {"both": (11.0, 30.0), "speed": (11.0, 60.0), "neither": (10.0, 60.0)}[sent]
    assert (s.off_kn[0], s.off_course[0]) == pytest.approx(told, abs=0.6)
    assert (s.on_kn[0], s.on_course[0]) == pytest.approx(told, abs=0.6)


@pytest.fixture
def store(tmp_path: Any) -> Store:
    return Store.create(tmp_path / "archive")
