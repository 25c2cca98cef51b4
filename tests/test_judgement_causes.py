"""What a mariner would say of fleets whose story is known: holes, dead receivers, the edge of range, the quay, one that hides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ais_gaps import worlds
from ais_gaps.holdings import Holdings
from ais_gaps.judgement.causes import ALONGSIDE, CLASS_B, LIKELY, NO_COVERAGE, OUTAGE, SWITCHED_OFF, UNKNOWN
from tests.judgement_case import archive, fleet, ship, silent, weights
from tests.rows import T0, Row

HARBOUR, QUAY = (42.8, 131.85), (43.1, 131.9)  # off Vladivostok, and in it
FAR_HARBOUR = (35.0, 129.1)  # off Busan
DARK = 273_999_001
NEVER = 10_000.0


def at(hours: float) -> datetime:
    return datetime.fromtimestamp(T0 / 1e6, UTC) + timedelta(hours=hours)


def told(of: Holdings, *mmsi: int, **more: Any) -> list[dict[str, Any]]:
    """Gaps over two hours, of some ships or of all."""
    rows: list[dict[str, Any]] = of.gaps(**{"min_hours": 2.0, **more}).to_pylist()
    return [row for row in rows if not mmsi or row["mmsi"] in mmsi]


def chances(rows: list[dict[str, Any]]) -> list[float]:
    return [row["p_switched_off"] for row in rows if row["p_switched_off"] is not None]


def no_alarm(rows: list[dict[str, Any]], causes: set[str]) -> None:
    assert rows
    assert max(chances(rows), default=0.0) < LIKELY
    assert {row["cause"] for row in rows} <= causes


def by(*mmsi: int) -> Callable[[Row], bool]:
    return lambda row: row["mmsi"] in mmsi


def busy(hours: float, **more: Any) -> list[Row]:
    """A dozen ships that sail about a harbour, and some that lie there."""
    told_ = {"every_min": 30.0, "lat": HARBOUR[0], "lon": HARBOUR[1], **more}
    return fleet(9, hours, beat_nm=20.0, **told_) + fleet(4, hours, first=273_000_101, knots=0.0, beat_nm=0.0, **told_)


def elsewhere(hours: float, ships: int = 9) -> list[Row]:
    """Ships in another sea, where all is well."""
    return fleet(ships, hours, first=440_000_001, lat=FAR_HARBOUR[0], lon=FAR_HARBOUR[1], beat_nm=20.0, every_min=30.0)


@pytest.mark.parametrize("early_h", [0.0, 4.0, 30.0])
def test_a_hole_of_25_days_in_the_feed_makes_no_ship_dark(tmp_path: Path, early_h: float) -> None:
    """Not even one that an hour or a day before it was not heard."""
    rows = fleet(10, 40 * 24, every_min=60.0) + fleet(
        4, 40 * 24, first=273_000_101, knots=0.0, beat_nm=0.0, every_min=60.0
    )
    rows = silent(silent(rows, (200, 200 + 600)), (200 - early_h, 805), who=by(273_000_003))
    over = [row for row in told(archive(tmp_path / "a", rows)) if row["duration_h"] > 590]
    assert len(over) == 14
    no_alarm(over, {OUTAGE, UNKNOWN, NO_COVERAGE})


def test_a_ship_that_goes_dark_days_before_a_hole_is_found_all_the_same(tmp_path: Path) -> None:
    rows = silent(waters(14 * 24), (240, 300))
    rows = silent(rows, (140, 152), who=by(273_000_003))
    found = told(archive(tmp_path / "a", rows))
    (dark,) = (row for row in found if row["duration_h"] < 20)
    assert dark["mmsi"] == 273_000_003
    assert dark["p_switched_off"] > 10 * max(chances([row for row in found if row is not dark]))


def test_a_hole_in_a_generated_world_makes_no_ship_dark(tmp_path: Path) -> None:
    from ais_gaps.evaluation import truth

    settings = worlds.Settings(seed=3, vessels=80, days=14, hole_days=5.0)
    worlds.write(worlds.make(settings), tmp_path / "world")
    made = Holdings.at(tmp_path / "archive", create=True)
    assert [result.error for result in made.ingest([tmp_path / "world" / "reports.csv"])] == [None]
    made.add_places(tmp_path / "world" / "places.geojson")
    causes = {
        (row["mmsi"], int(row["off_ts"].timestamp())): row["cause"]
        for row in truth.read(tmp_path / "world" / "truth.csv").to_pylist()
    }
    over = told(made, min_hours=120.0)
    assert len(over) > 60
    for row in over:
        if causes.get((row["mmsi"], int(row["off_ts"].timestamp()))) != SWITCHED_OFF:
            assert (row["p_switched_off"] or 0.0) < LIKELY, row["reasons"]
    assert sum(row["cause"] == OUTAGE for row in over) > 0.7 * len(over)


@pytest.mark.parametrize("kinds", [True, False])
@pytest.mark.parametrize("until", [240.0, NEVER])
def test_a_dead_receiver_raises_no_alarm_at_its_port(tmp_path: Path, until: float, kinds: bool) -> None:
    """Dead for four days, and heard again or still dead."""
    rows = silent(busy(240 if until == NEVER else 336), (144, until)) + elsewhere(240 if until == NEVER else 336)
    if not kinds:
        rows = [{**row, "receiver": None} for row in rows]
    found = told(archive(tmp_path / "a", rows))
    assert len(found) == 13
    assert {row["open"] for row in found} == {until == NEVER}
    no_alarm(found, {OUTAGE, UNKNOWN, NO_COVERAGE})
    assert sum(row["cause"] == OUTAGE for row in found) >= 0.6 * len(found)


def test_while_a_receiver_is_dead_one_satellite_hears_all_the_more(tmp_path: Path) -> None:
    """Ships that a satellite goes on hearing show that only the receiver is gone; who is not heard by it either may be dark."""
    rows, here = busy(240) + elsewhere(240), by(*range(273_000_001, 273_000_200))
    passes = [row["ts"] // 3_600_000_000 % 3 == 0 for row in rows]
    space = [{**row, "receiver": "satellite"} for row, seen in zip(rows, passes, strict=True) if seen]
    shore = silent([row for row, seen in zip(rows, passes, strict=True) if not seen], (120, 216), who=here)
    found = told(archive(tmp_path / "a", silent(shore + space, (130, 160), who=by(273_000_002))))
    assert chances(found)
    others = [row for row in found if row["mmsi"] != 273_000_002]
    assert max(chances(others), default=0.0) < 0.2


def waters(hours: float, beat_nm: float = 40.0) -> list[Row]:
    """Ships that sail to and fro off a coast, and some that lie there."""
    still: dict[str, float] = {"knots": 0.0, "beat_nm": 0.0, "every_min": 30.0}
    lying = [row for n in range(12) for row in ship(273_000_101 + n, hours, lon=131.1 + 0.07 * n, **still)]
    return fleet(12, hours, every_min=30.0, beat_nm=beat_nm) + lying


def dark_and_busy(shared: bool) -> list[Row]:
    dark = silent(ship(DARK, 216, lat=42.1, every_min=30.0, beat_nm=30.0, seed=1), (100, 112))
    other = ship(DARK if shared else 440_999_001, 216, lat=35.1, lon=129.1, every_min=30.0, beat_nm=20.0, seed=2)
    return waters(216) + elsewhere(216) + dark + other


def test_a_ship_that_hides_among_ships_that_are_heard_stands_out_from_one_among_ships_that_are_not(
    tmp_path: Path,
) -> None:
    """The same silence, with the others heard and not: only the first is anything that one would look at."""
    rows = dark_and_busy(shared=False)
    (dark,) = told(archive(tmp_path / "heard", rows))
    assert dark["mmsi"] == DARK
    assert dark["cause"] in (SWITCHED_OFF, UNKNOWN)
    assert "We should have heard her about " in dark["reasons"][0]
    here = by(*range(273_000_001, 273_000_200))
    (lost,) = told(archive(tmp_path / "lost", silent(rows, (100, 112.5), who=here)), DARK)
    assert lost["off_ts"] == dark["off_ts"]
    assert lost["cause"] == OUTAGE
    assert dark["p_switched_off"] > 20 * lost["p_switched_off"]


def test_of_two_ships_on_one_mmsi_neither_hides_the_others_silence(tmp_path: Path) -> None:
    """What is known of reception is the same; that she shares her number is weighed by itself."""
    (own,), (shared,) = (
        told(archive(tmp_path / str(which), dark_and_busy(shared=which)), DARK) for which in (False, True)
    )
    assert (shared["off_ts"], shared["on_ts"], shared["off_lat"]) == (own["off_ts"], own["on_ts"], own["off_lat"])
    assert weights(shared["reasons"][:1])[0] == pytest.approx(weights(own["reasons"][:1])[0], abs=0.5)
    without = [sentence for sentence in shared["reasons"] if not sentence.startswith("More than one ship")]
    assert sum(weights(without)) == pytest.approx(sum(weights(own["reasons"])), abs=0.8)


def test_a_ship_that_leaves_the_range_of_the_shore_is_out_of_coverage(tmp_path: Path) -> None:
    """She sails out to sea and is back after days; others sail within range, and some beyond its edge."""
    rows = fleet(8, 288, every_min=30.0, beat_nm=35.0)
    for number in range(4):
        out = ship(DARK + number, 288, lat=42.1, knots=10.0, beat_nm=400.0, every_min=30.0, seed=number)
        rows += [row for row in out if (row["lon"] - 131.0) * 60.0 * 0.743 < 45.0]
    found = told(archive(tmp_path / "a", rows), *range(DARK, DARK + 4))
    assert len(found) >= 8
    no_alarm(found, {NO_COVERAGE, UNKNOWN})
    assert sum(row["cause"] == NO_COVERAGE for row in found) >= 0.7 * len(found)


def test_a_moored_ship_without_power_is_alongside(tmp_path: Path) -> None:
    moored = {"lat": QUAY[0], "lon": QUAY[1], "knots": 0.0, "beat_nm": 0.0, "every_min": 30.0}
    rows = busy(240) + fleet(6, 240, first=273_000_201, **{**moored, "lat": QUAY[0] - 0.01})
    rows += silent(ship(DARK, 240, **moored), (100, 125))
    rows += silent(ship(DARK + 1, 240, **moored), (200, NEVER))
    found = told(archive(tmp_path / "a", rows))
    assert [(row["mmsi"], row["open"]) for row in found] == [(DARK, False), (DARK + 1, True)]
    no_alarm(found, {ALONGSIDE})
    assert all("at rest" in " ".join(row["reasons"]) for row in found)


def test_a_class_b_ship_far_out_is_not_heard_where_class_a_is(tmp_path: Path) -> None:
    rows = fleet(8, 240, every_min=30.0, beat_nm=80.0)
    small = fleet(6, 240, first=273_500_001, lat=42.02, beat_nm=80.0, every_min=30.0, ais_class="B")
    rows += [row for row in small if (row["lon"] - 131.0) * 60.0 * 0.743 < 22.0]
    found = told(archive(tmp_path / "a", rows))
    assert len(found) > 20
    no_alarm(found, {CLASS_B, NO_COVERAGE, UNKNOWN})
    assert sum(row["cause"] == CLASS_B for row in found) > 0.7 * len(found)


def test_an_open_silence_is_judged_then_as_an_archive_that_ended_then_would(tmp_path: Path) -> None:
    """Reports after the present of the question show in no hour before it."""
    rows = fleet(12, 240, every_min=40.0, beat_nm=40.0)
    rows += silent(ship(DARK, 240, lat=42.1, every_min=40.0, beat_nm=40.0, seed=1), (100, NEVER))
    for hours in (112.0, 127.0):
        until = [row for row in rows if row["ts"] < T0 + hours * 3_600_000_000]
        (now,) = told(archive(tmp_path / f"{hours:.0f}", until), DARK)
        (then,) = told(archive(tmp_path / f"all-{hours:.0f}", rows), DARK, as_of=at(hours))
        assert then["p_switched_off"] == pytest.approx(now["p_switched_off"], abs=0.1)
        assert then["cause"] == now["cause"]
