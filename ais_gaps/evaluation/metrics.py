"""How good scores and chances are, as numbers: ranking, alerts, calibration.

Every row has a label (a choice or not), a score, and optionally a weight. Rows of equal score are one step: no figure depends on
the order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BINS: Final = 15
WITHIN: Final = 0.05
"""Silences whose lengths differ by no more than this share are of the same length."""
_Z95: Final = 1.959963984540054  # two-sided 95 percent of the normal distribution


@dataclass(frozen=True)
class Reliability:
    """Chances against what came of them, a bin a row, from low to high.

    Attributes:
        n: rows in each bin. mean_p: weighted mean of their chances. observed: weighted share of positives.
        low, high: 95 percent interval of ``observed``: that of the share of rows (Wilson 1927), its odds turned by how much more a
            positive weighs than another row, as where so many of each were drawn.
        weight: share of all weight; sums to 1.
    """

    n: npt.NDArray[np.int64]
    mean_p: Floats
    observed: Floats
    low: Floats
    high: Floats
    weight: Floats


def average_precision(positive: Any, score: Any, weight: Any = None) -> float:
    """Area under precision over recall, by steps: sum of (R_k - R_k-1) P_k over distinct scores, as scikit-learn reckons it.

    Args:
        positive: labels. score: higher is more suspect; -inf is allowed, NaN is not. weight: of each row, not negative.

    Returns:
        Between 0 and 1; NaN where there is no positive.
    """
    hits, alarms = _steps(positive, score, weight)
    if not len(hits) or hits[-1] <= 0.0:
        return float("nan")
    gained = np.diff(hits, prepend=0.0)
    precision = np.divide(hits, alarms, out=np.zeros_like(hits), where=alarms > 0.0)
    return float((gained * precision).sum() / hits[-1])


def auroc(positive: Any, score: Any, weight: Any = None) -> float:
    """Chance that a positive scores above a negative, ties half (Mann and Whitney 1947); NaN where either is missing."""
    hits, alarms = _steps(positive, score, weight)
    misses = alarms - hits
    if not len(hits) or hits[-1] <= 0.0 or misses[-1] <= 0.0:
        return float("nan")
    gained, lost = np.diff(hits, prepend=0.0), np.diff(misses, prepend=0.0)
    # Of each step: positives above all negatives that come later, and half of those beside it.
    above = misses[-1] - misses + lost / 2.0
    return float((gained * above).sum() / hits[-1] / misses[-1])


def at_budget(positive: Any, score: Any, alerts: float, weight: Any = None) -> tuple[float, float]:
    """Precision and recall of the highest scores, so many alerts of them.

    Where the last alerts are taken from rows of equal score, each of these counts by the same fraction: what a random choice among
    them gives on average. Rows of score -inf are never alerted on, so fewer alerts may be given than are allowed.

    Returns:
        (precision, recall); precision is NaN without any alert, recall without any positive.
    """
    hits, alarms = _steps(positive, score, weight)
    everything = hits[-1] if len(hits) else 0.0
    told = np.asarray(score, np.float64) > -np.inf
    some = None if weight is None else np.asarray(weight, np.float64)[told]
    hits, alarms = _steps(np.asarray(positive, np.bool_)[told], np.asarray(score, np.float64)[told], some)
    given = min(alerts, alarms[-1] if len(alarms) else 0.0)
    found = float(np.interp(given, np.append(0.0, alarms), np.append(0.0, hits)))
    return (found / given if given > 0.0 else float("nan"), found / everything if everything > 0.0 else float("nan"))


def brier(positive: Any, p: Any, weight: Any = None) -> float:
    """Weighted mean of the squared difference between chance and outcome (Brier 1950); NaN of no rows."""
    y, chance, w = _checked(positive, p, weight)
    return float((w * (y - chance) ** 2).sum() / w.sum()) if w.sum() > 0.0 else float("nan")


def ece(positive: Any, p: Any, weight: Any = None, *, bins: int = BINS) -> float:
    """Expected calibration error: mean over the bins of `reliability`, by weight, of |observed - mean p|; NaN of no rows."""
    found = reliability(positive, p, weight, bins=bins)
    return float((found.weight * np.abs(found.observed - found.mean_p)).sum()) if len(found.n) else float("nan")


def reliability(positive: Any, p: Any, weight: Any = None, *, bins: int = BINS) -> Reliability:
    """Chances in bins of about equal weight, edges at their quantiles; equal chances are never parted, so there may be fewer."""
    y, chance, w = _checked(positive, p, weight)
    kept = w > 0.0
    y, chance, w = y[kept], chance[kept], w[kept]
    values, of = np.unique(chance, return_inverse=True)
    below = np.cumsum(np.bincount(of, w, minlength=len(values)))
    total = below[-1] if len(below) else 1.0
    # By the middle of each distinct value's weight: a value that many share takes the bin that its middle falls into.
    middle = (np.append(0.0, below[:-1])[: len(below)] + below) / 2.0 / total
    number = np.minimum((middle * bins).astype(np.int64), bins - 1)
    _, bin_of = np.unique(number[of], return_inverse=True)
    count = int(bin_of.max(initial=-1)) + 1
    n, sums, positives, positive_sums = (
        np.bincount(bin_of, x, minlength=count) for x in (np.ones(len(w)), w, y, y * w)
    )
    mean_p, observed = np.bincount(bin_of, chance * w, minlength=count) / sums, positive_sums / sums
    heavier = _mean(positive_sums, positives, w[y > 0]) / _mean(sums - positive_sums, n - positives, w[y == 0])
    low, high = (share * heavier / (share * heavier + 1.0 - share) for share in wilson(positives / n, n))
    return Reliability(n.astype(np.int64), mean_p, observed, low, high, sums / total)


def wilson(share: Any, n: Any) -> tuple[Floats, Floats]:
    """95 percent interval of a share that was seen in n trials (Wilson 1927); n need not be whole, and is above 0."""
    p, trials = np.asarray(share, np.float64), np.asarray(n, np.float64)
    z2 = _Z95**2 / trials
    middle, half = (p + z2 / 2.0) / (1.0 + z2), np.sqrt(z2 * (p * (1.0 - p) + z2 / 4.0)) / (1.0 + z2)
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def matched_auroc(
    score: Any,
    hours: Any,
    against_score: Any,
    against_hours: Any,
    against_weight: Any = None,
    *,
    within: float = WITHIN,
) -> tuple[float, int]:
    """Of each row, the share of others of the same length that it outscores, ties half; the mean of these shares.

    Args:
        score, hours: of the rows, and the length of each.
        against_score, against_hours, against_weight: of the others; weights are above 0.
        within: how much the other's length may differ, as a share of the row's.

    Returns:
        The mean, and how many rows had any other of their length; NaN and 0 where none had.
    """
    own, length = np.asarray(score, np.float64), np.asarray(hours, np.float64)
    _, other, w = _checked(np.zeros(len(np.asarray(against_score))), against_score, against_weight)
    order = np.argsort(np.asarray(against_hours, np.float64), kind="stable")
    other, w, other_hours = other[order], w[order], np.asarray(against_hours, np.float64)[order]
    first = np.searchsorted(other_hours, length * (1.0 - within), side="left")
    last = np.searchsorted(other_hours, length * (1.0 + within), side="right")
    shares = []
    for i in np.flatnonzero(last > first).tolist():
        some, weights = other[first[i] : last[i]], w[first[i] : last[i]]
        shares.append((weights @ (some < own[i]) + weights @ (some <= own[i])) / (2.0 * weights.sum()))
    return (float(np.mean(shares)), len(shares)) if shares else (float("nan"), 0)


def _mean(sums: npt.NDArray[Any], n: npt.NDArray[Any], every: Floats) -> Floats:
    """Means of bins; where a bin has nothing, the mean of all."""
    overall = float(every.mean()) if len(every) else 1.0
    return np.asarray(np.divide(sums, n, out=np.full(len(n), overall), where=n > 0))


def _steps(positive: Any, score: Any, weight: Any) -> tuple[Floats, Floats]:
    """Weight of the positives, and of all rows, at or above each distinct score, from the highest down."""
    y, values, w = _checked(positive, score, weight)
    order = np.argsort(-values, kind="stable")
    values = values[order]
    ends = np.flatnonzero(np.append(values[1:] != values[:-1], True)) if len(values) else np.empty(0, np.int64)
    return np.cumsum((y * w)[order])[ends], np.cumsum(w[order])[ends]


def _checked(positive: Any, score: Any, weight: Any) -> tuple[Floats, Floats, Floats]:
    y, values = np.asarray(positive, np.bool_).astype(np.float64), np.asarray(score, np.float64)
    if np.isnan(values).any():
        raise ValueError("a score is not a number")
    w = np.ones(len(values)) if weight is None else np.asarray(weight, np.float64)
    return y, values, w
