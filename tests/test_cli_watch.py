"""The commands about what is watched and what people say of silences, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ais_gaps.cli import app
from ais_gaps.errors import NotFound, UsageError
from ais_gaps.holdings import Holdings
from ais_gaps.store.archive import Store
from tests.command import run
from tests.conftest import ROOT
from tests.rows import T0, H, put


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with one silence, of the ship of the case, and the evidence of the case."""
    store = Store.create(tmp_path / "archive")
    ship = {"mmsi": 273210440, "name": "ANGARA", "imo": 9179842, "lat": 42.2, "lon": 130.3}
    put(store, [ship | {"ts": int(T0 + hour * H)} for hour in (0, 1, 30, 31)], "a")
    Holdings.at(store.path).add_evidence(ROOT / "fixtures" / "angara")
    return store.path


def here(folder: Path, *arguments: str) -> Any:
    """The command in this process, which is quicker; what is wrong is the result's exception."""
    return CliRunner().invoke(app, ["--archive", str(folder), "watch", *arguments])


def rows(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = here(folder, *arguments, "--format", "json")
    assert done.exit_code == 0, done.exception
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_what_is_added_is_printed_and_listed_and_removed_as_known_before(folder: Path) -> None:
    add = ["add", "9179842", "--because", "seen at Rajin", "--author", "ann"]
    done = run("--archive", str(folder), "watch", *add)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split() == ["entry_id", "kind", "label", "because", "author", "at", "value"]
    assert "9179842" in done.stdout
    assert "seen at Rajin" in done.stdout
    again = here(folder, *add)
    assert "ais-gaps: imo 9179842 is watched already, since 20" in again.stderr
    [row] = rows(folder, "list")
    assert (row["kind"], row["value"], row["author"], row["because"]) == ("imo", "9179842", "ann", "seen at Rajin")
    assert rows(folder) == [row]
    more = rows(folder, "add", "LADY R", "--owner", "M Leasing LLC", "--listing", "OFAC SDN", "--area", "-33.9,18.4,25")
    assert [entry["kind"] for entry in more] == ["name", "owner", "listing", "area"]
    assert [entry["removed"] for entry in rows(folder, "remove", row["entry_id"][:6])] == [True]
    assert rows(folder, "list") == more
    assert row in rows(folder, "list", "--as-known", more[0]["at"].replace("Z", "+00:00"))
    assert rows(folder, "list", "--as-known", "2020-01-01") == []


def test_the_author_is_the_login_name_if_not_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "kim\x1b]0;")
    assert [row["author"] for row in rows(folder, "add", "--mmsi", "273210440")] == ["kim]0;"]


def test_a_verdict_is_noted_and_stands_beside_earlier_ones(folder: Path) -> None:
    gap = Holdings.at(folder).gaps()["gap_id"][0].as_py()
    noted = run(
        "--archive", str(folder), "watch", "note", gap, "--verdict", "suspect", "--because", "dark", "--author", "ann"
    )
    assert noted.returncode == 0, noted.stderr
    assert noted.stdout.splitlines()[2].split()[:3] == ["suspect", "dark", "ann"]
    rows(folder, "note", gap[:8], "--verdict", "innocent", "--because", "in dry dock", "--author", "bob")
    said = rows(folder, "notes")
    assert [(row["verdict"], row["author"], row["gap_id"]) for row in said] == [
        ("suspect", "ann", gap),
        ("innocent", "bob", gap),
    ]
    assert rows(folder, "notes", gap) == [row | {"earlier_form": False} for row in said]


def test_what_is_wrong_is_said_in_one_line(folder: Path) -> None:
    for arguments, error, words in (
        (["add"], UsageError, "watch add needs something to watch"),
        (["add", "9179843"], UsageError, "its check digit is wrong"),
        (["add", "--listing", "OFAC"], NotFound, "Nearest: OFAC SDN"),
        (["add", "A", "B", "--label", "both"], UsageError, "a label is for one entry"),
        (["remove", "LADY R"], NotFound, "No watched entry 'LADY R'"),
        (["note", "ffffffffffffffff", "--verdict", "suspect", "--because", "x"], NotFound, "No silence of the archive"),
        (["note", "rajin!", "--verdict", "suspect", "--because", "x"], UsageError, "is no id of a silence"),
        (["notes", "ffffff"], NotFound, "No silence of the archive"),
    ):
        done = here(folder, *arguments)
        assert isinstance(done.exception, error), arguments
        assert words in str(done.exception)
        assert "\n" not in str(done.exception)
    assert rows(folder, "list") == []


def test_wrong_usage_has_exit_status_2(folder: Path) -> None:
    for arguments in (
        ["note", "ffffff"],
        ["note", "ffffff", "--verdict", "guilty", "--because", "x"],
        ["add", "--imo"],
        ["frobnicate"],
    ):
        done = run("--archive", str(folder), "watch", *arguments)
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr


def test_hostile_names_do_not_reach_the_terminal(folder: Path, tmp_path: Path) -> None:
    hostile = "<script>\x1b[31m\u202e\x07{{7*7}}'; DROP TABLE watched; --"
    done = run("--archive", str(folder), "watch", "add", "--name", hostile, "--because", hostile, "--author", hostile)
    assert done.returncode == 0, done.stderr
    assert not {"\x1b", "\u202e", "\x07"} & set(done.stdout + done.stderr)
    [row] = rows(folder, "list")
    assert row["value"] == "<script>[31m{{7*7}}'; DROP TABLE watched; --"
    area = tmp_path / "x.geojson"
    area.write_text(
        '{"type":"Feature","properties":{"name":"a\\u001b]0;b"},"geometry":{"type":"Point","coordinates":[1,95]}}'
    )
    done = run("--archive", str(folder), "watch", "add", "--area", str(area))
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
