"""The reasons of a silence in one line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_WEIGHT: Final = re.compile(r" \[([+-]\d+\.\d)\]$")
_MOST: Final = 2
_START: Final = "Start, before all that"


def why(row: Mapping[str, Any]) -> str:
    """One line: what is thought of it, the weightiest reasons, what was in reach, who lists her, what was seen.

    Args:
        row: `columns.WATCHLIST` but for ``why``.
    """
    said = [_judged(row)]
    said += _weightiest(row["reasons"] or ())
    if row["reach_place"]:
        slack = row["reach_slack_h"]
        others = row["places_in_reach"] - 1
        more = f" and {others} other watched place{'s' * (others != 1)}" if others else ""
        said.append(f"could have called at {row['reach_place']}{more} with {_hours(slack)} to spare")
    if row["listed"]:
        said.append(row["listed"][0])
    if row["evidence"]:
        said.append(row["evidence"][0] + (f" and {len(row['evidence']) - 1} more" if len(row["evidence"]) > 1 else ""))
    return "; ".join(said)


def _judged(row: Mapping[str, Any]) -> str:
    p = row["p_switched_off"]
    if p is None:
        return f"not judged: {row['cause'] or 'not enough evidence'}"
    return f"{percent(p)}, {row['cause']}" if row["cause"] else percent(p)


def percent(p: float) -> str:
    """A probability in words that claim no more than it does: never 0 or 100 %."""
    if p < 0.01:
        return "under 1 %"
    return "over 99 %" if p > 0.99 else f"{100.0 * p:.0f} %"


def _weightiest(reasons: Sequence[str]) -> list[str]:
    """The sentences of most weight without it, each cut at its first clause."""
    found = []
    for at, sentence in enumerate(reasons):
        weight = _WEIGHT.search(sentence)
        if weight and not sentence.startswith(_START):
            found.append((-abs(float(weight[1])), at, _WEIGHT.sub("", sentence)))
    if not found:
        return [_lowered(reasons[0].rstrip("."))] if reasons else []
    chosen = sorted(found)[:_MOST]
    return [_clause(text) for _, _, text in chosen]


def _clause(sentence: str) -> str:
    text = re.sub(r" \([^()]*\)", "", sentence)
    if text.startswith("We should have heard her about"):
        return text.split("; ")[0].replace("We should", "we should", 1)
    return _lowered(text)


def _lowered(text: str) -> str:
    """The same within a sentence; MMSI stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _hours(hours: float) -> str:
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
