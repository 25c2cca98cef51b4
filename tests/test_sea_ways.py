"""Ways by sea: published distances, an exact oracle, and what must hold of any distance."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.geodesy import METRES_PER_NM, distance_nm
from ais_gaps.sea import Sea, tiers
from ais_gaps.sea.berths import MAX_SNAP_NM, berths
from ais_gaps.sea.land import on_land
from tests.sea_oracle import exact_ways_nm

PLACES = {
    "Rajin": (42.2333, 130.3000),
    "Vladivostok": (43.1167, 131.9000),
    "Dunai": (42.88028, 132.3375),
    "Vostochny": (42.75, 133.0833),
    "Nakhodka": (42.80, 132.8833),
    "Zarubino": (42.6333, 131.0833),
    "Slavyanka": (42.8667, 131.3833),
    "Chongjin": (41.7667, 129.8167),
    "Pohang": (36.0333, 129.4),
    "Busan": (35.1, 129.05),
    "Nampo": (38.7167, 125.4),
    "Zhoushan": (30.0, 122.1),
    "Odessa": (46.49, 30.75),
    "Piraeus": (37.94, 23.62),
    "Istanbul": (41.01, 28.98),
    "Port Said": (31.26, 32.31),
    "Suez": (29.95, 32.56),
    "Colon": (9.37, -79.90),
    "Balboa": (8.95, -79.57),
    "Brunsbuettel": (53.89, 9.13),
    "Holtenau": (54.37, 10.15),
    "Hamburg": (53.54, 9.97),
    "Copenhagen": (55.70, 12.61),
    "Gothenburg": (57.69, 11.85),
    "Rotterdam": (51.90, 4.48),
    "Singapore": (1.26, 103.84),
    "Hong Kong": (22.29, 114.17),
    "New York": (40.68, -74.02),
    "San Francisco": (37.81, -122.42),
    "Punta Arenas": (-53.17, -70.90),
    "Valparaiso": (-33.03, -71.63),
    "Sydney": (-33.85, 151.20),
    "Auckland": (-36.84, 174.77),
    "Adak": (51.86, -176.64),
    "Petropavlovsk": (53.00, 158.65),
    "Murmansk": (68.97, 33.05),
    "Tiksi": (71.64, 128.88),
    "Longyearbyen": (78.22, 15.60),
    "Nome": (64.50, -165.40),
}
GULF = ["Rajin", "Vladivostok", "Dunai", "Vostochny", "Nakhodka", "Zarubino", "Slavyanka", "Chongjin"]


@pytest.fixture(scope="module")
def sea(tmp_path_factory):
    return Sea(tmp_path_factory.mktemp("sea"))


def columns(*names):
    return np.array([PLACES[name] for name in names]).T


def between(sea, start, end):
    lat, lon = columns(end)
    return float(sea.way_nm(*PLACES[start], lat, lon)[0])


def straight(start, end):
    return float(distance_nm(*PLACES[start], *PLACES[end]))


def test_rajin_to_vladivostok_is_what_is_published(sea):
    assert between(sea, "Rajin", "Vladivostok") * METRES_PER_NM / 1000 == pytest.approx(176.5, rel=0.01)


def test_ways_in_the_gulf_are_the_exact_ones_among_the_polygons(sea):
    """Never shorter, and longer by less than half a percent and half a mile."""
    lat, lon = columns(*GULF)
    there = berths(lat, lon)
    exact = exact_ways_nm(there.lat, there.lon, (129.3, 41.3, 133.6, 43.5))
    exact += there.snap_nm[:, None] + there.snap_nm[None, :]
    np.fill_diagonal(exact, 0.0)
    ours = sea.ways_nm(lat, lon, lat, lon, np.inf)
    assert (ours >= exact - 0.02).all()
    assert (ours <= exact * 1.005 + 0.5).all()


@pytest.mark.parametrize(
    ("start", "end", "least_nm", "most_nm"),
    [
        ("Rajin", "Dunai", 98.3, 106),
        ("Rajin", "Vostochny", 127.3, 132),
        ("Rajin", "Chongjin", 35.3, 38),
        ("Pohang", "Busan", 74, 80),
    ],
)
def test_ways_along_the_coast_are_little_longer_than_straight(sea, start, end, least_nm, most_nm):
    assert least_nm <= between(sea, start, end) <= most_nm


def test_rajin_to_nampo_goes_around_all_of_korea(sea):
    by_busan = between(sea, "Rajin", "Busan") + between(sea, "Busan", "Nampo")
    assert straight("Rajin", "Nampo") < 310
    assert 860 < between(sea, "Rajin", "Nampo") <= by_busan + 10


# The canals' own lengths, as commonly given: 98 km (Kiel), about 160 km (Suez, port to port), 82 km (Panama, between the
# ends of its dredged approaches).
CANALS = [
    ("Kiel", PLACES["Brunsbuettel"], PLACES["Holtenau"], 98),
    ("Suez", PLACES["Port Said"], PLACES["Suez"], 160),
    ("Panama", (9.42, -79.92), (8.83, -79.52), 82),
]


@pytest.mark.parametrize(("name", "start", "end", "length_km"), CANALS)
def test_canals_are_open_and_about_as_long_as_they_are(sea, name, start, end, length_km):
    lat, lon = np.array([end]).T
    assert sea.way_nm(*start, lat, lon)[0] * METRES_PER_NM / 1000 == pytest.approx(length_km, rel=0.06)


# Where each long way must pass, and what it would be the other way round at least.
THROUGH = [
    ("Odessa", "Piraeus", ["Istanbul"], 5_000),
    ("Rotterdam", "Singapore", ["Port Said", "Suez"], 10_500),
    ("New York", "San Francisco", ["Colon", "Balboa"], 10_000),
    ("Hamburg", "Holtenau", ["Brunsbuettel"], 95),
    ("Punta Arenas", "Valparaiso", [], 1_500),
]


@pytest.mark.parametrize(("start", "end", "by_way_of", "other_nm"), THROUGH)
def test_long_ways_take_their_strait_or_canal(sea, start, end, by_way_of, other_nm):
    """The way is the sum of its parts by way of there, and far less than around the continent."""
    stops = [start, *by_way_of, end]
    parts = sum(between(sea, one, other) for one, other in pairwise(stops))
    whole = between(sea, start, end)
    assert parts * 0.98 - 6 <= whole <= parts * 1.005 + 1
    assert whole < other_nm


def test_passages_that_meet_inland_go_on(sea):
    """Up the Mississippi to New Orleans, and from there to Baton Rouge."""
    ways = sea.way_nm(28.5, -89.3, np.array([29.94, 30.44]), np.array([-90.06, -91.19]))
    assert 90 < ways[0] < 130 and ways[0] + 60 < ways[1] < ways[0] + 130


def test_a_way_may_lead_outside_the_window(sea):
    """From the Hebrides to Torquay by Land's End, which lies south of the near window; not around Scotland and by Dover."""
    start, end = (56.5, -7.0), (50.40, -3.30)
    window = tiers.window(tiers.NEAR, *start)
    assert window.south == 50.0 and window.holds(*np.array([end]).T)[0]
    assert sea.way_nm(*start, *np.array([end]).T)[0] < 550


def test_the_worlds_network_goes_round(sea):
    network = sea._ways._charts.network(tiers.window(tiers.WORLD, 0.0, 0.0))
    graph = network.graph.tocoo()
    across = np.flatnonzero(network.lon[graph.row] - network.lon[graph.col] > 180.0)
    start, end = graph.row[across], graph.col[across]
    south = np.abs(network.lat[start]) < 50
    assert south.sum() > 1_000
    geodesics = distance_nm(network.lat[start], network.lon[start], network.lat[end], network.lon[end])
    assert graph.data[across][south] == pytest.approx(geodesics[south], rel=2e-3)


def test_straits_cost_little_against_straight_lines(sea):
    assert between(sea, "Copenhagen", "Gothenburg") < straight("Copenhagen", "Gothenburg") * 1.03
    assert between(sea, "Singapore", "Hong Kong") < straight("Singapore", "Hong Kong") * 1.03
    assert between(sea, "Odessa", "Istanbul") < straight("Odessa", "Istanbul") * 1.03


@pytest.mark.parametrize(
    ("start", "end", "at_most"),
    [("Adak", "Petropavlovsk", 1.03), ("Murmansk", "Tiksi", 1.05), ("Longyearbyen", "Nome", 1.05)],
)
def test_ways_across_the_antimeridian_and_by_the_pole(sea, start, end, at_most):
    assert straight(start, end) < between(sea, start, end) < straight(start, end) * at_most


def test_an_isthmus_is_closed(sea):
    """Both sides of Kra, 24 nm wide at its narrowest, of Perekop, and of Lower California."""
    for west, east, least_nm in [
        ((10.10, 98.40), (10.10, 99.60), 1_000),
        ((46.10, 33.00), (46.00, 34.90), 250),
        ((28.00, -114.60), (28.30, -112.50), 650),
    ]:
        ways = sea.way_nm(*west, *np.array([east]).T)
        assert not on_land(*np.array([west, east]).T).any()
        assert ways[0] > least_nm


def test_the_same_place_is_no_way_off(sea):
    lat, lon = columns(*PLACES)
    for name in ("Rajin", "Vladivostok"):
        ways = sea.way_nm(*PLACES[name], lat, lon, at_most_nm=200.0)
        assert ways[list(PLACES).index(name)] == 0.0
    assert sea.way_nm(40.0, 134.0, np.array([40.0]), np.array([134.0 - 360.0]))[0] == 0.0


def test_quays_of_one_harbour_are_as_far_apart_as_they_are(sea):
    """Not out to the water that the map knows and back."""
    lat, lon = np.array([43.1167]), np.array([131.9])
    assert sea.way_nm(43.1160, 131.9010, lat, lon)[0] == pytest.approx(0.06, abs=0.01)


def test_unknown_positions_are_unknown_and_places_inland_out_of_reach(sea):
    lat, lon = np.array([np.nan, 42.0, 55.75, 42.5]), np.array([131.0, np.nan, 37.6, 131.5])
    ways = sea.way_nm(*PLACES["Rajin"], lat, lon)
    assert np.isnan(ways[:2]).all() and np.isinf(ways[2]) and np.isfinite(ways[3])
    assert np.isnan(sea.way_nm(np.nan, 131.0, lat[3:], lon[3:])).all()
    assert np.isinf(sea.way_nm(55.75, 37.6, lat[3:], lon[3:])).all()
    assert sea.afloat(lat, lon).tolist() == [False, False, False, True]


def test_the_caspian_is_a_sea_of_its_own_but_for_the_canal(sea):
    inside = sea.way_nm(42.0, 50.0, np.array([38.5]), np.array([52.0]))[0]
    out = sea.way_nm(42.0, 50.0, np.array([46.2]), np.array([36.8]))[0]
    assert inside < 260 and 700 < out < 1_100


def test_no_positions_and_no_places(sea):
    none = np.array([])
    assert sea.way_nm(*PLACES["Rajin"], none, none).shape == (0,)
    assert sea.ways_nm(none, none, np.array([42.0]), np.array([131.0]), np.inf).shape == (0, 1)


def test_many_places_at_once_give_what_each_gives(sea):
    """An answer depends on nothing but the two positions."""
    lat, lon = columns(*GULF, "Busan", "Nampo")
    together = sea.ways_nm(lat, lon, lat, lon, np.inf)
    for number in range(len(lat)):
        alone = sea.way_nm(lat[number], lon[number], lat[::-1], lon[::-1])[::-1]
        assert (alone == together[number]).all()
        assert (sea.ways_nm(lat, lon, lat[[number]], lon[[number]], np.inf)[:, 0] == together[:, number]).all()


def test_a_turn_more_or_less_of_longitude_changes_nothing(sea):
    lat, lon = columns(*GULF)
    assert sea.way_nm(42.2333, 130.3 - 360.0, lat, lon + 360.0) == pytest.approx(sea.way_nm(42.2333, 130.3, lat, lon))


@pytest.mark.parametrize("limit", [50.0, 110.0, 400.0, 900.0])
def test_a_limit_removes_no_way_within_it(sea, limit):
    lat, lon = columns(*GULF, "Busan", "Nampo", "Zhoushan")
    free, limited = sea.ways_nm(lat, lon, lat, lon, np.inf), sea.ways_nm(lat, lon, lat, lon, limit)
    assert (limited[free <= limit] == free[free <= limit]).all()
    assert np.isinf(limited[free > limit]).all()
    each = np.full(len(lat), limit)
    assert (sea.ways_nm(lat, lon, lat, lon, each) == limited).all()
    assert (sea.ways_nm(lat, lon, lat, lon, np.broadcast_to(each, free.shape)) == limited).all()
    assert (sea.way_nm(*PLACES["Rajin"], lat, lon, at_most_nm=limit) == limited[0]).all()


positions = st.tuples(st.floats(36.0, 44.0), st.floats(128.0, 138.0))


@settings(max_examples=10)
@given(st.lists(positions, min_size=3, max_size=5))
def test_ways_are_distances(sea, some):
    """No shorter than straight, the same both ways, and no detour shorter than the way itself."""
    lat, lon = np.array(some).T
    ways = sea.ways_nm(lat, lon, lat, lon, np.inf)
    geodesics = distance_nm(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    assert (ways >= geodesics).all()
    known = np.isfinite(ways)
    assert (known == known.T).all()
    assert (np.abs(ways[known] - ways.T[known]) <= 0.01 * ways[known] + 0.5).all()
    by_way_of = (ways[:, :, None] + ways[None, :, :]).min(axis=1)
    assert (ways <= by_way_of * 1.01 + 1.0)[known].all()
    afloat = sea.afloat(lat, lon)
    assert (known | ~(afloat[:, None] & afloat[None, :]) | (geodesics == 0)).all()


@settings(max_examples=15)
@given(st.floats(-30, 30), st.floats(-170, -120), st.floats(-30, 30), st.floats(-170, -120))
def test_over_open_ocean_the_way_is_straight(sea, lat, lon, lat2, lon2):
    """The South Seas have islands, but none so large."""
    there = berths(np.array([lat, lat2]), np.array([lon, lon2]))
    way = sea.way_nm(lat, lon, np.array([lat2]), np.array([lon2]))[0]
    geodesic = float(distance_nm(lat, lon, lat2, lon2))
    assert geodesic <= way <= geodesic * 1.015 + 1.0 + there.snap_nm.sum()


@settings(max_examples=8)
@given(st.floats(47, 62), st.floats(172, 188), st.floats(47, 62), st.floats(172, 188))
def test_around_the_antimeridian_as_elsewhere(sea, lat, lon, lat2, lon2):
    way = sea.ways_nm([lat], [lon - 360], [lat2, lat2], [lon2, lon2 - 360], np.inf)[0]
    back = sea.way_nm(lat2, lon2 - 360, np.array([lat]), np.array([lon]))[0]
    assert way[0] == pytest.approx(way[1])
    if np.isfinite(way[0]):
        assert abs(way[0] - back) <= 0.01 * way[0] + 0.5
        assert way[0] < distance_nm(lat, lon, lat2, lon2) * 1.5 + 200


def test_a_wider_window_gives_nearly_the_same(sea):
    """Coarser networks keep the finer ones' straits: every long way is found in them too.

    Within 3 % in the wide one, and within 30 nm in the world's, which is for ways of more than 1,000 nm.
    """
    lat, lon = columns(*GULF, "Busan", "Pohang")
    near = sea.ways_nm(lat, lon, lat, lon, np.inf)
    charts = sea._ways._charts
    there = berths(lat, lon)
    for tier, share, surplus_nm in ((tiers.WIDE, 1.03, 0.0), (tiers.WORLD, 1.0, 30.0)):
        network = charts.network(tiers.window(tier, 42.0, 131.0))
        links = charts.links(network, there)
        for number in range(len(lat)):
            ways = charts.field(network, there.only(np.array([number]))).at(links, len(lat))
            ways += there.snap_nm[number] + there.snap_nm
            far = near[number] > 300.0
            assert (ways[far] <= near[number][far] * share + surplus_nm).all()
            assert (ways[far] >= near[number][far] * 0.99 - 1.0).all()


def test_straight_worlds_have_no_coast():
    sea = Sea(straight=True)
    lat, lon = columns("Vladivostok", "Nampo", "Rotterdam")
    assert (sea.way_nm(*PLACES["Rajin"], lat, lon) == distance_nm(*PLACES["Rajin"], lat, lon)).all()
    assert np.isinf(sea.way_nm(*PLACES["Rajin"], lat, lon, at_most_nm=100.0)).tolist() == [False, True, True]
    assert np.isnan(sea.way_nm(*PLACES["Rajin"], np.array([np.nan]), np.array([1.0])))[0]
    assert sea.afloat(np.array([55.75, np.nan]), np.array([37.6, 1.0])).tolist() == [True, False]


def test_the_bound_on_straight_bits_is_what_the_docs_say(sea):
    """Inland of Rajin, further and further from the sea."""
    lat = 42.2 + np.arange(0, 60) / 60.0
    lon = np.full(len(lat), 130.35)
    snap_nm = berths(lat, lon).snap_nm
    ways = sea.way_nm(*PLACES["Rajin"], lat, lon)
    assert (np.isfinite(ways) == (snap_nm <= MAX_SNAP_NM)).all()
    assert np.isinf(ways).any() and np.isfinite(ways).any()
