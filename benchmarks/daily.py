"""Measures what a daily run stands on: what one more day costs an archive of 30, 120 and 360 days. No figure may grow with it.

    python benchmarks/daily.py [--vessels N] [--days 30 120 360] [--rounds N] [--work DIR] [--json]

A generated month (`ais_gaps.worlds`, stations by name) is played forwards and backwards in turn, so that no ship jumps where
one month meets the next; a day is a file. Each step runs in a process of its own, on an archive that was asked the same the day
before; and some once more with nothing kept from any question.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import endless, ours
from benchmarks.endless import MONTH_DAYS, START
from benchmarks.findings import Finding, as_json, as_text, machine
from benchmarks.measure import Clock, Cost, measure, median, run_command
from benchmarks.world import Say, snapshot

IMPORTED = (  # costs what it costs, however old the archive
    *("pandas", "scipy.sparse", "scipy.spatial", "scipy.special", "ais_gaps.holdings", "ais_gaps.outages"),
    *("ais_gaps.identities", "ais_gaps.fleet", "ais_gaps.places", "ais_gaps.judgement"),
)
BAR = 1.3  # a day may cost so much more at the end of a year than at its beginning


@dataclass(frozen=True)
class Settings:
    """The size of a run: ships, the ages in days at which an archive is measured, and how often each is."""

    vessels: int = 300
    ages: tuple[int, ...] = (30, 120, 360)
    rounds: int = 3
    seed: int = 1


def run(settings: Settings, work: Path, say: Say) -> list[Finding]:
    """Grows one archive and measures each step at each age; a line a step and age, against the youngest."""
    month = measure(endless.generate, folder=work / "month", vessels=settings.vessels, seed=settings.seed).value
    say(f"a month of {settings.vessels:,} ships: {month:,} reports")
    archive, done = work / "archive", 0
    costs: dict[int, dict[str, Cost]] = {}
    for age in settings.ages:
        for first in range(done + 1, age + 1, MONTH_DAYS):
            _ingest(work, archive, range(first, min(first + MONTH_DAYS, age + 1)))
        done = age
        costs[age] = dict(_steps(work, archive, age, settings.rounds))
        for step, cost in costs[age].items():
            say(f"{age} days, {step}: {cost.cpu_s:.3f} s CPU, {cost.peak_mb:,.0f} MB, {cost.value}")
    shutil.rmtree(archive)
    return list(_findings(costs))


def _findings(costs: dict[int, dict[str, Cost]]) -> Iterator[Finding]:
    young, *older = costs
    for step, base in costs[young].items():
        for age in older:
            cost = costs[age][step]
            yield Finding(
                "a day more",
                f"{step}, archive of {age} days against {young}, CPU",
                _said(cost),
                f"{young} days: {_said(base)}",
                cost.cpu_s / base.cpu_s,
                "x",
                BAR,
            )


def _said(cost: Cost) -> str:
    read = cost.value["read_mb"]
    return f"{cost.cpu_s:.3f} s CPU" + ("" if math.isnan(read) else f", {read:,.1f} MB read")


def _steps(work: Path, archive: Path, age: int, rounds: int) -> Iterator[tuple[str, Cost]]:
    """What each step costs an archive of so many days, by name; it was asked the same the day before."""
    (file,) = _files(work, [age + 1])
    yesterday, today = ((START + timedelta(days)).isoformat() for days in (age - 1, age))
    for step in STEPS.values():
        measure(step, archive=archive, day=yesterday)
    copy, grown = work / "copy", work / "grown"

    def of_copy(source: Path, step: Callable[..., Any], **arguments: Any) -> Cost:
        snapshot(source, copy)
        return measure(step, archive=copy, **arguments)

    yield "ingest of the next day", median([of_copy(archive, ingest, path=file) for _ in range(rounds)])
    snapshot(copy, grown)
    for name, step in STEPS.items():
        yield name, median([of_copy(grown, step, day=today) for _ in range(rounds)])
    for name in ("log", "outages", "gaps", "judgement", "watchlists"):
        shutil.rmtree(grown / name, ignore_errors=True)
    for name, step in ANEW.items():
        yield f"{name}, nothing asked before", median([of_copy(grown, step, day=today) for _ in range(rounds)])
    yield "daily run, pages of a week", median([_daily(work, archive, copy, file) for _ in range(rounds)])
    for folder in (copy, grown):
        shutil.rmtree(folder)
    file.unlink()


def _daily(work: Path, archive: Path, copy: Path, file: Path) -> Cost:
    """The whole command, with the file of a day, when it was run the day before."""
    snapshot(archive, copy)
    inbox, site = work / "inbox", work / "site"
    for folder in (inbox, site):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    command = [sys.executable, "-m", "ais_gaps", "--archive", str(copy), "daily"]
    command += ["--inbox", str(inbox), "--site", str(site), "--days", "7", "--settle", "0"]
    run_command(command)
    shutil.copy2(file, inbox)
    cost = run_command(command)
    return Cost(cost.cpu_s, cost.wall_s, cost.peak_mb, {"rows": len(list(site.rglob("*"))), "read_mb": math.nan})


def _ingest(work: Path, archive: Path, days: Sequence[int]) -> None:
    files = _files(work, days)
    measure(ours.ingest, archive=archive, paths=files)
    for file in files:
        file.unlink()


def _files(work: Path, days: Sequence[int]) -> list[Path]:
    return [Path(path) for path in measure(endless.write_days, folder=work / "month", days=list(days)).value]


def ingest(clock: Clock, *, archive: str, path: str) -> dict[str, Any]:
    """One file into an archive."""
    for name in IMPORTED:
        importlib.import_module(name)
    with _Read() as read:
        counts = ours.ingest(clock, archive=archive, paths=[path])
    return {"rows": counts["rows_kept"], **read.said}


def opening(clock: Clock, *, archive: str, day: str) -> dict[str, Any]:
    """Opens the archive and looks at what went in last."""
    return _asked(clock, archive, lambda opened: opened._store.ingests()[-1].source)


def sources(clock: Clock, *, archive: str, day: str) -> dict[str, Any]:
    """The table of sources: a row an ingest, which grows by itself; here to see by how much."""
    return _asked(clock, archive, lambda opened: len(opened.sources()))


def outages(clock: Clock, *, archive: str, day: str) -> dict[str, Any]:
    """The outages of one day."""
    since = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return _asked(clock, archive, lambda opened: len(opened.outages(since=since, until=since + timedelta(1)).rows))


def sayings(clock: Clock, *, archive: str, day: str) -> dict[str, Any]:
    """What each ship said of itself."""
    return _asked(clock, archive, lambda opened: len(opened._fleet.sayings(opened._store.ingests())))


def places(clock: Clock, *, archive: str, day: str) -> dict[str, Any]:
    """Known places."""
    return _asked(clock, archive, lambda opened: len(opened.places()))


def watchlist(clock: Clock, *, archive: str, day: str) -> dict[str, Any]:
    """The watchlist of a day."""
    return _asked(clock, archive, lambda opened: len(opened.watchlist(date.fromisoformat(day)).rows))


STEPS = {
    "opening": opening,
    "sources": sources,
    "sayings of all ships": sayings,
    "places": places,
    "outages of the day": outages,
    "watchlist of the day": watchlist,
}
ANEW = {name: STEPS[name] for name in ("opening", "outages of the day", "watchlist of the day")}


def _asked(clock: Clock, archive: str, ask: Callable[[Any], int]) -> dict[str, Any]:
    from ais_gaps.holdings import Holdings

    for name in IMPORTED:
        importlib.import_module(name)
    with _Read() as read, clock:
        found = ask(Holdings.at(Path(archive)))
    return {"rows": found, **read.said}


class _Read:
    """Counts what the process reads from files, page cache or not, where Linux tells."""

    said: dict[str, float]

    def __enter__(self) -> _Read:
        self._before = _io()
        return self

    def __exit__(self, *_: object) -> None:
        read, calls = (now - then for now, then in zip(_io(), self._before, strict=True))
        self.said = {"read_mb": read / 1e6, "reads": calls}


def _io() -> tuple[int, int]:
    try:
        lines = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    except OSError:
        return 0, 0
    return int(lines["rchar"]), int(lines["syscr"])


def main() -> None:
    """Runs the steps and prints their table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--vessels", type=int, default=Settings.vessels)
    parser.add_argument(
        "--days", type=int, nargs="+", default=list(Settings.ages), help="ages of the archive, ascending"
    )
    parser.add_argument("--rounds", type=int, default=Settings.rounds, help="runs of which the median is taken")
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument(
        "--work", type=Path, help="where the files lie meanwhile (default: the system's temporary folder)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    settings = Settings(options.vessels, tuple(options.days), options.rounds, options.seed)
    if options.work is not None:
        options.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ais_gaps-daily-", dir=options.work) as work:
        found = run(settings, Path(work), lambda text: print(text, file=sys.stderr, flush=True))
    print(json.dumps(as_json(found, machine()), indent=2) if options.json else as_text(found))


if __name__ == "__main__":
    from benchmarks.daily import main as run_main  # under its own name, by which `measure` finds the work

    run_main()
