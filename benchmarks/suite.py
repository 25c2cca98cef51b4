"""What is measured, in order; each step gives its lines of the table."""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import judgement, ours, rivals
from benchmarks.findings import Finding
from benchmarks.measure import Cost, alternate, measure, median, run_command
from benchmarks.world import Say, World, ingest, snapshot

MIN_HOURS = 6
SAMPLE_VESSELS = 200
LOOKED_UP = 5
YEAR_DAYS = 364

# DESIGN.md section 12 and issue 2
BAR_INGEST, BAR_BYTES, BAR_SCAN, BAR_WINDOW, BAR_DAILY = 2.5, 10.5, 2.0, 5.0, 1.3
BAR_INGEST_MB, BAR_GAPS_MB = 1.5 * 2**30 / 1e6, 500.0
BAR_EXPORT_S, BAR_COMMAND_S, BAR_TRACK_MS, BAR_COMPACTED_MS = 10.0, 1.0, 80.0, 10.0


@dataclass(frozen=True)
class Settings:
    """The size of a run. ``year_vessels`` is the fleet of the year-old archive; 0 leaves it out."""

    vessels: int
    days: int
    rounds: int = 3
    seed: int = 7
    year_vessels: int = 0


@dataclass
class Outcome:
    """The lines of the table, and how much was measured."""

    findings: list[Finding] = field(default_factory=list)
    sizes: dict[str, str] = field(default_factory=dict)


def run(settings: Settings, work: Path, say: Say) -> Outcome:
    """All steps. Each line is also given to ``say`` as soon as it is known."""
    outcome = Outcome()
    for finding in _steps(settings, work, say, outcome):
        say("  ".join(filter(None, finding.cells)))
        outcome.findings.append(finding)
    return outcome


def _steps(settings: Settings, work: Path, say: Say, outcome: Outcome) -> Iterator[Finding]:
    world = World(f"{settings.days} days", work / "fleet", settings.vessels, settings.seed, say)
    yield from conversion(world, settings.rounds)
    yield from growth(world, settings.days, settings.rounds)
    found = _parts(world, outcome)
    yield size(found)
    yield from gap_pass(world, found["paths"], settings.rounds)
    yield from judgement.fleet(world, found["paths"], settings.rounds)
    yield from sample(world, found["paths"], settings.rounds)
    yield from questions(world, settings.rounds, BAR_TRACK_MS)
    yield from compaction(world, settings.days + 1, settings.rounds, BAR_COMPACTED_MS)
    shutil.rmtree(world.folder)
    if settings.year_vessels:
        year = World("a year", work / "year", settings.year_vessels, settings.seed, say)
        yield from growth(year, YEAR_DAYS, settings.rounds)
        _parts(year, outcome)
        yield from questions(year, settings.rounds)
        week = World("a week", work / "week", settings.year_vessels, settings.seed, say)
        yield from judgement.last_day(year, week, YEAR_DAYS, settings.rounds)
        shutil.rmtree(week.folder)
        yield from compaction(year, YEAR_DAYS + 2, settings.rounds)
        shutil.rmtree(year.folder)


def _parts(world: World, outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = measure(ours.parts, archive=world.archive).value
    outcome.sizes[f"archive of {world.title}"] = (
        f"{world.vessels:,} vessels, {found['rows']:,} reports, {found['bytes'] / 1e6:,.0f} MB in "
        f"{len(found['paths'])} parts"
    )
    return found


def growth(world: World, days: int, rounds: int) -> Iterator[Finding]:
    """Builds the archive, and measures ingest into it: of the day after the last against day 2, and of an export."""
    young = world.folder / "day-1"
    world.ingest_days(1, 1)
    snapshot(world.archive, young)
    world.ingest_days(2, days)
    (second, last) = world.generate([2, days + 1])
    early, late = alternate(
        rounds, lambda: _into_copy(world, young, second), lambda: _into_copy(world, world.archive, last)
    )
    per_row = (late.cpu_s / last["rows"]) / (early.cpu_s / second["rows"])
    yield Finding(
        f"daily update, {world.title}",
        f"day {days + 1} against day 2, CPU a report",
        f"{late.cpu_s:.2f} s CPU for {last['rows']:,} rows",
        f"day 2: {early.cpu_s:.2f} s CPU for {second['rows']:,} rows",
        per_row,
        "x",
        BAR_DAILY,
    )
    export = world.generate_export(vessel=0, last_day=days)
    cost = median([_into_copy(world, world.archive, export) for _ in range(rounds)])
    yield Finding(
        f"export, {world.title}",
        "one ship's five years into the archive",
        f"{cost.cpu_s:.2f} s CPU, {export['rows']:,} rows",
        "",
        cost.wall_s,
        "s",
        BAR_EXPORT_S,
    )
    peak = max(cost.peak_mb for cost in [*world.ingests, early, late, cost])
    yield Finding(f"ingest, {world.title}", "peak memory of all", "", "", peak, "MB", BAR_INGEST_MB)
    shutil.rmtree(young)


def conversion(world: World, rounds: int) -> Iterator[Finding]:
    """Ingest of one file into an empty archive, against DuckDB's own conversion of it to Parquet."""
    (file,) = world.generate([2])
    fresh, parquet = world.folder / "fresh", world.folder / "converted.parquet"

    def ingest_afresh() -> Cost:
        shutil.rmtree(fresh, ignore_errors=True)
        return ingest(fresh, [file])

    us, duckdb = alternate(rounds, ingest_afresh, lambda: measure(rivals.convert, csv=file["path"], out=parquet))
    shutil.rmtree(fresh)
    parquet.unlink()
    million = file["rows"] / 1e6
    ratios = (("CPU", us.cpu_s, duckdb.cpu_s, BAR_INGEST), ("wall", us.wall_s, duckdb.wall_s, None))
    for kind, mine, theirs, bar in ratios:
        what = f"a MarineCadastre CSV day of {million:.2f} M rows, {kind}"
        against = f"DuckDB COPY read_csv to Parquet: {theirs:.2f} s"
        yield Finding("ingest", what, f"{mine:.2f} s", against, mine / theirs, "x", bar)


def _into_copy(world: World, archive: Path, file: dict[str, Any]) -> Cost:
    with world.copy(archive) as copy:
        return ingest(copy, [file])


def size(parts: dict[str, Any]) -> Finding:
    """Bytes of a report on disk, all columns."""
    rows, total = parts["rows"], parts["bytes"]
    return Finding("size", "a report, all columns", f"{total / 1e6:,.0f} MB", "", total / rows, "B", BAR_BYTES)


def gap_pass(world: World, parts: list[str], rounds: int) -> Iterator[Finding]:
    """Summaries of all parts and their stitching, against the bare scan and the SQL window."""
    mine, theirs = world.folder / "gaps.parquet", world.folder / "window.parquet"
    asked = {"parts": parts, "min_hours": MIN_HOURS}
    scan, us, window = alternate(
        rounds,
        lambda: measure(rivals.scan, parts=parts),
        lambda: measure(ours.gap_pass, **asked, out=mine),
        lambda: measure(rivals.sql_window, **asked, out=theirs),
    )
    took = f"{us.cpu_s:.2f} s CPU, {us.wall_s:.2f} s wall"
    scanned = f"scan of mmsi, ts, lat, lon: {scan.cpu_s:.2f} s CPU"
    yield Finding("gap pass", "CPU against the bare scan", took, scanned, us.cpu_s / scan.cpu_s, "x", BAR_SCAN)
    sql = f"DuckDB LEAD() OVER: {window.cpu_s:.2f} s CPU, {window.wall_s:.2f} s wall, {window.peak_mb:,.0f} MB"
    ratio = window.cpu_s / us.cpu_s
    yield Finding("gap pass", "times less CPU than the SQL window", took, sql, ratio, "x", BAR_WINDOW, at_least=True)
    yield Finding("gap pass", "peak memory", "", f"scan {scan.peak_mb:,.0f} MB", us.peak_mb, "MB", BAR_GAPS_MB)
    yield _agreement("gap pass", "DuckDB LEAD()", mine, theirs, bar=100.0)
    kept = median([measure(ours.gap_pass, floor_hours=1, **asked, out=mine) for _ in range(rounds)])
    what = "CPU against the bare scan, when each silence over 1 h is noted too, as ingest does"
    yield Finding("gap pass", what, f"{kept.cpu_s:.2f} s CPU", scanned, kept.cpu_s / scan.cpu_s, "x")


def sample(world: World, parts: list[str], rounds: int) -> Iterator[Finding]:
    """The same on the reports of some vessels, against what notebooks use."""
    count = min(SAMPLE_VESSELS, world.vessels)
    mmsi = [who["mmsi"] for who in world.identities(range(count))]
    folder = world.folder / "sample"
    folder.mkdir()
    some = measure(ours.sample_parts, parts=parts, mmsi=mmsi, folder=folder).value
    rows = measure(rivals.scan, parts=some).value
    mine, frames, pieces = (folder / f"{name}.gaps.parquet" for name in ("ours", "pandas", "movingpandas"))
    us, pandas = alternate(
        rounds,
        lambda: measure(ours.gap_pass, parts=some, min_hours=MIN_HOURS, out=mine),
        lambda: measure(rivals.pandas_diff, parts=some, min_hours=MIN_HOURS, out=frames),
    )
    splitter = measure(rivals.movingpandas_splitter, parts=some, min_hours=MIN_HOURS, out=pieces)
    subject = f"sample of {count} vessels, {rows:,} reports"
    took = f"{us.cpu_s:.2f} s CPU"
    for name, cost in (("pandas groupby().diff()", pandas), ("MovingPandas ObservationGapSplitter", splitter)):
        against = f"{name}: {cost.cpu_s:.2f} s CPU"
        yield Finding(subject, "times less CPU", took, against, cost.cpu_s / us.cpu_s, "x")
    yield _agreement(subject, "pandas", mine, frames, bar=100.0)
    yield _agreement(subject, "MovingPandas, which drops lone reports", mine, pieces)
    shutil.rmtree(folder)


def _agreement(subject: str, rival: str, mine: Path, theirs: Path, bar: float | None = None) -> Finding:
    """How many of our gaps the rival finds too, equal in every column."""
    counts = measure(rivals.compare, one=mine, other=theirs).value
    percent = 100 * counts["shared"] / max(counts["one"], counts["other"], 1)
    what = f"the same gaps as {rival}: {counts['shared']:,} in both"
    found = f"{counts['other']:,} gaps over {MIN_HOURS} h"
    ours_found = f"{counts['one']:,} gaps over {MIN_HOURS} h"
    return Finding(subject, what, ours_found, found, percent, "%", bar, at_least=True)


def questions(world: World, rounds: int, month_ms: float | None = None) -> Iterator[Finding]:
    """What a user asks of the archive, in Python and on the command line. ``month_ms`` bounds the track of a month."""
    cost = median([measure(ours.all_gaps, archive=world.archive, min_hours=MIN_HOURS) for _ in range(rounds)])
    what = f"all over {MIN_HOURS} h, named and placed: {cost.value:,}"
    took = f"{cost.cpu_s:.2f} s CPU, {cost.wall_s:.2f} s wall"
    yield Finding(f"gaps, {world.title}", f"{what}; peak memory", took, "", cost.peak_mb, "MB", BAR_INGEST_MB)
    yield from look_ups(world, rounds, "track", ours.track, month_ms)
    yield from look_ups(world, rounds, "gaps", ours.vessel_gaps, None)
    yield from commands(world, rounds)


def look_ups(
    world: World, rounds: int, what: str, work: Callable[..., Any], bar: float | None, state: str = ""
) -> Iterator[Finding]:
    """One vessel's track or gaps: in a fresh process with its imports, then again for other vessels."""
    mmsi = [who["mmsi"] for who in world.identities(range(LOOKED_UP))]
    costs = [measure(work, archive=world.archive, mmsi=mmsi) for _ in range(rounds)]
    fresh = median(costs)
    warm_ms = statistics.median(ms for cost in costs for ms in cost.value["warm_ms"])
    subject = f"one vessel's {what}, {world.title}{state}"
    took = f"{fresh.cpu_s:.2f} s CPU"
    yield Finding(subject, "fresh process, imports included", took, "", fresh.wall_s * 1e3, "ms")
    yield Finding(subject, f"another vessel, {LOOKED_UP} have {fresh.value['rows']:,} rows", "", "", warm_ms, "ms", bar)


def commands(world: World, rounds: int) -> Iterator[Finding]:
    """Whole commands as a person runs them."""
    who = next(w for w in world.identities(range(min(100, world.vessels))) if w["name"] and w["imo"])
    base = [sys.executable, "-m", "ais_gaps", "--archive", str(world.archive)]
    start = median([run_command([*base, "--version"]) for _ in range(rounds)])
    for name, arguments in (
        ("vessels NAME", ["vessels", who["name"]]),
        ("gaps MMSI", ["gaps", str(who["mmsi"])]),
        ("investigate MMSI", ["investigate", str(who["mmsi"])]),
    ):
        cost = median([run_command([*base, *arguments]) for _ in range(rounds)])
        against = f"--version: {start.wall_s:.2f} s"
        took = f"{cost.cpu_s:.2f} s CPU, {cost.peak_mb:,.0f} MB"
        yield Finding(f"command, {world.title}", f"ais-gaps {name}", took, against, cost.wall_s, "s", BAR_COMMAND_S)


def compaction(world: World, next_day: int, rounds: int, month_ms: float | None = None) -> Iterator[Finding]:
    """Merging closed months, when the next day closes one, and what a track costs then."""
    world.ingest_days(next_day, next_day)
    before = measure(ours.parts, archive=world.archive).value
    cost = measure(ours.compact, archive=world.archive)
    after = measure(ours.parts, archive=world.archive).value
    if len(after["paths"]) == len(before["paths"]):
        return
    if after["rows"] != before["rows"]:
        raise RuntimeError(f"compaction made {after['rows']} reports of {before['rows']}")
    subject = f"compaction, {world.title}"
    took = f"{cost.cpu_s:.2f} s CPU, {cost.wall_s:.2f} s wall"
    parts = f"{len(before['paths'])} parts to {len(after['paths'])}"
    yield Finding(subject, f"{parts}, peak memory", took, "", cost.peak_mb, "MB", BAR_INGEST_MB)
    smaller = f"before {before['bytes'] / before['rows']:.2f} B"
    yield Finding(subject, "a report, all columns", "", smaller, after["bytes"] / after["rows"], "B", BAR_BYTES)
    yield from look_ups(world, rounds, "track", ours.track, month_ms, ", compacted")
