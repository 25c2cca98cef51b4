"""Every real file goes in with its true counts, and the gaps of an archive are those that pandas finds in the file itself."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyais.stream import IterMessages

from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.holdings import Holdings
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.store.archive import Store
from tests.command import run

H_US = 3_600_000_000
NINE_DIGITS = (100_000_000, 999_999_999)
START = datetime(2015, 6, 21, 9, tzinfo=UTC)

# rows, duplicates, rejected by reason
COUNTS: dict[str, tuple[int, int, dict[str, int]]] = {
    "marinecadastre/NYHarbor_2020_06_30_first_hour.csv": (8_689, 0, {}),
    "marinecadastre/AIS_2020_01_01_california.csv.gz": (491_378, 128, {"malformed MMSI": 609}),
    "marinecadastre/zone19_2009-03_04_10min.csv.gz": (647_124, 0, {}),
    "dma/aisdk-2018-02-08_rows.csv": (10, 0, {}),
    "dma/aisdk-2026-04-26_first97s.csv": (19_999, 7_985, {"malformed MMSI": 54}),
    "nmea/aisdb_20211101_tagblock.nm4": (979, 0, {"malformed MMSI": 7}),
    "nmea/aislib_stream_example_20100611_pghp.txt": (4_051, 5, {"malformed MMSI": 23}),
    "nmea/dma_aisd_20131112_pghp.txt.gz": (26_077, 0, {"malformed MMSI": 1}),
    "nmea/dma_drift_212123000_20141002.ais": (3_130, 0, {}),
    "nmea/dma_drift_538004030_20140928.ais": (5_252, 977, {}),
    "nmea/goais_201902_nanotime.nmea": (
        913,
        0,
        {"a part of the message is missing": 8, "malformed MMSI": 2, "payload is too short for message": 1},
    ),
    "nmea/kystverket_1000lines_tagblock.nm4": (877, 0, {}),
    "nmea/pyais_nmea_data_sample.txt": (
        898,
        3,
        {"AIS sentence has no payload": 100, "a part of the message is missing": 20},
    ),
    "nmea/uscg_noaadata_test.ais": (853, 0, {"malformed MMSI": 7}),
    "aisstream/positions_message_bodies.ndjson": (5_850, 0, {"malformed MMSI": 2}),
    "orbcomm/orbcomm_31vessels_2021-01.jsonl.gz": (49_029, 6_215, {}),
}
WITHOUT_TIMES = ("nmea/pyais_nmea_data_sample.txt", "aisstream/positions_message_bodies.ndjson")
NMEA = [name for name in COUNTS if name.startswith("nmea/")]
OF_ONE_SENDER = [
    "marinecadastre/" + name for name in ("AIS_2020_01_01_california.csv.gz", "zone19_2009-03_04_10min.csv.gz")
]


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "ais"


@pytest.fixture(scope="module")
def by_command(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Holdings, dict[str, dict[str, Any]]]:
    """The whole folder by one command, then the files that need a start; each file's row of what was printed."""
    where = tmp_path_factory.mktemp("command") / "archive"
    said: dict[str, dict[str, Any]] = {}
    done = run("--archive", str(where), "ingest", str(folder), "--format", "json")
    assert done.returncode == 1, "two files say no times"
    refused = {row["source"]: row["error"] for row in json.loads(done.stdout) if row["error"]}
    assert set(refused) == {Path(name).name for name in WITHOUT_TIMES}
    for name, error in refused.items():
        assert error.startswith(f"{name}: nothing says when these")
        assert "--start-time" in error
        assert f"ais-gaps: {error}" in done.stderr.splitlines()
    more = run(
        *("--archive", str(where), "ingest", "--start-time", START.isoformat(), "--format", "json"),
        *(str(folder / name) for name in WITHOUT_TIMES),
    )
    assert more.returncode == 0, more.stderr
    for row in json.loads(done.stdout) + json.loads(more.stdout):
        if not row["error"]:
            said[row["source"]] = row
    return Holdings.at(where), said


@pytest.fixture(scope="module")
def backwards(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    """The files one by one, last first."""
    archive = empty(tmp_path_factory.mktemp("backwards"))
    for name in reversed(COUNTS):
        put(archive, folder / name)
    return archive


def empty(folder: Path) -> Holdings:
    Store.create(folder / "archive")
    return Holdings.at(folder / "archive")


def put(archive: Holdings, path: Path) -> None:
    start = START if f"{path.parent.name}/{path.name}" in WITHOUT_TIMES else None
    [result] = archive.ingest([path], options=ReadOptions(start_time=start))
    assert result.error is None


def text_of(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def test_every_file_is_known_here(folder: Path) -> None:
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(COUNTS)


@pytest.mark.parametrize("name", COUNTS)
def test_every_row_is_accounted_for(name: str, by_command: tuple[Holdings, dict[str, dict[str, Any]]]) -> None:
    archive, said = by_command
    row = said[Path(name).name]
    rows, duplicates, rejected = COUNTS[name]
    assert (row["rows_read"], row["rows_duplicate"], row["rejected_by_reason"]) == (rows, duplicates, rejected)
    assert row["rows_read"] == row["rows_kept"] + row["rows_duplicate"] + row["rows_rejected"]
    assert row["rows_rejected"] == sum(rejected.values())
    query = "SELECT count(*) AS n FROM {} JOIN sources USING (source) WHERE file = ?"
    for table, count in (("reports", row["rows_kept"]), ("rejects", row["rows_rejected"])):
        stored = archive.sql(query.format(table).replace("WHERE file", "WHERE sources.file"), [Path(name).name])
        assert stored["n"].to_pylist() == [count]


@pytest.mark.parametrize("name", [name for name in COUNTS if not name.startswith("nmea/")])
def test_rows_are_lines(name: str, folder: Path) -> None:
    header = 0 if "json" in name else 1
    text = text_of(folder / name)
    assert COUNTS[name][0] == len(text.splitlines()) - header


# -- what is counted, by pandas ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in COUNTS if name.startswith(("marinecadastre/", "dma/"))])
def test_duplicates_are_rows_that_say_the_same_in_every_column_kept(name: str, folder: Path) -> None:
    table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
    numbers = pd.to_numeric(table["MMSI"])
    good = table[numbers.between(*NINE_DIGITS) | (numbers // 10_000).between(200, 799)]
    not_kept = ["ROT", "Cargo type", "Type of position fixing device", "Data source type", "A", "B", "C", "D", "Cargo"]
    kept = good.drop(columns=[c for c in not_kept if c in good])
    rows, duplicates, rejected = COUNTS[name]
    assert len(table) - len(good) == rejected.get("malformed MMSI", 0)
    assert int(kept.duplicated().sum()) == duplicates
    assert rows == len(table)


def test_bad_positions_are_kept_as_signs_of_life(folder: Path, backwards: Holdings) -> None:
    table = pd.read_csv(folder / "dma/aisdk-2026-04-26_first97s.csv", dtype={"Name": str})
    bad = table[(table["Latitude"].abs() > 90) | (table["Longitude"].abs() > 180)]
    assert len(bad) == 750
    assert set(bad["Latitude"]) == {91.0}
    found = backwards.sql(
        "SELECT DISTINCT mmsi, kind FROM reports JOIN sources USING (source) WHERE file LIKE 'aisdk-2026%' AND lat IS NULL"
    )
    assert set(found["kind"].to_pylist()) == {"no_position"}
    assert set(found["mmsi"].to_pylist()) == set(bad["MMSI"])


def test_stations_and_aids_are_kept_apart_from_ships(folder: Path, backwards: Holdings) -> None:
    table = pd.read_csv(folder / "dma/aisdk-2026-04-26_first97s.csv", dtype={"Name": str})
    said = {"Base Station": "base_station", "AtoN": "aton"}
    found = backwards.sql(
        "SELECT DISTINCT mmsi, transmitter FROM reports JOIN sources USING (source) WHERE file LIKE 'aisdk-2026%'"
    )
    kinds = dict(zip(found["mmsi"].to_pylist(), found["transmitter"].to_pylist(), strict=True))
    for mmsi, mobile in set(zip(table["MMSI"], table["Type of mobile"], strict=True)):
        if mobile in said and mmsi != 3638:
            assert kinds[mmsi] == said[mobile]
    assert set(backwards.gaps(min_hours=1)["mmsi"].to_pylist()).isdisjoint(m for m, k in kinds.items() if k != "ship")


# -- NMEA, by pyais ----------------------------------------------------------------------------------------------------

OF_THE_SENDER = (1, 2, 3, 4, 9, 11, 18, 19, 21, 27)  # 8 and 17 say where something else is
SENTENCE = re.compile(rb"[!$]..VD[MO],\d,\d,[^\r\n*]*\*[0-9A-Fa-f]{2}")


def pyais_messages(path: Path) -> list[Any]:
    sentences = [match for line in text_of(path).split(b"\n") for match in SENTENCE.findall(line)]
    return [message for message in IterMessages(sentences) if message.payload]


@pytest.mark.parametrize("name", NMEA)
def test_messages_and_positions_are_those_of_pyais(name: str, folder: Path, backwards: Holdings) -> None:
    messages = [message.decode() for message in pyais_messages(folder / name)]
    rows, _, rejected = COUNTS[name]
    not_whole = ("a part of the message is missing", "AIS sentence has no payload")
    assert len(messages) == rows - sum(rejected.get(reason, 0) for reason in not_whole)
    positions = {
        (int(m.mmsi), round(m.lat * 1e6), round(m.lon * 1e6))
        for m in messages
        if m.msg_type in OF_THE_SENDER and m.lat is not None and m.lat != 91 and m.lon != 181
    }
    found = backwards.sql(
        "SELECT DISTINCT mmsi, round(lat * 1e6)::INT AS lat, round(lon * 1e6)::INT AS lon FROM reports JOIN sources USING (source) "
        "WHERE file = ? AND kind = 'position'",
        [Path(name).name],
    )
    ours = set(zip(*(found[c].to_pylist() for c in ("mmsi", "lat", "lon")), strict=True))
    refused = {
        int(re.findall(r"\d+", r)[0]) for r in backwards.rejects(Path(name).name)["reason"].to_pylist() if "MMSI" in r
    }
    assert ours == {position for position in positions if position[0] not in refused}


def test_a_file_without_times_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    path = folder / WITHOUT_TIMES[0]
    done = run("--archive", str(tmp_path / "a"), "ingest", str(path), "--format", "csv")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"ais-gaps: {path.name}: nothing says when")
    assert "--start-time" in line
    assert len(Holdings.at(tmp_path / "a").sources()) == 0


# -- gaps, by pandas ---------------------------------------------------------------------------------------------------


def silences(table: pd.DataFrame, hours: float) -> list[tuple[Any, ...]]:
    """Gaps of a table with mmsi, us, lat, lon, receiver: by MMSI, off, on, places in 1e-6 degree, and three counts of 12 h."""
    as_of = int(table["us"].max())
    table = table.sort_values(["mmsi", "us", "lat", "lon"], kind="stable", ignore_index=True)
    mmsi, us = table["mmsi"].to_numpy(), table["us"].to_numpy()
    lat, lon = (np.rint(table[c].to_numpy() * 1e6).astype(np.int64) for c in ("lat", "lon"))
    last = np.append(mmsi[1:] != mmsi[:-1], True)
    apart = np.where(last, as_of, np.append(us[1:], 0)) - us
    begin = dict(zip(*np.unique(mmsi, return_index=True), strict=True))
    kinds = [(table["receiver"] == kind).to_numpy() for kind in ("terrestrial", "satellite")]
    out = []
    for i in np.flatnonzero(apart > hours * H_US):
        since = begin[mmsi[i]] + int(np.searchsorted(us[begin[mmsi[i]] : i + 1], us[i] - 12 * H_US))
        window = slice(since, i + 1)
        on = (None, None, None) if last[i] else (int(us[i + 1]), int(lat[i + 1]), int(lon[i + 1]))
        counts = (i + 1 - since, *(int(kind[window].sum()) for kind in kinds))
        out.append((int(mmsi[i]), int(us[i]), int(lat[i]), int(lon[i]), *on, *counts))
    return out


def told(archive: Holdings) -> list[tuple[Any, ...]]:
    """The gaps of an archive in the same form."""
    gaps = archive.gaps(min_hours=6)
    columns: list[Sequence[Any]] = [gaps["mmsi"].to_pylist()]
    for end in ("off", "on"):
        columns.append(gaps[f"{end}_ts"].cast("int64").to_pylist())
        columns += [
            [None if v is None else round(v * 1e6) for v in gaps[f"{end}_{c}"].to_pylist()] for c in ("lat", "lon")
        ]
    columns += [gaps[c].to_pylist() for c in ("reports_12h", "reports_12h_terrestrial", "reports_12h_satellite")]
    return list(zip(*columns, strict=True))


def of_one_track(archive: Holdings, gaps: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Those of MMSI that never move as no ship can: the gaps of the others are parted by tracks (`tests/test_tracks.py`)."""
    store = Store(archive.path)
    ingests = store.ingests()
    jumping = find(store, ingests, min_hours=6, as_of_us=as_of_of(ingests)).jumping.tolist()
    return [gap for gap in gaps if gap[0] not in set(jumping)]


@pytest.mark.parametrize("name", OF_ONE_SENDER)
def test_gaps_of_marinecadastre_are_those_of_pandas(name: str, folder: Path, tmp_path: Path) -> None:
    table = pd.read_csv(folder / name, usecols=["MMSI", "BaseDateTime", "LAT", "LON"]).drop_duplicates()
    times = pd.to_datetime(table["BaseDateTime"]).astype("datetime64[us]").astype("int64")
    table = pd.DataFrame(
        {"mmsi": table["MMSI"], "us": times, "lat": table["LAT"], "lon": table["LON"], "receiver": None}
    )
    expected = silences(table[table["mmsi"].between(*NINE_DIGITS)], 6)
    archive = empty(tmp_path)
    put(archive, folder / name)
    assert of_one_track(archive, told(archive)) == of_one_track(archive, expected)
    assert len(of_one_track(archive, expected)) > 0.8 * len(expected)
    closed = sum(gap[4] is not None for gap in expected)
    assert (len(expected), closed) == {"A": (183, 66), "z": (3_831, 2_220)}[Path(name).name[0]]


def test_gaps_of_orbcomm_are_those_of_pandas(folder: Path, tmp_path: Path) -> None:
    name = "orbcomm/orbcomm_31vessels_2021-01.jsonl.gz"
    table = pd.DataFrame([json.loads(line) for line in text_of(folder / name).splitlines()])
    table["mmsi"] = table["ssvid"].fillna(table["mmsi"]).astype("int64")
    table["us"] = (
        pd.to_datetime(table["timestamp"], utc=True, format="mixed").astype("datetime64[us, UTC]").astype("int64")
    )
    not_said = ["Index", "msgid", "source", "expected", "ssvid", "timestamp"]
    table = (
        table.drop(columns=not_said)
        .drop_duplicates()
        .rename(columns={"receiver": "station", "receiver_type": "receiver"})
    )
    assert len(table) == 49_029 - COUNTS[name][1]
    placed = table[table["lat"].notna() & (table["lat"].abs() <= 90) & (table["lon"].abs() <= 180)]
    ships = placed[placed["mmsi"] // 10_000_000 != 98]
    assert set(placed["mmsi"]) - set(ships["mmsi"]) == {987357559}, "98: a craft that belongs to a ship"
    archive = empty(tmp_path)
    put(archive, folder / name)
    expected = [gap for gap in silences(placed, 6) if gap[0] != 987357559]
    assert len(expected) == 141
    assert of_one_track(archive, told(archive)) == of_one_track(archive, expected) != []


# -- all in one archive ------------------------------------------------------------------------------------------------

REPORTS = """
    WITH all_but_source AS (SELECT hash(r) AS h FROM (SELECT * EXCLUDE (source) FROM reports) r)
    SELECT count(*) AS n, bit_xor(h) AS mixed, sum(h::HUGEINT) AS added FROM all_but_source
"""
CLAIMS = """
    SELECT claim, mmsi, name, imo, call_sign, ship_type, length, beam, draught, destination, eta, ais_class,
        min(first_ts) AS first_ts, max(last_ts) AS last_ts, sum(n) AS n
    FROM claims GROUP BY ALL ORDER BY ALL
"""


def test_the_order_of_files_does_not_matter(
    by_command: tuple[Holdings, dict[str, dict[str, Any]]], backwards: Holdings
) -> None:
    forwards, said = by_command
    assert len(forwards.sources()) == len(backwards.sources()) == len(COUNTS)
    assert forwards.sql(REPORTS).to_pylist() == backwards.sql(REPORTS).to_pylist()
    assert forwards.sql("SELECT count(*) AS n FROM reports")["n"][0].as_py() == sum(
        r["rows_kept"] for r in said.values()
    )
    assert forwards.gaps(min_hours=1).equals(backwards.gaps(min_hours=1))
    assert forwards.sql(CLAIMS).equals(backwards.sql(CLAIMS))


def test_both_archives_verify_and_know_every_file(
    folder: Path, by_command: tuple[Holdings, dict[str, dict[str, Any]]], backwards: Holdings
) -> None:
    for archive in (by_command[0], backwards):
        assert archive.verify().problems == []
    again = list(backwards.ingest([folder]))
    assert [r.already_known for r in again] == [True] * len(COUNTS)
    assert len(backwards.sources()) == len(COUNTS)
