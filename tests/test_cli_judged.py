"""gaps by what is thought of them: which are listed, in which order, and with their reasons."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps import Archive
from ais_gaps.cli.gap_options import Cause
from ais_gaps.gaps.judged import judged
from ais_gaps.judgement.causes import CAUSES
from ais_gaps.schema import GAPS
from tests.command import run

COLUMNS = ("gap_id", "mmsi", "off_ts", "p_switched_off", "cause")
SCHEMA = pa.schema([GAPS.arrow.field(name) for name in COLUMNS])


@st.composite
def some_gaps(draw: st.DrawFn) -> pa.Table:
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(1, 3), st.integers(0, 5), st.none() | st.floats(0, 1), st.sampled_from((None, *CAUSES))
            ),
            max_size=12,
        )
    )
    start = datetime(2024, 1, 1, tzinfo=UTC)
    return pa.Table.from_pylist(
        [
            dict(zip(COLUMNS, (f"{i:x}", mmsi, start + timedelta(hours=hours), p, cause), strict=True))
            for i, (mmsi, hours, p, cause) in enumerate(rows)
        ],
        schema=SCHEMA,
    )


@given(some_gaps(), st.none() | st.floats(0, 1), st.none() | st.sampled_from(CAUSES))
def test_gaps_that_are_asked_for_are_listed_and_no_others_as_they_come(
    gaps: pa.Table, least_p: float | None, cause: str | None
) -> None:
    wanted = [
        row
        for row in gaps.to_pylist()
        if (least_p is None or (row["p_switched_off"] is not None and row["p_switched_off"] >= least_p))
        and (cause is None or row["cause"] == cause)
    ]
    assert judged(gaps, least_p=least_p, cause=cause).to_pylist() == wanted


@given(some_gaps())
def test_sorting_loses_nothing_and_what_is_not_judged_comes_last(gaps: pa.Table) -> None:
    for order in ("p", "off_ts"):
        found = judged(gaps, order=order).to_pylist()
        assert sorted(row["gap_id"] for row in found) == sorted(gaps["gap_id"].to_pylist())
        keys = [(row["off_ts"], row["mmsi"]) for row in found]
        if order == "p":
            keys = [(-1 if row["p_switched_off"] is None else row["p_switched_off"], row["off_ts"]) for row in found]
            assert keys == sorted(keys, key=lambda key: (-key[0], key[1]))
        else:
            assert keys == sorted(keys)


def test_the_words_of_the_option_are_those_of_the_judgement() -> None:
    assert tuple(Cause) == CAUSES


@pytest.fixture(scope="module")
def case(demo_archive: Archive) -> Path:
    return demo_archive.path


@pytest.fixture(scope="module")
def every(case: Path) -> list[dict[str, Any]]:
    done = run("--archive", str(case), "gaps", "--format", "json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_every_gap_has_a_cause_and_reasons_and_a_probability_where_it_is_judged(every: list[dict[str, Any]]) -> None:
    assert {gap["cause"] for gap in every} <= set(CAUSES)
    assert all(gap["reasons"] for gap in every)
    chances = [gap["p_switched_off"] for gap in every]
    assert None in chances and any(chances)
    assert all(0 <= p <= 1 for p in chances if p is not None)


def test_choice_and_order_by_the_judgement(case: Path, every: list[dict[str, Any]]) -> None:
    done = run("--archive", str(case), "gaps", "--least-p", "0.001", "--sort", "p", "--format", "csv")
    found = [row["gap_id"] for row in csv.DictReader(io.StringIO(done.stdout))]
    some = [gap for gap in every if gap["p_switched_off"] is not None and gap["p_switched_off"] >= 0.001]
    assert found == [gap["gap_id"] for gap in sorted(some, key=lambda gap: (-gap["p_switched_off"], gap["off_ts"]))]
    done = run("--archive", str(case), "gaps", "--cause", "not enough evidence", "--format", "ndjson")
    assert [json.loads(line)["gap_id"] for line in done.stdout.splitlines()] == [
        gap["gap_id"] for gap in every if gap["cause"] == "not enough evidence"
    ]


def test_the_table_shows_probability_and_cause_within_120_columns_and_reasons_below(
    case: Path, every: list[dict[str, Any]]
) -> None:
    plain = run("--archive", str(case), "gaps", COLUMNS="120")
    header, _, *rows = plain.stdout.splitlines()
    assert header.split()[:7] == ["name", "mmsi", "off_ts", "off_place", "duration_h", "p_switched_off", "cause"]
    at = header.index("p_switched_off")
    for row, gap in zip(rows, every, strict=True):
        p = gap["p_switched_off"]
        assert row[at:].split()[0] == ("-" if p is None else "<0.01" if p < 0.01 else f"{p:.2f}")
    told = run("--archive", str(case), "gaps", "--reasons", COLUMNS="120")
    assert max(map(len, told.stdout.splitlines())) <= 120
    lines = told.stdout.splitlines()[2:]
    assert [line for line in lines if not line.startswith("    ")] == rows
    indented = iter(" ".join(line.split()) for line in lines if line.startswith("    "))
    said = " ".join(indented)
    assert said == " ".join(" ".join(reason.split()) for gap in every for reason in gap["reasons"])


def test_reasons_change_no_other_format(case: Path) -> None:
    asked = ("--archive", str(case), "gaps", "ANGARA", "--format", "ndjson")
    assert run(*asked, "--reasons").stdout == run(*asked).stdout


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--cause", "aliens"], "no coverage"),
        (["--least-p", "2"], "--least-p"),
        (["--least-p", "nan"], "--least-p"),
        (["--sort", "name"], "off_ts"),
        (["--superseded", "--least-p", "0.5"], "superseded gaps are not judged"),
        (["--superseded", "--sort", "p"], "superseded gaps are not judged"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(case: Path, wrong: list[str], said: str) -> None:
    done = run("--archive", str(case), "gaps", *wrong)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and "Traceback" not in done.stderr
