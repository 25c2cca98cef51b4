"""Small worlds whose reports come day by day, and daily runs over them."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from ais_gaps import worlds
from ais_gaps.daily import Record, Settings, outlets, run
from ais_gaps.daily.desk import Desk
from ais_gaps.holdings import Holdings
from ais_gaps.site.data import entry, write_index
from ais_gaps.watchlist.model import Watchlist
from tests.command import environment
from tests.watchlist_case import nothing

NOW: Final = datetime(2024, 1, 1, 6, tzinfo=UTC)
DAYS: Final = 3
HEADER: Final = "mmsi,ts,lat,lon"

COMMAND: Final = "from ais_gaps.cli import main\nmain()\n"


def day_files(folder: Path) -> list[Path]:
    """One file of reports for each day of a small world, below a folder; silences and a made-up coast, no real AIS."""
    told = {"vessels": 20, "days": DAYS, "dark_ships": 0.7, "dark_trips": 0.9, "dark_long": 0.6, "shuttles": 0.3}
    worlds.write(worlds.make(worlds.Settings(seed=7, clock_errors=0.0, **told)), folder / "world")
    with (folder / "world" / "reports.csv").open(newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    paths = []
    for day in sorted({row[1][:10] for row in rows}):
        path = folder / "days" / f"{day}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *(row for row in rows if row[1].startswith(day))])
        paths.append(path)
    return paths


def hourly(folder: Path, name: str, *days: str, mmsi: int = 273000001, hours: int = 24) -> Path:
    """A file with a report an hour of one ship on some days."""
    rows = [f"{mmsi},{day}T{hour:02}:00:00Z,42.1,131.2" for day in days for hour in range(hours)]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


def daily(folder: Path, **settings: Any) -> Record:
    """A run over ``archive``, ``inbox`` and ``site`` in a folder, as the command makes it, or with a ``build`` of its own."""
    archive = Holdings.at(folder / "archive", create=True)
    (folder / "inbox").mkdir(exist_ok=True)
    build = settings.pop("build", outlets.pages(archive, None))
    asked = Settings(folder / "inbox", folder / "site", **{"settle_s": 0.0, "now": NOW, **settings})
    return run(Desk(archive), asked, build=build)


def command(folder: Path, *arguments: str, code: str = COMMAND, **changes: str) -> subprocess.Popen[str]:
    """The command, begun in a folder that holds ``inbox``; its archive and site go there too."""
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    asked = ["daily", "--inbox", "inbox", "--site", "site", "--archive", "archive", "--now", NOW.isoformat()]
    return subprocess.Popen(
        [sys.executable, "-c", code, *asked, *arguments],
        cwd=folder,
        env=environment(**changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@dataclass
class Office:
    """Daily runs whose lists are empty and whose pages are only the index of days: everything else is as ever.

    Attributes:
        folder: holds archive, inbox and site.
        made: the days whose lists were asked for, run by run.
        told: what the alerts were given: day, and whether it was the run's last.
        failing: days whose list cannot be made. deaf: days that cannot be told.
    """

    folder: Path
    made: list[list[date]] = field(default_factory=list)
    told: list[tuple[date, bool]] = field(default_factory=list)
    failing: set[date] = field(default_factory=set)
    deaf: set[date] = field(default_factory=set)

    @property
    def inbox(self) -> Path:
        """Where files arrive."""
        return self.folder / "inbox"

    def run(self, *, alerts: bool = False, build: Any = None, **settings: Any) -> Record:
        """A run."""
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.made.append([])
        desk = _EmptyLists(Holdings.at(self.folder / "archive", create=True), office=self)
        asked = Settings(self.inbox, self.folder / "site", **{"settle_s": 0.0, "now": NOW, **settings})
        return run(desk, asked, build=build or self.build, alert=self.alert if alerts else None)

    def build(self, site: Path, lists: Iterator[Watchlist]) -> int:
        """Writes the index of days."""
        try:
            index = orjson.loads((site / "data" / "days.json").read_bytes())["days"]
            held = {date.fromisoformat(one["day"]): one for one in index}
        except (OSError, ValueError, TypeError):
            held = {}
        held |= {watchlist.day: entry(watchlist) for watchlist in lists}
        return len(write_index(site, held.values()).changed)

    def alert(self, watchlist: Watchlist, *, last: bool, problems: Sequence[str]) -> tuple[bool, list[str]]:
        """Takes note of what it is given."""
        if watchlist.day in self.deaf:
            raise OSError(28, "No space left on device")
        self.told.append((watchlist.day, last))
        return True, []


@dataclass
class _EmptyLists(Desk):
    office: Office | None = None

    def watchlist(self, day: date) -> Watchlist:
        assert self.office is not None
        if day in self.office.failing:
            raise RuntimeError("no list\ntoday")
        self.office.made[-1].append(day)
        return replace(nothing(day), sources=self.digest(day))


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
