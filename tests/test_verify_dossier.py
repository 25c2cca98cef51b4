"""A dossier is made again from the archive that it came from: later data do not disturb it, forgeries are found."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ais_gaps.holdings import Holdings
from tests.angara_case import FIXTURE
from tests.command import run

LATER = """mmsi,ts,lat,lon,name,imo
273210440,2023-10-01T12:00:00Z,42.23,130.30,ANGARA,9179842
273210440,2024-05-20T12:00:00Z,42.23,130.30,ANGARA,9179842
"""


@pytest.fixture(scope="module")
def made(demo_archive: Holdings) -> tuple[Path, str]:
    """An archive of the case, and its dossier."""
    return demo_archive.path, demo_archive.dossier("ANGARA").to_json()


@pytest.fixture
def archive(made: tuple[Path, str], tmp_path: Path) -> Holdings:
    """A copy to change."""
    shutil.copytree(made[0], tmp_path / "angara")
    return Holdings.at(tmp_path / "angara")


@pytest.fixture
def file(made: tuple[Path, str], tmp_path: Path) -> Path:
    path = tmp_path / "d.json"
    path.write_text(made[1], encoding="ascii")
    return path


def rewrite(file: Path, **provenance: Any) -> None:
    said = json.loads(file.read_text())
    said["provenance"].update(provenance)
    file.write_text(json.dumps(said))


def paths(archive: Holdings, file: Path) -> list[str]:
    found = archive.verify_dossier(file)
    assert found.problems == () and found.same == (not found.differences)
    return [difference.path for difference in found.differences]


def test_the_same_dossier_verifies_and_the_snapshot_stands_in_it(archive: Holdings, file: Path) -> None:
    assert paths(archive, file) == []
    stated = json.loads(file.read_text())["provenance"]
    assert stated["vessel"] == "IMO9179842" and [source["file"] for source in stated["sources"]] == ["reports.csv"]
    assert {"evidence_observations", "evidence_notes"} <= {table["table"] for table in stated["tables"]}


def test_the_same_vessel_asked_for_otherwise_gives_the_same_dossier(archive: Holdings, made: tuple[Path, str]) -> None:
    assert archive.dossier("273210440").to_json() == archive.dossier("IMO9179842").to_json() == made[1]


def test_what_comes_later_does_not_disturb_it(
    archive: Holdings, file: Path, tmp_path: Path, made: tuple[Path, str]
) -> None:
    later = tmp_path / "later.csv"
    later.write_text(LATER)
    (result,) = archive.ingest([later])
    assert result.error is None and result.rows_kept == 2
    archive.add_place("Later bay", 42.4, 130.9, 3.0)
    (tmp_path / "more").mkdir()
    text = (FIXTURE / "observations.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    changed = next(line for line in text if line.startswith("O032,")).replace("O032,", "O932,", 1)
    (tmp_path / "more" / "observations.csv").write_text(text[0] + changed, encoding="utf-8")
    archive.add_evidence(tmp_path / "more")
    assert archive.dossier("ANGARA").to_json() != made[1]
    assert paths(archive, file) == []


def test_a_dossier_of_the_past_verifies_as_that(archive: Holdings, file: Path, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    (tmp_path / "later.csv").write_text(LATER)
    list(archive.ingest([tmp_path / "later.csv"]))
    then = archive.dossier("ANGARA", as_known=now, as_of=datetime(2023, 9, 1, tzinfo=UTC), min_hours=12)
    file.write_text(then.to_json())
    assert paths(archive, file) == []
    rewrite(file, as_known=(now + timedelta(days=1)).isoformat())
    (problem,) = archive.verify_dossier(file).problems
    assert "held other sources" in problem


def test_one_changed_character_is_found_and_named(archive: Holdings, file: Path) -> None:
    said = json.loads(file.read_text())
    text = said["silences"][0]["when"]["text"]
    said["silences"][0]["when"]["text"] = text.replace("2023-08-10", "2023-08-11", 1)
    file.write_text(json.dumps(said))
    done = archive.verify_dossier(file)
    (difference,) = done.differences
    assert difference.path == "$.silences[0].when.text"
    assert "2023-08-11" in difference.claimed and "2023-08-10" in difference.found


def test_a_forged_ref_and_a_forged_citation_are_found(archive: Holdings, file: Path) -> None:
    said = json.loads(file.read_text())
    said["silences"][0]["groups"][0]["findings"][0]["refs"] = ["O999"]
    said["citations"][0]["publisher"] = "Nobody"
    file.write_text(json.dumps(said))
    assert paths(archive, file) == ["$.silences[0].groups[0].findings[0].refs[0]", "$.citations[0].publisher"]


def test_a_changed_evidence_file_is_found(file: Path, tmp_path: Path, made: tuple[Path, str]) -> None:
    case = tmp_path / "case"
    shutil.copytree(FIXTURE, case)
    observations = case / "observations.csv"
    observations.write_text(
        observations.read_text(encoding="utf-8").replace("2023-09-12", "2023-09-13"), encoding="utf-8"
    )
    archive = Holdings.at(tmp_path / "other", create=True)
    list(archive.ingest([FIXTURE / "reports.csv"]))
    archive.add_evidence(case)
    shutil.copytree(made[0] / "sea", archive.path / "sea")  # ways by sea, so that they are not made again
    found = archive.verify_dossier(file)
    assert found.problems == ()
    evidence = [d for d in found.differences if d.path.startswith("$.evidence[")]
    assert evidence and all("observations.csv" in d.claimed or "sha256" in d.path for d in evidence)
    assert any(d.path.startswith("$.silences[0]") for d in found.differences)


def test_an_archive_of_other_sources_says_which_are_not_there(file: Path, tmp_path: Path) -> None:
    archive = Holdings.at(tmp_path / "other", create=True)
    (tmp_path / "later.csv").write_text(LATER)
    list(archive.ingest([tmp_path / "later.csv"]))
    problems = archive.verify_dossier(file).problems
    assert problems[0].startswith("reports.csv (SHA-256 ") and "not in this archive" in problems[0]
    assert any("has no table evidence_notes" in problem for problem in problems)


@pytest.mark.parametrize(
    ("table", "version", "said"),
    [("evidence_notes", 7, "states version 7 of evidence_notes; this archive has 1"), ("../x", 0, "no table ../x")],
)
def test_versions_that_never_were_are_named(archive: Holdings, file: Path, table: str, version: int, said: str) -> None:
    tables = json.loads(file.read_text())["provenance"]["tables"]
    tables = [item for item in tables if item["table"] != table]
    rewrite(file, tables=[*tables, {"table": table, "version": version}])
    (problem,) = archive.verify_dossier(file).problems
    assert said in problem


def test_a_table_left_unsaid_is_no_snapshot_of_this_archive(archive: Holdings, file: Path) -> None:
    rewrite(file, tables=json.loads(file.read_text())["provenance"]["tables"][1:])
    (problem,) = archive.verify_dossier(file).problems
    assert "never held just these" in problem


def test_the_command_says_that_nothing_differs_or_what(made: tuple[Path, str], file: Path) -> None:
    verify = ("--archive", str(made[0]), "verify", str(file))
    done = run(*verify)
    assert (done.returncode, done.stdout) == (0, "") and "nothing differs" in done.stderr
    said = json.loads(file.read_text())
    said["title"] = "ANGORA"
    said["provenance"]["program"] = "ais_gaps 0.0.1"
    file.write_text(json.dumps(said))
    done = run(*verify, "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == [{"path": "$.title", "claimed": '"ANGORA"', "found": '"ANGARA, IMO 9179842"'}]
    assert "made by ais_gaps 0.0.1; this is ais_gaps" in done.stderr and "1 difference" in done.stderr


def test_the_command_refuses_another_file_in_one_line(made: tuple[Path, str], file: Path) -> None:
    rewrite(file, tables=[{"table": "places", "version": 7}])
    done = run("--archive", str(made[0]), "verify", str(file))
    assert (done.returncode, done.stdout) == (1, "") and "cannot be made again" in done.stderr
    for path in (FIXTURE / "README.md", FIXTURE / "none.json", FIXTURE):
        done = run("--archive", str(made[0]), "verify", str(path))
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_a_snapshot_before_the_evidence_is_made_again_without_it(archive: Holdings, file: Path) -> None:
    rewrite(file, tables=[])
    differing = paths(archive, file)
    assert "$.provenance.tables[0]" not in differing and "$.silences[0].groups[0]" in differing
