"""What is drawn of a dossier, and that nothing drawn says more than the dossier does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.dossier import Dossier, Leg, Silence, TrackRun
from ais_gaps.features import CERTAINTIES, NOT_A_PATH, ROLES, Feature, draw, shapes, unplaced
from tests.angara_case import utc
from tests.full_dossier import AREA, DUNAI, full, real

Position = tuple[float, float]
LATS = st.floats(-89, 89).map(lambda v: round(v, 4))
LONS = st.floats(-180, 180).map(lambda v: round(v, 4))
SPOTS = st.tuples(LATS, LONS)


def everything(dossier: Dossier) -> tuple[Feature, ...]:
    return (*draw(dossier), *unplaced(dossier))


def of_role(features: tuple[Feature, ...], role: str) -> list[Feature]:
    return [feature for feature in features if feature.role == role]


def first_silence(dossier: Dossier, **changed: Any) -> Dossier:
    return replace(dossier, silences=(replace(dossier.silences[0], **changed), *dossier.silences[1:]))


def gap_of(dossier: Dossier, **changed: Any) -> Dossier:
    return first_silence(dossier, gap={**dossier.silences[0].gap, **changed})


# -- every feature -----------------------------------------------------------------------------------------------------


def test_every_role_is_there_and_every_feature_keeps_the_contract() -> None:
    drawn, listed = draw(full()), unplaced(full())
    assert {f.role for f in (*drawn, *listed)} == set(ROLES)
    for feature in (*drawn, *listed):
        assert feature.certainty in CERTAINTIES
        assert feature.name.strip() and feature.text.strip()
        assert feature.start is None or feature.end is None or feature.start <= feature.end
    assert all(f.geometry.is_empty for f in listed)
    assert all(not f.geometry.is_empty and f.geometry.is_valid for f in drawn)
    assert [list(ROLES).index(f.role) for f in drawn] == sorted(list(ROLES).index(f.role) for f in drawn)


def test_ids_are_unique_and_the_same_each_time() -> None:
    ids = [f.id for f in everything(full())]
    assert len(ids) == len(set(ids))
    assert draw(full()) == draw(full())
    assert ids == [f.id for f in everything(full())]


def test_two_findings_of_the_same_rows_keep_different_ids() -> None:
    silence = real().silences[0]
    group = silence.groups[0]
    doubled = first_silence(real(), groups=(replace(group, findings=group.findings * 2), *silence.groups[1:]))
    ids = [f.id for f in everything(doubled)]
    assert len(ids) == len(set(ids))
    assert any(name.endswith("#2") for name in ids)


def test_no_finding_of_the_dossier_is_lost() -> None:
    dossier = full()
    drawn = everything(dossier)
    for number, silence in enumerate(dossier.silences, 1):
        here = {ref for f in drawn if f.silence == number for ref in f.refs}
        assert here >= {ref for group in silence.groups for found in group.findings for ref in found.refs}


# -- silences and legs -------------------------------------------------------------------------------------------------


def test_a_line_over_a_silence_says_that_it_is_no_path() -> None:
    lines = [f for f in draw(full()) if f.role in ("gap", "leg") and f.geometry.geom_type != "Point"]
    assert len(lines) >= 5
    for feature in lines:
        assert NOT_A_PATH in feature.text and feature.certainty == "unknown"


def test_a_gap_runs_from_off_to_on_and_an_open_one_is_the_last_known_point() -> None:
    closed, *_, still = of_role(draw(full()), "gap")
    gap = full().silences[0].gap
    assert list(closed.geometry.coords) == [(gap["off_lon"], gap["off_lat"]), (gap["on_lon"], gap["on_lat"])]
    assert (closed.start, closed.end, closed.silence) == (gap["off_ts"], gap["on_ts"], 1)
    assert still.geometry.geom_type == "Point" and still.end is None
    assert "last known" in still.text and NOT_A_PATH not in still.text
    assert [f.silence for f in of_role(draw(full()), "on")] == [1, 2, 3]


def test_a_silence_without_a_last_position_is_listed_and_not_drawn() -> None:
    dossier = gap_of(real(), off_lat=None, off_lon=None)
    assert "off:" + dossier.silences[0].gap["gap_id"] in {f.id for f in unplaced(dossier)}
    gap = of_role(draw(dossier), "gap")[0]
    assert gap.geometry.geom_type == "Point"  # the one end that is known
    assert "unknown position" in next(f for f in unplaced(dossier) if f.role == "off").text


def test_legs_join_fixes_and_a_fix_is_drawn_once_with_its_interval() -> None:
    one, two = of_role(draw(full()), "leg")
    assert (one.silence, one.leg, two.leg) == (1, 1, 2)
    assert list(one.geometry.coords)[-1] == next(iter(two.geometry.coords)) == (DUNAI[1], DUNAI[0])
    refs = full().silences[0].legs[0].end.refs  # type: ignore[union-attr]
    sightings = [f for f in everything(full()) if f.role == "sighting" and f.refs == refs]
    assert [(f.start, f.end, f.certainty) for f in sightings] == [(utc(2023, 9, 12), utc(2023, 9, 13), "stated")]
    assert sightings[0].precision_nm == 1.0


def test_what_ais_heard_at_the_ends_of_legs_is_no_sighting() -> None:
    assert all(f.refs and "heard" not in f.text for f in everything(full()) if f.role == "sighting")


def test_an_open_leg_ends_nowhere() -> None:
    leg: Leg = full().silences[0].legs[1]
    reach = tuple(replace(place, back_nm=None, latest_departure=None) for place in leg.reach)
    dossier = first_silence(full(), legs=(full().silences[0].legs[0], replace(leg, end=None, reach=reach)))
    drawn = of_role(draw(dossier), "leg")[1]
    assert drawn.end is None and drawn.geometry.geom_type == "Point" and NOT_A_PATH not in drawn.text
    place = next(f for f in draw(dossier) if f.role == "reach_place" and f.leg == 2)
    assert place.end is None and "latest departure" not in place.text and "on to its end" not in place.text


def test_reach_is_possible_only_and_says_so() -> None:
    places, areas = of_role(draw(full()), "reach_place"), of_role(draw(full()), "reach_area")
    assert [(f.leg, f.rank) for f in places] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    for feature in (*places, *areas):
        assert feature.certainty == "possible"
    assert all("that she did is not known" in f.text for f in places)
    assert [f.leg for f in areas] == [1] and "not where she was" in areas[0].text
    assert areas[0].geometry.equals(shapely.geometry.shape(AREA))
    assert [f.refs for f in of_role(draw(full()), "place")] == [("P01",), ("P02",)]


# -- evidence ----------------------------------------------------------------------------------------------------------


def test_a_hull_is_never_a_sighting() -> None:
    drawn = everything(full())
    hulls = {
        ref for s in full().silences for g in s.groups if g.role == "unnamed" for f in g.findings for ref in f.refs
    }
    assert hulls
    for feature in drawn:
        if hulls & set(feature.refs):
            assert (
                feature.role == "hull" and feature.certainty == "possible" and feature.name.startswith("Ship not named")
            )


def test_a_hull_that_was_held_against_her_is_drawn_once_with_what_came_of_it() -> None:
    candidate = full().silences[0].candidates[0]
    (hull,) = (f for f in everything(full()) if f.refs == candidate.finding.refs and f.silence == 1)
    assert hull.text.endswith(candidate.text.text)


def test_a_hull_that_cannot_be_her_is_no_longer_possible_and_says_why() -> None:
    silence: Silence = full().silences[0]
    told = replace(silence.candidates[0], fits=False, share=None)
    hull = of_role(draw(first_silence(full(), candidates=(told,))), "hull")[0]
    assert hull.certainty == "stated" and hull.text.endswith(told.text.text)


def test_a_look_that_saw_nothing_is_drawn_as_that() -> None:
    noon = next(f for f in everything(real()) if f.refs == ("O045",))
    assert noon.role == "nothing_seen"
    assert noon.start == noon.end == utc(2023, 10, 20, 6, 43)


def test_a_day_lasts_until_the_midnight_after_it() -> None:
    day = next(f for f in everything(real()) if f.refs == ("O032",))
    assert (day.start, day.end) == (utc(2023, 8, 26), utc(2023, 8, 27))


# -- shapes ------------------------------------------------------------------------------------------------------------


def test_a_track_over_the_antimeridian_is_cut_there() -> None:
    whole, alone = of_role(draw(full()), "track")
    assert whole.geometry.geom_type == "MultiLineString" and len(whole.geometry.geoms) == 2
    assert "1,200 reports" in whole.text and "1 report from" in alone.text
    assert alone.geometry.geom_type == "Point"


@given(st.lists(SPOTS, min_size=1, max_size=8))
def test_a_line_stays_on_the_map_and_never_goes_the_long_way_round(spots: list[Position]) -> None:
    line = shapes.line(spots)
    assert not line.is_empty
    west, south, east, north = line.bounds
    assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    parts = [line] if line.geom_type in ("Point", "LineString") else list(line.geoms)
    for part in parts:
        assert all(abs(a[0] - b[0]) <= 180 for a, b in pairwise(part.coords))
    ends = {(lon % 360, lat) for lat, lon in (spots[0], spots[-1])}
    assert ends <= {(lon % 360, lat) for part in parts for lon, lat in part.coords}


@given(st.floats(-300, 300), st.floats(1, 100), st.floats(-80, 70), st.floats(1, 9))
def test_an_area_keeps_its_size_when_it_is_cut(west: float, width: float, south: float, height: float) -> None:
    east, north = west + width, south + height
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    cut = shapes.area({"type": "Polygon", "coordinates": [ring]})
    assert cut.bounds[0] >= -180 and cut.bounds[2] <= 180 and cut.is_valid
    assert cut.area == pytest.approx(width * height, rel=1e-6)


def test_a_place_that_is_heard_twice_running_is_one_point_of_the_line() -> None:
    assert shapes.line([(1.0, 2.0), (1.0, 2.0)]).geom_type == "Point"
    assert list(shapes.line([(1.0, 2.0), (1.0, 2.0), (1.5, 2.0)]).coords) == [(2.0, 1.0), (2.0, 1.5)]


def test_a_wide_area_within_the_map_is_left_as_it_is() -> None:
    world = {"type": "Polygon", "coordinates": [[[-170, -60], [170, -60], [170, 60], [-170, 60], [-170, -60]]]}
    assert shapes.area(world).area == 340 * 120


def test_a_run_of_the_track_without_points_draws_nothing() -> None:
    assert of_role(draw(replace(real(), track=(TrackRun((), 0),))), "track") == []
