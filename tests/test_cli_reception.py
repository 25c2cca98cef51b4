"""``ais-gaps reception``: rows, files and a page that say what was heard, and no more."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely

from ais_gaps.holdings import Holdings
from ais_gaps.reception.page import render
from ais_gaps.report.page import offline
from ais_gaps.schema import RECEPTION
from tests.browser import Browser, browser, chromium
from tests.command import run

_AT = ("2023-08-01T{:02d}:10:00Z", "2023-08-02T{:02d}:10:00Z")
__all__ = ["browser", "chromium"]  # fixtures
HOSTILE = "</script><script>alert(1)</script>\u202e"


def written(folder: Path, *, receivers: bool = True) -> Path:
    """An archive of two ships: one heard every hour for a day and a half, one seldom, and across the antimeridian."""
    rows = ["mmsi,ts,lat,lon,ais_class,receiver"]
    for hour in range(40):
        at = _AT[hour // 24].format(hour % 24)
        if hour % 10 != 3:
            rows.append(f"273210440,{at},42.24,130.3,A,{'terrestrial' if receivers else ''}")
        if hour % 13 == 0:
            rows.append(
                f"273210441,{at},42.1,{(179.5 + hour / 30 + 180) % 360 - 180:.4f},B,{'satellite' if receivers else ''}"
            )
    file = folder / "reports.csv"
    file.write_text("\n".join(rows) + "\n")
    archive = folder / "archive"
    (result,) = Holdings.at(archive, create=True).ingest([file], note=HOSTILE)
    assert result.error is None
    return archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("reception"))


def command(archive: Path, *arguments: str) -> Any:
    done = run("--archive", str(archive), "reception", *arguments)
    assert done.returncode == 0, done.stderr
    return done


def test_rows_are_the_declared_table_in_every_format(archive: Path) -> None:
    rows = json.loads(command(archive, "--format", "json").stdout)
    assert [list(row) for row in rows[:1]] == [RECEPTION.names]
    (rajin,) = [row for row in rows if row["ship_hours"] == 39]
    assert (rajin["heard"], rajin["receiver"], rajin["cell_deg"]) == (35, "any", 0.25)
    assert rajin["share"] == pytest.approx(35 / 39)
    assert {row["share"] for row in rows if row["ship_hours"] < 6} == {None}
    assert [json.loads(line) for line in command(archive, "-f", "ndjson").stdout.splitlines()] == rows
    assert [row["cell"] for row in csv.DictReader(io.StringIO(command(archive, "-f", "csv").stdout))] == [
        str(row["cell"]) for row in rows
    ]
    table = command(archive)
    assert table.stdout.split()[:4] == ["lat", "lon", "ship_hours", "heard"]
    assert "heard before and, within 24 hours, heard again" in table.stderr
    assert "\u202e" not in table.stderr


def test_geojson_draws_each_cell(archive: Path) -> None:
    features = json.loads(command(archive, "--format", "geojson").stdout)["features"]
    for feature in features:
        west, south, east, north = shapely.geometry.shape(feature["geometry"]).bounds
        row = feature["properties"]
        assert (west, south, east, north) == pytest.approx([row[k] for k in ("west", "south", "east", "north")])
        assert "geometry" not in row
    lons = [feature["properties"]["lon"] for feature in features]
    assert min(lons) < -179
    assert max(lons) > 179


def test_it_is_asked_by_class_receiver_time_and_place(archive: Path) -> None:
    def heard(*arguments: str) -> list[tuple[int, int]]:
        rows = json.loads(command(archive, "--format", "json", *arguments).stdout)
        return [(row["ship_hours"], row["heard"]) for row in rows]

    assert heard("--class", "A") == [(39, 35)]
    assert sum(n for n, _ in heard("--class", "B")) == 39
    assert [sum(column) for column in zip(*heard("--receiver", "satellite"), strict=True)] == [43, 3]
    assert heard("--class", "A", "--since", "2023-08-02", "--until", "2023-08-02T10:00Z") == [(10, 9)]
    assert heard("--near", "Rajin", "--within-nm", "20") == [(39, 35)]
    assert command(archive, "--near", "Rajin", "--as-known", "2020-01-01").stdout.splitlines()[2:] == []


def test_wrong_questions_are_told_in_one_line(archive: Path) -> None:
    for arguments, status, said in (
        (("--within-nm", "3"), 2, "--within-nm needs --near PLACE"),
        (("--receiver", "radar"), 2, "radar"),
        (("--near", "Atlantis"), 1, "No place named"),
        (("--since", "2023-08-02", "--until", "2023-08-01"), 2, "later than --since"),
        (("--html", "/no/such/folder/x.html"), 2, "there is no folder"),
    ):
        done = run("--archive", str(archive), "reception", *arguments)
        assert done.returncode == status, done.stderr
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_data_without_kinds_of_receivers_say_so(tmp_path: Path) -> None:
    done = command(written(tmp_path, receivers=False), "--receiver", "terrestrial", "--format", "json")
    assert json.loads(done.stdout) == []
    assert "do not say what kind of receiver heard them: only reception by any receiver is known" in done.stderr


def test_geoparquet_holds_the_rows_their_outlines_and_what_must_be_said(archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "cells.parquet"
    done = command(archive, "--parquet", str(file))
    assert done.stdout == ""
    table = pq.read_table(file)
    assert table.column_names == [*RECEPTION.names, "geometry"]
    assert table.select(RECEPTION.names).to_pylist() == json.loads(command(archive, "-f", "json").stdout)
    geo, about = (json.loads(pq.read_metadata(file).metadata[name]) for name in (b"geo", b"ais_gaps"))
    assert geo["columns"]["geometry"]["geometry_types"] == ["Polygon"]
    assert about["provenance"]["ship_hours"] == int(sum(table["ship_hours"].to_pylist()))
    assert any("heard before" in line for line in about["banner"])
    for shape, row in zip(shapely.from_wkb(table["geometry"].to_numpy()), table.to_pylist(), strict=True):
        assert shape.exterior.is_ccw
        assert shape.contains(shapely.Point(row["lon"], row["lat"]))


def test_the_page_says_it_in_words_runs_nothing_foreign_and_is_the_same_each_time(
    archive: Path, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    command(archive, "--html", str(file))
    page = file.read_text(encoding="utf-8")
    assert page == render(Holdings.at(archive).reception())
    assert "of 100 ship-hours here 90 were heard" in page
    assert "not known: only" in page
    assert "heard before and, within 24 hours, heard again" in page
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    (styles,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    assert offline.policy(styles, scripts) in page
    assert len(page) < 1_000_000


def test_a_page_without_cells_says_that_there_is_nothing(archive: Path) -> None:
    page = render(Holdings.at(archive).reception(near="Hamburg", within_nm=5))
    assert "There is nothing to draw" in page
    assert 'id="map-data"' not in page


@pytest.mark.parametrize("dark", [False, True])
def test_the_map_draws_every_cell_across_the_antimeridian(
    browser: Browser,
    archive: Path,
    tmp_path: Path,
    dark: bool,
) -> None:
    file = tmp_path / "page.html"
    command(archive, "--html", str(file), "--class", "B")
    opened = browser.open(file, dark=dark)
    page = opened.page
    cells = page.evaluate("JSON.parse(document.getElementById('map-data').textContent).cells")
    assert max(cell[3] for cell in cells) - min(cell[1] for cell in cells) < 5
    assert {cell[4] for cell in cells if cell[5] < 6} <= {-1}
    inside = drawn(page)
    assert len(inside) > 50
    page.locator("#map").click(position=dict(zip("xy", inside[len(inside) // 2], strict=True)))
    assert re.search(r"of 100 ship-hours here|not known: only", page.locator(".leaflet-popup-content").inner_text())
    assert opened.accessibility() == []
    assert opened.quiet()


def drawn(page: Any) -> list[list[float]]:
    """Points of the map, away from its edges, at which a cell is drawn full."""
    found: list[list[float]] = page.evaluate(
        """() => {
          const canvas = document.querySelector("#map canvas"), box = document.getElementById("map").getBoundingClientRect();
          const at = canvas.getBoundingClientRect(), scale = canvas.width / at.width;
          const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, found = [];
          for (let y = 60; y < box.height - 60; y += 5) for (let x = 60; x < box.width - 60; x += 5) {
            const i = Math.round((x + box.left - at.left) * scale), j = Math.round((y + box.top - at.top) * scale);
            if (pixels[4 * (j * canvas.width + i) + 3] > 200) found.push([x, y]);
          }
          return found;
        }"""
    )
    return found
