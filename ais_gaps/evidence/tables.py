"""The tables of evidence, each declared once: what a column is called, its type, unit and meaning.

In a CSV file lists are parted by ``;``, days are ISO dates, times ISO 8601 with an offset or ``Z``, and an empty cell or one of
`NULL_WORDS` means that the thing is not known or not stated.
"""

from __future__ import annotations

import pyarrow as pa

from ais_gaps.schema import UTC_US, Column, Table

NULL_WORDS = frozenset(
    {"", "-", "unknown", "none", "none given", "not stated", "not given", "not named", "not applicable", "n/a", "null"}
)
"""Cells that say nothing, in lower case."""

OBSERVATION_KINDS = {
    "vessel": "one or more ships present, named or not",
    "nothing_seen": "looked, and no ship or no movement seen",
    "containers": "containers on a pier or in a depot",
    "railcars": "railway wagons",
    "night_light": "light at night",
    "construction": "building work",
    "ais": "what the publisher read from AIS; no look of its own",
    "count": "a tally over a period (visits, trips, ships); no single look",
    "look": "an image or pass exists; what it shows is not stated here",
    "other": "none of these",
}
"""What an observation may be, with one line of meaning each."""

DATE_PRECISIONS = ("day", "third_of_month", "month")

NOTE_KINDS = {
    "source": "said of the AIS reports of a source; refs name its file",
    "identity": "a doubt about who sends under an MMSI",
    "reconstruction": "what of a silence is not reported but chosen",
    "conflict": "sources that disagree",
    "alternative": "another explanation of a silence",
    "explanation": "what is known of why a vessel fell silent",
    "limit": "what cannot be told",
}
"""What a note may be, with one line of meaning each."""

_STRINGS = pa.list_(pa.string())
_NUMBERS = pa.list_(pa.int64())

_SOURCE = (
    Column("publisher", pa.string(), "", "who published it"),
    Column("title", pa.string(), "", "title; in round brackets where it is a description of ours"),
    Column("url", pa.string(), "", "address, http or https"),
    Column("published", pa.string(), "UTC", "day, month or year of publication: YYYY-MM-DD, YYYY-MM or YYYY"),
)
_PERIOD = (
    Column("date_start", pa.date32(), "day", "first day it may concern, as the publisher's calendar has it", False),
    Column("date_end", pa.date32(), "day", "last day it may concern", False),
    Column("date_precision", pa.string(), "", "how the source dates it: " + ", ".join(DATE_PRECISIONS)),
    Column("date_as_stated", pa.string(), "", "the wording of the date"),
)

OBSERVATIONS = Table(
    "observations",
    "one thing seen, or not seen, at a place, with who says so",
    (
        Column("obs_id", pa.string(), "", "id of the row", False),
        *_PERIOD,
        Column("ts", UTC_US, "UTC", "time of the image or message where the source gives the hour"),
        Column("ts_end", UTC_US, "UTC", "end of an interval of time that begins at ts; null = a moment"),
        Column("time_as_stated", pa.string(), "", "the wording of the hour"),
        Column("kind", pa.string(), "", "one of " + ", ".join(OBSERVATION_KINDS), False),
        Column("place", pa.string(), "", "place as the source names it"),
        Column("place_ids", _STRINGS, "", "ids in places"),
        Column("lat", pa.float64(), "degree", "latitude WGS84 of the thing seen; null = no finer than the place"),
        Column("lon", pa.float64(), "degree", "longitude WGS84"),
        Column("precision_nm", pa.float64(), "nm", "how far off the position may be; null = not stated"),
        Column("pier_as_stated", pa.string(), "", "pier as the source names it"),
        Column("vessels_named", _STRINGS, "", "the ships that the source names; null = it names none by name"),
        Column(
            "vessel_imos", _NUMBERS, "", "their IMO numbers in the same order, null where the name alone does not tell"
        ),
        Column(
            "vessel_mmsis",
            _NUMBERS,
            "",
            "their MMSIs in the same order, null where not given; a ship may be given by IMO number or MMSI alone",
        ),
        Column("length_min_m", pa.float64(), "m", "least stated length of the hulls seen"),
        Column("length_max_m", pa.float64(), "m", "greatest stated length of the hulls seen"),
        Column("observed", pa.string(), "", "what was seen", False),
        Column("count", pa.float64(), "as in unit", "how many or how much"),
        Column("out_of", pa.float64(), "as in unit", "of how many looks"),
        Column("unit", pa.string(), "", "what is counted"),
        Column("confidence_wording", pa.string(), "", "how sure the source says it is"),
        Column("score", pa.float64(), "0 to 1", "a detector's own score"),
        Column("sensor", pa.string(), "", "imagery, AIS or eyewitness, and whose"),
        Column("provider", pa.string(), "", "whose sensor or imagery, where given apart"),
        Column("resolution_m", pa.float64(), "m", "size of a pixel on the ground"),
        Column("look_id", pa.string(), "", "id of the look (image, pass); rows of one look share it"),
        Column("footprint", pa.string(), "", "outline of the image or thing as WKT, degrees WGS84, longitude first"),
        Column("saved_sha256", pa.string(), "", "SHA-256 of a saved copy of the source, in hexadecimal"),
        *_SOURCE,
        Column("source_kind", pa.string(), "", "primary, secondary or tertiary"),
        Column("source_note", pa.string(), "", "translation, reprint, copy"),
        Column("note", pa.string(), "", "a remark of the compiler"),
    ),
)

EVENTS = Table(
    "events",
    "dated context: a summit, a disclosure, a designation",
    (
        Column("event_id", pa.string(), "", "id of the row", False),
        *_PERIOD,
        Column("kind", pa.string(), "", "sanctions, diplomacy, disclosure, estimate, casualty, coverage, ..."),
        Column("event", pa.string(), "", "what happened", False),
        Column("figure", pa.string(), "", "the figure given"),
        Column("vessel_imos", _NUMBERS, "", "IMO numbers of the ships that it concerns"),
        *_SOURCE,
        Column("note", pa.string(), "", "a remark of the compiler"),
    ),
)

VESSELS = Table(
    "vessels",
    "the register: what is publicly known of ships",
    (
        Column("vessel_id", pa.string(), "", "id of the row", False),
        Column("role", pa.string(), "", "case, name_collision or network"),
        Column("name", pa.string(), "", "name", False),
        Column("name_native", pa.string(), "", "name in its own script"),
        Column("imo", pa.int64(), "", "IMO number"),
        Column("mmsi", pa.int64(), "", "Maritime Mobile Service Identity"),
        Column("call_sign", pa.string(), "", "call sign"),
        Column("identity_note", pa.string(), "", "where MMSI and call sign come from"),
        Column("flag", pa.string(), "", "ISO 3166 alpha-2"),
        Column("ship_type", pa.string(), "", "type in the words of the source"),
        Column("gross_tonnage", pa.float64(), "GT", "gross tonnage"),
        Column("length_m", pa.float64(), "m", "length over all"),
        Column("year_built", pa.int64(), "year", "year built"),
        Column("home_port", pa.string(), "", "home port"),
        Column("former_names", _STRINGS, "", "earlier names"),
        Column("spellings", _STRINGS, "", "other spellings in the sources"),
        Column("owner", pa.string(), "", "registered owner"),
        Column("linked_to", pa.string(), "", "manager or company named with the ship"),
        Column("note", pa.string(), "", "a remark of the compiler"),
        *_SOURCE,
        Column("further_sources", pa.string(), "", "more addresses, parted by spaces"),
    ),
)

LISTINGS = Table(
    "listings",
    "a ship on a sanctions list",
    (
        Column("listing_id", pa.string(), "", "id of the row", False),
        Column("name", pa.string(), "", "name as listed; null where the list gives her IMO number alone"),
        Column("imo", pa.int64(), "", "IMO number"),
        Column("authority", pa.string(), "", "US, EU, ...", False),
        Column("list", pa.string(), "", "name of the list"),
        Column("listed_on", pa.date32(), "day", "day from which she is listed"),
        Column("programme", pa.string(), "", "sanctions programme"),
        Column("basis", pa.string(), "", "ground given"),
        Column("linked_to", pa.string(), "", "company listed with her"),
        *_SOURCE,
        Column("note", pa.string(), "", "a remark of the compiler, or what the list says beside the rest"),
        Column("delisted_on", pa.date32(), "day", "day from which she is no longer listed; null = no end is given"),
        Column("seen_on", pa.date32(), "day", "day of the copy of the list that has her; since when is not said by it"),
        Column("entity_id", pa.string(), "", "her id in the list"),
        Column("aliases", _STRINGS, "", "other names in the list, former ones too"),
        Column("mmsi", _NUMBERS, "", "the MMSIs that the list gives"),
        Column("call_sign", _STRINGS, "", "the call signs that the list gives"),
        Column("flag", pa.string(), "", "flag as the list writes it: a country's name or ISO 3166 alpha-2"),
        Column("ship_type", pa.string(), "", "type in the words of the list"),
        Column("gross_tonnage", pa.float64(), "GT", "gross tonnage"),
        Column("year_built", pa.int64(), "year", "year built"),
        Column("source_sha256", pa.string(), "", "SHA-256 of the file of the list, in hexadecimal"),
    ),
)

FLEET = Table(
    "fleet",
    "ships that one list names with the same companies",
    (
        Column("ofac_uid", pa.string(), "", "id in the OFAC list", False),
        Column("name", pa.string(), "", "name as listed", False),
        Column("imo", pa.int64(), "", "IMO number"),
        Column("ship_type", pa.string(), "", "type as listed"),
        Column("gross_tonnage", pa.float64(), "GT", "gross tonnage"),
        Column("flag", pa.string(), "", "ISO 3166 alpha-2"),
        Column("linked_to", pa.string(), "", "company as listed"),
        Column("listed_on", pa.date32(), "day", "day from which she is listed"),
        *_SOURCE,
    ),
)

PLACES = Table(
    "places",
    "the places that observations speak of",
    (
        Column("place_id", pa.string(), "", "id of the row", False),
        Column("name", pa.string(), "", "name", False),
        Column("kind", pa.string(), "", "port, pier, shipyard, station, bridge, depot, town"),
        Column("lat", pa.float64(), "degree", "latitude WGS84; null = not found"),
        Column("lon", pa.float64(), "degree", "longitude WGS84; null = not found"),
        Column("country", pa.string(), "", "ISO 3166 alpha-2"),
        Column("aliases", _STRINGS, "", "other names"),
        Column("coord_precision", pa.string(), "", "what the coordinates mark, and how finely"),
        Column("watched", pa.bool_(), "", "yes where looks are collected"),
        Column("note", pa.string(), "", "a remark of the compiler"),
        *_SOURCE,
    ),
)

NOTES = Table(
    "notes",
    "what must be said with the rest: doubts, conflicts, what is reconstructed",
    (
        Column("note_id", pa.string(), "", "id of the row", False),
        Column("kind", pa.string(), "", "one of " + ", ".join(NOTE_KINDS), False),
        Column("vessel_imos", _NUMBERS, "", "IMO numbers of the ships it concerns; null = any"),
        Column("date_start", pa.date32(), "day", "first day it concerns; null with date_end null = not of one silence"),
        Column("date_end", pa.date32(), "day", "last day it concerns; null after a date_start = from then on"),
        Column("text", pa.string(), "", "the note, in whole sentences", False),
        Column("refs", _STRINGS, "", "ids of the rows it rests on"),
        *_SOURCE,
    ),
)

TABLES = (VESSELS, LISTINGS, FLEET, PLACES, OBSERVATIONS, EVENTS, NOTES)
"""In the order in which they are read. The file of a table is its name with ``.csv``."""

REFUSED = Table(
    "refused",
    "rows of evidence that were not taken",
    (
        Column("file", pa.string(), "", "file name", False),
        Column("line", pa.int64(), "", "last line of the row, or number of the feature or record, from 1", False),
        Column("reason", pa.string(), "", "why, in plain words", False),
    ),
)

FILES = Table(
    "files",
    "files that evidence was read from",
    (
        Column("name", pa.string(), "", "file name", False),
        Column("sha256", pa.string(), "", "SHA-256 of its content", False),
        Column("rows", pa.int64(), "", "rows taken", False),
        Column("refused", pa.int64(), "", "rows refused", False),
        Column("format", pa.string(), "", "what the content was recognised as"),
        Column("table", pa.string(), "", "the table that its rows went into"),
    ),
)

LOOKS = Table(
    "looks",
    "one dated image or pass of a place, whatever it showed: observations put together (see `looks.looks`); not stored",
    (
        Column("look_id", pa.string(), "", "as the source gives it, else made from what the rows share", False),
        Column("date_start", pa.date32(), "day", "first day that its observations may concern", False),
        Column(
            "date_end",
            pa.date32(),
            "day",
            "last day; of several days it is not known which it is of, or it is of several",
            False,
        ),
        Column("ts", UTC_US, "UTC", "time, the first where its rows give several; null = no hour given"),
        Column("ts_end", UTC_US, "UTC", "the last where its rows give several"),
        Column("place", pa.string(), "", "place as the first row names it"),
        Column("place_ids", _STRINGS, "", "ids in places, of all rows"),
        Column("lat", pa.float64(), "degree", "latitude WGS84 where all rows that give one agree"),
        Column("lon", pa.float64(), "degree", "longitude WGS84"),
        Column("precision_nm", pa.float64(), "nm", "how far off the position may be"),
        Column("footprint", pa.string(), "", "outline of the image as WKT where given"),
        Column("sensor", pa.string(), "", "as the first row that says it"),
        Column("provider", pa.string(), "", "as the first row that says it"),
        Column("resolution_m", pa.float64(), "m", "size of a pixel, the finest that is given"),
        Column("saw", _STRINGS, "", "kinds of observation in it but nothing_seen and look; empty = none is stated"),
        Column("nothing_seen", pa.bool_(), "", "a row says that nothing was seen, and none that a vessel was", False),
        Column("obs_ids", _STRINGS, "", "its observations", False),
        Column("publications", _STRINGS, "", "who published it and when: publisher, published", False),
    ),
)

STORED = (*TABLES, REFUSED, FILES)
"""What an archive keeps of evidence."""
