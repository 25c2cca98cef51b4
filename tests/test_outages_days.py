"""Outages of some days are those of the whole archive, and are found without the rest of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.holdings import Holdings
from ais_gaps.outages.search import LOOKBACK_D, search
from ais_gaps.outages.silence import Silence
from ais_gaps.outages.windows import PIECE_H, PIECES, Windows
from tests.outages_case import DAY, START, Down, Spot, at, ordered, peers, table

DAYS = 260
LAST = START + DAYS * DAY - 1
EDGE = -START % PIECE_H  # hours from the world's beginning to where a fortnight begins
SPOTS = (
    *(Spot(42.6, 130.3, 9, 20), Spot(35.1, 129.1, 15, 10), Spot(10.2, -60.3, 8, 12)),
    *(Spot(-33.1, 179.9, 6, 15), Spot(-33.1, -179.9, 6, 15)),  # neighbours across the antimeridian
)


@cache
def world() -> pa.Table:
    """Nine months in which receivers fail at every turn: at the edges of fortnights, for hours, for weeks, and for good."""
    draws = np.random.default_rng(5)
    begins = np.sort(draws.integers(10 * DAY, (DAYS - 10) * DAY, 40))
    down = [Down(int(draws.integers(0, 3)), int(h), int(h + draws.integers(5, 90))) for h in begins]
    edges = [Down(number % 3, h, h + 14) for number, h in enumerate(range(EDGE + 2 * PIECE_H - 7, DAYS * DAY, PIECE_H))]
    long = [Down(3, 60 * DAY, 100 * DAY), Down(4, 60 * DAY, 100 * DAY), Down(0, 80 * DAY, 170 * DAY)]
    hole = [Down(None, 200 * DAY + 5, 225 * DAY)]
    gone = [Down(1, 228 * DAY, DAYS * DAY)]
    return table(SPOTS, DAYS, [*down, *edges, *long, *hole, *gone])


@cache
def whole() -> tuple[Silence, ...]:
    return tuple(search(peers(world()), START, LAST))


def of_days(every: Sequence[Silence], since: int, until: int) -> list[Silence]:
    return [s for s in every if s.to_h > since and s.from_h < until and s.from_h >= since - LOOKBACK_D * DAY]


def test_the_world_has_what_the_other_tests_are_about() -> None:
    assert {each.kind for each in whole()} == {"area", "feed"}
    assert len(whole()) > 40
    assert max(each.hours for each in whole() if not each.open) > 60 * DAY
    assert any(each.open for each in whole())
    assert any(0 < (each.from_h // PIECE_H + 1) * PIECE_H - each.from_h < 10 for each in whole())


@given(st.integers(-5 * DAY, (DAYS + 5) * DAY), st.integers(1, 40 * DAY))
@settings(max_examples=60, deadline=None)
def test_outages_of_some_hours_are_those_of_the_whole_archive(begins: int, hours: int) -> None:
    since, until = START + begins, START + begins + hours
    found = search(peers(world()), START, LAST, since=since, until=until)
    assert found == of_days(whole(), since, until)


@given(st.integers(0, DAYS - 1))
@settings(max_examples=20, deadline=None)
def test_what_was_since_a_day_or_before_it_is_that_of_the_whole_archive(day: int) -> None:
    at = START + day * DAY
    assert search(peers(world()), START, LAST, since=at) == of_days(whole(), at, LAST + 1)
    assert search(peers(world()), START, LAST, until=at) == of_days(whole(), -(10**6), at)[: len(whole())]


def test_no_outage_is_told_twice_or_lost_where_fortnights_meet() -> None:
    for one in whole():
        for other in whole():
            together = one.from_h < other.to_h and other.from_h < one.to_h and one.key == other.key
            assert one is other or not together or set(one.cells).isdisjoint(other.cells)
    begins = {each.from_h - START for each in whole()}
    edges = range(EDGE + 2 * PIECE_H - 7, DAYS * DAY, PIECE_H)
    hidden = [(80, 170), (200, DAYS)]  # days in which something else is down for long
    clear = [h for h in edges if not any(a * DAY - 30 <= h < b * DAY + 30 for a, b in hidden)]
    assert len(clear) >= 4
    assert [h for h in clear if not {h - 1, h, h + 1} & begins] == []


@pytest.mark.parametrize("days", [120, 200, DAYS])
def test_the_last_day_is_told_from_so_many_hours_however_old_the_archive_is(days: int) -> None:
    last, asked = START + days * DAY - 1, 0
    between = peers(world())

    def counted(low: int, high: int) -> pa.Table:
        nonlocal asked
        asked += high + 1 - low
        return between(low, high)

    search(counted, START, last, since=last + 1 - DAY, until=last + 1)
    assert asked <= LOOKBACK_D * DAY + (PIECES + 2) * PIECE_H


@given(st.integers(0, 40 * PIECE_H), st.integers(0, 20 * PIECE_H))
def test_each_hour_lies_in_the_core_of_one_window_that_holds_it(first: int, hours: int) -> None:
    last = first + hours
    windows = Windows(peers(world()), first, last, None)
    cores = [windows.core(number) for number in windows.numbers]
    assert cores[0][0] == first
    assert cores[-1][1] == last + 1
    assert [until for _, until in cores[:-1]] == [begins for begins, _ in cores[1:]]
    for number, (begins, until) in zip(windows.numbers, cores, strict=True):
        low, high = windows.hours(number)
        assert low <= begins < until <= high + 1
        assert windows.of(begins) == windows.of(until - 1) == number


def test_the_archive_of_a_later_beginning_tells_the_same_of_what_began_two_months_later() -> None:
    later = START + EDGE + 4 * PIECE_H
    young = search(peers(world()), later, LAST)
    begins = later + 4 * PIECE_H
    assert [s for s in young if s.from_h >= begins] == [s for s in whole() if s.from_h >= begins]


def test_a_day_of_an_archive_has_the_outages_of_the_whole(tmp_path: Path) -> None:
    rows = ["mmsi,ts,lat,lon,ais_class,receiver,station"]
    for hour in range(40 * 24):
        at = datetime(2023, 8, 1, tzinfo=UTC) + timedelta(hours=hour)
        rows += [
            f"{273_000_000 + port * 100 + ship},{at:%Y-%m-%dT%H:%M:%SZ},{lat},130,A,terrestrial,{name}"
            for port, (lat, name) in enumerate([(42.2, "Rajin"), (35.1, "Busan")])
            for ship in range(12)
            if not (port == 0 and 500 <= hour < 540) and (hour // 50 + ship) % 4
        ]
    (tmp_path / "reports.csv").write_text("\n".join(rows) + "\n")
    archive = Holdings.at(tmp_path / "archive", create=True)
    assert [result.error for result in archive.ingest([tmp_path / "reports.csv"])] == [None]
    every = archive.outages().rows.to_pylist()
    assert [row["station"] for row in every] == ["Rajin"]
    for day in range(20, 25):
        since = datetime(2023, 8, 1, tzinfo=UTC) + timedelta(day)
        told = archive.outages(since=since, until=since + timedelta(1)).rows.to_pylist()
        assert told == (every if day * 24 + 24 > 500 and day * 24 < 540 else [])


def test_seams_of_a_world_without_outages_make_none() -> None:
    assert search(peers(ordered([table(SPOTS, 120, seed=9)])), START, START + 120 * DAY - 1) == []


def test_a_silence_of_which_two_windows_tell_the_beginning_is_told_once_and_by_the_first() -> None:
    """One ship stays an hour longer: for the first window, which knows busier weeks, that hour is quiet, for the next it is not."""
    seam = EDGE + 6 * PIECE_H
    hours = np.arange(14 * PIECE_H)
    ships = np.where(hours < seam - 2 * PIECE_H, 10, 6)
    heard = np.where((hours >= seam) & (hours < seam + 70 * DAY), 0, ships)
    heard[seam - 1] = 1
    port = at(Spot(-50.0, 20.0, 0, 0), np.where(heard > 0, ships, 0), heard)
    made = ordered([table(SPOTS, len(hours) // DAY), port])
    last = START + len(hours) - 1
    every = search(peers(made), START, last)
    assert [(each.from_h - START, each.to_h - START) for each in every] == [(seam - 1, seam + 70 * DAY)]
    for begins in range(-3, 4):
        since = START + seam + begins + LOOKBACK_D * DAY
        assert search(peers(made), START, last, since=since) == of_days(every, since, last + 1)
