"""Where a silent ship can have been: nothing possible is left out, nothing impossible is listed, and no hull becomes a fix."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ais_gaps import geodesy, reach
from ais_gaps.evidence.tables import OBSERVATIONS
from ais_gaps.place_features import PLACES
from ais_gaps.reach import rank, sightings
from ais_gaps.reach.legs import columns
from ais_gaps.reach.prism import MIN_CALL_H, Spans, calls
from tests import angara_case as case

T0 = datetime(2023, 8, 10, 6, tzinfo=UTC)
IMO, MMSI = 9179842, 273210440


class Straight:
    """Ways over an earth without land."""

    def ways_nm(self, places_lat: Any, places_lon: Any, lats: Any, lons: Any, at_most_nm: Any) -> NDArray[np.float64]:
        nm = geodesy.distance_nm(places_lat[:, None], places_lon[:, None], lats[None, :], lons[None, :])
        return np.where(nm <= np.broadcast_to(at_most_nm, nm.shape), nm, np.inf)

    def afloat(self, lats: Any, lons: Any) -> NDArray[np.bool_]:
        return np.isfinite(lats)


class Ashore(Straight):
    """No way by sea north of 45 degrees, where all is land."""

    def ways_nm(self, places_lat: Any, places_lon: Any, lats: Any, lons: Any, at_most_nm: Any) -> NDArray[np.float64]:
        nm = super().ways_nm(places_lat, places_lon, lats, lons, at_most_nm)
        return np.where((places_lat[:, None] > 45) | (lats[None, :] > 45), np.inf, nm)

    def afloat(self, lats: Any, lons: Any) -> NDArray[np.bool_]:
        return lats <= 45


def gap(hours: float, off: tuple[float, float], on: tuple[float, float] | None, **changed: Any) -> dict[str, Any]:
    row = {
        "gap_id": "g1", "mmsi": MMSI, "imo": IMO, "name": "ANGARA", "ship_type": None, "off_ts": T0, "duration_h": hours,
        "off_lat": off[0], "off_lon": off[1], "off_place": None, "on_place": None,
        "on_ts": None if on is None else T0 + timedelta(hours=hours),
        "on_lat": None if on is None else on[0], "on_lon": None if on is None else on[1],
    }  # fmt: skip
    return row | changed


def observation(obs_id: str, **columns_: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(OBSERVATIONS.names)
    return row | {"obs_id": obs_id, "kind": "vessel", "observed": "at the pier", "place": "Rajin port"} | columns_


def places(*at: tuple[float, float], watched: bool = True) -> pa.Table:
    rows = [
        {"place_id": f"p{n}", "name": f"P{n}", "kind": "port", "watched": watched, "lat": lat, "lon": lon}
        for n, (lat, lon) in enumerate(at)
    ]
    return pa.Table.from_pylist(rows, schema=PLACES)


def reached(legs: Any, where: pa.Table, kn: float = 12.0) -> tuple[reach.Reach, ...]:
    speeds = {MMSI: reach.Speed(kn, True, "as said")}
    return reach.reach(legs, speeds, {}, where, Straight(), listed=100)


points = st.tuples(st.floats(30.0, 45.0), st.floats(125.0, 140.0))


# -- the prism ---------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(points, points, points, st.floats(0.3, 1.0), st.floats(MIN_CALL_H, 200.0))
def test_a_call_that_was_made_is_always_within_reach(
    off: tuple[float, float], port: tuple[float, float], on: tuple[float, float], share: float, stay_h: float
) -> None:
    kn = 12.0
    way = float(geodesy.distance_nm(*off, *port) + geodesy.distance_nm(*port, *on))
    hours = way / (kn * share) + stay_h + 0.01
    (found,) = reached(reach.cut(gap(hours, off, on), ()), places(port), kn)
    (place,) = found.places
    assert place.slack_h >= stay_h - 0.1
    assert place.out_nm + (place.back_nm or 0.0) == pytest.approx(way, abs=0.2)


@settings(max_examples=60, deadline=None)
@given(points, points, st.lists(points, min_size=1, max_size=8), st.floats(2.0, 100.0))
def test_just_the_places_that_leave_an_hour_are_listed(
    off: tuple[float, float], on: tuple[float, float], ports: list[tuple[float, float]], hours: float
) -> None:
    (found,) = reached(reach.cut(gap(hours, off, on), ()), places(*ports))
    slack = [hours - float(geodesy.distance_nm(*off, *port) + geodesy.distance_nm(*port, *on)) / 12.0 for port in ports]
    assert {p.place_id for p in found.places} == {f"p{n}" for n, h in enumerate(slack) if h >= MIN_CALL_H}
    assert found.total == len(found.places)
    for place in found.places:
        assert place.latest_departure is not None
        lies = (place.latest_departure - place.earliest_arrival) / timedelta(hours=1)
        assert lies == pytest.approx(place.slack_h, abs=0.1) and lies <= slack[int(place.place_id[1:])] + 1e-9


@settings(max_examples=40, deadline=None)
@given(points, points, st.lists(points, min_size=1, max_size=8), st.floats(2.0, 400.0))
def test_shares_add_up_and_ranks_are_whole(
    off: tuple[float, float], on: tuple[float, float], ports: list[tuple[float, float]], hours: float
) -> None:
    (found,) = reached(reach.cut(gap(hours, off, on), ()), places(*ports))
    assert [place.rank for place in found.places] == list(range(1, len(found.places) + 1))
    if found.places:
        assert sum(place.share for place in found.places) == pytest.approx(1.0, abs=1e-3)
        assert [p.share for p in found.places] == sorted((p.share for p in found.places), reverse=True)


@settings(max_examples=40, deadline=None)
@given(points, points, st.lists(points, min_size=2, max_size=6), st.floats(2.0, 100.0), st.floats(0.0, 50.0))
def test_more_time_or_a_wider_date_never_takes_a_place_away(
    off: tuple[float, float], on: tuple[float, float], ports: list[tuple[float, float]], hours: float, more: float
) -> None:
    (less,) = reached(reach.cut(gap(hours, off, on), ()), places(*ports))
    (longer,) = reached(reach.cut(gap(hours + more, off, on), ()), places(*ports))
    assert {p.place_id for p in less.places} <= {p.place_id for p in longer.places}


def test_a_gap_too_short_for_a_call_lists_none() -> None:
    near = (42.6, 132.0)
    (found,) = reached(reach.cut(gap(6.5, near, near), ()), places((42.2333, 130.3)))
    assert found == reach.Reach((), 0)


def test_an_open_leg_has_no_way_back_and_runs_until_now() -> None:
    (leg,) = reach.cut(gap(30.0, (42.6, 132.0), None), ())
    assert leg.end is None and leg.until == T0 + timedelta(hours=30)
    (found,) = reached([leg], places((42.2333, 130.3)))
    (place,) = found.places
    assert place.back_nm is None and place.latest_departure is None
    assert place.slack_h == pytest.approx(30.0 - place.out_nm / 12.0, abs=0.05)


def test_a_leg_that_begins_nowhere_reaches_nothing_and_one_that_ends_nowhere_is_reckoned_out_only() -> None:
    nowhere = gap(30.0, (0.0, 0.0), (42.6, 132.0), off_lat=None, off_lon=None)
    ends = gap(30.0, (42.6, 132.0), (0.0, 0.0), on_lat=None, on_lon=None)
    first, second = reached([*reach.cut(nowhere, ()), *reach.cut(ends, ())], places((42.2333, 130.3)))
    assert first.total == 0
    assert second.places[0].back_nm is None


def test_what_lies_far_inland_is_reckoned_straight_and_never_ruled_out_for_want_of_a_map() -> None:
    speeds = {MMSI: reach.Speed(12.0, True, "")}
    where = places((44.0, 130.0), (45.5, 130.5))
    legs = reach.cut(gap(60.0, (46.0, 131.0), (44.5, 131.0)), ())
    (found,) = reach.reach(legs, speeds, {}, where, Ashore())
    (straight,) = reach.reach(legs, speeds, {}, where, Straight())
    assert found.places == straight.places and found.total == 2
    too_far = reach.cut(gap(8.0, (46.0, 131.0), (44.5, 131.0)), ())
    assert reach.reach(too_far, speeds, {}, places((46.0, 137.0)), Ashore())[0].total == 0


def test_a_course_to_a_place_speaks_for_it_and_one_away_against_it() -> None:
    (leg,) = reach.cut(gap(60.0, (40.0, 133.0), (40.0, 133.0)), ())
    where = places((42.0, 133.0), (38.0, 133.0))
    headed = {(MMSI, T0): 0.0}
    (found,) = reach.reach([leg], {MMSI: reach.Speed(12.0, True, "")}, headed, where, Straight())
    assert [p.place_id for p in found.places] == ["p0", "p1"]
    assert found.places[0].share > 0.9
    words = {term.name: term.text for term in found.places[1].terms}
    assert words["course out"] == "last heard on course 000, which leads elsewhere than there"


def test_the_terms_of_a_place_add_up_to_its_share() -> None:
    legs = reach.cut(gap(60.0, (40.0, 133.0), (41.0, 134.0)), ())
    where = places((42.0, 133.0), (39.0, 131.0), (40.1, 133.1))
    spans = columns(legs, {MMSI: reach.Speed(12.0, True, "")}, {(MMSI, T0): 10.0})
    lat, lon = where["lat"].to_numpy(), where["lon"].to_numpy()
    found = calls(spans, lat, lon, Straight())
    terms = rank.terms(spans, found, lat, lon, where["watched"].to_numpy())
    for row in range(len(found.span)):
        said = sum(term.nats for term in rank.worded(terms, spans, found, row))
        assert said == pytest.approx(float(terms.total[row]), abs=0.03)


def test_columns_of_no_legs_are_empty() -> None:
    assert len(columns([], {}, {})) == 0 and isinstance(columns([], {}, {}), Spans)
    assert reached([], places((1.0, 1.0))) == ()


# -- sightings ---------------------------------------------------------------------------------------------------------

RAJIN = {
    "P01": {"place_id": "P01", "lat": 42.2333, "lon": 130.3},
    "P05": {"place_id": "P05", "lat": 42.88, "lon": 132.34},
}
LONG = (T0, T0 + timedelta(days=180))


def cuts(*rows: dict[str, Any]) -> tuple[tuple[reach.Fix, ...], tuple[reach.Unused, ...]]:
    return reach.fixes(rows, RAJIN, IMO, (MMSI,), *LONG)


def day(n: int, until: int | None = None, **more: Any) -> dict[str, Any]:
    first = T0.date() + timedelta(days=n)
    last = T0.date() + timedelta(days=until if until is not None else n)
    return {
        "date_start": first,
        "date_end": last,
        "place_ids": ["P01"],
        "vessel_imos": [IMO],
        "vessels_named": ["A"],
    } | more


def test_a_day_is_that_of_utc_or_of_the_place() -> None:
    (fix,), _ = cuts(observation("O1", **day(30)))
    first = datetime.combine(T0.date() + timedelta(days=30), datetime.min.time(), UTC)
    assert (fix.earliest, fix.latest) == (first - timedelta(hours=9), first + timedelta(days=1))
    assert (fix.lat, fix.lon, fix.precision_nm) == (42.2333, 130.3, sightings.PLACE_NM)


@pytest.mark.parametrize(
    "row",
    [
        {"vessel_imos": None, "vessels_named": None, "length_min_m": 115.0},
        {"vessel_imos": [None], "vessels_named": ["ANGARA"]},
        {"vessel_imos": [9124043], "vessels_named": ["ANGARA"]},
        {"vessel_imos": [9124043], "vessel_mmsis": [MMSI], "vessels_named": ["ANGARA"]},
        {"kind": "count"},
        {"kind": "nothing_seen"},
    ],
)
def test_a_hull_a_bare_name_or_another_ship_is_never_a_fix(row: dict[str, Any]) -> None:
    assert cuts(observation("O1", **(day(30) | row))) == ((), ())


def test_a_detection_matched_to_her_mmsi_is_a_fix_where_it_lies() -> None:
    row = observation("O1", **day(30, vessel_imos=None, vessel_mmsis=[MMSI], lat=42.1, lon=130.9, precision_nm=0.1))
    (fix,), _ = cuts(row)
    assert (fix.lat, fix.lon, fix.precision_nm) == (42.1, 130.9, 0.1)


def test_a_wide_date_does_not_cut_where_a_narrow_one_lies_in_it_and_says_so() -> None:
    (fix,), (unused,) = cuts(observation("O1", **day(10, 60, place_ids=["P05"])), observation("O2", **day(30)))
    assert fix.refs == ("O2",)
    assert unused.ref == "O1" and "before or after" in unused.reason


def test_a_wide_date_alone_cuts_with_its_whole_width() -> None:
    (fix,), _ = cuts(observation("O1", **day(20, 30)))
    assert (fix.latest - fix.earliest) / timedelta(days=1) == pytest.approx(11 + 9 / 24)


def test_several_sources_of_one_place_and_day_are_one_fix_with_all_of_them() -> None:
    (fix,), unused = cuts(observation("O1", **day(30)), observation("O2", **day(30)))
    assert fix.refs == ("O1", "O2") and unused == ()


def test_an_unknown_place_or_several_places_do_not_cut() -> None:
    _, unused = cuts(
        observation("O1", **day(30, place_ids=["P01", "P05"])), observation("O2", **day(60, place_ids=["P09"]))
    )
    assert {u.ref: u.reason for u in unused} == {
        "O1": "it gives several places",
        "O2": "no coordinates are known of its place",
    }


def test_a_sighting_on_the_day_when_the_silence_begins_may_be_before_it() -> None:
    found, (unused,) = cuts(observation("O1", **day(0)))
    assert found == () and "before or after this silence" in unused.reason


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 178), st.integers(0, 20), st.booleans()), max_size=12), st.randoms())
def test_fixes_never_overlap_are_ordered_and_do_not_depend_on_the_order_of_rows(
    days: list[tuple[int, int, bool]], shuffle: Any
) -> None:
    rows = [
        observation(f"O{n:02}", **day(first, min(first + width, 178), place_ids=["P05" if other else "P01"]))
        for n, (first, width, other) in enumerate(days)
    ]
    found, unused = cuts(*rows)
    assert all(a.latest < b.earliest for a, b in pairwise(found))
    assert {ref for fix in found for ref in fix.refs} | {u.ref for u in unused} == {row["obs_id"] for row in rows}
    mixed = list(rows)
    shuffle.shuffle(mixed)
    again, _ = cuts(*mixed)
    assert [(f.earliest, f.latest, f.place) for f in again] == [(f.earliest, f.latest, f.place) for f in found]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 178), max_size=6, unique=True))
def test_legs_cover_the_silence_and_their_widest_and_narrowest_times_hold_its_length(days: list[int]) -> None:
    found, _ = cuts(*(observation(f"O{n}", **day(n)) for n in days))
    legs = reach.cut(gap(180 * 24.0, (42.6, 132.0), (35.0, 129.5)), found)
    assert len(legs) == len(found) + 1 and [leg.number for leg in legs] == list(range(1, len(legs) + 1))
    assert legs[0].start.kind == "heard" and legs[-1].end is not None and legs[-1].end.kind == "heard"
    assert sum(leg.narrowest_h for leg in legs) <= 180 * 24.0 <= sum(leg.widest_h for leg in legs)


def test_the_case_has_her_three_dated_sightings_as_fixes_and_nothing_else() -> None:
    (first, *_) = [row for row in case.gaps().to_pylist() if row["mmsi"] == MMSI]
    rows = case.evidence().observations.to_pylist()
    located = {row["place_id"]: row for row in case.evidence().places.to_pylist()}
    found, unused = reach.fixes(rows, located, IMO, (MMSI,), first["off_ts"], reach.end_of(first))
    assert [fix.refs for fix in found] == [("O035",), ("O054",), ("O059",)]
    assert [fix.place for fix in found] == ["Dunai port", "Rajin port", "Rajin port"]
    assert [fix.dated for fix in found] == ["2023-09-12", "2023-12-09", "2024-01-08"]
    assert {u.ref for u in unused} >= {"O036", "O053", "O060"}


# -- speed -------------------------------------------------------------------------------------------------------------


def test_her_own_speed_is_the_95th_percentile_under_way() -> None:
    from ais_gaps import reach as asked

    sog = [0.1] * 500 + [float(n % 10) + 5.0 for n in range(200)] + [102.3]
    hours = pa.array([T0 + timedelta(minutes=10 * n) for n in range(len(sog))], pa.timestamp("us", tz="UTC"))
    reports = pa.table(
        {"mmsi": pa.array([MMSI] * len(sog), pa.int32()), "ts": hours, "kind": ["position"] * len(sog), "sog": sog}
    )

    def sql(query: str, parameters: Any) -> pa.Table:
        import duckdb

        con = duckdb.connect()
        con.register("reports", reports)
        return con.sql(query, params=list(parameters)).to_arrow_table()

    (speed,) = asked.speeds(sql, [(MMSI, "Cargo", 120.0)]).values()
    assert speed.own and speed.kn == pytest.approx(np.quantile([s for s in sog if 3 <= s <= 60], 0.95), abs=0.01)
    assert "200 reports" in speed.basis
    early = T0 + timedelta(minutes=10 * 560)
    (then,) = asked.speeds(sql, [(MMSI, "Cargo", 120.0)], early).values()
    assert then.own and "61 reports" in then.basis, "what comes after the present of the question is not seen"
    other = asked.speeds(sql, [(1, "Cargo", 120.0)])[1]
    assert not other.own and 12 < other.kn < 20 and "120 m" in other.basis


@given(st.floats(1.0, 450.0), st.sampled_from(["Cargo", "Tanker", "Fishing", "Passenger", None, "<script>"]))
def test_a_longer_ship_is_never_reckoned_slower(length: float, kind: str | None) -> None:
    from ais_gaps.reach.speed import typical

    assert typical(kind, length).kn <= typical(kind, length * 1.5).kn
    assert 8.0 <= typical(kind, length).kn <= 35.0 and typical(kind, None).kn > 0
