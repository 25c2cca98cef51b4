"""The long-run chance to be heard: sums that no slicing changes, and of which a ship's own hours can be taken out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.judgement.coverage import GROUPS, Coverage, group
from ais_gaps.reception import cells
from ais_gaps.schema import CLASSES
from tests.judgement_case import DAY0, SPOTS, Peers, Ship, cell_of, ship_cells, ship_hours, without

few = settings(max_examples=10)


def everywhere(rows: list[Ship]) -> tuple[np.ndarray, np.ndarray]:
    """All groups in the cells of some rows, in their neighbours by number, and in one that nobody was in."""
    cell = np.unique([row[2] + by for row in rows for by in (0, 1)] + [cell_of(-30.0, -100.0)]) % cells.count(
        cells.FINE
    )
    groups = np.arange(GROUPS)
    return np.tile(groups, len(cell)), np.repeat(cell, GROUPS)


def hour(mmsi: int, at: tuple[float, float], n: int, heard: int, **more: int) -> Ship:
    """Ship-hours of class A at rest."""
    own = {"ais_class": 1, "moving": False, "kinds": n, "terrestrial": heard, "satellite": 0, **more}
    told = (own["kinds"], own["terrestrial"], own["satellite"])
    return (mmsi, DAY0 * 24, cell_of(*at), own["ais_class"], bool(own["moving"]), n, heard + own["satellite"], *told)


@few
@given(ship_hours(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_neither_slices_nor_their_order_change_anything(rows: list[Ship], dice: object, slices: int) -> None:
    whole = Coverage([ship_cells(rows)])
    shuffled = [*rows]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    parts = [ship_cells(shuffled[start::slices]) for start in range(slices)]
    sliced = Coverage(parts)
    groups, cell = everywhere(rows)
    assert sliced.by_kind == whole.by_kind
    assert sliced.ship_hours == whole.ship_hours
    for name in ("cells", "heard_by_cell"):
        assert np.array_equal(getattr(sliced, name), getattr(whole, name))
    for ask in ("ashore", "space"):
        assert np.array_equal(getattr(sliced, ask)(groups, cell), getattr(whole, ask)(groups, cell))


@few
@given(ship_hours())
def test_chances_lie_between_never_and_always_wherever_one_asks(rows: list[Ship]) -> None:
    peers = Peers(rows, ships=(1, 2, 3, 4))
    groups, cell = everywhere(rows)
    for ship in range(4):
        who = np.full(len(cell), ship)
        for chance in (peers.coverage.ashore(groups, cell, who, peers.own), peers.coverage.ashore(groups, cell)):
            assert ((chance > 0) & (chance < 1)).all()
        for chance in (peers.coverage.space(groups, cell, who, peers.own), peers.coverage.space(groups, cell)):
            assert ((chance >= 0) & (chance <= 1)).all()


@few
@given(ship_hours(most=25), st.integers(1, 4))
def test_without_her_own_hours_a_cell_is_what_the_others_made_it(rows: list[Ship], mmsi: int) -> None:
    """The counts of cell and parent are those of an archive that never had her; only the fleet's mean rates still hold her."""
    rows = [row for row in rows if row[5] < 100]  # no cell so busy that one ship does not count
    peers, others = Peers(rows, ships=(mmsi,)), Coverage([ship_cells(without(rows, mmsi))])
    others.by_kind = peers.coverage.by_kind
    counted = Coverage([ship_cells(_as_one_kind(without(rows, mmsi), peers.coverage.by_kind))])
    groups, cell = everywhere(rows) if rows else (np.zeros(1, int), np.zeros(1, int))
    left = peers.coverage.ashore(groups, cell, np.zeros(len(cell), int), peers.own)
    for name in ("_rate", "_base", "_space_rate", "_in_feed"):
        setattr(counted, name, getattr(peers.coverage, name))
    assert left == pytest.approx(counted.ashore(groups, cell), abs=1e-12)
    space = peers.coverage.space(groups, cell, np.zeros(len(cell), int), peers.own)
    assert space == pytest.approx(counted.space(groups, cell), abs=1e-12)


def _as_one_kind(rows: list[Ship], by_kind: bool) -> list[Ship]:
    """The rows so that a coverage of them alone takes kinds as another did."""
    weight = sum(row[5] for row in rows) + 1
    nowhere = cell_of(-50.0, -120.0)
    kinds = 2 * weight if by_kind else 0
    return [*rows, (9, DAY0 * 24, nowhere, 0, False, 2 * weight, 0, kinds, 0, 0)]


@few
@given(ship_hours(), st.integers(1, 4))
def test_leaving_out_a_ship_leaves_a_place_alone_that_she_never_came_to(rows: list[Ship], mmsi: int) -> None:
    peers = Peers(rows, ships=(mmsi,))
    hers = {int(at) for row in rows if row[0] == mmsi for at in cells.around(np.array([row[2]]), cells.WIDE)}
    groups, cell = everywhere(rows)
    away = ~np.isin(cells.around(cell, cells.WIDE), list(hers))
    groups, cell = groups[away], cell[away]
    who = np.zeros(len(cell), int)
    assert np.array_equal(peers.coverage.ashore(groups, cell, who, peers.own), peers.coverage.ashore(groups, cell))
    assert np.array_equal(peers.coverage.space(groups, cell, who, peers.own), peers.coverage.space(groups, cell))


@pytest.mark.parametrize("at", SPOTS)
def test_where_all_are_heard_a_ship_is_and_where_none_is_she_is_not(at: tuple[float, float]) -> None:
    cell, group_ = np.array([cell_of(*at)]), np.array([0])
    heard = Coverage([ship_cells([hour(mmsi, at, 24, 24) for mmsi in range(10)])])
    unheard = Coverage([ship_cells([hour(mmsi, at, 24, 0) for mmsi in range(10)])])
    assert heard.ashore(group_, cell)[0] > 0.9
    assert unheard.ashore(group_, cell)[0] < 0.01
    assert heard.ship_hours_near(cell)[0] == unheard.ship_hours_near(cell)[0] == 240


@pytest.mark.parametrize("at", SPOTS)
def test_where_ships_under_way_are_never_heard_one_at_rest_is_not_either(at: tuple[float, float]) -> None:
    cell, at_rest = np.array([cell_of(*at)]), np.array([0])
    afar = hour(99, (-50.0, -120.0), 2000, 1000)
    moving = [hour(mmsi, at, 24, 0, moving=True) for mmsi in range(10)]
    unknown, known = Coverage([ship_cells([afar])]), Coverage([ship_cells([afar, *moving])])
    assert known.ashore(at_rest, cell)[0] < 0.1 * unknown.ashore(at_rest, cell)[0]
    # Heard or not, ships under way make nobody at rest more likely to be heard than where nothing is known.
    heard = Coverage([ship_cells([afar, *(hour(mmsi, at, 24, 24, moving=True) for mmsi in range(10))])])
    assert heard.ashore(at_rest, cell)[0] == pytest.approx(unknown.ashore(at_rest, cell)[0])
    # Nobody knows it from herself.
    only = Peers([afar, moving[0]], ships=(0,))
    assert only.coverage.ashore(at_rest, cell, np.array([0]), only.own) == only.coverage.ashore(
        at_rest, np.array([cell_of(-30.0, -100.0)])
    )


@pytest.mark.parametrize("at", SPOTS)
def test_neighbours_in_a_degree_tell_of_a_cell_that_nobody_was_in(at: tuple[float, float]) -> None:
    cell = cell_of(*at)
    edge = cells.around(np.array([cell]), cells.PARENT)
    every = np.arange(cells.count(cells.FINE))
    beside = next(int(c) for c in every[cells.around(every, cells.PARENT) == edge[0]] if c != cell)
    rows = [(1, DAY0 * 24, beside, 1, False, 200, 200, 200, 200, 0)]
    told = Coverage([ship_cells(rows)])
    assert told.ashore(np.array([0]), np.array([cell]))[0] > 0.9
    far = cell_of(-30.0, -100.0)
    assert told.ashore(np.array([0]), np.array([far]))[0] < 0.01
    assert told.ship_hours_near(np.array([far]))[0] == 0


def test_a_ship_alone_in_her_bay_is_not_her_own_witness() -> None:
    at = (42.1, 131.1)
    peers = Peers([hour(1, at, 300, 300), hour(2, (10.0, 10.0), 24, 20)], ships=(1,))
    cell, group_, her = np.array([cell_of(*at)]), np.array([0]), np.array([0])
    assert peers.coverage.ashore(group_, cell)[0] > 0.9
    assert peers.coverage.ashore(group_, cell, her, peers.own)[0] < 0.01


def test_of_satellites_only_hours_tell_in_which_nobody_ashore_heard_the_ship() -> None:
    at = (42.1, 131.1)
    rows = [hour(mmsi, at, 100, 90, satellite=8) for mmsi in range(5)]
    told = Coverage([ship_cells(rows)])
    cell, group_ = np.array([cell_of(*at)]), np.array([0])
    assert told.space(group_, cell)[0] == pytest.approx(0.8, abs=0.02)
    blind = Coverage([ship_cells([hour(mmsi, at, 100, 90) for mmsi in range(5)])])
    assert blind.space(group_, cell)[0] == 0.0


def test_an_archive_that_does_not_say_the_kind_counts_all_that_heard() -> None:
    at = (42.1, 131.1)
    rows = [hour(mmsi, at, 100, 50, kinds=0, terrestrial=0, satellite=0) for mmsi in range(5)]
    rows = [(*row[:6], 80, *row[7:]) for row in rows]
    told = Coverage([ship_cells(rows)])
    cell, group_ = np.array([cell_of(*at)]), np.array([0])
    assert not told.by_kind
    assert told.ashore(group_, cell)[0] == pytest.approx(0.8, abs=0.02)
    assert told.space(group_, cell)[0] == 0.0


def test_class_b_and_moving_ships_have_chances_of_their_own() -> None:
    at = (42.1, 131.1)
    rows = [hour(1, at, 300, 290), hour(2, at, 300, 30, ais_class=CLASSES.index("B")), hour(3, at, 300, 150, moving=1)]
    told = Coverage([ship_cells(rows)])
    chances = told.ashore(np.arange(GROUPS), np.full(GROUPS, cell_of(*at)))
    assert chances[0] > 0.9 > 0.6 > chances[1] > 0.4 > 0.2 > chances[2] > chances[3]


def test_a_ship_of_unknown_class_counts_as_class_a() -> None:
    assert group(np.array([0, 1, 2]), np.array([0, 0, 0])).tolist() == [0, 0, 2]
    assert group(np.array([0, 1, 2]), np.array([1, 1, 1])).tolist() == [1, 1, 3]


def test_how_well_a_ship_is_heard_is_held_against_others_in_her_place() -> None:
    at = (42.1, 131.1)
    rows = [hour(1, at, 60, 12), *(hour(mmsi, at, 120, 108) for mmsi in (2, 3))]
    peers = Peers(rows, ships=(1,))
    table = ship_cells([rows[0]])
    (ashore, space), (should, by_space) = peers.coverage.observed(np.zeros(1, int), table, peers.own, 1)
    assert ashore.tolist() == [12]
    assert should[0] == pytest.approx(54, abs=2)
    assert space.tolist() == by_space.tolist() == [0.0]


def test_no_ship_at_all_is_a_coverage_too() -> None:
    none = Coverage([])
    assert none.ship_hours == 0 and not len(none.cells)
    assert 0 < none.ashore(np.array([0]), np.array([7]))[0] < 1
