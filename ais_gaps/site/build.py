"""The site out of days' lists: what is new is written, what hangs on it is made anew, and nothing else is touched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from ais_gaps.errors import AisGapsError
from ais_gaps.plain import plain
from ais_gaps.site import assets, calendar, day, frame, ledger, search
from ais_gaps.site.data import day_file, latest_file, write_day, write_feed, write_index
from ais_gaps.site.data.day import SUFFIXES
from ais_gaps.site.files import Written, clear, write_all
from ais_gaps.site.ledger import Ledger
from ais_gaps.site.rows import Row, VesselPage
from ais_gaps.watchlist.model import Watchlist

FRONT: Final = "index.html"
_FOLDERS: Final = ("", "assets", "data", "data/day", "day", "search")


@dataclass(frozen=True)
class Built:
    """What a build has done.

    Attributes:
        changed: files whose bytes are new, relative to the site's folder, in the order of writing.
        days: all days of the site. made: those of them whose page was made anew.
    """

    changed: tuple[str, ...]
    days: tuple[date, ...]
    made: tuple[date, ...]


def build(
    folder: Path,
    lists: Iterable[Watchlist],
    *,
    vessel_page: VesselPage | None = None,
    places: Iterable[Mapping[str, Any]] | None = None,
    base_url: str | None = None,
) -> Built:
    """Puts days' lists into the site, or makes the site.

    The same days give the same bytes, in whatever order and in however many builds they came. A build that was killed leaves a
    site that opens; the next one completes it. Only one may run at a time.

    Args:
        folder: the site's; made if it is not there.
        lists: of days that are new or may be other than before; taken one at a time.
        vessel_page: finds pages of vessels, which are written by others; None = the lists lead to none.
        places: watched ones to name on the map, with ``name``, ``lat`` and ``lon``; None = those that ship with the package.
        base_url: where the site will be served, for the feed (`data.write_feed`).

    Raises:
        AisGapsError: something cannot be written or read, with the reason.
    """
    work = _Build(Path(folder), vessel_page)
    try:
        return work.run(lists, places, base_url)
    except OSError as error:
        raise AisGapsError(f"the site in {folder}: {error.strerror or error}") from error


class _Build:
    """One run of `build`."""

    def __init__(self, folder: Path, vessel_page: VesselPage | None) -> None:
        self._folder, self._vessel_page = folder, vessel_page
        self._assets = assets.names()
        self._changed: list[str] = []
        self._ledger = Ledger()

    def run(
        self, lists: Iterable[Watchlist], places: Iterable[Mapping[str, Any]] | None, base_url: str | None
    ) -> Built:
        for name in (*_FOLDERS, self._assets["land"]):
            clear(self._folder / name)
        self._wrote(assets.write_assets(self._folder))
        self._write("places.js", _places(places))
        given = set()
        for one in lists:
            self._wrote(write_day(self._folder, one))
            given.add(one.day)
        days = self._take_stock(given)
        made, front = self._days(days)
        entries = self._ledger.entries()
        self._write("calendar.html", calendar.render(entries, self._assets))
        months = sorted(self._ledger.months, reverse=True)
        self._write("search.html", search.render(months, [entry["day"] for entry in entries], self._assets))
        self._wrote(write_feed(self._folder, days, base_url=base_url))
        for suffix in SUFFIXES if days else ():
            self._write(latest_file(suffix), self._data(days[-1], suffix))
        if front:
            # What it leads to is there by now.
            self._write(FRONT, front)
            self._ledger.front = len(front)
        self._write(ledger.FILE, self._ledger.bytes())
        # Last: this tells others which days are done.
        self._wrote(write_index(self._folder, entries))
        return Built(tuple(self._changed), tuple(days), tuple(made))

    def _take_stock(self, given: set[date]) -> list[date]:
        """The days whose data are there; what the ledger knows of those that are as they were stays."""
        before = Ledger.read(self._folder)
        for on, size in ledger.sizes(self._folder / "data/day", ".json").items():
            known = before.days.get(on)
            if known is None or known["bytes"] != size or on in given:
                found = ledger.held(self._data(on, "json"))
                known = known if known and found and known["digest"] == found["digest"] else found
            if known is not None:
                self._ledger.days[on] = known
        sizes = ledger.sizes(self._folder / "search", ".js", "%Y-%m")
        gone = {f"{on:%Y-%m}" for on in before.days if on not in self._ledger.days}
        for on, known in self._ledger.days.items():
            month = f"{on:%Y-%m}"
            if month in gone or sizes.get(on.replace(day=1)) != before.months.get(month):
                known.pop("searched", None)
            elif "searched" in known:
                self._ledger.months[month] = before.months[month]
        front = self._folder / FRONT
        self._ledger.front = before.front if front.is_file() and front.stat().st_size == before.front else 0
        return sorted(self._ledger.days)

    def _days(self, days: list[date]) -> tuple[list[date], bytes]:
        """Pages that are other than what they were made from, and the search index of new days.

        Gives the days of the pages, and the front page where it is to be written.
        """
        there = ledger.sizes(self._folder / "day", ".html")
        unsearched: dict[str, dict[date, list[Row]]] = {}
        made, front = [], b""
        # New pages first: no page leads to one that is not yet there.
        for on in sorted(days, key=lambda on: (on in there, on)):
            known, beside = self._ledger.days[on], self._beside(days, on)
            key = self._key(known, beside)
            page = known.get("page") != key or there.get(on) != known["page_bytes"]
            first = beside.newest and (page or not self._ledger.front)
            searched = known.get("searched") == self._searched(known)
            if searched and not page and not first:
                continue
            found = ledger.parsed(self._data(on, "json"))
            if found is None:
                raise AisGapsError(
                    f"{self._folder / day_file(on, 'json')} is no list of a day; remove it, or write that day anew"
                )
            if not searched:
                unsearched.setdefault(f"{on:%Y-%m}", {})[on] = [search.few(row) for row in found["rows"]]
            if page:
                html = self._rendered(found, beside, "../")
                self._write(f"day/{on}.html", html)
                known["page"], known["page_bytes"] = key, len(html)
                made.append(on)
            if first:
                front = self._rendered(found, beside, "")
        for month, new in unsearched.items():
            index = search.month(self._folder, month, new, days, self._vessel_page)
            self._write(search.month_file(month), index)
            self._ledger.months[month] = len(index)
            for on in new:
                self._ledger.days[on]["searched"] = self._searched(self._ledger.days[on])
        return sorted(made), front

    def _rendered(self, found: Mapping[str, Any], beside: day.Beside, root: str) -> bytes:
        return day.render(found, beside, self._assets, root=root, vessel_page=self._vessel_page)

    def _beside(self, days: list[date], on: date) -> day.Beside:
        number = days.index(on)
        before = days[number - 1] if number else None
        after = days[number + 1] if number + 1 < len(days) else None
        counts = self._ledger.days[before]["entry"]["counts"] if before else None
        return day.Beside(before, after, counts, after is None, before == on - timedelta(days=1))

    def _key(self, known: Mapping[str, Any], beside: day.Beside) -> str:
        """Equal for pages that would be equal."""
        counts = None if beside.counts is None else sorted(beside.counts.items())
        parts = (_look(), known["digest"], beside.before, beside.after, counts, self._vessel_page is not None)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]

    def _searched(self, known: Mapping[str, Any]) -> str:
        return f"{known['digest'][:32]}{'+' if self._vessel_page else ''}"

    def _data(self, on: date, suffix: str) -> bytes:
        return (self._folder / day_file(on, suffix)).read_bytes()

    def _write(self, name: str, data: bytes) -> None:
        self._wrote(write_all(self._folder, [(name, data)]))

    def _wrote(self, written: Written) -> None:
        self._changed += written.changed


@cache
def _look() -> str:
    """Hash of what pages are made with: another version makes them anew."""
    digest = hashlib.sha256(frame.PROGRAM.encode())
    for part in ("", "templates", "static"):
        for file in sorted((resources.files("ais_gaps.site") / part).iterdir(), key=lambda file: file.name):
            if file.name.endswith((".py", ".html", ".css", ".js")):
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _places(rows: Iterable[Mapping[str, Any]] | None) -> bytes:
    """Watched places as the map takes them."""
    if rows is None:
        from ais_gaps.places import shipped

        table = shipped()
        rows = table.filter(table["watched"]).select(["name", "lat", "lon"]).to_pylist()
    found = sorted(
        (plain(row["name"])[:60], round(row["lat"], 4), round(row["lon"], 4)) for row in rows if row["lat"] is not None
    )
    return f"Watched.places({json.dumps(found, separators=(',', ':'))});\n".replace("<", "\\u003c").encode()
