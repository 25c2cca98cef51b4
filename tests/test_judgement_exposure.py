"""How often a silent ship should have been heard: hour by hour and path by path, whatever else is judged beside her."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.judgement import exposure as module
from ais_gaps.judgement import own_hours
from ais_gaps.judgement.around import HALF
from ais_gaps.judgement.detours import Detours
from ais_gaps.judgement.exposure import FIRST_H, LONGEST_H, Exposure, exposure
from ais_gaps.judgement.paths import DIRECT, PATHS, VIA, Paths
from ais_gaps.judgement.silences import H_US, Silences, apart_nm
from ais_gaps.reception import cells
from ais_gaps.schema import CLASSES
from tests.judgement_case import (
    DAY0,
    NO_OWN_HOURS,
    Peers,
    Ship,
    cell_of,
    peer_hours,
    received,
    ship_hours,
    silences,
)
from tests.rows import T0, H
from tests.test_judgement_around import neighbours

few = settings(max_examples=10)
NEAR = [(42.1, 131.1), (42.1, 131.4), (42.6, 131.1), (44.5, 133.0)]
EDGE = [(0.1, 179.9), (0.1, -179.9), (0.6, -179.4)]
FAR = (-40.0, -100.0)


def someone_afar(hours: range) -> list[Ship]:
    """A ship in another sea that is heard in each hour: the feed is alive."""
    return [(99, DAY0 * 24 + hour, cell_of(*FAR), 1, False, 1, 1, 1, 1, 0) for hour in hours]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Ship], list[dict[str, Any]]]:
    """Ship-hours of two days, and silences in them."""
    spots = draw(st.sampled_from([NEAR, EDGE]))
    rows = draw(ship_hours(spots=spots)) + someone_afar(range(0, 48, draw(st.sampled_from([1, 2]))))
    told = []
    for _ in range(draw(st.integers(1, 4))):
        off_h = draw(st.floats(0.0, 40.0))
        end_h = off_h + draw(st.floats(0.3, 47.0 - off_h))
        open_ = draw(st.booleans())
        told.append(
            {
                "mmsi": draw(st.integers(1, 4)),
                "off_h": off_h,
                "on_h": None if open_ else end_h,
                "off": draw(st.sampled_from(spots)),
                "on": None if open_ else draw(st.sampled_from(spots)),
                "off_sog": draw(st.sampled_from([None, 0, 900])),
                "off_cog": draw(st.sampled_from([None, 4500])),
                "ais_class": draw(st.integers(0, 2)),
            }
        )
    return rows, sorted(told, key=lambda row: row["mmsi"])


def somewhere_else(s: Silences) -> Detours:
    """A place 20 nm north of off for every other silence."""
    lat, lon = s.off_lat + 1 / 3, s.off_lon
    some = np.arange(len(s)) % 2 == 0
    out, back = apart_nm(s.off_lat, s.off_lon, lat, lon), apart_nm(s.on_lat, s.on_lon, lat, lon)
    stay = np.where(some, np.maximum(s.hours - (out + back) / s.knots, 0.0), 0.0)
    return Detours(lat, lon, stay, out, np.where(s.open, 0.0, back), np.full(len(s), -1))


def asked(rows: list[Ship], s: Silences, mine: pa.Table = NO_OWN_HOURS, peers: Peers | None = None) -> Exposure:
    """The exposure of silences in some ship-hours."""
    of = peers or Peers(rows, ships=sorted(set(s.mmsi.tolist())))
    return exposure(Paths.of(s, somewhere_else(s)), of.setting, of.own, received(len(s)), mine, of.hours_of)


def by_hand(rows: list[Ship], s: Silences, i: int, peers: Peers) -> dict[str, Any]:
    """The exposure of one silence by its definition."""
    paths, coverage = Paths.of(s, somewhere_else(s)), peers.coverage
    by_path = ("ashore", "space", "heard_ashore")
    out: dict[str, Any] = {field.name: 0.0 for field in fields(Exposure)} | {name: [0.0] * PATHS for name in by_path}
    out |= {"first": [0.0] * VIA, "last": [0.0] * VIA}
    counts = (7, 8) if coverage.by_kind else (5, 6)
    one = np.array([i])
    for path in range(PATHS):
        if path == VIA and paths.weights[i, VIA] == 0:
            continue
        for hour in range(s.off_us[i] // H_US, (s.end_us[i] - 1) // H_US + 1):
            start, stop = max(hour * H_US, s.off_us[i]), min((hour + 1) * H_US, s.end_us[i])
            share = (stop - start) / H_US
            share *= module._PART_OF_AN_HOUR if share < 0.98 else 1.0
            since = ((start + stop) / 2 - s.off_us[i]) / H_US
            lat, lon, moving = paths.at(path, one, np.array([since]))
            cell = cells.of(np.rint(lat * 1e6), np.rint(lon * 1e6))
            groups = np.array([2 * int(s.class_b[i]) + int(moving[0])])
            half = int(cells.around(cell, HALF)[0])
            there = [row for row in rows if row[1] == hour]
            near = [row for row in there if half in neighbours(int(cells.around(np.array([row[2]]), HALF)[0]))]
            n, heard = (sum(row[c] for row in near) for c in counts)
            expected = sum(row[counts[0]] * chance(coverage.ashore, row) for row in near)
            usual = float(peers.setting.usual[peers.waters.half(cell)[0]])
            usual -= float(coverage.own_heard_near(cell, s.ship[one], peers.own)[0]) / peers.setting.hours
            missed = max(expected, module._EXPECTED_OF_USUAL * usual)
            up = min((heard + module._SOME_SHORE) / (missed + module._SOME_SHORE), module._MOST_UP)
            passing, seen = (module._SOME_SPACE,) * 2
            wide = int(peers.waters.wide(cell)[0])
            for row in there if wide >= 0 and coverage.by_kind else []:
                pull = peers.waters.pull(np.array([wide]), peers.waters.wide(np.array([row[2]])))[0]
                passing += pull * row[9]
                seen += pull * (row[7] - row[8]) * chance(coverage.space, row)
            alive = any(row[6] for row in there)
            q = float(coverage.ashore(groups, cell, s.ship[one], peers.own)[0])
            by_space = float(coverage.space(groups, cell, s.ship[one], peers.own)[0])
            ashore = -np.log1p(-min(q * up * alive, module._MOST_ASHORE))
            space = -np.log1p(-min(by_space * passing / seen * alive, module._MOST_SPACE))
            out["ashore"][path] += share * ashore
            out["space"][path] += share * space
            out["heard_ashore"][path] += share * heard
            if path < VIA:
                out["first"][path] += share * (ashore + space) * (since < FIRST_H)
                out["last"][path] += share * (ashore + space) * (s.hours[i] - since < FIRST_H) * (not s.open[i])
            if path == DIRECT:
                out["usual"] += share * -np.log1p(-min(q, module._MOST_ASHORE))
                out["peers"] += share * n
                out["peers_heard"] += share * heard
                out["peers_expected"] += share * expected
                out["space_heard"] += share * (passing - module._SOME_SPACE)
                out["space_expected"] += share * (seen - module._SOME_SPACE)
                out["hours"] += share
    return out


def chance(of: Any, row: Ship) -> float:
    """The chance of a row's ships."""
    group = 2 * (row[3] == CLASSES.index("B")) + int(row[4])
    return float(of(np.array([group]), np.array([row[2]]))[0])


@few
@given(worlds())
def test_it_is_what_one_gets_hour_by_hour_and_path_by_path(world: tuple[list[Ship], list[dict[str, Any]]]) -> None:
    rows, told = world
    s = silences(told)
    peers = Peers(rows, ships=sorted(set(s.mmsi.tolist())))
    found = asked(rows, s, peers=peers)
    for i in range(len(s)):
        expected = by_hand(rows, s, i, peers)
        for name in ("ashore", "space", "heard_ashore", "first", "last", "usual", "peers", "peers_heard", "hours"):
            assert getattr(found, name)[i].tolist() == pytest.approx(expected[name], rel=1e-9, abs=1e-9), name
        for name in ("peers_expected", "space_heard", "space_expected"):
            assert getattr(found, name)[i] == pytest.approx(expected[name], rel=1e-9, abs=1e-9), name


@few
@given(worlds(), st.randoms(use_true_random=False))
def test_neither_order_nor_company_changes_a_silence(world: tuple[list[Ship], list[dict[str, Any]]], dice: Any) -> None:
    rows, told = world
    s = silences(told)
    peers = Peers(rows, ships=sorted(set(s.mmsi.tolist())))
    found = asked(rows, s, peers=peers)
    some = dice.sample(range(len(s)), dice.randint(1, len(s)))
    other = Silences(*(getattr(s, field.name)[some] for field in fields(Silences)))
    paths = Paths.of(s, somewhere_else(s))
    detours = Detours(*(getattr(paths.detours, field.name)[some] for field in fields(Detours)))
    again = exposure(
        Paths.of(other, detours), peers.setting, peers.own, received(len(some)), NO_OWN_HOURS, peers.hours_of
    )
    for field in fields(Exposure):
        assert np.array_equal(getattr(again, field.name), getattr(found, field.name)[some]), field.name


@few
@given(worlds(), st.integers(1, 23))
def test_midnight_is_an_hour_like_any_other(world: tuple[list[Ship], list[dict[str, Any]]], hours: int) -> None:
    rows, told = world
    moved = [(row[0], row[1] + hours, *row[2:]) for row in rows]
    later = [{**row, "off_h": row["off_h"] + hours, "on_h": row["on_h"] and row["on_h"] + hours} for row in told]
    found = asked(rows, silences(told))
    shifted = asked(moved, silences(later, as_of_us=T0 + (48 + hours) * H))  # type: ignore[arg-type]
    for field in fields(Exposure):
        assert getattr(shifted, field.name) == pytest.approx(getattr(found, field.name), rel=1e-6, abs=1e-6), field.name


def heard_by_all(rows: list[Ship], hours: set[int]) -> list[Ship]:
    """The rows, with everybody heard in some hours."""
    return [(*row[:6], row[5], row[7], row[7], 0) if row[1] - DAY0 * 24 in hours else row for row in rows]


@few
@given(worlds(), st.sets(st.integers(0, 47), min_size=1))
def test_the_more_others_are_heard_the_more_she_should_have_been(
    world: tuple[list[Ship], list[dict[str, Any]]], hours: set[int]
) -> None:
    rows, told = world
    s = silences(told)
    peers = Peers(rows, ships=sorted(set(s.mmsi.tolist())))
    before = asked(rows, s, peers=peers)
    peers.by_hour = peer_hours(heard_by_all(rows, hours))
    assert (asked(rows, s, peers=peers).ashore >= before.ashore - 1e-9).all()


@few
@given(worlds())
def test_hours_in_which_the_feed_heard_nobody_add_nothing(world: tuple[list[Ship], list[dict[str, Any]]]) -> None:
    rows, told = world
    s = silences(told)
    peers = Peers(rows, ships=sorted(set(s.mmsi.tolist())))
    deaf = [(*row[:6], 0, row[7], 0, 0) for row in rows]
    peers.by_hour = peer_hours(deaf)
    found = asked(rows, s, peers=peers)
    assert not found.ashore.any() and not found.space.any()
    assert not found.first.any() and not found.last.any()
    peers.by_hour = peers.by_hour.slice(0, 0)
    assert not asked(rows, s, peers=peers).ashore.any()


@few
@given(worlds(), st.integers(1, 4))
def test_what_she_put_into_the_sums_herself_changes_nothing(
    world: tuple[list[Ship], list[dict[str, Any]]], mmsi: int
) -> None:
    """Ship-hours inside a silence, heard (it is made up) or not (it is natural), and told as hers: as if they were not there."""
    rows, told = world
    s = silences([{**told[0], "mmsi": mmsi}])
    first, last = int(s.off_us[0] // H_US), int(s.end_us[0] // H_US)
    place = cell_of(float(s.off_lat[0]), float(s.off_lon[0]))
    kinds = int(any(row[7] for row in rows))
    mine = [(mmsi, hour, place, 1, False, 1, k, kinds, k * kinds, 0) for k, hour in enumerate(range(first, last + 1))]
    mine = [(*row[:6], row[6] % 2, row[7], row[8] % 2, 0) for row in mine]
    peers = Peers(rows, ships=(mmsi,))
    without_her = asked(rows, s, peers=peers)
    columns = list(zip(*mine, strict=True))
    hers = pa.table([pa.array([0] * len(mine)), *map(pa.array, columns[1:])], own_hours.SCHEMA.names).cast(
        own_hours.SCHEMA
    )
    peers.by_hour = peer_hours(rows + mine)
    found = asked(rows, s, mine=hers, peers=peers)
    dead = {hour for hour in range(first, last + 1) if not any(row[6] for row in rows if row[1] == hour)}
    if not dead:  # where she alone was heard in all the feed, the feed was alive
        for field in fields(Exposure):
            assert getattr(found, field.name) == pytest.approx(getattr(without_her, field.name), abs=1e-7), field.name


def long_world(days: int) -> list[Ship]:
    """A ship at a place that is heard hour by hour."""
    cell = cell_of(*NEAR[0])
    beside = [(7, DAY0 * 24 + hour, cell, 1, False, 1, 1, 1, 1, 0) for hour in range(days * 24)]
    return beside + someone_afar(range(days * 24))


def test_only_so_many_hours_of_a_silence_are_counted() -> None:
    rows = long_world(20)
    lasts = (LONGEST_H / 2, LONGEST_H + 1, LONGEST_H + 30, LONGEST_H + 200)
    told = [{"off_h": 1.0, "on_h": 1.0 + hours, "off": NEAR[0], "on": NEAR[0]} for hours in lasts]
    s, peers = silences(told), Peers(rows, ships=(1,), days=20)
    found = exposure(Paths.of(s, Detours.none(4)), peers.setting, peers.own, received(4), NO_OWN_HOURS, peers.hours_of)
    assert found.ashore[0, DIRECT] == pytest.approx(found.ashore[1, DIRECT] / 2, rel=0.05)
    assert found.ashore[1] == pytest.approx(found.ashore[2])
    assert found.ashore[2] == pytest.approx(found.ashore[3])
    assert found.hours[3] == pytest.approx(LONGEST_H, abs=1.5)


def test_a_silence_of_five_years_ends() -> None:
    rows = long_world(5)
    told = [{"off_h": 1.0, "on_h": 24.0 * 365 * 5, "off": NEAR[0], "on": NEAR[1]}]
    found = asked(rows, silences(told), peers=Peers(rows, ships=(1,), days=5))
    for field in fields(Exposure):
        assert np.isfinite(getattr(found, field.name)).all()


def test_peers_that_fall_silent_with_her_explain_her_silence() -> None:
    """Hours in which the ships beside her are heard no more add next to nothing, though the rest of the feed is alive."""
    rows = long_world(10)
    dead = [(*row[:6], 0, 1, 0, 0) if row[0] == 7 and 100 <= row[1] - DAY0 * 24 < 150 else row for row in rows]
    crowd = [(50 + k, *row[1:]) for row in dead if row[0] == 7 for k in range(8)]
    told = [{"off_h": 101.0, "on_h": 148.0, "off": NEAR[0], "on": NEAR[0]}]
    down = asked(dead, silences(told), peers=Peers(dead + crowd, ships=(1,), days=10))
    told = [{"off_h": 21.0, "on_h": 68.0, "off": NEAR[0], "on": NEAR[0]}]
    up = asked(dead, silences(told), peers=Peers(dead + crowd, ships=(1,), days=10))
    assert up.ashore[0, DIRECT] > 50
    assert down.ashore[0, DIRECT] < 0.1 * up.ashore[0, DIRECT]
    assert down.usual == pytest.approx(up.usual, rel=0.05)


def test_no_silences_take_no_hours() -> None:
    def never(day: int) -> pa.Table:
        raise AssertionError

    none = silences([{"off_h": 1.0, "on_h": 2.0, "off": NEAR[0], "on": NEAR[0]}])
    none = Silences(*(getattr(none, field.name)[:0] for field in fields(Silences)))
    peers = Peers(long_world(1))
    found = exposure(Paths.of(none, Detours.none(0)), peers.setting, peers.own, received(0), NO_OWN_HOURS, never)
    assert found.ashore.shape == (0, PATHS)


def test_a_ship_that_is_heard_half_as_well_should_have_been_heard_half_as_often() -> None:
    rows = long_world(3)
    s = silences([{"off_h": 11.0, "on_h": 44.0, "off": NEAR[0], "on": NEAR[0]}])
    peers = Peers(rows, ships=(1,), days=3)
    paths, weak = Paths.of(s, Detours.none(1)), replace(received(1), ashore=np.array([0.5]))
    well = exposure(paths, peers.setting, peers.own, received(1), NO_OWN_HOURS, peers.hours_of)
    badly = exposure(paths, peers.setting, peers.own, weak, NO_OWN_HOURS, peers.hours_of)
    assert badly.ashore == pytest.approx(well.ashore / 2)


@few
@given(worlds(), st.floats(0.1, 20.0), st.floats(0.1, 20.0))
def test_the_longer_a_ship_at_rest_is_silent_the_oftener_she_should_have_been_heard(
    world: tuple[list[Ship], list[dict[str, Any]]], lasts: float, more: float
) -> None:
    rows, told = world
    open_ = {**told[0], "off_h": 7.3, "on_h": None, "on": None, "off_sog": 0}
    peers = Peers(rows, ships=(open_["mmsi"],))
    earlier, later = (
        exposure(Paths.of(s, Detours.none(1)), peers.setting, peers.own, received(1), NO_OWN_HOURS, peers.hours_of)
        for s in (silences([open_], as_of_us=T0 + round((7.3 + hours) * H)) for hours in (lasts, lasts + more))
    )
    assert (later.ashore >= earlier.ashore - 1e-9).all()
    assert (later.space >= earlier.space - 1e-9).all()


def test_her_own_hours_are_no_evidence_of_reception_where_she_is() -> None:
    rows = long_world(3)
    s = silences([{"mmsi": 7, "off_h": 11.0, "on_h": 44.0, "off": NEAR[0], "on": NEAR[0]}])
    hers, others = Peers(rows, ships=(7,), days=3), Peers(rows, ships=(1,), days=3)
    assert asked(rows, s, peers=hers).basis[0] == 0
    assert asked(rows, s, peers=others).basis[0] == pytest.approx(72)
