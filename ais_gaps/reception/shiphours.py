"""Ship-hours: the clock hours in which a ship was about, each with where she was and whether she was heard.

An hour of the UTC clock counts for a ship where she was heard in an earlier hour, and was heard again in it or after it, the two
fixes no more than `LONGEST_S` apart. So the hour in which a ship is first heard, after nothing or after a longer silence, does not
count: it is there only because she was heard, and would make a sea in which ships are heard once a week look like one in
which they are always heard. Nor do hours across a move that no ship makes (two ships on one MMSI, an impossible fix).

Everything about an hour follows from the ship's last fix before its silence and the fixes of the hour that ends it. That is why
days add up: whoever counts a day needs of each ship only her last fix before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ais_gaps.reception import cells
from ais_gaps.reception.fixes import Fixes
from ais_gaps.schema import RECEIVERS
from ais_gaps.summary.kernel import is_jump

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HOUR_S: Final = 3600
LONGEST_S: Final = 24 * HOUR_S
"""Inside a longer silence a ship may have been anywhere, or off."""
MOVING_NM: Final = 0.7
"""A ship that makes more than this in an hour is moving."""

_LEAST_H: Final = 0.25  # a speed over less time would be made of the error of positions
_RADIUS_NM: Final = 6_371_008.8 / 1852.0  # mean radius of the Earth (Moritz 2000, Geodetic Reference System 1980)
_AT_ONCE: Final = 1 << 17  # stretches between heard hours; memory is bounded by 24 times as many ship-hours
_TERRESTRIAL, _SATELLITE = (1 << RECEIVERS.index(word) for word in ("terrestrial", "satellite"))


@dataclass(frozen=True)
class ShipHours:
    """Arrays of one length, a ship-hour each.

    Attributes:
        hour: hours since 1970 UTC.
        cell: `cells.FINE` cell of where she was in the middle of the hour; after her last fix of a heard hour she stays there.
        ais_class: code of her class, as the fix says that ends the silence or begins the heard hour.
        moving: she made more than `MOVING_NM` an hour.
        heard, terrestrial, satellite: she was heard at all, by a terrestrial receiver, by satellite.
        kinds: whether the hour that she was heard in next says what kind of receiver heard her: else nothing is known of kinds.
    """

    hour: Ints
    cell: Ints
    ais_class: Ints
    moving: Flags
    heard: Flags
    terrestrial: Flags
    satellite: Flags
    kinds: Flags


def ship_hours(fixes: Fixes) -> Iterator[ShipHours]:
    """The ship-hours of some fixes, a bounded number at a time, by ship and time.

    Args:
        fixes: of whole ships; or of whole UTC days of ships, and before them the last earlier fix of each ship (`Fixes.tail`).
    """
    if not len(fixes):
        return
    hour = fixes.ts // HOUR_S
    first = np.flatnonzero(np.append(True, (hour[1:] != hour[:-1]) | (fixes.mmsi[1:] != fixes.mmsi[:-1])))
    last = np.append(first[1:], len(fixes)) - 1
    heard_by = np.bitwise_or.reduceat(np.left_shift(1, fixes.receiver.astype(np.int64)), first)
    early = np.add.reduceat((fixes.ts % HOUR_S < HOUR_S // 2).astype(np.int64), first)
    off, on = last[:-1], first[1:]
    silence_s = fixes.ts[on].astype(np.int64) - fixes.ts[off]
    kept = np.flatnonzero((fixes.mmsi[on] == fixes.mmsi[off]) & (silence_s <= LONGEST_S))
    kept = kept[~_jumps(fixes, off[kept], on[kept])]
    for start in range(0, len(kept), _AT_ONCE):
        some = kept[start : start + _AT_ONCE]
        yield _between(fixes, _Stretches(off[some], on[some], last[some + 1], early[some + 1], heard_by[some + 1]))


@dataclass(frozen=True)
class _Stretches:
    """From a ship's last fix of a heard hour to her next heard hour: indexes of fixes.

    ``off`` is the last fix of the one, ``on`` and ``last`` are the first and last of the other; ``early`` counts its fixes before
    its middle, ``heard_by`` has a bit for each kind of receiver that heard her in it.
    """

    off: Ints
    on: Ints
    last: Ints
    early: Ints
    heard_by: Ints


def _between(fixes: Fixes, stretches: _Stretches) -> ShipHours:
    """The hours of each stretch: those in which she was not heard, and at its end the one in which she was."""
    off, on = stretches.off, stretches.on
    begins = fixes.ts[off].astype(np.int64) // HOUR_S
    count = fixes.ts[on].astype(np.int64) // HOUR_S - begins
    of = np.repeat(np.arange(len(off)), count)
    ends = np.cumsum(count)
    hour = begins[of] + 1 + np.arange(len(of)) - (ends - count)[of]
    heard = np.zeros(len(of), np.bool_)
    heard[ends - 1] = True
    left, right = off[of], on[of]
    left[ends - 1], right[ends - 1] = _around_the_middle(stretches)
    lat, lon = _position(fixes, left, right, hour * HOUR_S + HOUR_S // 2)
    heard_by = stretches.heard_by[of]
    return ShipHours(
        hour,
        cells.of(lat, lon),
        fixes.ais_class[on[of]],
        _moving(fixes, stretches, of, ends - 1),
        heard,
        heard & (heard_by & _TERRESTRIAL > 0),
        heard & (heard_by & _SATELLITE > 0),
        heard_by & (_TERRESTRIAL | _SATELLITE) > 0,
    )


def _around_the_middle(stretches: _Stretches) -> tuple[Ints, Ints]:
    """The fixes before and after the middle of each stretch's heard hour; her last one twice where it came before."""
    # The fix before the first of an hour is the last before the silence.
    after = stretches.on + stretches.early
    return after - 1, np.minimum(after, stretches.last)


def _moving(fixes: Fixes, stretches: _Stretches, of: Ints, ends: Ints) -> Flags:
    """Whether she moved: by her speed over the silence; in the heard hour by that of the hour up to her last fix in it.

    Where that hour would reach back beyond the fix before the silence, it begins there.
    """
    off, on, last = stretches.off, stretches.on, stretches.last
    by_silence = _faster(
        _vectors(fixes.lat[off], fixes.lon[off]), _vectors(fixes.lat[on], fixes.lon[on]), fixes.ts[on] - fixes.ts[off]
    )
    since = np.maximum(fixes.ts[last].astype(np.int64) - HOUR_S, fixes.ts[off])
    start = _vectors(*_position(fixes, off, on, since))
    moving: Flags = by_silence[of]
    moving[ends] = _faster(start, _vectors(fixes.lat[last], fixes.lon[last]), fixes.ts[last] - since)
    return moving


def _faster(a: Floats, b: Floats, seconds: Ints) -> Flags:
    """Whether a way was made at more than `MOVING_NM` an hour."""
    return np.asarray(_apart_nm(a, b) > MOVING_NM * np.maximum(seconds / HOUR_S, _LEAST_H))


def _position(fixes: Fixes, left: Ints, right: Ints, at_s: Ints) -> tuple[Ints, Ints]:
    """Where a ship was between two of her fixes, at a constant speed along the great circle; millionths of a degree.

    Beyond the later fix, and across a move that no ship makes, she is where that fix is.
    """
    since, until = fixes.ts[left].astype(np.int64), fixes.ts[right].astype(np.int64)
    share = np.clip((at_s - since) / np.maximum(until - since, 1), 0.0, 1.0)
    share[_jumps(fixes, left, right)] = 1.0
    a, b = _vectors(fixes.lat[left], fixes.lon[left]), _vectors(fixes.lat[right], fixes.lon[right])
    angle = _apart_nm(a, b) / _RADIUS_NM
    whole = np.sin(angle)
    near = whole < 1e-9  # the same place, or opposite ones, which is a jump: no sine to divide by
    divisor = np.where(near, 1.0, whole)
    by_a = np.where(near, 1.0 - share, np.sin((1.0 - share) * angle) / divisor)
    by_b = np.where(near, share, np.sin(share * angle) / divisor)
    x, y, z = a * by_a + b * by_b
    lat, lon = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    # Whole millionths: the last bits of a sine decide no cell.
    return np.rint(lat * 1e6).astype(np.int64), np.rint(lon * 1e6).astype(np.int64)


def _jumps(fixes: Fixes, left: Ints, right: Ints) -> Flags:
    """Where the way between two fixes is longer than a ship can make."""
    move = (fixes.lat[left], fixes.lon[left], fixes.lat[right], fixes.lon[right])
    return np.asarray(is_jump(move, (fixes.ts[right].astype(np.int64) - fixes.ts[left]) / HOUR_S), np.bool_)


def _vectors(lat: Ints, lon: Ints) -> Floats:
    """Positions in millionths of a degree on the unit sphere, shape (3, n)."""
    phi, lam = np.radians(lat * 1e-6), np.radians(lon * 1e-6)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _apart_nm(a: Floats, b: Floats) -> Floats:
    """Great-circle distance on the sphere in nautical miles: within 0.6 percent, also across the antimeridian and the poles."""
    chord = np.sqrt(((a - b) ** 2).sum(axis=0))
    return np.asarray(2.0 * np.arcsin(np.minimum(chord / 2.0, 1.0)) * _RADIUS_NM)
