"""A small world whose reports come day by day, and daily runs over it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

import ais_gaps
from ais_gaps import worlds
from ais_gaps.daily import Record, Settings, run
from ais_gaps.daily.desk import Desk
from ais_gaps.site.data import entry, write_day, write_index, write_latest
from ais_gaps.watchlist.model import Watchlist

DAYS: Final = 6
NOW: Final = datetime(2024, 1, 1, 6, tzinfo=UTC)


def day_files(folder: Path) -> list[Path]:
    """One file of reports for each day of a small world, below a folder."""
    worlds.write(worlds.make(worlds.Settings(seed=3, vessels=25, days=DAYS, clock_errors=0.0)), folder / "world")
    with (folder / "world" / "reports.csv").open(newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    days = sorted({row[1][:10] for row in rows})
    paths = []
    for day in days:
        path = folder / "days" / f"{day}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *(row for row in rows if row[1].startswith(day))])
        paths.append(path)
    return paths


def build_data(site: Path, lists: Iterator[Watchlist]) -> int:
    """The site's files for programs, as the site's own builder writes them, and no pages."""
    index = site / "data" / "days.json"
    entries = {one["day"]: one for one in orjson.loads(index.read_bytes())["days"]} if index.exists() else {}
    changed = 0
    for watchlist in lists:
        changed += len(write_day(site, watchlist).changed)
        entries[watchlist.day.isoformat()] = entry(watchlist)
        if watchlist.day.isoformat() == max(entries):
            changed += len(write_latest(site, watchlist).changed)
    return changed + len(write_index(site, entries.values()).changed)


def daily(folder: Path, **settings: Any) -> Record:
    """A run over ``archive``, ``inbox`` and ``site`` in a folder."""
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    alert = settings.pop("alert", None)
    build = settings.pop("build", build_data)
    asked = Settings(folder / "inbox", folder / "site", **{"settle_s": 0.0, "now": NOW, **settings})
    return run(Desk(ais_gaps.open(folder / "archive", create=True)), asked, build=build, alert=alert)


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
