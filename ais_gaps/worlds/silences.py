"""The truth of a world: the silences of each ship, and what made each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.worlds.reception import Hearing
from ais_gaps.worlds.voyages import ALONGSIDE, AWAY, FAULT, SWITCHED_OFF, HiddenCall

SILENCE_S: Final = 7_200
"""Silences longer than this are told, as `gaps --min-hours 2` lists them."""

OFF_CAUSES: Final = (SWITCHED_OFF, ALONGSIDE, FAULT, AWAY)
NATURAL_CAUSES: Final = ("outage", "class B reception", "message collisions")
NO_COVERAGE: Final = "no coverage"

_SHARE_OF_SILENCE: Final = 0.25

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Silence:
    """One silence of a ship.

    Attributes:
        ship: her number.
        off, on: rows of her reports before and after; on is -1 while it is open.
        cause: one of the causes above. A transmitter that is off for a quarter of the silence is the cause; else what most of the
            slots were lost to, and "no coverage" where she could not have been heard in any of them.
        calls: the hidden calls inside.
    """

    ship: int
    off: int
    on: int
    cause: str
    calls: tuple[HiddenCall, ...]


def silences(
    ship: int,
    heard_s: Ints,
    slots: Ints,
    off_cause: NDArray[np.int8],
    hearing: Hearing,
    calls: list[HiddenCall],
    as_of_s: int,
) -> list[Silence]:
    """The silences of a ship as whoever holds her sound reports sees them.

    Args:
        ship: her number.
        heard_s: time of each of her sound reports, seconds of the world, in order. slots: the slot of each.
        off_cause: for each slot 0, or 1 + index into `OFF_CAUSES`.
        hearing: what would have become of each slot.
        calls: hers. as_of_s: until when open silences last.
    """
    if not len(heard_s):
        return []
    off = np.flatnonzero(np.diff(np.append(heard_s, as_of_s)) > SILENCE_S)
    first = slots[off] + 1
    last = np.append(slots, len(off_cause))[off + 1]
    lost = [_between(off_cause == 1 + cause, first, last) for cause in range(len(OFF_CAUSES))]
    lost_on_air = (off_cause == 0) & ~hearing.terrestrial & ~hearing.satellite
    might = [
        _between(lost_on_air & would, first, last)
        for would in (hearing.but_for_outage, hearing.as_class_a, hearing.alone)
    ]
    enough = np.stack(lost) >= np.maximum(_SHARE_OF_SILENCE * (last - first), 1.0)
    found = []
    for number, row in enumerate(off.tolist()):
        most = int(np.argmax([count[number] for count in might]))
        if enough[:, number].any():
            cause = OFF_CAUSES[int(np.argmax(enough[:, number]))]
        else:
            cause = NATURAL_CAUSES[most] if might[most][number] else NO_COVERAGE
        until = heard_s[row + 1] if row + 1 < len(heard_s) else np.inf
        inside = tuple(call for call in calls if heard_s[row] <= call.from_s < as_of_s and call.to_s <= until)
        found.append(Silence(ship, row, row + 1 if row + 1 < len(heard_s) else -1, cause, inside))
    return found


def _between(flags: NDArray[np.bool_], first: Ints, last: Ints) -> Ints:
    running = np.append(0, np.cumsum(flags))
    counts: Ints = running[np.maximum(last, first)] - running[first]
    return counts
