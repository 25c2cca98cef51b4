"""Figures of an evaluation: what brute force gives, whatever the order, ties and weights."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.evaluation import metrics

# Few distinct scores, so that ties are common.
ROWS = st.lists(
    st.tuples(st.booleans(), st.sampled_from([-math.inf, 0.0, 0.1, 0.25, 0.5, 0.9]), st.integers(1, 4)),
    min_size=1,
    max_size=14,
)
CHANCES = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.05, 0.2, 0.5, 0.8, 1.0]), st.integers(1, 4)),
    min_size=1,
    max_size=40,
)


def columns(rows: list[tuple[bool, float, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y, s, w = zip(*rows, strict=True)
    return np.array(y), np.array(s), np.array(w, float)


def same(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or a == pytest.approx(b, abs=1e-12)


def test_average_precision_and_auroc_of_the_scikit_learn_manual() -> None:
    y, score = [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]
    assert metrics.average_precision(y, score) == pytest.approx(0.8333333333)
    assert metrics.auroc(y, score) == pytest.approx(0.75)


@given(ROWS)
def test_average_precision_is_the_sum_over_thresholds(rows: list[tuple[bool, float, int]]) -> None:
    y, s, w = columns(rows)
    if not y.any():
        assert math.isnan(metrics.average_precision(y, s, w))
        return
    total, recall = 0.0, 0.0
    for threshold in sorted(set(s), reverse=True):
        at = s >= threshold
        now = w[at & y].sum() / w[y].sum()
        total += (now - recall) * w[at & y].sum() / w[at].sum()
        recall = now
    assert metrics.average_precision(y, s, w) == pytest.approx(total)


@given(ROWS)
def test_auroc_is_the_share_of_pairs_in_order(rows: list[tuple[bool, float, int]]) -> None:
    y, s, w = columns(rows)
    pairs = [((a > b) + 0.5 * (a == b), v * u) for a, v in zip(s[y], w[y]) for b, u in zip(s[~y], w[~y])]  # noqa: B905
    expected = sum(x * u for x, u in pairs) / sum(u for _, u in pairs) if pairs else math.nan
    assert same(metrics.auroc(y, s, w), expected)


@given(ROWS, st.floats(0.1, 20.0))
def test_alerts_are_the_highest_and_ties_share(rows: list[tuple[bool, float, int]], alerts: float) -> None:
    y, s, w = columns(rows)
    left, found, given_ = alerts, 0.0, 0.0
    for threshold in sorted(set(s), reverse=True):
        at = s == threshold
        if threshold == -math.inf:
            break
        share = min(1.0, left / w[at].sum())
        found, given_, left = found + share * w[at & y].sum(), given_ + share * w[at].sum(), left - share * w[at].sum()
    precision, recall = metrics.at_budget(y, s, alerts, w)
    assert same(precision, found / given_ if given_ else math.nan)
    assert same(recall, found / w[y].sum() if y.any() else math.nan)


@given(CHANCES, st.randoms())
def test_a_weight_is_so_many_rows_and_order_is_nothing(rows: list[tuple[bool, float, int]], random: object) -> None:
    y, p, w = columns(rows)
    again = np.repeat(np.arange(len(y)), w.astype(int))
    random.shuffle(again)  # type: ignore[attr-defined]
    for figure in (metrics.average_precision, metrics.auroc, metrics.brier, metrics.ece):
        assert same(figure(y, p, w), figure(y[again], p[again]))


@given(CHANCES)
def test_reliability_parts_no_equal_chances_and_loses_nothing(rows: list[tuple[bool, float, int]]) -> None:
    y, p, w = columns(rows)
    found = metrics.reliability(y, p, w)
    assert found.n.sum() == len(y)
    assert found.weight.sum() == pytest.approx(1.0)
    assert (found.weight * found.mean_p).sum() == pytest.approx(np.average(p, weights=w))
    assert (found.weight * found.observed).sum() == pytest.approx(np.average(y, weights=w))
    assert all(a < b for a, b in pairwise(found.mean_p.tolist()))
    assert len(found.n) <= len(set(p.tolist()))
    assert ((found.low <= found.observed + 1e-12) & (found.observed <= found.high + 1e-12)).all()
    expected = sum(weight * abs(o - m) for weight, o, m in zip(found.weight, found.observed, found.mean_p, strict=True))
    assert metrics.ece(y, p, w) == pytest.approx(expected)


def test_bins_are_quantiles_where_nothing_is_tied() -> None:
    random = np.random.default_rng(1)
    p = random.permutation(np.linspace(0.001, 0.999, 1500))
    found = metrics.reliability(random.random(1500) < p, p)
    assert found.n.tolist() == [100] * metrics.BINS
    edges = np.quantile(p, np.linspace(0, 1, metrics.BINS + 1))
    assert ((edges[:-1] < found.mean_p) & (found.mean_p < edges[1:])).all()


def test_chances_that_come_true_as_often_as_they_say_have_no_calibration_error() -> None:
    p = np.repeat([0.1, 0.5, 0.8], 10)
    y = np.concatenate([np.arange(10) < k for k in (1, 5, 8)])
    assert metrics.ece(y, p) == pytest.approx(0.0, abs=1e-12)
    assert metrics.ece(y, p / 2) == pytest.approx(np.mean(p) / 2)
    assert metrics.brier(y, p) == pytest.approx(np.mean(p * (1 - p)))


def test_the_interval_is_wilsons_and_turns_with_the_weights() -> None:
    low, high = metrics.wilson([0.1, 0.0], [50, 10])
    # By its definition: the shares from which what was seen lies 1.96 standard errors away.
    for end in (low, high):
        for share, x, n in zip((0.1, 0.0), end, (50, 10), strict=True):
            assert abs(share - x) == pytest.approx(1.959964 * math.sqrt(x * (1 - x) / n), abs=1e-6)
    y = np.arange(50) < 5
    plain = metrics.reliability(y, np.full(50, 0.3))
    assert (plain.low[0], plain.high[0]) == pytest.approx((low[0], high[0]))
    # Positives drawn ten times as often as they occur: the same evidence, about a tenth of the odds.
    drawn = metrics.reliability(y, np.full(50, 0.3), np.where(y, 0.1, 1.0))
    for turned, share in ((drawn.low, low), (drawn.high, high)):
        assert turned[0] / (1 - turned[0]) == pytest.approx(share[0] / (1 - share[0]) / 10)


@given(ROWS, ROWS, st.lists(st.floats(2.0, 3.0), min_size=14, max_size=14))
def test_matched_auroc_compares_equal_lengths_only(
    rows: list[tuple[bool, float, int]], others: list[tuple[bool, float, int]], hours: list[float]
) -> None:
    (_, a, _), (_, b, w) = columns(rows), columns(others)
    own_h, other_h = np.array(hours[: len(a)]), np.array(hours[::-1][: len(b)])
    shares = []
    for score, length in zip(a, own_h, strict=True):
        near = (other_h >= length * 0.95) & (other_h <= length * 1.05)
        if near.any():
            shares.append(np.average((score > b[near]) + 0.5 * (score == b[near]), weights=w[near]))
    value, count = metrics.matched_auroc(a, own_h, b, other_h, w)
    assert count == len(shares)
    assert same(value, float(np.mean(shares)) if shares else math.nan)


def test_nothing_gives_nothing_and_what_is_no_number_is_refused() -> None:
    none = np.empty(0)
    for figure in (metrics.average_precision, metrics.auroc, metrics.brier, metrics.ece):
        assert math.isnan(figure(none, none))
    assert len(metrics.reliability(none, none).n) == 0
    with pytest.raises(ValueError, match="not a number"):
        metrics.auroc([True, False], [0.1, math.nan])
