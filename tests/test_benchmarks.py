"""The benchmarks measure what they say: the fleet is what it claims to be, the rivals agree, and the suite runs."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from benchmarks import findings, measure, ours, rivals, suite
from benchmarks.findings import Finding
from benchmarks.fleet import COLUMNS, DUPLICATE_SHARE, Fleet
from benchmarks.measure import Clock, Cost

VESSELS, DAYS = 150, 3


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("fleet")
    fleet = Fleet(VESSELS, seed=1)
    return [fleet.write_day(day, folder).path for day in range(1, DAYS + 1)]


def reports(paths: list[Path]) -> pa.Table:
    """Distinct reports in order of (MMSI, time), with the time in seconds as ``t``."""
    table = pa.concat_tables([pa_csv.read_csv(path) for path in paths])
    seconds = table["BaseDateTime"].cast(pa.timestamp("s")).cast(pa.int64())
    table = table.append_column("t", seconds).group_by(["MMSI", "t", "LAT", "LON", "SOG"]).aggregate([])
    return table.sort_by([("MMSI", "ascending"), ("t", "ascending")])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    again, other = tmp_path / "again", tmp_path / "other"
    again.mkdir()
    other.mkdir()
    first = Fleet(50, seed=3).write_day(1, tmp_path).path.read_bytes()
    assert Fleet(50, seed=3).write_day(1, again).path.read_bytes() == first
    assert Fleet(50, seed=4).write_day(1, other).path.read_bytes() != first


def test_a_day_is_the_same_whichever_days_were_made_before(days: list[Path], tmp_path: Path) -> None:
    fleet = Fleet(VESSELS, seed=1)
    for day in (3, 2):
        assert fleet.write_day(day, tmp_path).path.read_bytes() == days[day - 1].read_bytes()


def test_a_day_has_the_published_layout_and_is_sorted_by_time(days: list[Path]) -> None:
    lines = days[1].read_text().splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert len(COLUMNS) == 17
    cells = [line.split(",") for line in lines[1:]]
    assert {len(row) for row in cells} == {17}
    times = [row[1] for row in cells]
    assert times == sorted(times)
    assert {time[:10] for time in times} == {"2023-01-03"}
    assert max(len(row[k].partition(".")[2]) for row in cells for k in (2, 3)) == 5
    assert {row[16] for row in cells} == {"A", "B"}


def test_written_counts_are_those_of_the_file(tmp_path: Path) -> None:
    written = Fleet(VESSELS, seed=2).write_day(1, tmp_path)
    lines = written.path.read_text().splitlines()[1:]
    assert len(lines) == written.rows
    assert len(lines) - len(set(lines)) == written.duplicates
    assert 0 < written.duplicates < 4 * DUPLICATE_SHARE * written.rows


def test_no_track_jumps_over_midnight_or_within_a_day(days: list[Path]) -> None:
    table = reports(days)
    mmsi, t, lat, lon, sog = (table[name].to_numpy() for name in ("MMSI", "t", "LAT", "LON", "SOG"))
    same = mmsi[1:] == mmsi[:-1]
    hours = np.diff(t) / 3_600
    assert (hours[same] > 0).all(), "no two reports of a vessel in one second"
    north = np.diff(lat) * 60
    east = (np.diff(lon) + 180) % 360 - 180
    east = east * 60 * np.cos(np.radians(lat[1:]))
    speed_kn = np.hypot(north, east)[same] / hours[same]
    assert speed_kn.max() < 40
    assert sog.max() < 30


def test_the_fleet_is_heard_densely_sparsely_and_not_at_all(days: list[Path]) -> None:
    table = reports(days)
    mmsi, t = table["MMSI"].to_numpy(), table["t"].to_numpy()
    apart = np.diff(t)[mmsi[1:] == mmsi[:-1]]
    assert np.mean((apart >= 60) & (apart <= 180)) > 0.5
    assert np.mean((apart > 600) & (apart < 6 * 3_600)) > 0.05
    assert np.count_nonzero(apart > 6 * 3_600) > VESSELS / 10
    assert len(np.unique(mmsi)) > 0.9 * VESSELS


def test_an_export_spans_its_years_and_is_one_vessel(tmp_path: Path) -> None:
    fleet = Fleet(20, seed=5)
    written = fleet.write_export(3, 31, tmp_path, years=2)
    table = pa_csv.read_csv(written.path)
    assert len(table) == written.rows
    assert table["MMSI"].unique().to_pylist() == [fleet.identity(3).mmsi]
    times = [datetime.fromisoformat(str(t)) for t in (table["BaseDateTime"][0], table["BaseDateTime"][-1])]
    assert times[1].date().isoformat() == "2023-02-01"
    assert (times[1] - times[0]).days in (729, 730)


def parts_of(paths: list[Path], folder: Path) -> list[str]:
    """The days as parts in the archive's own form, made without the archive."""
    from ais_gaps.schema import STORED_REPORTS
    from ais_gaps.store.parts import WRITER

    parts = []
    for path in paths:
        table = reports([path])
        n = len(table)
        scaled = {
            "mmsi": table["MMSI"].to_numpy(),
            "ts": table["t"].to_numpy(),
            "lat": np.round(table["LAT"].to_numpy() * 1e6),
            "lon": np.round(table["LON"].to_numpy() * 1e6),
        }
        columns = [
            pa.array(scaled[f.name].astype(np.int32))
            if f.name in scaled
            else (pa.nulls(n, f.type) if f.nullable else pa.array(np.zeros(n, np.int64)).cast(f.type))
            for f in STORED_REPORTS.arrow
        ]
        parts.append(str(folder / f"{path.stem}.parquet"))
        pq.write_table(pa.table(columns, schema=STORED_REPORTS.arrow), parts[-1], **WRITER)
    return parts


def test_all_gap_finders_agree_and_movingpandas_loses_lone_reports(days: list[Path], tmp_path: Path) -> None:
    parts = parts_of(days, tmp_path)
    arguments: dict[str, Any] = {"parts": parts, "min_hours": 6}
    found = {
        work.__name__: work(Clock(), out=str(tmp_path / work.__name__), **arguments)
        for work in (ours.gap_pass, rivals.sql_window, rivals.pandas_diff)
    }
    assert len(set(found.values())) == 1, found
    count = found["gap_pass"]
    assert count > 20
    for rival in ("sql_window", "pandas_diff"):
        counts = rivals.compare(Clock(), one=str(tmp_path / "gap_pass"), other=str(tmp_path / rival))
        assert counts == {"one": count, "other": count, "shared": count}
    rows = sum(len(pq.read_table(part)) for part in parts)
    assert rivals.scan(Clock(), parts=parts) == rows

    pytest.importorskip("movingpandas", reason="movingpandas is in the extra 'bench'")
    out = tmp_path / "movingpandas"
    cost = measure.measure(rivals.movingpandas_splitter, out=out, **arguments)
    assert cost.value < count
    assert rivals.compare(Clock(), one=str(tmp_path / "gap_pass"), other=str(out))["shared"] <= cost.value


def test_a_comparison_sees_a_gap_that_differs_in_one_coordinate(tmp_path: Path) -> None:
    row = {name: [1, 2] for name in rivals.GAP_COLUMNS}
    pq.write_table(pa.table(row), tmp_path / "one")
    pq.write_table(pa.table({**row, "on_lat": [1, 3]}), tmp_path / "other")
    counts = rivals.compare(Clock(), one=str(tmp_path / "one"), other=str(tmp_path / "other"))
    assert counts == {"one": 2, "other": 2, "shared": 1}


def test_a_clock_counts_the_work_of_processes_below_it_and_nothing_outside() -> None:
    busy = [sys.executable, "-c", "sum(range(3_000_000))"]
    clock = Clock()
    subprocess.run(busy, check=True)
    with clock:
        pass
    outside = clock.cpu_s
    with clock:
        subprocess.run(busy, check=True)
    assert 0 <= outside < 0.01 < clock.cpu_s


def test_work_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"no-such-part\.parquet"):
        measure.measure(rivals.scan, parts=["no-such-part.parquet"])


def test_work_may_be_given_more_than_a_command_line_holds(tmp_path: Path) -> None:
    part = tmp_path / "part.parquet"
    pq.write_table(pa.table({name: [1] for name in rivals.SCANNED}), part)
    parts = [str(part)] * (200_000 // len(str(part)))
    assert measure.measure(rivals.scan, parts=parts).value == len(parts)


def test_medians_are_taken_and_works_alternate() -> None:
    order: list[str] = []

    def work(name: str, *cpu_s: float) -> Cost:
        order.append(name)
        return Cost(cpu_s[order.count(name) - 1], 1.0, float(order.count(name)), order.count(name))

    first, second = measure.alternate(3, lambda: work("a", 5, 1, 2), lambda: work("b", 7, 7, 9))
    assert order == ["a", "b"] * 3
    assert (first.cpu_s, first.peak_mb, first.value) == (2, 3, 3)
    assert second.cpu_s == 7


@pytest.mark.parametrize(
    ("figure", "bar", "at_least", "holds"),
    [
        (2.5, 2.5, False, True),
        (2.51, 2.5, False, False),
        (5, 5, True, True),
        (4.9, 5, True, False),
        (1, None, False, None),
    ],
)
def test_a_finding_holds_up_to_its_bar(figure: float, bar: float | None, at_least: bool, holds: bool | None) -> None:
    assert Finding("s", "w", "", "", figure, "x", bar, at_least).holds is holds


def test_the_table_says_what_missed_its_bar() -> None:
    missed = Finding("gap pass", "CPU", "3 s", "1 s", 3.0, "x", 2.0)
    assert "MISSED" in findings.as_text([missed])
    markdown = findings.as_markdown([missed], {"date": "2023-01-01"}, "python benchmarks/run.py")
    assert "| gap pass: CPU | 3 s | 1 s | 3 x | <= 2 x | MISSED |" in markdown
    assert findings.as_json([missed], {})["findings"][0]["holds"] is False


def test_the_suite_runs_on_a_tiny_fleet(tmp_path: Path) -> None:
    pytest.importorskip("movingpandas", reason="movingpandas is in the extra 'bench'")
    said: list[str] = []
    outcome = suite.run(suite.Settings(vessels=60, days=2, rounds=1, year_vessels=0), tmp_path, said.append)
    assert all(math.isfinite(f.figure) and f.figure > 0 for f in outcome.findings)
    subjects = {f.subject.partition(",")[0] for f in outcome.findings}
    assert {"ingest", "daily update", "export", "size", "gap pass", "command", "one vessel's track"} <= subjects
    agreed = [f for f in outcome.findings if f.what.startswith("the same gaps") and f.bar is not None]
    assert len(agreed) == 2
    assert all(f.holds for f in agreed)
    assert not list(tmp_path.iterdir()), "the suite removes its files"
