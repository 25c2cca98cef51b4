"""What a ship said of its motion at the edges of a silence, and who heard it.

Several reports may say one time and one place (two receivers, two providers); which of them lies first is chance. So that the same
reports give the same edge in whatever order they came, the greatest of them speaks: the fastest, then that of the greatest course.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ais_gaps.summary.reports import Ints, Reports

UNDER_WAY_SOG = 300
"""Above this speed (0.01 kn) a ship is taken to be under way; at anchor or moored she reports less (ITU-R M.1371-5, table 1)."""

# Bits of each field in the number that stands for all of them. A field that was not sent is 0, else one more than its value; of a
# code 0 says "unknown" by itself.
_BITS = {"sog": 15, "cog": 17, "nav": 5, "receiver": 2, "ais_class": 2}
_CODES = ("receiver", "ais_class")


def at_edges(reports: Reports, index: Ints, step: int, stretch: Ints | None = None) -> dict[str, Any]:
    """Speed, course, status, receiver and class at each index.

    Args:
        reports: the reports.
        index: of each edge.
        step: where other reports of its time and place lie: -1 before it (it is the last), 1 after it (it is the first).
        stretch: number of the stretch that each report belongs to, which is not left; None = they are all of one.

    Returns:
        sog, cog, nav (null where not sent, and where ``reports`` do not have them), receiver and ais_class.
    """
    left = _greatest(reports, index, step, stretch)
    out: dict[str, Any] = {}
    for name, bits in reversed(_BITS.items()):
        value = left & ((1 << bits) - 1)
        left = left >> bits
        out[name] = value if name in _CODES else pa.array(value - 1, mask=value == 0)
    return out


def _greatest(reports: Reports, index: Ints, step: int, stretch: Ints | None) -> Ints:
    """The fields of `_BITS` as one number, of the reports of one time and place the greatest."""
    best = packed(reports, index)
    same_in = [reports.mmsi, reports.lat, reports.lon, *(() if stretch is None else (stretch,))]
    clock, last = reports.clock, len(reports) - 1
    at, here = np.arange(len(index)), np.asarray(index)
    while len(at):
        there = here + step
        inside = (there >= 0) & (there <= last)
        at, here, there = at[inside], here[inside], there[inside]
        same = clock[there] == clock[here]
        for values in same_in:
            same &= values[there] == values[here]
        at, here = at[same], there[same]
        best[at] = np.maximum(best[at], packed(reports, here))
    return best


def packed(reports: Reports, index: Ints) -> Ints:
    """What was sent in each report, as one number that orders."""
    out = np.zeros(len(index), np.int64)
    for name, bits in _BITS.items():
        out <<= bits
        if name in reports.motion:
            out += reports.motion[name][index]
            out += 0 if name in _CODES else 1
        elif name == "receiver":
            out += reports.receiver if isinstance(reports.receiver, int) else reports.receiver[index]
    return out


def named(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of an edge under the names of the tables."""
    return {field if field == "ais_class" else f"{name}_{field}": values for field, values in fields.items()}


def under_way(reports: Reports, starts: Ints) -> dict[str, Ints]:
    """How many positions of each stretch of reports were made under way, and their speeds summed."""
    if "sog" not in reports.motion or not len(starts):
        return {"under_way_n": np.zeros(len(starts), np.int32), "under_way_sog": np.zeros(len(starts), np.int64)}
    sog = reports.motion["sog"]
    fast = sog > UNDER_WAY_SOG
    return {
        "under_way_n": np.add.reduceat(fast, starts, dtype=np.int32),
        "under_way_sog": np.add.reduceat(np.where(fast, sog, 0), starts, dtype=np.int64),
    }
