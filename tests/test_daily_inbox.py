"""What a daily run takes out of its inbox, how it is told to read it, and where it puts it."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.daily import days, filing
from ais_gaps.daily.filing import put_away
from ais_gaps.daily.inbox import look
from ais_gaps.daily.lock import only_run
from ais_gaps.daily.reading import Reading, rules
from ais_gaps.errors import AisGapsError, ArchiveLocked, SourceError, UsageError
from ais_gaps.readers.interface import ReadOptions

NOW = datetime(2024, 3, 5, 6, tzinfo=UTC)


def names(inbox: Path, settle_s: float = 0.0) -> list[str]:
    return [arrival.name for arrival in look(inbox, settle_s=settle_s).whole]


# -- what has arrived ------------------------------------------------------------------------------------------------------


def test_files_are_taken_by_name_with_their_folders(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "north/a.csv", "north/deep/x.csv.gz", "Z.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert names(tmp_path) == ["Z.csv", "a.csv", "b.csv", "north/a.csv", "north/deep/x.csv.gz"]


def test_what_is_hidden_unfinished_or_put_away_is_left(tmp_path: Path) -> None:
    for name in (".a.csv", ".work/b.csv", "c.csv.part", "d.tmp", "E.PART", "inbox.toml", "done/1.csv", "refused/2.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "stored").mkdir()
    (tmp_path / "stored" / "3.csv").write_text("3")
    found = look(tmp_path, settle_s=0, passing=[tmp_path / "stored"])
    assert found.whole == ()
    assert found.growing == ("E.PART", "c.csv.part", "d.tmp")


def test_a_file_that_grows_is_left_for_the_next_run(tmp_path: Path) -> None:
    (tmp_path / "whole.csv").write_text("all of it")
    growing = tmp_path / "growing.csv"
    growing.write_text("some")

    def grow() -> None:
        time.sleep(0.1)
        with growing.open("a") as stream:
            stream.write(" more")

    writer = threading.Thread(target=grow)
    writer.start()
    found = look(tmp_path, settle_s=0.4)
    writer.join()
    assert [arrival.name for arrival in found.whole] == ["whole.csv"]
    assert found.growing == ("growing.csv",)


def test_a_file_that_is_replaced_by_one_of_the_same_size_and_time_has_not_settled(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("one")
    os.utime(file, (1, 1))

    def replace() -> None:
        time.sleep(0.1)
        other = tmp_path / ".other"
        other.write_text("two")
        os.utime(other, (1, 1))
        other.replace(file)

    writer = threading.Thread(target=replace)
    writer.start()
    found = look(tmp_path, settle_s=0.4)
    writer.join()
    assert (found.whole, found.growing) == ((), ("a.csv",))


def test_links_and_pipes_are_named_and_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("x")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "link.csv").symlink_to(outside / "secret.csv")
    (inbox / "folder").symlink_to(outside)
    os.mkfifo(inbox / "pipe")
    found = look(inbox, settle_s=0)
    assert found.whole == ()
    assert [name for name, _ in found.odd] == ["folder", "link.csv", "pipe"]


def test_an_inbox_that_is_not_there_is_one_plain_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the inbox .*nowhere cannot be read: No such file or directory"):
        look(tmp_path / "nowhere", settle_s=0)


# -- how it is read --------------------------------------------------------------------------------------------------------


def test_the_first_rule_that_fits_says_how_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "inbox.toml").write_text(
        """
        [[files]]
        match = "satellite/*"
        receiver = "satellite"

        [[files]]
        match = "*.nmea"
        reader = "nmea"
        start_time = 2024-01-01T00:00:00Z

        [[files]]
        match = "club/*.csv"
        reader = "mapped"
        map = { mmsi = "vessel_id", ts = "time" }
        time_zone = "Asia/Tokyo"
        """
    )
    usual = Reading(None, ReadOptions(receiver="terrestrial"))
    found = rules(tmp_path, usual)
    assert found.of("a.csv") == usual
    assert found.of("satellite/a.nmea") == Reading(None, ReadOptions(receiver="satellite"))
    assert found.of("x.nmea").options.start_time == datetime(2024, 1, 1, tzinfo=UTC)
    club = found.of("club/day.csv")
    assert (club.reader, club.options.mapping) == ("mapped", {"mmsi": "vessel_id", "ts": "time"})
    assert (club.options.time_zone, club.options.receiver) == ("Asia/Tokyo", "terrestrial")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("files = 3", "sections"),
        ("[other]", "sections"),
        ("[[files]]\nreceiver = 'satellite'", "match"),
        ("[[files]]\nmatch = '*'\ncolour = 'red'", "no colour"),
        ("[[files]]\nmatch = '*'\nreader = 'x'", "no reader x"),
        ("[[files]]\nmatch = '*'\nreceiver = 'x'", "terrestrial or satellite"),
        ("[[files]]\nmatch = '*'\nmap = { colour = 'red' }", "no field colour"),
        ("[[files]]\nmatch = '*'\nmap = 'mmsi=x'", "map"),
        ("[[files]]\nmatch = '*'\nstart_time = '2024'", "start_time"),
        ("[[files]]\nmatch = 3", "in quotes"),
        ("[[files", "cannot be read"),
        ("\udcff", "cannot be read"),
    ],
)
def test_rules_that_say_nothing_sensible_are_wrong_usage(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "inbox.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=said) as error:
        rules(tmp_path, Reading())
    assert str(error.value).count("\n") == 0


# -- where it goes ---------------------------------------------------------------------------------------------------------


def test_a_file_is_moved_with_its_folders_and_overwrites_nothing(tmp_path: Path) -> None:
    for content in ("one", "two", "two", "three"):
        (tmp_path / "a.csv.gz").write_text(content)
        put_away(tmp_path / "a.csv.gz", tmp_path / "done", "north/a.csv.gz")
    put = sorted((tmp_path / "done" / "north").iterdir())
    assert sorted(path.read_text() for path in put) == ["one", "three", "two", "two"]
    assert all(path.name.startswith("a") and path.name.endswith(".csv.gz") for path in put)
    assert not (tmp_path / "a.csv.gz").exists()


def test_a_name_of_greatest_length_can_be_put_beside_itself(tmp_path: Path) -> None:
    name = "ж" * 125 + ".csv"
    for content in ("one", "two"):
        (tmp_path / name).write_text(content)
        put_away(tmp_path / name, tmp_path / "refused", name, reason="no")
    assert len(list((tmp_path / "refused").iterdir())) == 4


def test_a_reason_stands_beside_a_refused_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("poem")
    put_away(tmp_path / "a.csv", tmp_path / "refused", "a.csv", reason="no AIS")
    assert (tmp_path / "refused" / "a.csv").read_text() == "poem"
    assert (tmp_path / "refused" / "a.csv.reason.txt").read_text() == "no AIS\n"


@pytest.mark.parametrize("other_disk", [False, True])
@pytest.mark.parametrize("step", range(8))
def test_a_move_that_is_broken_off_anywhere_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other_disk: bool, step: int
) -> None:
    """At each step one whole copy at least is there; after the next try there is one only, in its place."""
    file = tmp_path / "in" / "a.csv"
    file.parent.mkdir()
    file.write_text("content")

    class BrokenOffError(BaseException):
        pass

    left = [step]

    def breaking(function: object) -> object:
        def call(*arguments: object, **named: object) -> object:
            if left[0] == 0:
                raise BrokenOffError
            left[0] -= 1
            return function(*arguments, **named)  # type: ignore[operator]

        return call

    with monkeypatch.context() as patch:
        if other_disk:
            _two_disks(patch, tmp_path)
        for owner, name in ((os, "link"), (Path, "unlink"), (Path, "rename"), (filing, "sync"), (os, "fsync")):
            patch.setattr(owner, name, breaking(getattr(owner, name)))
        try:
            put_away(file, tmp_path / "done", "a.csv")
        except BrokenOffError:
            whole = [path for path in (file, tmp_path / "done" / "a.csv") if path.exists()]
            assert whole
            assert {path.read_text() for path in whole} == {"content"}
    with monkeypatch.context() as patch:
        if other_disk:
            _two_disks(patch, tmp_path)
        if file.exists():
            put_away(file, tmp_path / "done", "a.csv")
    assert not file.exists()
    assert [path.name for path in (tmp_path / "done").iterdir()] == ["a.csv"]
    assert (tmp_path / "done" / "a.csv").read_text() == "content"


def _two_disks(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """``in`` and ``done`` lie on different disks, as far as links and devices tell."""
    link, stat = os.link, Path.stat

    def no_link(source: Path, goal: Path, **named: bool) -> None:
        if (folder / "in" in source.parents) != (folder / "in" in goal.parents):
            raise OSError(18, "Invalid cross-device link")
        link(source, goal, **named)

    def elsewhere(path: Path, **named: bool) -> os.stat_result:
        found = stat(path, **named)
        values = list(found)
        values[2] += 1_000 * (folder / "done" in path.parents)
        return os.stat_result(values)

    patch.setattr(os, "link", no_link)
    patch.setattr(Path, "stat", elsewhere)


def test_a_copy_that_differs_keeps_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("content")
    _two_disks(monkeypatch, tmp_path)
    monkeypatch.setattr(filing.shutil, "copyfileobj", lambda source, copy, size: copy.write(b"con"))
    with pytest.raises(AisGapsError, match="not the same"):
        put_away(tmp_path / "in" / "a.csv", tmp_path / "done", "a.csv")
    assert (tmp_path / "in" / "a.csv").read_text() == "content"
    assert not (tmp_path / "done" / "a.csv").exists()


# -- one at a time ---------------------------------------------------------------------------------------------------------


def test_a_second_run_is_told_who_holds_the_archive(tmp_path: Path) -> None:
    with (
        only_run(tmp_path, now=NOW) as unfinished,
        pytest.raises(ArchiveLocked, match=rf"process {os.getpid()} on .*since 2024-03-05T06:00:00Z"),
        only_run(tmp_path, now=NOW),
    ):
        pass
    assert unfinished is None
    with only_run(tmp_path, now=NOW) as unfinished:
        assert unfinished is None


def test_a_run_that_was_killed_blocks_none_and_is_known(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        only_run(tmp_path, now=NOW).__enter__()
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    with only_run(tmp_path, now=NOW + timedelta(days=1)) as unfinished:
        assert unfinished == "2024-03-05T06:00:00Z"
    with only_run(tmp_path, now=NOW) as unfinished:
        assert unfinished is None


# -- which days ------------------------------------------------------------------------------------------------------------


def dates(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("newest_report", "complete"),
    [
        ("2024-03-04T22:59:59", "2024-03-03"),
        ("2024-03-04T23:00:00", "2024-03-04"),
        ("2024-03-05T05:30:00", "2024-03-04"),
        ("2024-03-05T23:59:00", "2024-03-04"),  # over by its reports, not by the clock
        ("2024-03-06T04:00:00", "2024-03-04"),
    ],
)
def test_a_day_is_complete_when_its_last_hour_or_a_later_day_is_heard_and_it_is_over(
    newest_report: str, complete: str
) -> None:
    newest = datetime.fromisoformat(newest_report).replace(tzinfo=UTC)
    reported = [date(2024, 3, 1) + timedelta(days=n) for n in range((newest.date() - date(2024, 3, 1)).days + 1)]
    assert days.newest_complete(reported, newest, now=NOW) == date.fromisoformat(complete)


def test_where_no_day_is_complete_there_is_none() -> None:
    assert days.newest_complete(dates("2024-03-04"), datetime(2024, 3, 4, 12, tzinfo=UTC), now=NOW) is None
    assert days.newest_complete([], NOW, now=NOW) is None


@given(st.integers(1, 40), st.integers(1, 40))
def test_the_days_of_a_site_follow_on_one_another(of_archive: int, number: int) -> None:
    reported = [date(2024, 1, 1) + timedelta(days=n) for n in range(of_archive)]
    found = days.shown(reported, reported[-1], number)
    assert found == reported[-number:]
