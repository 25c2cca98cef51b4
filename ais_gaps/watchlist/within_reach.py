"""The watched places that silent ships could have called at, silence by silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.gaps.stitch import BARE_GAPS
from ais_gaps.moments import at
from ais_gaps.reach import callable_places, cut, reach
from ais_gaps.reach.prism import Ways
from ais_gaps.reach.speed import Speed

Row = Mapping[str, Any]
UNDER_WAY_CENTIKNOTS = 100  # as `reach.courses`: a slower ship's course over ground is noise
MOST = 10
"""Places that are told of a silence; the others are counted."""


@dataclass(frozen=True)
class Within:
    """What a silence left time for.

    Attributes:
        first: the place that agrees best with where she was and was heading; None where none is within reach.
        slack_h: hours that a call there would have left. count: places within reach, of the leg with the most of them.
        places: names by id of those told.
    """

    first: str | None
    slack_h: float | None
    count: int
    places: Mapping[str, str]


def within(
    gaps: Sequence[Row],
    bare: pa.Table,
    sightings: Sequence[Sequence[Any]],
    speeds: Mapping[int, Speed],
    places: pa.Table,
    sea: Ways,
) -> list[Within]:
    """What each silence left time for.

    Args:
        gaps: rows of `schema.GAPS`. bare: the same as `BARE_GAPS`. sightings: fixes that cut each.
        speeds: by MMSI. places: as `places.shipped` gives them: only watched ones count. sea: gives ways along the sea.
    """
    targets = callable_places(places.filter(pc.fill_null(places["watched"], False)))
    spans = [cut(gap, fixes) for gap, fixes in zip(gaps, sightings, strict=True)]
    flat = [span for of_gap in spans for span in of_gap]
    found = iter(reach(flat, speeds, _courses(bare), targets, sea, listed=MOST))
    out = []
    for of_gap in spans:
        legs = [next(found) for _ in of_gap]
        told = [place for leg in legs for place in leg.places]
        best = max(told, key=lambda place: place.share, default=None)
        out.append(
            Within(
                None if best is None else best.place,
                None if best is None else best.slack_h,
                max((leg.total for leg in legs), default=0),
                {place.place_id: place.place for place in told},
            )
        )
    return out


def _courses(bare: pa.Table) -> dict[tuple[int, Any], float]:
    """The course of each report that bounds a silence, by MMSI and time, where she was under way (as `reach.courses`).

    Where no course was sent, that which was made good.
    """
    assert bare.schema.equals(BARE_GAPS)
    found = {}
    for end in ("off", "on"):
        names = ("mmsi", f"{end}_us", *(f"{end}_{name}" for name in ("sog", "cog", "made_sog", "made_cog")))
        for mmsi, us, *ways in zip(*(bare[name].to_pylist() for name in names), strict=True):
            sog, cog = (sent if sent is not None else made for sent, made in zip(ways[:2], ways[2:], strict=True))
            if us is not None and cog is not None and sog is not None and sog >= UNDER_WAY_CENTIKNOTS:
                found[(mmsi, at(us))] = cog / 100.0
    return found
