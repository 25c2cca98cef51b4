"""Injected silences: what deleting the reports and ingesting again would give; of honest ships, spread, and drawn again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ais_gaps.evaluation import honest, injection, natural, own_hours
from ais_gaps.evaluation.draws import draw
from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.gaps.stitch import BARE_GAPS, H_US
from ais_gaps.reception.state import peer_hours
from ais_gaps.store.archive import Store
from tests.evaluation_case import columns, fleet, sailing, silent, stored
from tests.rows import T0, H

LENGTHS = np.array([2.6, 4.1, 5.6, 8.6, 13.1])


def injected(
    store: Store, *, seed: int = 1, count: int = 2000, lengths: Any = LENGTHS, min_hours: float = 2.0
) -> pa.Table:
    ingests = store.ingests()
    found = find(store, ingests, min_hours=min_hours, as_of_us=as_of_of(ingests))
    ships = honest.ships(store, ingests, found)
    return injection.stretches(store, ingests, ships, lengths, count=count, min_hours=min_hours, seed=seed)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return fleet()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> Store:
    return stored(tmp_path_factory.mktemp("fleet") / "archive", rows)


def test_each_is_the_silence_that_deleting_its_reports_would_make(
    store: Store, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    found = injected(store)
    assert len(found) >= 20
    for number, row in enumerate(found.slice(0, 6).to_pylist()):
        left = [r for r in rows if not (r["mmsi"] == row["mmsi"] and row["off_us"] < r["ts"] < row["on_us"])]
        assert len(rows) - len(left) == row["deleted"]
        cut = stored(tmp_path / str(number), left)
        gaps = find(cut, cut.ingests(), min_hours=2.0, as_of_us=as_of_of(store.ingests())).gaps
        same = gaps.filter(pc.and_(pc.equal(gaps["mmsi"], row["mmsi"]), pc.equal(gaps["off_us"], row["off_us"])))
        assert columns(same) == columns(found.slice(number, 1).select(BARE_GAPS.names))


def test_own_hours_are_what_the_archive_holds_of_the_ship_inside(store: Store, tmp_path: Path) -> None:
    alone = stored(tmp_path / "alone", silent(sailing(273_000_099, 96.0), (30.0, 36.0)))
    found = injected(alone)
    own = own_hours.of(alone, alone.ingests(), found)
    assert len(found) == injection.PER_SHIP
    for number, row in enumerate(found.to_pylist()):
        first, last = row["off_us"] // H, row["on_us"] // H
        # She is the only ship, so the sums over all ships are hers.
        held = peer_hours(alone, alone.ingests(), hours=(first, last))
        mine = own.filter(pc.equal(own["silence"], number)).drop_columns(["silence"])
        assert mine["hour"].to_pylist() == list(range(first, last + 1))
        assert sorted(map(str, mine.to_pylist())) == sorted(map(str, held.select(mine.schema.names).to_pylist()))
        assert sum(mine["heard"].to_pylist()) >= 3
    assert len(own_hours.of(alone, alone.ingests(), found.slice(0, 0))) == 0


def test_stretches_are_what_the_module_says(store: Store, rows: list[dict[str, Any]]) -> None:
    found = injected(store)
    hours = natural.hours_of(found)
    assert (np.abs(hours[:, None] / LENGTHS - 1).min(axis=1) <= injection.LIKE).all()
    assert (hours > 2.0).all()
    _, times = np.unique(found["mmsi"].to_numpy(), return_counts=True)
    assert times.max() <= injection.PER_SHIP
    for mmsi in set(found["mmsi"].to_pylist()):
        own = found.filter(pc.equal(found["mmsi"], mmsi))
        assert (own["off_us"].to_numpy()[1:] >= own["on_us"].to_numpy()[:-1]).all()
    for row, length in zip(found.to_pylist(), hours, strict=True):
        times_h = sorted(
            r["ts"] / H for r in rows if r["mmsi"] == row["mmsi"] and row["off_us"] <= r["ts"] <= row["on_us"]
        )
        assert row["deleted"] == len(times_h) - 2 >= injection.FEWEST_INSIDE
        assert max(np.diff(times_h)) <= min(max(1.0, length / 4), 6.0) + 1e-9


@pytest.mark.parametrize(
    ("why", "track"),
    [
        ("moored", sailing(273_000_050, 72.0, knots=0.0)),
        ("seldom heard", sailing(273_000_050, 72.0, every_min=150)),
        ("few fixes", sailing(273_000_050, 7.0)),
        ("shared for a day", sailing(273_000_050, 24.0, lat=48.0, seed=1) + sailing(273_000_050, 96.0)),
        ("shared", sailing(273_000_050, 72.0) + sailing(273_000_050, 72.0, lat=48.0, seed=1)),
    ],
)
def test_ships_that_would_tell_nothing_are_left_alone(why: str, track: list[dict[str, Any]], tmp_path: Path) -> None:
    store = stored(tmp_path / "archive", track, silent(sailing(273_000_060, 72.0), (20.0, 24.0)))
    assert set(injected(store)["mmsi"].to_pylist()) == {273_000_060}, why


def test_no_impossible_move_lies_in_a_stretch_or_at_its_ends(tmp_path: Path) -> None:
    rows, wild_at = [], {}
    for mmsi in range(273_000_050, 273_000_080):
        track = sailing(mmsi, 15.0)
        wild = track[45] | {"lat": 47.0, "ts": track[45]["ts"] + 60_000_000}
        rows += sorted([*track, wild], key=lambda row: row["ts"])
        wild_at[mmsi] = (track[45]["ts"], track[46]["ts"])
    store = stored(tmp_path / "archive", rows)
    found = pa.concat_tables([injected(store, seed=seed, lengths=np.array([2.6])) for seed in range(8)])
    assert len(found) > 400
    for row in found.to_pylist():
        before, after = wild_at[row["mmsi"]]
        assert row["on_us"] < before or row["off_us"] > after


def test_the_same_seed_draws_the_same_however_reports_lie(
    store: Store, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    found = injected(store)
    assert injected(store).equals(found)
    apart = stored(
        tmp_path / "apart", [r for r in rows if r["ts"] % 2_000_000], [r for r in rows if not r["ts"] % 2_000_000]
    )
    assert columns(injected(apart)) == columns(found)
    other = injected(store, seed=2)
    assert len(other) >= 20
    assert not other.equals(found)
    # A ship more changes nothing for the others.
    more = stored(tmp_path / "more", rows, sailing(273_000_070, 72.0, lat=20.0))
    own = injected(more)
    assert columns(own.filter(pc.not_equal(own["mmsi"], 273_000_070))) == columns(found)


def test_a_few_are_spread_over_cells_and_lengths(store: Store) -> None:
    every, few = injected(store), injected(store, count=8)
    assert len(few) == 8
    assert len(set(few["mmsi"].to_pylist())) >= 3
    assert {str(row) for row in few.to_pylist()} <= {str(row) for row in every.to_pylist()}
    assert natural.hours_of(few).max() > 2 * natural.hours_of(few).min()


def test_nothing_to_draw_from_gives_nothing(store: Store, tmp_path: Path) -> None:
    assert len(injected(store, lengths=np.empty(0))) == 0
    assert len(injected(store, lengths=np.array([1.5]))) == 0
    assert injected(Store.create(tmp_path / "empty")).schema == injection.SCHEMA


def test_a_sample_of_natural_silences_stands_for_all_of_them() -> None:
    random = np.random.default_rng(3)
    n = 3000
    off = np.arange(n) * H_US + T0
    lasts = (np.exp(random.normal(1.2, 0.15, n)) * H_US).astype(np.int64)
    blank = {field.name: pa.nulls(n, field.type) for field in BARE_GAPS}
    given = blank | {
        "mmsi": pa.array(np.arange(n) + 1, pa.int32()),
        "off_us": pa.array(off),
        "on_us": pa.array(off + lasts),
    }
    gaps = pa.table(given, schema=BARE_GAPS)
    some, worth = natural.sample(gaps, seed=1)
    assert len(some) < n
    assert worth.sum() == pytest.approx(n)
    assert np.average(natural.hours_of(some), weights=worth) == pytest.approx(natural.hours_of(gaps).mean(), rel=0.02)
    assert (np.diff(some["mmsi"].to_numpy()) > 0).all()
    assert worth.min() == 1.0
    assert natural.sample(gaps, seed=1)[0].equals(some)
    assert not natural.sample(gaps, seed=2)[0].equals(some)


def test_draws_are_even_and_do_not_follow_from_each_other() -> None:
    keys = np.arange(20_000)
    one, two = draw(1, keys), draw(2, keys)
    assert (one >= 0).all()
    assert (one < 1).all()
    assert np.histogram(one, 20, (0, 1))[0].std() < 60
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.03
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.03
    assert draw(1, 5, 7) == draw(1, np.array([5]), 7)[0] != draw(1, 7, 5)
    assert draw(-1, -5) == draw(-1, -5)
