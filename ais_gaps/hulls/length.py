"""How well a ship's length answers the length that a source states of a hull."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ais_gaps.hulls.model import Floats, Hull
from ais_gaps.hulls.priors import LENGTH_OUT_SIGMAS, LENGTH_SIGMA, LENGTH_SPREAD


def nats(hull: Hull, length_m: ArrayLike) -> Floats:
    """The weight of each length: the density of the stated length for it over that for a ship of unknown length.

    A normal curve in the logarithm of the length; a stated range widens it by its own variance. 0 where either length is not
    known (NaN), or where the range is wider than what is known of ships at large.
    """
    lengths = np.asarray(length_m, np.float64)
    low, high = stated(hull)
    if low is None or high is None:
        return np.zeros(lengths.shape)
    width = math.sqrt(LENGTH_SIGMA**2 + math.log(high / low) ** 2 / 12.0)
    if width >= LENGTH_SPREAD:
        return np.zeros(lengths.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.log(lengths) - math.log(low * high) / 2.0
    found = math.log(LENGTH_SPREAD / width) - (off / width) ** 2 / 2.0
    return np.where(np.isfinite(found), found, 0.0)


def ruled_out(hull: Hull, length_m: ArrayLike) -> NDArray[np.bool_]:
    """True where a known length is too far off the stated one to be it."""
    lengths = np.asarray(length_m, np.float64)
    low, high = stated(hull)
    if low is None or high is None:
        return np.zeros(lengths.shape, np.bool_)
    room = math.exp(LENGTH_OUT_SIGMAS * LENGTH_SIGMA)
    with np.errstate(invalid="ignore"):
        return (lengths > 0) & ((lengths * room < low) | (lengths > high * room))


def stated(hull: Hull) -> tuple[float | None, float | None]:
    """The least and greatest stated length; one alone stands for both; what is no length is none."""
    known = [m for m in (hull.length_min_m, hull.length_max_m) if m is not None and m > 0.0]
    return (min(known), max(known)) if known else (None, None)
