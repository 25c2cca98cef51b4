"""Days that come one by one, in any order, in runs that are killed, give the site of all at once; and it says what `gaps` says."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ais_gaps.holdings import Holdings
from ais_gaps.site.build import build
from tests.daily_case import COMMAND, DAYS, command, contents, daily, day_files

KILLING = (
    """
import os, sys
change, _, where = os.environ["KILL_BEFORE"].partition(" ")

def before(event, arguments):
    if event == change and any(where in str(argument) for argument in arguments):
        os.kill(os.getpid(), 9)

sys.addaudithook(before)
"""
    + COMMAND
)
"""The command, which kills itself with SIGKILL before a change of a folder, named by what Python calls it and part of its path."""

KILLS: tuple[tuple[int, str | float], ...] = (
    (1, "os.rename archive/ingests/"),  # read, and not committed
    (0, "os.link inbox/"),  # stored, and not put away
    (0, "os.remove inbox/"),  # put away, and still in the inbox
    (1, 1.5),
    (0, "os.rename site/data/day/"),  # a list is made, and no page
    (1, "os.rename site/data/days.json"),  # all is made, and the site does not say so
    (0, "os.rename archive/runs/site-"),  # nothing is noted
)
"""How many files arrive, and when the run after it is killed: before a change, or after so many seconds."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return day_files(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def at_once(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All days in one run."""
    folder = tmp_path_factory.mktemp("at_once")
    deliver(folder, *files)
    record = daily(folder)
    assert (record.exit, len(record.pages)) == (0, DAYS)
    return folder


def deliver(folder: Path, *files: Path) -> None:
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, folder / "inbox")


@pytest.fixture
def folder(at_once: Path, tmp_path: Path) -> Path:
    """A folder for runs. Its site has the coast already, which takes seconds to cut and is the same in each."""
    for land in (at_once / "site" / "assets").glob("land-*"):
        shutil.copytree(land, tmp_path / "site" / "assets" / land.name)
    return tmp_path


def lists(folder: Path) -> dict[str, Any]:
    """The days' lists as the site has them, without what late data took back: that differs by what was late."""
    found = {path.stem: json.loads(path.read_bytes()) for path in (folder / "site" / "data" / "day").glob("*.json")}
    for one in found.values():
        one["changes"] = [
            {name: value for name, value in change.items() if name != "known_at"}
            for change in one["changes"]
            if change["kind"] not in ("withdrawn", "corrected")
        ]
    return found


def test_there_is_something_to_tell(at_once: Path) -> None:
    """The other tests of this file compare lists: they must not be empty."""
    found = lists(at_once)
    assert len(found) == DAYS
    assert {row["state"] for one in found.values() for row in one["rows"]} == {"newly dark", "still dark", "back again"}


def test_a_day_at_a_time_gives_the_site_of_all_at_once(files: list[Path], at_once: Path, folder: Path) -> None:
    for number, file in enumerate(files, 1):
        deliver(folder, file)
        record = daily(folder)
        assert (record.exit, len(record.pages), record.pages_kept) == (0, 1, number - 1)
    assert contents(folder / "site") == contents(at_once / "site")


def test_days_in_any_order_give_the_lists_of_all_at_once(files: list[Path], at_once: Path, folder: Path) -> None:
    first, second, third = files
    for some in ([third], [second, first]):
        deliver(folder, *some)
        assert daily(folder, build=lambda site, lists: len(build(site, lists).changed)).exit == 0
    assert lists(folder) == lists(at_once)


def test_the_lists_say_what_gaps_says(at_once: Path) -> None:
    archive = Holdings.at(at_once / "archive")
    for day, one in lists(at_once).items():
        start = datetime.fromisoformat(day).replace(tzinfo=UTC)
        end = start + timedelta(days=1) - timedelta(microseconds=1)
        gaps = {row["gap_id"]: row for row in archive.gaps(as_of=end).to_pylist()}
        of_day = [row for row in gaps.values() if row["open"] or row["on_ts"] >= start]
        counts = one["counts"]
        assert counts["fleet_open"] == sum(row["open"] for row in of_day)
        assert counts["fleet_back_again"] == sum(not row["open"] for row in of_day)
        assert counts["newly_dark"] + counts["still_dark"] + counts["back_again"] == len(one["rows"])
        for row in one["rows"]:
            gap = gaps[row["gap_id"]]
            assert (row["mmsi"], row["open"], row["state"] == "back again") == (
                gap["mmsi"],
                gap["open"],
                not gap["open"],
            )
            for name in (
                "off_lat",
                "off_lon",
                "on_lat",
                "on_lon",
                "duration_h",
                "distance_nm",
                "p_switched_off",
                "cause",
            ):
                assert row[name] == (pytest.approx(gap[name]) if isinstance(gap[name], float) else gap[name]), name


def test_runs_that_are_killed_give_the_site_of_one_that_was_not(files: list[Path], at_once: Path, folder: Path) -> None:
    """Killed before chosen changes of folders, and at moments of their own; what had arrived is whole at all times."""
    waiting, sent, killed = list(files), 0, 0
    for more, when in KILLS:
        deliver(folder, *waiting[sent : sent + more])
        sent += more
        killed += _killed(folder, when)
        there = set(contents(folder / "inbox").values())
        assert all(contents(file.parent)[file.name] in there for file in waiting[:sent])
    assert sent == len(files)
    assert killed >= 5
    last = command(folder, "--settle", "0")
    told, said = last.communicate(timeout=120)
    assert last.returncode == 0, said
    assert json.loads(told)["exit"] == 0
    assert contents(folder / "site") == contents(at_once / "site")
    assert sorted(contents(folder / "inbox").values()) == sorted(contents(files[0].parent).values())
    assert not [path for path in (folder / "inbox").iterdir() if path.is_file()]
    archive = Holdings.at(folder / "archive")
    assert archive.verify().problems == []
    assert len(archive.sources()) == len(files)


def _killed(folder: Path, when: str | float) -> bool:
    """Runs the command and kills it, or lets it kill itself; whether that came before its end."""
    if isinstance(when, str):
        running = command(folder, "--settle", "0", code=KILLING, KILL_BEFORE=when)
        _, said = running.communicate(timeout=120)
        assert running.returncode == -9, (when, said)
        return True
    running = command(folder, "--settle", "0")
    try:
        _, said = running.communicate(timeout=when)
    except subprocess.TimeoutExpired:
        running.kill()
        _, said = running.communicate()
    assert running.returncode in (0, -9), said
    assert "Traceback" not in said
    return running.returncode == -9
