"""The cause of a silence in one word, from its probability and from what would have been heard otherwise."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.judgement.exposure import LONGEST_H
from ais_gaps.judgement.judge import Judged
from ais_gaps.judgement.paths import DIRECT
from ais_gaps.summary.kernel import JUMP_FLOOR_H, JUMP_KN

SWITCHED_OFF: Final = "switched off"
ALONGSIDE: Final = "powered off alongside"
NO_COVERAGE: Final = "no coverage"
OUTAGE: Final = "outage"
CLASS_B: Final = "class B reception"
IDENTITY: Final = "identity break"
UNKNOWN: Final = "not enough evidence"
CAUSES: Final = (SWITCHED_OFF, ALONGSIDE, NO_COVERAGE, OUTAGE, CLASS_B, IDENTITY, UNKNOWN)

LIKELY: Final = 0.5
"""From this probability on a silence is called a choice."""
OPEN_QUESTION: Final = 0.1
"""From this one on, below `LIKELY`, no other cause is called either."""
LEAST_BASIS: Final = 6.0
"""With fewer ship-hours than this in the waters that she was in, nothing is known of reception there."""
SURE_FACTOR: Final = 3.0
"""ln 20: a ship that transmits would be silent so by chance once in twenty times."""

HARDLY: Final = 0.02
"""From this one on, a silence of which only the first days are reckoned is not called a matter of reception."""
_LOST: Final = 0.5
_MISSED: Final = 1.0


def broken(judged: Judged) -> npt.NDArray[np.bool_]:
    """Silences whose ends no ship can join: not one ship, or a wrong position."""
    s = judged.silences
    return np.asarray(~s.open & (s.nm > JUMP_KN * np.hypot(s.hours, JUMP_FLOOR_H)))


def unknown(judged: Judged) -> npt.NDArray[np.bool_]:
    """Silences that there is nothing to judge by: nobody is known to have been in these waters."""
    return np.asarray(judged.found.basis < LEAST_BASIS)


def causes(judged: Judged) -> pa.Array:
    """The cause of each silence, one of `CAUSES`."""
    s, found = judged.silences, judged.found
    now = found.ashore[:, DIRECT] + found.space[:, DIRECT]
    usual = found.usual + found.space[:, DIRECT]
    surprising = judged.values["factor"] >= SURE_FACTOR
    alongside = judged.values["alongside"] > 0
    down = (usual - now > _MISSED) & (now < _LOST * usual)
    weak = s.class_b & (found.as_class_a - now > _MISSED) & (now < _LOST * found.as_class_a)
    choices = [
        (broken(judged), IDENTITY),
        (unknown(judged) & (s.tracks > 1), IDENTITY),
        (unknown(judged), UNKNOWN),
        (alongside & (judged.p < LIKELY) & surprising, ALONGSIDE),
        (judged.p >= LIKELY, SWITCHED_OFF),
        (judged.p >= OPEN_QUESTION, UNKNOWN),
        # Of a silence of which only the first days are reckoned, these say nothing of the rest, unless a choice is hardly likely.
        ((s.hours > LONGEST_H) & (judged.p >= HARDLY), UNKNOWN),
        (down, OUTAGE),
        (weak, CLASS_B),
        (~surprising, NO_COVERAGE),
    ]
    index = np.select(
        [which for which, _ in choices], [CAUSES.index(word) for _, word in choices], CAUSES.index(UNKNOWN)
    )
    return pa.array(CAUSES).take(pa.array(index))
