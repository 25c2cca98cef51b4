"""Questions that an archive is asked about its own judgement: how good it is, and a calibration of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ais_gaps.evaluation import calibration, judging, natural, question, truth
from ais_gaps.evaluation.question import Question, Report
from ais_gaps.store.archive import Store
from ais_gaps.store.tables import Tables

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings


def evaluate(archive: Holdings, asked: Question, true: Path | None = None) -> Report:
    """How well the judgement finds switched-off transmitters: by injection, or by the truth of a generated world.

    Args:
        archive: the archive. asked: what is asked.
        true: a file as `truth` describes it; None = by injection.

    Raises:
        SourceError: the file is no truth of silences.
        AisGapsError: there is too little to learn from; the message says how much is needed.
    """
    told = None if true is None else truth.read(true)
    store = Store(archive.path)
    ingests = store.ingests()
    judge = judging.of_archive(archive, store, ingests)
    if told is None:
        return question.by_injection(store, ingests, asked, judge)
    return question.by_truth(store, ingests, asked, judge, told)


def calibrate(archive: Holdings, asked: Question, prevalence: float | None = None) -> pa.Table:
    """Fits bias and slope of the judgement to an archive by injection, and keeps them; the row (`calibration.CALIBRATIONS`).

    Args:
        archive: the archive. asked: seed, injections, min_hours.
        prevalence: share of its own silences that are choices; None = what the judgement itself expects.

    Raises:
        AisGapsError: there is too little to learn from; the message says how much is needed.
    """
    store = Store(archive.path)
    ingests = store.ingests()
    judge = judging.of_archive(archive, store, ingests, calibrated=False)
    paired = question.pairs(store, ingests, asked, judge)
    injected_p, natural_p = (
        judged["p_switched_off"].fill_null(np.nan).to_numpy()
        for judged in (paired.injected_judged, paired.natural_judged)
    )
    hours = [natural.hours_of(gaps) for gaps in (paired.injected, paired.natural)]
    found = calibration.fit(injected_p, hours[0], natural_p, hours[1], paired.worth, prevalence)
    row = {
        "bias": found.calibration.bias,
        "slope": found.calibration.slope,
        "reset": False,
        "seed": asked.seed,
        "min_hours": asked.min_hours,
        "injected": found.sets,
        "natural": len(paired.natural),
        "prevalence": found.prevalence,
        "given": prevalence is not None,
        "sources": ingests[-1].source,
    }
    with store.writing():
        return calibration.keep(_tables(store), row)


def calibrations(archive: Holdings) -> pa.Table:
    """The calibrations that were kept (`calibration.CALIBRATIONS`), the one that counts last."""
    return calibration.kept(_tables(Store(archive.path)))


def reset(archive: Holdings) -> pa.Table:
    """Undoes the calibrations of an archive; the row that says so. They stay in its history."""
    store = Store(archive.path)
    with store.writing():
        return calibration.keep(_tables(store), {"bias": 0.0, "slope": 1.0, "reset": True})


def _tables(store: Store) -> Tables:
    return Tables(store.path / "tables")
