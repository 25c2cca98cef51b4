"""The site as files: a day at a time is the month at once, a kill costs nothing, and the pages say what the data say."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ais_gaps.site import build, coast, files
from ais_gaps.site.data import entry
from ais_gaps.site.files import Written
from ais_gaps.site.keys import vessel_page
from ais_gaps.watchlist.model import Watchlist
from tests import watchlist_case as case


@pytest.fixture(autouse=True)
def no_land(monkeypatch: pytest.MonkeyPatch) -> None:
    """The coast is made once, and elsewhere: it takes seconds and is the same for all sites."""
    monkeypatch.setattr(coast, "write_coast", lambda folder, name: Written())


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def made(folder: Path, *batches: list[Watchlist]) -> dict[str, bytes]:
    for lists in batches:
        build(folder, lists, places=case.places(), vessel_page=vessel_page)
    return tree(folder)


MONTH = case.month(9, 5, newest=date(2026, 11, 4))  # in two calendar months


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coast, "write_coast", lambda folder, name: Written())
        return made(tmp_path_factory.mktemp("once"), MONTH)


@pytest.mark.parametrize("seed", range(3))
def test_a_day_at_a_time_in_any_order_is_the_month_at_once(
    tmp_path: Path, at_once: dict[str, bytes], seed: int
) -> None:
    days = list(MONTH)
    random.Random(seed).shuffle(days)
    assert made(tmp_path, *([one] for one in days)) == at_once


def test_the_same_again_touches_nothing(tmp_path: Path, at_once: dict[str, bytes]) -> None:
    made(tmp_path, MONTH)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    again = build(tmp_path, MONTH, places=case.places(), vessel_page=vessel_page)
    assert again.changed == () and again.made == ()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert tree(tmp_path) == at_once


def test_a_new_day_adds_its_files_and_touches_few(tmp_path: Path) -> None:
    made(tmp_path, MONTH[:-1])
    built = build(tmp_path, MONTH[-1:], places=case.places(), vessel_page=vessel_page)
    new, before = MONTH[-1].day, MONTH[-2].day
    assert built.made == (before, new)
    assert set(built.changed) == {
        *(f"data/{name}.{suffix}" for name in (f"day/{new}", "latest") for suffix in ("json", "csv", "geojson")),
        f"day/{new}.html",
        f"day/{before}.html",
        f"search/{new:%Y-%m}.js",
        "index.html",
        "calendar.html",
        "search.html",
        "feed.xml",
        "data/days.json",
        "site.json",
    }


def test_a_day_that_is_other_now_changes_its_neighbours_and_no_more(tmp_path: Path) -> None:
    site = tmp_path / "site"
    made(site, MONTH)
    other = case.watchlist(MONTH[4].day, 7)
    built = build(site, [other], places=case.places(), vessel_page=vessel_page)
    assert built.made == (MONTH[4].day, MONTH[5].day)  # the later one tells the counts of the day before
    assert tree(site) == made(tmp_path / "anew", [*MONTH[:4], other, *MONTH[5:]])


class Killed(BaseException):
    """What a test ends a build with."""


def test_a_build_that_is_killed_anywhere_is_completed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: dict[str, bytes]
) -> None:
    made(tmp_path, MONTH[:-1])
    old = tree(tmp_path)
    write = files.write
    writes = 0

    def count(path: Path, data: bytes) -> bool:
        nonlocal writes
        writes += 1
        return write(path, data)

    monkeypatch.setattr(files, "write", count)
    made(tmp_path / "rehearsal", MONTH[:-1])
    writes = 0
    made(tmp_path / "rehearsal", MONTH[-1:])
    total = writes
    assert total > 15
    for last in range(total):
        site = tmp_path / f"killed-{last}"
        for name, data in old.items():
            write(site / name, data)
        left = last

        def some(path: Path, data: bytes) -> bool:
            nonlocal left
            if left == 0:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.with_name(f".{path.name}.1.new").write_bytes(data[: len(data) // 2])
                raise Killed
            left -= 1
            return write(path, data)

        monkeypatch.setattr(files, "write", some)
        with pytest.raises(Killed):
            made(site, MONTH[-1:])
        assert [(page, link) for page, link in dead_links(site) if not link.startswith("vessel/")] == []
        monkeypatch.setattr(files, "write", write)
        assert made(site, MONTH[-1:]) == at_once, last


def test_what_is_gone_or_cut_short_is_made_again(tmp_path: Path, at_once: dict[str, bytes]) -> None:
    made(tmp_path, MONTH)
    (tmp_path / "site.json").write_text("{")
    (tmp_path / "index.html").unlink()
    (tmp_path / f"day/{MONTH[3].day}.html").write_text("<!doctype html>")
    (tmp_path / f"search/{MONTH[0].day:%Y-%m}.js").unlink()
    assert made(tmp_path, []) == at_once
    (tmp_path / "index.html").unlink()
    (tmp_path / f"day/{MONTH[3].day}.html").write_text("<!doctype html>")
    (tmp_path / f"search/{MONTH[0].day:%Y-%m}.js").unlink()
    assert made(tmp_path, []) == at_once


def test_a_day_that_was_taken_away_is_gone_from_calendar_and_search(tmp_path: Path) -> None:
    made(tmp_path, MONTH)
    gone = MONTH[-1].day
    for path in (tmp_path / "data/day").glob(f"{gone}.*"):
        path.unlink()
    (tmp_path / f"day/{gone}.html").unlink()
    assert made(tmp_path, []) == made(tmp_path.parent / "without", MONTH[:-1])


def test_a_page_says_what_the_data_say(tmp_path: Path) -> None:
    lists = [case.watchlist(case.NEWEST - timedelta(days=1), 30), case.watchlist(case.NEWEST, 60)]
    made(tmp_path, lists)
    told = json.loads((tmp_path / f"data/day/{case.NEWEST}.json").read_text())
    page = Page.read(tmp_path / f"day/{case.NEWEST}.html")
    assert page.rows == [
        (
            f"gap-{row['gap_id']}",
            row["p_switched_off"],
            {"newly dark": "newly", "still dark": "still", "back again": "back"}[row["state"]],
        )
        for row in told["rows"]
    ]
    text = page.text
    for key, label in (
        ("newly_dark", "newly dark"),
        ("still_dark", "still dark"),
        ("back_again", "back again"),
        ("ships_heard", "ships heard"),
    ):
        before = lists[0].counts[key]
        assert f"{label} {told['counts'][key]:,} {before:,} the day before" in text
    for key in ("fleet_newly_dark", "fleet_open", "fleet_back_again"):
        assert f"{told['counts'][key]:,}" in text
    for row in told["rows"]:
        assert row["why"][:250] in text
        for reason in row["reasons"]:
            assert reason.rsplit(" [", 1)[0] in text
    for outage in told["outages"]:
        assert outage["reason"] in text
    assert "silences in these hours and waters are not ships" in text
    for note in told["notes"]:
        assert note in text
    for change in told["changes"]:
        if change["kind"] not in ("newly dark", "back again"):
            assert change["text"] in text


def test_what_was_not_judged_is_not_nought(tmp_path: Path) -> None:
    made(tmp_path, [case.watchlist(rows=60)])
    html = (tmp_path / "index.html").read_text()
    nulls = sum(p is None for p in case.watchlist(rows=60).rows["p_switched_off"].to_pylist())
    assert nulls > 3
    assert html.count("<i>not judged</i>") == nulls + 1  # once more where p is explained
    assert ">0 %<" not in html and ">100 %<" not in html


def test_a_day_without_a_report_says_so(tmp_path: Path) -> None:
    made(tmp_path, [case.nothing()])
    text = Page.read(tmp_path / "index.html").text
    assert "No ship was heard at all: that says something of the data, and nothing of ships." in text
    assert made(tmp_path / "none", [])["calendar.html"]


def test_every_link_leads_somewhere(tmp_path: Path) -> None:
    made(tmp_path, MONTH)
    assert {link for _, link in dead_links(tmp_path)} == {
        vessel_page(row) for one in MONTH for row in one.rows.select(["mmsi", "imo"]).to_pylist()
    }
    build(tmp_path, [], places=case.places())
    assert list(dead_links(tmp_path)) == []


def test_no_text_of_strangers_becomes_markup_a_script_a_link_or_a_path(tmp_path: Path) -> None:
    build(
        tmp_path,
        [case.watchlist(rows=40, hostile=True)],
        places=[{"name": case.HOSTILE[2], "lat": 1.0, "lon": 2.0}],
        vessel_page=vessel_page,
    )
    for path in tmp_path.rglob("*.html"):
        page = Page.read(path)
        assert page.tags.isdisjoint({"img", "iframe", "object", "embed", "base", "style"}), path
        assert page.inline == [], path
        assert not any(name.startswith("on") or name in ("style", "srcdoc") for name in page.attributes), path
        assert all(
            link.split("#")[0] == "" or not link.startswith(("/", "javascript", "http", "data:")) for link in page.links
        )
        assert "\u202e" not in path.read_text() and "\x1b" not in path.read_text()
    assert "<script>alert(1)</script>" in Page.read(tmp_path / "index.html").text
    for path in [tmp_path / "places.js", *tmp_path.glob("search/*.js")]:
        assert "<" not in path.read_text()
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")]
    assert all(name.isascii() and not set(name) & set("<>\"'& ") for name in names)


def test_a_vessel_page_that_lies_elsewhere_is_no_link(tmp_path: Path) -> None:
    build(tmp_path, [case.watchlist(rows=5)], vessel_page=lambda row: "../../etc/passwd")
    assert "passwd" not in (tmp_path / "index.html").read_text() + next(tmp_path.glob("search/*.js")).read_text()


def test_the_index_of_days_is_that_of_the_lists(tmp_path: Path) -> None:
    made(tmp_path, MONTH)
    assert json.loads((tmp_path / "data/days.json").read_text())["days"] == [
        json.loads(json.dumps(entry(one))) for one in MONTH
    ]


def test_searching_forgets_no_day_and_invents_none(tmp_path: Path) -> None:
    made(tmp_path, MONTH)
    made(tmp_path, [case.watchlist(MONTH[4].day, 2)])
    lists = [*MONTH[:4], case.watchlist(MONTH[4].day, 2), *MONTH[5:]]
    told = {
        (mmsi, imo, name, flag, f"{month}-{day:02}")
        for month, rows in indexes(tmp_path)
        for mmsi, imo, name, flag, _, days in rows
        for day in days
    }
    assert told == {
        (row["mmsi"], row["imo"], row["name"], row["flag"], str(one.day))
        for one in lists
        for row in one.rows.to_pylist()
    }


def indexes(folder: Path) -> Iterator[tuple[str, list[Any]]]:
    for path in sorted(folder.glob("search/*.js")):
        month, rows = json.loads("[" + path.read_text().removeprefix("Ships.month(").removesuffix(");\n") + "]")
        yield month, rows


def dead_links(folder: Path) -> Iterator[tuple[str, str]]:
    """Pages, and what they lead to that is not there, relative to the site's folder."""
    for path in sorted(folder.rglob("*.html")):
        for link in Page.read(path).links:
            to = link.split("#")[0]
            target = (path.parent / to).resolve() if to else path
            assert target.is_relative_to(folder.resolve()), (path, link)
            if not target.is_file():
                yield str(path.relative_to(folder)), str(target.relative_to(folder.resolve()))


class Page(HTMLParser):
    """What stands in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, float | None, str]] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.inline: list[str] = []
        self._said: list[str] = []
        self._script = False

    @classmethod
    def read(cls, path: Path) -> Page:
        page = cls()
        page.feed(path.read_text(encoding="utf-8"))
        return page

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.attributes |= set(found)
        self._script = tag == "script"
        for name in ("href", "src"):
            if (link := found.get(name)) is not None:
                self.links.append(link)
        if tag == "li" and "data-s" in found:
            p = found.get("data-p")
            self.rows.append((str(found["id"]), None if p is None else float(p), str(found["data-s"])))

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.inline.append(data)
        self._said.append(data)
