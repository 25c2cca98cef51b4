"""What the page draws: marks on a time axis, things on a map, land."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.dossier.model import Finding, Series, SeriesValue, Statement
from ais_gaps.report.page import chart, marks, timeline, unrolling
from ais_gaps.report.page.anchors import Anchors
from ais_gaps.report.page.axis import MOST_TICKS, Axis
from ais_gaps.report.page.landmass import landmass
from tests import page_case as case

# -- time ------------------------------------------------------------------------------------------------------------

moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(moments, st.floats(0.02, 400_000))
def test_an_axis_keeps_order_and_has_a_few_ticks(start: datetime, hours: float) -> None:
    axis = Axis.around(start, start + timedelta(hours=hours))
    assert 0 < axis.x(start) <= axis.x(start + timedelta(hours=hours)) < 100
    assert axis.x(start - timedelta(days=90_000)) == 0 and axis.x(start + timedelta(days=90_000)) == 100
    ticks = axis.ticks()
    assert len(ticks) <= MOST_TICKS + 1
    assert [tick.x for tick in ticks] == sorted(tick.x for tick in ticks)
    labelled = [tick for tick in ticks if tick.label]
    assert ticks[:1] == tuple(labelled[:1])
    assert all(before.x + 0.9 * len(before.label) < after.x for before, after in pairwise(labelled))


def test_ticks_say_the_year_where_the_axis_begins_and_where_it_turns() -> None:
    axis = Axis.around(datetime(2023, 8, 10, tzinfo=UTC), datetime(2024, 2, 7, tzinfo=UTC))
    labels = [tick.label for tick in axis.ticks()]
    assert labels == ["Sep 2023", "Oct", "Nov", "Dec", "Jan 2024", "Feb"]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30), st.text("ab ", max_size=20)), max_size=30))
def test_marks_in_a_lane_do_not_lie_over_one_another(drawn: list[tuple[float, float, str]]) -> None:
    made = [marks.Mark(x, min(x + wide, 100), "named", f"{n}", label=label) for n, (x, wide, label) in enumerate(drawn)]
    lane = marks.stacked("named", "x", made)
    assert Counter(mark.title for mark in lane.marks) == Counter(mark.title for mark in made)
    assert marks.ROW <= lane.height <= marks.MOST_ROWS * marks.ROW
    assert len(drawn) > marks.MOST_ROWS or all(
        bool(mark.label) == bool(drawn[int(mark.title)][2]) for mark in lane.marks
    )
    for row in range(marks.MOST_ROWS - 1):
        spans = sorted(span(mark) for mark in lane.marks if mark.y == row * marks.ROW)
        assert all(before[1] <= after[0] + 0.01 for before, after in pairwise(spans))


def span(mark: marks.Mark) -> tuple[float, float]:
    words = len(mark.label) * marks.LETTER
    left, right = (edge * marks.NARROWEST / 100 for edge in (mark.x, mark.to))
    return (left - 8 - words, right + 8) if mark.label_left else (left - 8, right + 8 + words)


def test_a_day_is_a_sign_and_a_month_a_bar() -> None:
    dossier = case.full()
    line = timeline.of_silence(dossier, 1, Anchors(dossier))
    (named,) = [lane for lane in line.lanes if lane.key == "named"]
    wide = {mark.title[:10]: mark.wide for mark in named.marks}
    assert wide == {
        "2023-09-12": False, "2023-12-09": False, "2024-01-08": False, "~2023-09-0": True, "2023-09-07": True, "~2024-01-0": True
    }  # fmt: skip
    (hulls,) = [lane for lane in line.lanes if lane.key == "hulls"]
    assert len(hulls.marks) == 12 and all(not mark.label for mark in hulls.marks)
    assert line.lanes[0].key == "ais"


def test_a_listing_is_drawn_from_the_day_that_its_statement_says() -> None:
    axis = Axis.around(datetime(2023, 8, 10, tzinfo=UTC), datetime(2024, 2, 7, tzinfo=UTC))
    said = (
        "US (X) since 2022-05-08: A.",
        "EU since 2024-06-25.",
        "No date.",
        "UK since 2023-99-99.",
        "CH since 2023-09-01 until 2023-10-01: B.",
    )
    lane = marks.of_listings([Statement(text) for text in said], axis)
    assert [(mark.label, mark.x == 0, mark.to == 100) for mark in lane.marks] == [
        ("US (X) since 2022-05-08", True, True),
        ("CH since 2023-09-01 until 2023-10-01", False, False),
    ]


def test_columns_of_a_series_are_as_high_as_their_values() -> None:
    values = [
        SeriesValue(date(2023, 1, n), date(2023, 1, n), v, None, "x", None, None, (), ())
        for n, v in ((1, 10.0), (5, 40.0), (9, None))
    ]
    line = timeline.of_series(Series("P", "railcars", "railcars", Statement("s"), tuple(values)))
    assert line is not None
    low, high = line.lanes[0].marks
    assert high.height == pytest.approx(4 * low.height, abs=2)


# -- place -----------------------------------------------------------------------------------------------------------


def test_points_at_one_place_are_one_spot() -> None:
    payload = chart.Chart(case.full(), Anchors(case.full())).payload()
    (rajin,) = [spot for spot in payload["spots"] if spot["name"] == "Rajin port"]
    roles = Counter(item["role"] for item in rajin["items"])
    assert roles["hull"] == 12 and roles["sighting"] >= 2 and roles["nothing_seen"] == 2
    drawn = sum(len(spot["items"]) for spot in payload["spots"]) + len(payload["shapes"])
    assert drawn == len(chart.Chart(case.full(), Anchors(case.full())).features)


def test_a_spot_bears_the_name_of_what_was_seen_there_not_of_where_a_leg_began() -> None:
    silence = case.full().silences[0]
    refs = silence.groups[0].findings[0].refs
    leg = replace(silence.legs[0], text=Statement("x", refs))
    dossier = replace(case.full(), silences=(replace(silence, legs=(leg,)),))
    names = {(s["lat"], s["lon"]): s["name"] for s in chart.Chart(dossier, Anchors(dossier)).payload()["spots"]}
    assert names[(41.7667, 129.8167)] == "Chongjin"


@given(st.lists(st.floats(-180, 180), min_size=1, max_size=8))
def test_the_map_is_unrolled_opposite_of_the_widest_empty_stretch(lons: list[float]) -> None:
    centre = unrolling.centre_of(lons)
    assert -180 <= centre <= 180
    unrolled = [unrolling.unrolled(lon, centre) for lon in lons]
    assert all(abs(u - centre) <= 180.001 for u in unrolled)
    around = sorted(lon % 360 for lon in lons)
    widest = max(b - a for a, b in zip(around, [*around[1:], around[0] + 360], strict=True))
    assert max(unrolled) - min(unrolled) <= 360 - widest + 0.01


def test_across_the_antimeridian_the_map_runs_on() -> None:
    dossier = case.antimeridian()
    drawn = chart.Chart(dossier, Anchors(dossier))
    west, south, east, north = drawn.bounds() or (0.0,) * 4
    assert (round(west), round(south), round(east), round(north)) in {(178, 52, 184, 53), (-182, 52, -176, 53)}


def decoded(land: dict[str, Any]) -> Any:
    """The polygons of the page's land, read as its script reads them."""
    import numpy as np
    import shapely

    polygons = []
    for rings in land["rings"]:
        drawn = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) * land["step"] for ring in rings if len(ring) >= 6]
        if drawn:
            polygons.append(shapely.Polygon(drawn[0], drawn[1:]))
    return shapely.make_valid(polygons)


@pytest.mark.parametrize(
    ("bounds", "dry", "wet"),
    [
        ((129.0, 34.0, 133.0, 43.5), [(127.0, 37.5), (135.5, 34.7), (20.0, 50.0)], [(131.0, 40.0), (-150.0, 0.0)]),
        ((178.0, 51.0, 184.0, 53.0), [(172.9, 63.5), (199.0, 62.0)], [(181.0, 50.0)]),
    ],
)
def test_land_is_where_land_is(
    bounds: tuple[float, float, float, float], dry: list[tuple[float, float]], wet: list[tuple[float, float]]
) -> None:
    import shapely

    land = landmass(bounds, (bounds[0] + bounds[2]) / 2, [])
    shapes = shapely.union_all(decoded(land))
    centre = (bounds[0] + bounds[2]) / 2
    for points, is_dry in ((dry, True), (wet, False)):
        for lon, lat in points:
            assert shapely.contains_xy(shapes, unrolling.unrolled(lon, centre), lat) == is_dry, (lon, lat)
    assert len(json.dumps(land, separators=(",", ":"))) < 600_000


def test_land_is_fine_around_what_is_far_apart() -> None:
    land = landmass((18.0, -35.0, 132.0, 43.0), 75.0, [(-34.2, 18.4), (42.88, 132.34)])
    assert len(json.dumps(land, separators=(",", ":"))) < 700_000


def test_a_view_for_each_leg_of_what_is_cut() -> None:
    views = chart.Chart(case.full(), Anchors(case.full())).payload()["views"]
    assert [(view.get("silence"), view.get("leg")) for view in views][:6] == [
        (None, None),
        (1, None),
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
    ]


def test_a_finding_in_two_roles_is_one_row() -> None:
    dossier = case.full()
    anchors = Anchors(dossier)
    found: Finding = dossier.silences[0].candidates[0].finding
    assert anchors.take(1, found.refs) is not None
    assert anchors.take(1, found.refs) is None
    assert anchors.row(1, found.refs) is not None
