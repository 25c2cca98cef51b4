"""Which figure shows which rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from ais_gaps.errors import UsageError

if TYPE_CHECKING:
    from ais_gaps.inline import Inline
    from ais_gaps.interface.rows import About


def map_of(rows: pa.Table, about: About) -> Inline:
    """A map of rows of a kind that has a place.

    Raises:
        UsageError: it has none.
    """
    from ais_gaps import inline

    match about.kind:
        case "gaps" | "watchlist":
            return inline.gaps_map(rows, notes=about.notes)
        case "track":
            return inline.track_map(rows, notes=about.notes)
        case "reach":
            return inline.reach_map(rows, notes=about.notes)
        case "reception":
            return inline.reception_map(rows, notes=about.notes)
        case "observations" | "looks":
            return inline.observations_map(rows, notes=about.notes)
        case "places":
            return inline.places_map(rows, notes=about.notes)
    raise UsageError(f"there is no map of {about.kind}; with GeoPandas, .explore() and .plot() draw any geometry")


def timeline_of(rows: pa.Table, about: About) -> Inline:
    """Silences along the time.

    Raises:
        UsageError: the rows are none.
    """
    from ais_gaps import inline

    if about.kind not in ("gaps", "watchlist"):
        raise UsageError(f"there is no timeline of {about.kind}, only of gaps and of a watchlist's rows")
    return inline.timeline(rows, notes=about.notes)
