"""How numbers, times, places and ships are put into words; no more than the rows say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from ais_gaps.evidence import ships_of

Row = Mapping[str, Any]

_PREPOSITIONS = {"at", "around", "between", "east", "in", "near", "north", "off", "on", "outside", "south", "west"}


def minute(when: datetime) -> str:
    """``2023-08-10 06:40 UTC``."""
    utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return utc.strftime("%Y-%m-%d %H:%M UTC")


def lasting(hours: float) -> str:
    """``36.7 hours`` up to two days, ``181.1 days`` beyond."""
    return f"{hours:,.1f} hours" if hours < 48 else f"{hours / 24:,.1f} days"


def position(lat: float | None, lon: float | None) -> str:
    """``42.550 N 132.100 E``, or that there is none."""
    if lat is None or lon is None:
        return "an unknown position"
    return f"{abs(lat):.3f} {'S' if lat < 0 else 'N'} {abs(lon):.3f} {'W' if lon < 0 else 'E'}"


def near(place: str | None, distance_nm: float | None) -> str:
    """``, 21 nm from Dunai``; empty where no place is known."""
    if place is None:
        return ""
    if distance_nm is None:
        return f", near {place}"
    return f", at {place}" if distance_nm < 0.05 else f", {miles(distance_nm)} from {place}"


def at(place: str) -> str:
    """``at Rajin port``, ``off Vladivostok``: sources begin a place with its own preposition at times."""
    return place if place.split(" ", 1)[0] in _PREPOSITIONS else f"at {place}"


def miles(distance_nm: float) -> str:
    """``4.2 nm`` below ten, ``21 nm`` from there."""
    return f"{distance_nm:,.1f} nm" if distance_nm < 9.95 else f"{distance_nm:,.0f} nm"


def listing(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def days(start: date, end: date, approximate: bool = False) -> str:
    """``2023-12-17``, ``2023-12-17 to 12-18``, ``~2023-08-21 to 10-10``."""
    if start == end:
        text = start.isoformat()
    else:
        text = f"{start.isoformat()} to {end.isoformat()[5:] if end.year == start.year else end.isoformat()}"
    return f"~{text}" if approximate else text


def site(row: Row) -> str:
    """Place and pier, as the source names them."""
    return ", ".join(part for part in (row["place"], row["pier_as_stated"]) if part) or "place not stated"


def names(row: Row) -> tuple[str, ...]:
    """The ships that an observation names, each by its name, else by a number that it gives."""
    return tuple(name or (f"IMO {imo}" if imo is not None else f"MMSI {mmsi}") for name, imo, mmsi in ships_of(row))


def amount(row: Row) -> str:
    """``5 round trips``, ``49 of 109 imaged days``; empty where nothing is counted."""
    if row["count"] is None:
        return ""
    of = "" if row["out_of"] is None else f" of {row['out_of']:,.10g}"
    return f"{row['count']:,.10g}{of}{' ' + row['unit'] if row['unit'] else ''}"


def ship(row: Row) -> str:
    """A register row in one line: type, tonnage, length, flag, owner; only what is known."""
    length = row["length_m"] and f"{row['length_m']:,.10g} m"
    tonnage = row["gross_tonnage"] and f"{row['gross_tonnage']:,.10g} GT"
    built = row["year_built"] and f"built {row['year_built']}"
    flag = row["flag"] and f"flag {row['flag']}"
    owner = row["owner"] and f"owner {row['owner']}"
    linked = row["linked_to"] and row["linked_to"] not in (row["owner"] or "") and f"linked to {row['linked_to']}"
    return ", ".join(part for part in (row["ship_type"], tonnage, length, built, flag, owner, linked) if part)
