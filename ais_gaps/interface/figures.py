"""Which figure shows which rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from ais_gaps.errors import UsageError

if TYPE_CHECKING:
    from ais_gaps.inline import Inline
    from ais_gaps.interface.rows import About


_SILENCE = ("mmsi", "off_ts", "on_ts", "open")
_ENDS = ("off_lat", "off_lon", "on_lat", "on_lon")
_DRAWN: Final = {
    "gaps": ("gaps_map", (*_SILENCE, *_ENDS)),
    "watchlist": ("gaps_map", (*_SILENCE, *_ENDS)),
    "track": ("track_map", ("mmsi", "ts", "lat", "lon")),
    "reach": ("reach_map", ("gap_id", "leg", "rank", "place", "lat", "lon", "start_ts", "end_ts")),
    "reception": ("reception_map", ("south", "west", "north", "east", "estimate")),
    "observations": ("observations_map", ("lat", "lon", "kind", "date_start")),
    "looks": ("observations_map", ("lat", "lon", "saw", "nothing_seen", "date_start")),
    "places": ("places_map", ("name", "lat", "lon", "watched")),
}
"""The map of `ais_gaps.inline` that shows rows of a kind, and the columns without which it would say what is not so."""
_TIMED: Final = {"gaps": _SILENCE, "watchlist": _SILENCE}
"""Kinds of rows that have a timeline, and the columns that it needs."""


def drawn(kind: str, columns: Collection[str]) -> bool:
    """Whether there is a map of such rows."""
    return kind in _DRAWN and set(_DRAWN[kind][1]) <= set(columns)


def timed(kind: str, columns: Collection[str]) -> bool:
    """Whether there is a timeline of such rows."""
    return kind in _TIMED and set(_TIMED[kind]) <= set(columns)


def map_of(rows: pa.Table, about: About) -> Inline:
    """A map of rows of a kind that has a place.

    Raises:
        UsageError: it has none.
    """
    from ais_gaps import inline

    if about.kind not in _DRAWN:
        raise UsageError(f"there is no map of {about.kind}; with GeoPandas, .explore() and .plot() draw any geometry")
    name, needed = _DRAWN[about.kind]
    _check(rows, needed, f"a map of {about.kind}")
    found: Inline = getattr(inline, name)(rows, notes=about.notes)
    return found


def timeline_of(rows: pa.Table, about: About) -> Inline:
    """Silences along the time.

    Raises:
        UsageError: the rows are none.
    """
    from ais_gaps import inline

    if about.kind not in _TIMED:
        raise UsageError(f"there is no timeline of {about.kind}, only of gaps and of a watchlist's rows")
    _check(rows, _TIMED[about.kind], "a timeline")
    found: Inline = inline.timeline(rows, notes=about.notes)
    return found


def _check(rows: pa.Table, needed: Sequence[str], figure: str) -> None:
    if missing := [name for name in needed if name not in rows.column_names]:
        raise UsageError(f"{figure} needs columns {', '.join(needed)}: there is no {', '.join(missing)}")
