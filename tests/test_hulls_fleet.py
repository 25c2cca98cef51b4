"""The other ships of an archive: heard where a hull was, silent and in reach, or followed elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps import geodesy
from ais_gaps.hulls import Hull, Others, Ship, others
from ais_gaps.hulls.fleet import sayings
from ais_gaps.hulls.priors import HEARD_TOLERANCE_H, LONGEST_SILENT_DAYS, MIN_SILENT_H
from ais_gaps.reach.speed import typical
from ais_gaps.schema import CLAIMS, GAPS, REPORTS
from tests.hulls_case import RAJIN, Spot, at, gap, hull, straight

Sql = Callable[[str, Sequence[object]], pa.Table]
NO_GAPS = GAPS.arrow.empty_table()
few = settings(max_examples=60)


def archive(
    reports: Sequence[tuple[int, float, float, float]], claims: Sequence[dict[str, Any]] = (), **given: Any
) -> Sql:
    """Views `reports` of (mmsi, hour, lat, lon) and `claims`, and nothing else."""
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    facts = {"kind": "position", "transmitter": "ship"} | given
    rows = [
        dict.fromkeys(REPORTS.names) | facts | {"mmsi": m, "ts": at(h), "lat": lat, "lon": lon}
        for m, h, lat, lon in reports
    ]
    said = [
        dict.fromkeys(CLAIMS.names)
        | {"claim": 1, "ais_class": 1, "source": 1, "first_ts": at(0), "last_ts": at(1), "n": 1}
        | c
        for c in claims
    ]
    database.register("reports", pa.Table.from_pylist(rows, schema=REPORTS.arrow))
    database.register("claims", pa.Table.from_pylist(said, schema=CLAIMS.arrow))
    return lambda query, parameters: database.sql(query, params=list(parameters)).to_arrow_table()


def gaps(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=GAPS.arrow)


def near(lat: float, lon: float, north_nm: float = 0.0, east_nm: float = 0.0) -> tuple[float, float]:
    east = lon + east_nm / (60.0 * np.cos(np.radians(lat)))
    return lat + north_nm / 60.0, float((east + 180.0) % 360.0 - 180.0)


spots = st.tuples(
    st.sampled_from([0.02, 42.233333, -77.8, 89.95]), st.sampled_from([130.3, 179.99, -179.98, 0.01, -0.001])
)


@few
@given(
    spots,
    st.lists(st.tuples(st.integers(1, 4), st.floats(480, 540), st.floats(-9, 9), st.floats(-9, 9)), max_size=30),
    st.sampled_from([None, 0.5, 8.0]),
)
def test_heard_is_what_lies_in_radius_and_time(
    spot: tuple[float, float], said: list[tuple[int, float, float, float]], precision_nm: float | None
) -> None:
    one = hull(lat=spot[0], lon=spot[1], precision_nm=precision_nm)
    reports = [(200000000 + m, hour, *near(*spot, north, east)) for m, hour, north, east in said]
    reports = [report for report in reports if abs(report[2]) <= 90]
    found = others([one], (), NO_GAPS, straight, archive(reports)).heard
    radius = max(5.0, 5.0 if precision_nm is None else precision_nm)
    expected: dict[int, float] = {}
    for mmsi, hour, lat, lon in reports:
        away = float(geodesy.distance_nm(*spot, lat, lon))
        within = one.earliest <= at(hour + HEARD_TOLERANCE_H) and at(hour - HEARD_TOLERANCE_H) <= one.latest
        if within and away <= radius:
            expected[mmsi] = min(away, expected.get(mmsi, away))
    assert found["mmsi"].to_pylist() == sorted(expected)
    # Of two reports equally far to within a hundredth either may be told.
    assert found["away_nm"].to_pylist() == pytest.approx(
        [expected[mmsi] for mmsi in sorted(expected)], rel=0.012, abs=1e-5
    )


def test_only_ships_that_sent_a_position_are_heard() -> None:
    here = [(200000001, 510.0, *RAJIN)]
    assert len(others([hull()], (), NO_GAPS, straight, archive(here)).heard) == 1
    assert not len(others([hull()], (), NO_GAPS, straight, archive(here, transmitter="base_station")).heard)
    assert not len(others([hull()], (), NO_GAPS, straight, archive(here, kind="static")).heard)
    assert not len(others([hull()], (), NO_GAPS, straight, archive(here), as_of=at(509)).heard)
    assert not len(others([hull(lat=None, lon=None)], (), NO_GAPS, straight, archive(here)).heard)


def test_hulls_of_several_places_and_times_are_asked_for_together() -> None:
    asked: list[str] = []
    sql = archive([(200000001, 510.0, *RAJIN), (200000002, 900.0, 10.0, 110.0), (200000003, 900.0, *RAJIN)])

    def counted(query: str, parameters: Sequence[object]) -> pa.Table:
        asked.append(query)
        return sql(query, parameters)

    hulls = [hull("H1"), hull("H2", (890, 910), lat=10.0, lon=110.0), hull("H3", (890, 910)), hull("H4", (1500, 1501))]
    found = others(hulls, (), NO_GAPS, straight, counted).heard
    assert list(zip(found["hull"].to_pylist(), found["mmsi"].to_pylist(), strict=True)) == [
        ("H1", 200000001),
        ("H2", 200000002),
        ("H3", 200000003),
    ]
    assert sum("box" in query for query in asked) == 1


@st.composite
def silences(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for number in range(draw(st.integers(0, 12))):
        off_h = draw(st.floats(0, 600))
        lasted = draw(st.floats(0.5, 400))
        off: Spot = (off_h, draw(st.floats(30, 48)), draw(st.floats(120, 145)))
        on: Spot | None = (off_h + lasted, draw(st.floats(30, 48)), draw(st.floats(120, 145)))
        kind = draw(st.sampled_from([None, "Cargo", "Tanker", "Fishing"]))
        made.append(gap(f"g{number}", 200000000 + number, off, draw(st.sampled_from([on, None])), ship_type=kind))
    return made


@few
@given(silences(), st.floats(200, 700), st.sampled_from([0.0, 24.0]), st.sampled_from([None, 0.0, 5.0]))
def test_silent_is_whoever_can_have_been_there_by_the_definition(
    rows: list[dict[str, Any]], seen: float, span: float, precision_nm: float | None
) -> None:
    one = hull(hours=(seen, seen + span), precision_nm=precision_nm)
    found = others([one], (), gaps(*rows), straight).silent
    expected = {}
    for row in rows:
        speed = typical(row["ship_type"], None).kn
        room = 5.0 if precision_nm is None else precision_nm
        out = max(float(geodesy.distance_nm(*RAJIN, row["off_lat"], row["off_lon"])) - room, 0.0) / speed
        back = 0.0 if row["open"] else float(geodesy.distance_nm(*RAJIN, row["on_lat"], row["on_lon"]))
        back = max(back - room, 0.0) / speed
        arrival = (row["off_ts"] - at(0)).total_seconds() / 3600 + out
        last = 2000.0 if row["open"] else (row["on_ts"] - at(0)).total_seconds() / 3600
        spare = min(seen + span - arrival, last - back - seen, last - back - arrival)
        if row["duration_h"] >= MIN_SILENT_H and spare >= 0:
            expected[row["gap_id"]] = spare
    sure = {key: spare for key, spare in expected.items() if spare > 1e-3}
    told = dict(zip(found["gap_id"].to_pylist(), found["spare_h"].to_pylist(), strict=True))
    assert set(sure) <= set(told) <= set(expected) | {key for key, spare in told.items() if spare < 1e-3}
    assert {key: told[key] for key in sure} == pytest.approx(sure, abs=1e-3)


def test_the_way_by_sea_decides_after_the_straight_line() -> None:
    asked: list[int] = []

    def around(lat, lon, lats, lons, *, at_most_nm=None):  # type: ignore[no-untyped-def]
        asked.append(len(lats))
        return 3.0 * geodesy.distance_nm(lat, lon, lats, lons)

    rows = gaps(
        gap("near", 200000001, (490, 42.0, 130.5), (540, 42.0, 130.5)),
        gap("far", 200000002, (490, 42.0, 134.0), (540, 42.0, 134.0)),
        gap("beyond", 200000003, (490, 10.0, 110.0), (540, 10.0, 110.0)),
    )
    assert others([hull()], (), rows, straight).silent["gap_id"].to_pylist() == ["near", "far"]
    assert others([hull()], (), rows, around).silent["gap_id"].to_pylist() == ["near"]
    assert max(asked) == 2  # nobody asks for the way of a ship that the straight line rules out


def test_a_ship_not_heard_for_long_is_no_rival_by_silence() -> None:
    old = gap("g1", 200000001, (-LONGEST_SILENT_DAYS * 24 + 499, *RAJIN), None, duration_h=20000.0)
    older = gap("g2", 200000002, (-LONGEST_SILENT_DAYS * 24 + 501, *RAJIN), None, duration_h=20000.0)
    assert others([hull()], (), gaps(older, old), straight).silent["gap_id"].to_pylist() == ["g2"]


def test_a_short_silence_is_no_rival() -> None:
    rows = gaps(
        gap("short", 200000001, (510, *RAJIN), (510 + MIN_SILENT_H - 0.1, *RAJIN)),
        gap("long", 200000002, (510, *RAJIN), (510 + MIN_SILENT_H + 0.1, *RAJIN)),
    )
    assert others([hull()], (), rows, straight).silent["gap_id"].to_pylist() == ["long"]


def test_positions_that_are_not_known_are_not_made_up() -> None:
    rows = gaps(
        gap("no off", 200000001, (490, 42.0, 130.5), (540, 42.0, 130.5), off_lat=None, off_lon=None),
        gap("no on", 200000002, (490, 42.0, 130.5), (540, 42.0, 130.5), on_lat=None, on_lon=None),
    )
    assert others([hull()], (), rows, straight).silent["gap_id"].to_pylist() == ["no on"]
    assert not len(others([hull(lat=None, lon=None)], (), rows, straight).silent)


def test_what_ships_say_of_themselves_most_often_counts() -> None:
    claims = [
        {"mmsi": 200000001, "imo": 9161003, "name": "LADY R", "length": 122.0, "n": 90},
        {"mmsi": 200000001, "imo": 1234568, "name": "LADY R", "length": 12.0, "n": 9},
        {"mmsi": 200000002, "imo": 9161003, "name": "RADY L", "ship_type": "Cargo", "n": 1},
    ]
    said, by_imo = sayings(archive([], claims), [200000001], [9161003])
    assert (said[200000001].imo, said[200000001].name, said[200000001].length_m) == (9161003, "LADY R", 122.0)
    assert by_imo[9161003] == (200000001, 200000002)
    sql = archive([(200000001, 510.0, *RAJIN)], claims)
    found = others([hull()], (Ship("LADY R", 9161003, ()),), NO_GAPS, straight, sql)
    assert found.heard.select(["imo", "name", "length_m"]).to_pylist() == [
        {"imo": 9161003, "name": "LADY R", "length_m": 122.0}
    ]
    assert found.named[0].mmsi == (200000001, 200000002)


VLADIVOSTOK = (43.1, 131.9)
NAMED = (Ship("MARIA", 8517839, (200000009,)),)


def followed(reports: Sequence[tuple[int, float, float, float]], one: Hull | None = None) -> frozenset[tuple[str, int]]:
    return others([one or hull()], NAMED, NO_GAPS, straight, archive(reports)).elsewhere


def test_a_named_ship_that_ais_followed_elsewhere_is_told() -> None:
    hourly = [(200000009, float(hour), *VLADIVOSTOK) for hour in range(480, 560)]
    assert followed(hourly) == {("H1", 200000009)}
    assert followed(hourly, hull(hours=(500, 500 + 24 * 30))) == frozenset()  # of any day of a month
    assert followed(hourly[:30]) == frozenset()  # not heard after
    assert followed([r for r in hourly if not 505 < r[1] < 530]) == frozenset()  # time to go there and back
    assert followed([r for r in hourly if not 505 < r[1] < 515]) == {("H1", 200000009)}  # no time for it
    assert followed([*hourly, (200000009, 510.5, *RAJIN)]) == frozenset()


def test_the_order_of_hulls_and_gaps_plays_no_part() -> None:
    rows = [gap(f"g{n}", 200000000 + n, (400 + n, 42.0 + n / 10, 130.5), (540, 42.0, 130.5)) for n in range(9)]
    hulls = [hull("H1"), hull("H2", (510, 512)), replace(hull("H3"), lat=35.1, lon=129.0)]
    one, other = others(hulls, (), gaps(*rows), straight), others(hulls[::-1], (), gaps(*rows[::-1]), straight)
    keys = [("hull", "ascending"), ("gap_id", "ascending")]
    assert one.silent.sort_by(keys).equals(other.silent.sort_by(keys))
    assert len(one.silent)


def test_without_gaps_reports_or_hulls_there_are_no_others() -> None:
    assert others([], (), NO_GAPS, straight, archive([])) == Others(
        (), *(t.schema.empty_table() for t in (Others().heard, Others().silent))
    )
    assert not len(others([hull()], (), NO_GAPS, straight, archive([])).silent)
