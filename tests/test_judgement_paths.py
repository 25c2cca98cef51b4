"""Where a silent ship may have been: paths begin at off and end at on, and places out of hearing are within her reach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.judgement import judge, shipped
from ais_gaps.judgement.detours import FASTER, LEAST_STAY_H, Detours
from ais_gaps.judgement.paths import DIRECT, PATHS, VIA, WAIT_FIRST, WAIT_LAST, Paths
from ais_gaps.judgement.silences import RECKONED_H, Silences, apart_nm
from ais_gaps.places import shipped as places
from ais_gaps.store.archive import Store
from tests.judgement_case import DAY0, Peers, Ship, cell_of, fleet, ship, silences, silent, turned
from tests.rows import T0, H, Row, put

NONE = np.empty((2, 0))
lat = st.floats(-80.0, 80.0)
lon = st.floats(-180.0, 179.999)


@st.composite
def told(draw: st.DrawFn) -> Silences:
    """Silences anywhere, over the antimeridian too."""
    rows = []
    for mmsi in range(draw(st.integers(1, 5))):
        off = (draw(lat), draw(lon))
        on = (off[0] + draw(st.floats(-1.0, 1.0)), turned(off[1] + draw(st.floats(-2.0, 2.0))))
        open_ = draw(st.booleans())
        lasts = draw(st.floats(0.2, 100.0))
        row: dict[str, Any] = {"mmsi": mmsi, "off_h": 100.0 - lasts if open_ else 0.0, "on_h": None if open_ else lasts}
        row |= {"off": off, "on": None if open_ else on, "off_sog": draw(st.sampled_from([None, 0, 1100]))}
        rows.append(
            row | {"off_cog": draw(st.sampled_from([None, 9000])), "under_way_kn": draw(st.sampled_from([None, 14.0]))}
        )
    return silences(rows, as_of_us=T0 + 100 * H)


def detoured(s: Silences) -> Detours:
    """A place 15 nm to the north, for those who can make it."""
    to_lat = s.off_lat + 0.25
    out, back = apart_nm(s.off_lat, s.off_lon, to_lat, s.off_lon), apart_nm(s.on_lat, s.on_lon, to_lat, s.off_lon)
    back = np.where(s.open, 0.0, back)
    stay = np.maximum(s.hours - (out + back) / s.knots / 1.1, 0.0)
    return Detours(to_lat, s.off_lon, stay, out, back, np.full(len(s), -1))


@given(told())
def test_each_path_begins_at_off_and_ends_at_on(s: Silences) -> None:
    paths = Paths.of(s, detoured(s))
    of = np.arange(len(s))
    for path in range(PATHS):
        some = of[paths.weights[of, path] > 0]
        some = some[~(s.open[some] & (path == VIA))]
        begin = paths.at(path, some, np.zeros(len(some)))
        end = paths.at(path, some, s.hours[some])
        if path != WAIT_FIRST:  # she who had no time to wait is on her way
            assert apart_nm(s.off_lat[some], s.off_lon[some], begin[0], begin[1]) == pytest.approx(0.0, abs=0.1)
        assert apart_nm(s.on_lat[some], s.on_lon[some], end[0], end[1]) == pytest.approx(0.0, abs=1.1)


@given(told(), st.floats(0.0, 1.0))
def test_between_them_she_is_no_further_from_either_than_they_are_apart(s: Silences, share: float) -> None:
    paths, of = Paths.of(s, Detours.none(len(s))), np.arange(len(s))
    for path in (DIRECT, WAIT_FIRST, WAIT_LAST):
        at_lat, at_lon, _ = paths.at(path, of, share * s.hours)
        most = s.nm * 1.02 + 0.5  # a straight line on the chart is a little longer than the great circle
        assert (apart_nm(s.off_lat, s.off_lon, at_lat, at_lon) <= most).all()
        assert (apart_nm(s.on_lat, s.on_lon, at_lat, at_lon) <= most).all()


@given(told())
def test_weights_of_paths_add_up_and_a_place_out_of_reach_has_none(s: Silences) -> None:
    for detours in (Detours.none(len(s)), detoured(s)):
        paths = Paths.of(s, detours)
        assert paths.weights.sum(axis=1) == pytest.approx(1.0)
        assert (paths.weights >= 0).all()
        assert ((paths.weights[:, VIA] > 0) == (detours.stay_h > 0)).all()


@given(told())
def test_an_open_silence_is_reckoned_on_for_a_while_and_then_she_has_stopped(s: Silences) -> None:
    paths, of = Paths.of(s, Detours.none(len(s))), np.flatnonzero(s.open & (s.hours > RECKONED_H))
    late, later = (paths.at(DIRECT, of, hours) for hours in (np.full(len(of), RECKONED_H), s.hours[of]))
    assert late[0] == pytest.approx(later[0]) and late[1] == pytest.approx(later[1])
    run = np.nan_to_num(s.off_kn) * np.minimum(s.hours, RECKONED_H) * ~np.isnan(s.off_course) * s.open
    assert s.nm[s.open] == pytest.approx(run[s.open], rel=0.03, abs=0.5)


def sea(share: float, at: tuple[float, float] = (42.1, 131.1), wide: int = 3) -> list[Ship]:
    """Ship-hours in many cells about a place, such a share of them heard."""
    cells_ = {
        cell_of(at[0] + 0.25 * i, at[1] + 0.3 * j) for i in range(-wide, wide + 1) for j in range(-wide, wide + 1)
    }
    return [
        (50, DAY0 * 24, cell, 1, moving, 50, *(round(50 * share), 50, round(50 * share), 0))
        for cell in sorted(cells_)
        for moving in (False, True)
    ]


@settings(max_examples=12)
@given(told(), st.integers(0, 2**31))
def test_a_place_out_of_hearing_is_within_reach_with_time_to_stay(s: Silences, seed: int) -> None:
    at = (float(s.off_lat[0]), float(s.off_lon[0]))
    peers = Peers(sea(0.9, at))
    dice = np.random.default_rng(seed)
    watched = np.array([s.off_lat[0] + dice.uniform(-2, 2, 3), s.off_lon[0] + dice.uniform(-2, 2, 3)])
    found = Detours.of(s, watched, peers.coverage, peers.own)
    some = found.stay_h > 0
    assert (found.stay_h[some] > LEAST_STAY_H).all()
    assert (found.stay_h <= s.hours + 1e-9).all()
    reach = (s.hours - found.stay_h) * s.knots * FASTER
    assert (found.out_nm + found.back_nm)[some] == pytest.approx(reach[some], abs=0.1)
    out = apart_nm(s.off_lat, s.off_lon, found.lat, found.lon)
    assert out[some] == pytest.approx(found.out_nm[some])
    assert (found.back_nm[s.open] == 0).all()
    named = found.watched >= 0
    assert found.lat[named] == pytest.approx(watched[0][found.watched[named]])


def test_a_watched_place_that_nobody_is_heard_at_is_where_she_may_have_been() -> None:
    s = silences([{"off_h": 1.0, "on_h": 9.0, "off": (42.1, 131.1), "on": (42.1, 131.1), "under_way_kn": 10.0}])
    quiet = (42.35, 131.1)
    rows = [row for row in sea(0.95, wide=6) if row[2] != cell_of(*quiet)]
    rows += [(60, DAY0 * 24, cell_of(*quiet), 1, moving, 300, 0, 300, 0, 0) for moving in (False, True)]
    peers = Peers(rows)
    found = Detours.of(s, np.array([[quiet[0]], [quiet[1]]]), peers.coverage, peers.own)
    assert found.watched.tolist() == [0]
    assert found.stay_h[0] > 4


def test_nobody_who_is_back_at_once_was_anywhere_else() -> None:
    s = silences([{"off_h": 1.0, "on_h": 2.9, "off": (42.1, 131.1), "on": (42.1, 131.1)}])
    peers = Peers(sea(0.5))
    assert Detours.of(s, np.array([[42.1], [131.1]]), peers.coverage, peers.own).stay_h.tolist() == [0.0]


@pytest.mark.parametrize("receiver", ["terrestrial", "satellite", None])
@pytest.mark.parametrize("knots", [0.0, 9.0])
def test_what_ships_put_into_the_sums_in_their_own_silences_is_taken_out(
    tmp_path: Path, knots: float, receiver: str | None
) -> None:
    """Ships that are each alone in their waters: of others near them nothing is there, over or not, however long the silence."""
    rows: list[Row] = fleet(3, 240, lat=35.0, lon=129.1, every_min=60.0, receiver=receiver)
    how: dict[str, Any] = {"knots": knots, "beat_nm": 30.0 if knots else 0.0, "receiver": receiver, "every_min": 20.0}
    for number, lasts in enumerate((3.0, 12.0, 23.0, 26.0, 50.0, 71.0, 73.0, 100.0)):
        rows += silent(ship(412_000_001 + number, 240, lat=-30.0 + 7 * number, lon=-150.0, **how), (100, 100 + lasts))
        rows += silent(ship(412_000_101 + number, 240, lat=-30.0 + 7 * number, lon=-40.0, **how), (240 - lasts, 999))
    store = Store.create(tmp_path / "a")
    assert put(store, rows, "ships", batch=2000).error is None
    ingests = store.ingests()
    as_of_us = as_of_of(ingests)
    gaps = find(store, ingests, min_hours=2.0, as_of_us=as_of_us).gaps
    assert len(gaps) == 16
    found = judge(store, ingests, gaps, gaps, places(), as_of_us=as_of_us, models=shipped()).found
    assert found.peers == pytest.approx(0.0, abs=1e-6)
    assert found.peers_heard == pytest.approx(0.0, abs=1e-6)
    assert found.basis == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("knots", [0.0, 9.0])
def test_nor_is_more_taken_out_than_they_put_in(tmp_path: Path, knots: float) -> None:
    """Two ships side by side, one of them always heard: beside the other there is just her, hour by hour."""
    rows: list[Row] = fleet(3, 240, lat=35.0, lon=129.1, every_min=60.0)
    still: dict[str, Any] = {"knots": 0.0, "beat_nm": 0.0, "every_min": 20.0, "lon": -150.0}
    for number, lasts in enumerate((3.0, 12.0, 23.0, 26.0, 50.0, 73.0)):
        for base, span in ((412_000_001, (100.0, 100.0 + lasts)), (412_000_101, (240.0 - lasts, 999.0))):
            place = {**still, "lat": -30.0 + 7 * number, "lon": -150.0 if base < 412_000_100 else -40.0}
            under_way = {**place, "knots": knots, "beat_nm": 15.0 if knots else 0.0}
            rows += silent(ship(base + number, 240, **under_way), span) + ship(base + 1000 + number, 240, **place)
    store = Store.create(tmp_path / "a")
    assert put(store, rows, "ships", batch=2000).error is None
    ingests = store.ingests()
    as_of_us = as_of_of(ingests)
    gaps = find(store, ingests, min_hours=2.0, as_of_us=as_of_us).gaps
    assert len(gaps) == 12
    found = judge(store, ingests, gaps, gaps, places(), as_of_us=as_of_us, models=shipped()).found
    if not knots:
        assert found.peers == pytest.approx(found.hours, abs=1.0)
    assert found.peers_heard == pytest.approx(found.peers)
