"""Generated worlds keep their promises: ships stay in the water, the truth is what an archive sees, causes follow settings."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from ais_gaps import itu, worlds
from ais_gaps.errors import NotFound, UsageError
from ais_gaps.geodesy import distance_nm
from ais_gaps.holdings import Holdings
from ais_gaps.places import read_places
from ais_gaps.sea import coastline
from ais_gaps.sea.land import on_land
from ais_gaps.worlds.__main__ import main
from ais_gaps.worlds.lanes import Lanes
from ais_gaps.worlds.seas import SEAS, sea
from ais_gaps.worlds.voyages import HiddenCall
from ais_gaps.worlds.waters import Waters
from benchmarks import hidden_calls

FASTEST_KN = 17.0  # KINDS' fastest is 15, with weather and hurry
NO_ERRORS: dict[str, Any] = {"shared": 0.0, "clock_errors": 0.0, "teleports": 0.0}
PLAIN = worlds.Settings(seed=5, sea="japan", vessels=60, days=12, dark_ships=0.4, dark_trips=0.7, **NO_ERRORS)
FLAWED = worlds.Settings(
    seed=8, sea="gulf", vessels=60, days=10, shared=0.1, clock_errors=0.0005, teleports=0.0005, outage_days=2.0,
    feed_outage_days=4.0, stations_named=True, dark_ships=0.3,
)  # fmt: skip


class Written:
    """A world's files."""

    def __init__(self, folder: Path, made: worlds.Settings) -> None:
        self.folder, self.settings = folder, made
        self.said = worlds.write(worlds.make(made), folder)
        self.reports = arrow_csv.read_csv(folder / "reports.csv")
        senders = parquet.read_table(folder / "senders.parquet")
        self.ship, self.wrong = senders["ship"].to_numpy(), np.array(senders["wrong"].to_pylist())
        self.station = senders["station"]
        self.ts = self.reports["ts"].cast(pa.int64()).to_numpy()

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    @property
    def sound(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Rows without a wrong clock or place, by ship and time."""
        order = np.lexsort((self.ts, self.ship))
        return order[self.wrong[order] == ""]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("plain") / "world", PLAIN)


@pytest.fixture(scope="module")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("flawed") / "world", FLAWED)


@pytest.fixture(scope="module", params=["plain", "flawed"])
def written(request: pytest.FixtureRequest) -> Written:
    found: Written = request.getfixturevalue(request.param)
    return found


@cache
def lanes(name: str) -> Lanes:
    return Lanes(Waters(sea(name)))


def small(**given_: Any) -> worlds.Settings:
    return worlds.Settings(**({"seed": 3, "sea": "gulf", "vessels": 14, "days": 5} | given_))


def seconds(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())


def test_the_same_settings_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    files = {}
    for name, seed in (("one", 3), ("again", 3), ("other", 4)):
        worlds.write(worlds.make(small(seed=seed)), tmp_path / name)
        files[name] = {path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())}
    assert files["one"] == files["again"]
    assert set(files["one"]) == {
        "reports.csv", "places.geojson", "truth.csv", "calls.csv", "ships.csv", "outages.csv", "senders.parquet", "world.json",
    }  # fmt: skip
    assert files["one"]["reports.csv"] != files["other"]["reports.csv"]


@given(data=st.data())
@settings(max_examples=60)
def test_no_lane_crosses_land_however_far_aside_ships_keep(data: st.DataObject) -> None:
    of = lanes(data.draw(st.sampled_from(SEAS)))
    ports = st.integers(0, len(of.waters.berth) - 1)
    one, other = data.draw(st.lists(ports, min_size=2, max_size=2, unique=True))
    lane = of.between(one, other)
    aside = np.random.default_rng(data.draw(st.integers(0, 2**32))).uniform(-1.0, 1.0, len(lane.lat))
    if data.draw(st.booleans()):
        aside = np.sign(aside)
    lat, lon = lane.beside(aside)
    assert not on_land(lat, lon).any()
    assert not coastline.crossed(lat[:-1], lon[:-1], lat[1:], lon[1:]).any()
    ends = of.waters.berth[[one, other]]
    assert np.array_equal(lat[[0, -1]], of.waters.lat[ends])
    assert np.array_equal(lane.reverse().lat, lane.lat[::-1])
    straight = distance_nm(lat[0], lon[0], lat[-1], lon[-1])
    assert straight * 0.9999 <= lane.nm


@pytest.mark.parametrize("name", SEAS)
def test_every_port_has_a_berth_in_the_water_near_it(name: str) -> None:
    waters, ports = lanes(name).waters, sea(name).ports
    assert len({port.place_id for port in ports}) == len(ports)
    assert any(port.watched for port in ports)
    assert any(port.station for port in ports)
    nm = distance_nm([p.lat for p in ports], [p.lon for p in ports], waters.lat[waters.berth], waters.lon[waters.berth])
    assert (nm <= 5.0).all()
    assert not on_land(waters.lat[waters.berth], waters.lon[waters.berth]).any()


def test_no_sound_report_is_on_land(written: Written) -> None:
    lat, lon = (written.reports[name].to_numpy()[written.sound] for name in ("lat", "lon"))
    assert len(lat) > 50_000
    assert not on_land(lat, lon).any()


def test_ships_go_no_faster_than_ships_do(written: Written) -> None:
    rows = written.sound
    lat, lon, sog = (written.reports[name].to_numpy()[rows] for name in ("lat", "lon", "sog"))
    same = np.diff(written.ship[rows]) == 0
    nm = distance_nm(lat[:-1], lon[:-1], lat[1:], lon[1:])[same]
    hours = np.diff(written.ts[rows])[same] / 3600.0
    assert (nm / np.hypot(hours, 1 / 60) < FASTEST_KN).all()
    assert sog.max() < FASTEST_KN + 1.0
    assert sog.min() >= 0.0


def test_reported_speed_and_course_are_those_of_the_way_made_good(plain: Written) -> None:
    rows = plain.sound
    lat, lon, sog = (plain.reports[name].to_numpy()[rows] for name in ("lat", "lon", "sog"))
    ts = plain.ts[rows]
    close = (
        (np.diff(plain.ship[rows]) == 0) & (np.diff(ts) < 600) & (np.diff(ts) > 120) & (sog[1:] > 5) & (sog[:-1] > 5)
    )
    made = distance_nm(lat[:-1], lon[:-1], lat[1:], lon[1:])[close] / np.diff(ts)[close] * 3600.0
    assert close.sum() > 1_000
    assert np.median(np.abs(made - sog[1:][close])) < 0.4


def test_the_truth_is_what_an_archive_lists(written: Written, tmp_path: Path) -> None:
    archive = Holdings.at(tmp_path / "archive", create=True)
    (result,) = archive.ingest([written.folder / "reports.csv"])
    assert (result.error, result.reader, result.rows_rejected, result.rows_duplicate) == (None, "native", 0, 0)
    assert result.rows_kept == written.said["reports"] == len(written.reports)
    flawless = {
        int(row["mmsi"])
        for row in written.rows("ships")
        if row["shared_mmsi"] == "false" and row["clock_errors"] == row["teleports"] == "0"
    }
    assert len(flawless) >= 5
    listed = {
        (gap["mmsi"], gap["off_ts"].timestamp(), gap["on_ts"] and gap["on_ts"].timestamp(), gap["open"])
        for gap in archive.gaps(min_hours=2).to_pylist()
        if gap["mmsi"] in flawless
    }
    truth = {
        (
            int(row["mmsi"]),
            seconds(row["off_ts"]),
            seconds(row["on_ts"]) if row["on_ts"] else None,
            row["open"] == "true",
        )
        for row in written.rows("truth")
        if int(row["mmsi"]) in flawless
    }
    assert len(truth) > 50
    assert truth == listed


def test_silences_lie_between_a_ships_own_sound_reports(flawed: Written) -> None:
    heard: dict[int, list[int]] = {}
    for row in flawed.sound.tolist():
        heard.setdefault(int(flawed.ship[row]), []).append(int(flawed.ts[row]))
    as_of = seconds(flawed.said["as_of"])
    assert as_of == flawed.ts.max()
    expected = {
        (ship, one, two) for ship, times in heard.items() for one, two in pairwise(times) if two - one > 7200
    } | {(ship, times[-1], None) for ship, times in heard.items() if as_of - times[-1] > 7200}
    truth = flawed.rows("truth")
    told = {(int(r["ship"]), seconds(r["off_ts"]), seconds(r["on_ts"]) if r["on_ts"] else None) for r in truth}
    assert told == expected
    for row in truth:
        until = seconds(row["on_ts"]) if row["on_ts"] else as_of
        assert float(row["hours"]) == pytest.approx((until - seconds(row["off_ts"])) / 3600.0, abs=1e-4)


def test_hidden_calls_lie_inside_one_silence_and_at_their_place(written: Written) -> None:
    places = {row["place_id"]: row for row in read_places(written.folder / "places.geojson")[0].to_pylist()}
    first = {int(row["ship"]): seconds(row["first_ts"]) for row in written.rows("ships") if row["first_ts"]}
    truth = written.rows("truth")
    calls = [row for row in written.rows("calls") if seconds(row["call_from"]) > first.get(int(row["ship"]), 2**40)]
    assert len(calls) >= 10
    assert {row["hidden_kind"] for row in calls} == {"port", "ship to ship"}
    held = Counter[int]()
    for call in calls:
        begins, ends = seconds(call["call_from"]), seconds(call["call_to"])
        around = [
            number
            for number, row in enumerate(truth)
            if row["ship"] == call["ship"]
            and seconds(row["off_ts"]) <= begins
            and (row["open"] == "true" or ends <= seconds(row["on_ts"]))
        ]
        assert len(around) == 1
        held[around[0]] += 1
        hers = (written.ship == int(call["ship"])) & (written.wrong == "")
        assert not (hers & (written.ts >= begins) & (written.ts <= ends)).any()
        assert ends - begins >= 3 * 3600
        if call["hidden_kind"] == "port":
            place = places[call["hidden_place_id"]]
            assert (place["name"], place["watched"]) == (call["hidden_place"], call["watched"] == "true")
            assert distance_nm(float(call["lat"]), float(call["lon"]), place["lat"], place["lon"]) < place["radius_nm"]
        assert not on_land(np.array([float(call["lat"])]), np.array([float(call["lon"])])).any()
    for number, row in enumerate(truth):
        assert int(row["calls"]) == held[number]
        assert bool(row["hidden_kind"]) == bool(held[number])


def test_receivers_that_are_down_hear_nobody(flawed: Written) -> None:
    sent = flawed.ts[flawed.wrong != "clock"]
    station = np.array(flawed.station.to_pylist(), object)[flawed.wrong != "clock"]
    named = np.array(flawed.reports["station"].to_pylist(), object)[flawed.wrong != "clock"]
    assert np.array_equal(np.where(named == "", None, named), station)
    satellite = np.equal(station, None)
    seen = set()
    for outage in flawed.rows("outages"):
        down = (sent > seconds(outage["from_ts"])) & (sent < seconds(outage["to_ts"]))
        of = {"feed": np.ones(len(sent), bool), "satellite": satellite}.get(
            outage["receiver"], station == outage["receiver"]
        )
        assert of.any()
        assert not (of & down).any()
        seen.add(outage["receiver"])
    assert {"feed", "satellite"} < seen
    received = np.array(flawed.reports["receiver"].to_pylist())[flawed.wrong != "clock"]
    assert np.array_equal(received == "satellite", satellite)


def test_a_hole_of_the_feed_silences_all_and_is_their_cause(tmp_path: Path) -> None:
    hole = Written(tmp_path / "hole", small(days=6, hole_days=2.0, dark_ships=0.0, fault_days=0.0))
    whole = {row["ship"]: row["cause"] for row in hole.rows("truth") if float(row["hours"]) >= 48.0}
    (outage,) = [row for row in hole.rows("outages") if seconds(row["to_ts"]) - seconds(row["from_ts"]) == 48 * 3600]
    inside = (hole.ts > seconds(outage["from_ts"])) & (hole.ts < seconds(outage["to_ts"])) & (hole.wrong != "clock")
    assert not inside.any()
    before = (hole.ts <= seconds(outage["from_ts"])) & (hole.wrong == "")
    assert set(whole) == {str(ship) for ship in np.unique(hole.ship[before])}
    assert Counter(whole.values())["outage"] > 0.6 * len(whole)


@pytest.mark.parametrize(
    ("without", "cause"),
    [
        ({"dark_ships": 0.0}, "switched off"),
        ({"alongside_off_a": 0.0, "alongside_off_b": 0.0}, "powered off alongside"),
        ({"fault_days": 0.0}, "fault"),
        ({"outage_days": 0.0, "feed_outage_days": 0.0}, "outage"),
        ({"class_b": 0.0}, "class B reception"),
        ({"pass_gap_h": 0.0, "class_b": 0.0}, "message collisions"),
    ],
)
def test_a_cause_that_is_set_to_nothing_is_nowhere(without: dict[str, Any], cause: str) -> None:
    usual: dict[str, Any] = {
        "dark_ships": 0.5,
        "dark_trips": 0.8,
        "fault_days": 6.0,
        "outage_days": 3.0,
        "sea": "black",
    }
    with_it, without_it = (
        {silence.cause for told in worlds.make(small(**usual | of, vessels=24)).ships for silence in told.silences}
        for of in ({}, without)
    )
    assert cause in with_it
    assert cause not in without_it


def test_where_in_her_trip_a_ship_goes_dark_is_a_setting() -> None:
    def first_parts(**of: float) -> list[float]:
        made = worlds.make(
            small(vessels=30, days=8, dark_ships=1.0, dark_trips=1.0, dark_at_sea=0.0, class_b=0.0, **of)
        )
        return [
            call.from_s - float(told.transcript.sent_s[told.transcript.sound][silence.off])
            for told in made.ships
            for silence in told.silences
            for call in silence.calls
            if silence.cause == "switched off"
        ]

    early, late = first_parts(off_from=0.0, off_to=0.1), first_parts(off_from=0.9, off_to=1.0)
    assert min(len(early), len(late)) > 20
    assert np.median(early) > 3.0 * np.median(late)


def test_whose_ports_are_called_at_in_secret_and_for_how_long_are_settings() -> None:
    def calls(**of: float) -> list[HiddenCall]:
        made = worlds.make(small(vessels=25, days=8, dark_ships=1.0, dark_trips=1.0, class_b=0.0, **of))
        return [call for told in made.ships for call in told.calls]

    ports = sea("gulf").ports
    watched = [call for call in calls(dark_at_sea=0.0, dark_unwatched=0.0) if call.kind == "port"]
    others = [call for call in calls(dark_at_sea=0.0, dark_unwatched=1.0) if call.kind == "port"]
    assert min(len(watched), len(others)) > 20
    assert all(ports[call.port].watched for call in watched)
    assert not any(ports[call.port].watched for call in others)
    assert {call.kind for call in calls(dark_at_sea=1.0)} == {"ship to ship"}
    long = [call for call in calls(dark_at_sea=0.0, dark_call_h=60.0, dark_call_spread=0.0) if call.kind == "port"]
    assert all(call.to_s - call.from_s == pytest.approx(60 * 3600) for call in long)


def test_ships_that_never_come_back_are_open_silences() -> None:
    made = worlds.make(small(dark_ships=1.0, dark_trips=1.0, dark_for_good=1.0, class_b=0.0, fishing_a=0.0))
    gone = [told for told in made.ships if any(call.from_s > 0 for call in told.calls) and len(told.transcript.said_s)]
    assert gone
    for told in gone:
        last = told.silences[-1]
        assert (last.on, last.cause) == (-1, "switched off")


def test_nothing_is_silent_after_the_newest_report() -> None:
    early = 0
    for seed in range(6):
        made = worlds.make(small(seed=seed, vessels=1, pass_gap_h=0.0, **NO_ERRORS))
        assert not any(silence.on < 0 for silence in made.ships[0].silences)
        early += made.as_of_s < made.settings.length_s - 7200
    assert early  # else nothing was put to the test


def test_a_world_without_satellites_has_none() -> None:
    made = worlds.make(small(**worlds.KINDS_OF_FEED["terrestrial"]))
    assert not any(told.transcript.satellite.any() for told in made.ships)


def test_who_sent_what(flawed: Written) -> None:
    ships = {int(row["ship"]): row for row in flawed.rows("ships")}
    mmsi = np.array([int(ships[number]["mmsi"]) for number in range(len(ships))])
    assert np.array_equal(flawed.reports["mmsi"].to_numpy(), mmsi[flawed.ship])
    shared = [row for row in ships.values() if row["shared_mmsi"] == "true"]
    assert len(shared) == 2 * round(0.1 * 60)
    for row in ships.values():
        of = flawed.wrong[flawed.ship == int(row["ship"])]
        assert [int(row[name]) for name in ("reports", "clock_errors", "teleports")] == [
            len(of), (of == "clock").sum(), (of == "place").sum(),
        ]  # fmt: skip
    for number in np.unique([int(row["mmsi"]) for row in shared]):
        own = [row for row in shared if int(row["mmsi"]) == number]
        assert len(own) == 2
        assert sum(row["own_mmsi"] == row["mmsi"] for row in own) == 1


def test_ships_say_who_they_are_on_some_rows_and_in_valid_forms(written: Written) -> None:
    reports = written.reports
    told = pc.is_valid(reports["length"]).to_numpy()
    assert 0.04 < told.mean() < 0.15
    imo = reports["imo"].drop_null().to_numpy()
    assert len(np.unique(imo)) > 20
    assert itu.imos_valid(imo).all()
    assert (imo < 5_000_000).all()  # numbers of real ships are above
    mmsi = np.unique(reports["mmsi"].to_numpy())
    assert (itu.transmitters(mmsi) == itu.TRANSMITTERS.index("ship")).all()
    assert all(itu.flag_of(int(number)) for number in mmsi)
    assert set(reports["ship_type"].drop_null().unique().to_pylist()) - {""} <= set(itu.SHIP_TYPE_WORDS.values())
    class_b = reports.filter(pc.equal(reports["ais_class"], "B"))
    assert len(class_b) > 1_000
    for name in ("imo", "draught", "nav_status", "heading"):
        assert class_b[name].null_count == len(class_b)
    assert all(name.startswith("GENERATED ") for name in reports["name"].unique().to_pylist() if name)


def test_it_says_that_it_is_generated(plain: Written) -> None:
    said = orjson.loads((plain.folder / "world.json").read_bytes())
    assert said["note"] == "generated; no real AIS"
    assert said["seed"] == 5
    assert said["settings"]["dark_ships"] == 0.4
    assert said["silences"] == len(plain.rows("truth")) == sum(said["silences_by_cause"].values())
    assert sum(said["hidden_calls"].values()) == len(plain.rows("calls"))


def test_one_report_a_slot(plain: Written) -> None:
    slot = (plain.ts - plain.settings.start_s) // plain.settings.slot_s
    assert len(set(zip(plain.ship.tolist(), slot.tolist(), strict=True))) == len(slot)
    assert plain.ts.min() >= plain.settings.start_s
    assert plain.ts.max() < plain.settings.start_s + plain.settings.length_s
    assert (np.diff(plain.ts) >= 0).all()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--seed", "2", "--vessels", "5", "--days", "2", "--sea", "black", "--like", "sparse", "--adrift", "0.5"]
    assert main([*few, "--out", str(tmp_path / "world")]) == 0
    assert "generated; no real AIS" in capsys.readouterr().out
    said = orjson.loads((tmp_path / "world" / "world.json").read_bytes())["settings"]
    assert (said["pass_gap_h"], said["adrift"], said["sea"]) == (6.0, 0.5, "black")
    assert main([*few, "--out", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "no empty folder" in told.err


@pytest.mark.parametrize(
    "wrong",
    [
        {"dark_ships": 1.5}, {"dark_ships": -0.1}, {"vessels": 0}, {"days": 0}, {"slot_s": 5}, {"start": "July"},
        {"off_from": 0.5, "off_to": 0.4}, {"adrift": float("nan")},
    ],
)  # fmt: skip
def test_impossible_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        worlds.Settings(**wrong)


def test_an_unknown_sea_is_named() -> None:
    with pytest.raises(NotFound, match="atlantis"):
        worlds.make(small(sea="atlantis"))


def test_it_needs_no_pandas(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from ais_gaps.cli.startup import without_pandas; without_pandas(); from ais_gaps import worlds; "
        "worlds.write(worlds.make(worlds.Settings(vessels=2, days=1, sea='black')), pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "world")], check=True)


def test_the_benchmark_asks_reach_of_every_hidden_call(tmp_path: Path) -> None:
    made = small(vessels=10, days=8, dark_ships=1.0, dark_trips=0.7, class_b=0.0, fishing_a=0.0, **NO_ERRORS)
    asked = hidden_calls.ask(made, tmp_path)
    calls = [call for told in worlds.make(made).ships for call in told.calls if call.kind == "port"]
    assert len(asked) == len(calls) >= 10
    found = [call for call in asked if call.in_silence]
    assert len(found) >= 8
    assert sum(call.reach > 0 for call in found) >= 0.9 * len(found)
    for call in found:
        assert max(call.reach, call.straight, call.slack, call.nearest) <= call.places


def test_the_benchmarks_shares() -> None:
    def call(reach: int, places: int = 4, *, in_silence: bool = True) -> hidden_calls.Asked:
        return hidden_calls.Asked(1, "japan", True, in_silence, places, reach, 2, 3, 1)

    of = hidden_calls.figures("x", [call(1), call(3), call(4), call(0, 4), call(0, 0, in_silence=False)])
    assert (of.calls, of.in_silence, of.within_reach, of.places) == (5, 4, 0.75, 4.0)
    assert of.first == (0.25, 0.0, 0.0, 1.0, 3 / 16)
    assert of.first_three == (0.5, 1.0, 1.0, 1.0, 9 / 16)
    assert "| x | 5 | 4 | 75.0% | 4.0 | 25.0% | 50.0% |" in hidden_calls.as_text("t", [of])


def test_the_first_day_is_the_one_that_is_asked_for() -> None:
    made = worlds.Settings(start="2024-02-28", days=3)
    assert datetime.fromtimestamp(made.start_s, UTC) + timedelta(seconds=made.length_s) == datetime(
        2024, 3, 2, tzinfo=UTC
    )
