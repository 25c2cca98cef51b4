"""The main job: ``demo`` and ``investigate`` on the ANGARA case."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import environment, run


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "angara"
    done = run("demo", "--out", str(folder), "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert str(folder) in done.stderr
    return folder


def test_demo_and_investigate_print_the_same_dossier(case: Path) -> None:
    page = run("--archive", str(case), "investigate", "ANGARA")
    assert page.returncode == 0, page.stderr
    assert "9179842" in page.stdout
    assert "9124043" in page.stdout  # and who she is not
    assert "econstruct" in page.stdout
    assert max(map(len, page.stdout.splitlines())) <= 100
    dossier = run("--archive", str(case), "investigate", "9179842", "-f", "json")
    assert json.loads(dossier.stdout)


def test_a_reader_that_leaves_ends_the_page_quietly(case: Path) -> None:
    command = [sys.executable, "-m", "ais_gaps", "--archive", str(case), "investigate", "ANGARA"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        assert (started.wait(timeout=60), started.stderr.read()) == (0, b"")


def test_demo_without_a_folder_builds_in_a_temporary_one_and_says_where(tmp_path: Path) -> None:
    done = run("demo", cwd=tmp_path, TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    (built,) = tmp_path.iterdir()
    assert str(built) in done.stderr
    assert str(built) not in done.stdout  # two runs print the same
    again = run("demo", cwd=tmp_path, TMPDIR=str(tmp_path))
    assert again.stdout == done.stdout


def test_demo_does_not_touch_the_users_archive(tmp_path: Path) -> None:
    named = run("--archive", "mine", "demo", cwd=tmp_path)
    assert (named.returncode, named.stdout) == (2, "")
    assert "--out" in named.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_silence_after_august_2023_is_among_her_gaps_near_a_watched_place(case: Path) -> None:
    done = run("--archive", str(case), "gaps", "ANGARA", "--min-hours", "1000", "-f", "json")
    if done.returncode:  # two ships have that name: the line names both
        assert "9179842" in done.stderr
        done = run("--archive", str(case), "gaps", "9179842", "--min-hours", "1000", "-f", "json")
    gaps = json.loads(done.stdout)
    assert any(gap["off_ts"].startswith("2023-08-10") for gap in gaps)


def test_the_evidence_is_listed_with_publisher_and_source(case: Path) -> None:
    done = run("--archive", str(case), "evidence", "-f", "json")
    rows = json.loads(done.stdout)
    assert rows
    assert all(row["publisher"] and row["url"] for row in rows)


def test_no_color_and_any_encoding_print_the_page(case: Path) -> None:
    plain = run("--archive", str(case), "investigate", "9179842", NO_COLOR="1", PYTHONIOENCODING="ascii")
    assert plain.returncode == 0, plain.stderr
    assert "\x1b" not in plain.stdout
    assert plain.stdout.isascii()
