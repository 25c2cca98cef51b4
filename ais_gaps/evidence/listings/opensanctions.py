"""OpenSanctions' tables: maritime.csv and targets.simple.csv.

Neither says since when a ship is listed, nor which of the data sets lists her. Both hold ships that no list names: detained in a
port, watched, linked to somebody who is listed. These are refused, with the reason that the file gives.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence

from ais_gaps.evidence.listings import values
from ais_gaps.evidence.listings.records import records
from ais_gaps.evidence.listings.row import Entry, Read, Refusal
from ais_gaps.readers.source import Source

PUBLISHER = "OpenSanctions"
TITLES = {"maritime": "maritime.csv", "targets": "targets.simple.csv"}

LISTED_TOPICS = frozenset({"sanction", "sanction.counter"})
"""The topics of FollowTheMoney that say that a list names the ship herself; sanction.linked and sanction.control do not."""

_MARITIME = frozenset({"type", "caption", "imo", "risk", "id", "datasets"})
_TARGETS = frozenset({"id", "schema", "name", "identifiers", "sanctions"})
_AUTHORITIES = {
    "us_ofac_sdn": "US",
    "us_ofac_cons": "US",
    "eu_fsf": "EU",
    "eu_journal_sanctions": "EU",
    "eu_sanctions_map": "EU",
    "gb_hmt_sanctions": "GB",
    "gb_fcdo_sanctions": "GB",
    "ch_seco_sanctions": "CH",
    "ca_dfatd_sema_sanctions": "CA",
    "au_dfat_sanctions": "AU",
    "nz_russia_sanctions": "NZ",
    "jp_mof_sanctions": "JP",
    "ua_nsdc_sanctions": "UA",
    "un_sc_sanctions": "UN",
    "un_1718_vessels": "UN",
}


def kind(header: Sequence[str]) -> str | None:
    """Which of the tables has this header (lower case): maritime, targets or neither."""
    if set(header) >= _MARITIME:
        return "maritime"
    return "targets" if set(header) >= _TARGETS else None


def authorities(datasets: Iterable[str]) -> str | None:
    """Who keeps the lists that these data sets are copies of, as far as they are known; None where none is."""
    return ", ".join(dict.fromkeys(_AUTHORITIES[name] for name in datasets if name in _AUTHORITIES)) or None


def only_detentions(datasets: Sequence[str]) -> bool:
    """Whether all data sets are of ships detained in ports for their state, which is no sanction."""
    return bool(datasets) and all("detention" in name.lower() for name in datasets)


def read(source: Source) -> Read:
    """The ships that a list names; companies and persons are passed over."""
    rows = records(source, ",")
    _, first = next(rows)
    header = [cell.strip().lower() for cell in first]
    which = kind(header)
    is_ship = ("type", "VESSEL") if which == "maritime" else ("schema", "Vessel")
    for line, cells in rows:
        row = dict(zip(header, cells, strict=False))
        if row.get(is_ship[0], "").strip().lower() != is_ship[1].lower():
            continue
        try:
            if len(cells) != len(header):
                raise ValueError(f"{len(cells)} cells where the header has {len(header)}")
            yield line, _maritime(row) if which == "maritime" else _target(row)
        except ValueError as error:
            yield line, Refusal(str(error))


def _maritime(row: Mapping[str, str]) -> Entry | Refusal:
    risk, datasets = _several(row["risk"]), _several(row["datasets"])
    if not LISTED_TOPICS.intersection(risk):
        return Refusal(f"no list is said to name her: risk is {values.short('; '.join(risk)) or 'empty'}")
    if only_detentions(datasets):
        return Refusal("the data sets are of ships detained in ports, which is no sanction")
    entry = _entry(row, row["caption"], datasets)
    entry.cells |= {
        "flag": "; ".join(flag.upper() for flag in _several(row.get("flag", ""))) or None,
        "url": values.address(row.get("url")),
    }
    entry.take_imo([row["imo"]])
    entry.take_mmsi(_several(row.get("mmsi", "")))
    entry.remark("Risk in the words of OpenSanctions", risk)
    entry.remark("Countries", (country.upper() for country in _several(row.get("countries", ""))))
    return entry


def _target(row: Mapping[str, str]) -> Entry | Refusal:
    datasets, sanctions = _several(row.get("dataset", "")), _several(row["sanctions"])
    if values.text(row["sanctions"]) is None:
        return Refusal("no list is said to name her: the column sanctions is empty")
    if only_detentions(datasets):
        return Refusal("the data sets are of ships detained in ports, which is no sanction")
    identifiers = _several(row["identifiers"])
    entry = _entry(row, row["name"], datasets)
    entry.cells |= {
        "programme": "; ".join(_several(row.get("program_ids", ""))) or None,
        "basis": "; ".join(sanctions) or None,
    }
    entry.take_imo(i for i in identifiers if i.upper().startswith("IMO"))
    entry.remark("Identifiers, not told apart", (i for i in identifiers if not i.upper().startswith("IMO")))
    entry.remark("Countries", (country.upper() for country in _several(row.get("countries", ""))))
    entry.remark("First seen by OpenSanctions, which is not when she was listed, on", [_day(row.get("first_seen"))])
    entry.remark("Last seen by OpenSanctions, in any of the data sets, on", [_day(row.get("last_seen"))])
    return entry


def _entry(row: Mapping[str, str], name: str, datasets: Sequence[str]) -> Entry:
    named = values.text(name)
    number = values.text(row["id"])
    return Entry(
        {
            "listing_id": f"OpenSanctions {values.short(number)}" if number else None,
            "entity_id": number,
            "name": named,
            "aliases": [alias for alias in _several(row.get("aliases", "")) if alias != named] or None,
            "authority": authorities(datasets),
            "list": "; ".join(datasets) or None,
        },
        ["OpenSanctions gives the data sets; it does not say which of them lists her."] if len(datasets) > 1 else [],
    )


def _day(cell: str | None) -> str | None:
    seen, _ = values.day(cell)
    return None if seen is None else seen.isoformat()


def _several(cell: str) -> list[str]:
    """The values of a cell, parted by ``;``; one that holds a ``;`` itself stands in quotation marks."""
    if values.text(cell) is None:
        return []
    try:
        parts = next(csv.reader([" ".join(cell.split())], delimiter=";", strict=True), [])
    except csv.Error:
        parts = cell.split(";")
    return values.texts(parts)
