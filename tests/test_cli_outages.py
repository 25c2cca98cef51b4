"""``ais-gaps outages``: rows in every format, and what they rest on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from ais_gaps.holdings import Holdings
from ais_gaps.schema import OUTAGES
from tests.command import run

HOSTILE = "\x1b[2J</script>\u202e"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty ships at Rajin and thirty across the antimeridian, for 20 days: nobody for 12 hours, these not for 9 others."""
    folder = tmp_path_factory.mktemp("outages")
    rows = ["mmsi,ts,lat,lon,ais_class,receiver"]
    for hour in range(20 * 24):
        at = f"2023-08-{1 + hour // 24:02d}T{hour % 24:02d}:20:00Z"
        for ship in range(30):
            if 200 <= hour < 212 or (ship + hour // 12) % 5 == 0:
                continue
            rows.append(f"{273_210_000 + ship},{at},42.24,130.3,A,terrestrial")
            if not 300 <= hour < 309:
                lon = 179.9 if ship % 2 else -179.9
                rows.append(f"{273_220_000 + ship},{at},52.1,{lon},B,terrestrial")
    file = folder / "reports.csv"
    file.write_text("\n".join(rows) + "\n")
    (result,) = Holdings.at(folder / "archive", create=True).ingest([file], note=HOSTILE)
    assert result.error is None
    return folder / "archive"


def command(archive: Path, *arguments: str) -> Any:
    done = run("--archive", str(archive), "outages", *arguments)
    assert done.returncode == 0, done.stderr
    return done


def test_rows_are_the_declared_table_in_every_format(archive: Path) -> None:
    said = command(archive, "--format", "json").stdout
    assert command(archive, "--format", "json").stdout == said
    rows = json.loads(said)
    assert [list(row) for row in rows] == [OUTAGES.names] * 2
    assert [(row["kind"], row["from_ts"], row["to_ts"]) for row in rows] == [
        ("feed", "2023-08-09T08:00:00Z", "2023-08-09T20:00:00Z"),
        ("area", "2023-08-13T12:00:00Z", "2023-08-13T21:00:00Z"),
    ]
    assert [json.loads(line) for line in command(archive, "-f", "ndjson").stdout.splitlines()] == rows
    reasons = [row["reason"] for row in csv.DictReader(io.StringIO(command(archive, "-f", "csv").stdout))]
    assert reasons == [row["reason"] for row in rows]
    assert reasons[0].startswith("0 of about ")
    assert "were heard in the whole feed from 2023-08-09 08:00 to 2023-08-09 20:00 (12 h)" in reasons[0]
    table = command(archive)
    assert table.stdout.split()[:3] == ["kind", "place", "station"]
    assert "2 outages of 2 h or more from 2023-08-01 00:20 to 2023-08-20 23:20 UTC" in table.stderr
    assert "what is not listed need not have been up" in table.stderr
    assert not {"\x1b", "\u202e"} & set(table.stderr)


def test_geojson_draws_the_cells_on_both_sides_of_the_antimeridian(archive: Path) -> None:
    feed, area = json.loads(command(archive, "--format", "geojson").stdout)["features"]
    assert feed["geometry"] is None
    shape = shapely.geometry.shape(area["geometry"])
    assert shape.geom_type == "MultiPolygon"
    assert shape.contains(shapely.Point(179.9, 52.1))
    assert shape.contains(shapely.Point(-179.9, 52.1))
    assert shape.bounds[0] == -180
    assert area["properties"]["west"] > 179 > -179 > area["properties"]["east"]
    assert "geometry" not in area["properties"]


def test_they_are_asked_by_time_place_and_length(archive: Path) -> None:
    def kinds(*arguments: str) -> list[str]:
        return [row["kind"] for row in json.loads(command(archive, "-f", "json", *arguments).stdout)]

    assert kinds("--since", "2023-08-10", "--until", "2023-08-20") == ["area"]
    assert kinds("--near", "Rajin", "--within-nm", "100", "--min-hours", "10") == ["feed"]
    assert "No outage of 13 h or more" in command(archive, "--min-hours", "13").stderr


def test_wrong_questions_are_told_in_one_line(archive: Path) -> None:
    for arguments, status, said in (
        (("--within-nm", "3"), 2, "--within-nm needs --near PLACE"),
        (("--near", "Atlantis"), 1, "No place named"),
        (("--min-hours", "inf"), 2, "inf is no number"),
        (("--since", "2023-08-02", "--until", "2023-08-01"), 2, "later than --since"),
    ):
        done = run("--archive", str(archive), "outages", *arguments)
        assert done.returncode == status, done.stderr
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_a_real_day_has_none_and_two_real_months_have_their_hole(shared_data: Path, tmp_path: Path) -> None:
    """The file of zone 19 has no report of 2009-03-12 from 06:00 UTC on; the hours about it have hundreds."""
    day = Holdings.at(tmp_path / "day", create=True)
    file = shared_data / "ais/marinecadastre/AIS_2020_01_01_california.csv.gz"
    assert [result.error for result in day.ingest([file])] == [None]
    assert len(day.outages().rows) == 0
    months = Holdings.at(tmp_path / "months", create=True)
    file = shared_data / "ais/marinecadastre/zone19_2009-03_04_10min.csv.gz"
    assert [result.error for result in months.ingest([file])] == [None]
    hole = months.outages().rows.to_pylist()[0]
    assert (hole["kind"], f"{hole['from_ts']:%F %H}", hole["duration_h"]) == ("feed", "2009-03-12 06", 18.0)
