"""Ships that sources or the register know, and where sources name them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

import pyarrow as pa

from ais_gaps import geodesy
from ais_gaps.evidence import ships_of
from ais_gaps.hulls.model import Hull, Naming, Row, Ship
from ais_gaps.hulls.priors import NAMED_DAYS, NAMED_NATS, NAMED_WITHIN_DAYS
from ais_gaps.hulls.prism import UNSTATED_NM, room_nm
from ais_gaps.names import fold
from ais_gaps.reach.sightings import interval, position
from ais_gaps.reach.speed import typical

KINDS: Final = frozenset({"vessel", "count"})
"""Kinds of observation by which a source places a ship. What it read from AIS is the archive's to say."""

_DAY = timedelta(days=1)
Key = tuple[str, int | str]


def ships(observations: pa.Table, register: pa.Table, places: Mapping[str, Row]) -> tuple[Ship, ...]:
    """Every ship that the register or an observation names, by IMO number, else by MMSI, else by name alone.

    Args:
        observations: `evidence.tables.OBSERVATIONS`. register: `evidence.tables.VESSELS`.
        places: rows with lat and lon by place id.

    Returns:
        In order of key; the namings of each in order of time.
    """
    entries = {_key(row["imo"], row["mmsi"], row["name"]): row for row in register.to_pylist()}
    by_mmsi = {row["mmsi"]: key for key, row in entries.items() if row["mmsi"] is not None}
    names: dict[Key, str | None] = {key: row["name"] for key, row in entries.items()}
    namings: dict[Key, list[Naming]] = defaultdict(list)
    for row in sorted(observations.to_pylist(), key=lambda row: (row["date_start"], row["date_end"], row["obs_id"])):
        if row["kind"] not in KINDS or (not row["place_ids"] and row["lat"] is None):
            continue
        for name, imo, mmsi in ships_of(row):
            key = _key(imo, mmsi, name)
            key = by_mmsi.get(mmsi, key) if imo is None else key
            names.setdefault(key, name)
            namings[key].append(_naming(row, places))
    return tuple(
        _ship(key, names[key], entries.get(key), tuple(namings.get(key, ()))) for key in sorted(names, key=repr)
    )


def part(known: Iterable[Ship], her: Ship) -> tuple[tuple[Naming, ...], bool, tuple[Ship, ...]]:
    """Her namings, whether the register counts her to the case, and the other ships.

    By IMO number, then by MMSI: a namesake is another ship. A ship of her name of which nothing but the name is known may be
    her: she is left out of both.
    """
    own: list[Naming] = []
    case, others = False, []
    for ship in known:
        if same(her, ship.imo, ship.mmsi):
            own += ship.namings
            case = case or ship.case
        elif ship.imo is not None or ship.mmsi or fold(ship.name or "") != fold(her.name or ""):
            others.append(ship)
    return tuple(own), case, tuple(others)


def same(her: Ship, imo: int | None, mmsi: Iterable[int]) -> bool:
    """She is meant: by IMO number where both are known, else by MMSI."""
    if her.imo is not None and imo is not None:
        return her.imo == imo
    return any(number in her.mmsi for number in mmsi)


def here(naming: Naming, hull: Hull) -> bool:
    """The naming is of the hull's place."""
    if hull.place_ids and naming.place_ids:
        return not set(hull.place_ids).isdisjoint(naming.place_ids)
    apart = _apart_nm(naming, hull)
    return apart is not None and apart <= hull.radius_nm


def days_off(naming: Naming, hull: Hull) -> float:
    """Least days between the naming and the hull; 0 where they may be of one time."""
    return max(naming.earliest - hull.latest, hull.earliest - naming.latest, timedelta()) / _DAY


def near(ship: Ship, hull: Hull) -> bool:
    """A source names her at the hull's place at most `NAMED_WITHIN_DAYS` from its time."""
    return any(days_off(naming, hull) <= NAMED_WITHIN_DAYS and here(naming, hull) for naming in ship.namings)


def mean_days(naming: Naming, hull: Hull) -> float:
    """Days between the middle of the hull's time and the naming's, each moment of which is held to be as likely."""
    middle = hull.earliest + (hull.latest - hull.earliest) / 2
    before, after = (middle - naming.earliest) / _DAY, (naming.latest - middle) / _DAY
    if before <= 0.0 or after <= 0.0:
        return abs(before - after) / 2.0
    return (before**2 + after**2) / (2.0 * (before + after))


def nats(naming: Naming, hull: Hull) -> float:
    """The weight of a naming at the hull's place."""
    return NAMED_NATS * math.exp(-mean_days(naming, hull) / NAMED_DAYS)


def strongest(ship: Ship, hull: Hull) -> Naming | None:
    """The naming at the hull's place that weighs most; the first of several."""
    found = [naming for naming in ship.namings if here(naming, hull)]
    return max(found, key=lambda naming: nats(naming, hull), default=None)


def away(ship: Ship, hull: Hull) -> Naming | None:
    """A naming at another place of all of the hull's time, if there is one: to be said, it rules nothing out."""
    for naming in ship.namings:
        around = naming.earliest <= hull.earliest and hull.latest <= naming.latest
        if around and not naming.tally and not here(naming, hull):
            return naming
    return None


def too_far(ship: Ship, hull: Hull) -> Naming | None:
    """A naming from which she cannot have been at the hull's place at its time, nor have come from there, if there is one."""
    for naming in ship.namings:
        apart = _apart_nm(naming, hull)
        if naming.tally or apart is None:
            continue
        between = max(hull.latest - naming.earliest, naming.latest - hull.earliest)
        if apart > ship.speed_kn * (between / timedelta(hours=1)):
            return naming
    return None


def _apart_nm(naming: Naming, hull: Hull) -> float | None:
    """The least that the places may be apart, in a straight line; None where one is not known."""
    if None in (naming.lat, naming.lon, hull.lat, hull.lon):
        return None
    nm = float(geodesy.distance_nm(naming.lat or 0.0, naming.lon or 0.0, hull.lat or 0.0, hull.lon or 0.0))
    off = UNSTATED_NM if naming.precision_nm is None else naming.precision_nm
    return max(nm - off - room_nm(hull), 0.0)


def _key(imo: int | None, mmsi: int | None, name: str | None) -> Key:
    if imo is not None:
        return "imo", imo
    return ("mmsi", mmsi) if mmsi is not None else ("name", fold(name or ""))


def _naming(row: Row, places: Mapping[str, Row]) -> Naming:
    where = position(row, places)
    earliest, latest = interval(row, None if where is None else where[1])
    lat, lon, precision_nm = where or (None, None, None)
    return Naming(
        row["obs_id"],
        row["place"],
        tuple(row["place_ids"] or ()),
        row["date_start"],
        row["date_end"],
        earliest,
        latest,
        lat,
        lon,
        precision_nm,
        row["kind"] == "count",
    )


def _ship(key: Key, name: str | None, entry: Row | None, namings: tuple[Naming, ...]) -> Ship:
    row = entry or {}
    length_m, mmsi = row.get("length_m"), row.get("mmsi")
    numbers = {int(number) for number in (mmsi, key[1] if key[0] == "mmsi" else None) if number is not None}
    return Ship(
        name=name,
        imo=int(key[1]) if key[0] == "imo" else row.get("imo"),
        mmsi=tuple(sorted(numbers)),
        length_m=length_m,
        length_from=None if length_m is None else "the register",
        case=row.get("role") == "case",
        ref=row.get("vessel_id"),
        namings=namings,
        speed_kn=typical(row.get("ship_type"), length_m).kn,
    )
