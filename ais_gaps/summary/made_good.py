"""Speed and course made good at an edge: what two fixes tell of a ship's motion where she does not say it herself.

Many exports leave out the course, some the speed too. A fix and another one of the same stretch tell both: of a last fix the
latest that lies `LEAST_S` or more before it, of a first fix the earliest that lies as long after it. A stretch ends with the UTC
day, since a vessel-day's summary hangs on its own reports alone; at a silence of more than `FLOOR_S`, and with the run of a day
that jumps: there a day may be parted into the tracks of several ships, and a fix of another ship tells nothing.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from ais_gaps.summary.reports import FLOOR_S, HOUR_S, NULL, Ints, Reports, first_at_or_after

LEAST_S: Final = 300
"""Over less time, the error of positions is a great part of a slow ship's way."""
LEAST_NM: Final = 0.1
"""Over a shorter way there is a speed but no course: that of a moored ship would be the error of her positions (10 m or so; ITU-R
M.1371-5, table 48, flags more than 10 m as low accuracy) and of her swinging at anchor."""
MOST_KN: Final = 50.0
"""Faster is no ship: one of the positions is wrong (see `kernel.JUMP_KN`)."""

NAMES: Final = ("made_sog", "made_cog")


def made_good(reports: Reports, index: Ints, limit: Ints, step: int) -> dict[str, pa.Array]:
    """Speed (0.01 kn) and course (0.01 degree) made good at each index; null where no two fixes tell.

    As on a plane that touches the earth between the two.

    Args:
        reports: the reports.
        index: of each edge.
        limit: where the stretch of each ends, itself included: its first report, or its last.
        step: -1: the course from an earlier fix to the edge; 1: from the edge to a later one.
    """
    clock, unit = reports.clock, reports.clock_unit
    here = np.asarray(index, np.int64)
    if step < 0:
        there = first_at_or_after(clock, limit, here + 1, clock[here] - LEAST_S * unit + 1) - 1
        known = there >= limit
    else:
        there = first_at_or_after(clock, here, limit + 1, clock[here] + LEAST_S * unit)
        known = there <= limit
    there = np.where(known, there, here)
    # All that lies between is less than `LEAST_S` from the edge, so that a silence can only begin or end at the other fix.
    beside = np.where(known, there - step, here)
    first, last = (there, here) if step < 0 else (here, there)
    known &= np.abs(clock[there] - clock[beside]) <= FLOOR_S * unit
    for values in (reports.lat, reports.lon):
        known &= (values[first] != NULL) & (values[last] != NULL)
    hours = (clock[last] - clock[first]) / (HOUR_S * unit)
    north, east = _moved_nm(reports, first, last)
    nm = np.hypot(north, east)
    known &= nm <= MOST_KN * hours
    knots = np.rint(nm / np.where(known, hours, 1.0) * 100.0)
    course = np.rint(np.degrees(np.arctan2(east, north)) * 100.0) % 36_000
    return dict(zip(NAMES, (_ints(knots, known), _ints(course, known & (nm >= LEAST_NM))), strict=True))


def _moved_nm(reports: Reports, first: Ints, last: Ints) -> tuple[Any, Any]:
    """How far north and east it is from one report to another."""
    (lat0, lat1), (lon0, lon1) = ((v[first] * 1e-6, v[last] * 1e-6) for v in (reports.lat, reports.lon))
    east = (lon1 - lon0 + 180.0) % 360.0 - 180.0
    return (lat1 - lat0) * 60.0, east * 60.0 * np.cos(np.radians((lat0 + lat1) / 2.0))


def _ints(values: Ints, known: Ints) -> pa.Array:
    return pa.array(np.where(known, values, 0).astype(np.int32), mask=~known)
