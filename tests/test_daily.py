"""What a daily run does with what arrives, which pages it makes, and what it tells; the lists themselves are empty here."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ais_gaps.daily import Settings, run
from ais_gaps.daily.desk import Desk
from ais_gaps.errors import AisGapsError, ArchiveLocked, UsageError
from ais_gaps.holdings import Holdings
from ais_gaps.watchlist.model import Watchlist
from tests.daily_case import NOW, Office, contents, hourly

FIRST = date(2023, 7, 1)


def day(number: int) -> date:
    """That of July 2023."""
    return FIRST + timedelta(days=number - 1)


def days(first: int, last: int) -> list[date]:
    return [day(number) for number in range(first, last + 1)]


def arrives(office: Office, *numbers: int, name: str | None = None, mmsi: int = 273000001, hours: int = 24) -> Path:
    return hourly(
        office.inbox,
        name or f"{mmsi}-{numbers[0]:02}.csv",
        *[day(n).isoformat() for n in numbers],
        mmsi=mmsi,
        hours=hours,
    )


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.inbox.mkdir()
    return made


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# -- files -----------------------------------------------------------------------------------------------------------------


def test_a_stored_file_is_put_away_under_the_day_of_the_run_and_told(office: Office) -> None:
    arrives(office, 1, name="north/1.csv")
    record = office.run()
    assert below(office.inbox) == ["done/2024-01-01/north/1.csv"]
    (taken,) = record.taken
    assert (taken["file"], taken["rows_read"], taken["rows_kept"]) == ("north/1.csv", 24, 24)
    assert (record.exit, record.problems, record.day, record.pages) == (0, [], day(1), [day(1)])
    told = json.loads(record.line())
    assert (told["form"], told["exit"], told["day"]) == ("ais_gaps.daily/1", 0, "2023-07-01")
    log = (office.folder / "archive" / "runs" / "daily.ndjson").read_bytes()
    assert log == record.line()
    assert list(record.summary()) == [
        "1 file taken with 24 new reports",
        "the site is at 2023-07-01: 1 list made anew, 0 kept, 1 file changed",
    ]


def test_a_record_of_listening_is_stored_and_is_no_report(office: Office) -> None:
    arrives(office, 1)
    rows = "feed,from_ts,to_ts,state,reason\nx,2023-07-01T00:00:00Z,2023-07-01T01:00:00Z,listening,\n"
    (office.inbox / "x-20230701T000000Z.listening.csv").write_text(rows)
    record = office.run()
    assert [file["reader"] for file in record.taken] == ["native", "listening"]
    assert next(record.summary()) == "2 files taken with 24 new reports"
    assert len(below(office.inbox)) == len(below(office.inbox / "done")) == 2
    assert len(Holdings.at(office.folder / "archive").listening()) == 1


def test_a_run_after_which_nothing_came_does_nothing(office: Office) -> None:
    arrives(office, 1, 2)
    office.run()
    site, archive = contents(office.folder / "site"), Holdings.at(office.folder / "archive").sources()
    record = office.run()
    assert (record.taken, record.known, record.pages, record.pages_kept) == ([], [], [], 2)
    assert contents(office.folder / "site") == site
    assert Holdings.at(office.folder / "archive").sources() == archive


def test_what_the_archive_has_already_is_not_read_again_and_put_away_too(office: Office) -> None:
    arrives(office, 1, name="1.csv")
    office.run()
    arrives(office, 1, name="again.csv")
    arrives(office, 1, name="1.csv")
    record = office.run()
    assert [file["file"] for file in record.known] == ["1.csv", "again.csv"]
    assert (record.taken, record.pages) == ([], [])
    put = below(office.inbox)
    assert len(put) == 3
    assert {"done/2024-01-01/1.csv", "done/2024-01-01/again.csv"} < set(put)


def test_a_file_that_cannot_be_read_is_refused_with_its_reason_and_stops_no_other(office: Office) -> None:
    (office.inbox / "poem.txt").write_text("The sea is calm tonight.\n")
    (office.inbox / "empty.csv").write_bytes(b"")
    (office.inbox / "bad.zip").write_bytes(b"PK\x03\x04 no zip")
    with zipfile.ZipFile(office.inbox / "hollow.zip", "w"):
        pass
    arrives(office, 1, name="z.csv")
    record = office.run()
    assert [file["file"] for file in record.refused] == ["bad.zip", "empty.csv", "hollow.zip", "poem.txt"]
    assert below(office.inbox / "refused") == sorted(
        name + end for name in ("bad.zip", "empty.csv", "hollow.zip", "poem.txt") for end in ("", ".reason.txt")
    )
    reason = (office.inbox / "refused" / "poem.txt.reason.txt").read_text()
    assert reason.startswith("2024-01-01T06:00:00Z text that starts")
    assert reason.count("\n") == 1
    assert [file["file"] for file in record.taken] == ["z.csv"]
    assert (record.exit, record.pages, len(record.problems)) == (1, [day(1)], 4)
    assert office.run().exit == 0


def test_a_file_of_which_no_row_can_be_used_is_stored_and_told(office: Office) -> None:
    (office.inbox / "wrong.csv").write_text("mmsi,ts,lat,lon\n273000001,2023-07-01T00:00:00Z,95,200\n")
    record = office.run()
    assert record.exit == 1
    assert "nothing of it could be used: 1 of 1 rows rejected" in record.problems[0]
    assert below(office.inbox) == ["done/2024-01-01/wrong.csv"]


def test_where_the_archive_is_to_blame_the_file_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    arrives(office, 1, name="a.csv")
    arrives(office, 2, name="b.csv")
    ingest = Holdings.ingest

    def full(self: Holdings, paths: list[Path], **options: Any) -> Iterator[Any]:
        if paths[0].name == "a.csv":
            raise OSError(28, "No space left on device")
        return ingest(self, paths, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Holdings, "ingest", full)
        record = office.run()
    assert record.problems == [
        "a.csv: it could not be stored, and stays in the inbox: No space left on device",
    ]
    assert below(office.inbox) == ["a.csv", "done/2024-01-01/b.csv"]
    assert [file["file"] for file in office.run().taken] == ["a.csv"]


def test_a_file_that_is_said_to_be_read_wrongly_stays(office: Office) -> None:
    arrives(office, 1, name="a.csv")
    columns = 'mmsi = "vessel", ts = "ts", lat = "lat", lon = "lon"'
    (office.inbox / "inbox.toml").write_text(f'[[files]]\nmatch = "*"\nreader = "mapped"\nmap = {{ {columns} }}\n')
    record = office.run()
    assert record.exit == 1
    assert "stays in the inbox: " in record.problems[0]
    assert "vessel" in record.problems[0]
    assert below(office.inbox) == ["a.csv", "inbox.toml"]


def test_wrong_rules_keep_files_where_they_are_and_the_rest_is_done(office: Office) -> None:
    arrives(office, 1, name="a.csv")
    office.run()
    arrives(office, 2, name="b.csv")
    (office.inbox / "inbox.toml").write_text("[[files]]\ncolour = 'red'\n")
    record = office.run(alerts=True)
    assert "there is no colour" in record.problems[0]
    assert ("b.csv" in below(office.inbox), office.told) == (True, [(day(1), True)])


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = arrives(office, 1, name="a.csv")
    ingest = Holdings.ingest

    def slow(self: Holdings, paths: list[Path], **options: Any) -> Iterator[Any]:
        found = list(ingest(self, paths, **options))
        with file.open("a") as stream:
            stream.write("273000001,2023-07-02T00:00:00Z,42.1,131.2\n")
        return iter(found)

    with monkeypatch.context() as patch:
        patch.setattr(Holdings, "ingest", slow)
        record = office.run()
    assert record.waiting == [{"file": "a.csv", "reason": "it changed while it was read"}]
    assert file.exists()
    (taken,) = office.run().taken
    assert (taken["rows_read"], taken["rows_kept"], taken["rows_duplicate"]) == (25, 1, 24)


def test_files_may_stay_where_they_are(office: Office) -> None:
    arrives(office, 1, name="a.csv")
    (office.inbox / "poem.txt").write_text("The tide is full.\n")
    before = contents(office.inbox)
    first, second = office.run(keep=True), office.run(keep=True)
    assert contents(office.inbox) == before
    assert (len(first.taken), len(second.taken), len(second.known)) == (1, 0, 1)
    assert (first.exit, second.exit) == (1, 1)
    assert "refused, and stays in the inbox" in second.problems[0]


def test_stored_files_may_go_elsewhere_even_into_the_inbox(office: Office) -> None:
    for done in (office.folder / "elsewhere", office.inbox / "stored"):
        arrives(office, 1, name="a.csv")
        record = office.run(done=done)
        assert below(done) == ["2024-01-01/a.csv"]
        assert record.exit == 0
    assert office.run(done=office.inbox / "stored").known == []


def test_links_are_told_and_left(office: Office) -> None:
    outside = hourly(office.folder / "outside", "a.csv", "2023-07-01")
    (office.inbox / "a.csv").symlink_to(outside)
    record = office.run()
    assert record.problems == ["a.csv: left alone: it is a link: put the file itself here"]
    assert outside.exists()


def test_an_inbox_that_is_away_does_not_keep_the_alerts_from_being_sent(office: Office) -> None:
    arrives(office, 1)
    office.run()
    record = run(
        _desk(office),
        Settings(office.folder / "nowhere", office.folder / "site", now=NOW),
        build=office.build,
        alert=office.alert,
    )
    assert record.exit == 1
    assert "cannot be read: No such file or directory" in record.problems[0]
    assert office.told == [(day(1), True)]


def _desk(office: Office) -> Desk:
    from tests.daily_case import _EmptyLists

    office.made.append([])
    return _EmptyLists(Holdings.at(office.folder / "archive"), office=office)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ({"inbox": "site/inbox"}, "--inbox .* lies in --site"),
        ({"site": "inbox/site"}, "--site .* lies in --inbox"),
        ({"inbox": "archive/inbox"}, "--inbox .* lies in --archive"),
        ({"site": "archive"}, "lies in"),
        ({"done": "site/done"}, "--done .* lies in --site"),
        ({"done": "inbox"}, "--done is the inbox"),
    ],
)
def test_folders_that_lie_in_one_another_are_wrong_usage(office: Office, places: dict[str, str], said: str) -> None:
    asked = {name: office.folder / path for name, path in ({"inbox": "inbox", "site": "site"} | places).items()}
    archive = Holdings.at(office.folder / "archive", create=True)
    with pytest.raises(UsageError, match=said):
        run(Desk(archive), Settings(**asked), build=office.build)
    assert not (office.folder / "archive" / "runs").exists()


def test_one_run_at_a_time(office: Office) -> None:
    arrives(office, 1)

    def second(site: Path, lists: Iterator[Watchlist]) -> int:
        with pytest.raises(ArchiveLocked, match=f"process {os.getpid()}"):
            office.run()
        office.made.pop()
        return office.build(site, lists)

    assert office.run(build=second).exit == 0


# -- pages -----------------------------------------------------------------------------------------------------------------


def test_a_day_more_makes_one_page(office: Office) -> None:
    arrives(office, 1, 2, 3)
    office.run()
    arrives(office, 4)
    record = office.run()
    assert office.made == [days(1, 3), [day(4)]]
    assert (record.day, record.pages, record.pages_kept) == (day(4), [day(4)], 3)


def test_late_data_make_the_pages_from_their_day_on_anew(office: Office) -> None:
    arrives(office, 1, 2, 3, 4)
    office.run()
    arrives(office, 3, mmsi=273000002)
    office.run()
    assert office.made[1] == days(3, 4)


def test_a_day_that_is_not_over_has_no_page_unless_it_is_asked_for(office: Office) -> None:
    arrives(office, 1)
    arrives(office, 2, hours=22)
    assert office.run().day == day(1)
    record = office.run(day=day(2))
    assert (record.day, record.pages) == (day(2), [day(2)])
    arrives(office, 1, mmsi=273000002)
    office.run()  # the newest complete day is the first; the page of the second is there, and must not stay wrong
    assert office.made == [[day(1)], [day(2)], days(1, 2)]


def test_before_any_day_is_complete_there_is_no_site_and_it_is_said_why(office: Office) -> None:
    record = office.run()
    assert (record.exit, record.notes) == (0, ["the archive has no reports yet: there is nothing to show"])
    arrives(office, 1, hours=12)
    record = office.run()
    assert (record.exit, record.day) == (0, None)
    assert "no day is complete yet, the newest report is of 2023-07-01T11:00:00Z" in record.notes[0]
    assert not (office.folder / "site").exists()


def test_a_clock_that_is_ahead_ends_no_day(office: Office) -> None:
    arrives(office, 1, 2, 3)
    assert office.run(now=datetime(2023, 7, 2, 12, tzinfo=UTC)).day == day(1)


def test_pages_older_than_the_last_days_stay_as_they_are(office: Office) -> None:
    arrives(office, 1, 2, 3, 4)
    assert office.run(days=2).pages == days(3, 4)
    arrives(office, 5)
    office.run(days=2)
    arrives(office, 3, mmsi=273000002)
    record = office.run(days=2)
    assert record.pages == days(4, 5)
    index = json.loads((office.folder / "site" / "data" / "days.json").read_text())
    assert [one["day"] for one in index["days"]] == [day(n).isoformat() for n in range(3, 6)]


def test_days_without_reports_have_a_page_too(office: Office) -> None:
    arrives(office, 1)
    arrives(office, 4)
    assert office.run().pages == days(1, 4)


def test_a_site_that_was_taken_away_or_damaged_is_made_anew(office: Office) -> None:
    arrives(office, 1, 2)
    office.run()
    index = office.folder / "site" / "data" / "days.json"
    whole = index.read_bytes()
    for damage in (index.unlink, lambda: index.write_text("{"), lambda: index.write_text('{"days":[{"day":3}]}')):
        damage()
        office.run()
        assert index.read_bytes() == whole
    assert office.made == [days(1, 2)] * 4


def test_all_pages_are_made_anew_when_asked(office: Office) -> None:
    arrives(office, 1, 2)
    office.run()
    assert office.run(rebuild=True).pages == days(1, 2)


def test_a_place_that_is_added_makes_all_lists_anew(office: Office) -> None:
    arrives(office, 1, 2)
    office.run()
    Holdings.at(office.folder / "archive").add_place("Here", 42.1, 131.2, 5.0)
    assert office.run().pages == days(1, 2)


def test_a_list_that_cannot_be_made_keeps_no_other_from_being_made_and_is_tried_again(office: Office) -> None:
    arrives(office, 1, 2, 3)
    office.failing = {day(2)}
    record = office.run()
    assert (record.exit, record.pages) == (1, [day(1), day(3)])
    assert record.problems == [f"the list of {day(2)} could not be made: unexpected RuntimeError: no list today"]
    office.failing = set()
    assert office.run().pages == [day(2)]


def test_a_site_that_cannot_be_written_is_told_and_made_by_the_next_run(office: Office) -> None:
    arrives(office, 1, 2)

    def broken(site: Path, lists: Iterator[Watchlist]) -> int:
        next(lists)
        office.build(site, iter([next(lists)]))
        raise AisGapsError(f"cannot write {site}: Read-only file system")

    record = office.run(build=broken)
    assert (record.exit, record.pages) == (1, [])
    assert "the site is not up to date: cannot write" in record.problems[0]
    assert below(office.inbox) == ["done/2024-01-01/273000001-01.csv"]
    assert office.run().pages == days(1, 2)


def test_a_run_that_is_broken_off_while_it_makes_pages_is_finished_by_the_next(office: Office) -> None:
    """Even if the index of the site says already that all is there."""
    arrives(office, 1, 2)

    def killed(site: Path, lists: Iterator[Watchlist]) -> int:
        office.build(site, lists)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.run(build=killed)
    record = office.run()
    assert record.pages == days(1, 2)
    assert record.notes == [
        "the run that began at 2024-01-01T06:00:00Z did not come to its end; this one goes on from there"
    ]
    assert office.run().pages == []


# -- alerts ----------------------------------------------------------------------------------------------------------------


def test_the_first_run_tells_of_the_newest_day_only(office: Office) -> None:
    arrives(office, 1, 2, 3)
    office.run(alerts=True)
    assert office.told == [(day(3), True)]


def test_the_newest_day_is_told_every_time_and_days_between_with_it(office: Office) -> None:
    arrives(office, 1)
    office.run(alerts=True)
    office.run(alerts=True)
    arrives(office, 2, 3)
    office.run(alerts=True)
    assert office.told == [(day(1), True), (day(1), True), (day(2), False), (day(3), True)]


def test_late_data_are_told_from_the_first_day_on_that_anything_was(office: Office) -> None:
    arrives(office, 1, 2, 3)
    office.run(alerts=True)
    arrives(office, 4)
    office.run(alerts=True)
    office.told.clear()
    arrives(office, 2, mmsi=273000002)
    office.run(alerts=True)
    assert office.told == [(day(3), False), (day(4), True)]


def test_what_could_not_be_told_is_told_by_the_next_run(office: Office) -> None:
    arrives(office, 1)
    office.run(alerts=True)
    arrives(office, 2, 3)
    office.deaf = {day(2)}
    record = office.run(alerts=True)
    assert record.problems == [f"the alerts of {day(2)} could not be sent: No space left on device"]
    office.deaf = set()
    office.told.clear()
    assert office.run(alerts=True).exit == 0
    assert office.told == [(day(2), False), (day(3), True)]


def test_a_run_that_is_broken_off_before_the_alerts_is_made_good(office: Office) -> None:
    arrives(office, 1)
    office.run(alerts=True)
    arrives(office, 2, 3)

    def killed(site: Path, lists: Iterator[Watchlist]) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.run(alerts=True, build=killed)
    office.told.clear()
    office.run(alerts=True)
    assert office.told == [(day(2), False), (day(3), True)]


def test_without_receivers_nothing_is_told_later(office: Office) -> None:
    arrives(office, 1, 2)
    office.run()
    arrives(office, 3)
    office.run(alerts=True)
    assert office.told == [(day(3), True)]
