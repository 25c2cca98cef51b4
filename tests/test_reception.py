"""Reception: counts that add up exactly, cells that are right everywhere, and estimates that say what they do not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps import geodesy, places
from ais_gaps.errors import NotFound, UsageError
from ais_gaps.holdings import Holdings
from ais_gaps.reception import (
    Fixes,
    Question,
    Reception,
    ShipHours,
    ask,
    cells,
    estimate,
    ship_hours,
    shiphours,
)
from ais_gaps.store.archive import Store
from ais_gaps.worlds import files as world_files
from ais_gaps.worlds import track
from ais_gaps.worlds import world as worlds
from ais_gaps.worlds.settings import Settings
from tests.reception_case import DAY_S, by_definition, fixes, made
from tests.rows import T0, H, Row, S, put

PLACES = places.combine(places.shipped())


def multiset(hours: Iterable[ShipHours]) -> Counter[tuple[int, ...]]:
    out: Counter[tuple[int, ...]] = Counter()
    for some in hours:
        columns = [some.days.mmsi[some.of_day], some.days.day[some.of_day]]
        columns += [some.hour, some.cell, some.ais_class, some.moving, some.how]
        out.update(zip(*(column.astype(int).tolist() for column in columns), strict=True))
    return out


@given(fixes(), st.sampled_from([1, 2, 10**6]))
@settings(max_examples=150)
def test_ship_hours_are_what_the_definition_says(some: Fixes, block: int) -> None:
    with patch.object(shiphours, "_BLOCK", block):
        assert multiset(ship_hours(some)) == by_definition(some)


@given(fixes())
@settings(max_examples=60)
def test_a_days_ship_hours_follow_from_it_and_the_last_fix_of_the_day_before(some: Fixes) -> None:
    found: Counter[tuple[int, ...]] = Counter()
    days = some.ts // DAY_S
    for day in np.unique(days):
        before = some.take(days == day - 1).tail()
        found += multiset(ship_hours(some.take(days == day), before))
    assert found == by_definition(some)


@given(fixes())
@settings(max_examples=40)
def test_what_is_heard_twice_counts_once(some: Fixes) -> None:
    assert multiset(ship_hours(Fixes.joined([some, some]))) == by_definition(some)


def test_hours_of_a_silence_count_up_to_a_day_and_the_first_hour_never() -> None:
    def counted(*hours: float) -> list[tuple[int, bool]]:
        at = [1_690_848_000 + round(hour * 3600) for hour in hours]
        return sorted(
            (hour - at[0] // 3600, how & shiphours.HEARD == 1)
            for some in ship_hours(made([(1, ts, 42_000_000, 130_000_000, 1, 1) for ts in at]))
            for hour, how in zip(some.hour.tolist(), some.how.tolist(), strict=True)
        )

    assert counted(0.5) == []
    assert counted(0.1, 0.9) == []
    assert counted(0.5, 3.2, 3.4) == [(1, False), (2, False), (3, True)]
    assert len(counted(0.5, 24.5)) == 24
    assert counted(0.5, 24.6) == []
    assert counted(0.5, 30, 30.9, 31) == [(31, True)]


def test_a_ship_goes_straight_even_across_the_antimeridian_and_the_pole() -> None:
    at = 1_690_848_000
    for start, end, there in [
        ((0, 179_000_000), (0, -179_000_000), (0.0, 180.0)),
        ((89_000_000, 0), (89_000_000, 180_000_000), (90.0, 0.0)),
    ]:
        rows = [(1, at, *start, 1, 1), (1, at + 5 * 3600, *end, 1, 1)]
        (_, some) = ship_hours(made(rows))
        edge = cells.edges(some.cell[[1, 2]], cells.FINE)
        apart = geodesy.distance_nm(edge.lat, edge.lon, *there)
        assert np.all(apart < 40)
        assert some.moving.all()


def test_a_cell_holds_what_lies_in_it_and_lies_in_its_larger_ones() -> None:
    rng = np.random.default_rng(1)
    lat = np.append(np.degrees(np.arcsin(rng.uniform(-1, 1, 5000))), [90, -90, 90, 0, 0.25])
    lon = np.append(rng.uniform(-180, 180, 5000), [0, 180, -180, 180, -180])
    stored = [np.rint(degrees * 1e6).astype(np.int64) for degrees in (lat, lon)]
    fine = cells.of(*stored)
    for size in (cells.FINE, cells.PARENT, cells.WIDE):
        cell = cells.of(*stored, size)
        assert np.array_equal(cells.around(fine, size), cell)
        edge = cells.edges(cell, size)
        turned = np.where(stored[1] == 180_000_000, -180.0, stored[1] / 1e6)
        assert np.all((edge.south <= stored[0] / 1e6) & (stored[0] / 1e6 <= edge.north))
        assert np.all((edge.west - 1e-6 <= turned) & (turned <= edge.east + 1e-6))
        assert np.all((edge.west >= -180) & (edge.east <= 180.0000001))
        every = np.arange(cells.count(size))
        edge = cells.edges(every, size)
        middle = [np.rint(degrees * 1e6).astype(np.int64) for degrees in (edge.lat, edge.lon)]
        assert np.array_equal(cells.of(*middle, size), every)
        area = (edge.east - edge.west) * (np.sin(np.radians(edge.north)) - np.sin(np.radians(edge.south)))
        assert area.sum() == pytest.approx(720)
        usual = np.median(area[np.abs(edge.lat) < 60])
        assert np.all(np.abs(area[np.abs(edge.lat) < 80] / usual - 1) < 0.12)
        assert np.all(np.abs(area[np.abs(edge.lat) < 88] / usual - 1) < 0.6)
        assert area.max() < 2.1 * usual


def test_estimates_shrink_towards_their_surroundings_as_the_formula_says() -> None:
    lat, lon = np.array([42_100_000, 42_300_000, -10_000_000]), np.array([130_100_000, 130_100_000, 5_000_000])
    cell = cells.of(lat, lon)
    assert len(np.unique(cells.around(cell, cells.PARENT))) == 2
    n, h = np.array([100, 4, 2]), np.array([80, 0, 2])
    parent = (80 + 6 * 0.05) / (104 + 6)
    alone = (2 + 6 * 0.05) / (2 + 6)
    expected = [(80 + 6 * parent) / 106, 6 * parent / 10, (2 + 6 * alone) / 8]
    assert estimate.chance(1, cell, n, h) == pytest.approx(expected)
    rate = 82 / 106
    assert estimate.chance(2, cells.around(cell, cells.WIDE), n, h) == pytest.approx((h + 40 * rate) / (n + 40))


def archive(folder: Path, rows: list[Row], name: str = "a") -> Store:
    store = Store.create(folder / "archive")
    put(store, rows, name, 500)
    return store


def asked(store: Store, **wanted: object) -> Reception:
    return ask(store, store.ingests(), Question(**wanted), PLACES)  # type: ignore[arg-type]


def hourly(hours: list[int], **more: object) -> list[Row]:
    here = {"mmsi": 273_210_440, "lat": 42.24, "lon": 130.3, "ais_class": "A", "receiver": "terrestrial"}
    return [{**here, "ts": T0 + hour * H + 300 * S, **more} for hour in hours]


def test_a_cell_says_in_how_many_of_its_ship_hours_ships_were_heard(tmp_path: Path) -> None:
    found = asked(archive(tmp_path, hourly([0, *range(1, 9), 10])))
    (row,) = found.cells.to_pylist()
    assert (row["ship_hours"], row["heard"], row["share"]) == (10, 9, 0.9)
    assert row["south"] <= 42.24 < row["north"]
    assert row["west"] <= 130.3 < row["east"]
    assert (found.first, found.last) == (
        datetime(2023, 8, 1, 1, tzinfo=UTC),
        datetime(2023, 8, 1, 11, tzinfo=UTC),
    )


def test_too_few_ship_hours_are_no_number(tmp_path: Path) -> None:
    store = archive(tmp_path, hourly([0, 1, 2, 5]))
    (row,) = asked(store).cells.to_pylist()
    assert (row["ship_hours"], row["heard"], row["share"], row["estimate"]) == (5, 3, None, None)
    put(store, hourly([6]), "one more")
    (row,) = asked(store).cells.to_pylist()
    assert (row["ship_hours"], row["heard"], row["share"]) == (6, 4, 4 / 6)
    (row,) = asked(store, receiver="satellite").cells.to_pylist()
    assert (row["cell_deg"], row["ship_hours"], row["heard"], row["estimate"]) == (2, 2, 0, None)


def test_data_without_kinds_of_receivers_tell_of_any_receiver_only(tmp_path: Path) -> None:
    store = archive(tmp_path, hourly(list(range(20)), receiver=None))
    assert asked(store).heard == asked(store).kindless == 19
    for receiver in ("terrestrial", "satellite"):
        found = asked(store, receiver=receiver)
        assert (len(found.cells), found.ship_hours, found.kindless, found.first) == (0, 0, 19, None)


def test_classes_are_told_apart(tmp_path: Path) -> None:
    rows = hourly(list(range(10))) + hourly(list(range(7)), mmsi=273_210_441, ais_class="B")
    store = archive(tmp_path, rows + hourly([0, 1, 2], mmsi=273_210_442, ais_class=None))
    assert [asked(store, ais_class=k).ship_hours for k in ("A", "B", None)] == [9, 6, 17]


def test_what_was_known_earlier_is_answered_from_earlier_sources(tmp_path: Path) -> None:
    store = archive(tmp_path, hourly([0, 4]))
    put(store, hourly([2]), "b")
    first, both = (ask(store, store.ingests()[:sources], Question(), PLACES) for sources in (1, 2))
    assert (first.ship_hours, first.heard, both.ship_hours, both.heard) == (4, 1, 4, 2)


def test_near_a_place_is_what_comes_within_the_distance_but_surroundings_are_all_counted(tmp_path: Path) -> None:
    far = hourly(list(range(10)), mmsi=273_210_441, lat=35.1, lon=129.05)
    store = archive(tmp_path, hourly(list(range(10))) + far)
    everywhere, near = asked(store), asked(store, place="Rajin", within_nm=12.0)
    assert len(everywhere.cells) == 2
    (row,) = near.cells.to_pylist()
    assert row in everywhere.cells.to_pylist()
    assert (near.ship_hours, row["ship_hours"]) == (18, 9)
    for wanted, error in (
        ({"place": "Atlantis"}, NotFound),
        ({"within_nm": 3.0}, UsageError),
        ({"receiver": "radar"}, UsageError),
        ({"ais_class": "C"}, UsageError),
        ({"since": datetime(2023, 8, 2), "until": datetime(2023, 8, 1)}, UsageError),
    ):
        with pytest.raises(error):
            asked(store, **wanted)


def test_near_reaches_across_the_antimeridian(tmp_path: Path) -> None:
    store = archive(tmp_path, hourly(list(range(10)), lat=-18.1, lon=-179.9))
    (row,) = asked(store).cells.to_pylist()
    suva = places.find(PLACES, "Suva")
    edge_nm = float(places.distance_nm(suva, np.array([suva["lat"]]), np.array([row["west"]]))[0])
    assert row["west"] == -180
    assert len(asked(store, place="Suva", within_nm=edge_nm + 2).cells) == 1
    assert len(asked(store, place="Suva", within_nm=edge_nm - 2).cells) == 0


def test_an_archive_without_reports_has_no_cells(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    assert asked(store).cells.num_rows == 0
    put(store, hourly([3]), "a")
    assert (asked(store).ship_hours, asked(store).first) == (0, None)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[worlds.World, Holdings]:
    """A generated world in which every ship has her transmitter on and no receiver fails, and its archive."""
    honest = {"alongside_off_a": 0.0, "alongside_off_b": 0.0, "fault_days": 0.0, "dark_ships": 0.0}
    calm = {"outage_days": 0.0, "feed_outage_days": 0.0, "shared": 0.0}
    made = worlds.make(Settings(seed=4, vessels=100, days=10, **honest, **calm))  # type: ignore[arg-type]
    folder = tmp_path_factory.mktemp("world")
    world_files.write(made, folder / "files")
    archive = Holdings.at(folder / "archive", create=True)
    (result,) = archive.ingest([folder / "files" / "reports.csv"])
    assert result.error is None
    return made, archive


def test_estimates_are_near_the_chances_that_a_world_was_made_with(world: tuple[worlds.World, Holdings]) -> None:
    made, archive = world
    found = archive.reception(receiver="terrestrial", ais_class="A").cells
    known = found.filter(pc.is_valid(found["estimate"]))
    truth = np.array([chance_at(made, row["lat"], row["lon"]) for row in known.to_pylist()])
    estimated, ship_hours = known["estimate"].to_numpy(), known["ship_hours"].to_numpy()
    assert len(known) > 100
    assert np.average(np.abs(estimated - truth), weights=ship_hours) < 0.05
    assert np.corrcoef(estimated, truth)[0, 1] > 0.9
    deaf, well = truth < 0.01, truth > 0.98
    assert deaf.sum() > 20
    assert well.sum() > 20
    assert np.average(estimated[deaf], weights=ship_hours[deaf]) < 0.05
    assert np.average(estimated[well], weights=ship_hours[well]) > 0.97


def chance_at(made: worlds.World, lat: float, lon: float) -> float:
    """The share of hours in which stations hear a usual ship of class A that lies at a place and transmits."""
    hours, slots = made.settings.days * 24, 3600 // made.settings.slot_s
    seconds = np.arange(hours * slots) * float(made.settings.slot_s)
    still = np.zeros(len(seconds))
    fixes = track.Fixes(still + lat, still + lon, still, still, still.astype(np.int64), still.astype(np.int64))
    usual = replace(made.ships[0].ship, ais_class="A", reception=1.0)
    heard = made.reception.hears(usual, seconds, fixes, np.random.default_rng(1)).terrestrial
    return float(heard.reshape(hours, slots).any(axis=1).mean())
