"""Straits, canals and rivers that ships pass and that the coast's scale closes or a lattice may miss: they are open.

`data/passages.csv` holds them as lines by hand, each from open water to open water: name, kind (strait, canal or river),
and "lat lon; lat lon; ..." in degrees, good to about a mile where the water is narrow; bends of rivers are cut short. Lines that
share a corner meet there. A way may follow such a line over what the map calls land. Nothing is said of depth, locks, ice,
fees or leave to pass.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.geodesy import distance_nm

FILE: Final = Path(__file__).resolve().parent.parent / "data" / "passages.csv"
SPACING_NM: Final = 1.0
"""The lines are cut into pieces no longer than this."""


@dataclass(frozen=True)
class Passage:
    """One line, from open water to open water."""

    name: str
    kind: str
    lat: tuple[float, ...]
    lon: tuple[float, ...]


@dataclass(frozen=True)
class Chain:
    """Points along all passages.

    Attributes:
        lat, lon: degrees. passage: number of the passage that each belongs to, in the order of the file.
        start, end, nm: numbers of points that are joined, and how far apart they are.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    passage: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    nm: NDArray[np.float64]


@cache
def passages() -> tuple[Passage, ...]:
    """All of them, as the file has them."""
    found = []
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            points = [tuple(map(float, point.split())) for point in row["points"].split(";")]
            lat, lon = zip(*points, strict=True)
            found.append(Passage(row["name"], row["kind"], lat, lon))
    return tuple(found)


@cache
def version() -> str:
    """A short hash of the file, for the keys of what is derived from it."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:16]


@cache
def chain() -> Chain:
    """The points of all passages, close together."""
    lat, lon, passage = [], [], []
    for number, line in enumerate(passages()):
        corners = np.array([line.lat, line.lon])
        legs_nm = distance_nm(corners[0, :-1], corners[1, :-1], corners[0, 1:], corners[1, 1:])
        for leg, length_nm in enumerate(legs_nm):
            pieces = max(1, int(np.ceil(length_nm / SPACING_NM)))
            share = np.arange(pieces) / pieces
            step = corners[:, leg + 1] - corners[:, leg]
            lat.append(corners[0, leg] + share * step[0])
            lon.append(corners[1, leg] + share * step[1])
            passage.append(np.full(pieces, number))
        lat.append(corners[0, -1:])
        lon.append(corners[1, -1:])
        passage.append(np.array([number]))
    all_lat, all_lon, of = np.concatenate(lat), np.concatenate(lon), np.concatenate(passage)
    on = np.flatnonzero(of[1:] == of[:-1])
    order = np.lexsort((of, all_lon, all_lat))
    meet = np.flatnonzero((np.diff(all_lat[order]) == 0.0) & (np.diff(all_lon[order]) == 0.0))
    start, end = np.concatenate([on, order[meet]]), np.concatenate([on + 1, order[meet + 1]])
    nm = distance_nm(all_lat[start], all_lon[start], all_lat[end], all_lon[end])
    return Chain(all_lat, all_lon, of, start, end, nm)
