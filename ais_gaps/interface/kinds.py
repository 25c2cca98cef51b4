"""What kinds of rows there are: their columns, which of them are shown first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from ais_gaps.schema import Column


@dataclass(frozen=True)
class Kind:
    """A kind of rows.

    Attributes:
        name: such as gaps.
        shown: columns that are shown first.
        columns: as they are declared; none where that is up to the question.
    """

    name: str
    shown: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()

    @property
    def schema(self) -> Mapping[str, pa.Field]:
        """The declared fields by name."""
        return {c.name: pa.field(c.name, c.type, c.nullable) for c in self.columns}


ANSWER = Kind("answer")
"""What a query in SQL gives."""


@cache
def kind(name: str) -> Kind:
    """A kind by name; any other is like `ANSWER`."""
    from ais_gaps import schema
    from ais_gaps.evidence import tables
    from ais_gaps.heard import TABLE as TRACK
    from ais_gaps.place_features import TABLE as PLACES
    from ais_gaps.vessels import TABLE as VESSELS
    from ais_gaps.watch.columns import VERDICTS, WATCHED
    from ais_gaps.watchlist.columns import CHANGES, WATCHLIST

    times = ("name", "mmsi", "off_ts", "off_place", "on_ts", "on_place", "duration_h", "p_switched_off", "cause")
    seen = ("date_start", "ts", "place", "kind", "count", "vessels_named", "publisher", "url")
    found: dict[str, Kind] = {
        "gaps": Kind("gaps", times, schema.GAPS.columns),
        "track": Kind("track", (), TRACK.columns),
        "reach": Kind(
            "reach",
            ("name", "leg", "rank", "place", "watched", "slack_h", "share", "out_nm", "earliest_arrival"),
            schema.REACH.columns,
        ),
        "reception": Kind("reception", (), schema.RECEPTION.columns),
        "outages": Kind(
            "outages",
            ("kind", "place", "from_ts", "to_ts", "duration_h", "ships_heard", "ships_expected"),
            schema.OUTAGES.columns,
        ),
        "sources": Kind(
            "sources",
            ("file", "provider", "rows_read", "rows_kept", "rows_duplicate", "rows_rejected", "first_ts", "last_ts"),
            schema.SOURCES.columns,
        ),
        "rejects": Kind("rejects", (), schema.REJECTS.columns),
        "observations": Kind("observations", seen, tables.OBSERVATIONS.columns),
        "looks": Kind(
            "looks",
            ("date_start", "ts", "place", "saw", "nothing_seen", "sensor", "publications"),
            tables.LOOKS.columns,
        ),
        "listings": Kind("listings", (), tables.LISTINGS.columns),
        "watchlist": Kind("watchlist", ("rank", "state", "name", "mmsi", "why"), WATCHLIST.columns),
        "changes": Kind("changes", ("kind", "name", "mmsi", "text"), CHANGES.columns),
        "watched": Kind("watched", ("kind", "value", "label", "because", "author", "at"), WATCHED.columns),
        "verdicts": Kind("verdicts", ("gap_id", "verdict", "because", "author", "at"), VERDICTS.columns),
        "ingested": Kind(
            "ingested",
            (
                "file",
                "reader",
                "rows_read",
                "rows_kept",
                "rows_duplicate",
                "rows_rejected",
                "rejected_by_reason",
                "error",
            ),
        ),
        "places": Kind("places", ("name", "kind", "country", "watched", "lat", "lon", "radius_nm"), PLACES.columns),
        "vessels": Kind(
            "vessels", ("name", "imo", "mmsi", "flag", "reason", "first_ts", "last_ts", "reports"), VESSELS.columns
        ),
    }
    return found.get(name, ANSWER if name == "answer" else Kind(name))
