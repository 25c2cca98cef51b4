"""A small world through the command line: however its reports arrive, the same bytes come out, and they are what was sent."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard

from tests.command import run
from tests.rows import T0, H, Row, S, brute_force, without_duplicates

DAYS = 6
SHIPS = 40
SILENCES_S = (3600, 3601, 6.5 * 3600, 12 * 3600, 30 * 3600, MIDNIGHT := -1)
COLUMNS = ("mmsi", "ts", "lat", "lon", "sog", "receiver", "msg_type", "name")
MIDDLE = T0 + 3 * 24 * H + 5 * H + 17 * S


def world(seed: int = 20230810) -> list[Row]:
    """Ships that fall silent, and all that makes counting hard: ties, duplicates, edges of days, no positions, odd instants."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for ship in range(SHIPS):
        mmsi = 273_000_000 + ship
        step = rng.choice([600, 1800, 5400, 3 * 3600])
        lon = rng.choice([130.0, 179.95, -179.97])
        at = int(rng.integers(0, 86_400))
        lat = 42.0 + ship / 10
        while at < DAYS * 86_400:
            receiver = rng.choice(["terrestrial", "satellite", ""])
            us = int(rng.choice([0, 0, 0, 500_000, 1]))
            row = {"mmsi": mmsi, "ts": T0 + at * S + us, "lat": round(lat, 6), "lon": round(float(lon), 6), "sog": 10.0}
            rows.append({**row, "receiver": receiver or None})
            if rng.random() < 0.06:  # another receiver heard it too, in the same instant, a metre off
                rows.append({**row, "lat": round(lat + 1e-5, 6), "receiver": "satellite"})
            if rng.random() < 0.05:
                rows.append({"mmsi": mmsi, "ts": T0 + (at + 60) * S, "lat": 91.0, "lon": 181.0})
            if rng.random() < 0.08:
                rows.append(
                    {"mmsi": mmsi, "ts": T0 + (at + 30) * S, "msg_type": 5, "name": f"SHIP {ship}", "static": True}
                )
            if rng.random() < 0.01:
                rows.append({**row, "lon": None, "ts": row["ts"] + S})
            # Now and then silent: an hour to the second, to the next midnight, or for days.
            jump = rng.choice(SILENCES_S) if rng.random() < 0.05 else 0
            at = (at // 86_400 + 1) * 86_400 if jump == MIDNIGHT else at + int(jump or rng.exponential(step) + 1)
            lat += float(rng.normal(0, 0.01))
    return [row for row in rows if row["ts"] < T0 + DAYS * 24 * H]


ROWS = world()
TWICE = ROWS[::9]


def as_csv(rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row["ts"])
        writer.writerow({**row, "ts": f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"})
    return text.getvalue().encode()


def zipped(*members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, member in enumerate(members):
            archive.writestr(f"part {number}.csv", member)
    return out.getvalue()


def shuffled(rows: Sequence[Row], seed: int) -> list[Row]:
    return [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]


def day_of(row: Row) -> int:
    return int((row["ts"] - T0) // (24 * H))


# -- ways in which the same reports arrive: names of files and their content, and what each command is given -----------

Arrival = tuple[dict[str, bytes], list[list[str]]]


def in_order() -> Arrival:
    return {"all.csv": as_csv(sorted(ROWS, key=lambda row: (row["mmsi"], row["ts"])))}, [["all.csv"]]


def shuffled_and_packed_in_one_folder() -> Arrival:
    parts = [shuffled(ROWS + TWICE, 1)[i::6] for i in range(6)]
    one, two, three, four, five, six = map(as_csv, parts)
    files = {
        "in/a/one.csv": one,
        "in/a/two.csv.gz": gzip.compress(two),
        "in/three.zst": zstandard.ZstdCompressor().compress(three),
        "in/four and five.zip": zipped(four, five),
        "in/six": six,
    }
    return files, [["in"]]


def a_day_at_a_time() -> Arrival:
    files = {f"{day}.csv": as_csv(shuffled([r for r in ROWS if day_of(r) == day], day)) for day in range(DAYS)}
    return files, [[name] for name in files]


def two_days_late_and_some_of_it_again() -> Arrival:
    punctual = [row for row in ROWS if day_of(row) not in (1, 4)]
    files = {
        "punctual.csv": as_csv(punctual),
        "late.csv": as_csv(shuffled([row for row in ROWS if day_of(row) == 4] + TWICE[:100], 2)),
        "later.csv": as_csv([row for row in ROWS if day_of(row) == 1]),
        "again.csv": as_csv(shuffled(TWICE, 3)),
    }
    return files, [[name] for name in files]


def one_ship_after_the_others_and_each_second_report_after_the_first() -> Arrival:
    ship = ROWS[0]["mmsi"]
    others = [row for row in ROWS if row["mmsi"] != ship]
    files = {
        "second.csv": as_csv(others[1::2]),
        "first.csv": as_csv(others[::2]),
        "ship.csv": as_csv([row for row in ROWS if row["mmsi"] == ship]),
    }
    return files, [["second.csv"], ["first.csv", "ship.csv"]]


ARRIVALS = [
    shuffled_and_packed_in_one_folder,
    a_day_at_a_time,
    two_days_late_and_some_of_it_again,
    one_ship_after_the_others_and_each_second_report_after_the_first,
]


def arrive(folder: Path, how: Callable[[], Arrival]) -> list[dict[str, Any]]:
    """Runs the commands in a folder; the rows that they print."""
    files, commands = how()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    printed = []
    for names in commands:
        done = run("--archive", "world", "ingest", *names, "--format", "json", cwd=folder)
        assert done.returncode == 0, done.stderr
        printed += json.loads(done.stdout)
    return printed


def asked(folder: Path, *arguments: str) -> str:
    done = run("--archive", "world", *arguments, "--format", "json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


QUESTIONS = (
    ("gaps", "--min-hours", "1"),
    ("gaps", "--min-hours", "6.5", "--as-of", f"{datetime.fromtimestamp(MIDDLE / 1e6, UTC):%Y-%m-%dT%H:%M:%SZ}"),
)


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The world in one sorted file, and the answers to the questions."""
    folder = tmp_path_factory.mktemp("at once")
    [result] = arrive(folder, in_order)
    assert result["rows_kept"] == len(without_duplicates(ROWS)) == result["rows_read"] - result["rows_duplicate"]
    return folder, [asked(folder, *question) for question in QUESTIONS]


def test_the_world_is_hard_enough() -> None:
    assert len(ROWS) > 3000
    gaps = brute_force(ROWS, 1, max(row["ts"] for row in ROWS))
    assert sum(gap["on_us"] is None for gap in gaps) > 10
    assert sum(gap["others"] > 0 for gap in gaps) > 10
    assert sum(gap["no_position"] > 0 for gap in gaps) > 10
    assert any(gap["on_us"] is not None and gap["on_us"] % (24 * H) == 0 for gap in gaps), "a gap ends at midnight"
    apart = {b["ts"] - a["ts"] for a, b in pairwise(ROWS) if a["mmsi"] == b["mmsi"]}
    assert {H, H + S, H * 13 // 2} < apart, "exactly as long as the thresholds, and a second longer"


@pytest.mark.parametrize("number", [0, 1])
def test_gaps_are_those_of_the_definition(number: int, at_once: tuple[Path, list[str]]) -> None:
    as_of = (max(row["ts"] for row in ROWS), MIDDLE)[number]
    expected = brute_force(ROWS, (1, 6.5)[number], as_of)
    found = json.loads(at_once[1][number])
    assert len(found) == len(expected) > 30
    for gap, true in zip(found, expected, strict=True):
        told = {
            "mmsi": gap["mmsi"],
            "off_us": microseconds(gap["off_ts"]),
            "on_us": microseconds(gap["on_ts"]),
            **{c: None if gap[c] is None else round(gap[c] * 1e6) for c in ("off_lat", "off_lon", "on_lat", "on_lon")},
            "off_12h": gap["reports_12h"],
            "off_12h_terrestrial": gap["reports_12h_terrestrial"],
            "off_12h_satellite": gap["reports_12h_satellite"],
            "others": gap["other_messages"],
            "no_position": gap["heard_without_position"],
        }
        assert told == {name: true[name] for name in told}
        assert gap["open"] == (true["on_us"] is None)
        assert gap["duration_h"] == ((as_of if true["on_us"] is None else true["on_us"]) - true["off_us"]) / H


def microseconds(text: str | None) -> int | None:
    if text is None:
        return None
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.parametrize("how", ARRIVALS)
def test_the_same_bytes_however_they_arrive(
    how: Callable[[], Arrival], at_once: tuple[Path, list[str]], tmp_path: Path
) -> None:
    printed = arrive(tmp_path, how)
    assert sum(row["rows_kept"] for row in printed) == len(without_duplicates(ROWS))
    assert all(row["rows_read"] == row["rows_kept"] + row["rows_duplicate"] + row["rows_rejected"] for row in printed)
    assert [asked(tmp_path, *question) for question in QUESTIONS] == at_once[1]


def test_compaction_changes_no_byte_and_all_verifies(at_once: tuple[Path, list[str]], tmp_path: Path) -> None:
    arrive(tmp_path, two_days_late_and_some_of_it_again)
    asked(tmp_path, "compact")
    assert json.loads(asked(tmp_path, "verify")) == []
    assert [asked(tmp_path, *question) for question in QUESTIONS] == at_once[1]
