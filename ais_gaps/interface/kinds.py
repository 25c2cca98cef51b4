"""What kinds of rows there are: their columns, which of them are shown first, and where their place stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pyarrow as pa

from ais_gaps.schema import Column

Place = Literal["span", "point", "outline", "cell", "none"]
"""Where rows have their place: from off to on, at lat and lon, in an outline or else at lat and lon, in a cell, nowhere."""


@dataclass(frozen=True)
class Kind:
    """A kind of rows.

    Attributes:
        name: such as gaps.
        shown: columns that are shown first.
        place: where the place of a row stands.
        columns: as they are declared; none where that is up to the question.
    """

    name: str
    shown: tuple[str, ...] = ()
    place: Place = "none"
    columns: tuple[Column, ...] = ()

    @property
    def schema(self) -> Mapping[str, pa.Field]:
        """The declared fields by name."""
        return {c.name: pa.field(c.name, c.type, c.nullable) for c in self.columns}


ANSWER = Kind("answer", place="point")
"""What a query in SQL gives."""


@cache
def kind(name: str) -> Kind:
    """A kind by name; any other is like `ANSWER`."""
    from ais_gaps import schema
    from ais_gaps.evidence import tables
    from ais_gaps.heard import TRACK
    from ais_gaps.watch.columns import VERDICTS, WATCHED
    from ais_gaps.watchlist.columns import CHANGES, WATCHLIST

    times = ("name", "mmsi", "off_ts", "off_place", "on_ts", "on_place", "duration_h", "p_switched_off", "cause")
    seen = ("date_start", "ts", "place", "kind", "count", "vessels_named", "publisher", "url")
    found: dict[str, Kind] = {
        "gaps": Kind("gaps", times, "span", schema.GAPS.columns),
        "track": Kind("track", (), "point", TRACK),
        "reach": Kind(
            "reach",
            ("name", "leg", "rank", "place", "watched", "slack_h", "share", "out_nm", "earliest_arrival"),
            "point",
            schema.REACH.columns,
        ),
        "reception": Kind("reception", (), "cell", schema.RECEPTION.columns),
        "outages": Kind(
            "outages",
            ("kind", "place", "from_ts", "to_ts", "duration_h", "ships_heard", "ships_expected"),
            "point",
            schema.OUTAGES.columns,
        ),
        "sources": Kind(
            "sources",
            ("file", "provider", "rows_read", "rows_kept", "rows_duplicate", "rows_rejected", "first_ts", "last_ts"),
            "none",
            schema.SOURCES.columns,
        ),
        "rejects": Kind("rejects", (), "none", schema.REJECTS.columns),
        "observations": Kind("observations", seen, "point", tables.OBSERVATIONS.columns),
        "looks": Kind(
            "looks", ("date_start", "ts", "place", "saw", "nothing_seen", "sensor", "publications"), "point", tables.LOOKS.columns
        ),
        "listings": Kind("listings", (), "none", tables.LISTINGS.columns),
        "watchlist": Kind("watchlist", ("rank", "state", "name", "mmsi", "why"), "span", WATCHLIST.columns),
        "changes": Kind("changes", (), "none", CHANGES.columns),
        "watched": Kind("watched", ("kind", "value", "label", "because", "author", "at"), "none", WATCHED.columns),
        "verdicts": Kind("verdicts", ("gap_id", "verdict", "because", "author", "at"), "none", VERDICTS.columns),
        "ingested": Kind(
            "ingested",
            ("source", "reader", "rows_read", "rows_kept", "rows_duplicate", "rows_rejected", "rejected_by_reason", "error"),
        ),
        "places": Kind("places", ("name", "kind", "country", "watched", "lat", "lon", "radius_nm"), "outline"),
        "vessels": Kind("vessels", ("name", "imo", "mmsi", "flag", "reason", "first_ts", "last_ts", "reports")),
    }  # fmt: skip
    return found.get(name, ANSWER if name == "answer" else Kind(name))
