"""Evaluations: judges that know everything or nothing, the rules to beat, the truth of a world."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ais_gaps import worlds
from ais_gaps.errors import AisGapsError, SourceError, UsageError
from ais_gaps.evaluation import plot, question, rules, truth, words
from ais_gaps.evaluation.cases import JUDGEMENT, LENGTH, METHODS, RULE, RULE_ANYWHERE, SILENCE
from ais_gaps.evaluation.judging import JUDGED
from ais_gaps.evaluation.lengths import BANDS
from ais_gaps.evaluation.question import Question, Report
from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.gaps.stitch import BARE_GAPS
from ais_gaps.holdings import Holdings
from ais_gaps.schema import COORDINATE_SCALE
from ais_gaps.store.archive import Store
from tests.evaluation_case import fleet, sailing, silent, stored
from tests.rows import T0, H


def said(p: Any, factor: Any = 0.0) -> pa.Table:
    p = np.asarray(p, float)
    factor = np.broadcast_to(factor, p.shape)
    return pa.table([pa.array(p, from_pandas=True), pa.array(factor), ["cause"] * len(p)], schema=JUDGED)


def all_knowing(gaps: pa.Table, own_hours: pa.Table | None) -> pa.Table:
    return said(np.full(len(gaps), 0.0 if own_hours is None else 1.0), 0.0 if own_hours is None else 9.0)


def blind(gaps: pa.Table, own_hours: pa.Table | None) -> pa.Table:
    return said(np.full(len(gaps), 0.01))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    rows = fleet(16)
    # As many silences as it takes: every ship has two, and these many short ones.
    for number in range(12):
        mmsi, spans = 273_000_101 + number, [(8.0 * k + number / 5, 8.0 * k + 2.3 + number / 10) for k in range(1, 8)]
        rows += silent(sailing(mmsi, 72.0, lat=30.0 + number, every_min=8), *[(a, b + number / 5) for a, b in spans])
    return stored(tmp_path_factory.mktemp("evaluated") / "archive", rows)


def by_injection(store: Store, judge: Any = all_knowing, **asked: Any) -> Report:
    return question.by_injection(store, store.ingests(), Question(**asked), judge)


def overall(report: Report, method: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = report.figures.to_pylist()
    (row,) = [row for row in rows if (row["by"], row["method"]) == ("all", method)]
    return row


def test_a_judge_that_knows_everything_is_faultless(store: Store) -> None:
    report = by_injection(store)
    for method in (JUDGEMENT, SILENCE):
        row = overall(report, method)
        assert (row["average_precision"], row["auroc"], row["matched_auroc"]) == (1.0, 1.0, 1.0)
        assert row["silences"] == row["positives"] + report.counts["natural_judged"]
        assert row["matched"] == row["positives"] == report.counts["injected"] >= question.FEWEST
    row = overall(report, JUDGEMENT)
    assert (row["brier"], row["ece"], row["recall"]) == (0.0, 0.0, 1.0)
    assert report.causes == {"cause": row["positives"]}
    assert report.reliability["mean_p"].to_pylist() == report.reliability["observed"].to_pylist() == [0.0, 1.0]


def test_a_blind_judge_and_length_alone_tell_nothing(store: Store) -> None:
    report = by_injection(store, blind)
    row = overall(report, JUDGEMENT)
    # All are alike, one in a hundred is taken to be a choice, and that is what the judge says.
    assert (row["auroc"], row["matched_auroc"]) == (0.5, 0.5)
    assert row["average_precision"] == row["precision"] == pytest.approx(0.01)
    assert row["ece"] == pytest.approx(0.0, abs=1e-12)
    assert overall(report, LENGTH)["matched_auroc"] == pytest.approx(0.5, abs=0.1)
    assert overall(report, LENGTH)["average_precision"] < 0.03


def test_the_share_of_choices_is_as_asked(store: Store) -> None:
    report = by_injection(store, blind, prevalence=0.2)
    assert overall(report, JUDGEMENT)["average_precision"] == pytest.approx(0.2)
    assert overall(report, JUDGEMENT)["ece"] == pytest.approx(0.19)
    assert "20.00%" in " ".join(words.summary(report))


def test_a_silence_that_is_not_judged_ranks_last_and_is_in_no_calibration(store: Store) -> None:
    def half(gaps: pa.Table, own_hours: pa.Table | None) -> pa.Table:
        told = all_knowing(gaps, own_hours)["p_switched_off"].to_numpy().copy()
        told[::2] = np.nan
        return said(told)

    report = by_injection(store, half)
    row = overall(report, JUDGEMENT)
    assert row["unjudged"] == pytest.approx(row["silences"] / 2, abs=1)
    assert row["recall"] == pytest.approx(0.5, abs=0.05)
    assert (row["brier"], row["ece"]) == (0.0, 0.0)
    assert sum(report.reliability["silences"].to_pylist()) == row["silences"] - row["unjudged"]
    assert "abstains" in " ".join(words.limits(report))


def test_judges_get_silences_in_the_declared_form(store: Store) -> None:
    asked = []

    def listening(gaps: pa.Table, own_hours: pa.Table | None) -> pa.Table:
        asked.append((gaps, own_hours))
        return blind(gaps, own_hours)

    report = by_injection(store, listening, min_hours=3.0)
    (injected, own), (natural, none) = asked
    assert injected.schema == natural.schema == BARE_GAPS
    assert none is None
    assert set(own["silence"].to_pylist()) == set(range(len(injected)))
    assert len(injected) == report.counts["injected"]
    for gaps in (injected, natural):
        assert ((gaps["on_us"].to_numpy() - gaps["off_us"].to_numpy()) > 3 * H).all()


def test_groups_hold_all_silences_and_every_method(store: Store) -> None:
    report = by_injection(store)
    figures = report.figures.to_pylist()
    for by in ("class", "at off"):
        rows = [row for row in figures if row["by"] == by]
        assert {row["method"] for row in rows} == set(METHODS)
        assert sum(row["silences"] for row in rows if row["method"] == LENGTH) == overall(report, LENGTH)["silences"]
    assert {row["group"] for row in figures if row["by"] == "class"} == {"A"}
    assert {row["group"] for row in figures if row["by"] == "length"} <= {BANDS.name(n) for n in range(len(BANDS))}
    areas = [row for row in figures if row["by"] == "area" and row["method"] == JUDGEMENT]
    assert [row["positives"] for row in areas] == sorted((row["positives"] for row in areas), reverse=True)
    assert all("N, " in row["group"] for row in areas)
    assert all(row["average_precision"] == 1.0 for row in figures if row["method"] == JUDGEMENT)


def test_the_same_question_has_the_same_answer(store: Store) -> None:
    one, two, other = (by_injection(store, blind, seed=seed) for seed in (1, 1, 2))
    assert (one.figures.equals(two.figures), one.reliability.equals(two.reliability)) == (True, True)
    assert (one.counts, plot.svg(one)) == (two.counts, plot.svg(two))
    assert other.counts["deleted_fixes"] != one.counts["deleted_fixes"]


def test_too_little_is_said_with_what_is_needed(tmp_path: Path) -> None:
    few = stored(tmp_path / "few", silent(sailing(273_000_001, 48.0), (10.0, 14.0)))
    with pytest.raises(AisGapsError, match=r"too little to learn from: 1 silences .*; at least 30 are needed"):
        by_injection(few)
    # Many silences, but nobody is heard well enough between them for anything to be deleted.
    rows = [row for k in range(3) for row in sailing(273_000_001 + k, 300.0, every_min=170)]
    with pytest.raises(AisGapsError, match=r"0 stretches .*; at least 30 are needed"):
        by_injection(stored(tmp_path / "seldom", rows))


@pytest.mark.parametrize(
    "asked", [{"min_hours": 0.5}, {"prevalence": 0.0}, {"prevalence": 1.0}, {"injections": 0}, {"per_day": 0.0}]
)
def test_impossible_questions_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Question(**asked)


def gap(**values: Any) -> dict[str, Any]:
    """A silence of 13 h far out in the Pacific, after 20 reports by satellite."""
    usual = {"mmsi": 1, "off_us": T0, "on_us": T0 + 13 * H, "off_12h": 20, "off_12h_satellite": 20, "ais_class": 1}
    return usual | {"off_lat": 30 * COORDINATE_SCALE, "off_lon": -150 * COORDINATE_SCALE} | values


def fires(any_receiver: bool, heard: float = 11.0, **values: Any) -> bool:
    table = pa.Table.from_pylist([gap(**values)], schema=BARE_GAPS)
    (score,) = rules.welch(table, np.array([heard]), any_receiver=any_receiver)
    assert score in (-np.inf, (table["on_us"][0].as_py() - T0) / H)
    return bool(score > 0)


@pytest.mark.parametrize("any_receiver", [False, True])
def test_each_condition_of_the_rule_counts(any_receiver: bool) -> None:
    assert fires(any_receiver)
    assert fires(any_receiver, on_us=T0 + 12 * H)
    assert not fires(any_receiver, on_us=T0 + 12 * H - 1)
    assert not fires(any_receiver, heard=10.0)
    assert not fires(any_receiver, off_12h=13, off_12h_satellite=13)
    assert fires(any_receiver, off_12h_satellite=13) is any_receiver
    # Off Rajin, and on land.
    assert fires(any_receiver, off_lat=42_200_000, off_lon=130_400_000) is any_receiver
    assert fires(any_receiver, off_lat=50_000_000, off_lon=100_000_000) is any_receiver


def test_the_shore_is_fifty_miles_off() -> None:
    # South of Ka Lae, the southernmost cape of Hawaii: 45 and 60 miles off; mid-ocean; and France.
    lat = np.array([18.911 - 45 / 60, 18.911 - 60 / 60, 0.0, 47.0])
    lon = np.array([-155.681, -155.681, -140.0, 2.0])
    assert rules.off_shore(lat, lon, 50.0).tolist() == [False, True, True, False]
    assert rules.off_shore(np.empty(0), np.empty(0), 50.0).tolist() == []


def test_how_often_ships_are_heard_in_a_day(tmp_path: Path) -> None:
    store = stored(tmp_path / "archive", sailing(273_000_001, 49.0, knots=0.0, every_min=20))
    table = pa.Table.from_pylist(
        [gap(off_lat=42_000_000, off_lon=131_000_000), gap(off_lat=42_000_000, off_lon=140_000_000)], schema=BARE_GAPS
    )
    here, nowhere = rules.heard_a_day(store, store.ingests(), table)
    assert here == pytest.approx(72.0, rel=0.1)
    assert nowhere == 0.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Path]:

    folder = tmp_path_factory.mktemp("world")
    worlds.write(worlds.make(worlds.Settings(seed=5, vessels=30, days=5)), folder / "files")
    (result,) = Holdings.at(folder / "archive", create=True).ingest([folder / "files" / "reports.csv"])
    assert result.error is None
    return Store(folder / "archive"), folder / "files" / "truth.csv"


def test_the_truth_of_a_world_is_found_in_its_archive(world: tuple[Store, Path]) -> None:
    store, file = world
    told = truth.read(file)
    as_of_us = as_of_of(store.ingests())
    gaps = find(store, store.ingests(), min_hours=2.0, as_of_us=as_of_us).gaps
    positive, missed, unknown = truth.chosen(gaps, told, 2.0)
    choices = int(pc.sum(pc.equal(told["cause"], truth.SWITCHED_OFF)).as_py())
    assert choices > 0
    assert positive.sum() + missed == choices
    assert unknown < 0.02 * len(gaps)

    def oracle(asked: pa.Table, own_hours: pa.Table | None) -> pa.Table:
        assert own_hours is None
        return said(truth.chosen(asked, told, 2.0)[0].astype(float))

    report = question.by_truth(store, store.ingests(), Question(), oracle, told)
    row = overall(report, JUDGEMENT)
    assert (row["average_precision"], row["recall"], row["brier"], row["ece"]) == (1.0, 1.0, 0.0, 0.0)
    assert row["positives"] == positive.sum() == report.counts["switched_off"]
    # Open silences are among them, as long as they have lasted.
    assert row["silences"] == len(gaps) > len(gaps.filter(pc.is_valid(gaps["on_us"])))
    hours = (gaps["on_us"].fill_null(as_of_us).to_numpy() - gaps["off_us"].to_numpy()) / H
    scores = rules.welch(gaps, rules.heard_a_day(store, store.ingests(), gaps), any_receiver=True, hours=hours)
    alerts = overall(report, RULE_ANYWHERE)["alerts_a_day"] * report.counts["days"]
    assert round(alerts) == np.count_nonzero(scores > -np.inf) > 0
    assert overall(report, RULE)["alerts_a_day"] == 0.0
    assert "generated world" in " ".join(words.limits(report))


def test_silences_of_another_world_are_not_held_against_this_one(world: tuple[Store, Path]) -> None:
    store, file = world
    other = truth.read(file)
    other = other.set_column(0, "mmsi", pc.add(other["mmsi"], 1_000_000))
    with pytest.raises(AisGapsError, match="none of this archive's silences"):
        question.by_truth(store, store.ingests(), Question(), blind, other)


def test_a_choice_that_is_no_silence_here_is_told(world: tuple[Store, Path]) -> None:
    store, file = world
    told = truth.read(file)
    more = pa.Table.from_pylist(
        [{"mmsi": 273_000_999, "off_ts": told["off_ts"][0].as_py(), "hours": 5.0, "cause": "switched off"}], told.schema
    )
    report = question.by_truth(store, store.ingests(), Question(), blind, pa.concat_tables([told, more]))
    assert report.counts["switched_off_but_no_silence_here"] == 1
    assert "none in this archive" in " ".join(words.summary(report))


@pytest.mark.parametrize(
    "text",
    [
        "mmsi,off_ts,hours\n1,2023-01-01T00:00:00Z,3\n",
        "mmsi,off_ts,hours,cause\n1,yesterday,3,switched off\n",
        "mmsi,off_ts,hours,cause\n1,2023-01-01T00:00:00Z,3,\n",
        "mmsi,off_ts,hours,cause\n1,2023-01-01T00:00:00Z,3,fault,more\n",
        "",
        "\x00\xff\x00",
    ],
)
def test_a_file_that_is_no_truth_says_what_was_expected(text: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(text, encoding="latin-1")
    with pytest.raises(
        SourceError, match=r"wrong\.csv.*expected a CSV file with the columns mmsi, off_ts, hours, cause"
    ):
        truth.read(file)
    with pytest.raises(SourceError, match="No such file"):
        truth.read(tmp_path / "nothing.csv")
