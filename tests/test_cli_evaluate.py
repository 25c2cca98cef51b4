"""``ais-gaps evaluate`` and ``calibrate``: what they print and write, the same each time, and what they refuse.

The judge here is the simplest one that can do better than chance: how often a ship was heard before her silence.
"""

from __future__ import annotations

import csv
import io
import json
import signal
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pytest

from ais_gaps import worlds
from ais_gaps.cli import app
from ais_gaps.cli.outcome import run
from ais_gaps.evaluation import calibration, judging, layout
from ais_gaps.evaluation.cases import METHODS
from ais_gaps.evaluation.figures import FIGURES, RELIABILITY
from ais_gaps.holdings import Holdings
from ais_gaps.store.tables import Tables

Run = Callable[..., tuple[int, str, str]]


def by_reports(archive: Any, store: Any, ingests: Any, *, calibrated: bool = True) -> judging.Judge:
    made = calibration.newest(Tables(archive.path / "tables")) if calibrated else calibration.Calibration()

    def judge(gaps: pa.Table, own_hours: pa.Table | None) -> pa.Table:
        heard = gaps["off_12h"].to_numpy()
        p = made.applied(1 / (1 + np.exp(5 - heard / 40)))
        return pa.table([p, heard / 40, ["switched off"] * len(gaps)], schema=judging.JUDGED)

    return judge


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    worlds.write(worlds.make(worlds.Settings(seed=5, vessels=60, days=6)), folder / "files")
    (result,) = Holdings.at(folder / "archive", create=True).ingest([folder / "files" / "reports.csv"])
    assert result.error is None
    return folder


@pytest.fixture
def command(world: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command on the world's archive, with the simple judge: exit status, standard output, standard error."""
    monkeypatch.setattr(judging, "of_archive", by_reports)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.delenv("COLUMNS", raising=False)

    def ran(*arguments: str, archive: Path = world / "archive") -> tuple[int, str, str]:
        status = run(app, ["--archive", str(archive), *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    with warnings.catch_warnings():
        yield ran


def test_the_table_has_its_sections_and_says_what_it_cannot(command: Run) -> None:
    status, out, err = command("evaluate", "--injections", "200")
    assert status == 0
    titles = [line for line in out.splitlines() if line.startswith(("All", "The judgement", "Reliability"))]
    assert titles == ["All silences", "The judgement, by group", "Reliability of p_switched_off"]
    for method in METHODS:
        assert method in out
    assert sum(line.startswith("area") for line in out.splitlines()) == layout.AREAS
    for said in (
        "were deleted, one at a time",
        "1.00% (--prevalence)",
        "The habits of ships that hide are not",
        "seed 1",
    ):
        assert said in err


def test_json_has_all_of_it_and_is_the_same_each_time(command: Run) -> None:
    arguments = ("evaluate", "--injections", "60", "--seed", "3", "--per-day", "2", "--format", "json")
    status, out, _ = command(*arguments)
    assert status == 0
    assert command(*arguments)[1] == out
    found = json.loads(out)
    assert found["basis"] == "injection"
    assert found["question"] == {
        "seed": 3,
        "injections": 60,
        "min_hours": 2.0,
        "per_day": 2.0,
        "prevalence": 0.01,
    }
    assert found["counts"]["injected"] == 60 == found["causes_of_positives"]["switched off"]
    assert {tuple(row) for row in found["figures"]} == {tuple(FIGURES.names)}
    assert {tuple(row) for row in found["reliability"]} == {tuple(RELIABILITY.names)}
    assert {row["by"] for row in found["figures"]} == {"all", "class", "length", "at off", "area"}
    assert found["figures"][0]["alerts_a_day"] == 2.0
    assert found["limits"]
    other = json.loads(command(*arguments[:4], "4", *arguments[5:])[1])
    assert other["figures"] != found["figures"]


def test_csv_and_ndjson_are_the_figures(command: Run) -> None:
    _, out, _ = command("evaluate", "--injections", "100", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == FIGURES.names
    lines = [json.loads(line) for line in command("evaluate", "--injections", "100", "-f", "ndjson")[1].splitlines()]
    assert [row["group"] for row in rows] == [row["group"] for row in lines]


def test_the_truth_scores_a_world(command: Run, world: Path) -> None:
    status, out, err = command("evaluate", "--truth", str(world / "files" / "truth.csv"), "-f", "json")
    assert status == 0
    found = json.loads(out)
    assert found["basis"] == "truth"
    assert found["counts"]["switched_off"] == found["figures"][0]["positives"] > 0
    assert "generated world" in err
    assert "--prevalence" not in err


def test_a_plot_stands_alone(command: Run, tmp_path: Path) -> None:
    picture, page = tmp_path / "r.svg", tmp_path / "r.html"
    arguments = ("evaluate", "--injections", "100", "-f", "json", "--plot")
    bins = len(json.loads(command(*arguments, str(picture))[1])["reliability"])
    assert command(*arguments, str(page))[0] == 0
    root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == bins
    for circle in root.findall("{http://www.w3.org/2000/svg}circle"):
        assert 76 <= float(circle.attrib["cx"]) <= 496
        assert 62 <= float(circle.attrib["cy"]) <= 482
    text = page.read_text(encoding="utf-8")
    assert picture.read_text(encoding="utf-8") in text
    assert "one at a time" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text


@pytest.mark.parametrize(
    ("arguments", "status", "why"),
    [
        (("evaluate", "--plot", "r.png"), 2, "--plot writes .svg or .html, not 'r.png'"),
        (("evaluate", "--truth", "calls.csv"), 1, "no truth of silences (no column off_ts): expected a CSV file"),
        (("evaluate", "--truth", "nothing.csv"), 1, "No such file"),
        (("evaluate", "--min-hours", "0.5"), 2, "min-hours"),
        (("evaluate", "--prevalence", "2"), 2, "prevalence"),
        (("calibrate", "--show", "--reset"), 2, "not both"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    arguments: tuple[str, ...], status: int, why: str, command: Run, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world / "files")
    found, out, err = command(*arguments)
    assert (found, out) == (status, "")
    assert why in err
    if status == 1:
        assert err.count("\n") == 1


def test_an_archive_with_too_little_is_refused(command: Run, tmp_path: Path) -> None:
    Holdings.at(tmp_path / "empty", create=True)
    for name in ("evaluate", "calibrate"):
        status, out, err = command(name, archive=tmp_path / "empty")
        assert (status, out) == (1, "")
        assert "at least 30 are needed" in err


def test_a_calibration_is_kept_used_listed_and_undone(command: Run, world: Path) -> None:
    assert command("calibrate", "--show", "-f", "json")[1] == "[]\n"
    truth = ("evaluate", "--truth", str(world / "files" / "truth.csv"), "-f", "json")
    before = json.loads(command(*truth)[1])
    status, out, err = command("calibrate", "--prevalence", "0.004", "--injections", "300", "-f", "json")
    assert status == 0
    assert "none of the habits" in err
    (row,) = json.loads(out)
    assert list(row) == calibration.CALIBRATIONS.names
    assert (row["number"], row["prevalence"], row["given"], row["reset"]) == (1, 0.004, True, False)
    assert calibration.LEAST_SLOPE <= row["slope"] <= calibration.MOST_SLOPE
    after = json.loads(command(*truth)[1])
    assert after["figures"][0]["average_precision"] == pytest.approx(before["figures"][0]["average_precision"])
    assert after["figures"][0]["brier"] < before["figures"][0]["brier"]
    # What is fitted does not build on what was kept before.
    (again,) = json.loads(command("calibrate", "--prevalence", "0.004", "--injections", "300", "-f", "json")[1])
    assert {**again, "number": 1} == row
    (undone,) = json.loads(command("calibrate", "--reset", "-f", "json")[1])
    assert (undone["number"], undone["bias"], undone["slope"], undone["reset"]) == (3, 0.0, 1.0, True)
    assert [row["number"] for row in json.loads(command("calibrate", "--show", "-f", "json")[1])] == [1, 2, 3]
    assert json.loads(command(*truth)[1]) == before
