"""The commands about evidence: import, add, list, in every format."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ais_gaps.cli import app
from ais_gaps.errors import NotFound, UsageError
from tests.command import run
from tests.conftest import ROOT

CASE = ROOT / "fixtures" / "angara"
FIXTURES = ROOT / "fixtures" / "evidence"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with the case's evidence and the examples of every format."""
    folder = tmp_path_factory.mktemp("evidence") / "archive"
    done = run("--archive", str(folder), "evidence", "import", str(CASE), str(FIXTURES))
    assert done.returncode == 0, done.stderr
    return folder


def here(archive: Path, *arguments: str) -> Any:
    """The command in this process, which is quicker; what is wrong is the result's exception."""
    return CliRunner().invoke(app, ["--archive", str(archive), "evidence", *arguments])


def rows(archive: Path, *arguments: str) -> list[dict[str, Any]]:
    done = here(archive, "list", *arguments, "--format", "json")
    assert done.exit_code == 0, done.exception
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def ids(archive: Path, *arguments: str) -> set[str]:
    return {row["obs_id"] for row in rows(archive, *arguments)}


def test_import_prints_what_became_of_each_file_and_says_what_was_refused_and_passed_over(tmp_path: Path) -> None:
    done = run("evidence", "import", str(FIXTURES), cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split()[:4] == ["file", "format", "table", "rows_read"]
    assert "observations.csv: 1 refused: date_start is not a day written YYYY-MM-DD" in done.stderr
    assert "warning: observations.csv: columns passed over: my_colour" in done.stderr
    assert "passed over: README.md is no evidence that is known here" in done.stderr
    again = run("evidence", "import", str(FIXTURES / "item.json"), "--format", "json", cwd=tmp_path)
    (result,) = json.loads(again.stdout)
    assert (result["already_known"], result["rows_read"], result["error"]) == (True, 0, None)
    assert result["sha256"] == hashlib.sha256((FIXTURES / "item.json").read_bytes()).hexdigest()
    assert "known already, not read again" in again.stderr


def test_import_ends_with_one_where_a_file_or_all_its_rows_could_not_be_taken_and_takes_the_others(
    tmp_path: Path,
) -> None:
    (tmp_path / "bad.csv").write_text("colour\nred\n")
    (tmp_path / "none.csv").write_text("obs_id,date_start,date_end,kind,observed\nO1,x,x,x,x\n")
    bad = run("evidence", "import", "bad.csv", str(FIXTURES / "item.json"), cwd=tmp_path)
    assert bad.returncode == 1
    assert "bad.csv: expected a table of evidence" in bad.stderr
    assert len(rows(tmp_path / "ais_archive")) == 1
    none = run("evidence", "import", "none.csv", cwd=tmp_path)
    assert none.returncode == 1
    assert "NOTHING WAS TAKEN of 1 rows" in none.stderr
    missing = run("evidence", "import", "no-such.csv", cwd=tmp_path)
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "readme.md").write_text("# words\n")
    folder = run("evidence", "import", "folder", cwd=tmp_path)
    assert folder.returncode == 1
    assert "there is no evidence in these folders" in folder.stderr


def test_import_takes_source_and_day_from_options(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("imo,name,authority\n9179842,ANGARA,US\n")
    done = run(
        *("evidence", "import", "list.csv", str(FIXTURES / "detections_gfw.csv"), "--seen-on", "2023-01-21"),
        *("--publisher", "Somebody", "--published", "2023-12"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    archive = tmp_path / "ais_archive"
    assert {(r["publisher"], r["published"]) for r in rows(archive)} == {("Somebody", "2023-12")}
    assert [r["seen_on"] for r in rows(archive, "listings")] == ["2023-01-21"]
    wrong = run("evidence", "import", "list.csv", "--url", "javascript:alert(1)", cwd=tmp_path)
    assert wrong.returncode == 2
    assert run("evidence", "import", "list.csv", "--seen-on", "last May", cwd=tmp_path).returncode == 2


def test_evidence_alone_lists_observations(archive: Path) -> None:
    plain, listed = (run("--archive", str(archive), "evidence", *more) for more in ([], ["list", "observations"]))
    assert plain.returncode == 0
    assert plain.stdout == listed.stdout
    assert "docked with containers aboard" in plain.stdout


@pytest.mark.parametrize(
    ("what", "count"),
    [
        ("observations", 111),
        ("looks", 73),
        ("listings", 10),
        ("events", 29),
        ("notes", 22),
        ("vessels", 8),
        ("fleet", 20),
        ("places", 18),
        ("files", 13),
        ("refused", 6),
    ],
)
def test_every_table_is_listed(archive: Path, what: str, count: int) -> None:
    assert len(rows(archive, what)) == count


def test_observations_by_kind_place_time_and_vessel(archive: Path) -> None:
    assert ids(
        archive, "--kind", "nothing_seen", "--near", "Rajin", "--since", "2023-10-01", "--until", "2023-10-31"
    ) == {
        "O045",
        "obs-dc8e0cdc8b8a2aed",
    }
    assert {"O035", "O054", "O059", "EX-1"} <= ids(archive, "--vessel", "Ангара")
    assert ids(archive, "--vessel", "9179842") == ids(archive, "--vessel", "273210440")
    assert ids(archive, "--vessel", "NOBODY") == set()
    assert ids(archive, "--vessel", "MMSI 273999001", "--kind", "vessel") != set()
    assert ids(archive, "--place", "Dunai", "--vessel", "ANGARA", "--until", "2023-09-12") >= {"O035", "EX-1"}
    day = ids(archive, "--since", "2023-12-09", "--until", "2023-12-09")
    assert {"O054", "O053"} <= day
    assert "O059" not in day


def test_near_finds_positions_too_and_no_further_than_is_asked(archive: Path) -> None:
    assert "EX-G1" in ids(archive, "--near", "Rajin")
    near, far = (ids(archive, "--near", "Rajin", "--within-nm", n) for n in ("0.5", "12"))
    assert "EX-G1" in near
    assert near < far
    assert isinstance(here(archive, "list", "--within-nm", "3").exception, UsageError)
    assert isinstance(here(archive, "list", "--near", "Atlantis").exception, NotFound)


def test_looks_are_asked_for_likewise(archive: Path) -> None:
    assert [
        r["obs_ids"] for r in rows(archive, "looks", "--kind", "nothing_seen", "--near", "P01", "--since", "2024-01-01")
    ] == [["O071"]]
    assert len(rows(archive, "looks", "--kind", "railcars", "--near", "Tumangang")) >= 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["files", "--near", "Rajin"],
        ["refused", "--vessel", "ANGARA"],
        ["vessels", "--kind", "vessel"],
        ["places", "--vessel", "ANGARA"],
        ["listings", "--since", "2023-01-01"],
        ["listings", "--format", "geojson"],
    ],
)
def test_what_a_table_does_not_have_cannot_be_asked_of_it(archive: Path, arguments: list[str]) -> None:
    done = here(archive, "list", *arguments)
    assert isinstance(done.exception, UsageError)
    assert done.stdout == ""


def test_a_table_that_there_is_not_is_wrong_usage(archive: Path) -> None:
    done = run("--archive", str(archive), "evidence", "everything")
    assert (done.returncode, done.stdout) == (2, "")
    assert "observations" in done.stderr


def test_geojson_gives_a_row_its_place_and_says_that_it_does(archive: Path) -> None:
    done = run("--archive", str(archive), "evidence", "list", "--format", "geojson")
    features = {f["properties"]["obs_id"]: f for f in json.loads(done.stdout)["features"]}
    assert features["EX-G1"]["geometry"]["coordinates"] == [130.3, 42.23]
    assert features["EX-G1"]["properties"]["located_by"] == "position"
    assert features["O035"]["geometry"]["coordinates"] == [132.3375, 42.88028]
    assert features["O035"]["properties"]["located_by"] == "place"
    assert features["O036"]["geometry"] is None  # of three places
    assert features["O036"]["properties"]["located_by"] is None


def test_a_position_that_is_the_places_is_not_taken_for_the_ships(archive: Path, tmp_path: Path) -> None:
    said = run("--archive", str(archive), "evidence", "list", "--format", "geojson").stdout
    (tmp_path / "said.geojson").write_text(said, "utf-8")
    again = str(tmp_path / "again")
    assert run("--archive", again, "evidence", "import", str(tmp_path / "said.geojson")).returncode == 0
    done = run("--archive", again, "evidence", "list", "--format", "json")
    rows = {row["obs_id"]: row for row in json.loads(done.stdout)}
    assert (rows["EX-G1"]["lat"], rows["O035"]["lat"]) == (42.23, None)
    assert rows["O035"]["place_ids"] == ["P05"]


def test_csv_has_all_columns_and_ndjson_a_row_a_line(archive: Path) -> None:
    done = run("--archive", str(archive), "evidence", "list", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(table) == 111
    assert {"obs_id", "saved_sha256", "footprint", "note"} <= set(table[0])
    done = run("--archive", str(archive), "evidence", "looks", "--format", "ndjson")
    assert all(json.loads(line)["look_id"] for line in done.stdout.splitlines())


def test_what_was_known_at_a_time_can_be_listed(archive: Path) -> None:
    assert rows(archive, "--as-known", "2020-01-01") == []
    assert rows(archive, "files", "--as-known", "2020-01-01") == []


def add(folder: Path, *arguments: str) -> dict[str, Any]:
    done = here(folder / "archive", "add", "--observed", "unloading", *arguments, "--format", "json")
    assert done.exit_code == 0, done.exception
    (row,) = json.loads(done.stdout)
    return dict(row)


def test_one_observation_is_added_by_options_and_printed_with_its_id(tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_text("<p>invented</p>")
    options = [
        *("--kind", "vessel", "--date", "2023-12-09", "--time", "2023-12-09T02:00Z", "--place", "나진항"),
        *("--lat", "42.23", "--lon", "130.3", "--precision-nm", "0.5", "--name", "ANGARA", "--imo", "9179842"),
        *(
            "--name",
            "MARIA",
            "--imo",
            "-",
            "--length-min",
            "100",
            "--length-max",
            "140",
            "--count",
            "2",
            "--unit",
            "ships",
        ),
        *("--publisher", "Somebody", "--title", "A title", "--url", "https://example.org/", "--published", "2023-12"),
        *(
            "--sensor",
            "Planet Labs",
            "--provider",
            "Planet",
            "--confidence",
            "probably",
            "--saved",
            str(tmp_path / "saved.html"),
        ),
    ]
    row = add(tmp_path, *options)
    assert {name: value for name, value in row.items() if value is not None and name != "obs_id"} == {
        "date_start": "2023-12-09",
        "date_end": "2023-12-09",
        "date_precision": "day",
        "ts": "2023-12-09T02:00:00Z",
        "kind": "vessel",
        "place": "나진항",
        "place_ids": ["P01"],
        "lat": 42.23,
        "lon": 130.3,
        "precision_nm": 0.5,
        "vessels_named": ["ANGARA", "MARIA"],
        "vessel_imos": [9179842, None],
        "length_min_m": 100.0,
        "length_max_m": 140.0,
        "observed": "unloading",
        "count": 2.0,
        "unit": "ships",
        "confidence_wording": "probably",
        "sensor": "Planet Labs",
        "provider": "Planet",
        "saved_sha256": hashlib.sha256(b"<p>invented</p>").hexdigest(),
        "publisher": "Somebody",
        "title": "A title",
        "url": "https://example.org/",
        "published": "2023-12",
    }
    assert add(tmp_path, *options) == row
    assert rows(tmp_path / "archive") == [row]


def test_an_interval_is_given_by_its_ends_and_a_time_alone_gives_its_day(tmp_path: Path) -> None:
    late = ["--from", "2023-09-21", "--to", "2023-09-30", "--date-precision", "third_of_month"]
    row = add(tmp_path, "--kind", "vessel", *late)
    assert [row["date_start"], row["date_end"], row["date_precision"]] == [late[1], late[3], late[5]]
    row = add(tmp_path, "--kind", "vessel", "--time", "2023-10-20T11:01+09:00")
    assert (row["date_start"], row["date_end"], row["ts"]) == ("2023-10-20", "2023-10-20", "2023-10-20T02:01:00Z")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--kind", "vessel"], "when was it? give --date, or --from and --to, or --time"),
        (["--kind", "ufo", "--date", "2023-01-01"], "kind is none of vessel"),
        (["--kind", "vessel", "--date", "2023-01-01", "--to", "2023-01-02"], "not both"),
        (["--kind", "vessel", "--date", "1.1.2023"], "date_start is not a day"),
        (["--kind", "vessel", "--date", "2023-01-01", "--lat", "nan", "--lon", "0"], "lat is not a number"),
        (["--kind", "vessel", "--date", "2023-01-01", "--lat", "1"], "lat without lon"),
        (["--kind", "vessel", "--date", "2023-01-01", "--imo", "9179843"], "IMO number 9179843 is not valid"),
        (["--kind", "vessel", "--date", "2023-01-01", "--url", "javascript:alert(1)"], "url is not an http"),
    ],
)
def test_a_bad_observation_is_wrong_usage_in_one_line(tmp_path: Path, options: list[str], words: str) -> None:
    done = here(tmp_path / "archive", "add", "--observed", "unloading", *options)
    assert isinstance(done.exception, UsageError)
    assert words in str(done.exception)
    assert "\n" not in str(done.exception)


def test_a_saved_copy_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run(
        "evidence",
        "add",
        "--observed",
        "x",
        "--kind",
        "vessel",
        "--date",
        "2023-01-01",
        "--saved",
        "none",
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "none" in done.stderr
