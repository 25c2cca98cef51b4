"""Every table of an archive, declared once: columns with type, unit and one line of meaning.

Two forms exist of a table of reports: *stored* (compact integers, what lies in the Parquet parts) and *shown* (degrees, knots and
timestamps, what `Archive.sql` sees). Both are declared here; documentation and checks come from these declarations.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

UTC_US = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Column:
    """One column: name, Arrow type, unit ("" where there is none) and one line of meaning."""

    name: str
    type: pa.DataType
    unit: str
    meaning: str
    nullable: bool = True


@dataclass(frozen=True)
class Table:
    """One table: name, one line of meaning, columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.nullable) for c in self.columns])

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [c.name for c in self.columns]


KINDS = ("position", "no_position", "static")
"""What a report is: a position; a position message that says "not available"; a message without position by nature."""

RECEIVERS = ("unknown", "terrestrial", "satellite")
CLASSES = ("unknown", "A", "B")

COORDINATE_SCALE = 1_000_000
"""Stored units in a degree. AIS itself sends 1/600,000 degree (ITU-R M.1371-5, table 48), so distinct positions stay distinct."""

STORED_REPORTS = Table(
    "reports (stored)",
    "AIS messages as they lie in the parts, sorted by mmsi, ts, us, lat, lon and then the other columns in this order",
    (
        Column("mmsi", pa.int32(), "", "Maritime Mobile Service Identity", nullable=False),
        Column("ts", pa.int32(), "s", "seconds since 1970-01-01 UTC", nullable=False),
        Column(
            "us",
            pa.int32(),
            "us",
            "microseconds of the second; 0 from providers that give whole seconds",
            nullable=False,
        ),
        Column("lat", pa.int32(), "1e-6 degree", "latitude WGS84"),
        Column("lon", pa.int32(), "1e-6 degree", "longitude WGS84"),
        Column("sog", pa.int32(), "0.01 kn", "speed over ground"),
        Column("cog", pa.int32(), "0.01 degree", "course over ground"),
        Column("heading", pa.int16(), "degree", "true heading"),
        Column("nav_status", pa.int8(), "", "navigational status, ITU-R M.1371 code 0-15"),
        Column("msg_type", pa.int8(), "", "ITU-R M.1371 message number where the provider gives it"),
        Column("kind", pa.int8(), "", "index into " + ", ".join(KINDS), nullable=False),
        Column("transmitter", pa.int8(), "", "what sent it: index into itu.TRANSMITTERS", nullable=False),
        Column("ais_class", pa.int8(), "", "index into " + ", ".join(CLASSES), nullable=False),
        Column("receiver", pa.int8(), "", "index into " + ", ".join(RECEIVERS), nullable=False),
        Column("station", pa.string(), "", "receiving station as the provider names it"),
        Column("claim", pa.int64(), "", "what the sender said of itself in the same row: id in claims; null = nothing"),
        Column("source", pa.int32(), "", "number of the source in sources", nullable=False),
    ),
)

REPORTS = Table(
    "reports",
    "AIS messages in degrees and knots",
    (
        Column("mmsi", pa.int32(), "", "Maritime Mobile Service Identity"),
        Column("ts", UTC_US, "UTC", "time of the message"),
        Column("lat", pa.float64(), "degree", "latitude WGS84; null = not available"),
        Column("lon", pa.float64(), "degree", "longitude WGS84; null = not available"),
        Column("sog", pa.float64(), "kn", "speed over ground"),
        Column("cog", pa.float64(), "degree", "course over ground"),
        Column("heading", pa.int16(), "degree", "true heading"),
        Column("nav_status", pa.int8(), "", "navigational status, ITU-R M.1371 code 0-15"),
        Column("msg_type", pa.int8(), "", "ITU-R M.1371 message number where the provider gives it"),
        Column(
            "kind", pa.string(), "", "position, no_position (says 'not available') or static (no position by nature)"
        ),
        Column("transmitter", pa.string(), "", "ship, base_station, aton, aircraft, craft, ..."),
        Column("ais_class", pa.string(), "", "A, B or null"),
        Column("receiver", pa.string(), "", "terrestrial, satellite or null"),
        Column("station", pa.string(), "", "receiving station as the provider names it"),
        Column("claim", pa.int64(), "", "id in claims of what the sender said in the same row"),
        Column("source", pa.int32(), "", "number in sources"),
    ),
)

CLAIMS = Table(
    "claims",
    "what a transmitter said of itself, one row for each distinct saying of an MMSI in a source",
    (
        Column(
            "claim",
            pa.int64(),
            "",
            "id: the first 63 bits of MD5 of the said fields; the same saying has the same id everywhere",
            False,
        ),
        Column("mmsi", pa.int32(), "", "who said it", False),
        Column("name", pa.string(), "", "name as sent"),
        Column("imo", pa.int64(), "", "IMO number as claimed; the checksum is judged in vessels"),
        Column("call_sign", pa.string(), "", "call sign"),
        Column("ship_type", pa.string(), "", "ship type in the words of ITU-R M.1371 or the provider's"),
        Column("length", pa.float64(), "m", "length over all"),
        Column("beam", pa.float64(), "m", "beam"),
        Column("draught", pa.float64(), "m", "draught"),
        Column("destination", pa.string(), "", "destination as typed on board"),
        Column("eta", pa.string(), "", "estimated time of arrival as said"),
        Column("ais_class", pa.int8(), "", "index into " + ", ".join(CLASSES), False),
        Column("source", pa.int32(), "", "number in sources", False),
        Column("first_ts", UTC_US, "UTC", "first time said in the source", False),
        Column("last_ts", UTC_US, "UTC", "last time said in the source", False),
        Column("n", pa.int64(), "", "rows of the source that said it, duplicates included", False),
    ),
)

REJECTS = Table(
    "rejects",
    "rows that were not taken, each with its reason",
    (
        Column("source", pa.int32(), "", "number in sources", False),
        Column("record", pa.int64(), "", "line of a text file, record of another, counted from 1", False),
        Column("reason", pa.string(), "", "why, in plain words", False),
        Column("raw", pa.string(), "", "the row as it was", False),
    ),
)

SOURCES = Table(
    "sources",
    "what went in, one row a source",
    (
        Column("source", pa.int32(), "", "number of the source in this archive", False),
        Column("file", pa.string(), "", "file name, for a zip member file.zip/member", False),
        Column("sha256", pa.string(), "", "SHA-256 of the file (of the decompressed member in a zip)", False),
        Column("bytes", pa.int64(), "B", "size of the file", False),
        Column("reader", pa.string(), "", "the reader that read it", False),
        Column("provider", pa.string(), "", "who publishes such files", False),
        Column("receiver", pa.string(), "", "receiver kind given for the whole source, where it was"),
        Column("note", pa.string(), "", "what must be said with these data, e.g. that they are a reconstruction"),
        Column("ingested_at", UTC_US, "UTC", "when it was committed", False),
        Column("rows_read", pa.int64(), "", "rows of the source", False),
        Column("rows_kept", pa.int64(), "", "new reports", False),
        Column("rows_duplicate", pa.int64(), "", "rows equal in every field to a row already there", False),
        Column("rows_rejected", pa.int64(), "", "rows in quarantine", False),
        Column("first_ts", UTC_US, "UTC", "first report"),
        Column("last_ts", UTC_US, "UTC", "last report"),
        Column("version", pa.int64(), "", "version of the archive that first holds it", False),
    ),
)


def _motion(edge: str, whose: str) -> tuple[Column, ...]:
    """How a ship moved at a position: as sent, and as two fixes tell; null = not sent, or they do not."""
    return (
        Column(f"{edge}_sog", pa.int32(), "0.01 kn", f"{whose} speed over ground"),
        Column(f"{edge}_cog", pa.int32(), "0.01 degree", f"{whose} course over ground"),
        Column(f"{edge}_nav", pa.int8(), "", f"{whose} navigational status, ITU-R M.1371 code 0-15"),
        Column(f"{edge}_made_sog", pa.int32(), "0.01 kn", f"{whose} speed made good beside it (see summary.made_good)"),
        Column(f"{edge}_made_cog", pa.int32(), "0.01 degree", f"{whose} course made good"),
    )


VESSEL_DAYS = Table(
    "vessel_days",
    "the mergeable summary of one transmitter's UTC day: its edges and counts",
    (
        Column("mmsi", pa.int32(), "", "Maritime Mobile Service Identity", False),
        Column("day", pa.int32(), "d", "days since 1970-01-01", False),
        Column(
            "seq",
            pa.int32(),
            "",
            "the ingest that computed the row; of several rows of a day the highest counts",
            False,
        ),
        Column("positions", pa.int32(), "", "position reports", False),
        Column("terrestrial", pa.int32(), "", "of them by terrestrial receivers", False),
        Column("satellite", pa.int32(), "", "of them by satellite", False),
        Column(
            "jumps",
            pa.int32(),
            "",
            "moves between consecutive positions that no ship makes (see summary.JUMP_*)",
            False,
        ),
        Column("first_us", pa.int64(), "us", "first position, microseconds since 1970; null = none that day"),
        Column("first_lat", pa.int32(), "1e-6 degree", "its latitude"),
        Column("first_lon", pa.int32(), "1e-6 degree", "its longitude"),
        *_motion("first", "its"),
        Column("last_us", pa.int64(), "us", "last position, microseconds since 1970"),
        Column("last_lat", pa.int32(), "1e-6 degree", "its latitude"),
        Column("last_lon", pa.int32(), "1e-6 degree", "its longitude"),
        *_motion("last", "its"),
        Column("last_receiver", pa.int8(), "", "what received it: index into " + ", ".join(RECEIVERS)),
        Column("ais_class", pa.int8(), "", "class of the last position: index into " + ", ".join(CLASSES), False),
        Column("under_way_n", pa.int32(), "", "positions with a speed above 3 kn", False),
        Column("under_way_sog", pa.int64(), "0.01 kn", "sum of their speeds", False),
        Column("first_1h", pa.int32(), "", "positions of the day in the hour from the first, itself included", False),
        Column("last_1h", pa.int32(), "", "positions in the hour up to and including the last", False),
        Column("last_12h", pa.int32(), "", "positions in the 12 h up to and including the last", False),
        Column("last_12h_terrestrial", pa.int32(), "", "of them terrestrial", False),
        Column("last_12h_satellite", pa.int32(), "", "of them by satellite", False),
        Column(
            "others_before",
            pa.int32(),
            "",
            "static messages before the first position (all of them on a day without)",
            False,
        ),
        Column("others_after", pa.int32(), "", "static messages after the last position", False),
        Column(
            "no_position_before",
            pa.int32(),
            "",
            "messages that say 'no position' before the first (all on a day without)",
            False,
        ),
        Column("no_position_after", pa.int32(), "", "messages that say 'no position' after the last", False),
    ),
)

DAY_GAPS = Table(
    "day_gaps",
    "silences inside one transmitter's UTC day, longer than the archive's floor",
    (
        Column("mmsi", pa.int32(), "", "Maritime Mobile Service Identity", False),
        Column("day", pa.int32(), "d", "days since 1970-01-01", False),
        Column("seq", pa.int32(), "", "the ingest that computed the row", False),
        Column("positions", pa.int32(), "", "positions of the day up to and including off", False),
        Column("off_us", pa.int64(), "us", "last heard, microseconds since 1970", False),
        Column("off_lat", pa.int32(), "1e-6 degree", "latitude"),
        Column("off_lon", pa.int32(), "1e-6 degree", "longitude"),
        *_motion("off", "last heard:"),
        Column("off_receiver", pa.int8(), "", "what received it: index into " + ", ".join(RECEIVERS), False),
        Column("ais_class", pa.int8(), "", "its class: index into " + ", ".join(CLASSES), False),
        Column("on_us", pa.int64(), "us", "heard again", False),
        Column("on_lat", pa.int32(), "1e-6 degree", "latitude"),
        Column("on_lon", pa.int32(), "1e-6 degree", "longitude"),
        *_motion("on", "heard again:"),
        Column("off_1h", pa.int32(), "", "positions in the hour up to and including off", False),
        Column("on_1h", pa.int32(), "", "positions of the day in the hour from on, itself included", False),
        Column("off_12h", pa.int32(), "", "positions in the 12 h up to and including off", False),
        Column("off_12h_terrestrial", pa.int32(), "", "of them terrestrial", False),
        Column("off_12h_satellite", pa.int32(), "", "of them by satellite", False),
        Column("others", pa.int32(), "", "static messages inside", False),
        Column("no_position", pa.int32(), "", "messages that say 'no position' inside", False),
    ),
)

DAY_RUNS = Table(
    "day_runs",
    "a UTC day with a move that no ship makes, cut into runs: in each, fixes follow one another within an hour, at 25 kn at most, "
    "no farther than their speeds explain and in one class (see summary.runs). Days without such a move have no row",
    (
        Column("mmsi", pa.int32(), "", "Maritime Mobile Service Identity", False),
        Column("day", pa.int32(), "d", "days since 1970-01-01", False),
        Column("seq", pa.int32(), "", "the ingest that computed the row", False),
        Column("run", pa.int32(), "", "number of the run in the day, in order of time from 0", False),
        Column("positions", pa.int32(), "", "position reports", False),
        Column("ais_class", pa.int8(), "", "their class: index into " + ", ".join(CLASSES), False),
        Column("first_us", pa.int64(), "us", "first position, microseconds since 1970", False),
        Column("first_lat", pa.int32(), "1e-6 degree", "its latitude"),
        Column("first_lon", pa.int32(), "1e-6 degree", "its longitude"),
        *_motion("first", "its"),
        Column("last_us", pa.int64(), "us", "last position, microseconds since 1970", False),
        Column("last_lat", pa.int32(), "1e-6 degree", "its latitude"),
        Column("last_lon", pa.int32(), "1e-6 degree", "its longitude"),
        *_motion("last", "its"),
        Column("last_receiver", pa.int8(), "", "what received it: index into " + ", ".join(RECEIVERS), False),
        Column("first_1h", pa.int32(), "", "positions of the MMSI and day in the hour from the first", False),
        Column("last_1h", pa.int32(), "", "positions of the MMSI in the hour up to and including the last", False),
        Column("last_12h", pa.int32(), "", "positions of the MMSI in the 12 h up to and including the last", False),
        Column("last_12h_terrestrial", pa.int32(), "", "of them terrestrial", False),
        Column("last_12h_satellite", pa.int32(), "", "of them by satellite", False),
        Column("others_before", pa.int32(), "", "static messages since the run before, or since midnight", False),
        Column("others_after", pa.int32(), "", "static messages until midnight, after the last run", False),
        Column("no_position_before", pa.int32(), "", "messages that say 'no position' since then", False),
        Column("no_position_after", pa.int32(), "", "messages that say 'no position' until then", False),
    ),
)

GAPS = Table(
    "gaps",
    "silences of a vessel: two consecutive position reports of one track further apart than a threshold, or the last one so far",
    (
        Column(
            "gap_id",
            pa.string(),
            "",
            "hash of mmsi, track, off_ts, off_lat, off_lon: stays when an open gap closes",
            False,
        ),
        Column("mmsi", pa.int32(), "", "Maritime Mobile Service Identity", False),
        Column(
            "track",
            pa.int16(),
            "",
            "track of the MMSI by order of appearance; 0 but where it moves as no ship can",
            False,
        ),
        Column("imo", pa.int64(), "", "IMO number last claimed before off (else first after), with a valid checksum"),
        Column("name", pa.string(), "", "name last claimed before off (else first after)"),
        Column("flag", pa.string(), "", "ISO 3166 alpha-2 of the MMSI's MID"),
        Column("ship_type", pa.string(), "", "ship type last claimed"),
        Column("ais_class", pa.string(), "", "A, B or null"),
        Column("off_ts", UTC_US, "UTC", "last heard", False),
        Column("off_lat", pa.float64(), "degree", "where; null = not known"),
        Column("off_lon", pa.float64(), "degree", "where; null = not known"),
        Column("on_ts", UTC_US, "UTC", "heard again; null while open"),
        Column("on_lat", pa.float64(), "degree", "where"),
        Column("on_lon", pa.float64(), "degree", "where"),
        Column("open", pa.bool_(), "", "not heard again up to as_of", False),
        Column("duration_h", pa.float64(), "h", "on - off; of an open gap as_of - off", False),
        Column("distance_nm", pa.float64(), "nm", "geodesic off to on; null where a position is null"),
        Column("implied_speed_kn", pa.float64(), "kn", "distance / duration"),
        Column("reports_12h", pa.int32(), "", "positions in the 12 h up to and including off", False),
        Column("reports_12h_terrestrial", pa.int32(), "", "of them terrestrial", False),
        Column("reports_12h_satellite", pa.int32(), "", "of them by satellite", False),
        Column("other_messages", pa.int32(), "", "static messages heard inside the gap", False),
        Column("heard_without_position", pa.int32(), "", "position messages inside that say 'not available'", False),
        Column("off_place", pa.string(), "", "nearest place to off"),
        Column("off_place_nm", pa.float64(), "nm", "geodesic distance to it"),
        Column("on_place", pa.string(), "", "nearest place to on"),
        Column("on_place_nm", pa.float64(), "nm", "geodesic distance to it"),
        Column("p_switched_off", pa.float64(), "", "probability that it was a choice; null = nothing to judge by"),
        Column(
            "cause",
            pa.string(),
            "",
            "switched off, powered off alongside, no coverage, outage, class B reception, identity break or not enough evidence",
        ),
        Column(
            "reasons", pa.list_(pa.string()), "", "sentences that carry the judgement, each with its weight in nats"
        ),
        Column(
            "episode_ts",
            UTC_US,
            "UTC",
            "off of the first of the silences that follow one another with less than 6 h of reception between them",
        ),
    ),
)

REACH = Table(
    "reach",
    "places that a vessel can have called at on a leg of a silence, by rank; a leg that leaves time for none has no row",
    (
        Column("gap_id", pa.string(), "", "the gap", False),
        Column("leg", pa.int32(), "", "number of the leg: sightings cut a gap into legs", False),
        Column("mmsi", pa.int32(), "", "Maritime Mobile Service Identity", False),
        Column("imo", pa.int64(), "", "IMO number"),
        Column("name", pa.string(), "", "name"),
        Column("start_ts", UTC_US, "UTC", "when the leg begins, at the earliest", False),
        Column("start_place", pa.string(), "", "nearest or stated place of its start"),
        Column(
            "end_ts", UTC_US, "UTC", "when it ends, at the latest; of an open leg the present of the question", False
        ),
        Column("end_place", pa.string(), "", "nearest or stated place of its end"),
        Column("open", pa.bool_(), "", "it has not ended", False),
        Column(
            "rank", pa.int32(), "", "1 = most in keeping with the reasons; no probability that she was there", False
        ),
        Column("place_id", pa.string(), "", "the place", False),
        Column("place", pa.string(), "", "its name", False),
        Column("watched", pa.bool_(), "", "it is watched", False),
        Column("lat", pa.float64(), "degree", "its latitude WGS84", False),
        Column("lon", pa.float64(), "degree", "its longitude WGS84", False),
        Column("out_nm", pa.float64(), "nm", "way by sea from the start", False),
        Column("back_nm", pa.float64(), "nm", "way by sea on to the end; null where open or not known"),
        Column("speed_kn", pa.float64(), "kn", "speed reckoned with", False),
        Column("speed_basis", pa.string(), "", "where it comes from", False),
        Column("earliest_arrival", UTC_US, "UTC", "at the place", False),
        Column("latest_departure", UTC_US, "UTC", "from it; null where open or not known"),
        Column(
            "slack_h",
            pa.float64(),
            "h",
            "hours left to lie there, the dates of sightings at their most favourable",
            False,
        ),
        Column("sure_slack_h", pa.float64(), "h", "the same at their least favourable; null = then there is no time"),
        Column("share", pa.float64(), "", "exp(sum of terms) over that of all places of the leg", False),
        Column("places", pa.int32(), "", "places of the leg in all, listed or not", False),
        Column("reasons", pa.list_(pa.string()), "", "the terms of the rank, each with its weight in nats", False),
    ),
)

HEARD_BY = ("any", "terrestrial", "satellite")
"""What reception is counted for: any receiver, terrestrial ones, satellites."""

_COUNTED = (
    ("n", "ship-hours"),
    ("heard", "of them those in which any receiver heard the ship"),
    ("kinds", "of them those of which the kind of receiver is known"),
    ("terrestrial", "of them those in which a terrestrial receiver heard the ship"),
    ("satellite", "of them those in which a satellite heard the ship and no terrestrial receiver did"),
)

SHIP_HOURS = tuple(name for name, _ in _COUNTED)
"""What is counted of ship-hours."""

SHIP_CELLS = Table(
    "ship_cells",
    "one ship's UTC day of reception: her ship-hours by cell, class and moving; those of a silence on the day that it ends",
    (
        Column("mmsi", pa.int32(), "", "Maritime Mobile Service Identity", False),
        Column(
            "day",
            pa.int32(),
            "d",
            "days since 1970-01-01: of the fix that ends the silence, or of the heard hour",
            False,
        ),
        Column("seq", pa.int32(), "", "the ingest that counted it; of several of a day the highest counts", False),
        Column("cell", pa.int32(), "", "cell of 0.25 degree where the ship was (see reception.cells)", False),
        Column("ais_class", pa.int8(), "", "index into " + ", ".join(CLASSES), False),
        Column("moving", pa.bool_(), "", "the ship made more than 0.7 nm in an hour", False),
        *(
            Column(name, pa.int16(), "", meaning + ("; 0 = none of the day any more" if name == "n" else ""), False)
            for name, meaning in _COUNTED
        ),
    ),
)

PEER_HOURS = Table(
    "peer_hours",
    "the ship-hours of all ships by clock hour, cell, class and moving; signed, so that the plain sum over ingests is right",
    (
        Column("hour", pa.int32(), "h", "hours since 1970-01-01 UTC", False),
        Column("cell", pa.int32(), "", "cell of 0.25 degree where the ships were (see reception.cells)", False),
        Column("ais_class", pa.int8(), "", "index into " + ", ".join(CLASSES), False),
        Column("moving", pa.bool_(), "", "the ships made more than 0.7 nm in an hour", False),
        Column(
            "overnight",
            pa.bool_(),
            "",
            "counted on the next UTC day only: the ship was silent from this hour into it, and was heard again there",
            False,
        ),
        *(Column(name, pa.int32(), "", meaning, False) for name, meaning in _COUNTED),
    ),
)

RECEPTION = Table(
    "reception",
    "how well ships were heard, by cell: of the ship-hours of ships that were heard before and after, in how many they were heard",
    (
        Column("cell", pa.int32(), "", "number of the cell (see reception.cells)", False),
        Column(
            "cell_deg", pa.float64(), "degree", "its height in degrees of latitude: 2 for satellite, else 0.25", False
        ),
        Column("receiver", pa.string(), "", ", ".join(HEARD_BY), False),
        Column("lat", pa.float64(), "degree", "its middle, latitude WGS84", False),
        Column("lon", pa.float64(), "degree", "its middle, longitude WGS84", False),
        Column("south", pa.float64(), "degree", "its southern edge", False),
        Column("west", pa.float64(), "degree", "its western edge", False),
        Column("north", pa.float64(), "degree", "its northern edge", False),
        Column("east", pa.float64(), "degree", "its eastern edge", False),
        Column(
            "ship_hours",
            pa.int64(),
            "",
            "hours of ships there; for satellite those in which no terrestrial receiver heard the ship",
            False,
        ),
        Column("heard", pa.int64(), "", "of them those in which the receiver heard the ship at least once", False),
        Column("share", pa.float64(), "", "heard / ship_hours; null = too few ship-hours to know"),
        Column(
            "estimate",
            pa.float64(),
            "",
            "chance that a ship is heard in an hour there, drawn towards its surroundings; null = too few ship-hours to know",
        ),
    ),
)

OUTAGES = Table(
    "outages",
    "hours in which a receiver, those of an area, or a whole feed heard nobody or almost nobody: found from the hours themselves, "
    "or written down by whoever listened",
    (
        Column(
            "kind",
            pa.string(),
            "",
            "feed (everything), terrestrial or satellite (all such receivers), area (some cells), station (one by name)",
            False,
        ),
        Column("receiver", pa.string(), "", "kind of receiver that was down; null = all, or reports do not say"),
        Column("station", pa.string(), "", "of a station: its name, as the provider gives it"),
        Column("from_ts", UTC_US, "UTC", "beginning of the first quiet clock hour", False),
        Column("to_ts", UTC_US, "UTC", "end of the last; null while open"),
        Column("open", pa.bool_(), "", "it lasts until the archive's newest report", False),
        Column(
            "duration_h", pa.float64(), "h", "clock hours; of an open one up to the hour of the newest report", False
        ),
        Column("place", pa.string(), "", "place nearest to the middle of its most usual traffic; null of a feed"),
        Column("place_nm", pa.float64(), "nm", "geodesic distance to it"),
        Column("lat", pa.float64(), "degree", "that middle, latitude WGS84; null of a feed"),
        Column("lon", pa.float64(), "degree", "its longitude WGS84"),
        Column("west", pa.float64(), "degree", "western edge of its cells; null of a feed"),
        Column("south", pa.float64(), "degree", "their southern edge"),
        Column(
            "east", pa.float64(), "degree", "their eastern edge; less than west where they lie across the antimeridian"
        ),
        Column("north", pa.float64(), "degree", "their northern edge"),
        Column(
            "cells",
            pa.list_(pa.int32()),
            "",
            "numbers of its cells of half a degree (see outages.AREA); null of a feed",
        ),
        Column(
            "ships_expected",
            pa.float64(),
            "h",
            "ship-hours that are usual in such hours; null of one that was written down",
        ),
        Column(
            "ships_heard", pa.float64(), "h", "ship-hours in which ships were heard; null of one that was written down"
        ),
        Column(
            "ships_known",
            pa.int32(),
            "",
            "most ships at a time that were there unheard: heard before and again within 24 h; null of a station",
        ),
        Column(
            "usual_ships",
            pa.float64(),
            "1/h",
            "ships heard an hour in the other hours of the weeks around it; null likewise",
        ),
        Column(
            "usual_share",
            pa.float64(),
            "",
            "part of the ship-hours in those hours in which ships were heard; null of a station",
        ),
        Column(
            "log_odds",
            pa.float64(),
            "",
            "natural logarithm of the odds of an outage against a chance lull; null likewise",
        ),
        Column("reason", pa.string(), "", "the sentence that carries it", False),
    ),
)
