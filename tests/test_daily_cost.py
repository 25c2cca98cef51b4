"""A day more touches that day: what lies in the archive of other days is not opened, whatever stands in the day's file."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps import outages
from ais_gaps.holdings import Holdings
from ais_gaps.ingest.staging import DAY_S, beside
from ais_gaps.outages import Question, told
from ais_gaps.outages.silence import Silence
from ais_gaps.outages.told import Told
from ais_gaps.store.parts import Part

FIRST = datetime(2023, 8, 1, tzinfo=UTC)
DAYS = 75


def reports(folder: Path, first: int, last: int, *, late: tuple[int, ...] = ()) -> Path:
    """A file of some days: ten ships at each of two ports, heard every hour; one port hears nobody on some days."""
    rows = ["mmsi,ts,lat,lon,ais_class,receiver,station"]
    hours = [(day, hour, 0) for day in range(first, last + 1) for hour in range(24)]
    for day, hour, minute in [*hours, *((past, 7, 1) for past in late)]:
        at = FIRST + timedelta(days=day, hours=hour, minutes=minute)
        rows += [
            f"{273_000_000 + port * 100 + ship},{at:%Y-%m-%dT%H:%M:%SZ},{lat},130,A,terrestrial,{name}"
            for port, (lat, name) in enumerate([(42.2, "Rajin"), (35.1, "Busan")])
            for ship in range(10)
            if not (port == 0 and day in (20, 48, 49, 74) and 3 <= hour < 15)
        ]
    path = folder / f"days-{first:03d}.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    folder = tmp_path_factory.mktemp("daily")
    made = Holdings.at(folder / "archive", create=True)
    files = [(day, day + 6) for day in range(0, DAYS - 5, 7)] + [(day, day) for day in range(DAYS - 5, DAYS)]
    assert [r.error for r in made.ingest([reports(folder, *days) for days in files])] == [None] * len(files)
    return made


parts = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.integers(0, DAY_S - 1)), max_size=12)


@given(parts, st.sets(st.integers(1, 45), min_size=1, max_size=6))
def test_parts_beside_some_days_are_those_that_a_day_of_them_or_next_to_them_lies_in(
    spans: list[tuple[int, int, int]], days: set[int]
) -> None:
    every = [
        Part(str(n), 1, 1, 1, 1, first * DAY_S + second, (first + more) * DAY_S + second)
        for n, (first, more, second) in enumerate(spans)
    ]
    near = beside(every, np.array(sorted(days), np.int64))
    assert near == [p for p in every if any(p.first_ts // DAY_S - 1 <= d <= p.last_ts // DAY_S + 1 for d in days)]


def test_a_wrong_clock_does_not_open_the_days_between(archive: Holdings, tmp_path: Path) -> None:
    shutil.copytree(archive.path, tmp_path / "archive")
    copy = Holdings.at(tmp_path / "archive")
    gone = 0
    for part in copy._store.parts():
        first, last = ((ts - int(FIRST.timestamp())) // DAY_S for ts in (part.first_ts, part.last_ts))
        if not any(first <= day <= last for day in (10, 11, 12, DAYS - 1)):
            Path(copy._store.part_path(part)).unlink()
            gone += 1
    assert gone == 13
    for name in ("days", "gaps", "runs", "ship_cells", "peer_hours"):
        for ingest in copy._store.ingests()[:-1]:
            copy._store.ingest_file(ingest.id, name).unlink()
    (result,) = copy.ingest([reports(tmp_path, DAYS, DAYS, late=(11,))])
    assert result.error is None
    assert result.rows_kept == 24 * 20 + 20


def told_of(archive: Holdings, day: int) -> list[dict[str, object]]:
    since = FIRST + timedelta(day)
    rows: list[dict[str, object]] = archive.outages(since=since, until=since + timedelta(1)).rows.to_pylist()
    return rows


def test_what_windows_told_is_kept_and_changes_nothing(archive: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    every = archive.outages().rows
    assert [row.day for row in every["from_ts"].to_pylist()] == [21, 18, 19, 14]
    assert archive.outages().rows.equals(every)
    days = [told_of(archive, day) for day in range(DAYS)]
    assert [number for number, rows in enumerate(days) if rows] == [20, 48, 49, 74]
    # Asked again, nothing is read but what is kept.
    monkeypatch.setattr("ais_gaps.outages.windows.Windows._read", None)
    assert [told_of(archive, day) for day in range(DAYS)] == days


def test_late_data_are_not_answered_from_what_was_kept(archive: Holdings, tmp_path: Path) -> None:
    shutil.copytree(archive.path, tmp_path / "archive")
    copy = Holdings.at(tmp_path / "archive")
    assert len(told_of(copy, 48)) == 1
    rows = ["mmsi,ts,lat,lon,ais_class,receiver,station"]
    for hour in range(3, 15):
        at = FIRST + timedelta(days=48, hours=hour)
        rows += [f"{273_000_000 + ship},{at:%Y-%m-%dT%H:%M:%SZ},42.2,130,A,terrestrial,Rajin" for ship in range(10)]
    (tmp_path / "late.csv").write_text("\n".join(rows) + "\n")
    assert [r.error for r in copy.ingest([tmp_path / "late.csv"])] == [None]
    assert told_of(copy, 48) == []
    assert len(told_of(copy, 49)) == 1
    known = copy._store.log.commits()[-2][0] / 1000
    before = copy.outages(as_known=datetime.fromtimestamp(known + 0.0005, UTC)).rows
    assert before.equals(archive.outages().rows)


texts = st.one_of(st.none(), st.text(max_size=5))
silences = st.builds(
    Silence,
    *(st.sampled_from(["feed", "area", "station"]), texts, texts),
    st.lists(st.integers(0, 10**6), max_size=3).map(lambda some: tuple(sorted(some))),
    st.one_of(st.none(), st.tuples(st.floats(-90, 90), st.floats(-180, 180))),
    *(st.integers(0, 10**6), st.integers(0, 10**6)),
    *(st.floats(allow_nan=False) for _ in range(6)),
    st.booleans(),
)


@given(st.lists(silences, max_size=4))
@settings(max_examples=25, deadline=None)
def test_kept_silences_are_read_as_they_were(archive: Holdings, some: list[Silence]) -> None:
    kept = Told(archive._store, [])
    kept.keep((1, 5), (2, 3), some)
    assert kept.read((1, 5), (2, 3)) == some
    assert kept.read((1, 5), (2, 4)) is None


def test_the_windows_made_longest_ago_go_first(tmp_path: Path) -> None:
    kept = Told(Holdings.at(tmp_path / "archive", create=True)._store, [])
    for number in range(told.KEPT + 5):
        kept.keep((number, number + 9), (number, number + 1), [])
    assert [kept.read((n, n + 9), (n, n + 1)) for n in (4, 5)] == [None, []]


@given(st.lists(st.tuples(st.integers(5, DAYS), st.sampled_from([0, 10, 24]), st.booleans()), min_size=2, max_size=4))
@settings(max_examples=4, deadline=None)
def test_what_was_asked_before_changes_no_answer(archive: Holdings, asked: list[tuple[int, int, bool]]) -> None:
    store, places = archive._store, archive.places()

    def answer(day: int, hour: int, present: bool) -> list[dict[str, object]]:
        at = FIRST + timedelta(days=day, hours=hour - 24)
        question = Question(as_of=at) if present else Question(since=at, until=at + timedelta(1))
        rows: list[dict[str, object]] = outages.ask(store, store.ingests(), question, places).rows.to_pylist()
        return rows

    together = [answer(*each) for each in asked]
    for each, rows in zip(asked, together, strict=True):
        shutil.rmtree(archive.path / "outages", ignore_errors=True)
        assert answer(*each) == rows
