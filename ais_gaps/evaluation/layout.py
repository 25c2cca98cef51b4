"""An evaluation laid out: in sections for a person, as one object for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evaluation import words
from ais_gaps.evaluation.cases import JUDGEMENT
from ais_gaps.evaluation.question import Report

AREAS: Final = 10
"""So many areas are shown to a person, those with the most positives; programs get all."""

_DECIMALS: Final = {"brier": 5, "ece": 5, "mean_p": 5, "observed": 5, "low": 5, "high": 5, "alerts_a_day": 1}
_OVERALL: Final = (
    "method",
    "average_precision",
    "auroc",
    "matched_auroc",
    "alerts_a_day",
    "precision",
    "recall",
    "brier",
    "ece",
)
_BY_GROUP: Final = (
    "by",
    "group",
    "silences",
    "positives",
    "average_precision",
    "auroc",
    "matched_auroc",
    "brier",
    "ece",
)


def sections(report: Report) -> list[tuple[str, pa.Table]]:
    """Titles and tables: all methods over all silences; the judgement by group; its reliability."""
    overall = pc.equal(report.figures["by"], "all")
    grouped = report.figures.filter(pc.and_(pc.invert(overall), pc.equal(report.figures["method"], JUDGEMENT)))
    area = pc.equal(grouped["by"], "area").to_numpy()
    grouped = grouped.filter(pa.array(~area | (np.cumsum(area) <= AREAS)))
    return [
        ("All silences", _rounded(report.figures.filter(overall).select(_OVERALL))),
        ("The judgement, by group", _rounded(grouped.select(_BY_GROUP))),
        ("Reliability of p_switched_off", _rounded(report.reliability)),
    ]


def plain_object(report: Report) -> dict[str, Any]:
    """All of it in values that JSON has."""
    return {
        "basis": "truth" if report.by_truth else "injection",
        "question": asdict(report.question),
        "counts": report.counts,
        "causes_of_positives": report.causes,
        "figures": report.figures.to_pylist(),
        "reliability": report.reliability.to_pylist(),
        "summary": words.summary(report),
        "limits": words.limits(report),
    }


def _rounded(table: pa.Table) -> pa.Table:
    columns = [
        pc.round(column, _DECIMALS.get(name, 3)) if pa.types.is_floating(column.type) else column
        for name, column in zip(table.schema.names, table.columns, strict=True)
    ]
    return pa.table(columns, names=table.schema.names)
