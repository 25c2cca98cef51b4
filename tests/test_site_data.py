"""A day's list as files: every format says what the list says, and a file is whole or not there."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.errors import AisGapsError
from ais_gaps.site import files
from ais_gaps.site.data import day_file, entry, write_day, write_index, write_latest
from ais_gaps.site.files import Written, write
from ais_gaps.watchlist.model import Watchlist
from tests import watchlist_case as case

CASES = {
    "plain": case.watchlist(),
    "hostile": case.watchlist(rows=30, hostile=True, outages=True),
    "empty": case.nothing(),
    "world": case.watchlist(rows=300),
}


@pytest.fixture(params=CASES)
def one(request: pytest.FixtureRequest) -> Watchlist:
    return CASES[request.param]


def read(folder: Path, watchlist: Watchlist, suffix: str) -> Any:
    text = (folder / day_file(watchlist.day, suffix)).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines())) if suffix == "csv" else json.loads(text)


def test_json_is_the_list(tmp_path: Path, one: Watchlist) -> None:
    write_day(tmp_path, one)
    assert read(tmp_path, one, "json") == one.to_dict()


def test_csv_and_geojson_are_its_rows(tmp_path: Path, one: Watchlist) -> None:
    write_day(tmp_path, one)
    rows = one.to_dict()["rows"]
    features = read(tmp_path, one, "geojson")["features"]
    assert [feature["properties"] for feature in features] == rows
    assert [feature["id"] for feature in features] == [row["gap_id"] for row in rows]
    text = (tmp_path / day_file(one.day, "csv")).open(encoding="utf-8", newline="")
    with text as stream:
        cells = list(csv.DictReader(stream))
    assert [(cell["gap_id"], int(cell["rank"]), cell["off_ts"]) for cell in cells] == [
        (row["gap_id"], row["rank"], row["off_ts"]) for row in rows
    ]
    for cell, row in zip(cells, rows, strict=True):
        assert (float(cell["p_switched_off"]) if cell["p_switched_off"] else None) == row["p_switched_off"]
        assert float(cell["attention"]) == row["attention"]


def test_a_spreadsheet_runs_nothing(tmp_path: Path) -> None:
    hostile = CASES["hostile"]
    write_day(tmp_path, hostile)
    with (tmp_path / day_file(hostile.day, "csv")).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert any(name.startswith("'=") for row in rows for name in [row["name"]])
    texts = {"name", "why", "watched_place", "verdict_because", "off_place", "cause"}
    assert not [row[name] for row in rows for name in texts if row[name].lstrip(" ")[:1] in tuple("=+-@\t\r\n")]


def test_geometries_follow_rfc_7946(tmp_path: Path) -> None:
    """Lines are cut at the antimeridian, so that no part goes round the world; an open silence is a point."""
    world = CASES["world"]
    write_day(tmp_path, world)
    for feature in read(tmp_path, world, "geojson")["features"]:
        geometry, row = feature["geometry"], feature["properties"]
        known = [[row[f"{end}_lon"], row[f"{end}_lat"]] for end in ("off", "on") if row[f"{end}_lat"] is not None]
        if len(known) < 2:
            assert geometry == ({"type": "Point", "coordinates": known[0]} if known else None)
            continue
        parts = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
        assert [parts[0][0], parts[-1][-1]] == known
        for part in parts:
            assert all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in part)
            assert max(lon for lon, _ in part) - min(lon for lon, _ in part) <= 180


def test_a_line_over_the_antimeridian_is_cut(tmp_path: Path) -> None:
    listed = CASES["plain"]
    rows = listed.rows.to_pylist()
    rows[0] |= {"off_lat": 52.0, "off_lon": 179.0, "on_lat": 53.0, "on_lon": -179.0, "on_ts": rows[0]["off_ts"]}
    moved = Watchlist(**{**vars(listed), "rows": listed.rows.from_pylist(rows, schema=listed.rows.schema)})
    write_day(tmp_path, moved)
    geometry = read(tmp_path, moved, "geojson")["features"][0]["geometry"]
    assert geometry["type"] == "MultiLineString"
    assert geometry["coordinates"] == [[[179.0, 52.0], [180.0, 52.5]], [[-180.0, 52.5], [-179.0, 53.0]]]


def test_the_newest_day_has_an_address_that_stays(tmp_path: Path, one: Watchlist) -> None:
    write_day(tmp_path, one)
    for name in write_latest(tmp_path, one).paths:
        suffix = name.rsplit(".", 1)[1]
        assert (tmp_path / name).read_bytes() == (tmp_path / day_file(one.day, suffix)).read_bytes()


def test_the_same_list_is_the_same_bytes_and_touches_nothing(tmp_path: Path, one: Watchlist) -> None:
    first = write_day(tmp_path, one)
    assert first.changed == first.paths and len(first.paths) == 3
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert write_day(tmp_path, one) == Written(first.paths, ())
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_the_index_has_every_day_with_its_counts_in_order(tmp_path: Path) -> None:
    month = case.month(9, 12)
    write_index(tmp_path, [entry(one) for one in reversed(month)])
    index = json.loads((tmp_path / "data/days.json").read_text())
    assert [day["day"] for day in index["days"]] == sorted(one.day.isoformat() for one in month)
    assert index["newest"] == index["days"][-1]["day"]
    for one in month:
        write_day(tmp_path, one)
        said = next(day for day in index["days"] if day["day"] == one.day.isoformat())
        held = json.loads((tmp_path / "data" / said["json"]).read_text())
        assert said["counts"] == held["counts"]
        assert [said[name] for name in ("rows", "changes", "outages")] == [
            len(held[name]) for name in ("rows", "changes", "outages")
        ]
        assert (tmp_path / "data" / said["csv"]).is_file() and (tmp_path / "data" / said["geojson"]).is_file()


def test_a_site_without_days_has_an_index(tmp_path: Path) -> None:
    write_index(tmp_path, [])
    assert json.loads((tmp_path / "data/days.json").read_text())["days"] == []


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=6))
def test_a_file_holds_what_was_written_last_and_is_touched_for_changes_only(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("files") / "a" / "b.txt"
    held = None
    for data in contents:
        assert write(path, data) == (data != held)
        held = data
        assert path.read_bytes() == data
        assert [one.name for one in path.parent.iterdir()] == ["b.txt"]


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "day.json"
    write(path, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(AisGapsError, match=r"cannot write .*day\.json: No space left on device"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "day.json"
    elsewhere.write_bytes(b"same")
    path.symlink_to(elsewhere)
    assert write(path, b"same")
    assert not path.is_symlink() and elsewhere.read_bytes() == b"same"


def test_what_a_killed_write_leaves_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    for name in (".day.json.4711.new", "day.json", ".hidden", "a.new"):
        (tmp_path / name).write_bytes(b"")
    files.clear(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", "a.new", "day.json"]


def test_days_are_named_by_their_date() -> None:
    first = date(2024, 2, 28)
    assert [day_file(first + timedelta(days=n), "json") for n in range(3)] == [
        "data/day/2024-02-28.json",
        "data/day/2024-02-29.json",
        "data/day/2024-03-01.json",
    ]
