"""What a silence was like, in numbers that the model weighs: how she should have been heard, and what she was doing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from ais_gaps.judgement.blocks import BLOCK_DAYS
from ais_gaps.judgement.exposure import DIRECT_PATH, Exposure
from ais_gaps.judgement.factor import log_factor
from ais_gaps.judgement.paths import Paths
from ais_gaps.judgement.silences import FISHING, H_US, MOORED, Flags, Floats, Ints, Silences, bearing

PORT_NM: Final = 4.0
"""Nearer to a place than this a ship at rest is alongside or at anchor in its roads."""
UNDER_WAY_KN: Final = 1.0
PROBABLE: Final = 0.25
"""Earlier silences above this probability make a history; many unlikely ones make none."""

_FAR_NM: Final = 60.0
_STILL_KN, _MOORED_KN = 0.5, 0.3
_NO_COURSE_NM: Final = 3.0
_MOST_FACTOR: Final = 14.0
_LEAST_UNEXPLAINED: Final = -4.0
_MOST_RATE: Final = 1.2
_NEUTRAL_COS, _NEUTRAL_PORT_NM, _NEUTRAL_RATE, _NEUTRAL_HEARD = 0.5, 30.0, 0.5, 2.0

_DAY_US: Final = 24 * H_US

# Sums over her other silences are rounded, since their last digits hang on what else is judged beside.
_DIGITS: Final = 9
# Of a ship's other silences under way, what is usual where little is known of her: so many silences of a middling ship.
_USUAL_FACTOR, _USUAL_SILENCES = 2.0, 3.0


def terms(
    silences: Silences, paths: Paths, found: Exposure, full_rate: Floats, fishes: Flags, ports_nm: tuple[Floats, Floats]
) -> dict[str, Floats]:
    """The raw terms of each silence, by name; all but ``habit`` and ``history``, which need her other silences.

    Args:
        silences, paths, found: as elsewhere.
        full_rate: reports an hour of ships of her class where they are heard without a break.
        fishes: she said so some day of the period.
        ports_nm: distance to the nearest known place at off and at on.
    """
    s = silences
    off_kn, on_kn = np.nan_to_num(s.off_kn), np.nan_to_num(s.on_kn)
    way = (off_kn > UNDER_WAY_KN).astype(np.float64)
    off_port_nm, on_port_nm = ports_nm
    still_in_port = (np.nan_to_num(s.off_kn, nan=9.0) < _STILL_KN) & (off_port_nm < PORT_NM)
    slack_h = np.where(s.open, s.hours, np.maximum(s.hours - s.nm / s.knots, 0.0))
    lbf = np.minimum(log_factor(found, paths.weights, s.hours), _MOST_FACTOR)
    course = bearing(s.off_lat, s.off_lon, s.on_lat, s.on_lon)
    nowhere = s.open | (s.nm < _NO_COURSE_NM)
    off_cos = _cosine(course, s.off_course, nowhere | (way == 0))
    on_cos = _cosine(course, s.on_course, nowhere | (on_kn <= UNDER_WAY_KN))
    return {
        "factor": lbf,
        "factor_way": lbf * way,
        "factor_rest": lbf * (1.0 - way),
        "unexplained": np.maximum(np.log(-np.expm1(-np.maximum(lbf, 1e-9))), _LEAST_UNEXPLAINED),
        "first": found.first.min(axis=1),
        "last": np.where(s.open, _NEUTRAL_HEARD, found.last.min(axis=1)),
        "outage": np.maximum(np.log1p(found.usual) - np.log1p(found.ashore[:, DIRECT_PATH]), 0.0),
        "log_hours": np.log(s.hours),
        "log_slack": np.log1p(slack_h) * way,
        "log_nm": np.log1p(np.where(s.open, 0.0, s.nm)),
        "off_port_nm": np.minimum(off_port_nm, _FAR_NM),
        "on_port_nm": np.where(s.open, _NEUTRAL_PORT_NM, np.minimum(on_port_nm, _FAR_NM)),
        "off_course": off_cos,
        "on_course": on_cos,
        "off_rate": _rate(s.off_1h, full_rate),
        "on_rate": np.where(s.open, _NEUTRAL_RATE, _rate(s.on_1h, full_rate)),
        "way": way,
        "way_after": np.where(s.open, 0.5, on_kn > UNDER_WAY_KN),
        "moored": ((s.off_nav == MOORED) | (np.nan_to_num(s.off_kn, nan=9.0) < _MOORED_KN)).astype(np.float64),
        "alongside": (still_in_port & (s.open | (s.nm < PORT_NM))).astype(np.float64),
        "left_port": (still_in_port & ~s.open & (s.nm >= PORT_NM)).astype(np.float64),
        "class_b": s.class_b.astype(np.float64),
        "fishing": ((s.off_nav == FISHING) | fishes).astype(np.float64),
        "shared": (s.tracks > 1).astype(np.float64),
    }


def _cosine(course: Floats, said: Floats, unknown: npt.NDArray[np.bool_]) -> Floats:
    """How well a course points along the way that was made: 1 along it, -1 against it."""
    return np.where(unknown | np.isnan(said), _NEUTRAL_COS, np.cos(course - np.radians(np.nan_to_num(said))))


def _rate(reports: Floats, full_rate: Floats) -> Floats:
    """Reports of an hour as a share of what ships send that are heard without a break; the middle where that is not known."""
    return np.where(np.isnan(full_rate), _NEUTRAL_RATE, np.minimum(reports / full_rate, _MOST_RATE))


def habit(s: Silences, factor: Floats, way: Flags, counted: Flags) -> Floats:
    """How much more surprising a silence is than her others under way: a weak transmitter is silent often, and as surprisingly.

    The difference of ln(1 + factor) from the mean of her others, which is drawn towards that of a middling ship.

    Args:
        s: silences. factor: log Bayes factor of each. way: she was under way at off.
        counted: which count as others: of them those of the same 30 days and of those beside
            (`blocks.BLOCK_DAYS`), so that a long archive costs no more than a short one.
    """
    value = np.log1p(factor)
    counted = counted & way & ~s.open
    own = np.where(counted, value, 0.0)
    sums = _about(s, own) - own
    others = _about(s, counted.astype(np.float64)) - counted
    usual = (sums + _USUAL_SILENCES * np.log1p(_USUAL_FACTOR)) / (others + _USUAL_SILENCES)
    return np.asarray(np.round(value - usual, _DIGITS))


def earlier(s: Silences, p: Floats, counted: Flags) -> Floats:
    """ln(1 + the sum of the probabilities of the ship's earlier silences that are over), of those above `PROBABLE`.

    Args:
        s: silences. p: first probability of each.
        counted: which count: of them those of the same 30 days (`blocks.BLOCK_DAYS`) and of the 30 before.
    """
    ship = _tracks(s)
    value = np.where(counted & ~s.open & (p > PROBABLE), p, 0.0)
    block = _block(s)
    order = np.lexsort((s.off_us, block, ship))
    first = np.append(True, (np.diff(ship[order]) != 0) | (np.diff(block[order]) != 0)) if len(order) else order
    running = np.cumsum(value[order])
    before = np.repeat((running - value[order])[first], np.diff(np.append(np.flatnonzero(first), len(order))))
    found = np.zeros(len(s))
    found[order] = running - value[order] - before
    found += _sums(s, value)(-1)
    return np.log1p(np.round(np.maximum(found, 0.0), _DIGITS))


def _about(s: Silences, values: Floats) -> Floats:
    """Sums over the silences of the same track in the same block of days and the two beside it."""
    sums = _sums(s, values)
    return np.asarray(sums(-1) + sums(0) + sums(1))


def _sums(s: Silences, values: Floats) -> Callable[[int], Floats]:
    """Gives for each silence the sum over its track's silences that lie so many blocks of days later."""
    block = _block(s)
    low = int(block.min(initial=0))
    width = int(block.max(initial=0)) - low + 3
    key = _tracks(s) * width + (block - low + 1)
    keys, at = np.unique(key, return_inverse=True)
    sums = np.bincount(at, values, minlength=len(keys))

    def of(later: int) -> Floats:
        found = np.minimum(np.searchsorted(keys, key + later), max(len(keys) - 1, 0))
        return np.where(keys[found] == key + later, sums[found], 0.0) if len(keys) else np.zeros(0)

    return of


def _block(s: Silences) -> Ints:
    return np.asarray(s.off_us // _DAY_US // BLOCK_DAYS)


def _tracks(s: Silences) -> Ints:
    return np.asarray(np.unique(s.mmsi.astype(np.int64) << 16 | s.track.astype(np.int64), return_inverse=True)[1])
