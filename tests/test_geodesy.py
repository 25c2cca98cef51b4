"""Distances on the ellipsoid."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ais_gaps import geodesy

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


def positions(least: int, most: int) -> st.SearchStrategy[np.ndarray]:
    """Positions that like poles, the antimeridian, each other and places near all of these."""
    lat = st.one_of(LATITUDES, st.sampled_from([-90.0, 90.0, 0.0, 89.99, -89.99, 42.0]))
    lon = st.one_of(LONGITUDES, st.sampled_from([-180.0, 180.0, 179.99, -179.99, 0.0, 130.0]))
    return st.lists(st.tuples(lat, lon), min_size=least, max_size=most).map(
        lambda found: np.array(found).reshape(-1, 2)
    )


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_symmetric_and_agrees_with_another_implementation(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    there, back = geodesy.distance_nm(lat1, lon1, lat2, lon2), geodesy.distance_nm(lat2, lon2, lat1, lon1)
    assert there == pytest.approx(back, abs=1e-9)
    assert there == pytest.approx(Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2)["s12"] / 1852.0, abs=1e-6)


def test_known_distances() -> None:
    assert geodesy.distance_nm(42.233333, 130.3, 42.88028, 132.3375) == pytest.approx(98.3, abs=0.1)
    assert geodesy.distance_nm(0, 179.9, 0, -179.9) == pytest.approx(0.2 * 60.108, abs=0.01)
    assert geodesy.distance_nm(90, 0, 90, 123) == 0.0
    assert geodesy.distance_nm(0, 0, 1, 0) < geodesy.distance_nm(89, 0, 90, 0)  # the ellipsoid is flatter at the poles


def test_unknown_positions_have_no_distance_and_no_bearing() -> None:
    lat = np.array([np.nan, 1.0, np.inf, 1.0])
    assert np.isnan(geodesy.distance_nm(lat, 1.0, 2.0, [3.0, np.nan, 3.0, 3.0])).tolist() == [True, True, True, False]
    assert np.isnan(geodesy.bearing_deg(lat, 1.0, 2.0, [3.0, np.nan, 3.0, 3.0])).tolist() == [True, True, True, False]


def test_bearings() -> None:
    north_east_south_west = geodesy.bearing_deg(0, [0, 0, 0, 180], [1, 0, -1, 0], [0, 1, 0, 179])
    assert north_east_south_west.tolist() == [0.0, 90.0, 180.0, 270.0]
    assert geodesy.bearing_deg(0, 179.5, 0, -179.5) == 90.0
    assert np.isnan(geodesy.bearing_deg(5, 5, 5, 5))


@given(arrays(np.float64, (4, 6), elements=st.floats(-90, 90)))
def test_bearings_lie_in_the_circle(given_: np.ndarray) -> None:
    bearing = geodesy.bearing_deg(*given_)
    known = bearing[~np.isnan(bearing)]
    assert ((known >= 0.0) & (known < 360.0)).all()


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_the_cheap_bound_is_a_bound(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    most = float(geodesy.at_most_nm(lat1, lon1, np.array([lat2]), np.array([lon2]))[0])
    exact = float(geodesy.distance_nm(lat1, lon1, lat2, lon2))
    assert most * (1.0 - geodesy.FLATTENING) - 1e-3 <= exact <= most + 1e-3


@pytest.mark.parametrize("pairs", [0, 10**9])
@settings(max_examples=60)
@given(points=positions(1, 40), wanted=positions(1, 30))
def test_the_nearest_point_is_the_nearest_by_brute_force(pairs: int, points: np.ndarray, wanted: np.ndarray) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geodesy, "_DENSE_PAIRS", pairs)  # both ways of searching: the tree, and all pairs
        index, nm = geodesy.nearest_point(points[:, 0], points[:, 1], wanted[:, 0], wanted[:, 1])
    every = geodesy.distance_nm(wanted[:, :1], wanted[:, 1:], points[:, 0], points[:, 1])
    assert nm.tolist() == every.min(axis=1).tolist()
    assert every[np.arange(len(wanted)), index].tolist() == nm.tolist()


@pytest.mark.parametrize("pairs", [0, 10**9])
def test_what_is_nearest_by_angle_need_not_be_nearest_on_the_ellipsoid(
    pairs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A degree of latitude is shorter at the equator than a degree of longitude."""
    monkeypatch.setattr(geodesy, "_DENSE_PAIRS", pairs)
    index, nm = geodesy.nearest_point(np.array([0.0, 1.0]), np.array([0.9945, 0.0]), np.zeros(1), np.zeros(1))
    assert index.tolist() == [1]
    assert nm == pytest.approx([59.705], abs=0.001)


SQUARE = shapely.box(130.0, 42.0, 131.0, 43.0)


def test_a_position_inside_is_at_distance_zero() -> None:
    lat, lon = np.array([42.5, 42.0, 43.0, np.nan]), np.array([130.5, 130.0, 131.0, 130.5])
    distance = geodesy.outline_distance_nm(SQUARE, lat, lon)
    assert distance[:3].tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(distance[3])


NEAR_SQUARE = st.lists(st.tuples(st.floats(41.0, 44.0), st.floats(129.0, 132.0)), min_size=1, max_size=10).map(np.array)


@settings(max_examples=60)
@given(st.one_of(NEAR_SQUARE, positions(1, 10)))
def test_distance_to_an_outline_is_that_to_its_nearest_edge(wanted: np.ndarray) -> None:
    """Against points all along the edges: never above the nearest of them, and below by no more than their spacing."""
    lat, lon = wanted[:, 0], wanted[:, 1]
    along = shapely.get_coordinates(shapely.segmentize(SQUARE, 0.001))
    sampled = geodesy.distance_nm(lat[:, None], lon[:, None], along[:, 1], along[:, 0]).min(axis=1)
    sampled[shapely.intersects_xy(SQUARE, lon, lat)] = 0.0
    distance = geodesy.outline_distance_nm(SQUARE, lat, lon)
    # Far away the nearest edge by chord and by geodesic differ by less than the flattening.
    assert (distance <= sampled * 1.0001 + 0.001).all()
    assert (distance >= sampled * 0.9999 - 0.031).all()


def test_an_outline_over_the_antimeridian_is_near_from_both_sides() -> None:
    outline = shapely.MultiPolygon([shapely.box(179.0, -1.0, 180.0, 1.0), shapely.box(-180.0, -1.0, -179.0, 1.0)])
    lat, lon = np.zeros(5), np.array([179.5, -179.5, 180.0, 178.0, -178.0])
    distance = geodesy.outline_distance_nm(outline, lat, lon)
    assert distance[:3].tolist() == [0.0, 0.0, 0.0]
    assert distance[3:] == pytest.approx([60.108, 60.108], abs=0.01)


def test_an_outline_at_the_antimeridian_counts_180_west_as_180_east() -> None:
    assert geodesy.outline_distance_nm(shapely.box(179, -1, 180, 1), np.zeros(1), np.array([-180.0])).tolist() == [0.0]
    assert geodesy.outline_distance_nm(shapely.box(-180, -1, -179, 1), np.zeros(1), np.array([180.0])).tolist() == [0.0]
    assert geodesy.outline_distance_nm(shapely.box(179, -1, 180, 1), np.zeros(1), np.array([-179.0])) == pytest.approx(
        [60.108], abs=0.01
    )
