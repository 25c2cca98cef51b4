"""Reception: counts that add up exactly, cells that are right everywhere, and estimates that say what they do not know."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ais_gaps
from ais_gaps import geodesy, places
from ais_gaps.errors import NotFound, UsageError
from ais_gaps.interface import Archive
from ais_gaps.maintenance import compact
from ais_gaps.reception import (
    Fixes,
    Question,
    Reception,
    ask,
    cells,
    count,
    daily,
    estimate,
    merged,
    question,
    shiphours,
)
from ais_gaps.store.archive import Store
from ais_gaps.worlds import files as world_files
from ais_gaps.worlds import track
from ais_gaps.worlds import world as worlds
from ais_gaps.worlds.settings import Settings
from tests.rows import T0, H, Row, S, put

PLACES = places.combine(places.shipped())
KINDS = {1: "terrestrial", 2: "satellite"}
DAY_S = 86_400

LATS = st.sampled_from(
    [42_200_000, 42_249_999, 42_250_000, -89_990_000, 89_980_000, 0]
)  # at a pole itself any longitude is right
LONS = st.sampled_from([130_300_000, 180_000_000, -180_000_000, 179_990_000, -179_990_000, 0])


@st.composite
def fixes(draw: st.DrawFn) -> Fixes:
    """Fixes of a few ships on a few days: still, under way, across the antimeridian, at the poles, jumping; some twice."""
    rows = []
    for ship in draw(st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=3, unique=True)):
        lat, lon = draw(LATS), draw(LONS)
        at = 1_690_848_000 + draw(st.integers(0, DAY_S))
        for _ in range(draw(st.integers(1, 14))):
            at += draw(st.sampled_from([0, 1, 600, 1799, 1800, 3599, 3600, 5 * 3600, DAY_S, DAY_S + 1, 3 * DAY_S]))
            move = draw(st.sampled_from([0, 0, 3_000, 20_000, 200_000, 30_000_000]))
            lat = min(lat + move, 89_990_000)
            lon = (lon + move + 180_000_000) % 360_000_000 - 180_000_000
            rows.append((ship, at, lat, lon, draw(st.sampled_from([0, 1, 2])), draw(st.sampled_from([0, 1, 1, 2]))))
    rows += draw(st.lists(st.sampled_from(rows), max_size=5))
    return made(sorted(rows))


def made(rows: list[tuple[int, ...]]) -> Fixes:
    columns = np.array(rows, np.int64).reshape(-1, 6).T
    kinds = (np.int32, np.int32, np.int32, np.int32, np.int8, np.int8)
    return Fixes(*(column.astype(kind) for column, kind in zip(columns, kinds, strict=True)))


def part(some: Fixes, chosen: np.ndarray) -> Fixes:
    return Fixes(*(getattr(some, field.name)[chosen] for field in fields(Fixes)))


def by_definition(some: Fixes) -> Counter[tuple[int, ...]]:
    """Hour by hour and fix by fix: (hour, receiver, cell, class, moving) -> ship-hours, and with a final 1 those heard in."""
    sums: Counter[tuple[int, ...]] = Counter()
    rows = list(zip(*(getattr(some, field.name).tolist() for field in fields(Fixes)), strict=True))
    for ship in sorted({row[0] for row in rows}):
        own = [row for row in rows if row[0] == ship]
        for hour in range(own[0][1] // 3600 + 1, own[-1][1] // 3600 + 1):
            before = [row for row in own if row[1] < hour * 3600][-1]
            after = next(row for row in own if row[1] >= hour * 3600)
            if after[1] - before[1] > DAY_S or jump(before, after):
                continue
            inside = [row for row in own if row[1] // 3600 == hour]
            closing = [row for row in own if row[1] // 3600 == after[1] // 3600]
            middle = hour * 3600 + 1800
            left = [row for row in own if row[1] < middle][-1]
            right = next((row for row in own if row[1] >= middle), None)
            if inside and (right is None or right[1] // 3600 > hour):
                lat, lon = inside[-1][2:4]
            else:
                assert right is not None
                lat, lon = between(left, right, middle)
            if inside:
                since = max(inside[-1][1] - 3600, before[1])
                hours = max((inside[-1][1] - since) / 3600, 0.25)
                moving = nm(between(before, after, since), inside[-1][2:4]) > 0.7 * hours
            else:
                moving = nm(before[2:4], after[2:4]) > 0.7 * max((after[1] - before[1]) / 3600, 0.25)
            cell = int(cells.of(np.array([lat]), np.array([lon]))[0])
            wide = int(cells.around(np.array([cell]), cells.WIDE)[0])
            terrestrial, satellite = (any(row[5] == kind for row in inside) for kind in (1, 2))
            told = [(0, cell, bool(inside))]
            if any(row[5] for row in closing):
                told.append((1, cell, terrestrial))
                told += [] if terrestrial else [(2, wide, satellite)]
            for receiver, where, heard in told:
                key = (hour, receiver, where, after[4], int(moving))
                sums[key] += 1
                sums[*key, 1] += int(heard)
    return +sums


def jump(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return nm(a[2:4], b[2:4]) > 50 * math.hypot((b[1] - a[1]) / 3600, 0.25)


def nm(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    p, q = vector(a), vector(b)
    return 2 * math.asin(min(math.dist(p, q) / 2, 1)) * 6_371_008.8 / 1852


def vector(a: tuple[int, ...]) -> tuple[float, float, float]:
    lat, lon = math.radians(a[0] / 1e6), math.radians(a[1] / 1e6)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def between(a: tuple[int, ...], b: tuple[int, ...], at: int) -> tuple[int, int]:
    if jump(a, b) or a[2:4] == b[2:4]:
        return b[2], b[3]
    share = (at - a[1]) / (b[1] - a[1])
    angle = nm(a[2:4], b[2:4]) * 1852 / 6_371_008.8
    if math.sin(angle) < 1e-9:
        return (b if share > 0.5 else a)[2:4]  # type: ignore[return-value]
    p, q = vector(a[2:4]), vector(b[2:4])
    by_p, by_q = math.sin((1 - share) * angle) / math.sin(angle), math.sin(share * angle) / math.sin(angle)
    x, y, z = (by_p * i + by_q * j for i, j in zip(p, q, strict=True))
    return round(math.degrees(math.atan2(z, math.hypot(x, y))) * 1e6), round(math.degrees(math.atan2(y, x)) * 1e6)


def sums_of(table: pa.Table) -> Counter[tuple[int, ...]]:
    sums: Counter[tuple[int, ...]] = Counter()
    for row in table.to_pylist():
        key = (row["day"] * 24 + row["hour"], row["receiver"], row["cell"], row["ais_class"], int(row["moving"]))
        assert key not in sums
        sums[key] = row["n"]
        sums[*key, 1] = row["h"]
    return +sums


@given(fixes(), st.sampled_from([1, 2, 10**6]))
@settings(max_examples=150)
def test_counts_are_what_the_definition_says(some: Fixes, at_once: int) -> None:
    with patch.object(shiphours, "_AT_ONCE", at_once):
        assert sums_of(count(some)) == by_definition(some)


@given(fixes(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_ships_and_days_add_up_in_any_order(some: Fixes, random: object) -> None:
    whole = count(some)
    by_ship = [count(part(some, some.mmsi == ship)) for ship in np.unique(some.mmsi)]
    assert merged(by_ship[::-1]).equals(whole)
    by_day, before = [], part(some, np.zeros(len(some), bool))
    for day in np.unique(some.ts // DAY_S):
        today = Fixes.joined([before, part(some, some.ts // DAY_S == day)])
        by_day.append(count(today))
        before = today.tail()
    random.shuffle(by_day)  # type: ignore[attr-defined]
    assert merged(by_day).equals(whole)
    assert merged([merged(by_day[:1]), *by_day[1:]]).equals(whole)


@given(fixes())
@settings(max_examples=40)
def test_what_is_heard_twice_counts_once(some: Fixes) -> None:
    assert count(Fixes.joined([some, some])).equals(count(some))


def test_hours_of_a_silence_count_up_to_a_day_and_the_first_hour_never() -> None:
    def counted(*hours: float) -> list[tuple[int, bool]]:
        at = [1_690_848_000 + round(hour * 3600) for hour in hours]
        return [
            (hour - at[0] // 3600, heard)
            for some in shiphours.ship_hours(made([(1, ts, 42_000_000, 130_000_000, 1, 1) for ts in at]))
            for hour, heard in zip(some.hour.tolist(), some.heard.tolist(), strict=True)
        ]

    assert counted(0.5) == []
    assert counted(0.1, 0.9) == []
    assert counted(0.5, 3.2, 3.4) == [(1, False), (2, False), (3, True)]
    assert len(counted(0.5, 24.5)) == 24
    assert counted(0.5, 24.6) == []
    assert counted(0.5, 30, 30.9, 31) == [(31, True)]


def test_a_ship_is_where_a_great_circle_takes_her_even_across_the_antimeridian_and_the_pole() -> None:
    at = 1_690_848_000
    for start, end, there in [
        ((0, 179_000_000), (0, -179_000_000), (0.0, 180.0)),
        ((89_000_000, 0), (89_000_000, 180_000_000), (90.0, 0.0)),
    ]:
        rows = [(1, at, *start, 1, 1), (1, at + 5 * 3600, *end, 1, 1)]
        (some,) = shiphours.ship_hours(made(rows))
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


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[Row]]:
    """The fixes of a few ships as files, in any order, some rows in several of them."""
    some = draw(fixes())
    rows = [
        {
            "mmsi": 273_210_440 + mmsi,
            "ts": ts * S,
            "lat": lat / 1e6,
            "lon": lon / 1e6,
            "receiver": KINDS.get(receiver),
            "ais_class": {1: "A", 2: "B"}.get(ais_class),
        }
        for mmsi, ts, lat, lon, ais_class, receiver in zip(
            *(getattr(some, field.name).tolist() for field in fields(Fixes)), strict=True
        )
    ]
    files = draw(st.integers(1, 3))
    where = [draw(st.integers(0, files - 1)) for _ in rows]
    rows += [{**row, "lat": 91.0, "lon": 181.0} for row in rows[:2]]
    where += [0] * len(rows[len(where) :])
    return [[row for row, at in zip(rows, where, strict=True) if at == file] for file in range(files)]


@given(arrivals(), st.integers(0, 9 * 24), st.integers(1, 60), st.sampled_from([1, 5, 10**6]))
@settings(max_examples=15)
def test_an_archive_counts_its_ship_hours_however_they_came_and_however_it_is_cut(
    files: list[list[Row]], from_h: int, hours: int, slice_rows: int
) -> None:
    since = datetime(2023, 8, 1, tzinfo=UTC) + timedelta(hours=from_h)
    until = since + timedelta(hours=hours)
    found = []
    with tempfile.TemporaryDirectory() as folder, patch.object(question, "SLICE_ROWS", slice_rows):
        for number, order in enumerate((files, [[row for file in files[::-1] for row in file]])):
            store = Store.create(Path(folder) / f"{number}")
            for i, file in enumerate(order):
                put(store, file, f"{i}")
            found.append(merged(daily(store, store.ingests())))
        assert found[0].equals(found[1])
        begins = found[0]["day"].to_numpy() * 24 + found[0]["hour"].to_numpy()
        within = (begins >= since.timestamp() / 3600) & (begins < until.timestamp() / 3600)
        assert merged(daily(store, store.ingests(), since, until)).equals(found[0].filter(pa.array(within)))
        compact(store)
        assert merged(daily(store, store.ingests())).equals(found[0])


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
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[worlds.World, Archive]:
    """A generated world in which every ship has her transmitter on and no receiver fails, and its archive."""
    honest = {"alongside_off_a": 0.0, "alongside_off_b": 0.0, "fault_days": 0.0, "dark_ships": 0.0}
    calm = {"outage_days": 0.0, "feed_outage_days": 0.0, "shared": 0.0}
    made = worlds.make(Settings(seed=4, vessels=100, days=10, **honest, **calm))  # type: ignore[arg-type]
    folder = tmp_path_factory.mktemp("world")
    world_files.write(made, folder / "files")
    archive = ais_gaps.open(folder / "archive", create=True)
    (result,) = archive.ingest([folder / "files" / "reports.csv"])
    assert result.error is None
    return made, archive


def test_estimates_are_near_the_chances_that_a_world_was_made_with(world: tuple[worlds.World, Archive]) -> None:
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
