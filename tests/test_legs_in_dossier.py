"""The case with legs, reach, hulls and track, reckoned over a sea without land: what the dossier says of them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from ais_gaps import geodesy, reach
from ais_gaps.dossier import Dossier, Leg, Silence, build
from ais_gaps.dossier.around import Around
from ais_gaps.dossier.track import track
from ais_gaps.holdings import Holdings
from ais_gaps.places import shipped
from ais_gaps.report.terminal import render
from ais_gaps.schema import GAPS
from tests import angara_case as case
from tests.angara_case import ANGARA, LADY_R, OTHER_ANGARA

MMSI = 273210440


class Sea:
    """No land anywhere."""

    def ways_nm(self, places_lat: Any, places_lon: Any, lats: Any, lons: Any, at_most_nm: Any) -> Any:
        nm = geodesy.distance_nm(places_lat[:, None], places_lon[:, None], lats[None, :], lons[None, :])
        return np.where(nm <= np.broadcast_to(at_most_nm, nm.shape), nm, np.inf)

    def way_nm(self, lat: float, lon: float, lats: Any, lons: Any, *, at_most_nm: Any = None) -> Any:
        return geodesy.distance_nm(lat, lon, np.asarray(lats), np.asarray(lons))

    def afloat(self, lats: Any, lons: Any) -> Any:
        return np.isfinite(lats)

    def area(self, start: Any, end: Any, budget_nm: float) -> Any:
        return shapely.Point(start[1], start[0]).buffer(budget_nm / 120.0)


def around(speed_kn: float = 12.4) -> Around:
    return Around(
        speed=reach.Speed(speed_kn, True, "the 95th percentile of what she reported"),
        courses=lambda legs: {},
        places=reach.callable_places(shipped()),
        sea=Sea(),
        sql=lambda query, parameters: pa.table({"mmsi": pa.array([], pa.int32())}),
        fleet=lambda start, end: GAPS.arrow.empty_table(),
    )


def told(imo: int = ANGARA, speed_kn: float = 12.4, gaps: pa.Table | None = None, **evidence: pa.Table) -> Dossier:
    known = replace(case.evidence(), **evidence)
    if not evidence:
        return _told(imo, speed_kn) if gaps is None else _built(imo, speed_kn, gaps, known)
    return _built(imo, speed_kn, gaps if gaps is not None else case.gaps(), known)


def _built(imo: int, speed_kn: float, gaps: pa.Table, evidence: Any) -> Dossier:
    # Hulls are held against the archive's reports elsewhere: here none is at hand.
    keep = pa.array([kind != "vessel" or bool(imos) for kind, imos in _kinds(evidence)], pa.bool_())
    quiet = evidence.observations.filter(keep)
    known = replace(evidence, observations=quiet)
    return build(case.vessel(imo), case.vessels(), gaps, known, case.provenance(), around(speed_kn))


def _kinds(evidence: Any) -> list[tuple[str, Any]]:
    rows = evidence.observations
    return list(zip(rows["kind"].to_pylist(), rows["vessel_imos"].to_pylist(), strict=True))


@cache
def _told(imo: int, speed_kn: float) -> Dossier:
    return _built(imo, speed_kn, case.gaps(), case.evidence())


def first(imo: int = ANGARA) -> Silence:
    return told(imo).silences[0]


def legs_of(dossier: Dossier) -> list[Leg]:
    return [leg for silence in dossier.silences for leg in silence.legs]


# -- legs --------------------------------------------------------------------------------------------------------------


def test_the_long_silence_is_cut_at_her_three_dated_sightings() -> None:
    legs = first().legs
    assert [leg.number for leg in legs] == [1, 2, 3, 4]
    assert [leg.end.refs for leg in legs if leg.end] == [("O035",), ("O054",), ("O059",), legs[0].start.refs]
    assert legs[0].text.text.startswith(
        "From the last report near Dunai (2023-08-10 06:40 UTC) to the sighting at Dunai port of"
    )
    assert "2023-09-12 (between 2023-09-11 15:00 UTC and 2023-09-13 00:00 UTC)" in legs[0].text.text
    assert "The same place." in legs[2].text.text
    assert legs[3].text.refs[0] == "O059" and all(leg.feasible for leg in legs)


def test_sightings_that_cut_no_leg_are_told_with_the_reason() -> None:
    uncut = first().uncut
    assert uncut is not None and {"O036", "O053", "O060"} <= set(uncut.refs)
    assert "O036: it gives several places" in uncut.text and "O053: it may be before or after" in uncut.text


def test_hours_of_a_leg_hold_its_dates_at_their_nearest_and_widest() -> None:
    for leg in legs_of(told()):
        assert 0 <= leg.hours_least <= leg.hours_most
        fixed = leg.end is not None and {leg.start.kind, leg.end.kind} == {"heard"}
        assert (leg.hours_least == leg.hours_most) == (fixed or leg.end is None)


def test_long_legs_list_rajin_dunai_and_vostochny_with_their_ways_and_say_that_this_tells_nothing() -> None:
    leg = first().legs[2]
    ways = {place.place: (place.out_nm, place.back_nm) for place in leg.reach}
    assert ways["Dunai"][0] == pytest.approx(98, abs=1) and ways["Vostochny port"][0] == pytest.approx(127, abs=1)
    assert ways["Rajin port"] == (0.0, 0.0)
    assert leg.no_reach is not None and "tells nothing" in leg.no_reach.text
    for place in leg.reach:
        assert place.back_nm is not None
        assert place.slack_h == pytest.approx(leg.hours_most - (place.out_nm + place.back_nm) / 12.4, abs=0.2)


def test_a_leg_without_time_for_a_call_lists_none_and_says_so() -> None:
    (leg,) = told().silences[1].legs
    assert leg.reach == () and leg.way_nm == pytest.approx(395, abs=1)
    assert leg.no_reach is not None and "leaves no time to call at any watched place" in leg.no_reach.text


def test_an_open_leg_runs_to_the_present_and_reckons_the_way_out_only() -> None:
    (leg,) = told().silences[3].legs
    assert leg.end is None and leg.until == case.as_of() and leg.way_nm is None
    assert "2024-04-30 00:00 UTC" in leg.text.text and "2.2 days" in leg.text.text
    assert all(place.back_nm is None and place.latest_departure is None for place in leg.reach)


def test_a_leg_that_she_cannot_have_made_is_told_where_sources_disagree_and_lists_no_place() -> None:
    dossier = told(speed_kn=8.0)
    (leg,) = dossier.silences[1].legs
    assert leg.feasible is False and leg.reach == () and leg.area is None
    assert "longer than the leg lasts" in leg.text.text and leg.text in dossier.conflicts
    assert leg.no_reach is not None and "does not fit" in leg.no_reach.text
    assert leg.text not in told().conflicts


def test_areas_are_drawn_of_small_legs_and_said_to_be_too_large_of_others() -> None:
    long, short = first().legs[0], told().silences[1].legs[0]
    assert long.area is None and "too large to be drawn" in (long.area_text or "")
    assert short.area is not None and shapely.geometry.shape(short.area).is_valid
    assert "nowhere beyond" in (short.area_text or "")


def test_a_sighting_of_one_ship_is_a_fix_in_her_dossier_only() -> None:
    fixes = {leg.start.refs for leg in legs_of(told(LADY_R))} | {
        leg.end.refs for leg in legs_of(told(LADY_R)) if leg.end
    }
    assert ("O066",) in fixes and ("O035",) not in fixes
    assert all("O035" not in fix.refs for leg in legs_of(told(OTHER_ANGARA)) for fix in (leg.start, leg.end) if fix)


def test_a_silence_between_unknown_places_has_a_leg_and_no_reach() -> None:
    row = next(r for r in case.gaps().to_pylist() if r["mmsi"] == MMSI) | {"off_lat": None, "off_lon": None}
    gap = pa.Table.from_pylist([row], schema=GAPS.arrow)
    none = case.evidence().observations.slice(0, 0)
    (silence,) = told(gaps=gap, observations=none).silences
    (leg,) = silence.legs
    assert leg.reach == () and leg.way_nm is None and leg.feasible is None and leg.area_text is None
    assert leg.no_reach is not None and "begins is not known" in leg.no_reach.text


def test_speed_and_method_are_said_once() -> None:
    dossier = told()
    assert dossier.speed is not None and "12.4 knots" in dossier.speed.text
    assert dossier.speed.refs == (f"MMSI {MMSI}",)
    (method,) = [said for said in dossier.how if "Hägerstrand" in said.text]
    assert "1:10m" in method.text


def test_without_what_is_around_nothing_is_reckoned() -> None:
    bare = build(case.vessel(ANGARA), case.vessels(), case.gaps(), case.evidence(), case.provenance())
    assert bare.speed is None and bare.track == () and legs_of(bare) == []


@pytest.mark.parametrize("width", [60, 100])
def test_the_terminal_tells_legs_reach_and_what_cuts_none(width: int) -> None:
    from rich.console import Console

    console = Console(width=width, record=True, file=io.StringIO())
    render(told(), console)
    page = " ".join(console.export_text().split())
    assert "Leg 2. From the sighting at Dunai port of 2023-09-12" in page
    assert "Within reach, by way out: Dunai" in page
    assert "So long a leg leaves time for all of these places" in page and "tells nothing." in page
    assert "Naming her, and cutting no leg" in page
    assert "It leaves no time to call at any watched place" in page


# -- listed ------------------------------------------------------------------------------------------------------------


def test_each_silence_says_which_lists_had_her_when_it_began() -> None:
    us, eu = first().listed
    assert us.text == "Listed when it began, US (OFAC SDN): listed since 2022-05-08." and us.refs == ("L01",)
    assert eu.text.startswith("Not listed when it began, EU") and "after this silence ended" in eu.text
    assert all(silence.listed == () for silence in told(OTHER_ANGARA).silences)


# -- track and the archive ---------------------------------------------------------------------------------------------


def test_the_track_has_a_run_between_every_two_silences_with_the_reports_at_its_ends(demo_archive: Holdings) -> None:
    gaps = demo_archive.gaps("9179842").to_pylist()
    runs = track(demo_archive.sql, [MMSI], gaps, None)
    assert sum(run.reports for run in runs) == 184 and len(runs) == len(gaps)
    for run, gap in zip(runs, gaps, strict=True):
        assert run.points[-1] == (gap["off_ts"], gap["off_lat"], gap["off_lon"])
        assert list(run.points) == sorted(run.points)
    for run, gap in zip(runs[1:], gaps, strict=False):
        assert run.points[0] == (gap["on_ts"], gap["on_lat"], gap["on_lon"])


def test_a_track_ends_at_the_present_of_the_question_and_of_nobody_is_none(demo_archive: Holdings) -> None:
    until = datetime(2024, 2, 8, tzinfo=UTC)
    runs = track(demo_archive.sql, [MMSI], demo_archive.gaps("9179842", as_of=until).to_pylist(), until)
    assert max(point[0] for run in runs for point in run.points) <= until
    assert track(demo_archive.sql, [1], [], None) == ()


def test_in_the_archive_her_speed_is_her_own_and_ways_go_around_land(demo_archive: Holdings) -> None:
    dossier = demo_archive.dossier("ANGARA")
    assert dossier.speed is not None and "96 reports in 20 hours" in dossier.speed.text
    ways = {place.place: place.out_nm for place in dossier.silences[0].legs[2].reach}
    assert ways["Vladivostok"] == pytest.approx(176.5 / 1.852, rel=0.01)
    assert 98.0 <= ways["Dunai"] <= 107.0 and 127.0 <= ways["Vostochny port"] <= 133.0
    assert ways["Nampo"] > 800


def test_the_hulls_of_the_case_are_candidates_and_no_fix(demo_archive: Holdings) -> None:
    dossier = demo_archive.dossier("ANGARA")
    hulls = dossier.silences[0].candidates
    assert len(hulls) == 12
    seen = {ref for hull in hulls for ref in hull.finding.refs}
    fixes = {ref for leg in legs_of(dossier) for fix in (leg.start, leg.end) if fix for ref in fix.refs}
    assert not seen & fixes and "O044" in seen
    for hull in hulls:
        assert {"MARIA", "MAIA-1", "LADY R"} <= {rival.name for rival in hull.rivals}
        assert hull.share is not None and 0.0 < hull.share < 0.6
        assert hull.share + sum(r.share for r in hull.rivals) == pytest.approx(1.0, abs=0.01)


def test_reach_of_the_fleet_is_that_of_the_dossier(demo_archive: Holdings) -> None:
    rows = demo_archive.reach("9179842").to_pylist()
    listed = [
        (silence.gap["gap_id"], leg.number, place.place_id, place.slack_h)
        for silence in demo_archive.dossier("9179842").silences
        for leg in silence.legs
        for place in leg.reach
    ]
    assert [(r["gap_id"], r["leg"], r["place_id"], r["slack_h"]) for r in rows] == listed
    every = demo_archive.reach(min_hours=24, listed=2).to_pylist()
    assert {row["rank"] for row in every} == {1, 2} and len({row["mmsi"] for row in every}) > 2
    for row in every:
        hours = (row["end_ts"] - row["start_ts"]) / timedelta(hours=1)
        way = row["out_nm"] + (row["back_nm"] or 0.0)
        assert row["slack_h"] == pytest.approx(hours - way / row["speed_kn"], abs=0.2)


def test_a_place_of_ones_own_is_reckoned_with_whether_watched_or_not(tmp_path: Any) -> None:
    from ais_gaps.angara import build as build_demo

    archive = build_demo(tmp_path / "a")
    archive.add_place("Quiet Bay", 41.9, 131.0, 3.0, watched=False)
    rows = archive.reach("9179842", straight=True, listed=50).to_pylist()
    (one,) = {row["place_id"] for row in rows if row["place"] == "Quiet Bay"}
    assert one == "own-quiet-bay"
    assert all("the place is not watched" in " ".join(r["reasons"]) for r in rows if r["place_id"] == one)


def test_a_silence_that_is_explained_reaches_nothing(demo_archive: Holdings) -> None:
    rows = demo_archive.reach(min_hours=6).to_pylist()
    assert {row["imo"] for row in rows} >= {ANGARA, LADY_R} and OTHER_ANGARA not in {row["imo"] for row in rows}
