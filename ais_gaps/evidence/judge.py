"""One row of evidence, read and checked: taken with its values, or refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ais_gaps.evidence import ids, shapes, tables
from ais_gaps.evidence.cells import parser
from ais_gaps.itu import imo_valid
from ais_gaps.schema import Table

LARGEST_MMSI = 999_999_999
LONGEST_SHIP_M = 1000.0
"""Metres. The longest ship ever built had 458; what is longer is a slip of the unit."""

_LONGEST_ID = 200
_PUBLISHED = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_URL = re.compile(r"https?://[^\s<>\"\x00-\x20\x7f]+", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("observations", "kind"): tuple(tables.OBSERVATION_KINDS),
    ("observations", "date_precision"): tables.DATE_PRECISIONS,
    ("events", "date_precision"): tables.DATE_PRECISIONS,
    ("notes", "kind"): tuple(tables.NOTE_KINDS),
}
_SHIPS = ("vessels_named", "vessel_imos", "vessel_mmsis")
_RANGES: dict[str, tuple[float, float, str]] = {
    "lat": (-90, 90, "is out of range"),
    "lon": (-180, 180, "is out of range"),
    "score": (0, 1, "is not from 0 to 1"),
    "precision_nm": (0, 10_800, "is not a distance on Earth"),
    "resolution_m": (1e-3, 1e6, "is not the size of a pixel"),
    "length_min_m": (0.1, LONGEST_SHIP_M, "is not the length of a ship in metres"),
    "length_max_m": (0.1, LONGEST_SHIP_M, "is not the length of a ship in metres"),
}
_CALENDARS = timedelta(days=1)
"""The publisher's calendar may be a day off from UTC's."""


class Judge:
    """Reads and checks the rows of one table, in order; remembers ids.

    Args:
        table: the declaration.
        source: what holds for every row that does not say otherwise, by column: publisher, title, url, published.
    """

    def __init__(self, table: Table, source: Mapping[str, Any] | None = None) -> None:
        self.table = table
        self.parsers = {c.name: parser(c.type) for c in table.columns}
        self.key = table.names[0]
        self.source = {name: value for name, value in (source or {}).items() if name in self.parsers}
        self.seen: set[str] = set()

    def row(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """The values of a row; ValueError with the reason where it cannot be taken.

        Args:
            cells: by column, text as in a CSV file or values of JSON; columns that the table does not have are passed over.
        """
        row: dict[str, Any] = {}
        for name, read in self.parsers.items():
            try:
                row[name] = read(cells.get(name))
                if row[name] is None and name in self.source:
                    row[name] = read(self.source[name])
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
        _fill_days(row)
        for column in self.table.columns:
            if row[column.name] is None and not column.nullable and column.name != self.key:
                raise ValueError(f"{column.name} is missing")
        self._check(row)
        if row[self.key] is None:
            row[self.key] = ids.made(self.key, row)
        if row[self.key] in self.seen:
            raise ValueError(f"{self.key} {row[self.key]} is there twice")
        self.seen.add(row[self.key])
        return row

    def _check(self, row: dict[str, Any]) -> None:
        key = row[self.key]
        if key is not None and (len(key) > _LONGEST_ID or not key.isprintable()):
            raise ValueError(f"{self.key} is longer than {_LONGEST_ID} characters or has hidden ones")
        for (table, column), words in _WORDS.items():
            if table == self.table.name and row[column] is not None and row[column] not in words:
                raise ValueError(f"{column} is none of {', '.join(words)}")
        for name, (least, most, problem) in _RANGES.items():
            if row.get(name) is not None and not least <= row[name] <= most:
                raise ValueError(f"{name} {problem}")
        _check_times(row)
        if (row.get("lat") is None) != (row.get("lon") is None):
            raise ValueError("lat without lon, or lon without lat")
        _check_ships(row)
        shortest, longest = row.get("length_min_m"), row.get("length_max_m")
        if shortest is not None and longest is not None and longest < shortest:
            raise ValueError("length_max_m is less than length_min_m")
        if row.get("footprint") is not None:
            row["footprint"] = shapes.outline(row["footprint"])
        check_source(row)


def _fill_days(row: dict[str, Any]) -> None:
    """The days of a row that gives its time, or one day, and not both ends: they follow from it."""
    if "date_start" not in row or "date_precision" not in row:
        return
    if row["date_start"] is None and row["date_end"] is None and row.get("ts") is not None:
        row["date_start"] = row["ts"].date()
        row["date_end"] = (row["ts_end"] or row["ts"]).date()
        row["date_precision"] = row["date_precision"] or "day"
    elif row["date_end"] is None and (row.get("ts") is not None or row["date_precision"] == "day"):
        row["date_end"] = row["date_start"]


def _check_times(row: Mapping[str, Any]) -> None:
    start, end = row.get("date_start"), row.get("date_end")
    if end is not None and (start is None or end < start):
        raise ValueError("date_end lies before date_start" if start else "date_end without date_start")
    ts, ts_end = row.get("ts"), row.get("ts_end")
    if ts_end is not None and (ts is None or ts_end < ts):
        raise ValueError("ts_end lies before ts" if ts else "ts_end without ts")
    for name, moment in (("ts", ts), ("ts_end", ts_end)):
        if moment is None or start is None or end is None:
            continue
        if not start - _CALENDARS <= moment.date() <= end + _CALENDARS:
            raise ValueError(f"{name} lies outside date_start to date_end")


def _check_ships(row: Mapping[str, Any]) -> None:
    for imo in (row.get("imo"), *(row.get("vessel_imos") or ())):
        if imo is not None and not imo_valid(imo):
            raise ValueError(f"IMO number {imo} is not valid (seven digits, the last a check digit)")
    if "vessels_named" not in row:
        return
    for mmsi in row["vessel_mmsis"] or ():
        if mmsi is not None and not 0 < mmsi <= LARGEST_MMSI:
            raise ValueError(f"MMSI {mmsi} is not one (at most nine digits)")
    given = {name: len(row[name]) for name in _SHIPS if row[name] is not None}
    if len(set(given.values())) > 1:
        raise ValueError(f"{' and '.join(given)} differ in number")


def check_source(row: dict[str, Any]) -> None:
    """Checks address, date of publication and hashes of a row; ValueError, in plain words, where one is wrong."""
    if row.get("url") is not None and not _URL.fullmatch(row["url"]):
        raise ValueError("url is not an http or https address")
    if row.get("published") is not None and not _PUBLISHED.fullmatch(row["published"]):
        raise ValueError("published is not YYYY-MM-DD, YYYY-MM or YYYY")
    for name in ("saved_sha256", "source_sha256"):
        if row.get(name) is not None:
            row[name] = row[name].lower()
            if not _SHA256.fullmatch(row[name]):
                raise ValueError(f"{name} is not 64 hexadecimal digits")
