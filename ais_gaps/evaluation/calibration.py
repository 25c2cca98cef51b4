"""Calibration: bias and slope of the judgement for one archive, fitted by injection.

    logit p' = bias + slope logit p

**What is learnt.** The slope says how much more often silences of a higher p are such as switching off would make. Each injected
silence is set beside natural ones of the same length (within 5 percent), which leaves length itself out of it. The slope is the
one that makes it likeliest, by conditional logistic regression (Breslow and Day 1980, chapter VII), that the injected one of such a
set is the injected one:

    likelihood of a set = p'(injected) / sum of p' over the set

The chances p' themselves stand here, not their odds, because natural silences hold choices too, nobody knows which: among what was
drawn from the archive the ratio of switched-off to all silences is p', up to a factor that the set has in common (learning from
positive and unlabelled examples, Elkan and Noto 2008). A natural silence of p' near 1 thus costs no more than an even chance.

**What is not.** How often ships switch off cannot be learnt by switching them off oneself. The bias therefore keeps the expected
number of choices among the archive's own silences as it was, or as the user says (``prevalence``). Nor do injected silences have
the habits of those who hide, and they lie where ships are heard. So the slope is held between `LEAST_SLOPE` and `MOST_SLOPE`, and
drawn towards 1, as by a prior of a factor of `_PRIOR_FACTOR` either way. A share of choices that is far from the truth bends the
slope as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import AisGapsError
from ais_gaps.evaluation.metrics import WITHIN
from ais_gaps.schema import Column, Table
from ais_gaps.store.tables import Tables

Floats = npt.NDArray[np.float64]

LEAST_SLOPE, MOST_SLOPE = 0.3, 3.0
FEWEST_SETS: Final = 100
"""Fewer injected silences with natural ones of their length do not settle a slope."""

_PRIOR_FACTOR: Final = 1.5
_LEAST_P: Final = 1e-9
_STEPS: Final = 60  # of a bisection: beyond double precision

CALIBRATIONS: Final = Table(
    "calibrations",
    "bias and slope of the judgement, fitted to this archive: the row of the highest number counts",
    (
        Column("number", pa.int32(), "", "from 1, in the order in which they were kept", False),
        Column("bias", pa.float64(), "nat", "logit p' = bias + slope logit p", False),
        Column("slope", pa.float64(), "", "see bias", False),
        Column("reset", pa.bool_(), "", "it only undoes earlier ones: bias 0, slope 1", False),
        Column("seed", pa.int64(), "", "of the draws; null where reset"),
        Column("min_hours", pa.float64(), "h", "silences longer than this; null where reset"),
        Column("injected", pa.int64(), "", "injected silences that had natural ones of their length; null where reset"),
        Column("natural", pa.int64(), "", "natural silences judged; null where reset"),
        Column("prevalence", pa.float64(), "", "share of the natural ones expected to be choices; null where reset"),
        Column("given", pa.bool_(), "", "the prevalence was given, not the judgement's own; null where reset"),
        Column("sources", pa.int32(), "", "number of the last source that was in by then; null where reset"),
    ),
)


@dataclass(frozen=True)
class Calibration:
    """Bias and slope; as it stands, no change."""

    bias: float = 0.0
    slope: float = 1.0

    def applied(self, p: Any) -> Floats:
        """Chances made over; 0 and 1 stay, NaN stays."""
        chance = np.asarray(p, np.float64)
        if self == Calibration():
            return chance
        return np.where((chance <= 0.0) | (chance >= 1.0), chance, _logistic(self.bias + self.slope * _logit(chance)))


@dataclass(frozen=True)
class Fit:
    """A calibration, and what it rests on: sets used, and the share of natural silences expected to be choices."""

    calibration: Calibration
    sets: int
    prevalence: float


def fit(
    injected_p: Floats,
    injected_hours: Floats,
    natural_p: Floats,
    natural_hours: Floats,
    worth: Floats,
    prevalence: float | None = None,
) -> Fit:
    """Bias and slope from injected and natural silences.

    Args:
        injected_p, natural_p: what the judgement says before any calibration; NaN, not judged, is left out.
        injected_hours, natural_hours: their lengths.
        worth: for how many natural silences each of them stands.
        prevalence: share of natural silences that are choices; None = what the judgement itself expects.

    Raises:
        AisGapsError: too few injected silences have natural ones of their length.
    """
    told, known = ~np.isnan(injected_p), ~np.isnan(natural_p)
    own, hours = _logit(injected_p[told]), injected_hours[told]
    order = np.argsort(natural_hours[known], kind="stable")
    other, other_hours, w = (values[known][order] for values in (_logit(natural_p), natural_hours, worth))
    first = np.searchsorted(other_hours, hours * (1.0 - WITHIN), side="left")
    last = np.searchsorted(other_hours, hours * (1.0 + WITHIN), side="right")
    matched = last > first
    own, first, last = own[matched], first[matched], last[matched]
    if len(own) < FEWEST_SETS:
        raise AisGapsError(
            f"too little to calibrate by: {len(own)} injected silences have natural ones of their length; "
            f"at least {FEWEST_SETS} are needed"
        )
    share = float((w * _logistic(other)).sum() / w.sum()) if prevalence is None else prevalence

    def cost(log_slope: float) -> float:
        slope = float(np.exp(log_slope))
        bias = _bias(slope, other, w, share)
        chance = w * _logistic(bias + slope * other)
        running, weights = (np.append(0.0, np.cumsum(values)) for values in (chance, w))
        # By their weighted mean, times their number: what they stand for makes them no more than they are.
        others = (running[last] - running[first]) / (weights[last] - weights[first]) * (last - first)
        mine = _logistic(bias + slope * own)
        return float(-np.log(mine / (mine + others)).sum() + 0.5 * (log_slope / np.log(_PRIOR_FACTOR)) ** 2)

    slope = float(np.exp(_least(cost, float(np.log(LEAST_SLOPE)), float(np.log(MOST_SLOPE)))))
    return Fit(Calibration(_bias(slope, other, w, share), slope), len(own), share)


def kept(tables: Tables, *, as_known: datetime | None = None) -> pa.Table:
    """The calibrations of an archive (`CALIBRATIONS`), in order, as of now or of a time."""
    return tables.read("calibrations", CALIBRATIONS.arrow, as_known=as_known).sort_by("number")


def newest(tables: Tables, *, as_known: datetime | None = None) -> Calibration:
    """The calibration that counts as of now or of a time."""
    rows = kept(tables, as_known=as_known)
    return Calibration(rows["bias"][-1].as_py(), rows["slope"][-1].as_py()) if len(rows) else Calibration()


def keep(tables: Tables, row: dict[str, Any]) -> pa.Table:
    """Adds a calibration; the row as it is in. The archive's write lock must be held.

    Args:
        tables: of the archive.
        row: columns of `CALIBRATIONS` but its number.
    """
    rows = kept(tables)
    number = (pc.max(rows["number"]).as_py() or 0) + 1
    added = pa.Table.from_pylist([{**row, "number": number}], schema=CALIBRATIONS.arrow)
    tables.append("calibrations", added, key=f"calibration-{number}")
    return added


def _bias(slope: float, logits: Floats, w: Floats, share: float) -> float:
    """The bias at which the weighted mean of the chances is a share: the mean grows with it, so it is found by bisection."""
    low, high = (float(end) for end in (-slope * logits.max() - 40.0, -slope * logits.min() + 40.0))
    total = w.sum()
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if (w * _logistic(middle + slope * logits)).sum() / total < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _least(cost: Callable[[float], float], low: float, high: float) -> float:
    """Where a function of one number is least: the best of a grid, then golden sections around it (Kiefer 1953)."""
    grid = np.linspace(low, high, 25)
    best = int(np.argmin([cost(float(x)) for x in grid]))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    ratio = (np.sqrt(5.0) - 1.0) / 2.0
    for _ in range(_STEPS // 2):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if cost(float(left)) <= cost(float(right)):
            high = right
        else:
            low = left
    return float((low + high) / 2.0)


def _logit(p: Any) -> Floats:
    chance = np.clip(np.asarray(p, np.float64), _LEAST_P, 1.0 - _LEAST_P)
    return np.asarray(np.log(chance) - np.log1p(-chance))


def _logistic(x: Any) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -700.0, 700.0))))
