"""One question for reach, answered whole: gaps of any number of vessels, cut by what names them, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from ais_gaps.reach.legs import Span, courses, cut, end_of
from ais_gaps.reach.model import Reachable
from ais_gaps.reach.places import LISTED, Reach, reach
from ais_gaps.reach.prism import Ways
from ais_gaps.reach.sightings import fixes
from ais_gaps.reach.speed import Speed, Sql, speeds
from ais_gaps.schema import REACH

Row = Mapping[str, Any]


def ask(
    gaps: pa.Table,
    observations: Sequence[Row],
    located: Mapping[str, Row],
    lengths_m: Mapping[int, float | None],
    places: pa.Table,
    sea: Ways,
    sql: Sql,
    *,
    listed: int = LISTED,
    as_of: datetime | None = None,
) -> pa.Table:
    """The places within reach on every leg of the given gaps (`schema.REACH`), by gap, leg and rank.

    Args:
        gaps: rows of `schema.GAPS`.
        observations: rows of evidence; those that name a vessel cut her gaps.
        located: places of observations by id.
        lengths_m: length by MMSI, for ships whose own speed is not known.
        places: where ships may have called (`callable_places`).
        sea: gives ways along the sea.
        sql: asks the archive.
        listed: places of a leg at most.
        as_of: the present of the question: later reports tell no speed.
    """
    rows = gaps.to_pylist()
    observations = [row for row in observations if row["vessel_imos"] or row["vessel_mmsis"]]
    spans = [span for gap in rows for span in _legs(gap, observations, located)]
    kinds = {gap["mmsi"]: gap["ship_type"] for gap in rows}
    kept = speeds(sql, [(mmsi, kind, lengths_m.get(mmsi)) for mmsi, kind in sorted(kinds.items())], as_of)
    found = reach(spans, kept, courses(sql, spans), places, sea, listed=listed)
    told = [
        _row(span, of_leg, place, kept[span.gap["mmsi"]])
        for span, of_leg in zip(spans, found, strict=True)
        for place in of_leg.places
    ]
    return pa.Table.from_pylist(told, schema=REACH.arrow)


def _legs(gap: Row, observations: Sequence[Row], located: Mapping[str, Row]) -> Iterator[Span]:
    naming, _ = fixes(observations, located, gap["imo"], (gap["mmsi"],), gap["off_ts"], end_of(gap))
    yield from cut(gap, naming)


def _row(span: Span, of_leg: Reach, place: Reachable, speed: Speed) -> dict[str, Any]:
    gap = span.gap
    return {
        **{name: getattr(place, name) for name in REACH.names if hasattr(place, name)},
        "gap_id": gap["gap_id"],
        "leg": span.number,
        "mmsi": gap["mmsi"],
        "imo": gap["imo"],
        "name": gap["name"],
        "start_ts": span.start.earliest,
        "start_place": span.start.place,
        "end_ts": span.until,
        "end_place": span.end.place if span.end else None,
        "open": span.end is None,
        "speed_kn": speed.kn,
        "speed_basis": speed.basis,
        "places": of_leg.total,
        "reasons": [f"{term.text} ({term.nats:+.2f})" for term in place.terms],
    }
