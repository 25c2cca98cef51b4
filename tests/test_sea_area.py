"""The potential path area: what lies in it is within the budget, what lies well outside is not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from ais_gaps.geodesy import distance_nm
from ais_gaps.sea import Sea
from ais_gaps.sea.area import MAX_BUDGET_NM
from ais_gaps.sea.land import on_land

RAJIN, VOSTOCHNY, ADAK = (42.2333, 130.3000), (42.75, 133.0833), (51.86, -176.64)


@pytest.fixture(scope="module")
def sea():
    return Sea()


def scattered(bounds, count=1_500, seed=4):
    west, south, east, north = bounds
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(south - 0.5, north + 0.5, count), rng.uniform(west - 0.5, east + 0.5, count)
    wet = ~on_land(lat, lon)
    return lat[wet], lon[wet]


@pytest.mark.parametrize(("end", "budget"), [(None, 60.0), (VOSTOCHNY, 200.0)])
def test_an_area_holds_what_the_budget_allows_and_nothing_else(sea, end, budget):
    area = sea.area(RAJIN, end, budget)
    assert area.is_valid and area.geom_type in ("Polygon", "MultiPolygon")
    lat, lon = scattered(area.bounds)
    ways = sea.way_nm(*RAJIN, lat, lon)
    if end is not None:
        ways = ways + sea.way_nm(*end, lat, lon)
    inside = shapely.intersects_xy(area, lon, lat)
    assert inside.sum() > 100
    # Drawn from a raster of 1 to 2 nm: that much blur at its edge.
    assert (ways[inside] <= budget + 4).all()
    held = inside[ways < budget - 4]
    assert held.mean() > 0.99 and len(held) > 100


def test_an_area_is_sea(sea):
    area = sea.area(RAJIN, None, 120.0)
    x, y = shapely.get_coordinates(shapely.segmentize(shapely.buffer(area, -0.03), 0.02)).T
    assert on_land(y, x).mean() < 0.01
    # Peter the Great Gulf with its coast, and not the land behind it.
    assert area.intersects(shapely.Point(131.6, 42.6)) and not area.intersects(shapely.Point(130.0, 43.0))


def test_an_area_does_not_reach_through_an_isthmus(sea):
    """From the Gulf of Thailand: nothing of the Andaman Sea, 30 nm away."""
    area = sea.area((10.0, 99.6), None, 150.0)
    assert not area.intersects(shapely.box(96.5, 9.0, 98.3, 11.0))
    assert area.intersects(shapely.Point(100.5, 10.5))


def test_an_area_at_the_antimeridian_is_cut_there(sea):
    area = sea.area(ADAK, None, 300.0)
    assert area.is_valid and area.bounds[0] == -180.0 and area.bounds[2] == 180.0
    assert all(part.bounds[2] - part.bounds[0] < 20 for part in area.geoms)
    assert area.intersects(shapely.Point(-178.0, 50.0)) and area.intersects(shapely.Point(179.0, 50.0))
    turned = sea.area((ADAK[0], ADAK[1] + 360.0), None, 300.0)
    assert turned.symmetric_difference(area).area < 1e-3 * area.area


def test_what_is_infeasible_unknown_or_too_large_has_no_area(sea):
    assert sea.area(RAJIN, VOSTOCHNY, 100.0) is None
    assert sea.area(RAJIN, None, MAX_BUDGET_NM + 1) is None
    assert sea.area(RAJIN, None, 0.0) is None
    assert sea.area((np.nan, 130.0), None, 50.0) is None
    assert sea.area(RAJIN, (np.nan, 130.0), 50.0) is None
    assert sea.area((55.75, 37.6), None, 50.0) is None


def test_a_small_area_and_the_same_bytes_twice(sea):
    area = sea.area((40.0, 134.0), None, 3.0)
    assert area.area * np.cos(np.radians(40.0)) * 3600 == pytest.approx(np.pi * 9, rel=0.02)
    assert area.wkb == sea.area((40.0, 134.0), None, 3.0).wkb


def test_without_a_coast_an_area_is_an_ellipse_over_everything():
    area = Sea(straight=True).area(RAJIN, VOSTOCHNY, 200.0)
    lat, lon = area.exterior.coords.xy[1], area.exterior.coords.xy[0]
    both = distance_nm(*RAJIN, lat, lon) + distance_nm(*VOSTOCHNY, lat, lon)
    assert both == pytest.approx(np.full(len(both), 200.0), abs=1.5)
    assert Sea(straight=True).area(RAJIN, VOSTOCHNY, 100.0) is None
