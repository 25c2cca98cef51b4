"""watchlist on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from ais_gaps.schema import GAPS
from ais_gaps.watchlist.columns import CHANGES, WATCHLIST
from tests.command import run
from tests.watched_world import archive_of, day_files, written

HOSTILE = "=HYPERLINK(1)\x1b[31m<script>"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    world = written(folder / "w", vessels=20, days=4)
    report = folder / "hostile.csv"
    rows = [[273111111, f"2023-07-0{day}T0{hour}:00:00Z", 42.2, 130.4, HOSTILE] for day in (1, 4) for hour in range(6)]
    with report.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["mmsi", "ts", "lat", "lon", "name"], *rows])
    return archive_of(folder / "archive", world, [*day_files(world), report]).path


def ask(archive: Path, *arguments: str, **environment: str) -> str:
    found = run("--archive", str(archive), "watchlist", *arguments, **environment)
    assert found.returncode == 0, found.stderr
    assert "Traceback" not in found.stderr
    return found.stdout


def test_the_table_tells_a_person_what_the_day_was(archive: Path) -> None:
    told = ask(archive, "--day", "2023-07-04", COLUMNS="120")
    assert told.startswith("Watchlist of 2023-07-04 (UTC): ")
    assert "back again" in told and "ships heard" in told
    assert "\x1b" not in told and "<script>" in told, "on a terminal a name is a name"


def test_rows_are_the_same_in_every_format(archive: Path) -> None:
    rows = json.loads(ask(archive, "--day", "2023-07-04", "--format", "json"))
    assert rows and list(rows[0]) == WATCHLIST.names
    assert set(GAPS.names) <= set(rows[0])
    lines = [json.loads(line) for line in ask(archive, "--day", "2023-07-04", "-f", "ndjson").splitlines()]
    assert lines == rows
    cells = list(csv.DictReader(io.StringIO(ask(archive, "--day", "2023-07-04", "-f", "csv"))))
    assert [row["gap_id"] for row in cells] == [row["gap_id"] for row in rows]
    hostile = next(row for row in cells if row["mmsi"] == "273111111")
    assert hostile["name"].startswith("'=HYPERLINK"), "no spreadsheet runs it"
    features = json.loads(ask(archive, "--day", "2023-07-04", "-f", "geojson"))["features"]
    assert [feature["properties"]["gap_id"] for feature in features] == [row["gap_id"] for row in rows]


def test_all_of_it_is_one_object(archive: Path) -> None:
    whole = json.loads(ask(archive, "--day", "2023-07-04", "--show", "all", "--format", "json"))
    assert whole["day"] == "2023-07-04" and whole["counts"]["ships_heard"] > 10
    assert whole["rows"] == json.loads(ask(archive, "--day", "2023-07-04", "--format", "json"))
    changes = json.loads(ask(archive, "--day", "2023-07-04", "--show", "changes", "--format", "json"))
    assert changes == whole["changes"] and list(changes[0]) == CHANGES.names
    assert json.loads(ask(archive, "--day", "2023-07-04", "--show", "outages", "-f", "json")) == whole["outages"]


def test_the_newest_whole_day_is_meant_if_none_is_said(archive: Path) -> None:
    assert ask(archive) == ask(archive, "--day", "2023-07-04")
    assert ask(archive, "--format", "json") == ask(archive, "--format", "json")


def test_a_site_is_made_and_made_again(archive: Path, tmp_path: Path) -> None:
    asked = ("--archive", str(archive), "watchlist", "--site", str(tmp_path / "site"), "--dossiers", "1")
    made = run(*asked, "--day", "2023-07-03")
    assert made.returncode == 0 and "index.html" in made.stderr, made.stderr
    before = {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert tmp_path / "site" / "day" / "2023-07-01.html" in before
    again = run(*asked, "--day", "2023-07-03")
    assert again.returncode == 0 and "; 0 files are new" in again.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()} == before
    assert run(*asked).returncode == 0
    changed = {p for p in (tmp_path / "site").rglob("*") if p.is_file() and before.get(p) != p.read_bytes()}
    assert tmp_path / "site" / "day" / "2023-07-01.html" not in changed, "a new day touches few"
    assert tmp_path / "site" / "day" / "2023-07-03.html" in changed, "the day before leads to it"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--day", "yesterday"), 2, "is no ISO date"),
        (("--min-hours", "0.5"), 2, "--min-hours"),
        (("--within-nm", "-1"), 2, "--within-nm"),
        (("--within-nm", "nan"), 2, "--within-nm"),
        (("--show", "all"), 2, "--format json"),
        (("--days", "3"), 2, "--site"),
        (("--base-url", "https://example.org"), 2, "--site"),
        (("--site", "site", "--as-known", "2023-07-03"), 2, "--as-known"),
        (("--site", "/proc/nowhere/site"), 1, "/proc/nowhere"),
        (("--site", "site", "--base-url", "javascript:alert(1)"), 2, "base-url"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    archive: Path, tmp_path: Path, arguments: tuple[str, ...], status: int, words: str
) -> None:
    found = run("--archive", str(archive), "watchlist", *arguments, cwd=tmp_path)
    assert (found.returncode, found.stdout) == (status, "")
    assert words in found.stderr.replace("\n", " ") and "Traceback" not in found.stderr
