"""The command export, as a user runs it on the ANGARA archive."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from ais_gaps.export import Form, What, export, positions
from ais_gaps.holdings import Holdings
from tests.command import environment, run

ANGARA_REPORTS = 184


@pytest.fixture(scope="module")
def archive(demo_archive: Holdings) -> Path:
    return demo_archive.path


@pytest.mark.parametrize("what", ["dossier", "track", "gaps", "looks"])
@pytest.mark.parametrize("suffix", ["kml", "geojson", "parquet", "csv"])
def test_each_kind_goes_into_each_format(archive: Path, tmp_path: Path, what: str, suffix: str) -> None:
    file = tmp_path / f"angara.{suffix}"
    done = run("--archive", str(archive), "export", "ANGARA", "--what", what, "--to", str(file))
    assert (done.returncode, done.stdout) == (0, "") and f"in {file}" in done.stderr
    if suffix == "kml":
        text = file.read_text(encoding="utf-8")
        found = text.count("<when>" if what == "track" else "<Placemark>")
        assert ElementTree.fromstring(text).tag.endswith("kml")
    elif suffix == "geojson":
        found = len(json.loads(file.read_bytes())["features"])
    elif suffix == "csv":
        with file.open(encoding="utf-8", newline="") as stream:
            found = len(list(csv.DictReader(stream)))
    else:
        found = pq.read_table(file).num_rows
    assert {"track": found == ANGARA_REPORTS, "gaps": found >= 4, "dossier": found > 40, "looks": found > 20}[what]
    assert b"reconstruction" in file.read_bytes()


def test_standard_output_takes_any_format_and_nothing_else(archive: Path) -> None:
    done = run("--archive", str(archive), "export", "ANGARA", "--what", "gaps", "-f", "geojson", "--to", "-")
    assert len(json.loads(done.stdout)["features"]) == 4 and done.stderr == ""
    command = [sys.executable, "-m", "ais_gaps", "--archive", str(archive), "export", "ANGARA", "-f", "geoparquet"]
    raw = subprocess.run([*command, "--to", "-"], capture_output=True, env=environment(), timeout=120, check=True)
    assert pq.read_table(io.BytesIO(raw.stdout)).num_rows > 40


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--to", "angara.txt"), 2, "--format"),
        (("--to", "-"), 2, "--format"),
        (("--to", ".", "-f", "kml"), 2, "is a folder"),
        (("--to", "none/angara.kml"), 2, "there is no folder"),
        (("--to", f"{'a' * 300}.kml"), 1, "File name too long"),
        (("--to", "a.stac.json"), 2, "stac is for --what looks"),
        (("--to", "a.kml", "--what", "entities"), 2, "only as ftm"),
        (("--to", "a.json", "--what", "looks"), 2, "--format"),
    ],
)
def test_what_cannot_be_done_is_one_line(archive: Path, arguments: tuple[str, ...], status: int, said: str) -> None:
    done = run("--archive", str(archive), "export", "ANGARA", *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_an_unknown_vessel_leaves_the_old_file(archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.kml"
    file.write_text("old")
    done = run("--archive", str(archive), "export", "NO SUCH SHIP", "--to", str(file))
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert file.read_text() == "old" and list(tmp_path.iterdir()) == [file]


def test_a_track_read_day_by_day_is_the_track_read_at_once(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Holdings.at(archive)
    told = []
    for rows in (positions.ROWS_AT_ONCE, 1):
        monkeypatch.setattr(positions, "ROWS_AT_ONCE", rows)
        stream = io.BytesIO()
        assert export(opened, "ANGARA", stream, Form.GEOJSON, What.TRACK) == ANGARA_REPORTS
        told.append(stream.getvalue())
    assert told[0] == told[1]


def test_a_track_stops_at_the_present_of_the_question(archive: Path) -> None:
    done = run(
        *("--archive", str(archive), "export", "ANGARA", "--what", "track", "-f", "geojson", "--to", "-"),
        *("--as-of", "2023-08-06"),
    )
    times = [feature["properties"]["ts"] for feature in json.loads(done.stdout)["features"]]
    assert times and max(times) <= "2023-08-06" and times == sorted(times)


@pytest.mark.parametrize("what", ["looks", "entities"])
def test_a_whole_archive_has_looks_and_entities(archive: Path, tmp_path: Path, what: str) -> None:
    file = tmp_path / f"all.{'stac' if what == 'looks' else 'ftm'}.json"
    done = run("--archive", str(archive), "export", "--what", what, "--to", str(file))
    assert (done.returncode, done.stdout) == (0, "") and done.stderr.endswith(f"{what} in {file}\n")
    text = file.read_text(encoding="ascii")
    found = len(json.loads(text)["features"]) if what == "looks" else len(text.splitlines())
    assert done.stderr.startswith(f"ais-gaps: {found:,} ")


def test_whose_dossier_must_be_said(archive: Path, tmp_path: Path) -> None:
    done = run("--archive", str(archive), "export", "--to", str(tmp_path / "a.kml"))
    assert done.returncode == 2 and "VESSEL" in done.stderr and done.stderr.count("\n") == 1


def test_csv_of_a_track_is_the_positions_with_what_must_be_said(archive: Path) -> None:
    done = run("--archive", str(archive), "export", "ANGARA", "--what", "track", "-f", "csv", "--to", "-")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == ANGARA_REPORTS and "geometry" not in rows[0]
    assert all("reconstruction" in row["archive_note"] for row in rows)
