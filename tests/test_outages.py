"""Outages: found where ships should have been heard and were not, and nowhere else."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.errors import NotFound, UsageError
from ais_gaps.holdings import Holdings
from ais_gaps.outages import AREA, question, quiet, silent_hours, usual, words
from ais_gaps.outages.hours import AreaHours
from ais_gaps.outages.quiet import Series
from ais_gaps.outages.search import search
from ais_gaps.outages.silence import Silence
from ais_gaps.outages.stations import Stations
from ais_gaps.reception import cells
from ais_gaps.schema import OUTAGES, PEER_HOURS
from ais_gaps.worlds import files as world_files
from ais_gaps.worlds import world as worlds
from ais_gaps.worlds.settings import Settings
from tests.outages_case import DAY, START, Down, Spot, at, ordered, peers, presence, table

RAJIN = Spot(42.6, 130.3, 5, 20)
BUSAN = Spot(35.1, 129.1, 15, 10)
TRINIDAD = Spot(10.2, -60.3, 8, 12)
EAST, WEST = Spot(-33.1, 179.9, 6, 15), Spot(-33.1, -179.9, 4, 15)  # neighbours across the antimeridian
SPOTS = (RAJIN, BUSAN, TRINIDAD, EAST, WEST)


def found(made: pa.Table, days: int) -> list[Silence]:
    """Outages of at least two hours, as the command lists them."""
    every = search(peers(made), START, START + days * DAY - 1)
    return [each for each in every if each.hours >= 2]


def told(some: Sequence[Silence]) -> list[tuple[str, int, int]]:
    return [(each.kind, each.from_h - START, each.to_h - START) for each in some]


def area_of(spot: Spot) -> int:
    return int(cells.of(np.array([round(spot.lat * 1e6)]), np.array([round(spot.lon * 1e6)]), AREA)[0])


peer_rows = st.lists(
    st.tuples(
        st.integers(START, START + 30), st.sampled_from([5, 6, 300_000, 300_001]), st.integers(0, 3), st.integers(0, 3)
    ),
    max_size=40,
)


def peer_table(rows: list[tuple[int, int, int, int]]) -> pa.Table:
    """Rows (hour, cell, missed, heard) of terrestrial receivers."""
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    hour, cell, missed, heard = columns
    there = missed + heard
    values = {"hour": hour, "cell": cell, "n": there, "heard": heard, "kinds": there, "terrestrial": heard}
    return pa.table([pa.array(values.get(f.name, heard * 0)).cast(f.type) for f in PEER_HOURS.arrow], PEER_HOURS.arrow)


@given(peer_rows)
@settings(max_examples=50)
def test_an_hour_is_silent_or_somebody_is_heard_in_it(rows: list[tuple[int, int, int, int]]) -> None:
    silent = silent_hours(peer_table(rows), START, START + 30).tolist()
    assert silent == [h for h in range(START, START + 31) if not sum(r[3] for r in rows if r[0] == h)]


@given(peer_rows)
@settings(max_examples=50)
def test_what_is_usual_is_a_mean_over_the_hours_in_which_the_feed_was_up(rows: list[tuple[int, int, int, int]]) -> None:
    mean = usual(peer_table(rows))
    assert len(mean) == cells.count(AREA)
    up = len({row[0] for row in rows if row[3]})
    sums: Counter[int] = Counter()
    for row in rows:
        sums[int(cells.around(np.array([row[1]]), AREA)[0])] += row[3]
    for area, ships in sums.items():
        assert mean[area] == pytest.approx(ships / max(up, 1))
    assert mean.sum() == pytest.approx(sum(sums.values()) / max(up, 1))


@given(peer_rows)
@settings(max_examples=50)
def test_areas_hold_the_sums_of_their_cells(rows: list[tuple[int, int, int, int]]) -> None:
    whole = AreaHours.of(peer_table(rows))
    assert whole.counts[:5].sum(axis=1).tolist() == [
        sum(r[2] + r[3] for r in rows),
        sum(r[3] for r in rows),
        sum(r[2] + r[3] for r in rows),
        sum(r[3] for r in rows),
        0,
    ]
    keys = list(zip(whole.hour.tolist(), whole.area.tolist(), strict=True))
    assert keys == sorted(set(keys))
    by_hour = [AreaHours.of(peer_table([r for r in rows if r[0] == h])) for h in range(START, START + 31)]
    joined = AreaHours.joined(by_hour)
    assert (joined.counts == whole.counts).all()
    assert (joined.area == whole.area).all()


def test_without_an_outage_there_is_none() -> None:
    assert found(table(SPOTS, 70), 70) == []


@pytest.mark.parametrize("seed", range(3))
def test_places_of_every_traffic_and_stay_have_no_outage_by_chance(seed: int) -> None:
    draws = np.random.default_rng(seed)
    spots = [
        Spot(
            -50.0 + row * 3, column * 3.0, draws.uniform(0.4, 10.0), draws.uniform(2.0, 40.0), draws.uniform(0.4, 0.98)
        )
        for row in range(5)
        for column in range(8)
    ]
    assert found(table([*spots, BUSAN, TRINIDAD], 60, seed=seed), 60) == []


@pytest.mark.parametrize(("begins", "hours"), [(30 * DAY + 5, 4), (42 * DAY - 4, 9), (56 * DAY, 12), (41 * DAY, 60)])
def test_a_dead_receiver_is_found_with_its_hours_wherever_they_lie(begins: int, hours: int) -> None:
    one = found(table(SPOTS, 80, [Down(1, begins, begins + hours)]), 80)
    assert told(one) == [("area", begins, begins + hours)]
    (it,) = one
    assert (it.cells, it.receiver, it.heard, it.open) == (
        (area_of(BUSAN),),
        "terrestrial",
        0,
        False,
    )
    assert it.expected == pytest.approx(15 * 0.95 * hours, rel=0.3)
    assert it.usual == pytest.approx(15 * 0.95, rel=0.15)
    assert it.share == pytest.approx(0.95, abs=0.02)
    assert (it.known > 5) == (hours <= DAY)
    assert it.log_odds > math.log(100)


@pytest.mark.parametrize(("number", "spot"), [(0, RAJIN), (1, BUSAN)])
def test_one_ship_with_a_wrong_clock_does_not_cut_an_outage_in_two(number: int, spot: Spot) -> None:
    begins, ends = 30 * DAY, 30 * DAY + 16
    made = table(SPOTS, 60, [Down(number, begins, ends)], seed=6)
    hour, cell, heard = (made[name].to_numpy().copy() for name in ("hour", "cell", "heard"))
    there = cells.around(cell.astype(np.int64), AREA) == area_of(spot)
    heard[(hour == START + begins + 8) & there] = 1
    for name in ("heard", "terrestrial"):
        made = made.set_column(made.schema.get_field_index(name), PEER_HOURS.arrow.field(name), [pa.array(heard)])
    (it,) = found(made, 60)
    assert told([it]) == [("area", begins, ends)]
    assert it.heard == 1


@pytest.mark.parametrize("seed", range(3))
def test_neighbours_that_happen_to_be_quiet_together_are_no_outage(seed: int) -> None:
    draws = np.random.default_rng(seed)
    spots = [
        Spot(0.25 + row / 2, 0.25 + column / 2, draws.uniform(0.5, 3.0), draws.uniform(2.0, 10.0), 0.8)
        for row in range(6)
        for column in range(6)
    ]
    assert found(table([*spots, BUSAN, TRINIDAD], 60, seed=seed), 60) == []


def test_neighbouring_cells_down_in_the_same_hours_are_one_outage_across_the_antimeridian() -> None:
    (it,) = found(table(SPOTS, 60, [Down(3, 900, 908), Down(4, 900, 908)]), 60)
    assert told([it]) == [("area", 900, 908)]
    assert set(it.cells) == {area_of(EAST), area_of(WEST)}


def test_a_receiver_that_never_comes_back_is_open_and_one_that_does_after_months_is_not() -> None:
    (gone,) = found(table(SPOTS, 200, [Down(0, 60 * DAY, 200 * DAY)]), 200)
    assert told([gone]) == [("area", 60 * DAY, 200 * DAY)]
    assert gone.open
    assert gone.expected == pytest.approx(5 * 0.95 * 140 * DAY, rel=0.3)
    back = found(table(SPOTS, 200, [Down(0, 60 * DAY, 150 * DAY)]), 200)
    assert [(each.kind, each.from_h - START, each.open) for each in back] == [("area", 60 * DAY, False)]
    assert back[0].to_h - START == pytest.approx(150 * DAY, abs=6)


def test_where_reception_begins_nothing_was_lost() -> None:
    assert found(table(SPOTS, 120, [Down(1, 0, 70 * DAY)]), 120) == []


@pytest.mark.parametrize("days", [0.5, 25, 100])
def test_a_hole_of_the_feed_is_one_outage_of_the_feed_and_of_nothing_else(days: float) -> None:
    begins, ends = 50 * DAY + 5, 50 * DAY + 5 + round(days * DAY)
    (hole,) = found(table(SPOTS, 180, [Down(None, begins, ends)]), 180)
    assert told([hole]) == [("feed", begins, ends)]
    assert (hole.cells, hole.middle, hole.receiver) == ((), None, None)
    assert hole.usual == pytest.approx(38 * 0.95, rel=0.2)


def test_before_its_first_and_after_its_last_report_nobody_can_tell_whether_a_feed_was_down() -> None:
    assert found(table(SPOTS, 60, [Down(None, 0, 9 * DAY), Down(None, 55 * DAY, 60 * DAY)]), 60) == []


def test_terrestrial_receivers_and_satellites_fail_each_for_themselves() -> None:
    ashore = table([BUSAN, TRINIDAD], 60, [Down(None, 700, 712)])
    at_sea = table([Spot(0.0, -150.0, 40, 30, 0.4)], 60, [Down(None, 1000, 1012)], seed=2, receiver="satellite")
    both = found(ordered([ashore, at_sea]), 60)
    assert told(both) == [("terrestrial", 700, 712), ("satellite", 1000, 1012)]
    assert [each.receiver for each in both] == ["terrestrial", "satellite"]


def test_satellites_that_come_by_seldom_have_pauses_and_no_outages() -> None:
    draws = np.random.default_rng(3)
    hours = 60 * DAY
    passes = np.zeros(hours, np.int64)
    passes[np.cumsum(draws.gamma(2.0, 3.0, hours // 4)).astype(int).clip(0, hours - 1)] = 1
    there = presence(draws, hours, 30, 40)
    seen = at(Spot(0.0, -150.0, 0, 0), there, draws.binomial(there, 0.4) * passes, receiver="satellite")
    assert found(ordered([table(SPOTS, 60), seen]), 60) == []


def test_data_without_kinds_of_receivers_have_outages_of_areas_all_the_same() -> None:
    (it,) = found(table(SPOTS, 60, [Down(1, 800, 808)], receiver=None), 60)
    assert told([it]) == [("area", 800, 808)]
    assert it.receiver is None


def lulls(name: str) -> pa.Table:
    """Eight fleets of some habit and three ports without, for ten weeks."""
    draws = np.random.default_rng(7)
    hour = np.arange(70 * DAY)
    of_day, day = hour % DAY, hour // DAY
    tables = [table(SPOTS[:3], 70)]
    for number in range(8):
        fleet = np.full(len(hour), draws.integers(5, 40))
        there = fleet.copy()
        if name == "asleep":  # the power goes off every night
            about = (of_day >= 5) & (of_day < 19)
        elif name == "off for three hours":
            about = (of_day < 1) | (of_day >= 4)
        elif name == "at sea by day":  # out of reach, but not on Sundays
            about = (of_day < 4) | (of_day >= 16) | (day % 7 == 6)
        elif name == "weekdays":
            about = (of_day >= 6) & (of_day < 18) & (day % 7 < 5)
            there = np.where(day % 7 < 4, fleet, 0)
        else:  # together, whenever it suits them, for days
            turns = np.cumsum(draws.exponential(50.0, 200)).astype(int)
            about = np.searchsorted(turns, hour) % 2 == 0
            there = np.where(about, fleet, 0)
        heard = np.where(about, draws.binomial(fleet, 0.85), 0)
        tables.append(at(Spot(-50.0 + number * 3, 20.0, 0, 0), np.maximum(there, heard), heard))
    return ordered(tables)


@pytest.mark.parametrize("name", ["asleep", "off for three hours", "at sea by day", "weekdays", "together"])
def test_fleets_that_are_often_quiet_make_no_outage(name: str) -> None:
    assert told(found(lulls(name), 70)) == []


def test_a_port_that_ice_closes_slowly_is_left_and_not_lost() -> None:
    draws = np.random.default_rng(11)
    hours = 120 * DAY
    comes = draws.uniform(0, hours, 1500)
    open_ = np.clip((50 * DAY - comes) / 500, 0, 1) + np.clip((comes - 90 * DAY) / 500, 0, 1)
    comes = comes[draws.random(len(comes)) < open_]
    change = np.zeros(hours + 1, np.int64)
    np.add.at(change, np.ceil(comes).astype(int), 1)
    np.add.at(change, np.clip(np.ceil(comes + draws.exponential(15.0, len(comes))), 0, hours).astype(int), -1)
    there = np.cumsum(change)[:hours]
    port = at(Spot(65.0, 40.0, 0, 0), there, draws.binomial(there, 0.95))
    assert told(found(ordered([table(SPOTS, 120), port]), 120)) == []


def test_each_hour_is_read_once_and_a_week_at_a_time() -> None:
    asked: list[tuple[int, int]] = []
    between = peers(table(SPOTS, 100))

    def watched(first: int, last: int) -> pa.Table:
        asked.append((first, last))
        return between(first, last)

    search(watched, START, START + 100 * DAY - 1)
    assert max(last - first for first, last in asked) < 7 * DAY
    assert [h for first, last in asked for h in range(first, last + 1)] == list(range(START, START + 100 * DAY))


def test_an_archive_of_an_hour_or_of_nobody_has_no_outages() -> None:
    assert search(peers(PEER_HOURS.arrow.empty_table()), START, START) == []
    assert search(peers(PEER_HOURS.arrow.empty_table()), START, START + 5000) == []


@given(st.integers(1, 30), st.integers(1, 12), st.integers(0, 4))
@settings(max_examples=30)
def test_more_ships_and_more_hours_are_more_evidence(ships: int, hours: int, more: int) -> None:
    def evidence(ships: int, hours: int) -> float:
        heard = np.full((300, 1), float(ships))
        heard[100 : 100 + hours] = 0.0
        there = np.full((300, 1), float(ships))
        (run,) = (r for r in [quiet.runs(Series(np.arange(START, START + 300), heard, there))])
        assert run.first.tolist() == [100]
        assert run.last.tolist() == [99 + hours]
        return float(run.evidence[0])

    assert evidence(ships + more, hours) >= evidence(ships, hours) - 1e-9
    assert evidence(ships, hours + more) >= evidence(ships, hours) - 1e-9


def test_reasons_give_their_numbers() -> None:
    it = Silence("area", "terrestrial", None, (5,), 5, START, START + 5, 41.2, 0, 6, 8.3, 0.96, math.log(3000), True)
    assert words.reason(it, "Vostochny") == (
        "0 of about 41 ship-hours usual at such times near Vostochny were heard from 2024-10-04 00:00 to 2024-10-04 05:00 "
        "(5 h); in the weeks around it about 8.3 ships were heard an hour, in 96 of 100 ship-hours; at one time 6 ships were "
        "there unheard, heard before and again within 24 h; odds against a chance lull: about 3,000 to 1"
    )
    assert words.odds(math.log(12.0)) == "about 10 to 1"
    assert words.odds(30.0) == "more than a million to 1"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    """Ships at two ports for 30 days, each port with a station of its own; that of Rajin hears nobody for ten hours of a day."""
    folder = tmp_path_factory.mktemp("outages")
    rows = ["mmsi,ts,lat,lon,ais_class,receiver,station"]
    draws = np.random.default_rng(4)
    for port, (lat, lon, name) in enumerate([(42.24, 130.3, "=Rajin\u202e"), (35.1, 129.1, "Busan")]):
        for ship in range(40):
            comes = draws.uniform(-20, 30 * 24)
            for hour in range(max(0, int(comes)), min(30 * 24, int(comes + draws.exponential(100.0)) + 1)):
                if port == 0 and 400 <= hour < 410:
                    continue
                at = datetime(2023, 8, 1 + hour // 24, hour % 24, draws.integers(0, 60), tzinfo=UTC)
                rows.append(
                    f"{273_000_000 + port * 100 + ship},{at:%Y-%m-%dT%H:%M:%SZ},{lat},{lon},A,terrestrial,{name}"
                )
    file = folder / "reports.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    made = Holdings.at(folder / "archive", create=True)
    (result,) = made.ingest([file], note="made up")
    assert result.error is None
    return made


def test_a_named_station_that_hears_nobody_is_told_once_with_its_name_and_extent(archive: Holdings) -> None:
    answer = archive.outages()
    assert answer.rows.schema.equals(OUTAGES.arrow)
    (row,) = answer.rows.to_pylist()
    assert (row["kind"], row["station"], row["receiver"], row["place"]) == (
        "station",
        "=Rajin\u202e",
        "terrestrial",
        "Rajin port",
    )
    assert (row["from_ts"], row["to_ts"]) == (
        datetime(2023, 8, 17, 16, tzinfo=UTC),
        datetime(2023, 8, 18, 2, tzinfo=UTC),
    )
    assert (row["duration_h"], row["open"], row["ships_heard"]) == (10.0, False, 0.0)
    assert row["cells"] == [int(cells.of(np.array([42_240_000]), np.array([130_300_000]), AREA)[0])]
    assert (row["south"], row["north"]) == (42.0, 42.5)
    assert row["west"] < 130.3 < row["east"]
    assert "by the station =Rajin were heard from 2023-08-17 16:00" in row["reason"]
    assert answer.notes == ("made up",)


def test_outages_are_asked_by_time_place_and_length(archive: Holdings) -> None:
    def count(**asked: Any) -> int:
        return len(archive.outages(**asked).rows)

    inside = datetime(2023, 8, 17, 20)
    assert count(since=inside) == count(until=inside) == 1
    assert count(since=datetime(2023, 8, 18, 2)) == count(until=datetime(2023, 8, 17, 16)) == 0
    assert count(min_hours=10) == 1
    assert count(min_hours=11) == 0
    assert count(near="Rajin") == count(near="Vladivostok", within_nm=90) == 1
    assert count(near="Vladivostok", within_nm=20) == 0
    assert count(as_known=datetime(2020, 1, 1, tzinfo=UTC)) == 0
    with pytest.raises(UsageError, match="needs --near"):
        archive.outages(within_nm=5)
    with pytest.raises(UsageError, match="later than --since"):
        archive.outages(since=inside, until=inside)
    with pytest.raises(NotFound):
        archive.outages(near="Atlantis")


def test_parts_without_stations_are_not_read_for_them(archive: Holdings, tmp_path: Path) -> None:
    """What is read for stations by name are their parts alone."""
    file = tmp_path / "plain.csv"
    file.write_text("mmsi,ts,lat,lon\n273000000,2023-08-01T00:00:00Z,42,130\n")
    plain = Holdings.at(tmp_path / "archive", create=True)
    assert [result.error for result in plain.ingest([file])] == [None]
    for made, named in ((archive, True), (plain, False)):
        with Stations(made._store, made._store.ingests()) as stations:
            assert bool(stations._paths(0, 2**31 - 1)) is named


def test_an_archive_that_hears_one_ship_all_the_time_is_not_down(tmp_path: Path) -> None:
    """Thirty ships' exports for a fortnight, one ship's for a month, with jumps, of which no ship-hours are made."""
    rows = ["mmsi,ts,lat,lon"]
    for hour in range(30 * 24):
        at = f"{datetime(2023, 8, 1 + hour // 24, hour % 24, tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}"
        rows.append(f"273000999,{at},{30 + 20 * (hour % 2)},150")
        if not 10 * 24 <= hour < 20 * 24:
            rows += [f"{273000000 + ship},{at},42,130" for ship in range(30)]
    file = tmp_path / "exports.csv"
    file.write_text("\n".join(rows) + "\n")
    made = Holdings.at(tmp_path / "archive", create=True)
    assert [result.error for result in made.ingest([file])] == [None]
    assert "feed" not in made.outages().rows["kind"].to_pylist()


def test_extents_are_the_shorter_way_round() -> None:
    box = question._extent(tuple(sorted((area_of(EAST), area_of(WEST)))))
    assert box["west"] is not None
    assert box["east"] is not None
    assert box["west"] > 179
    assert box["east"] < -179
    assert set(question._extent(()).values()) == {None}


def test_outages_of_a_world_are_found_and_none_is_invented(tmp_path: Path) -> None:
    """Of what a world's stations missed for four hours or more, where ships are: most of it. Of what they did not: nothing."""
    made, kept = written(tmp_path / "down", vessels=200, days=14, seed=5, outage_days=4.0)
    rows = kept.outages().rows.to_pylist()
    missed, heard = truth(made, kept)
    told_hours = {
        (cell, hour)
        for row in rows
        for cell in row["cells"] or missed
        for hour in range(hours(row["from_ts"]), hours(row["from_ts"]) + int(row["duration_h"]))
    }
    true_hours = {(cell, hour) for cell, some in missed.items() for hour in some}
    assert len(true_hours) > 60
    assert len(true_hours & told_hours) > 0.6 * len(true_hours)
    assert len(told_hours & heard) < 0.05 * len(told_hours)
    _, kept = written(tmp_path / "up", vessels=100, days=10, seed=6, outage_days=0.0, feed_outage_days=0.0)
    assert kept.outages().rows.to_pylist() == []


def written(folder: Path, **more: Any) -> tuple[worlds.World, Holdings]:
    """A world of terrestrial receivers, and the archive that its reports make."""
    made = worlds.make(Settings(pass_gap_h=0.0, **more))
    world_files.write(made, folder / "world")
    kept = Holdings.at(folder / "archive", create=True)
    assert [result.error for result in kept.ingest([folder / "world" / "reports.csv"])] == [None]
    return made, kept


def hours(moment: datetime) -> int:
    return int(moment.timestamp()) // 3600


def truth(made: worlds.World, kept: Holdings) -> tuple[dict[int, set[int]], set[tuple[int, int]]]:
    """Of cells with one station alone and two ships or more at a time: whole hours of long outages; cell-hours with ships heard."""
    reception, start = made.reception, made.settings.start_s
    lat, lon = reception._lat, reception._lon
    apart = 60.0 * np.hypot(lat[:, None] - lat, (lon[:, None] - lon) * np.cos(np.radians(lat)))
    rows = kept.sql(
        "SELECT DISTINCT mmsi, epoch(date_trunc('hour', ts))::BIGINT // 3600 AS hour, lat, lon FROM reports WHERE lat IS NOT NULL"
    )
    cell = cells.of(
        np.rint(rows["lat"].to_numpy() * 1e6).astype(np.int64),
        np.rint(rows["lon"].to_numpy() * 1e6).astype(np.int64),
        AREA,
    )
    ship_hours = set(zip(cell.tolist(), rows["hour"].to_pylist(), rows["mmsi"].to_pylist(), strict=True))
    ships = Counter(each[0] for each in ship_hours)
    missed: dict[int, set[int]] = {}
    for number, name in enumerate(reception.stations):
        home = int(cells.of(np.array([round(lat[number] * 1e6)]), np.array([round(lon[number] * 1e6)]), AREA)[0])
        if np.sort(apart[number])[1] < 62.0 or ships[home] < 2.0 * 24 * made.settings.days:
            continue
        for outage in reception.outages:
            if outage.receiver in (name, "feed") and outage.to_s - outage.from_s >= 4 * 3600:
                first, last = -(-(start + outage.from_s) // 3600), (start + outage.to_s) // 3600
                missed.setdefault(home, set()).update(range(int(first), int(last)))
    counted = Counter(each[:2] for each in ship_hours)
    return missed, {each for each, count in counted.items() if count > 1}
