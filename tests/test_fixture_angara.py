"""The ANGARA fixture: what its reports keep to, and that facts and reconstruction are told apart."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from ais_gaps.evidence import TABLES
from ais_gaps.itu import imo_valid
from ais_gaps.readers.interface import MAPPABLE_FIELDS
from tests import angara_case as case
from tests.angara_case import FIXTURE, distance_nm, reports, utc

ANGARA_MMSI, OTHER_ANGARA_MMSI, LADY_R_MMSI = 273210440, 667999043, 273999003
INVENTED = [mmsi for mmsi, rows in reports().items() if rows[0]["origin"] == "invented"]


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def speed_kn(a: dict[str, Any], b: dict[str, Any]) -> float:
    return distance_nm(a, b) / ((b["ts"] - a["ts"]).total_seconds() / 3600)


def test_the_script_writes_the_committed_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FIXTURE / "make_reports.py", tmp_path / "again.csv"], check=True)
    assert (tmp_path / "again.csv").read_bytes() == (FIXTURE / "reports.csv").read_bytes()


def test_the_file_is_small_and_in_the_native_layout() -> None:
    path = FIXTURE / "reports.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert header == [*MAPPABLE_FIELDS, "origin"]
    assert path.stat().st_size < 1_500_000
    assert sum(map(len, reports().values())) < 12_000


def test_every_report_says_whether_it_is_reconstructed_or_invented() -> None:
    for mmsi, rows in reports().items():
        assert len({row["origin"] for row in rows}) == 1
        assert rows[0]["origin"] in ("reconstructed", "invented")
        assert (mmsi in INVENTED) == rows[0]["name"].startswith("FIXTURE")


def test_invented_numbers_are_obviously_invented() -> None:
    real = {int(row["mmsi"]) for row in rows_of(FIXTURE / "vessels.csv") if row["mmsi"]}
    for mmsi, rows in reports().items():
        assert mmsi in real or str(mmsi)[3:6] == "999"
        assert rows[0]["origin"] == "reconstructed" or rows[0]["imo"] == ""
        assert not rows[0]["imo"] or imo_valid(int(rows[0]["imo"]))


def test_no_ship_moves_faster_than_ships_do() -> None:
    for rows in reports().values():
        for a, b in pairwise(rows):
            assert speed_kn(a, b) < 15, (a["name"], a["ts"])


def test_reported_speed_is_the_speed_made_good_but_for_corners() -> None:
    for mmsi in (ANGARA_MMSI, OTHER_ANGARA_MMSI, LADY_R_MMSI):
        steps = [(a, b) for a, b in pairwise(reports()[mmsi]) if b["ts"] - a["ts"] < timedelta(hours=1)]
        off = [abs(float(b["sog"]) - speed_kn(a, b)) for a, b in steps if a["nav_status"] == b["nav_status"] == "0"]
        assert median(off) < 0.3


def test_angara_is_last_heard_on_10_august_2023_and_again_in_early_february_in_the_korea_strait() -> None:
    rows = reports()[ANGARA_MMSI]
    off = max((row for row in rows if row["ts"] < utc(2024, 1, 1)), key=lambda row: row["ts"])
    on = min((row for row in rows if row["ts"] > utc(2024, 1, 1)), key=lambda row: row["ts"])
    assert off["ts"].date() == utc(2023, 8, 10).date()
    assert (off["ts"] + timedelta(hours=10)).date() == off["ts"].date()  # the same day in Vladivostok
    assert utc(2024, 2, 1) <= on["ts"] <= utc(2024, 2, 10)
    assert 33.5 < on["lat"] < 35.5 and 128 < on["lon"] < 130.5
    brief = [row for row in rows if utc(2024, 2, 1) < row["ts"] < utc(2024, 2, 8)]
    assert brief[-1]["ts"] - brief[0]["ts"] < timedelta(hours=6)


def test_angara_reaches_zhoushan_on_9_february_at_a_ships_speed_and_falls_silent_the_same_day() -> None:
    rows = [row for row in reports()[ANGARA_MMSI] if utc(2024, 2, 1) < row["ts"] < utc(2024, 3, 1)]
    before, after = max(pairwise(rows), key=lambda pair: pair[1]["ts"] - pair[0]["ts"])
    assert 8 < speed_kn(before, after) < 14
    assert rows[-1]["ts"].date() == utc(2024, 2, 9).date()


def test_angaras_april_track_is_six_hours_and_fifty_kilometres_from_20_17_local() -> None:
    track = [row for row in reports()[ANGARA_MMSI] if row["ts"] > utc(2024, 4, 1)]
    assert track[0]["ts"] == utc(2024, 4, 27, 12, 17)
    assert track[-1]["ts"] == utc(2024, 4, 27, 18, 17)
    assert sum(distance_nm(a, b) for a, b in pairwise(track)) * 1.852 == pytest.approx(50, abs=0.05)


def test_the_other_angara_drifts_after_the_fire_and_is_last_heard_at_four_japan_time() -> None:
    rows = reports()[OTHER_ANGARA_MMSI]
    assert rows[0]["imo"] == str(case.OTHER_ANGARA)
    assert rows[-1]["ts"] == utc(2022, 6, 25, 19, 0)
    drift = [row for row in rows if row["ts"] >= utc(2022, 6, 25, 5, 30)]
    assert distance_nm(drift[0], drift[-1]) / 13.5 == pytest.approx(1.5, abs=0.1)
    assert drift[-1]["lat"] > drift[0]["lat"] and drift[-1]["lon"] > drift[0]["lon"]


def test_lady_r_is_last_heard_south_of_agulhas_when_the_source_says() -> None:
    last = reports()[LADY_R_MMSI][-1]
    assert last["ts"] == utc(2022, 12, 5, 12, 41)
    assert last["lat"] < -34.83 and 19 < last["lon"] < 21


@pytest.mark.parametrize("mmsi", INVENTED)
def test_innocent_ships_have_short_holes_only_and_are_heard_to_the_end(mmsi: int) -> None:
    rows = reports()[mmsi]
    holes = [b["ts"] - a["ts"] for a, b in pairwise(rows) if b["ts"] - a["ts"] > timedelta(hours=6)]
    assert all(timedelta(hours=7) <= hole < timedelta(hours=10) for hole in holes)
    assert rows[-1]["ts"] == case.as_of()


def test_facts_are_read_without_a_refusal_and_name_their_source() -> None:
    evidence = case.evidence()
    assert evidence.refused.num_rows == 0
    for table in (evidence.vessels, evidence.listings, evidence.fleet, evidence.observations, evidence.events):
        assert table["publisher"].null_count == table["url"].null_count == table["title"].null_count == 0
    assert evidence.places["publisher"].null_count == 0


def test_unknown_is_an_empty_cell_everywhere() -> None:
    for path in FIXTURE.glob("*.csv"):
        for row in rows_of(path):
            assert not {"unknown", "none", "not stated"} & {cell.strip().lower() for cell in row.values()}, path.name


def test_notes_cite_rows_that_exist() -> None:
    evidence = case.evidence()
    ids = {"reports.csv"}
    for table in (evidence.vessels, evidence.listings, evidence.observations, evidence.events, evidence.places):
        ids.update(table[table.column_names[0]].to_pylist())
    for note in evidence.notes.to_pylist():
        assert set(note["refs"] or ()) <= ids, note["note_id"]


def test_every_observation_at_a_place_names_a_place_of_the_table() -> None:
    places = set(case.evidence().places["place_id"].to_pylist())
    for row in case.evidence().observations.to_pylist():
        assert set(row["place_ids"] or ()) <= places


def test_readme_describes_every_column_in_the_words_of_its_declaration() -> None:
    readme = (FIXTURE / "README.md").read_text(encoding="utf-8")
    for table in TABLES:
        section = readme.split(f"### {table.name}.csv\n")[1].split("\n### ")[0]
        rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", section, re.MULTILINE)
        assert rows == [(column.name, column.unit, column.meaning) for column in table.columns]


def test_no_date_or_ship_of_the_compiled_facts_was_changed(shared_data: Path) -> None:
    ours = {row["obs_id"]: row for row in case.evidence().observations.to_pylist()}
    for row in rows_of(shared_data / "case" / "observations.csv"):
        mine = ours[row["obs_id"]]
        assert mine["date_start"].isoformat() == row["date_start"]
        assert mine["date_end"].isoformat() == row["date_end"]
        named = None if row["vessel"] == "not named" else row["vessel"].split("; ")
        assert mine["vessels_named"] == named
