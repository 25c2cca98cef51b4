"""Calibration: a slope that was bent is found again, the number of choices stays, and what was kept can be asked for."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.errors import AisGapsError
from ais_gaps.evaluation import calibration
from ais_gaps.evaluation.calibration import Calibration, Fit
from ais_gaps.store.tables import Tables


def logistic(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def fitted(bend: float, *, share: float = 0.02, seed: int = 1, given_share: float | None = None, n: int = 6000) -> Fit:
    """A fit to silences whose true chances a judge tells with its logits bent; natural ones hold choices, as they do.

    Evidence is normal with a shift, so that the true logit is linear in it: scores of choices N(2, 2), of others N(0, 2) have
    log likelihood ratio 2 x / 2 - 1.
    """
    random = np.random.default_rng(seed)
    choice = random.random(n) < share
    natural = random.normal(2.0 * choice, np.sqrt(2.0))
    injected = random.normal(2.0, np.sqrt(2.0), 1500)

    def told(evidence: np.ndarray) -> np.ndarray:
        return logistic((evidence - 1.0 + np.log(share / (1 - share))) * bend)

    hours = random.uniform(2.0, 12.0, n), random.uniform(2.0, 12.0, 1500)
    return calibration.fit(told(injected), hours[1], told(natural), hours[0], np.ones(n), given_share)


@pytest.mark.parametrize("bend", [0.5, 0.8, 1.0, 1.6])
def test_a_bent_slope_is_straightened(bend: float) -> None:
    found = fitted(bend, given_share=0.02)
    assert found.sets == 1500
    assert found.calibration.slope * bend == pytest.approx(1.0, abs=0.12)


def test_choices_among_the_natural_silences_do_not_flatten_the_slope() -> None:
    # Were they taken for what they are not, the slope at a share of 20 percent would be some 0.6.
    assert fitted(1.0, share=0.2).calibration.slope == pytest.approx(1.0, abs=0.12)


@settings(max_examples=20)
@given(st.floats(0.6, 1.5), st.one_of(st.none(), st.floats(0.001, 0.3)))
def test_the_expected_number_of_choices_stays_or_is_as_given(bend: float, share: float | None) -> None:
    random = np.random.default_rng(2)
    natural, hours, worth = random.beta(0.4, 12.0, 400), random.uniform(2.0, 9.0, 400), random.uniform(1.0, 5.0, 400)
    natural = logistic(bend * np.log(natural / (1 - natural)))
    injected = random.beta(2.0, 6.0, 150)
    found = calibration.fit(injected, random.uniform(2.0, 9.0, 150), natural, hours, worth, share)
    expected = np.average(natural, weights=worth) if share is None else share
    assert np.average(found.calibration.applied(natural), weights=worth) == pytest.approx(expected, rel=1e-6)
    assert found.prevalence == pytest.approx(expected)
    assert calibration.LEAST_SLOPE <= found.calibration.slope <= calibration.MOST_SLOPE


def test_a_slope_stays_within_bounds_whatever_it_is_fitted_to() -> None:
    random = np.random.default_rng(3)
    hours = random.uniform(2.0, 3.0, 500)
    low, high = random.uniform(1e-4, 2e-4, 500), random.uniform(0.3, 0.4, 500)
    same = np.full(500, 1e-6)
    for injected, natural in ((high, low), (low, high), (same, same), (np.ones(500), np.zeros(500))):
        found = calibration.fit(injected, hours, natural, hours, np.ones(500)).calibration
        assert calibration.LEAST_SLOPE <= found.slope <= calibration.MOST_SLOPE
        assert np.isfinite(found.bias)


def test_silences_that_are_not_judged_or_of_no_natural_length_do_not_count() -> None:
    random = np.random.default_rng(4)
    natural, hours = random.uniform(0.01, 0.2, 300), random.uniform(2.0, 3.0, 300)
    injected, own = random.uniform(0.1, 0.5, 300), random.uniform(2.0, 3.0, 300)
    found = calibration.fit(injected, own, natural, hours, np.ones(300))
    more_p, more_h = np.append(injected, [np.nan, 0.9]), np.append(own, [2.5, 50.0])
    other_p, other_h = np.append(natural, np.nan), np.append(hours, 2.5)
    assert calibration.fit(more_p, more_h, other_p, other_h, np.ones(301)) == found
    with pytest.raises(AisGapsError, match=r"99 injected silences have natural ones.*at least 100 are needed"):
        calibration.fit(injected[:99], own[:99], natural, hours, np.ones(300))


@given(st.floats(-5, 5), st.floats(0.3, 3.0), st.lists(st.floats(0.0, 1.0), min_size=2, max_size=20))
def test_a_calibration_keeps_the_order_and_the_ends(bias: float, slope: float, p: list[float]) -> None:
    made = Calibration(bias, slope).applied(np.sort(p))
    assert (np.diff(made) >= -1e-12).all()
    assert ((made >= 0) & (made <= 1)).all()
    assert Calibration(bias, slope).applied([0.0, 1.0, np.nan])[:2].tolist() == [0.0, 1.0]
    assert np.isnan(Calibration(bias, slope).applied([np.nan])).all()
    assert Calibration().applied(p).tolist() == p


def test_the_newest_calibration_counts_as_it_was_known(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    assert calibration.newest(tables) == Calibration()
    assert len(calibration.kept(tables)) == 0
    known = []
    rows = [{"bias": 0.5, "slope": 1.2, "reset": False}, {"bias": -1.0, "slope": 0.7, "reset": False}]
    for row in [*rows, {"bias": 0.0, "slope": 1.0, "reset": True}, rows[0]]:
        calibration.keep(tables, row)
        time.sleep(0.005)
        known.append(datetime.now(UTC))
        time.sleep(0.005)
    assert calibration.kept(tables)["number"].to_pylist() == [1, 2, 3, 4]
    wanted = [Calibration(0.5, 1.2), Calibration(-1.0, 0.7), Calibration(), Calibration(0.5, 1.2)]
    assert [calibration.newest(tables, as_known=moment) for moment in known] == wanted
    assert calibration.newest(tables) == wanted[-1]
