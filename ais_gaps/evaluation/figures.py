"""Figures of an evaluation: how well each method tells choices from other silences, over all and group by group."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.evaluation import metrics
from ais_gaps.evaluation.cases import JUDGEMENT, LENGTH, METHODS, SILENCE, Cases
from ais_gaps.schema import Column, Table

Flags = npt.NDArray[np.bool_]

FIGURES: Final = Table(
    "evaluation figures",
    "how well a method tells switched-off silences from others, over all or in one group of them",
    (
        Column("by", pa.string(), "", "all, class, length, at off (speed when last heard) or area", False),
        Column("group", pa.string(), "", "the group", False),
        Column("method", pa.string(), "", "what ranks the silences", False),
        Column("silences", pa.int64(), "", "silences judged, positive and others", False),
        Column("positives", pa.int64(), "", "of them switched off: injected, or by the truth", False),
        Column("average_precision", pa.float64(), "", "area under precision over recall"),
        Column("auroc", pa.float64(), "", "chance that a positive ranks above another silence"),
        Column("matched_auroc", pa.float64(), "", "the same among silences whose lengths differ by 5 percent at most"),
        Column("matched", pa.int64(), "", "positives that have such a silence"),
        Column("alerts_a_day", pa.float64(), "1/d", "alerts given: the highest, as many as asked for; all of a rule's"),
        Column("precision", pa.float64(), "", "of these alerts the share that is right"),
        Column("recall", pa.float64(), "", "of the positives the share that is among them"),
        Column("unjudged", pa.int64(), "", "silences of which the judgement abstains", False),
        Column("brier", pa.float64(), "", "mean squared difference between p_switched_off and what was"),
        Column("ece", pa.float64(), "", "expected calibration error, 15 bins of equal weight"),
    ),
)

RELIABILITY: Final = Table(
    "reliability",
    "p_switched_off against what was: silences in bins of equal weight",
    (
        Column("bin", pa.int32(), "", "from 1, the lowest chances", False),
        Column("silences", pa.int64(), "", "in the bin", False),
        Column("weight", pa.float64(), "", "share of all", False),
        Column("mean_p", pa.float64(), "", "mean of their p_switched_off", False),
        Column("observed", pa.float64(), "", "share that was switched off", False),
        Column("low", pa.float64(), "", "lower end of its 95 percent interval (Wilson)", False),
        Column("high", pa.float64(), "", "upper end", False),
    ),
)


def figures(cases: Cases, per_day: float) -> pa.Table:
    """`FIGURES` of all cases, then of each group that has positives and others; areas with the most positives first.

    Args:
        cases: the cases.
        per_day: alerts a day that a method may raise; over the silences of all areas, so it is said for all cases only.
    """
    rows = list(_rows(cases, "all", "all", np.ones(len(cases.hours), np.bool_), per_day))
    for by, groups in cases.groups().items():
        told = [(name, which) for name, which in groups if 0 < cases.positive[which].sum() < which.sum()]
        if by == "area":
            told.sort(key=lambda group: (-int(cases.positive[group[1]].sum()), group[0]))
        for name, which in told:
            rows += _rows(cases, by, name, which, None)
    return pa.Table.from_pylist(rows, schema=FIGURES.arrow)


def reliability(cases: Cases) -> pa.Table:
    """`RELIABILITY` of the cases that are judged."""
    judged = ~np.isnan(cases.p)
    found = metrics.reliability(cases.positive[judged], cases.p[judged], cases.weight[judged])
    columns = [np.arange(len(found.n)) + 1, found.n, found.weight, found.mean_p, found.observed, found.low, found.high]
    return pa.table(
        [pa.array(values).cast(field.type) for values, field in zip(columns, RELIABILITY.arrow, strict=True)],
        schema=RELIABILITY.arrow,
    )


def _rows(cases: Cases, by: str, name: str, which: Flags, per_day: float | None) -> Iterator[dict[str, Any]]:
    y, w, hours, p = cases.positive[which], cases.weight[which], cases.hours[which], cases.p[which]
    judged = ~np.isnan(p)
    for method in METHODS:
        score = cases.scores[method][which]
        matched, count = metrics.matched_auroc(score[y], hours[y], score[~y], hours[~y], w[~y])
        row = {
            "by": by,
            "group": name,
            "method": method,
            "silences": len(y),
            "positives": int(y.sum()),
            "average_precision": metrics.average_precision(y, score, w),
            "auroc": metrics.auroc(y, score, w),
            "matched_auroc": matched,
            "matched": count,
            "unjudged": int((~judged).sum()),
        }
        if per_day is not None:
            # A rule has no order of its own, so all its alerts count.
            ordered = method in (JUDGEMENT, SILENCE, LENGTH)
            raised = float(w[score > -np.inf].sum()) / cases.days
            alerts = min(per_day, raised) if ordered else raised
            precision, recall = metrics.at_budget(y, score, alerts * cases.days, w)
            row |= {"alerts_a_day": alerts, "precision": precision, "recall": recall}
        if method == JUDGEMENT:
            row["brier"] = metrics.brier(y[judged], p[judged], w[judged])
            row["ece"] = metrics.ece(y[judged], p[judged], w[judged])
        yield {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}
