"""The command `daily`, and the files that run it: each is tried as far as that can be done here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from ais_gaps.cli.daily import daily
from tests.command import environment
from tests.conftest import ROOT
from tests.daily_case import COMMAND, command, hourly

DOCS = ROOT / "docs"
RUNNING = DOCS / "running"
HOME = "/var/lib/ais-gaps"
PROGRAM = "/opt/ais-gaps/bin/ais-gaps"


def options() -> set[str]:
    app = typer.Typer()
    app.command()(daily)
    return {name for each in typer.main.get_command(app).params for name in each.opts} | {"--archive"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder with a program ``bin/ais-gaps`` and an inbox with a day's file, a day after it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "main.py").write_text(COMMAND)
    program = tmp_path / "bin" / "ais-gaps"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" "{tmp_path}/main.py" "$@"\n')
    program.chmod(0o755)
    hourly(tmp_path / "inbox", "1.csv", "2023-07-01")
    return tmp_path


# -- the command -----------------------------------------------------------------------------------------------------------


def test_a_run_prints_a_line_of_json_and_says_what_it_did(tmp_path: Path) -> None:
    hourly(tmp_path / "inbox", "1.csv", "2023-07-01")
    (tmp_path / "inbox" / "poem\x1b[2J.txt").write_text("The sea is calm tonight.\n")
    running = command(tmp_path, "--settle", "0")
    told, said = running.communicate(timeout=120)
    assert running.returncode == 1
    assert told.count("\n") == 1
    record = json.loads(told)
    assert (record["exit"], record["day"], len(record["taken"]), len(record["refused"])) == (1, "2023-07-01", 1, 1)
    assert "\x1b" not in said
    lines = said.splitlines()
    assert lines[0] == "ais-gaps: 1 file taken with 24 new reports"
    assert lines[1].startswith("ais-gaps: the site is at 2023-07-01: 1 list made anew, 0 kept, ")
    assert lines[2] == "ais-gaps: 1 thing could not be done:"
    assert lines[3].startswith("ais-gaps: poem[2J.txt: refused, it is in refused now: text that starts")
    assert (tmp_path / "site" / "index.html").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--days", "0"], "--days"),
        (["--settle", "nan"], "--settle"),
        (["--day", "tomorrow"], "--day"),
        (["--map", "mmsi"], "FIELD=COLUMN"),
        (["--site", "inbox/site"], "lies in --inbox"),
        (["--colour"], "--colour"),
    ],
)
def test_wrong_usage_exits_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    running = command(tmp_path, *arguments)
    told, words = running.communicate(timeout=60)
    assert (running.returncode, told) == (2, "")
    assert said in words
    assert "Traceback" not in words


def test_a_site_that_is_a_file_is_one_plain_line(tmp_path: Path) -> None:
    hourly(tmp_path / "inbox", "1.csv", "2023-07-01")
    (tmp_path / "site").write_text("in the way")
    running = command(tmp_path, "--settle", "0")
    told, said = running.communicate(timeout=120)
    assert (running.returncode, json.loads(told)["pages"]) == (1, [])
    assert "the site is not up to date: " in said
    assert "Traceback" not in said
    assert (tmp_path / "site").read_text() == "in the way"
    assert not (tmp_path / "inbox" / "1.csv").exists()


def test_alerts_that_are_said_wrongly_do_not_keep_the_rest_from_being_done(tmp_path: Path) -> None:
    hourly(tmp_path / "inbox", "1.csv", "2023-07-01")
    (tmp_path / "alerts.toml").write_text("colour = 'red'\n")
    running = command(tmp_path, "--settle", "0", "--alerts", "alerts.toml")
    told, said = running.communicate(timeout=120)
    assert running.returncode == 1
    assert (json.loads(told)["day"], (tmp_path / "site" / "index.html").exists()) == ("2023-07-01", True)
    assert "colour" in said
    assert "Traceback" not in said


# -- what the documents say ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [DOCS / "daily.md", *sorted(RUNNING.iterdir())], ids=lambda path: path.name)
def test_options_that_are_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = {
        option
        for line in re.findall(r"ais-gaps(?: --archive \S+)? daily(.*)", text)
        for option in re.findall(r"--[a-z-]+", line)
    }
    if path.name == "daily.md":
        named |= set(re.findall(r"`(--[a-z-]+)", text))
    assert named - {"--help"} <= options()
    assert named or path.suffix == ".timer"


def test_the_rules_in_the_documents_are_read(tmp_path: Path) -> None:
    from ais_gaps.daily.reading import _KEYS, Reading, rules

    text = (DOCS / "daily.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "inbox.toml").write_text(example)
    found = rules(tmp_path, Reading())
    assert found.of("satellite/a.csv").options.receiver == "satellite"
    assert found.of("club/a.csv").options.mapping["lat"] == "y"
    (keys,) = re.findall(r"The keys: (.*?);", text, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", keys)) == _KEYS


def test_what_the_documents_say_of_names_is_so() -> None:
    from ais_gaps.daily.inbox import UNFINISHED

    text = (DOCS / "daily.md").read_text(encoding="utf-8")
    assert all(f"`{ending}`" in text for ending in UNFINISHED)


# -- cron ------------------------------------------------------------------------------------------------------------------


def test_the_cron_line_runs_as_cron_runs_it_silent_if_all_is_well(home: Path) -> None:
    """By sh, with next to no environment; what is printed would be mailed."""
    lines = [line for line in (RUNNING / "crontab").read_text().splitlines() if line and not line.startswith("#")]
    settings = dict(line.split("=", 1) for line in lines[:-1])
    fields, line = re.fullmatch(r"((?:\S+\s+){5})(.*)", lines[-1]).groups()  # type: ignore[union-attr]
    assert fields.split() == ["15", "6", "*", "*", "*"]
    assert "%" not in line
    assert set(settings) == {"MAILTO", "AIS_GAPS_ARCHIVE"}
    here = line.replace(HOME, str(home)).replace(PROGRAM, str(home / "bin" / "ais-gaps"))
    env = {
        "HOME": str(home),
        "SHELL": "/bin/sh",
        "PATH": "/usr/bin:/bin",
        "AIS_GAPS_ARCHIVE": settings["AIS_GAPS_ARCHIVE"].replace(HOME, str(home)),
    }

    def run() -> subprocess.CompletedProcess[str]:
        asked = here.replace("--site site", "--site site --settle 0")
        return subprocess.run(
            ["/bin/sh", "-c", asked], env=env, capture_output=True, text=True, timeout=120, check=False
        )

    well = run()
    assert (well.returncode, well.stdout, well.stderr) == (0, "", "")
    assert (home / "site" / "day" / "2023-07-01.html").exists()
    (home / "inbox" / "poem.txt").write_text("The tide is full.\n")
    ill = run()
    assert "poem.txt: refused" in ill.stdout
    away = subprocess.run(
        ["/bin/sh", "-c", here.replace(str(home), str(home / "nowhere"), 1)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "nowhere" in away.stderr


# -- systemd ---------------------------------------------------------------------------------------------------------------


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not on this machine")
    for unit in RUNNING.glob("ais-gaps-daily.*"):
        text = unit.read_text().replace(PROGRAM, "/bin/true")
        (tmp_path / unit.name).write_text(re.sub(r"(?m)^WorkingDirectory=.*$", "", text))
    units = sorted(map(str, tmp_path.iterdir()))
    assert len(units) == 2
    done = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (when,) = re.findall(r"(?m)^OnCalendar=(.*)$", (RUNNING / "ais-gaps-daily.timer").read_text())
    assert subprocess.run([analyze, "calendar", when], capture_output=True, check=False).returncode == 0


def test_the_service_runs_the_command_that_is_documented(home: Path) -> None:
    unit = (RUNNING / "ais-gaps-daily.service").read_text()
    (start,) = re.findall(r"(?m)^ExecStart=(.*)$", unit)
    (archive,) = re.findall(r"(?m)^Environment=AIS_GAPS_ARCHIVE=(.*)$", unit)
    asked = start.replace(PROGRAM, str(home / "bin" / "ais-gaps")).replace(HOME, str(home)).split()
    done = subprocess.run(
        [*asked, "--settle", "0"],
        env=environment(AIS_GAPS_ARCHIVE=archive.replace(HOME, str(home))),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (home / "archive" / "runs" / "daily.ndjson").read_text() == done.stdout


# -- GitHub Actions --------------------------------------------------------------------------------------------------------


def test_the_steps_of_the_workflow_run_in_a_shell(home: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not on this machine")
    if shutil.which("curl") is None:
        pytest.skip("curl is not on this machine")
    workflow = yaml.safe_load((RUNNING / "watchlist.yml").read_text(encoding="utf-8"))
    assert workflow["concurrency"]["cancel-in-progress"] is False
    job = workflow["jobs"]["watchlist"]
    steps = {step.get("name", step.get("uses")): step for step in job["steps"]}
    used = [step["uses"].partition("@") for step in job["steps"] if "uses" in step]
    assert all(owner.startswith("actions/") and version for owner, _, version in used)
    restored, saved = steps["Take out the archive"]["with"], steps["Put the archive back"]["with"]
    assert (restored["path"], restored["key"]) == (saved["path"], saved["key"])
    assert restored["key"].startswith(restored["restore-keys"])
    assert saved["path"].split() == [job["env"]["AIS_GAPS_ARCHIVE"], "site"]

    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    offered = hourly(home / "provider", f"ais-{yesterday}.csv", yesterday)
    (home / "inbox" / "1.csv").unlink()
    env = environment(
        PATH=f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        FEED_URL=f"file://{offered.parent}/ais-DAY.csv",
        **job["env"],
    )

    def run(name: str) -> subprocess.CompletedProcess[str]:
        script = steps[name]["run"]
        assert "${{" not in script  # what strangers may have written is no part of a script
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=home,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    missing = run("Is it there?")
    assert missing.returncode == 1
    assert missing.stdout.startswith("::error::There is no archive in the cache.")
    fetched = run("Fetch yesterday's file")
    assert fetched.returncode == 0, fetched.stderr
    assert [path.name for path in (home / "inbox").iterdir()] == [f"{yesterday}-ais-{yesterday}.csv"]
    ran = run("Run")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["day"] == yesterday
    assert (home / "site" / "index.html").exists()
    offered.unlink()
    assert run("Fetch yesterday's file").returncode != 0
