"""Gaps in listening are outages: of the feed if nobody else was heard, else of the one that was not listened to, and told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.holdings import Holdings
from ais_gaps.listen.columns import LISTENING
from ais_gaps.listen.ledger import HEADER
from ais_gaps.outages.gaps_in_listening import gaps
from ais_gaps.schema import OUTAGES

BEGIN = datetime(2023, 8, 1, tzinfo=UTC)
DAYS = 12
LAST_US = int((BEGIN + timedelta(days=100)).timestamp()) * 1_000_000


def at(hour: float) -> datetime:
    return BEGIN + timedelta(hours=hour)


def iso(hour: float) -> str:
    return f"{at(hour):%Y-%m-%dT%H:%M:%SZ}"


def reports(folder: Path, feeds: dict[str, tuple[int, Sequence[tuple[float, float]]]]) -> Path:
    """Ships of several feeds, each heard every hour except in those of its feed's holes, as sentences with their station."""
    from tests.listen_case import sentence

    path = folder / "reports.nmea"
    lines = []
    for hour in range(DAYS * 24):
        for number, (feed, (ships, holes)) in enumerate(feeds.items()):
            if any(low <= hour + 0.5 < high for low, high in holes):
                continue
            for ship in range(ships):
                seconds = int(at(hour + 0.5).timestamp()) + ship
                lines.append(b"\\s:%s,c:%d\\" % (feed.encode(), seconds) + sentence(1000 * number + ship))
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def record(folder: Path, feed: str, rows: Sequence[tuple[float, float | None, str]]) -> Path:
    """What a listener wrote down: rows of begin, end and why not (empty = it listened), in hours."""
    path = folder / f"{feed}-{len(list(folder.glob('*.csv')))}.listening.csv"
    lines = [
        f"{feed},{iso(low)},{'' if high is None else iso(high)},{'not_listening' if why else 'listening'},{why}"
        for low, high, why in rows
    ]
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


def archive_of(folder: Path, *paths: Path) -> Holdings:
    archive = Holdings.at(folder / "archive", create=True)
    assert [result.error for result in archive.ingest(paths)] == [None] * len(paths)
    return archive


def told(archive: Holdings, **question: Any) -> list[tuple[Any, ...]]:
    rows = archive.outages(**question).rows
    assert rows.schema.equals(OUTAGES.arrow)
    hours = [
        (row["kind"], row["station"], row["from_ts"], row["to_ts"], row["reason"].count("not listening to"))
        for row in rows.to_pylist()
    ]
    return [
        (
            kind,
            station,
            (low - BEGIN) / timedelta(hours=1),
            None if high is None else (high - BEGIN) / timedelta(hours=1),
            n,
        )
        for kind, station, low, high, n in hours
    ]


def test_a_gap_that_the_hours_show_too_is_one_outage_of_the_feed_with_the_reason(tmp_path: Path) -> None:
    archive = archive_of(
        tmp_path,
        reports(tmp_path, {"a": (30, [(150, 159)])}),
        record(tmp_path, "a", [(0, 149.75, ""), (149.75, 159.25, "Connection refused"), (159.25, 280, "")]),
    )
    assert told(archive) == [("feed", None, 150.0, 159.0, 1)]
    (row,) = archive.outages().rows.to_pylist()
    assert row["reason"].endswith("; not listening to a from 2023-08-07 05:45 to 2023-08-07 15:15: Connection refused")
    assert row["log_odds"] > 3
    assert row["ships_expected"] == pytest.approx(270, rel=0.1)


def test_a_gap_that_too_few_ships_would_show_is_an_outage_all_the_same(tmp_path: Path) -> None:
    archive = archive_of(
        tmp_path,
        reports(tmp_path, {"a": (1, [(150, 153)])}),
        record(tmp_path, "a", [(0, 150, ""), (150, 153, "the listener did not run"), (153, 280, "")]),
    )
    assert told(archive) == [("feed", None, 150.0, 153.0, 1)]
    (row,) = archive.outages().rows.to_pylist()
    assert row["log_odds"] is None
    assert (row["ships_heard"], row["ships_expected"], row["duration_h"]) == (0.0, 3.0, 3.0)
    assert told(archive, min_hours=4) == []
    assert told(archive, until=at(150)) == told(archive, since=at(153)) == []
    assert len(told(archive, since=at(152), until=at(152.5))) == 1


def test_one_feeds_gap_is_no_outage_of_the_others(tmp_path: Path) -> None:
    archive = archive_of(
        tmp_path,
        reports(tmp_path, {"a": (20, []), "b": (3, [(150, 156)])}),
        record(tmp_path, "a", [(0, 280, "")]),
        record(tmp_path, "b", [(0, 150, ""), (150, 156, "no answer"), (156, 280, "")]),
    )
    assert [each for each in told(archive) if each[4]] == [("station", "b", 150.0, 156.0, 1)]
    assert all(kind != "feed" for kind, *_ in told(archive))
    (row,) = [row for row in archive.outages().rows.to_pylist() if row["station"] == "b"]
    assert (row["ships_expected"], row["ships_heard"]) == (18.0, 0.0)


def test_two_feeds_not_listened_to_at_once_are_one_outage_that_names_both(tmp_path: Path) -> None:
    archive = archive_of(
        tmp_path,
        reports(tmp_path, {"a": (1, [(150, 156)]), "b": (1, [(148, 156)])}),
        record(tmp_path, "a", [(0, 150, ""), (156, 280, "")]),
        record(tmp_path, "b", [(0, 148, ""), (148, 156, "no answer"), (156, 280, "")]),
    )
    assert [each for each in told(archive) if each[4]] == [
        ("station", "b", 148.0, 156.0, 1),
        ("feed", None, 150.0, 156.0, 2),
    ]
    assert "not listening to a from 2023-08-07 06:00 to 2023-08-07 12:00, of which there is no record" in str(
        archive.outages().rows.to_pylist()
    )


def test_a_feed_that_was_stopped_is_down_until_it_is_listened_to_again(tmp_path: Path) -> None:
    stopped = record(tmp_path, "b", [(0, 150, ""), (150, None, "the listener was stopped")])
    archive = archive_of(tmp_path, reports(tmp_path, {"a": (5, []), "b": (5, [(150, 400)])}), stopped)
    assert [each for each in told(archive) if each[4]] == [("station", "b", 150.0, None, 1)]
    known = datetime.now(UTC)
    list(archive.ingest([record(tmp_path, "b", [(200, 280, "")])]))
    assert [each for each in told(archive) if each[4]][-1] == ("station", "b", 150.0, 200.0, 1)
    assert [each for each in told(archive, as_known=known) if each[4]] == [("station", "b", 150.0, None, 1)]


def test_a_record_is_taken_for_one_whatever_reader_is_named_for_the_folder(tmp_path: Path) -> None:
    archive = Holdings.at(tmp_path / "archive", create=True)
    paths = [reports(tmp_path, {"a": (1, [])}), record(tmp_path, "a", [(0, 1, ""), (2, 1, "")])]
    results = list(archive.ingest(paths, reader="nmea"))
    assert [(result.reader, result.rows_rejected) for result in results] == [("nmea", 0), ("listening", 1)]
    assert results[1].rejected_by_reason == {"to_ts is not later than from_ts": 1}
    assert archive.listening().num_rows == 1
    assert archive.sources().num_rows == 1


def test_an_hour_without_a_whole_clock_hour_is_no_outage(tmp_path: Path) -> None:
    archive = archive_of(
        tmp_path,
        reports(tmp_path, {"a": (1, [])}),
        record(tmp_path, "a", [(0, 150.1, ""), (150.2, 151.9, "x"), (151.9, 280, "")]),
    )
    assert told(archive, min_hours=0) == []


def test_an_outage_of_many_gaps_names_some_and_counts_the_rest(tmp_path: Path) -> None:
    flapping = [(hour, hour + 0.9, "") for hour in range(280) if not 150 <= hour < 170 or hour % 2]
    holes = [(float(hour), hour + 1.0) for hour in range(150, 170)]
    archive = archive_of(tmp_path, reports(tmp_path, {"a": (20, holes)}), record(tmp_path, "a", flapping))
    (row,) = [row for row in archive.outages(min_hours=1).rows.to_pylist() if row["kind"] == "feed"]
    assert row["reason"].count("not listening to a") == 5
    assert row["reason"].endswith("; and 5 more gaps in listening")


def log_of(rows: Sequence[tuple[int, int | None, bool]], feed: str = "a") -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "feed": feed,
                "from_ts": at(low),
                "to_ts": None if high is None else at(high),
                "state": "listening" if heard else "not_listening",
                "reason": None if heard else "why",
                "file": "x",
            }
            for low, high, heard in rows
        ],
        schema=LISTENING.arrow,
    )


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60), st.booleans()), min_size=1, max_size=15), st.randoms()
)
def test_gaps_are_the_hours_of_which_no_record_says_listening_in_any_order(
    rows: list[tuple[int, int, bool]], order: Any
) -> None:
    given_rows = [(low, low + hours, heard) for low, hours, heard in rows]
    found = gaps(log_of(given_rows), LAST_US)
    missed = {hour for gap in found for hour in range(round(_hour(gap.from_us)), round(_hour(gap.to_us)))}
    heard = {hour for low, high, listened in given_rows if listened for hour in range(low, high)}
    every = range(min(low for low, _, _ in given_rows), max(high for _, high, _ in given_rows))
    assert missed == set(every) - heard
    assert not any(gap.open for gap in found)
    shuffled = list(given_rows) * 2
    order.shuffle(shuffled)
    assert gaps(log_of(shuffled), LAST_US) == found


def _hour(us: int) -> float:
    return (us / 1e6 - BEGIN.timestamp()) / 3600.0


def test_reasons_are_those_of_the_gap_and_no_others() -> None:
    (one, other) = gaps(log_of([(0, 5, True), (5, 6, False), (8, 9, True), (10, 11, True)]), LAST_US)
    assert (one.reasons, other.reasons) == (("why",), ())
    (one,) = gaps(log_of([(0, 5, True), (5, None, False)]), LAST_US)
    assert one.open
    (one,) = gaps(log_of([(0, 5, True), (5, None, False), (9, 12, True)]), LAST_US)
    assert not one.open
