"""What is said with the figures of an evaluation: what they rest on, and what they do not say."""

from __future__ import annotations

from typing import Any, Final

from ais_gaps.evaluation.cases import JUDGEMENT, LENGTH, RULE
from ais_gaps.evaluation.question import Report

_INJECTED: Final = (
    "An injected silence is a stretch of an honest ship's track in which she was heard, deleted: it shows how a transmitter that "
    "is switched off looks, not who switches off, when, near what or why. The habits of ships that hide are not in these figures.",
    "Only where ships are heard can anything be deleted: nothing here is said of waters in which they are not.",
    "Natural silences are the archive's own, whatever made them. Some may be choices; these count against a judgement that "
    "finds them.",
    "Injected silences are as long as natural ones, so that length alone tells nothing here. Real ones may be longer.",
)
_TRUE: Final = (
    "The truth is that of a generated world: its habits of hiding, its sea and its receivers are the generator's own, and no facts "
    "about the sea.",
)
_BOTH: Final = (
    "AUROC hardly tells methods apart where choices are rare. Precision and recall at a number of alerts a day are what a watch "
    "sees.",
)


def summary(report: Report) -> list[str]:
    """What the figures rest on, and the first of them, in sentences."""
    counts, asked = report.counts, report.question
    if report.by_truth:
        said = [
            f"{counts['silences']:,} silences of more than {asked.min_hours:g} h in {counts['days']:g} days, "
            f"{counts['switched_off']:,} of them switched off by the truth."
        ]
        if counts["switched_off_but_no_silence_here"]:
            said.append(
                f"{counts['switched_off_but_no_silence_here']:,} silences that the truth calls switched off are none in this "
                "archive; they are in no figure."
            )
        if counts["not_in_the_truth"]:
            said.append(
                f"{counts['not_in_the_truth']:,} silences are not in the truth (ships that share an MMSI, wrong positions): they "
                "count as not switched off."
            )
        return said + _first(report)
    return [
        f"{counts['injected']:,} stretches of {counts['ships']:,} ships' tracks ({counts['deleted_fixes']:,} reports) were "
        f"deleted, one at a time, and held against {counts['natural']:,} natural silences of more than {asked.min_hours:g} h in "
        f"{counts['days']:g} days, of which {counts['natural_judged']:,} were judged (seed {asked.seed}).",
        f"How many silences are choices nobody knows: precision, recall, Brier and ECE take {asked.prevalence:.2%} "
        "(--prevalence), as long as natural ones.",
        *_first(report),
    ]


def limits(report: Report) -> list[str]:
    """What the figures do not say."""
    said = [*(_TRUE if report.by_truth else _INJECTED), *_BOTH]
    if not _row(report, RULE)["alerts_a_day"]:
        said.append(
            f"{RULE} raises no alert here: no silence of 12 h begins more than 50 nm from shore after 14 reports by satellite in "
            "12 h, or the reports do not say that satellites heard them."
        )
    unjudged = _row(report, JUDGEMENT)["unjudged"]
    if unjudged:
        said.append(
            f"Of {unjudged:,} silences the judgement abstains: they rank last, and are in no reliability, Brier or ECE."
        )
    return said


def _first(report: Report) -> list[str]:
    said = []
    for name, method in (("The judgement", JUDGEMENT), ("length alone", LENGTH)):
        row = _row(report, method)
        if row["average_precision"] is not None:
            matched = "" if row["matched_auroc"] is None else f", AUROC at equal length {row['matched_auroc']:.3f}"
            said.append(f"{name}: average precision {row['average_precision']:.3f}{matched}")
    return ["; ".join(said) + "."] if said else []


def _row(report: Report, method: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = report.figures.to_pylist()
    return next(row for row in rows if row["by"] == "all" and row["method"] == method)
