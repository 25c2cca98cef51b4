"""Lists of days: what is on them, in which order, and that they hang on nothing but what was known."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ais_gaps.errors import UsageError
from ais_gaps.gaps import carry, reaching
from ais_gaps.holdings import Holdings
from ais_gaps.schema import GAPS
from ais_gaps.watchlist.columns import BACK, CHANGES, NEWLY, STATES, STILL, WATCHLIST
from tests.watched_world import DAYS, LATE, archive_of, day_files, together, told, written

ONE = timedelta(days=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def archive(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return archive_of(tmp_path_factory.mktemp("archive") / "a", world, day_files(world))


@pytest.fixture(scope="module")
def lists(archive: Holdings) -> dict[date, Any]:
    return {day: archive.watchlist(day) for day in archive.watch_days()}


@pytest.fixture
def own(archive: Holdings, tmp_path: Path) -> Iterator[Holdings]:
    """A copy that may be changed."""
    shutil.copytree(archive.path, tmp_path / "own")
    yield Holdings.at(tmp_path / "own")


def test_the_world_has_something_to_list(lists: dict[date, Any]) -> None:
    assert len(lists) == DAYS
    states = [row["state"] for found in lists.values() for row in found.rows.to_pylist()]
    assert all(states.count(state) > 5 for state in STATES)
    assert any((row["p_switched_off"] or 0) > 0.5 for found in lists.values() for row in found.rows.to_pylist())


def test_rows_are_those_of_gaps_as_of_the_end_of_the_day(archive: Holdings, lists: dict[date, Any]) -> None:
    for day in list(lists)[1::3]:
        found = lists[day]
        assert found.rows.schema == WATCHLIST.arrow and found.changes.schema == CHANGES.arrow
        gaps = {row["gap_id"]: row for row in archive.gaps(as_of=found.as_of).to_pylist()}
        for row in found.rows.to_pylist():
            assert {name: row[name] for name in GAPS.names} == gaps[row["gap_id"]]
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        reaching_it = [row for row in gaps.values() if row["open"] or row["on_ts"] >= start]
        assert found.counts["fleet_open"] == sum(row["open"] for row in reaching_it)
        assert found.counts["fleet_back_again"] == sum(not row["open"] for row in reaching_it)
        listed = set(found.rows["gap_id"].to_pylist())
        watched = archive.places(watched=True)
        near = {
            row["gap_id"]
            for place in watched.to_pylist()
            if place["lat"] is not None and place["kind"] not in ("station", "bridge")
            for row in archive.gaps(as_of=found.as_of, near=place["place_id"], within_nm=200.0).to_pylist()
            if row["open"] or row["on_ts"] >= start
        }
        assert listed == near


def test_a_silence_is_newly_dark_once_then_still_dark_and_back_again_once(lists: dict[date, Any]) -> None:
    days = sorted(lists)
    of_day = {day: {row["gap_id"]: row["state"] for row in lists[day].rows.to_pylist()} for day in days}
    for day, after in itertools.pairwise(days):
        for gap_id, state in of_day[day].items():
            assert (state == BACK) != (of_day[after].get(gap_id) in (STILL, BACK)), (day, gap_id)
        for gap_id, state in of_day[after].items():
            if state == STILL:
                assert of_day[day][gap_id] in (NEWLY, STILL)
            if state == NEWLY:
                assert gap_id not in of_day[day]


def test_changes_say_what_is_new_in_the_list(lists: dict[date, Any]) -> None:
    ids = []
    for found in lists.values():
        for kind in (NEWLY, BACK):
            changed = [row["gap_id"] for row in found.changes.to_pylist() if row["kind"] == kind]
            assert sorted(changed) == sorted(r["gap_id"] for r in found.rows.to_pylist() if r["state"] == kind)
        assert all(row["day"] == found.day and row["text"] for row in found.changes.to_pylist())
        ids += found.changes["change_id"].to_pylist()
    assert len(ids) == len(set(ids))


def test_the_order_is_that_of_attention_whose_parts_add_up(lists: dict[date, Any]) -> None:
    for found in lists.values():
        rows = found.rows.to_pylist()
        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        assert [row["attention"] for row in rows] == sorted((row["attention"] for row in rows), reverse=True)
        for row in rows:
            parts = [float(term.rpartition("[")[2].rstrip("]")) for term in row["attention_terms"]]
            assert row["attention"] == pytest.approx(sum(parts), abs=0.06 * len(parts))
            assert "\n" not in row["why"] and row["watched_for"]


def test_one_by_one_is_all_at_once_in_any_order_and_in_any_files(
    world: Path, archive: Holdings, lists: dict[date, Any], tmp_path: Path
) -> None:
    files = day_files(world)
    expected = {day: told(found) for day, found in lists.items()}
    one_by_one = archive_of(tmp_path / "one", world, [])
    for file in files:
        assert all(result.error is None for result in one_by_one.ingest([file]))
        newest = one_by_one.watch_days()[-1]
        if newest.day % 2:
            assert told(one_by_one.watchlist(newest), late=True) == told(lists[newest], late=True)
    shuffled = [*files]
    random.Random(3).shuffle(shuffled)
    large = [together(files[:3], tmp_path / "large.csv"), together(files[2:], tmp_path / "larger.csv")]
    for number, some in enumerate((shuffled, large)):
        other = archive_of(tmp_path / f"{number}", world, some)
        for day in sorted(expected)[2::3]:
            assert told(other.watchlist(day)) == expected[day], (number, day)


def test_what_is_kept_changes_nothing(own: Holdings, lists: dict[date, Any]) -> None:
    newest = max(lists)
    for folder in ("watchlists", "gaps", "judgement", "outages"):
        shutil.rmtree(own.path / folder, ignore_errors=True)
    with patch.object(carry, "BLOCK_DAYS", 3), patch.object(reaching, "BLOCK_DAYS", 30):
        again = own.watchlist(newest)
    assert again.to_dict() == lists[newest].to_dict()
    for file in (own.path / "watchlists").iterdir():
        file.write_bytes(file.read_bytes()[:-1])
    assert Holdings.at(own.path).watchlist(newest).to_dict() == lists[newest].to_dict()


def test_what_was_known_then_is_listed_then(own: Holdings, world: Path, lists: dict[date, Any], tmp_path: Path) -> None:
    newest = max(lists)
    known = datetime.now(UTC)
    row = lists[newest].rows.to_pylist()[0]
    report = tmp_path / "late.csv"
    middle = row["off_ts"] + (lists[newest].as_of - row["off_ts"]) / 2
    report.write_text(f"mmsi,ts,lat,lon\n{row['mmsi']},{middle:%Y-%m-%dT%H:%M:%SZ},{row['off_lat']},{row['off_lon']}\n")
    (result,) = own.ingest([report])
    assert result.rows_kept == 1
    assert (
        row["gap_id"]
        not in [
            gap["gap_id"]
            for gap in own.watchlist(newest).rows.to_pylist()
            if gap["off_ts"] == row["off_ts"] and gap["open"]
        ]
        or row["state"] == BACK
    )
    then = own.watchlist(newest, as_known=known)
    assert then.as_known == known
    assert told(then) | {"as_known": None} == told(lists[newest])


def test_what_late_data_took_back_is_said_openly(world: Path, tmp_path: Path) -> None:
    *files, missing, after, last = day_files(world)
    before = archive_of(tmp_path / "before", world, [*files, after, last])
    days = before.watch_days()[-2:]
    was = {(row["mmsi"], row["off_ts"]) for day in days[:1] for row in before.watchlist(day).rows.to_pylist()}
    on_lists = was | {(row["mmsi"], row["off_ts"]) for row in before.watchlist(days[0] - ONE).rows.to_pylist()}
    late = archive_of(tmp_path / "late", world, [*files, after, last, missing])
    now = {(row["mmsi"], row["off_ts"]) for day in days[:1] for row in late.watchlist(day).rows.to_pylist()}
    told_late = [row for row in late.watchlist(days[-1]).changes.to_pylist() if row["kind"] in LATE]
    assert was - now, "late data took something back"
    assert was - now <= {(row["mmsi"], row["off_ts"]) for row in told_late}
    withdrawn = {(row["mmsi"], row["off_ts"]) for row in told_late if row["kind"] == "withdrawn"}
    assert withdrawn <= on_lists, "what was on no list, for the feed heard nobody, need not be taken back"
    assert all(row["known_at"] is not None and missing.name in row["text"] for row in told_late)
    ids = [row["change_id"] for row in told_late]
    assert len(ids) == len(set(ids))
    assert not set(LATE) & set(late.watchlist(days[0]).changes["kind"].to_pylist()), "where it was when they came"


def near_rajin(folder: Path, name: str, hours: Iterable[int]) -> Path:
    """A report of one ship at each of some hours since 2023-07-01."""
    start = datetime(2023, 7, 1, tzinfo=UTC)
    rows = [f"273000001,{start + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ},42.1,131.2,ANGARA" for hour in hours]
    (folder / name).write_text("\n".join(["mmsi,ts,lat,lon,name", *rows, ""]), encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("late", "kind", "words"),
    [
        (range(30, 60), "withdrawn", "is withdrawn: late data (late.csv) have her heard in it"),
        (
            [40],
            "corrected",
            "it was from 2023-07-02 05:00 UTC to 2023-07-02 16:00 UTC and from 2023-07-02 16:00 UTC to",
        ),
        (range(30, 45), "corrected", "it was from 2023-07-02 20:00 UTC to 2023-07-03 12:00 UTC"),
    ],
)
def test_a_silence_that_late_data_end_is_withdrawn_or_corrected(
    tmp_path: Path, late: Iterable[int], kind: str, words: str
) -> None:
    archive = Holdings.at(tmp_path / "archive", create=True)
    files = [near_rajin(tmp_path, "first.csv", range(30)), near_rajin(tmp_path, "second.csv", range(60, 96))]
    assert [result.error for result in archive.ingest(files)] == [None, None]
    third, fourth = date(2023, 7, 3), date(2023, 7, 4)
    (before,) = archive.watchlist(third).rows.to_pylist()
    assert before["state"] == BACK and before["duration_h"] == 31.0
    assert len(archive.watchlist(fourth).changes) == 0
    assert [result.error for result in archive.ingest([near_rajin(tmp_path, "late.csv", late)])] == [None]
    (told_late,) = [row for row in archive.watchlist(fourth).changes.to_pylist() if row["kind"] in LATE]
    assert told_late["kind"] == kind and words in told_late["text"]
    assert told_late["gap_id"] == before["gap_id"], "by the id that it was told under"
    more = near_rajin(tmp_path, "fifth.csv", range(96, 120))
    assert [result.error for result in archive.ingest([more])] == [None]
    (again,) = [row for row in archive.watchlist(date(2023, 7, 5)).changes.to_pylist() if row["kind"] in LATE]
    assert again["change_id"] == told_late["change_id"], "one change, told on two lists"
    assert (
        len(archive.watchlist(third).changes.filter(pc.is_in(archive.watchlist(third).changes["kind"], pa.array(LATE))))
        == 0
    )


def test_a_verdict_stands_beside_the_score_and_stays(own: Holdings, lists: dict[date, Any], tmp_path: Path) -> None:
    newest = max(lists)
    first = lists[newest].rows.to_pylist()[0]
    at = lists[newest].as_of + timedelta(hours=6)
    own.note(first["gap_id"], "innocent", "in dry dock", author="ann", at=at)
    rows = own.watchlist(newest).rows.to_pylist()
    (said,) = [row for row in rows if row["gap_id"] == first["gap_id"]]
    assert (said["verdict"], said["verdict_because"], said["verdict_author"]) == ("innocent", "in dry dock", "ann")
    assert said["verdict_at"] == at and said["verdicts"] == 1
    assert said["rank"] == len(rows), "what is called innocent comes last"
    kept = ("p_switched_off", "attention", "reasons", "cause", "why")
    assert {name: said[name] for name in kept} == {name: first[name] for name in kept}
    again = tmp_path / "more.csv"
    again.write_text("mmsi,ts,lat,lon\n273999999,2023-07-01T00:00:00Z,10,10\n")
    assert [result.error for result in own.ingest([again])] == [None]
    (said,) = [row for row in own.watchlist(newest).rows.to_pylist() if row["gap_id"] == first["gap_id"]]
    assert said["verdict"] == "innocent"
    own.note(first["gap_id"], "suspect", "the dock says no", author="bo", at=at + timedelta(hours=1))
    (said,) = [row for row in own.watchlist(newest).rows.to_pylist() if row["gap_id"] == first["gap_id"]]
    assert (said["verdict"], said["verdicts"], said["rank"]) == ("suspect", 2, first["rank"])


def test_a_verdict_of_the_day_is_a_change_of_it(own: Holdings, lists: dict[date, Any]) -> None:
    newest = max(lists)
    row = lists[newest].rows.to_pylist()[0]
    own.note(row["gap_id"], "suspect", "again", author="ann", at=lists[newest].as_of - timedelta(minutes=5))
    (change,) = [c for c in own.watchlist(newest).changes.to_pylist() if c["kind"] == "verdict"]
    assert "ann calls the silence suspect: again" in change["text"] and change["gap_id"] == row["gap_id"]


def test_what_a_user_watches_is_listed_however_far_it_is(own: Holdings, lists: dict[date, Any]) -> None:
    newest = max(lists)
    listed = set(lists[newest].rows["gap_id"].to_pylist())
    far = [
        row for row in own.gaps(as_of=lists[newest].as_of, open_only=True).to_pylist() if row["gap_id"] not in listed
    ]
    assert far, "nothing is out of range"
    own.watch(far[0]["mmsi"], because="seen at Rajin", author="ann", at=datetime(2023, 6, 1, tzinfo=UTC))
    found = own.watchlist(newest)
    (row,) = [row for row in found.rows.to_pylist() if row["gap_id"] == far[0]["gap_id"]]
    assert row["watched_place"] is None and row["watched_nm"] is None
    assert any("seen at Rajin" in reason for reason in row["watched_for"])
    assert set(found.rows["gap_id"].to_pylist()) >= listed
    assert told(own.watchlist(newest, within_nm=0.0))["rows"][0]["mmsi"] == far[0]["mmsi"]


def test_days_that_cannot_be(archive: Holdings, tmp_path: Path) -> None:
    empty = Holdings.at(tmp_path / "empty", create=True)
    assert empty.watch_days() == []
    with pytest.raises(UsageError, match="no reports"):
        empty.watchlist()
    nobody = empty.watchlist(date(2023, 7, 1))
    assert len(nobody.rows) == 0 and nobody.counts["ships_heard"] == 0
    assert any("nobody was heard" in note for note in nobody.notes)
    for min_hours, within_nm in ((0.5, 200.0), (6.0, -1.0), (float("nan"), 1.0), (6.0, float("nan"))):
        with pytest.raises(UsageError):
            archive.watchlist(min_hours=min_hours, within_nm=within_nm)
    days = archive.watch_days()
    assert archive.watchlist().day == days[-1]
    later = archive.watchlist(days[-1] + 40 * ONE)
    assert set(pc.unique(later.rows["state"]).to_pylist()) <= {STILL}


def test_a_clock_that_is_ahead_makes_no_day(own: Holdings, tmp_path: Path) -> None:
    days = own.watch_days()
    ahead = tmp_path / "ahead.csv"
    ahead.write_text("mmsi,ts,lat,lon\n273999998,2024-03-01T12:00:00Z,42.1,131.2\n", encoding="utf-8")
    both = together([ahead], tmp_path / "both.csv")
    assert [result.error for result in own.ingest([both])] == [None]
    assert own.watch_days() == days and own.watchlist().day == days[-1]
