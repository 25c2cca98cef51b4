"""What a ship said of its motion at the edges of a silence, and who heard it.

Several reports may say one time and one place (two receivers, two providers); which of them lies first is chance. So that the same
reports give the same edge in whatever order they came, the greatest of them speaks: the fastest, then that of the greatest course.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ais_gaps.summary.reports import Ints, Reports

# Bits of each field in the number that stands for all of them. A field that was not sent is 0, else one more than its value; of a
# code 0 says "unknown" by itself.
_BITS = {"sog": 15, "cog": 17, "nav": 5, "receiver": 2, "ais_class": 2}
_CODES = ("receiver", "ais_class")


def at_edges(reports: Reports, index: Ints, step: int) -> dict[str, Any]:
    """Speed, course, status, receiver and class at each index.

    Args:
        reports: the reports.
        index: of each edge.
        step: where other reports of its time and place lie: -1 before it (it is the last), 1 after it (it is the first).

    Returns:
        sog, cog, nav (null where not sent, and where ``reports`` do not have them), receiver and ais_class.
    """
    packed = greatest(reports, index, step)
    out: dict[str, Any] = {}
    for name, bits in reversed(_BITS.items()):
        value = packed & ((1 << bits) - 1)
        packed = packed >> bits
        out[name] = value if name in _CODES else pa.array(value - 1, mask=value == 0)
    return out


def greatest(reports: Reports, index: Ints, step: int) -> Ints:
    """The fields of `_BITS` as one number, of the reports of one time and place the greatest."""
    best = _packed(reports, index)
    clock, last = reports.clock, len(reports) - 1
    at, here = np.arange(len(index)), np.asarray(index)
    while len(at):
        there = here + step
        inside = (there >= 0) & (there <= last)
        at, here, there = at[inside], here[inside], there[inside]
        same = clock[there] == clock[here]
        for values in (reports.mmsi, reports.lat, reports.lon):
            same &= values[there] == values[here]
        at, here = at[same], there[same]
        best[at] = np.maximum(best[at], _packed(reports, here))
    return best


def _packed(reports: Reports, index: Ints) -> Ints:
    out = np.zeros(len(index), np.int64)
    for name, bits in _BITS.items():
        out <<= bits
        if name in reports.motion:
            out += reports.motion[name][index]
            out += 0 if name in _CODES else 1
        elif name == "receiver":
            out += reports.receiver if isinstance(reports.receiver, int) else reports.receiver[index]
    return out
