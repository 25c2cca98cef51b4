"""A table of listed ships with a header: our own columns (`LISTINGS`), or the usual words for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ais_gaps.evidence.listings import values
from ais_gaps.evidence.listings.records import records
from ais_gaps.evidence.listings.row import Entry, Read, Refusal
from ais_gaps.evidence.tables import LISTINGS
from ais_gaps.readers.source import Source

SYNONYMS = {
    "imo": ("imo_number", "imo_no", "imonumber", "imo_nr", "vessel_imo"),
    "name": ("vessel_name", "ship_name", "vessel", "ship", "vesselname", "shipname"),
    "listed_on": (
        "date_listed",
        "listing_date",
        "listed",
        "listed_since",
        "designation_date",
        "date_of_listing",
        "designated_on",
    ),
    "delisted_on": ("date_delisted", "delisting_date", "delisted", "removed_on", "end_date"),
    "seen_on": ("as_of", "snapshot_date"),
    "authority": ("sanctioning_authority", "listed_by", "sanctioned_by"),
    "list": ("list_name", "sanctions_list", "source_list"),
    "programme": ("program", "programmes", "programs", "regime", "sanctions_programme", "sanctions_program"),
    "basis": ("reason", "grounds", "ground"),
    "linked_to": ("linked", "company"),
    "entity_id": ("uid", "list_id", "entity", "reference"),
    "aliases": ("alias", "aka", "former_names", "other_names"),
    "mmsi": ("mmsis", "mmsi_number"),
    "call_sign": ("callsign", "call_signs", "callsigns"),
    "flag": ("flag_state",),
    "ship_type": ("vessel_type", "type_of_ship", "shiptype", "vesseltype"),
    "gross_tonnage": ("gt", "grt", "gross_registered_tonnage"),
    "year_built": ("built", "year_of_build", "build_year"),
    "url": ("link", "source_url", "address"),
    "title": ("source_title",),
    "publisher": ("source",),
    "published": ("publication_date",),
    "note": ("notes", "remarks", "comment", "comments"),
}
"""Other words for our columns; of several in one file the first in this order counts."""

_OTHER_TABLES = frozenset(
    {
        "vessel_id",
        "obs_id",
        "place_id",
        "event_id",
        "note_id",
        "ofac_uid",
        "lat",
        "lon",
        "latitude",
        "longitude",
        "sog",
        "ts",
    }
    | {"ent_num", "basedatetime", "timestamp", "schema"}
)
_DAYS = {
    "listed_on": "Day of listing",
    "delisted_on": "End of the listing",
    "seen_on": "Day of the copy",
}
_LISTS = ("aliases", "call_sign")
_TEXTS = (
    "name",
    "authority",
    "list",
    "programme",
    "basis",
    "linked_to",
    "entity_id",
    "flag",
    "ship_type",
    "publisher",
    "title",
)


def is_header(names: Sequence[str]) -> bool:
    """Whether these are columns of a plain table of listings: imo or name, and nothing that another kind of table has."""
    columns = _columns(names)
    return bool({"imo", "name"} & set(columns)) and not _OTHER_TABLES & {_key(name) for name in names}


def read(source: Source, separator: str) -> Read:
    """The rows of the table."""
    rows = records(source, separator)
    _, header = next(rows)
    columns, seen = _columns(header), set[str]()
    for line, cells in rows:
        try:
            if len(cells) != len(header):
                raise ValueError(f"{len(cells)} cells where the header has {len(header)}")
            entry = _entry({name: cells[index] for name, index in columns.items()})
            own = entry.cells["listing_id"]
            if own in seen:
                raise ValueError(f"listing_id {values.short(own)} is there twice")
        except ValueError as error:
            yield line, Refusal(str(error))
            continue
        seen |= {own} - {None}
        yield line, entry


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Where each of our columns stands in the table."""
    at: dict[str, int] = {}
    for index, name in enumerate(header):
        at.setdefault(_key(name), index)
    found = {}
    for column in LISTINGS.names:
        place = next((at[name] for name in (column, *SYNONYMS.get(column, ())) if name in at), None)
        if place is not None:
            found[column] = place
    return found


def _key(name: str) -> str:
    return "_".join(name.lower().replace("-", " ").replace("_", " ").replace(".", " ").split())


def _entry(row: Mapping[str, str]) -> Entry:
    entry = Entry({name: values.text(row.get(name)) for name in ("listing_id", *_TEXTS)})
    entry.cells |= {name: values.texts(row.get(name, "").split(";")) or None for name in _LISTS}
    entry.cells |= {
        "gross_tonnage": values.number(row.get("gross_tonnage")),
        "year_built": values.year(row.get("year_built")),
        "url": values.address(row.get("url")),
        "published": values.published(row.get("published")),
    }
    if note := values.text(row.get("note")):
        entry.remarks.append(note)
    entry.take_imo([row.get("imo")])
    entry.take_mmsi(row.get("mmsi", "").split(";"))
    for column, words in _DAYS.items():
        entry.take_day(column, words, [row.get(column)])
    for column, words in (
        ("gross_tonnage", "Gross tonnage"),
        ("year_built", "Year of build"),
        ("published", "Published"),
    ):
        if entry.cells[column] is None:
            entry.remark(f"{words} as given", [row.get(column)])
    if entry.cells["url"] is None and values.text(row.get("url")) is not None:
        entry.remarks.append("The address given is not an http or https address.")
    return entry
