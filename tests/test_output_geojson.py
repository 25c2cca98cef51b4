"""Gaps, places and reports on a map, also where the map ends: at the antimeridian."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from ais_gaps import tabular
from ais_gaps.tabular.antimeridian import line_between, polygon

LAT = st.floats(-90, 90, allow_subnormal=False)
LON = st.floats(-180, 180, allow_subnormal=False) | st.sampled_from([-180.0, 180.0, 0.0])
POSITION = st.tuples(LON, LAT)


def features(table: pa.Table) -> list[dict[str, Any]]:
    stream = io.StringIO()
    tabular.write_geojson(table, stream)
    collection = json.loads(stream.getvalue())
    assert collection["type"] == "FeatureCollection"
    return list(collection["features"])


def parts_of(line: dict[str, Any]) -> list[Any]:
    return [line["coordinates"]] if line["type"] == "LineString" else list(line["coordinates"])


def same_place(a: Any, b: Any) -> bool:
    turn = (a[0] - b[0]) % 360
    return a[1] == pytest.approx(b[1], abs=1e-6) and min(turn, 360 - turn) < 1e-9


@given(POSITION, POSITION)
def test_a_line_goes_the_shorter_way_from_off_to_on_and_never_across_the_map(start: Any, end: Any) -> None:
    parts = parts_of(line_between(start, end))
    assert same_place(parts[0][0], start)
    assert same_place(parts[-1][-1], end)
    for part in parts:
        assert len(part) == 2
        assert all(-180 <= lon <= 180 for lon, _ in part)
        assert abs(part[1][0] - part[0][0]) <= 180
        assert part[0] != part[1] or len(parts) == 1
    for before, after in pairwise(parts):  # where one part ends, the next begins, across the cut
        assert before[-1][0] == -after[0][0]
        assert abs(after[0][0]) == 180
        assert before[-1][1] == after[0][1]
    eastward = abs(end[0] - start[0])
    assert sum(abs(p[1][0] - p[0][0]) for p in parts) == pytest.approx(min(eastward, 360 - eastward), abs=1e-9)


def test_a_line_over_the_antimeridian_is_cut_where_it_crosses() -> None:
    assert line_between((170.0, 0.0), (-170.0, 10.0)) == {
        "type": "MultiLineString",
        "coordinates": [[(170.0, 0.0), (180.0, 5.0)], [(-180.0, 5.0), (-170.0, 10.0)]],
    }


@given(st.floats(-180, 160) | st.floats(160, 180), st.floats(-80, 70), st.floats(0.01, 20), st.floats(0.01, 10))
def test_a_polygon_keeps_its_area_and_stays_on_the_map(west: float, south: float, wide: float, high: float) -> None:
    east = west + wide
    box = shapely.box(west, south, east, south + high)
    wrapped = shapely.transform(box, lambda points: np.column_stack(((points[:, 0] + 180) % 360 - 180, points[:, 1])))
    for given_shape in (box, wrapped) if east > 180 else (box,):
        cut = shape(polygon(shapely.to_wkb(given_shape)))
        assert cut.area == pytest.approx(wide * high, rel=1e-6)
        assert -180 <= cut.bounds[0] <= cut.bounds[2] <= 180
        assert max(part.bounds[2] - part.bounds[0] for part in getattr(cut, "geoms", [cut])) <= wide + 1e-9


def test_gaps_are_lines_open_ones_points_and_unplaced_ones_null() -> None:
    table = pa.table(
        {
            "gap_id": ["a", "b", "c"],
            "off_lat": [42.2, 42.2, None],
            "off_lon": [130.3, 130.3, None],
            "on_lat": [42.7, None, None],
            "on_lon": [132.3, None, None],
            "duration_h": [7.5, 100.0, 8.0],
        }
    )
    line, point, nowhere = features(table)
    assert line["id"] == "a"
    assert line["geometry"] == {"type": "LineString", "coordinates": [[130.3, 42.2], [132.3, 42.7]]}
    assert line["properties"] == {
        "gap_id": "a",
        "off_lat": 42.2,
        "off_lon": 130.3,
        "on_lat": 42.7,
        "on_lon": 132.3,
        "duration_h": 7.5,
    }
    assert point["geometry"] == {"type": "Point", "coordinates": [130.3, 42.2]}
    assert nowhere["geometry"] is None


def test_places_are_their_polygon_or_else_their_point() -> None:
    pier = shapely.box(130.29, 42.22, 130.31, 42.24)
    table = pa.table(
        {"name": ["pier", "port"], "lat": [42.23, 42.2], "lon": [130.3, None], "geometry": [pier.wkb, None]}
    )
    drawn, unplaced = features(table)
    assert shape(drawn["geometry"]).equals(pier)
    assert "geometry" not in drawn["properties"]
    assert unplaced["geometry"] is None


def test_a_table_says_whether_it_has_geometry() -> None:
    assert tabular.has_geometry(pa.table({"lat": [1.0], "lon": [2.0]}))
    assert not tabular.has_geometry(pa.table({"lat": [1.0], "name": ["x"]}))
