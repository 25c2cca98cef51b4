"""What deserves a look first: the probability of a choice in nats, and what speaks for looking, each with a stated weight.

The weights are choices of this project, not fitted to anything; they order a list and are no probability. The probability itself
is not touched by them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PLACE: Final = 2.0
"""Off or on at a watched place; falls by a factor of e with every `PLACE_NM` from it."""
PLACE_NM: Final = 50.0
REACH: Final = 1.0
"""A watched place was within reach."""
LISTED: Final = 2.0
"""A list had her when it began."""
WATCHED: Final = 2.0
"""The user watches her or these waters by name."""
NAMED: Final = 4.0
"""A dated sighting names her inside the silence."""
UNNAMED: Final = 0.5
"""Hulls without a name were seen meanwhile at a place within her reach."""
NOT_JUDGED: Final = math.log(0.01 / 0.99)
"""What stands for the log-odds where nothing was judged: rather low, since most silences are innocent."""
_MOST: Final = 7.0


@dataclass(frozen=True)
class Signs:
    """What is known of a silence beside its judgement."""

    nm: float | None
    in_reach: int
    listed: bool
    watched: bool
    named: int
    unnamed: int


def attention(gap: Mapping[str, Any], signs: Signs) -> tuple[float, list[str]]:
    """What a silence is ordered by, and the parts of it with their weights, in nats.

    Args:
        gap: a row of `schema.GAPS`. signs: what else is known.
    """
    p = gap["p_switched_off"]
    if p is None:
        parts = [("not judged", NOT_JUDGED)]
    else:
        odds = math.log(p / (1.0 - p)) if 0.0 < p < 1.0 else math.copysign(_MOST, p - 0.5)
        parts = [("probability of a choice", max(-_MOST, min(_MOST, odds)))]
    if signs.nm is not None:
        parts.append((f"{signs.nm:.0f} nm from a watched place", PLACE * math.exp(-signs.nm / PLACE_NM)))
    if signs.in_reach:
        parts.append((f"{signs.in_reach} watched place{'s' * (signs.in_reach != 1)} within reach", REACH))
    if signs.listed:
        parts.append(("on a list when it began", LISTED))
    if signs.watched:
        parts.append(("watched by name", WATCHED))
    if signs.named:
        parts.append((f"{signs.named} sighting{'s' * (signs.named != 1)} that name her", NAMED))
    if signs.unnamed:
        parts.append(("hulls without a name seen at places within reach", UNNAMED))
    total = round(sum(weight for _, weight in parts), 6)
    return total, [f"{text} [{weight:+.1f}]" for text, weight in parts]
