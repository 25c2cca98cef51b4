"""OFAC's Specially Designated Nationals list as sdn.csv: twelve columns, no header, ``-0-`` for what is empty.

The columns are those of OFAC's data specification: number, name, type, programme, title, call sign, vessel type, tonnage, gross
registered tonnage, flag, owner, remarks. IMO number, MMSI, other names and companies stand in the remarks, parted by ``;``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from ais_gaps.evidence.listings import values
from ais_gaps.evidence.listings.records import records
from ais_gaps.evidence.listings.row import Entry, Read, Refusal
from ais_gaps.readers.source import Source

AUTHORITY, LIST = "US", "OFAC SDN"
PUBLISHER, TITLE = "OFAC", "Specially Designated Nationals list (sdn.csv)"

_COLUMNS = 12
_TYPES = frozenset({"individual", "entity", "vessel", "aircraft", "-0-", ""})
_END_OF_FILE = "\x1a"  # DOS end of file; OFAC's own file ends with it
_PROGRAMMES = re.compile(r"[\[\]]+")
_ALIAS_OPENS = re.compile(r"(?:alt\. )?[afn]\.k\.a\. '")
_COUNTRY = re.compile(r"\s*\([^()]*\)$")
_PIECES = 4  # a name has hardly so many semicolons; a longer search would join what does not belong together
_KINDS = (
    ("imo", re.compile(r"(?:alt\. )?Vessel Registration Identification IMO[ :]*(.+)")),
    ("registration", re.compile(r"(?:alt\. )?Vessel Registration Identification (.+)")),
    ("mmsi", re.compile(r"(?:alt\. )?MMSI[ :]*(.+)")),
    ("alias", re.compile(r"(?:alt\. )?[afn]\.k\.a\. '(.+)'")),
    ("linked", re.compile(r"Linked To: (.+)")),
    ("built", re.compile(r"(?:alt\. )?Vessel Year of Build (.+)")),
    ("former_flag", re.compile(r"(?:alt\. )?Former Vessel Flag (.+)")),
    ("other_flag", re.compile(r"(?:alt\. )?Other Vessel Flag (.+)")),
    ("call", re.compile(r"(?:alt\. )?Other Vessel Call Sign (.+)")),
    ("other_type", re.compile(r"(?:alt\. )?Other Vessel Type (.+)")),
)


def is_sdn(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first rows of a table are those of the list, with a header or, as published, without."""
    entries = [row for row in rows if not _is_end(row)]
    if entries and not _is_entry(entries[0]):
        entries = entries[1:]
    return bool(entries) and all(map(_is_entry, entries))


def read(source: Source) -> Read:
    """The vessels of the list; persons, companies and aircraft are passed over."""
    for line, cells in records(source, ","):
        if _is_end(cells):
            continue
        if len(cells) != _COLUMNS:
            if any(cell.strip().lower() == "vessel" for cell in cells):
                yield line, Refusal(f"{len(cells)} cells where the list has {_COLUMNS}")
        elif cells[2].strip().lower() == "vessel":
            try:
                yield line, _entry(cells)
            except ValueError as error:
                yield line, Refusal(str(error))


def _is_end(cells: Sequence[str]) -> bool:
    return not "".join(cells).strip(f"{_END_OF_FILE} ")


def _is_entry(cells: Sequence[str]) -> bool:
    number = cells[0].strip()
    return len(cells) == _COLUMNS and number.isascii() and number.isdigit() and cells[2].strip().lower() in _TYPES


def _entry(cells: Sequence[str]) -> Entry:
    number, name, _, programmes, title, call, kind, tonnage, gross, flag, owner, remarks = map(values.text, cells)
    said = _remarks(remarks or "")
    built = [values.year(value) for value in said["built"]]
    entry = Entry(
        {
            "listing_id": f"OFAC {number}",
            "entity_id": number,
            "name": name,
            "programme": "; ".join(values.texts(_PROGRAMMES.split(programmes or ""))) or None,
            "linked_to": "; ".join(values.texts(said["linked"])) or None,
            "aliases": [alias for alias in values.texts(said["alias"]) if alias != name] or None,
            "call_sign": values.texts([call, *said["call"]]) or None,
            "flag": flag,
            "ship_type": kind,
            "gross_tonnage": values.number(gross),
            "year_built": built[0] if len(set(built)) == 1 else None,
        }
    )
    entry.take_imo(_COUNTRY.sub("", value) for value in said["imo"])
    entry.take_mmsi(said["mmsi"])
    entry.remark("Registration as listed, not called an IMO number", said["registration"])
    entry.remark("Tonnage as listed", [tonnage])
    entry.remark("Gross registered tonnage as listed", [gross if values.number(gross) is None else None])
    entry.remark("Year of build as listed", said["built"] if entry.cells["year_built"] is None else ())
    entry.remark("Owner as listed", [owner])
    entry.remark("Title as listed", [title])
    entry.remark("Former flags", said["former_flag"])
    entry.remark("Other flags", said["other_flag"])
    entry.remark("Other types", said["other_type"])
    entry.remark("Remarks", said["rest"])
    return entry


def _remarks(remarks: str) -> dict[str, list[str]]:
    """The parts of the remarks by kind; what is of no known kind is the rest."""
    said: dict[str, list[str]] = defaultdict(list)
    for part in _parts(remarks):
        kind, found = next(((kind, m) for kind, form in _KINDS if (m := form.fullmatch(part))), ("rest", None))
        said[kind].append(part if found is None else found[1].strip())
    return said


def _parts(remarks: str) -> list[str]:
    """The remarks parted at ``;``, but not within a name in quotation marks. A name that is never closed ends at its ``;``."""
    pieces = [piece.strip() for piece in remarks.strip().removesuffix(".").split(";")]
    parts: list[str] = []
    index = 0
    while index < len(pieces):
        after = index + 1
        if _ALIAS_OPENS.match(pieces[index]):
            closes = (n for n in range(index, min(index + _PIECES, len(pieces))) if pieces[n].endswith("'"))
            after = next(closes, index) + 1
        parts.append("; ".join(pieces[index:after]))
        index = after
    return [part for part in parts if part]
