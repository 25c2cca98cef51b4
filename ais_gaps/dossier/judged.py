"""What is judged of a silence, in words: as much as the judgement says and no more; where it abstains, that it does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ais_gaps.dossier.model import Reason, Silence, Statement
from ais_gaps.dossier.wording import Row

QUIET: Final = frozenset({"no coverage", "outage", "class B reception"})
"""Causes that lie with reception: a silence of such a cause is told in a line, its reasons folded away."""

LIKELY: Final = 0.5
"""From this probability on a silence is called a choice (`judgement.causes.LIKELY`)."""

_OPEN: Final = "not enough evidence"
_WEIGHT = re.compile(r"(?P<text>.*?)\s*\[(?P<nats>[+-][0-9]+(?:\.[0-9]+)?)\]", re.DOTALL)
_BASIS: Final = (
    "A probability that she chose to be silent is reckoned from how other ships were heard there at that time, and from what she "
    "was doing, with weights fitted on generated worlds: nobody saw a switch, and nothing that is published of her goes into it. "
    "Its terms stand with it, each with its weight in nats, natural logarithms of odds: above 0 it speaks for a choice, below 0 "
    "against; added up, they are the log-odds of it."
)


def chance(p: float) -> str:
    """A probability in words, no finer than it is known: ``0.62``, ``below 0.01``, ``above 0.99``."""
    return "below 0.01" if p < 0.01 else "above 0.99" if p > 0.99 else f"{p:.2f}"


def cause(gap: Row, explained: bool) -> Statement:
    """What is judged, in a sentence; a silence alone is no choice.

    Args:
        gap: a row of the gaps table.
        explained: a note says why she was silent; the judgement does not know it.
    """
    p, called = gap["p_switched_off"], gap["cause"]
    if p is None:
        text = "Whether she chose to be silent is not judged" + (f": {called}." if called else ".")
        text = "Its cause is reported." if explained else text
    elif explained:
        text = f"Its cause is reported. Reckoned without that report, the probability that she chose to be silent is {chance(p)}."
    else:
        text = f"the probability that she chose to be silent is reckoned as {chance(p)}"
        if called in (None, _OPEN):
            text = f"T{text[1:]}" + (f"; what its cause was cannot be told: {_OPEN}." if called else ".")
        else:
            text = f"Judged as {called}: {text}."
    return Statement(text, (gap["gap_id"],))


def reasons(gap: Row) -> tuple[Reason, ...]:
    """The reasons as they are given, each a whole sentence, its weight apart."""
    return tuple(_reason(said) for said in gap["reasons"] or () if said)


def _reason(said: str) -> Reason:
    weighed = _WEIGHT.fullmatch(said)
    text = weighed["text"] if weighed else said
    text = f"{text[:1].upper()}{text[1:].rstrip('.')}."
    return Reason(text, float(weighed["nats"]) + 0.0 if weighed else None)


def quiet(silence: Silence) -> bool:
    """It is judged, and as a matter of reception."""
    return silence.gap["cause"] in QUIET and silence.gap["p_switched_off"] is not None


def chosen(silence: Silence) -> bool:
    """It is judged, and more probably a choice than not."""
    p = silence.gap["p_switched_off"]
    return p is not None and p >= LIKELY


def explained(silence: Silence) -> bool:
    """A note says why she was silent."""
    return any(remark.kind == "explanation" for remark in silence.remarks)


def folded(silence: Silence) -> bool:
    """Its reasons are told in brief: it is of reception, or something else says why she was silent."""
    return quiet(silence) or explained(silence)


def brief(silence: Silence) -> str:
    """Cause and probability in a few words; empty where neither is given."""
    p, called = silence.gap["p_switched_off"], silence.gap["cause"]
    if p is None:
        return f"not judged: {called}" if called else ""
    return f"{called or _OPEN}, probability {chance(p)}"


def basis(told: Sequence[Silence]) -> Statement | None:
    """What the probabilities are and rest on; none where none is given."""
    return Statement(_BASIS) if any(silence.gap["p_switched_off"] is not None for silence in told) else None
