"""The commands on an archive: what goes in, what is asked, what is printed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape

from ais_gaps.holdings import Holdings
from tests.command import environment, run

HEADER = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"
    "TransceiverClass"
)
RAJIN_CALLER, PACIFIC, HOSTILE, DUPLICATED = 273000001, 367000002, 412000003, 351000004
HOSTILE_NAME = "=HYPERLINK(1)\x1b[2J\u202eEVIL"
# DESIGN.md, section 8
GAP_COLUMNS = """
    gap_id, mmsi, track, imo, name, flag, ship_type, ais_class, off_ts, off_lat, off_lon, on_ts, on_lat, on_lon, open,
    duration_h, distance_nm, implied_speed_kn, reports_12h, reports_12h_terrestrial, reports_12h_satellite, other_messages,
    heard_without_position, off_place, off_place_nm, on_place, on_place_nm, p_switched_off, cause, reasons, episode_ts
"""


def row(mmsi: int, ts: str, lat: float, lon: float, name: str) -> str:
    return f'{mmsi},{ts},{lat},{lon},10.0,90.0,90,"{name}",,,70,0,100,15,5.0,70,A'


SHIPS = [
    row(RAJIN_CALLER, "2023-08-10T00:00:00", 42.20, 130.40, "SHUTTLE"),
    row(RAJIN_CALLER, "2023-08-10T01:00:00", 42.20, 130.35, "SHUTTLE"),
    row(RAJIN_CALLER, "2023-08-12T01:30:00", 42.70, 133.00, "SHUTTLE"),
    row(RAJIN_CALLER, "2023-08-12T02:00:00", 42.72, 133.05, "SHUTTLE"),
    row(PACIFIC, "2023-08-10T00:00:00", 50.0, 179.0, "PACIFIC STAR"),
    row(PACIFIC, "2023-08-10T12:00:00", 51.0, -179.0, "PACIFIC STAR"),
    row(HOSTILE, "2023-08-10T00:00:00", 30.0, 125.0, HOSTILE_NAME),
    row(DUPLICATED, "2023-08-12T02:00:00", 31.0, 125.0, "TWICE"),
    row(DUPLICATED, "2023-08-12T02:00:00", 31.0, 125.0, "TWICE"),
    row(DUPLICATED, "2023-08-12T01:00:00", 95.0, 125.0, "TWICE"),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "ships.csv").write_text("\n".join([HEADER, *SHIPS, ""]), encoding="utf-8")
    (folder / "bad.csv").write_text(
        "\n".join([HEADER, row(12, "2023-08-10T00:00:00", 95.0, 200.0, "X"), ""]), encoding="utf-8"
    )
    (folder / "poem.txt").write_text("The sea is calm tonight.\nThe tide is full.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def archive(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archives") / "north"
    done = run("--archive", str(folder), "ingest", str(files / "ships.csv"))
    assert done.returncode == 0, done.stderr
    return folder


def asked(archive: Path, *arguments: str) -> Any:
    done = run(*arguments, "--archive", str(archive), "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# -- what goes in ----------------------------------------------------------------------------------------------------------


def test_an_ingest_prints_what_became_of_each_source(files: Path, tmp_path: Path) -> None:
    done = run("ingest", str(files / "ships.csv"), "-f", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    (result,) = json.loads(done.stdout)
    assert (
        result["source"],
        result["rows_read"],
        result["rows_kept"],
        result["rows_duplicate"],
        result["rows_rejected"],
    ) == (
        "ships.csv",
        10,
        8,
        1,
        1,
    )
    assert sum(result["rejected_by_reason"].values()) == 1
    assert (result["first_ts"], result["last_ts"]) == ("2023-08-10T00:00:00Z", "2023-08-12T02:00:00Z")
    assert (tmp_path / "ais_archive").is_dir()
    again = run("ingest", str(files / "ships.csv"), "-f", "json", cwd=tmp_path)
    assert (again.returncode, json.loads(again.stdout)[0]["already_known"]) == (0, True)
    assert "known already" in again.stderr


def test_an_ingest_tells_a_person_why_rows_were_rejected(files: Path, tmp_path: Path) -> None:
    done = run("ingest", str(files / "ships.csv"), cwd=tmp_path)
    header, _, line = done.stdout.splitlines()
    assert header.split()[:2] == ["source", "reader"]
    assert line.split()[2:6] == ["10", "8", "1", "1"]
    assert "ais-gaps: ships.csv: 1 rejected: " in done.stderr
    assert "rows/s" not in done.stderr  # progress is for terminals


def test_a_file_that_cannot_be_read_fails_the_ingest_but_stops_no_other(files: Path, tmp_path: Path) -> None:
    done = run("ingest", str(files / "poem.txt"), str(files / "ships.csv"), "-f", "ndjson", cwd=tmp_path)
    assert done.returncode == 1
    poem, ships = map(json.loads, done.stdout.splitlines())
    assert (poem["rows_kept"], ships["rows_kept"]) == (0, 8)
    assert poem["error"]
    assert done.stderr.startswith("ais-gaps: poem.txt: ")
    assert done.stderr.count("\n") == 1


def test_an_ingest_that_stores_nothing_says_so_and_fails(files: Path, tmp_path: Path) -> None:
    done = run("ingest", str(files / "bad.csv"), cwd=tmp_path)
    assert done.returncode == 1
    assert "NOTHING WAS STORED of 1 rows" in done.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    nothing = run("ingest", str(empty), cwd=tmp_path)
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "nothing was read" in nothing.stderr


def test_any_csv_goes_in_by_map(tmp_path: Path) -> None:
    (tmp_path / "track.csv").write_text("vessel;when;y;x\n273000001;10.08.2023 09:00;42,2;130,4\n", encoding="utf-8")
    mapped = ["--map", "mmsi=vessel", "--map", "ts=when", "--map", "lat=y", "--map", "lon=x"]
    how = ["--separator", ";", "--decimal", ",", "--time-format", "%d.%m.%Y %H:%M", "--time-zone", "Asia/Tokyo"]
    done = run("ingest", "track.csv", *mapped, *how, "--receiver", "satellite", "-f", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)
    assert (result["rows_kept"], result["first_ts"]) == (1, "2023-08-10T00:00:00Z")


@pytest.mark.parametrize(
    "how",
    [
        ["--separator", ";;"],
        ["--time-zone", "Mars/Olympus"],
        ["--encoding", "klingon"],
        ["--reader", "telepathy"],
        ["--decimal", ".."],
    ],
)
def test_an_option_that_makes_no_sense_is_wrong_usage(how: list[str], tmp_path: Path) -> None:
    (tmp_path / "track.csv").write_text("vessel,when,y,x\n273000001,2023-08-10 09:00,42.2,130.4\n", encoding="utf-8")
    mapped = ["--map", "mmsi=vessel", "--map", "ts=when", "--map", "lat=y", "--map", "lon=x"]
    done = run("ingest", "track.csv", *mapped, *how, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ais-gaps: ")
    assert done.stderr.count("\n") == 1


def test_sources_and_rejects_tell_what_went_in_and_what_did_not(archive: Path) -> None:
    (source,) = asked(archive, "sources")
    assert (source["file"], source["rows_read"]) == ("ships.csv", 10)
    assert source["rows_read"] == source["rows_kept"] + source["rows_duplicate"] + source["rows_rejected"]
    (reject,) = asked(archive, "rejects", "ships.csv")
    assert (reject["file"], reject["record"], reject["raw"]) == ("ships.csv", 11, SHIPS[9])
    assert asked(archive, "sources", "--as-known", "2020-01-01") == []


# -- who, when ---------------------------------------------------------------------------------------------------------------


def test_gaps_are_printed_with_the_columns_of_the_design_and_the_values_of_the_library(archive: Path) -> None:
    printed = asked(archive, "gaps")
    assert [list(gap) for gap in printed] == [GAP_COLUMNS.replace(",", "").split()] * len(printed)
    table = Holdings.at(archive).gaps()
    assert [gap["gap_id"] for gap in printed] == table["gap_id"].to_pylist()
    assert [gap["duration_h"] for gap in printed] == table["duration_h"].to_pylist()
    shuttle = next(gap for gap in printed if gap["mmsi"] == RAJIN_CALLER)
    assert (shuttle["off_ts"], shuttle["on_ts"]) == ("2023-08-10T01:00:00Z", "2023-08-12T01:30:00Z")
    assert (shuttle["duration_h"], shuttle["open"]) == (48.5, False)


def test_gaps_are_chosen_by_vessel_length_place_and_time(archive: Path) -> None:
    def mmsi(*arguments: str) -> list[int]:
        return [gap["mmsi"] for gap in asked(archive, "gaps", *arguments)]

    assert mmsi("SHUTTLE") == [RAJIN_CALLER]
    assert mmsi() == [RAJIN_CALLER, PACIFIC, PACIFIC, HOSTILE]
    assert mmsi("--min-hours", "24") == [RAJIN_CALLER, PACIFIC, HOSTILE]
    assert mmsi("--min-hours", "24", "--until", "2023-08-10T01:00:01Z") == [RAJIN_CALLER, HOSTILE]
    assert mmsi("--min-hours", "24", "--until", "2023-08-10T01:00Z") == [HOSTILE]
    assert mmsi("--since", "2023-08-10T10:00+09:00") == [RAJIN_CALLER, PACIFIC]
    assert mmsi("--open") == [PACIFIC, HOSTILE]
    assert mmsi("--open", "--as-of", "2023-08-10T11:00Z") == [RAJIN_CALLER, PACIFIC, HOSTILE]
    assert mmsi("--near", "Rajin", "--within-nm", "10") == [RAJIN_CALLER]
    assert mmsi("--as-known", "2020-01-01") == []
    assert mmsi("--superseded") == []


def test_geojson_of_gaps_is_right_across_the_antimeridian_and_open_ones_are_points(archive: Path) -> None:
    done = run("gaps", "--archive", str(archive), "--format", "geojson")
    features = {f["properties"]["mmsi"]: f for f in reversed(json.loads(done.stdout)["features"])}
    assert features[RAJIN_CALLER]["geometry"] == {"type": "LineString", "coordinates": [[130.35, 42.2], [133.0, 42.7]]}
    assert features[PACIFIC]["geometry"] == {
        "type": "MultiLineString",
        "coordinates": [[[179.0, 50.0], [180.0, 50.5]], [[-180.0, 50.5], [-179.0, 51.0]]],
    }
    assert features[HOSTILE]["geometry"] == {"type": "Point", "coordinates": [125.0, 30.0]}
    assert features[HOSTILE]["properties"]["on_ts"] is None


def test_a_hostile_name_is_harmless_in_a_table_and_in_a_spreadsheet(archive: Path) -> None:
    table = run("gaps", "--archive", str(archive)).stdout
    assert "HYPERLINK(1)" in table
    assert "\x1b" not in table
    assert "\u202e" not in table
    cells = list(csv.DictReader(io.StringIO(run("gaps", "--archive", str(archive), "-f", "csv").stdout)))
    (hostile,) = [cell for cell in cells if cell["mmsi"] == str(HOSTILE)]
    assert hostile["name"].startswith("'=HYPERLINK(1)")
    assert float(hostile["off_lon"]) == 125.0


def test_vessels_are_found_with_the_reason(archive: Path) -> None:
    best = asked(archive, "vessels", "SHUTLE")[0]
    assert (best["mmsi"], best["name"]) == ([RAJIN_CALLER], "SHUTTLE")
    assert len(asked(archive, "vessels", "S", "--limit", "1")) <= 1


def test_a_vessel_that_is_not_there_is_one_line_with_the_nearest(archive: Path) -> None:
    for command in ("gaps", "investigate"):
        done = run(command, "ZZZZQQQQ", "--archive", str(archive))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("ais-gaps: ")
        assert done.stderr.count("\n") == 1


# -- where, SQL, upkeep --------------------------------------------------------------------------------------------------------


def test_sql_answers_in_every_format(archive: Path) -> None:
    query = f"SELECT ts, lat, lon FROM reports WHERE mmsi = {PACIFIC} ORDER BY ts"
    assert asked(archive, "sql", query)[0] == {"ts": "2023-08-10T00:00:00Z", "lat": 50.0, "lon": 179.0}
    features = json.loads(run("sql", query, "-f", "geojson", "--archive", str(archive)).stdout)["features"]
    assert [f["geometry"]["coordinates"] for f in features] == [[179.0, 50.0], [-179.0, 51.0]]
    counted = run("sql", "SELECT count(*) AS n FROM reports", "-f", "geojson", "--archive", str(archive))
    assert (counted.returncode, counted.stdout) == (2, "")
    wrong = run("sql", "SELEC 1", "--archive", str(archive))
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1)


def test_places_are_listed_found_and_added(archive: Path, tmp_path: Path) -> None:
    assert asked(archive, "places", "Rajin")[0]["name"] == asked(archive, "places", "list", "Rajin")[0]["name"]
    watched = asked(archive, "places", "--watched")
    assert watched
    assert all(place["watched"] for place in watched)
    one = asked(
        archive,
        "places",
        "add",
        "--name",
        "Pier 4",
        "--lat",
        "-12.5",
        "--lon",
        "-45",
        "--radius-nm",
        "1",
        "--alias",
        "P4",
    )
    assert (one[0]["name"], one[0]["lat"], one[0]["lon"], one[0]["radius_nm"]) == ("Pier 4", -12.5, -45.0, 1.0)
    ring = [[179.9, -10.0], [-179.9, -10.0], [-179.9, -9.9], [179.9, -9.9], [179.9, -10.0]]
    pier = {
        "type": "Feature",
        "properties": {"name": "East pier"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (tmp_path / "piers.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [pier]}), encoding="utf-8"
    )
    assert [place["name"] for place in asked(archive, "places", "add", str(tmp_path / "piers.geojson"))] == [
        "East pier"
    ]
    found = run("places", "East pier", "-f", "geojson", "--archive", str(archive))
    (feature,) = json.loads(found.stdout)["features"]
    assert shape(feature["geometry"]).area == pytest.approx(0.02)
    assert asked(archive, "places", "P4")[0]["name"] == "Pier 4"


def test_a_place_that_cannot_be_taken_is_told_and_the_others_go_in(archive: Path, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [10.0, 20.0]}
    features = [{"type": "Feature", "properties": p, "geometry": point} for p in ({"name": "Quay 9"}, {"aliases": []})]
    (tmp_path / "two.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    done = run("places", "add", str(tmp_path / "two.geojson"), "-f", "json", "--archive", str(archive))
    assert (done.returncode, [place["name"] for place in json.loads(done.stdout)]) == (0, ["Quay 9"])
    assert done.stderr.startswith("ais-gaps: warning: two.geojson: ")
    assert done.stderr.count("\n") == 1


def test_evidence_of_an_archive_without_any_is_no_rows(archive: Path) -> None:
    assert asked(archive, "evidence") == []


def test_upkeep_loses_nothing(archive: Path) -> None:
    before = asked(archive, "gaps")
    (compaction,) = asked(archive, "compact")
    assert list(compaction) == ["parts_before", "parts_after", "bytes_before", "bytes_after"]
    assert asked(archive, "verify") == []
    assert asked(archive, "gaps") == before


def test_verify_fails_on_a_damaged_archive(archive: Path, files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    assert run("--archive", str(folder), "ingest", str(files / "ships.csv")).returncode == 0
    part = next(folder.glob("reports/**/*.parquet"))
    part.write_bytes(part.read_bytes()[:-1] + b"\x00")
    done = run("--archive", str(folder), "verify", "-f", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)
    assert "problem" in done.stderr


def test_the_archive_comes_from_the_environment_too(archive: Path, tmp_path: Path) -> None:
    done = run("sources", "-f", "csv", cwd=tmp_path, AIS_GAPS_ARCHIVE=str(archive))
    assert done.stdout.count("\n") == 2


def test_pandas_is_not_loaded(archive: Path) -> None:
    code = (
        "import sys\nfrom ais_gaps.cli import main\n"
        f"sys.argv = ['ais-gaps', '--archive', {str(archive)!r}, 'gaps']\n"
        "try:\n    main()\nfinally:\n    print('pandas' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert done.stderr.splitlines()[-1] == "False"


def test_what_must_be_said_of_a_source_is_said_wherever_it_is_shown(files: Path, tmp_path: Path) -> None:
    said = "Invented\x1b[2J for  a test."
    first = run("--archive", str(tmp_path / "a"), "ingest", str(files / "ships.csv"), "--note", said)
    assert first.returncode == 0, first.stderr
    shown = run("--archive", str(tmp_path / "a"), "gaps")
    assert "ais-gaps: Invented[2J for a test." in shown.stderr
    assert "\x1b" not in shown.stderr
    (source,) = json.loads(run("--archive", str(tmp_path / "a"), "sources", "--format", "json").stdout)
    assert source["note"].endswith("for a test.")
    run("--archive", str(tmp_path / "b"), "ingest", str(files / "ships.csv"), "--note", " ")
    assert Holdings.at(tmp_path / "b").sources()["note"].to_pylist() == [None]
