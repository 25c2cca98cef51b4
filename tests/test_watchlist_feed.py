"""What is silent about a feed or a receiver is not told of ships."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from ais_gaps.holdings import Holdings
from ais_gaps.watchlist.columns import BACK, NEWLY
from tests.watched_world import archive_of, day_files, written

HOLE_DAYS = 25
BEFORE = 6
ONE = timedelta(days=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    days = BEFORE + HOLE_DAYS + 3
    return written(
        tmp_path_factory.mktemp("world"), vessels=30, days=days, dark_ships=0.0, feed_outage_days=0.0, seed=3
    )


@pytest.fixture(scope="module")
def holed(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    files = day_files(world)
    return archive_of(tmp_path_factory.mktemp("archive") / "a", world, [*files[:BEFORE], *files[BEFORE + HOLE_DAYS :]])


def test_a_hole_of_25_days_raises_no_alarm_and_is_named_as_the_feeds(holed: Holdings) -> None:
    first = holed.watch_days()[BEFORE]
    before = holed.watchlist(first - ONE)
    for day in (first, first + 12 * ONE, first + (HOLE_DAYS - 1) * ONE):
        found = holed.watchlist(day)
        assert found.counts["ships_heard"] == 0
        assert found.counts["newly_dark"] == found.counts["back_again"] == 0
        assert found.counts["feed_silent"] > 5
        # Who was dark when it began still is; nobody else has become so.
        dark = {r["gap_id"] for r in before.rows.to_pylist() if r["state"] != BACK}
        assert {r["gap_id"] for r in found.rows.to_pylist()} <= dark
        assert len(found.changes) == 0
        (outage,) = found.outages.to_pylist()
        assert outage["kind"] == "feed" and outage["open"] and outage["from_ts"].date() in (first - ONE, first)
        assert any("nobody was heard" in note for note in found.notes)
        assert any("the feed heard nobody for so long" in note for note in found.notes)


def test_after_the_hole_its_hours_do_not_count(holed: Holdings) -> None:
    after = holed.watch_days()[BEFORE + HOLE_DAYS]
    found = holed.watchlist(after)
    assert found.counts["feed_silent"] > 5 and found.counts["ships_heard"] > 10
    over_the_hole = [r for r in found.rows.to_pylist() if r["off_ts"].date() < after - 2 * ONE]
    assert all((r["p_switched_off"] or 0.0) < 0.5 for r in over_the_hole)
    assert any(o["kind"] == "feed" and not o["open"] for o in found.outages.to_pylist())
    fleet = holed.gaps(as_of=found.as_of).to_pylist()
    spanning = [r for r in fleet if r["duration_h"] > 24 * HOLE_DAYS and not r["open"]]
    assert len(spanning) > len(over_the_hole), "most silences over the hole are on no list"
    assert all((r["p_switched_off"] or 0.0) < 0.5 for r in spanning)


def test_a_receivers_outage_is_told_as_such(world: Path, tmp_path: Path) -> None:
    """All terrestrial reports within two degrees of the busiest waters are taken out for two days."""
    files = day_files(world)[:9]
    heard: Counter[tuple[int, int]] = Counter()
    for file in files:
        with file.open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                heard[int(float(row["lat"])), int(float(row["lon"]))] += row["receiver"] == "terrestrial"
    square = heard.most_common(1)[0][0]
    cut = []
    for number, file in enumerate(files):
        if number not in (6, 7):
            cut.append(file)
            continue
        with file.open(newline="", encoding="utf-8") as stream:
            header, *rows = csv.reader(stream)
        lat, lon, kind = (header.index(name) for name in ("lat", "lon", "receiver"))
        kept = [
            row for row in rows if row[kind] != "terrestrial" or (int(float(row[lat])), int(float(row[lon]))) != square
        ]
        assert len(kept) < len(rows)
        cut.append(tmp_path / file.name)
        with cut[-1].open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *kept])
    down, up = archive_of(tmp_path / "down", world, cut), archive_of(tmp_path / "up", world, files)
    day = down.watch_days()[7]
    found, usual = down.watchlist(day), up.watchlist(day)
    told = [o for o in found.outages.to_pylist() if o["kind"] in ("area", "terrestrial")]
    assert told, "somebody is said to have heard nobody"
    assert not any(o["kind"] == "feed" for o in found.outages.to_pylist())
    before = {r["mmsi"] for r in usual.rows.to_pylist() if (r["p_switched_off"] or 0) >= 0.5}
    called = [r for r in found.rows.to_pylist() if (r["p_switched_off"] or 0) >= 0.5 and r["mmsi"] not in before]
    assert called == [], "no ship is called a choice for it"
    newly = [r for r in found.rows.to_pylist() if r["state"] == NEWLY]
    assert all(r["p_switched_off"] is None or r["p_switched_off"] < 0.5 for r in newly)
