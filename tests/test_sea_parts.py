"""What ways by sea are made of: the lattice's tests against coasts, lengths, horizons, passages, berths."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from ais_gaps.geodesy import distance_nm, unit_vectors
from ais_gaps.sea import coastline, crossings, lattice, mercator, passages, sight, tiers
from ais_gaps.sea.berths import MAX_SNAP_NM, berths
from ais_gaps.sea.crossings import Coast
from ais_gaps.sea.land import on_land
from ais_gaps.sea.network import Network

SEA_OF_JAPAN = tiers.window(tiers.NEAR, 42.2, 130.3)


@pytest.fixture(scope="module")
def network():
    return Network(SEA_OF_JAPAN)


def coast_of(*rings):
    start = np.concatenate([np.array(ring, dtype=float) for ring in rings])
    end = np.concatenate([np.roll(np.array(ring, dtype=float), -1, axis=0) for ring in rings])
    return Coast(start[:, 0], start[:, 1], end[:, 0], end[:, 1])


# Coordinates off the lattice's own lines, as the phase of real lattices keeps them.
triangles = st.lists(
    st.tuples(st.integers(-3, 12).map(lambda n: n + 0.377), st.integers(-3, 12).map(lambda n: n + 0.613)),
    min_size=3,
    max_size=3,
    unique=True,
).filter(lambda ring: shapely.Polygon(ring).area > 0.1)


@given(triangles)
def test_water_is_what_no_ring_holds(ring):
    wet = crossings.water(coast_of(ring), 10, 10)
    x, y = np.meshgrid(np.arange(10), np.arange(10))
    assert (wet == ~shapely.intersects_xy(shapely.Polygon(ring), x, y)).all()


@given(triangles, st.sampled_from(lattice.FORTY_EIGHT))
def test_steps_are_blocked_that_cross_the_coast_and_no_others(ring, step):
    dx, dy = step
    x, y = crossings.blocked(coast_of(ring), dx, dy)
    blocked = set(zip(x.tolist(), y.tolist(), strict=True))
    outline = shapely.Polygon(ring).exterior
    for column in range(-8, 15):
        for row in range(-8, 15):
            line = shapely.LineString([(column, row), (column + dx, row + dy)])
            if line.distance(outline) == 0 or line.distance(outline) > 1e-9:
                assert line.intersects(outline) == ((column, row) in blocked)


@pytest.mark.parametrize(("directions", "excess"), [(lattice.THIRTY_TWO, 0.0131), (lattice.FORTY_EIGHT, 0.0035)])
def test_ways_on_a_lattice_are_longer_by_what_the_docs_say(directions, excess):
    """The worst direction lies half-way between two neighbouring steps."""
    steps = np.array([*directions, *(-np.array(directions))])
    angles = np.sort(np.arctan2(steps[:, 1], steps[:, 0]))
    widest = np.max(np.diff(np.append(angles, angles[0] + 2 * np.pi)))
    assert 1 / np.cos(widest / 2) - 1 == pytest.approx(excess, abs=1e-4)
    assert all(np.gcd(abs(dx), abs(dy)) == 1 for dx, dy in directions)
    assert len(directions) * 2 == (32 if directions is lattice.THIRTY_TWO else 48)


@given(st.floats(-80, 80), st.floats(0, 360), st.floats(1, 100))
def test_lengths_of_steps_are_those_of_geodesics(lat, bearing, length_nm):
    lon, lat2, _ = Geod(ellps="WGS84").fwd(0.0, lat, bearing, length_nm * 1852)
    if abs(lat2) < 80:
        turn, at, to = float(lon), np.array([lat]), np.array([lat2])
        assert mercator.step_nm(at, to, turn)[0] == pytest.approx(
            length_nm, rel=1e-4 if abs(lat) < 58 else 1e-3, abs=1e-6
        )


@given(st.floats(-85, 85))
def test_mercator_there_and_back(lat):
    assert mercator.latitude(mercator.northing(np.array([lat])))[0] == pytest.approx(lat, abs=1e-9)


def test_no_step_of_a_network_crosses_land(network):
    """Against the polygons themselves; passages may."""
    rng = np.random.default_rng(1)
    steps = network.steps
    afloat = len(network.kept.column) + len(network.kept.cape_lat)
    some = rng.permutation(np.flatnonzero((steps.start < afloat) & (steps.end < afloat)))[:60_000]
    node = np.stack([network.lon, mercator.northing(network.lat)], axis=1)
    lines = shapely.linestrings(np.stack([node[steps.start[some]], node[steps.end[some]]], axis=1))
    from ais_gaps.sea.land import land
    from tests.sea_oracle import projected

    window = network.window
    ground = shapely.get_parts(projected(land(window.west, window.south, window.east, window.north)))
    shapely.prepare(ground)
    assert len(shapely.STRtree(lines).query(ground, predicate="intersects")[0]) == 0
    assert not on_land(network.lat[:afloat], network.lon[:afloat]).any()


def test_steps_are_as_long_as_geodesics(network):
    rng = np.random.default_rng(2)
    steps = network.steps
    some = rng.integers(0, len(steps.nm), 20_000)
    at, to = steps.start[some], steps.end[some]
    geodesic = distance_nm(network.lat[at], network.lon[at], network.lat[to], network.lon[to])
    assert steps.nm[some] == pytest.approx(geodesic, rel=3e-4, abs=1e-3)


@pytest.mark.parametrize(("lat", "lon"), [(42.1, 130.6), (38.0, 134.0), (36.9, 129.9), (42.7, 132.6)])
def test_what_is_in_sight_has_only_water_before_it(network, lat, lon):
    depths = sight.horizon(lat, lon, *network.coast)
    seen = np.flatnonzero(sight.in_sight(depths, lat, lon, network.lat, network.lon))[::97]
    assert len(seen) > 20
    for node in seen:
        between = np.array(Geod(ellps="WGS84").npts(lon, lat, network.lon[node], network.lat[node], 200))
        assert not on_land(between[:, 1], between[:, 0]).any()


def test_what_is_near_and_not_in_sight_has_land_before_it(network):
    """The horizon errs on the safe side, but little: of positions it cannot see nearly all are truly hidden."""
    lat, lon = 42.1, 130.6
    depths = sight.horizon(lat, lon, *network.coast)
    hidden = np.flatnonzero(~sight.in_sight(depths, lat, lon, network.lat, network.lon))[::41]
    shown = 0
    for node in hidden:
        between = np.array(Geod(ellps="WGS84").npts(lon, lat, network.lon[node], network.lat[node], 2_000))
        shown += not on_land(between[:, 1], between[:, 0]).any()
    assert shown <= 0.02 * len(hidden)


def test_a_horizon_over_open_sea_is_endless():
    square = np.array([[10.0, 10.0], [11.0, 10.0], [11.0, 11.0], [10.0, 11.0]])
    start, end = unit_vectors(square[:, 0], square[:, 1]), unit_vectors(*np.roll(square, -1, axis=0).T)
    depths = sight.horizon(0.0, 0.0, start, end)
    assert np.isinf(depths).mean() > 0.95
    lat, lon = np.array([9.0, 12.0, 12.0, -12.0, 0.0]), np.array([9.0, 12.0, 0.0, -12.0, 170.0])
    assert sight.in_sight(depths, 0.0, 0.0, lat, lon).tolist() == [True, False, True, True, False]


def test_the_coast_is_crossed_across_the_antimeridian_too():
    # Into Wrangel Island, by its eastern half only.
    to_lat, to_lon = np.array([70.0, 71.2]), np.array([179.9, -179.2])
    assert coastline.crossed(to_lat[:1], to_lon[:1], to_lat[1:], to_lon[1:]).all()
    assert coastline.crossed(to_lat[:1], to_lon[:1] - 360.0, to_lat[1:], to_lon[1:]).all()
    # Over Taveuni and past it.
    lat, lon = np.array([-16.85, -18.5]), np.array([179.6, 179.6])
    assert coastline.crossed(lat, lon, lat, lon + 1.0 - 360.0).tolist() == [True, False]
    assert coastline.crossed(lat, lon + 1.0 - 360.0, lat, lon).tolist() == [True, False]


def test_a_position_in_water_is_its_own_berth():
    berth = berths(np.array([40.0]), np.array([494.0]))
    assert (berth.lat[0], berth.lon[0], berth.snap_nm[0], berth.passage[0]) == (40.0, 134.0, 0.0, -1)


def test_a_position_on_land_takes_to_the_nearest_water():
    lat, lon = np.array([43.1167, 52.0, 30.60, 8.0]), np.array([131.9, 37.0, 32.30, 1.0])
    berth = berths(lat, lon)
    assert berth.snap_nm[0] == pytest.approx(0.45, abs=0.1)
    assert not on_land(berth.lat[:1], berth.lon[:1])[0]
    assert np.isnan(berth.lat[[1, 3]]).all() and (berth.snap_nm[[1, 3]] > MAX_SNAP_NM).all()
    assert passages.passages()[passages.chain().passage[berth.passage[2]]].name == "Suez Canal"


@settings(max_examples=200)
@given(st.floats(-60, 70), st.floats(-180, 180))
def test_berths_are_in_water_and_as_near_as_said(lat, lon):
    berth = berths(np.array([lat]), np.array([lon]))
    if np.isnan(berth.lat[0]):
        return
    assert distance_nm(lat, lon, berth.lat[0], berth.lon[0]) == pytest.approx(berth.snap_nm[0], abs=0.05)
    assert berth.snap_nm[0] <= MAX_SNAP_NM


def test_passages_are_well_formed():
    names = [passage.name for passage in passages.passages()]
    assert len(names) == len(set(names))
    for passage in passages.passages():
        assert passage.kind in ("strait", "canal", "river")
        steps = [distance_nm(*one, *other) for one, other in pairwise(zip(passage.lat, passage.lon, strict=True))]
        assert min(steps) > 0.1 and max(steps) < 120, passage.name
    chain = passages.chain()
    assert chain.nm.max() <= passages.SPACING_NM * 1.01


def test_passages_begin_in_open_water_or_at_another():
    """A line that began on land would lead nowhere. Rivers end inland."""
    corners = [(lat, lon) for p in passages.passages() for lat, lon in zip(p.lat, p.lon, strict=True)]
    for passage in passages.passages():
        ends = [(passage.lat[0], passage.lon[0]), (passage.lat[-1], passage.lon[-1])]
        dry = [end for end in ends if corners.count(end) == 1 and on_land(*np.array([end]).T)[0]]
        allowed = 1 if passage.name in INLAND or passage.kind == "river" else 0
        assert len(dry) <= allowed, (passage.name, dry)


INLAND = {
    *("Kaliningrad Sea Canal", "North Sea Canal to Amsterdam", "Houston Ship Channel", "Abidjan Vridi Canal"),
    *("St Lawrence Seaway to Lake Ontario", "Bizerte Canal", "Mobile Bay"),
}


@pytest.mark.parametrize("tier", tiers.TIERS)
def test_windows_hold_their_places_with_a_margin(tier):
    rng = np.random.default_rng(3)
    for lat, lon in zip(rng.uniform(-76, 80, 200), rng.uniform(-180, 540, 200), strict=True):
        window = tiers.window(tier, lat, lon)
        at = np.array([lat]), np.array([lon])
        assert window.holds(*at)[0]
        if not window.round_the_world:
            assert window.east - window.west < 360
            if 60 > lat > -60:
                assert window.to_border_nm(*at)[0] > tier.margin_deg * 60 * 0.8
        # The same by whatever turn the longitude is given.
        assert tiers.window(tier, lat, lon - 360) == window or abs((lon + 180) % 360) < 1e-9
