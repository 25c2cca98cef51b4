"""The pages of vessels: every vessel has one, it says what the lists say, and only what is other is made anew."""

from __future__ import annotations

import itertools
import json
import random
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from ais_gaps.site import files, vessels
from ais_gaps.site.keys import vessel_key
from ais_gaps.site.vessels import pages
from ais_gaps.site.vessels.choice import chosen
from ais_gaps.site.vessels.held import Held
from ais_gaps.site.vessels.index import spans, unspan
from ais_gaps.watchlist.model import Watchlist
from tests import watchlist_case as case
from tests.vessels_case import Archive, contents, site, verdict

DAYS = case.month(6, 12)
FIVE = [one.to_dict()["rows"] for one in sorted(DAYS, key=lambda one: one.day)[:5]]
FEW = 3


def write(folder: Path, lists: list[Watchlist], archive: Archive | None = None, **options: Any) -> files.Written:
    site(folder, lists)
    return vessels.write(folder, archive or Archive(), **({"dossiers": FEW, "most": FEW} | options))  # type: ignore[arg-type]


def without(one: Watchlist, share: int) -> Watchlist:
    """The list with every so manieth row left out, as late data would."""
    kept = [n for n in range(len(one.rows)) if n % share]
    return replace(one, rows=one.rows.take(kept), sources=one.sources[::-1])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vessels") / "site"
    write(folder, DAYS)
    return folder


def held(folder: Path, key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"data/vessel/{key}.json").read_text())
    return found


def page(folder: Path, key: str) -> Any:
    return html.fromstring((folder / f"vessel/{key}.html").read_bytes())


def rows_of(lists: list[Watchlist]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Rows by vessel and silence, by day."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for one in sorted(lists, key=lambda one: one.day):
        for row in one.to_dict()["rows"]:
            found.setdefault(vessel_key(row), {}).setdefault(row["gap_id"], []).append(row)
    return found


def test_every_row_and_every_change_leads_to_a_page(made: Path) -> None:
    named = {vessel_key(row) for one in DAYS for row in [*one.to_dict()["rows"], *one.to_dict()["changes"]]}
    assert {path.stem for path in (made / "vessel").iterdir()} == named
    assert {path.stem for path in (made / "data/vessel").iterdir()} == named
    index = json.loads((made / "data/vessels.json").read_text())
    assert [one["key"] for one in index["vessels"]] == sorted(named)
    feed = (made / "feed.xml").read_text()
    for address in re.findall(r'href="(vessel/[^"]+)"', feed):
        assert (made / address).is_file()


def test_the_data_are_the_rows_of_the_lists(made: Path) -> None:
    for key, silences in rows_of(DAYS).items():
        said = held(made, key)
        assert {one["gap_id"] for one in said["silences"]} == set(silences)
        for one in said["silences"]:
            rows = silences[one["gap_id"]]
            assert one["row"] == rows[-1]
            names = ("day", "rank", "state", "p_switched_off", "attention")
            assert one["days"] == [{name: row[name] for name in names} for row in rows]
        assert said["listed"] == sorted({row["day"] for rows in silences.values() for row in rows})


def test_the_page_says_what_the_data_say(made: Path) -> None:
    for key in rows_of(DAYS):
        said, shown = held(made, key), page(made, key)
        articles = shown.xpath("//article[@class='onlist']")
        assert [one.get("id") for one in articles] == [f"gap-{one['gap_id']}" for one in said["silences"]]
        for article, one in zip(articles, said["silences"], strict=True):
            text, p = article.text_content(), one["row"]["p_switched_off"]
            if p is None:
                assert "not judged" in text
            else:
                assert f"p {100 * p:.0f} %" in text or "p < 1 %" in text or "p > 99 %" in text
            links = article.xpath(".//ul[@class='ondays']//a/@href")
            assert links == [f"../day/{d['day']}.html#gap-{one['gap_id']}" for d in reversed(one["days"])]
            for reason in one["row"]["reasons"] or ():
                assert reason.rsplit(" [", 1)[0][:60] in text
        assert [li.xpath("string(b)") for li in shown.xpath("//ul[@class='changed-of']/li")].count("newly dark") == sum(
            change["kind"] == "newly dark" for change in said["changes"]
        )


def test_links_lead_to_files_and_anchors_of_the_site(made: Path) -> None:
    anchors = {path: set(html.fromstring(path.read_bytes()).xpath("//@id")) for path in (made / "day").iterdir()}
    for path in (made / "vessel").iterdir():
        for address in html.fromstring(path.read_bytes()).xpath("//@href | //@src"):
            if address.startswith(("http:", "https:", "#")):
                continue
            name, _, anchor = address.partition("#")
            target = (path.parent / name).resolve()
            assert target.is_file(), address
            assert not anchor or anchor in anchors[target], address


def test_a_page_says_which_it_is(made: Path) -> None:
    newest = DAYS[-1] if DAYS[-1].day == case.NEWEST else max(DAYS, key=lambda one: one.day)
    full = chosen(newest.to_dict()["rows"], FEW, FEW)
    index = {one["key"]: one for one in json.loads((made / "data/vessels.json").read_text())["vessels"]}
    kinds = set()
    for key, one in index.items():
        text = page(made, key).text_content()
        number = key.partition("-")[2]
        asked, failed = key in full, number.endswith("3")
        kinds.add((asked, failed))
        assert ("This is her whole dossier, made for the list of" in text) == (asked and not failed)
        assert ("It is not her dossier" in text) == (not asked or failed)
        assert (f"No vessel '{number}'." in text) == (asked and failed)
        assert (f"investigate {number}" in text) == (not asked)
        assert (made / f"data/dossier/{key}.json").is_file() == (asked and not failed) == bool(one["dossier"])
    assert {(True, False), (False, False)} <= kinds


def test_dossiers_are_as_of_the_newest_list(made: Path) -> None:
    newest = max(DAYS, key=lambda one: one.day)
    for path in (made / "data/dossier").iterdir():
        said = json.loads(path.read_text())["provenance"]
        assert said["asked_as_of"] == newest.to_dict()["as_of"]


@pytest.mark.parametrize("seed", range(3))
def test_days_one_by_one_in_any_order_are_the_days_at_once(tmp_path: Path, made: Path, seed: int) -> None:
    lists = DAYS[:]
    random.Random(seed).shuffle(lists)
    for one in lists:
        write(tmp_path, [one])
    assert contents(tmp_path) == contents(made)


@pytest.mark.parametrize("again", [0, 5])
def test_a_day_made_anew_is_taken_over_and_what_it_said_is_forgotten(tmp_path: Path, made: Path, again: int) -> None:
    """Also where it was the latest to list a silence; and back."""
    other = [without(one, 2) if n == again else one for n, one in enumerate(DAYS)]
    write(tmp_path / "batch", other)
    write(tmp_path / "site", DAYS)
    write(tmp_path / "site", [other[again]])
    assert contents(tmp_path / "site") == contents(tmp_path / "batch")
    write(tmp_path / "site", [DAYS[again]])
    assert contents(tmp_path / "site") == contents(made)


def test_nothing_new_touches_nothing(tmp_path: Path) -> None:
    archive = Archive()
    write(tmp_path, DAYS, archive)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert write(tmp_path, DAYS[:2], archive).changed == ()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [bool(asked) for asked in archive.asked] == [True, False]


def test_a_new_day_touches_only_whom_it_names_and_whose_dossier_comes_or_goes(tmp_path: Path) -> None:
    ordered = sorted(DAYS, key=lambda one: one.day)
    write(tmp_path, ordered[:-1])
    new = ordered[-1].to_dict()
    named = {vessel_key(row) for row in [*new["rows"], *new["changes"]]}
    had = {path.stem for path in (tmp_path / "data/dossier").iterdir()} | set(
        chosen(ordered[-2].to_dict()["rows"], FEW, FEW)
    )
    changed = write(tmp_path, ordered[-1:]).changed
    touched = {Path(name).stem for name in changed if name.startswith("vessel/")}
    assert touched <= named | had
    assert {Path(name).stem for name in changed if name.startswith("data/vessel/")} <= named
    everyone = {path.stem for path in (tmp_path / "vessel").iterdir()}
    assert everyone - touched, "the test needs vessels that the day does not name"


@pytest.mark.parametrize(
    ("lost", "damage"),
    [
        *((name, None) for name in ("vessel/*.html", "data/vessel/*.json", "data/dossier/*.json", "data/vessels.json")),
        *(("data/vessels.json", damage) for damage in (b"", b"{}", b"[1")),
    ],
)
def test_what_is_lost_or_broken_is_made_again(tmp_path: Path, made: Path, lost: str, damage: bytes | None) -> None:
    write(tmp_path, DAYS)
    for path in sorted(tmp_path.glob(lost))[::2]:
        path.unlink() if damage is None else path.write_bytes(damage)
    vessels.write(tmp_path, Archive(), dossiers=FEW, most=FEW)  # type: ignore[arg-type]
    assert contents(tmp_path) == contents(made)


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"form":"ais_gaps.watchlist.vessel/1"}', "older"])
def test_a_broken_file_of_a_vessel_is_made_again_when_a_day_names_her(
    tmp_path: Path, made: Path, damage: bytes | str
) -> None:
    """Also one of an earlier time, that a backup brought back."""
    ordered = sorted(DAYS, key=lambda one: one.day)
    write(tmp_path, ordered[:-2])
    older = {path: path.read_bytes() for path in (tmp_path / "data/vessel").iterdir()}
    write(tmp_path, ordered[-2:-1])
    for row in ordered[-1].to_dict()["rows"]:
        path = tmp_path / f"data/vessel/{vessel_key(row)}.json"
        if path in older:
            path.write_bytes(older[path] if isinstance(damage, str) else damage)
    write(tmp_path, ordered[-1:])
    assert contents(tmp_path) == contents(made)


@pytest.mark.parametrize("then", ["the same", "other", "as before"])
@pytest.mark.parametrize("after", [0, 1, 2, 5, 14, 24, 27])
def test_a_run_that_is_killed_is_completed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int, then: str
) -> None:
    """At any write: of a new day, and of one that has fewer rows than before. Also where the lists are other by then."""
    ordered = sorted(DAYS, key=lambda one: one.day)
    before = [*ordered[:2], without(ordered[2], 3), *ordered[3:-1]]
    write(tmp_path / "site", before)
    site(tmp_path / "site", [ordered[2], ordered[-1]])
    left = itertools.count(after, -1)
    whole = files.write

    def dying(path: Path, data: bytes) -> bool:
        if next(left) <= 0:
            raise KeyboardInterrupt
        return whole(path, data)

    with monkeypatch.context() as killed:
        killed.setattr("ais_gaps.site.files.write", dying)
        with pytest.raises(KeyboardInterrupt):
            vessels.write(tmp_path / "site", Archive(), dossiers=FEW, most=FEW)  # type: ignore[arg-type]
    last = {"the same": ordered[-1], "other": without(ordered[-1], 2), "as before": ordered[-1]}[then]
    third = before[2] if then == "as before" else ordered[2]
    write(tmp_path / "site", [third, last])
    write(tmp_path / "batch", [*ordered[:2], third, *ordered[3:-1], last])
    assert contents(tmp_path / "site") == contents(tmp_path / "batch")


def test_a_day_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    ordered = sorted(DAYS, key=lambda one: one.day)
    write(tmp_path / "site", ordered)
    for path in (tmp_path / "site").glob(f"d*/**/{ordered[3].day}.*"):
        path.unlink()
    write(tmp_path / "site", [])
    write(tmp_path / "batch", [*ordered[:3], *ordered[4:]])
    ours = ("vessel/", "data/vessel")
    made, batch = (
        {k: v for k, v in contents(tmp_path / one).items() if k.startswith(ours)} for one in ("site", "batch")
    )
    assert made == batch


def test_pages_of_vessels_that_a_day_does_not_name_are_not_even_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = sorted(DAYS, key=lambda one: one.day)
    write(tmp_path, ordered[:-1])
    asked: list[str] = []
    light = pages.light
    monkeypatch.setattr(pages, "light", lambda held, *rest: asked.append(held.key) or light(held, *rest))
    write(tmp_path, ordered[-1:])
    new = ordered[-1].to_dict()
    had = set(chosen(ordered[-2].to_dict()["rows"], FEW, FEW))
    assert set(asked) <= {vessel_key(row) for row in [*new["rows"], *new["changes"]]} | had


def test_a_vessel_that_no_list_names_any_more_has_no_page(tmp_path: Path) -> None:
    one = case.watchlist(rows=10)
    write(tmp_path, [one])
    fewer = replace(one, rows=one.rows.slice(0, 4), changes=one.changes.slice(0, 0))
    write(tmp_path, [fewer])
    left = {vessel_key(row) for row in fewer.to_dict()["rows"]}
    assert {path.stem for path in (tmp_path / "vessel").iterdir()} == left
    assert {path.stem for path in (tmp_path / "data/vessel").iterdir()} == left
    (tmp_path / f"data/day/{one.day}.json").unlink()
    vessels.write(tmp_path, Archive())  # type: ignore[arg-type]
    assert not list((tmp_path / "vessel").iterdir())


def test_what_was_taken_back_is_told(tmp_path: Path) -> None:
    """A vessel of which only a withdrawal is left has a page that says so."""
    one = case.watchlist(rows=10)
    change = one.changes.to_pylist()[0] | {"kind": "withdrawn", "text": "Late data show that she was heard."}
    gone = replace(one, rows=one.rows.slice(0, 0), changes=one.changes.from_pylist([change], schema=one.changes.schema))
    write(tmp_path, [gone])
    text = page(tmp_path, vessel_key(change)).text_content()
    assert "was taken back" in text and "Late data show that she was heard." in text


def test_all_that_people_said_is_told_with_time_and_author_ever_after(tmp_path: Path) -> None:
    ordered = sorted(DAYS, key=lambda one: one.day)
    rows = {vessel_key(row): row for row in ordered[0].rows.to_pylist()}
    newest = {vessel_key(row) for row in ordered[-1].to_dict()["rows"]}
    key, row = next((key, row) for key, row in rows.items() if key not in newest or row["on_ts"])
    earlier = verdict(row, "suspect", 1, gap_id="0" * 32, off_ts=row["off_ts"] - timedelta(hours=1))
    archive = Archive([earlier, verdict(row, "innocent", 2), verdict(row | {"mmsi": 1}, "confirmed", 3)])
    write(tmp_path, ordered)
    changed = write(tmp_path, [], archive).changed
    assert f"vessel/{key}.html" in changed
    said = [box.text_content() for box in page(tmp_path, key).xpath("//div[@class='said-of']")]
    assert len(said) == 2
    assert "innocent" in said[0] and "The port says so" in said[0] and "A. Nalyst" in said[0]
    assert "suspect" in said[1] and "said of an earlier form of this silence" in said[1]
    assert all(re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", one) for one in said)
    assert write(tmp_path, [], archive).changed == ()


def test_those_at_the_head_and_those_that_something_singles_out_have_their_dossier() -> None:
    plain = {"imo": None, "listed": [], "evidence": [], "watched_place": "Rajin", "watched_for": ["within 25 nm"]}
    rows: list[dict[str, Any]] = [plain | {"mmsi": 100 + n} for n in range(9)]
    assert chosen(rows, 2) == ["mmsi-100", "mmsi-101"]
    rows[4] |= {"listed": ["OFAC"]}
    rows[6] |= {"evidence": ["seen"]}
    rows[7] |= {"watched_for": ["within 25 nm", "IMO 1, watched"]}
    rows[8] |= {"watched_place": None, "watched_for": ["in an area, watched"]}
    assert chosen(rows, 2) == [f"mmsi-{n}" for n in (100, 101, 104, 106, 107, 108)]
    assert chosen(rows, 2, 4) == [f"mmsi-{n}" for n in (100, 101, 104, 106)]
    assert chosen(rows, 5, 3) == [f"mmsi-{n}" for n in range(100, 105)]
    twice = [rows[3], rows[3] | {"listed": ["OFAC"]}]
    assert chosen([rows[0], *twice], 1) == ["mmsi-100", "mmsi-103"]


@pytest.mark.parametrize("form", ["hostile", "antimeridian"])
def test_names_that_would_run_are_text(tmp_path: Path, form: str) -> None:
    lists = [case.watchlist(rows=30, hostile=True)]
    said = [
        verdict(lists[0].rows.to_pylist()[n], "suspect", because=case.HOSTILE[n], author=case.HOSTILE[-n])
        for n in range(9)
    ]
    write(tmp_path, lists, Archive(said, form), dossiers=2, most=2)
    pages = list((tmp_path / "vessel").iterdir())
    assert len(pages) == len({vessel_key(row) for row in lists[0].to_dict()["rows"]})
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
        shown = html.fromstring(text.encode())
        for script in shown.xpath("//script"):
            assert script.get("src", "").startswith("../assets/") or script.get("type") == "application/json"
        assert not shown.xpath("//@*[starts-with(name(), 'on')]") and not shown.xpath("//img[@src='x']")
        for address in shown.xpath("//@href | //@src"):
            assert address.startswith(("../", "#", "http://", "https://")), address


@given(st.sets(st.dates()))
def test_runs_of_days_are_the_days(days: set[Any]) -> None:
    said = [day.isoformat() for day in days]
    assert unspan(spans(said)) == sorted(said)


@given(st.permutations(range(5)), st.sets(st.integers(0, 4)))
def test_what_is_held_does_not_hang_on_the_order_in_which_days_came(order: list[int], anew: set[int]) -> None:
    key = vessel_key(FIVE[0][0])

    def put(into: Held, days: Any) -> Held:
        for n in days:
            for row in FIVE[n]:
                if vessel_key(row) == key:
                    into.put(row)
        return into

    once = put(Held(key), range(5))
    later = put(Held(key), order)
    later.drop({FIVE[n][0]["day"] for n in anew})
    put(later, sorted(anew))
    for day in later.lost():
        put(later, [n for n in range(5) if FIVE[n][0]["day"] == day])
    assert later.bytes() == once.bytes()
