"""Archives with next to nothing in them, or odd things: nothing raises, and where nothing can be told a sentence says so."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.holdings import Holdings
from ais_gaps.judgement import judge, shipped
from ais_gaps.judgement.causes import CAUSES, IDENTITY, NO_COVERAGE, UNKNOWN
from ais_gaps.judgement.model import probability
from ais_gaps.judgement.reasons import reasons
from ais_gaps.store.archive import Store
from tests.judgement_case import archive, fleet, log_odds, ship, silent, turned, weights
from tests.rows import T0, H, Row, put

FIVE_YEARS_H = 5 * 365 * 24.0


def sound(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The gaps, each with a cause and reasons that say what they say."""
    for row in rows:
        p = row["p_switched_off"]
        assert row["cause"] in CAUSES
        assert row["reasons"] and all(row["reasons"])
        text = " ".join(row["reasons"])
        assert not re.search(r"\b(nan|inf|none|null)\b", text, re.IGNORECASE), text
        assert "{" not in text and "%" not in text
        if p is None:
            assert row["cause"] in (UNKNOWN, IDENTITY)
            assert text.endswith("Nothing is judged.")
        else:
            assert 0.0 < p < 1.0 and math.isfinite(p)
            told = weights(row["reasons"])
            assert sum(told) == pytest.approx(log_odds(p), abs=0.05 * len(told) + 0.05)
    return rows


def judged(folder: Path, *sources: list[Row], **which: Any) -> list[dict[str, Any]]:
    return sound(archive(folder, *sources).gaps(**{"min_hours": 2.0, **which}).to_pylist())


def one(mmsi: int, hours: float, lat: float | None, lon: float | None, **more: Any) -> Row:
    return {"mmsi": mmsi, "ts": T0 + round(hours * H), "lat": lat, "lon": lon, **more}


@pytest.mark.parametrize("knots", [0.0, 9.0])
@pytest.mark.parametrize("receiver", [None, "terrestrial", "satellite"])
def test_of_a_ship_alone_nothing_can_be_told(tmp_path: Path, knots: float, receiver: str | None) -> None:
    rows = silent(ship(273_000_001, 240, knots=knots, beat_nm=30.0 if knots else 0.0, receiver=receiver), (100, 120))
    (row,) = judged(tmp_path / "a", rows)
    assert row["p_switched_off"] is None
    assert row["cause"] == UNKNOWN
    assert "of others are known in these waters" in row["reasons"][0]


def test_nor_of_her_where_the_others_are_in_another_sea(tmp_path: Path) -> None:
    alone = silent(ship(273_000_001, 200, knots=0.0, beat_nm=0.0, lat=10.0, lon=-60.0), (100, 120))
    (row,) = judged(tmp_path / "a", alone + fleet(5, 200, first=440_000_001))
    assert row["p_switched_off"] is None and row["cause"] == UNKNOWN


def test_one_report(tmp_path: Path) -> None:
    assert judged(tmp_path / "a", [one(273_000_001, 0, 42.0, 131.0)]) == []
    later = one(273_000_002, 30, 42.0, 131.0)
    (row, *_) = judged(tmp_path / "b", [one(273_000_001, 0, 42.0, 131.0), later])
    assert row["open"] and row["p_switched_off"] is None


def test_positions_that_are_not_known(tmp_path: Path) -> None:
    """A latitude alone, a position that says that it is none, and none at all."""
    rows = fleet(5, 60)
    for number, place in enumerate([(42.0, None), (None, 131.0), (91.0, 181.0), (None, None)]):
        rows += [one(412_000_001 + number, hours, *place) for hours in (1.0, 30.0, 31.0)]
        rows += [one(412_000_011 + number, hours, *(place if hours == 30 else (42.0, 131.0))) for hours in (1, 30, 50)]
    found = [row for row in judged(tmp_path / "a", rows) if row["mmsi"] > 412_000_000]
    assert found
    for row in found:
        if row["off_lat"] is None or row["off_lon"] is None:
            assert row["p_switched_off"] is None
            assert row["reasons"] == ["Where she was before or after is not known. Nothing is judged."]


@pytest.mark.parametrize(
    ("lat", "lon"), [(89.999, 10.0), (-89.999, 0.0), (90.0, -180.0), (0.01, 179.999), (-20.0, -179.99), (42.0, 180.0)]
)
def test_at_the_poles_and_on_the_antimeridian_as_anywhere(tmp_path: Path, lat: float, lon: float) -> None:
    still = {"knots": 0.0, "beat_nm": 0.0, "every_min": 30.0}
    about = [
        row for n in range(6) for row in ship(440_000_001 + n, 96, lat=lat, lon=turned(lon + 0.05 * (n - 3)), **still)
    ]
    hers = silent(ship(273_000_001, 96, lat=lat, lon=lon, **still), (30, 50))
    (row,) = [row for row in judged(tmp_path / "a", about + hers) if row["mmsi"] == 273_000_001]
    assert row["p_switched_off"] is not None
    heard = next(sentence for sentence in row["reasons"] if sentence.startswith("Others near her"))
    n, of = map(int, re.findall(r"(\d+) of (\d+) ship-hours", heard)[0])
    assert n == of and abs(n - 6 * 20) <= 12


def test_a_ship_that_crosses_the_antimeridian_in_silence(tmp_path: Path) -> None:
    rows = fleet(6, 120, lat=50.0, lon=179.0, beat_nm=90.0, every_min=30.0)
    rows = silent(rows, (50, 60), who=lambda row: row["mmsi"] == 273_000_003)
    (row,) = judged(tmp_path / "a", rows)
    assert row["distance_nm"] < 100
    assert "nm from off to on" in " ".join(row["reasons"]) or "back where she was" in " ".join(row["reasons"])


def test_kinds_of_receivers_for_half_of_the_ships(tmp_path: Path) -> None:
    """What is known of no kind is no silence of the shore; a satellite's reports of a few ships are no satellite for all."""
    for share in (0.3, 0.5, 0.7):
        rows = silent(fleet(10, 120, every_min=30.0), (50, 58), who=lambda row: row["mmsi"] == 273_000_003)
        known = {273_000_001 + n for n in range(round(share * 10))}
        rows = [{**row, "receiver": None if row["mmsi"] not in known else row["receiver"]} for row in rows]
        for row in rows[:: len(rows) // 50]:
            row["receiver"] = row["receiver"] and "satellite"
        (row,) = judged(tmp_path / f"{share}", rows)
        assert row["cause"] != NO_COVERAGE
        should = float(re.findall(r"We should have heard her about ([\d.]+) times", row["reasons"][0])[0])
        assert 4 < should < 60


def test_a_gap_of_five_years(tmp_path: Path) -> None:
    rows = [*fleet(5, 48), *[{**row, "ts": row["ts"] - round(FIVE_YEARS_H) * H} for row in fleet(5, 48)]]
    rows += [one(273_000_099, 10.0 - FIVE_YEARS_H, 42.0, 131.2, sog=9.0, cog=90.0), one(273_000_099, 10, 42.1, 131.1)]
    found = judged(tmp_path / "a", rows, min_hours=1000.0)
    assert len(found) == 6
    assert max(row["p_switched_off"] or 0.0 for row in found) < 0.5


def test_ends_that_no_ship_can_join(tmp_path: Path) -> None:
    rows = fleet(5, 60)
    rows += [
        one(412_000_001, hours, *((42.0, 131.0) if hours < 4 else (-40.0, 20.0))) for hours in (1.0, 4.0, 4.1, 4.2)
    ]
    for row in judged(tmp_path / "a", rows):
        if row["mmsi"] == 412_000_001 and not row["open"]:
            assert row["p_switched_off"] is None
            assert row["cause"] == IDENTITY


def test_nothing_that_a_ship_says_of_herself_is_in_the_reasons(tmp_path: Path) -> None:
    evil = {"name": "<B>{0} %S NAN", "destination": "[+9.9] 99%", "call_sign": "INF'--"}
    rows = [
        {**row, **evil} for row in silent(fleet(8, 96, every_min=30.0), (40, 52), who=lambda row: row["mmsi"] % 2 == 0)
    ]
    found = judged(tmp_path / "a", rows)
    assert len(found) == 4
    for row in found:
        assert row["name"] == "<B>{0} %S NAN"
        assert not any(part in " ".join(row["reasons"]) for part in ("<B>", "9.9", "INF'"))


def test_an_empty_question_and_an_empty_archive(tmp_path: Path) -> None:
    of = archive(tmp_path / "a", fleet(3, 20))
    assert of.gaps(min_hours=2.0).num_rows == 0
    assert of.gaps().schema.equals(of.gaps(min_hours=1.0).schema)
    Store.create(tmp_path / "b")

    assert Holdings.at(tmp_path / "b").gaps().num_rows == 0


points = st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0)).map(lambda p: (round(p[0], 5), round(p[1], 5)))
near = st.tuples(st.floats(41.5, 42.5), st.floats(130.5, 131.5)).map(lambda p: (round(p[0], 5), round(p[1], 5)))


@st.composite
def anything(draw: st.DrawFn) -> list[Row]:
    """Reports of a few ships, at odd times, here and there."""
    rows = []
    for mmsi in range(273_000_001, 273_000_001 + draw(st.integers(1, 4))):
        hours = draw(st.floats(0.0, 50.0))
        for _ in range(draw(st.integers(1, 12))):
            place = draw(st.one_of(near, near, points, st.just((None, None)), st.just((91.0, 181.0))))
            row = one(mmsi, round(hours, 3), *place, receiver=draw(st.sampled_from([None, "terrestrial", "satellite"])))
            row |= {
                "sog": draw(st.sampled_from([None, 0.0, 9.0, 102.2])),
                "cog": draw(st.sampled_from([None, 0.0, 359.9])),
            }
            row |= {
                "ais_class": draw(st.sampled_from([None, "A", "B"])),
                "nav_status": draw(st.sampled_from([None, 0, 5, 15])),
            }
            rows.append(row)
            hours += draw(st.sampled_from([0.0, 0.01, 0.5, 1.0, 2.5, 7.0, 30.0, 100.0, 10_000.0]))
    return rows


@settings(max_examples=10)
@given(anything())
def test_whatever_was_reported_each_silence_gets_a_judgement(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row]
) -> None:
    judged(tmp_path_factory.mktemp("any") / "a", rows, min_hours=1.0)


def test_the_parts_of_a_judgement_add_up_and_it_makes_the_sentences_of_any_calibration(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "a")
    rows = silent(fleet(8, 96, every_min=30.0), (40, 52), who=lambda row: row["mmsi"] % 2 == 0)
    assert put(store, rows, "fleet", batch=1000).error is None
    ingests = store.ingests()
    as_of_us = as_of_of(ingests)
    gaps = find(store, ingests, min_hours=2.0, as_of_us=as_of_us).gaps
    from ais_gaps.places import shipped as places

    found = judge(store, ingests, gaps, gaps, places(), as_of_us=as_of_us, models=shipped())
    total = sum(np.broadcast_to(part, len(gaps)) for part in found.parts.values())
    assert np.array_equal(probability(np.asarray(total)), found.p)
    for bias, slope in ((0.0, 1.0), (-1.5, 0.7), (2.0, 1.3)):
        for number, told in enumerate(reasons(found, bias, slope).to_pylist()):
            printed = weights(told)
            assert sum(printed) == pytest.approx(bias + slope * float(total[number]), abs=0.05 * len(printed) + 0.05)
            assert any("recalibrated" in sentence for sentence in told) == ((bias, slope) != (0.0, 1.0))
