"""Whether a ship can have been where and when a hull was seen, and in time for her next fix.

The space-time prism of time geography (Hägerstrand 1970, "What about people in regional science?"): between two fixes, at no
more than a given speed, she can have been wherever the way out and the way on leave time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ais_gaps.hulls.model import Floats, Hull, Way, Window

UNSTATED_NM: Final = 5.0
"""How far off a hull may be whose precision is not stated: berths and roads lie about so far around a harbour's point."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hours(when: datetime) -> float:
    """Hours since 1970, UTC."""
    return (when - _EPOCH) / timedelta(hours=1)


def spare_h(
    first: ArrayLike, last: ArrayLike, start: ArrayLike, out: ArrayLike, end: ArrayLike, back: ArrayLike
) -> Floats:
    """Hours to spare for being there at some moment from `first` to `last`; negative: by how much it is not possible.

    Args:
        first, last: when the hull was seen.
        start: earliest time of the fix before. out: hours from there.
        end: latest time of the fix after (inf = none). back: hours on to it.
    """
    arrival, departure = np.add(start, out), np.subtract(end, back)
    least: Floats = np.minimum.reduce([last - arrival, departure - first, departure - arrival])
    return least


@dataclass(frozen=True)
class Prism:
    """The window that leaves most to spare, positions being off as far as they may be and as is best for her.

    out_nm, back_nm: ways between the stated positions; null where one is not known or the leg is open.
    """

    window: Window
    spare_h: float
    out_nm: float | None
    back_nm: float | None


def best(hull: Hull, windows: tuple[Window, ...], way: Way) -> Prism | None:
    """The window in which the ship could best have been at the hull's place at its time; None without windows."""
    if not windows:
        return None
    ends = [(w.end.lat, w.end.lon, w.end.precision_nm) if w.end else (None, None, None) for w in windows]
    starts = [(w.start.lat, w.start.lon, w.start.precision_nm) for w in windows]
    points = np.array([*starts, *ends], np.float64)
    nm = _ways(hull, points, way)
    least = np.maximum(nm - room_nm(hull) - np.nan_to_num(points[:, 2], nan=UNSTATED_NM), 0.0)
    out, back = least[: len(windows)], least[len(windows) :]
    speed = np.array([w.speed_kn for w in windows])
    left = spare_h(
        hours(hull.earliest),
        hours(hull.latest),
        np.array([hours(w.start.earliest) for w in windows]),
        np.where(np.isnan(out), 0.0, out) / speed,
        np.array([hours(w.end.latest if w.end else w.until) for w in windows]),
        np.where(np.isnan(back), 0.0, back) / speed,
    )
    at = int(np.lexsort((np.arange(len(windows)), -left))[0])
    return Prism(windows[at], float(left[at]), _known(nm[at]), _known(nm[len(windows) + at]))


def room_nm(hull: Hull) -> float:
    """How far off the hull's position may be."""
    return UNSTATED_NM if hull.precision_nm is None else hull.precision_nm


def _ways(hull: Hull, points: Floats, way: Way) -> Floats:
    """Ways between the hull and points (lat, lon, ...); NaN where a position is not known."""
    found = np.full(len(points), np.nan)
    known = np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])
    if hull.lat is None or hull.lon is None or not known.any():
        return found
    found[known] = way(hull.lat, hull.lon, points[known, 0], points[known, 1])
    return found


def _known(nm: float) -> float | None:
    return None if np.isnan(nm) else float(nm)
