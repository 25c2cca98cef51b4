"""Texts on a picture: from strangers, so on one line, of bounded length, and only in letters that the font has."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
from anyascii import anyascii
from matplotlib.font_manager import FontProperties, findfont, get_font

from ais_gaps.plain import plain

AS_IT_IS: Final[dict[str, Any]] = {"parse_math": False, "usetex": False}
"""Properties of every text that a stranger wrote: a $ in it is a $."""

_BOX: Final = "\N{WHITE SQUARE}"


def shown(text: str, most: int = 40) -> str:
    """A text fit to be drawn: one line, at most so many letters, what the font lacks in Latin letters or as a box."""
    line = " ".join(plain(text[: 20 * most]).split())
    path = findfont(FontProperties())
    drawn = "".join(letter if letter.isascii() else _drawn(letter, path) for letter in line[: most + 1])
    return drawn if len(drawn) <= most else drawn[: most - 1].rstrip() + "…"


@lru_cache(maxsize=4096)
def _drawn(letter: str, path: str) -> str:
    has = get_font(path).get_char_index
    if has(ord(letter)):
        return letter
    return anyascii(letter) or (_BOX if has(ord(_BOX)) else "?")


def vessel(name: str | None, mmsi: int) -> str:
    """What a vessel is called: name and MMSI, as far as known."""
    number = f"MMSI {mmsi}" if mmsi > 0 else ""
    if name is None:
        return number or "a vessel without name or MMSI"
    return f"{shown(name, 28)} ({number})" if number else shown(name, 28)


def period(*times: np.ndarray[Any, Any]) -> str:
    """First and last day of some times, UTC; "" where there are none."""
    all_times = np.concatenate(times)
    known = all_times[~np.isnat(all_times)]
    if not len(known):
        return ""
    first, last = (str(edge.astype("datetime64[D]")) for edge in (known.min(), known.max()))
    return f"{first} UTC" if first == last else f"{first} to {last} UTC"


def many(number: int, one: str, several: str | None = None) -> str:
    """A number with its noun: 1 silence, 2,220 silences."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
