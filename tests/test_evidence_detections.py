"""Tables of detected ships: hulls at a time and place, named only where the table's maker matched an MMSI."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv

from ais_gaps.evidence import content, detections
from ais_gaps.evidence.content import Saying
from ais_gaps.evidence.parcel import Parcel
from ais_gaps.evidence.scenes import scene
from tests.angara_case import utc
from tests.conftest import ROOT

FIXTURES = ROOT / "fixtures" / "evidence"
S1 = "S1A_IW_GRDH_1SDV_20231103T213000_20231103T213025_050000_0600AA_FFFF"
HULL = {"scene_id": S1, "timestamp": "2023-11-03T21:30:12Z", "lat": "42.5", "lon": "130.5", "presence_score": "0.9"}


def read(*rows: dict[str, str], separator: str = ",") -> Parcel:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [separator.join(names), *(separator.join(row.get(n, "") for n in names) for row in rows)]
    return detections.read_csv(("\n".join(lines) + "\n").encode(), "d.csv", separator, {})


def taken(*rows: dict[str, str]) -> list[dict[str, Any]]:
    parcel = read(*rows)
    assert parcel.refused.to_pylist() == []
    return list(parcel.rows.to_pylist())


def why(**cells: str) -> str:
    """Why a row is refused, and only that row."""
    parcel = read({**HULL, **cells}, {**HULL, "lat": "1"})
    assert parcel.rows["lat"].to_pylist() == [1.0]
    (refused,) = parcel.refused.to_pylist()
    assert refused["line"] == 2
    return str(refused["reason"])


def test_the_table_of_global_fishing_watch_gives_hulls_and_names_the_matched() -> None:
    unmatched, matched, bare = content.read(FIXTURES / "detections_gfw.csv", Saying({})).rows.to_pylist()
    assert {name: value for name, value in matched.items() if value is not None and name != "obs_id"} == {
        "date_start": datetime(2023, 11, 3).date(),
        "date_end": datetime(2023, 11, 3).date(),
        "date_precision": "day",
        "ts": utc(2023, 11, 3, 21, 30, 12),
        "kind": "vessel",
        "lat": 42.31,
        "lon": 130.52,
        "vessel_mmsis": [273999001],
        "length_min_m": 88.0,
        "length_max_m": 88.0,
        "observed": "vessel detected, length estimated at 88 m",
        "count": 1.0,
        "unit": "ship",
        "score": 0.954,
        "sensor": "Sentinel-1A radar",
        "provider": "Copernicus (ESA)",
        "look_id": S1,
        "title": "(table of detections)",
        "note": "matching score 12.5; matched category matched_nonfishing",
    }
    assert unmatched["vessel_mmsis"] is None
    assert (bare["vessel_mmsis"], bare["length_min_m"], bare["observed"]) == (None, None, "vessel detected")
    assert bare["ts"] == utc(2023, 11, 3, 21, 30, 12)


def test_the_table_of_xview3_gives_its_wording_and_what_is_no_vessel_is_none() -> None:
    parcel = content.read(FIXTURES / "detections_xview3.csv", Saying({}))
    found = [
        (r["kind"], r["observed"], r["confidence_wording"], r["count"], r["score"]) for r in parcel.rows.to_pylist()
    ]
    assert found == [
        ("vessel", "vessel detected, length estimated at 151 m", "HIGH", 1.0, None),
        ("other", "object detected that is not taken for a vessel", "MEDIUM", None, None),
        ("other", "object detected, whether a vessel is not said", "LOW", None, None),
    ]
    assert {r["look_id"] for r in parcel.rows.to_pylist()} == {"0000invented0000v"}
    assert parcel.rows["note"][0].as_py() == "detection 0000invented0000v_001"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"lat": "95"}, "lat is out of range"),
        ({"lon": "-181"}, "lon is out of range"),
        ({"lat": "NaN"}, "lat is missing"),
        ({"lat": "inf"}, "lat is not a number"),
        ({"lon": ""}, "lon is missing"),
        ({"timestamp": "yesterday"}, "time is not an ISO 8601 time"),
        ({"timestamp": "2023-11-03"}, "time is not an ISO 8601 time"),
        ({"timestamp": "9999-11-03T00:00:00Z"}, "time is out of range"),
        ({"timestamp": "2023-11-04T06:30:12"}, "time has no time zone"),
        ({"timestamp": "2023-11-03T21:30:12", "scene_id": "somewhere"}, "time has no time zone"),
        ({"timestamp": "", "scene_id": "somewhere"}, "time is missing"),
        ({"presence_score": "1.5"}, "presence is not from 0 to 1"),
        ({"presence_score": "high"}, "presence is not a number"),
        ({"length_m": "9999"}, "length is not the length of a ship in metres"),
        ({"mmsi": "12.5"}, "mmsi is not a whole number"),
        ({"mmsi": "1234567890"}, "mmsi is not one"),
        ({"mmsi": "-5"}, "mmsi is not one"),
        ({"is_vessel": "maybe"}, "is_vessel is neither true nor false"),
        ({"matched_category": "x" * 30_000}, "a cell is too long"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_alone(cells: dict[str, str], reason: str) -> None:
    told = why(**({"is_vessel": "", "mmsi": "", "length_m": "", "matched_category": ""} | cells))
    assert told.startswith(reason)


def test_a_match_score_is_no_score_of_the_detection() -> None:
    bare = {name: value for name, value in HULL.items() if name != "presence_score"}
    (row,) = taken({**HULL, "matching_score": "3.5"})
    assert (row["score"], row["note"]) == (0.9, "matching score 3.5")
    (row,) = taken({**HULL, "score": "5.5"})
    assert (row["score"], row["note"]) == (0.9, "matching score 5.5")
    (row,) = taken({**bare, "score": "5.5", "ssvid": "273999001"})
    assert (row["score"], row["vessel_mmsis"]) == (None, [273999001])
    (row,) = taken({**bare, "score": "0.5"})
    assert (row["score"], row["note"]) == (0.5, None)
    (row,) = taken({**bare, "confidence": "0.75"})
    assert (row["score"], row["confidence_wording"], row["note"]) == (None, None, "confidence 0.75")


def test_a_time_without_zone_is_utc_where_the_scene_vouches_for_it_and_one_that_is_missing_is_the_scenes() -> None:
    (row,) = taken({**HULL, "timestamp": "2023-11-03 21:30:12"})
    assert (row["ts"], row["ts_end"]) == (utc(2023, 11, 3, 21, 30, 12), None)
    (row,) = taken({**HULL, "timestamp": ""})
    assert (row["ts"], row["ts_end"]) == (utc(2023, 11, 3, 21, 30), utc(2023, 11, 3, 21, 30, 25))
    (row,) = taken({**HULL, "timestamp": "2023-11-04T06:30:12+09:00"})
    assert row["ts"] == utc(2023, 11, 3, 21, 30, 12)


def test_a_length_of_nought_is_none() -> None:
    (row,) = taken({**HULL, "length_m": "0"})
    assert (row["length_min_m"], row["length_max_m"], row["observed"]) == (None, None, "vessel detected")


def test_names_of_scenes() -> None:
    found = scene("S2B_MSIL1C_20231105T022859_N0509_R046_T52TFM_20231105T041221")
    assert found is not None
    assert (found.start, found.stop, found.sensor) == (utc(2023, 11, 5, 2, 28, 59), None, "Sentinel-2B MSI")
    for name in ("S1A_IW_GRDH_1SDV_20239903T213000_20231103T213025_050000", "S1A", "", "x" * 999, "S3A_OL_1_EFR"):
        assert scene(name) is None


def test_the_same_detection_twice_is_once_and_in_every_file_has_one_id() -> None:
    parcel = read(HULL, {**HULL, "lat": "1"}, HULL)
    assert parcel.refused.to_pylist() == [{"file": "d.csv", "line": 4, "reason": "the same detection is there twice"}]
    assert read({**HULL, "fishing_score": "0.1"}).rows["obs_id"][0] == parcel.rows["obs_id"][0]


def test_lines_are_those_of_the_file_with_blank_and_ragged_rows_between() -> None:
    text = f"scene_id,timestamp,lat,lon\n\n{S1},2023-11-03T21:30:12Z,1,2\n{S1},x\n\n{S1},2023-11-03T21:30:12Z,91,2\n"
    parcel = detections.read_csv(text.encode(), "d.csv", ",", {})
    assert list(parcel.lines) == [3]
    assert parcel.refused.to_pylist() == [
        {"file": "d.csv", "line": 4, "reason": "2 cells where the header has 4"},
        {"file": "d.csv", "line": 6, "reason": "lat is out of range"},
    ]


def test_parquet_gives_the_same_as_csv_whatever_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "scene_id": pa.array([S1, S1]).dictionary_encode(),
            "timestamp": pa.array([datetime(2023, 11, 3, 21, 30, 12)] * 2, pa.timestamp("us", tz="UTC")),
            "lat": pa.array([42.5, 95.0]),
            "lon": pa.array([130.5, 130.5]),
            "length_m": pa.array([101.25, None]),
            "mmsi": pa.array([273999001.0, None]),
            "extra": pa.array([[1], [2]]),
        }
    )
    pq.write_table(table, tmp_path / "d.parquet")
    stream = io.BytesIO()
    csv.write_csv(table.drop_columns("extra").set_column(0, "scene_id", pa.array([S1, S1])), stream)
    (tmp_path / "d.csv").write_bytes(stream.getvalue())
    packed, plain = (content.read(tmp_path / name, Saying({})) for name in ("d.parquet", "d.csv"))
    assert packed.rows.to_pylist() == plain.rows.to_pylist()
    assert (packed.refused["line"].to_pylist(), plain.refused["line"].to_pylist()) == ([2], [3])
    assert packed.passed_over == ("extra",)
    assert packed.rows["vessel_mmsis"].to_pylist() == [[273999001]]


def test_a_naive_time_in_parquet_is_not_taken_for_utc_by_itself(tmp_path: Path) -> None:
    table = pa.table(
        {
            "detect_id": ["a"],
            "timestamp": pa.array([datetime(2023, 11, 3)], pa.timestamp("ns")),
            "lat": [1.0],
            "lon": [2.0],
        }
    )
    pq.write_table(table, tmp_path / "d.parquet")
    parcel = content.read(tmp_path / "d.parquet", Saying({}))
    assert parcel.rows.num_rows == 0
    assert parcel.refused["reason"][0].as_py().startswith("time has no time zone")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_usual_separator_and_upper_case_names(tmp_path: Path, separator: str) -> None:
    header = separator.join(["Detect_Lat", "DETECT_LON", "Detect_Timestamp", "Vessel_Length_M"])
    row = separator.join(["42.5", "130.5", "2023-11-03T21:30:12Z", "100"])
    path = tmp_path / "d.csv"
    path.write_bytes(f"\ufeff{header}\r\n{row}\r\n".encode())
    parcel = content.read(path, Saying({}))
    assert parcel.rows["length_max_m"].to_pylist() == [100.0]


@pytest.mark.parametrize(
    "header",
    [
        ["mmsi", "timestamp", "lat", "lon", "sog", "length"],
        ["lat", "lon", "timestamp"],
        ["scene_id", "lat"],
        ["mmsi", "timestamp", "lat", "lon", "heading", "is_vessel"],
    ],
)
def test_reports_of_ais_and_bare_points_are_no_detections(header: list[str]) -> None:
    assert not detections.recognise(header)


def test_tables_without_rows(tmp_path: Path) -> None:
    assert read({**HULL}).rows.num_rows == 1
    assert detections.read_csv(b"scene_id,timestamp,lat,lon\n", "d.csv", ",", {}).rows.num_rows == 0
    assert detections.read_csv(b"scene_id,timestamp,lat,lon\r1,2,3", "d.csv", ",", {}).refused.num_rows == 1
    assert detections.read_csv(b"scene_id,timestamp,lat,lon", "d.csv", ",", {}).rows.num_rows == 0


cells = st.text(st.characters(codec="utf-8", exclude_characters=',"\r\n\x00'), max_size=10)


@given(
    st.lists(
        st.fixed_dictionaries(dict.fromkeys((*HULL, "mmsi", "length_m", "confidence"), cells)), min_size=1, max_size=8
    )
)
def test_every_row_is_taken_or_refused_whatever_its_cells_hold(rows: list[dict[str, str]]) -> None:
    parcel = read(*rows)
    said = [row for row in rows if any(row.values())]
    assert parcel.rows.num_rows + parcel.refused.num_rows == len(said)
    assert len(set(parcel.rows["obs_id"].to_pylist())) == parcel.rows.num_rows
