"""An evaluation, asked for: by injection into an archive's own tracks, or by the truth of a generated world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import AisGapsError, UsageError
from ais_gaps.evaluation import figures, honest, injection, natural, own_hours, rules, truth
from ais_gaps.evaluation.cases import Cases
from ais_gaps.evaluation.judging import Judge
from ais_gaps.evaluation.lengths import BANDS
from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.gaps.stitch import BARE_GAPS, FLOOR_H, H_US, Stitched
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Floats = npt.NDArray[np.float64]

FEWEST: int = 30
"""Fewer injected silences, or natural ones to hold them against, say nothing."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        seed: of all draws.
        injections: stretches to delete, at most.
        min_hours: silences longer than this.
        per_day: alerts a day.
        prevalence: the share of silences that is taken to be switched off, where that is not known; above 0, below 1.
    """

    seed: int = 1
    injections: int = 2000
    min_hours: float = 2.0
    per_day: float = 5.0
    prevalence: float = 0.01

    def __post_init__(self) -> None:
        if not self.min_hours >= FLOOR_H:
            raise UsageError(f"the shortest silence that can be asked for is {FLOOR_H:g} h, not {self.min_hours:g}")
        if not 0.0 < self.prevalence < 1.0:
            raise UsageError(f"a share of silences lies between 0 and 1; {self.prevalence:g} does not")
        if self.injections < 1 or not self.per_day > 0.0:
            raise UsageError("ask for at least one injection, and for more than no alert a day")


@dataclass(frozen=True)
class Report:
    """An evaluation.

    Attributes:
        question: what was asked.
        by_truth: whether a truth was known; else silences were injected.
        figures: `figures.FIGURES`. reliability: `figures.RELIABILITY`.
        counts: what it rests on, by name.
        causes: how many of the positives were given each cause.
    """

    question: Question
    by_truth: bool
    figures: pa.Table
    reliability: pa.Table
    counts: dict[str, Any]
    causes: dict[str, int]


@dataclass(frozen=True)
class Pairs:
    """Injected silences and natural ones of honest ships, judged.

    Attributes:
        injected, natural: `gaps.BARE_GAPS`. deleted: fixes deleted in each injected one.
        injected_judged, natural_judged: `judging.JUDGED`.
        worth: for how many natural silences each of ``natural`` stands.
        ships: how many ships tracks were taken from.
    """

    injected: pa.Table
    deleted: npt.NDArray[np.int64]
    injected_judged: pa.Table
    natural: pa.Table
    natural_judged: pa.Table
    worth: Floats
    ships: int


def pairs(store: Store, ingests: Sequence[Ingest], question: Question, judge: Judge) -> Pairs:
    """Injects silences and has them judged, and natural ones beside them.

    Raises:
        AisGapsError: the archive has too few silences, or too few stretches that could be deleted; the message says how many.
    """
    found = find(store, ingests, min_hours=question.min_hours, as_of_us=as_of_of(ingests))
    ships = honest.ships(store, ingests, found)
    own = natural.closed(found.gaps, ships)
    _enough(
        len(own), f"silences of more than {question.min_hours:g} h that have ended, of ships that are plainly one ship"
    )
    chosen = honest.some(ships, 4 * question.injections, question.seed)
    injected = injection.stretches(
        store,
        ingests,
        chosen,
        natural.hours_of(own),
        count=question.injections,
        min_hours=question.min_hours,
        seed=question.seed,
    )
    _enough(len(injected), "stretches in which a ship under way was heard throughout, as long as some silence here")
    some, worth = natural.sample(own, question.seed)
    return Pairs(
        injected.select(BARE_GAPS.names),
        injected["deleted"].to_numpy(),
        judge(injected.select(BARE_GAPS.names), own_hours.of(store, ingests, injected)),
        some,
        judge(some, None),
        worth,
        len(np.unique(injected["mmsi"].to_numpy())),
    )


def by_injection(store: Store, ingests: Sequence[Ingest], question: Question, judge: Judge) -> Report:
    """Evaluates a judge on stretches deleted from an archive's own tracks.

    Args:
        store, ingests: the archive. question: what is asked. judge: who judges.

    Raises:
        AisGapsError: see `pairs`.
    """
    paired = pairs(store, ingests, question, judge)
    gaps = pa.concat_tables([paired.injected, paired.natural]).combine_chunks()
    hours = natural.hours_of(gaps)
    positive = np.arange(len(gaps)) < len(paired.injected)
    cases = Cases.of(
        gaps,
        hours,
        positive,
        _weights(hours, positive, paired.worth, question.prevalence),
        pa.concat_tables([paired.injected_judged, paired.natural_judged]),
        rules.heard_a_day(store, ingests, gaps),
        _days(ingests),
    )
    counts = {
        "injected": len(paired.injected),
        "ships": paired.ships,
        "deleted_fixes": int(paired.deleted.sum()),
        "natural": round(float(paired.worth.sum())),
        "natural_judged": len(paired.natural),
    }
    return _report(cases, question, False, counts, paired.injected_judged["cause"])


def by_truth(
    store: Store,
    ingests: Sequence[Ingest],
    question: Question,
    judge: Judge,
    told: pa.Table,
) -> Report:
    """Evaluates a judge on an archive's own silences, of which a truth (`truth.read`) is known.

    Raises:
        AisGapsError: the truth is of no silence of this archive.
    """
    as_of_us = as_of_of(ingests)
    found: Stitched = find(store, ingests, min_hours=question.min_hours, as_of_us=as_of_us)
    gaps = found.gaps.filter(pc.is_valid(found.gaps["off_lat"]))
    positive, missed, unknown = truth.chosen(gaps, told, question.min_hours)
    if unknown == len(gaps):
        raise AisGapsError("the truth knows none of this archive's silences: is it of another world?")
    hours = (gaps["on_us"].fill_null(as_of_us).to_numpy() - gaps["off_us"].to_numpy()) / H_US
    judged = judge(gaps, None)
    heard = rules.heard_a_day(store, ingests, gaps)
    cases = Cases.of(gaps, hours, positive, np.ones(len(gaps)), judged, heard, _days(ingests))
    counts = {
        "silences": len(gaps),
        "switched_off": int(positive.sum()),
        "switched_off_but_no_silence_here": missed,
        "not_in_the_truth": unknown,
    }
    return _report(cases, question, True, counts, judged["cause"].filter(pa.array(positive)))


def _report(cases: Cases, question: Question, true: bool, counts: dict[str, Any], causes: pa.ChunkedArray) -> Report:
    given = pc.value_counts(causes.combine_chunks().fill_null("not judged")).to_pylist()
    return Report(
        question,
        true,
        figures.figures(cases, question.per_day),
        figures.reliability(cases),
        counts | {"days": round(cases.days, 2)},
        {row["values"]: row["counts"] for row in sorted(given, key=lambda row: (-row["counts"], row["values"]))},
    )


def _weights(hours: Floats, positive: npt.NDArray[np.bool_], worth: Floats, prevalence: float) -> Floats:
    """Natural silences by what they stand for; injected ones so that they are the share that is taken, as long as natural ones."""
    band = BANDS.of(hours)
    natural_in = np.bincount(band[~positive], worth, minlength=len(BANDS))
    injected_in = np.bincount(band[positive], minlength=len(BANDS))
    wanted = natural_in * (injected_in > 0)
    # Of lengths that no stretch has the share falls to the others.
    wanted *= prevalence / (1.0 - prevalence) * natural_in.sum() / wanted.sum()
    each = wanted / np.maximum(injected_in, 1)
    weight = np.empty(len(hours))
    weight[positive], weight[~positive] = each[band[positive]], worth
    return weight


def _days(ingests: Sequence[Ingest]) -> float:
    first = min((i.first_us for i in ingests if i.first_us is not None), default=0)
    return max((as_of_of(ingests) - first) / (24.0 * H_US), 1.0 / 24.0)


def _enough(count: int, what: str) -> None:
    if count < FEWEST:
        raise AisGapsError(f"too little to learn from: {count} {what}; at least {FEWEST} are needed")
