"""That very hour: sums over neighbours are what one gets by looking at each pair of cells, anywhere on the globe."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.judgement.around import HALF, HOURS, Day, Waters
from ais_gaps.reception import cells
from tests.judgement_case import DAY0, Peers, Ship, cell_of, peer_hours, ship_hours

few = settings(max_examples=12)
anywhere = st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
crowd = st.lists(
    st.one_of(
        anywhere,
        st.tuples(st.floats(41.0, 43.0), st.floats(130.0, 133.0)),
        st.tuples(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0).map(lambda east: (east + 360.0) % 360.0 - 180.0)),
        st.tuples(st.floats(88.0, 90.0), st.floats(-180.0, 180.0)),
        st.tuples(st.floats(-90.0, -88.0), st.floats(-180.0, 180.0)),
    ),
    min_size=1,
    max_size=25,
)


def neighbours(half: int) -> set[int]:
    """The cells of half a degree at and around one, found by stepping a cell's height and width from its middle."""
    edges = cells.edges(np.array([half]), HALF)
    lat, lon, width = float(edges.lat[0]), float(edges.lon[0]), float(edges.east[0] - edges.west[0])
    found = set()
    for north in (-0.5, 0.0, 0.5):
        for east in (-width, 0.0, width):
            found.add(cell_of(max(min(lat + north, 89.9999), -89.9999), lon + east, HALF))
    return found


@few
@given(crowd, st.randoms(use_true_random=False))
def test_sums_over_neighbours_are_those_of_looking_at_each_cell(
    places: list[tuple[float, float]], dice: object
) -> None:
    fine = np.array([cell_of(*place) for place in places])
    waters = Waters(fine)
    hour = np.array([dice.randrange(HOURS) for _ in places])  # type: ignore[attr-defined]
    values = np.array([dice.randrange(1, 9) for _ in places], float)  # type: ignore[attr-defined]
    sums = [
        waters.around(np.bincount(waters.half(fine)[hour == at], values[hour == at], minlength=waters.halves + 1))
        for at in range(HOURS)
    ]
    of = cells.around(fine, HALF)
    for place in places:
        one = np.array([cell_of(*place)])
        half = int(cells.around(one, HALF)[0])
        for at in range(HOURS):
            about = [v for v, h, c in zip(values, hour, of, strict=True) if h == at and half in neighbours(int(c))]
            assert sums[at][waters.half(one)[0]] == pytest.approx(sum(about))


@few
@given(crowd)
def test_a_cell_next_to_ships_sees_them_and_one_far_off_sees_nobody(places: list[tuple[float, float]]) -> None:
    fine = np.array([cell_of(*place) for place in places])
    waters = Waters(fine)
    number = waters.half(fine)
    assert (number < waters.halves).all()
    assert waters.near(number, number).all()
    occupied = {int(c) for c in cells.around(fine, HALF)}
    seen = set().union(*(neighbours(c) for c in occupied))
    elsewhere = np.array([cell_of(lat, lon) for lat in range(-80, 90, 20) for lon in range(-170, 180, 20)])
    for cell, half in zip(elsewhere, cells.around(elsewhere, HALF), strict=True):
        assert (waters.half(np.array([cell]))[0] < waters.halves) == (int(half) in seen)
    assert waters.around(np.ones(waters.halves + 1))[waters.halves] == 0


@few
@given(crowd)
def test_satellites_tell_of_two_cells_alike_most_of_the_cell_itself_and_nothing_far_off(
    places: list[tuple[float, float]],
) -> None:
    fine = np.array([cell_of(*place) for place in places])
    waters = Waters(fine)
    wide = waters.wide(fine)
    assert waters.pull(wide, wide) == pytest.approx(1.0)
    pulls = waters.pulls.toarray()
    assert np.array_equal(pulls, pulls.T)
    assert ((pulls >= 0) & (pulls <= 1 + 1e-12)).all()
    middle = cells.edges(cells.around(fine, cells.WIDE), cells.WIDE)
    for i, a in enumerate(wide):
        for j, b in enumerate(wide):
            angle = _apart((middle.lat[i], middle.lon[i]), (middle.lat[j], middle.lon[j]))
            assert pulls[a, b] == pytest.approx(waters.pull(np.array([a]), np.array([b]))[0])
            if angle > 9.0:
                assert pulls[a, b] == 0.0
            elif 0.1 < angle < 8.0:
                assert 0.0 < pulls[a, b] < 1.0


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Degrees between two positions."""
    (lat0, lon0), (lat1, lon1) = (tuple(map(math.radians, p)) for p in (one, other))
    cosine = math.sin(lat0) * math.sin(lat1) + math.cos(lat0) * math.cos(lat1) * math.cos(lon1 - lon0)
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def test_cells_on_both_sides_of_the_antimeridian_and_around_a_pole_are_neighbours() -> None:
    places = [(0.1, 179.9), (0.1, -179.9), (89.9, 10.0), (89.9, -170.0)]
    waters = Waters(np.array([cell_of(*place) for place in places]))
    east, west, pole, _ = (waters.half(np.array([cell_of(*place)])) for place in places)
    assert waters.near(east, west)[0] and waters.near(west, east)[0]
    assert not waters.near(east, pole)[0]
    wide = [waters.wide(np.array([cell_of(*place)])) for place in places]
    assert waters.pull(wide[0], wide[1])[0] > 0.7
    assert waters.pull(wide[2], wide[3])[0] > 0.5
    assert waters.pull(wide[0], wide[2])[0] == 0.0


@few
@given(ship_hours(hours=30))
def test_a_day_holds_the_hours_of_that_day_and_of_nobody_elses(rows: list[Ship]) -> None:
    peers = Peers(rows)
    for day in (DAY0, DAY0 + 1):
        own = [row for row in rows if row[1] // 24 == day]
        found = Day(peers.hours_of(day), day, peers.coverage, peers.waters)
        alone = Day(peer_hours(own) if own else peers.by_hour.slice(0, 0), day, peers.coverage, peers.waters)
        sums, of_own = everywhere(found, peers.waters), everywhere(alone, peers.waters)
        for some, others in zip(sums, of_own, strict=True):
            assert some == pytest.approx(others)
            assert np.isfinite(some).all() and (some >= 0).all()
        assert found.any.tolist() == [
            float(any(row[6] for row in own if row[1] == day * 24 + hour)) for hour in range(HOURS)
        ]
        which = (7, 8) if peers.coverage.by_kind else (5, 6)
        for row in own:
            at = waters_of(peers, row)
            near = [r for r in own if r[1] == row[1] and halves(r) in neighbours(halves(row))]
            assert sums[0][row[1] - day * 24, at, 0] == pytest.approx(sum(r[which[0]] for r in near))
            assert sums[0][row[1] - day * 24, at, 1] == pytest.approx(sum(r[which[1]] for r in near))


def everywhere(day: Day, waters: Waters) -> tuple[np.ndarray, np.ndarray]:
    """What a day tells of each hour and cell: ashore and by satellite."""
    size = waters.halves + 1
    ashore = day.ashore(np.repeat(np.arange(HOURS), size), np.tile(np.arange(size), HOURS))
    space = day.space(np.repeat(np.arange(HOURS), waters.wides), np.tile(np.arange(waters.wides), HOURS))
    return np.stack(ashore, axis=1).reshape(HOURS, size, 3), np.stack(space, axis=1).reshape(HOURS, waters.wides, 2)


def waters_of(peers: Peers, row: Ship) -> int:
    return int(peers.waters.half(np.array([row[2]]))[0])


def halves(row: Ship) -> int:
    return int(cells.around(np.array([row[2]]), HALF)[0])
