"""The feed of changes: valid Atom, one entry a change, the same from run to run, and nothing from data that is no text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ais_gaps.errors import AisGapsError, UsageError
from ais_gaps.site.data import FEED_DAYS, write_day, write_feed
from ais_gaps.site.data.feed import checked
from ais_gaps.site.data.xml import text
from ais_gaps.watchlist.model import Watchlist
from tests import watchlist_case as case

ATOM = "{http://www.w3.org/2005/Atom}"
GRAMMAR = Path(__file__).parent / "vendor" / "atom" / "atom.rng"
BASE = "https://example.org/dark ships/".replace(" ", "-")


@pytest.fixture(scope="module")
def grammar() -> Any:
    return etree.RelaxNG(etree.parse(GRAMMAR))


def feed(folder: Path, lists: list[Watchlist], **options: Any) -> Any:
    for one in lists:
        write_day(folder, one)
    write_feed(folder, [one.day for one in lists], **options)
    return etree.parse(folder / "feed.xml").getroot()


def entries(root: Any) -> list[Any]:
    found: list[Any] = root.findall(f"{ATOM}entry")
    return found


def told(entry: Any, name: str) -> str:
    found: str = entry.findtext(ATOM + name)
    return found


def changes(lists: list[Watchlist]) -> list[dict[str, Any]]:
    return [change for one in lists for change in one.to_dict()["changes"]]


LISTS = {
    "month": lambda: case.month(20, 12),
    "hostile": lambda: [case.watchlist(rows=40, hostile=True)],
    "quiet": lambda: [case.nothing()],
    "no days": list,
}


@pytest.mark.parametrize("base_url", [None, BASE])
@pytest.mark.parametrize("name", LISTS)
def test_it_is_valid(tmp_path: Path, grammar: Any, name: str, base_url: str | None) -> None:
    root = feed(tmp_path, LISTS[name](), base_url=base_url)
    assert grammar.validate(root), grammar.error_log
    # what RFC 4287 demands beyond the grammar (4.1.1, 4.1.2): an author, and of each entry an alternate link and one id
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    links = root.findall(f"{ATOM}link")
    assert [link.get("rel") for link in links].count("self") == 1
    for entry in entries(root):
        alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert told(entry, "content")
        assert entry.find(f"{ATOM}title").get("type") == entry.find(f"{ATOM}content").get("type") == "text"


def test_the_grammar_finds_fault() -> None:
    """A feed without its id, one with an entry of no date, and one with an element that Atom has not."""
    grammar = etree.RelaxNG(etree.parse(GRAMMAR))
    whole = '<feed xmlns="http://www.w3.org/2005/Atom"><id>a</id><title>t</title><updated>2024-01-01T00:00:00Z</updated>{}</feed>'
    assert grammar.validate(etree.fromstring(whole.format("")))
    entry = "<entry><id>b</id><title>t</title><updated>{}</updated></entry>"
    assert grammar.validate(etree.fromstring(whole.format(entry.format("2024-01-01T00:00:00Z"))))
    for bad in (
        whole.format("").replace("<id>a</id>", ""),
        whole.format(entry.format("yesterday")),
        whole.format("<story/>"),
        whole.format('<link rel="self"/>'),
    ):
        assert not grammar.validate(etree.fromstring(bad))


def test_a_feed_reader_reads_it(tmp_path: Path) -> None:
    feedparser = pytest.importorskip("feedparser")
    lists = [case.watchlist(rows=40, hostile=True)]
    feed(tmp_path, lists, base_url=BASE)
    found = feedparser.parse((tmp_path / "feed.xml").read_bytes())
    assert not found.bozo
    assert len(found.entries) == len(changes(lists))


def test_one_entry_a_change_the_newest_first(tmp_path: Path) -> None:
    lists = case.month(5, 30)
    found = entries(feed(tmp_path, lists))
    ids = [told(entry, "id") for entry in found]
    assert len(set(ids)) == len(ids)
    assert sorted(ids) == sorted(f"tag:ais-gaps.invalid,2026:change/{c['change_id']}" for c in changes(lists))
    times = [told(entry, "updated") for entry in found]
    assert times == sorted(times, reverse=True)
    by_id = {c["change_id"]: c for c in changes(lists)}
    for entry in found:
        change = by_id[told(entry, "id").rsplit("/", 1)[1]]
        assert told(entry, "title") == text(change["text"], 300)
        assert entry.find(f"{ATOM}category").get("term") == change["kind"]
        end = datetime.fromisoformat(change["day"]) + timedelta(days=1)
        assert told(entry, "updated") == (change["known_at"] or f"{end:%Y-%m-%dT%H:%M:%SZ}")


def test_ids_are_tags_and_stay_where_the_site_moves(tmp_path: Path) -> None:
    lists = case.month(3, 20)
    here = [told(entry, "id") for entry in entries(feed(tmp_path / "a", lists))]
    there = [told(entry, "id") for entry in entries(feed(tmp_path / "b", lists, base_url=BASE))]
    assert here == there
    # RFC 4151, section 2.1
    assert all(re.fullmatch(r"tag:[a-z0-9.-]+,\d{4}(-\d\d){0,2}:[\w/.-]+", one) for one in here)


def test_what_late_data_brought_is_dated_when_it_came(tmp_path: Path) -> None:
    one = case.watchlist(rows=20)
    rows = one.changes.to_pylist()
    rows[0]["known_at"] = datetime(2027, 1, 2, 3, 4, 5, 600_000, UTC)
    rows[1]["known_at"] = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    late = replace(one, changes=one.changes.from_pylist(rows, schema=one.changes.schema))
    root = feed(tmp_path, [late])
    assert [told(entry, "updated") for entry in entries(root)][:2] == [
        "2027-01-02T03:04:05.600Z",
        "2027-01-02T03:04:05Z",
    ]
    assert told(root, "updated") == "2027-01-02T03:04:05.600Z"


def test_it_holds_the_newest_days_and_leads_to_the_others(tmp_path: Path) -> None:
    lists = case.month(FEED_DAYS + 6, 8)
    root = feed(tmp_path, lists)
    oldest = case.NEWEST - timedelta(days=FEED_DAYS - 1)
    wanted = [c for c in changes(lists) if date.fromisoformat(c["day"]) >= oldest]
    assert len(entries(root)) == len(wanted) < len(changes(lists))
    archives = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "archives"]
    assert archives == ["calendar.html", "data/days.json"]


def test_links_are_whole_with_a_base_and_relative_without(tmp_path: Path) -> None:
    lists = case.month(2, 20)
    without = [link.get("href") for link in feed(tmp_path, lists).iter(f"{ATOM}link")]
    root = feed(tmp_path, lists, base_url=BASE.rstrip("/"))
    whole = [link.get("href") for link in root.iter(f"{ATOM}link")]
    assert whole == [BASE + link for link in without]
    assert not any(link.startswith(("/", ".", "http")) for link in without)
    assert told(root, "id") == f"{BASE}feed.xml"


def test_an_entry_leads_to_the_row_of_its_silence_where_the_list_has_it(tmp_path: Path) -> None:
    lists = [case.watchlist(rows=30)]
    listed = {row["gap_id"] for row in lists[0].to_dict()["rows"]}
    by_id = {c["change_id"]: c for c in changes(lists)}
    kinds = set()
    for entry in entries(feed(tmp_path, lists)):
        gap = by_id[told(entry, "id").rsplit("/", 1)[1]]["gap_id"]
        href = next(link.get("href") for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate")
        assert href == f"day/{case.NEWEST}.html" + (f"#gap-{gap}" if gap in listed else "")
        kinds.add(gap in listed)
    assert True in kinds


def test_the_same_days_are_the_same_bytes(tmp_path: Path) -> None:
    lists = case.month(4, 20)
    feed(tmp_path / "a", lists)
    feed(tmp_path / "b", lists[::-1])
    assert (tmp_path / "a/feed.xml").read_bytes() == (tmp_path / "b/feed.xml").read_bytes()
    assert write_feed(tmp_path / "a", [one.day for one in lists]).changed == ()


@given(st.text(max_size=60))
def test_every_text_is_text_that_xml_can_hold(said: str) -> None:
    found = text(said)
    element = etree.Element("a")
    element.text = found
    assert etree.fromstring(etree.tostring(element, encoding="utf-8")).text == (found or None)
    assert "\n" not in found and "\u202e" not in found
    assert text(found) == found


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\ud800", "\ufffe", "\uffff", "\u202e", "\u200b"])
def test_what_xml_forbids_or_hides_is_removed(character: str) -> None:
    assert text(f"a{character}b") == "ab"


@pytest.mark.parametrize(
    "address",
    [
        "example.org",
        "ftp://example.org/",
        "javascript:alert(1)",
        "https://",
        "https://user@example.org/",
        "https://example.org/?a=1",
        "https://example.org/#a",
        "https://example.org/a b",
        'https://example.org/"><x',
        "https://exämple.org/",
        "https://[::1/",
        "https://example.org:99999/",
        "",
    ],
)
def test_an_address_that_no_site_has_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="--base-url"):
        checked(address)


@pytest.mark.parametrize("address", ["https://example.org", "http://127.0.0.1:8000/x", "https://example.org/~a/b/"])
def test_an_address_ends_with_a_slash(address: str) -> None:
    assert checked(address) == address.rstrip("/") + "/"


@pytest.mark.parametrize("damage", [None, b"", b"[]", b'{"day":"2020-01-01","changes":[]}', b"\xff"])
def test_a_day_that_is_missing_or_broken_is_told(tmp_path: Path, damage: bytes | None) -> None:
    one = case.watchlist(rows=3)
    write_day(tmp_path, one)
    path = tmp_path / f"data/day/{one.day}.json"
    path.unlink() if damage is None else path.write_bytes(damage)
    with pytest.raises(AisGapsError, match=r"write the site anew"):
        write_feed(tmp_path, [one.day])
