"""Hulls, ships and silences for tests, with the straight line in place of ways by sea."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from ais_gaps import geodesy
from ais_gaps.hulls.model import HEARD, SILENT, Floats, Hull, Naming, Others, Ship, Window
from ais_gaps.reach.model import Fix
from ais_gaps.schema import GAPS

T0 = datetime(2023, 8, 1, tzinfo=UTC)
RAJIN = (42.233333, 130.3)


def straight(lat: float, lon: float, lats: Floats, lons: Floats, *, at_most_nm: float | None = None) -> Floats:
    return geodesy.distance_nm(lat, lon, lats, lons)


def at(hours: float) -> datetime:
    return T0 + timedelta(seconds=round(hours * 3600))


def hull(ref: str = "H1", hours: tuple[float, float] = (500, 524), **given: Any) -> Hull:
    facts: dict[str, Any] = {
        "lat": RAJIN[0],
        "lon": RAJIN[1],
        "precision_nm": 1.0,
        "length_min_m": None,
        "length_max_m": None,
        "place": "Rajin port",
        "place_ids": ("P01",),
    }
    return Hull(ref, at(hours[0]), at(hours[1]), **(facts | given))


def fix(hours: tuple[float, float], lat: float | None, lon: float | None, precision_nm: float | None = 0.0) -> Fix:
    return Fix("heard", "last heard", "X", at(hours[0]), at(hours[1]), lat, lon, precision_nm, ("g1",))


def window(
    start: tuple[float, float, float],
    end: tuple[float, float, float] | None,
    until: float = 0.0,
    speed_kn: float = 12.0,
) -> Window:
    """From (hour, lat, lon) to (hour, lat, lon)."""
    last = None if end is None else fix((end[0], end[0]), end[1], end[2])
    return Window(1, fix((start[0], start[0]), start[1], start[2]), last, at(end[0] if end else until), speed_kn)


def naming(ref: str, hours: tuple[float, float], place: str = "P01", **given: Any) -> Naming:
    facts: dict[str, Any] = {"lat": RAJIN[0], "lon": RAJIN[1], "precision_nm": 1.0} | given
    first, last = at(hours[0]), at(hours[1])
    return Naming(ref, "Rajin port", (place,), first.date(), last.date(), first, last, **facts)


def her(**given: Any) -> Ship:
    facts: dict[str, Any] = {"windows": (window((0, 42.9, 132.3), (2000, 42.9, 132.3)),)} | given
    return Ship("ANGARA", 9179842, (273210440,), **facts)


def silent(*rows: dict[str, Any]) -> pa.Table:
    facts: dict[str, Any] = {
        "hull": "H1",
        "imo": None,
        "name": None,
        "length_m": None,
        "speed_kn": 16.0,
        "off_ts": at(490),
        "on_ts": at(530),
        "spare_h": 5.0,
    }
    return pa.Table.from_pylist([facts | {"gap_id": f"g{row['mmsi']}"} | row for row in rows], schema=SILENT)


def heard(*rows: dict[str, Any]) -> pa.Table:
    facts: dict[str, Any] = {"hull": "H1", "imo": None, "name": None, "length_m": None, "away_nm": 1.0, "ts": at(510)}
    return pa.Table.from_pylist([facts | row for row in rows], schema=HEARD)


Spot = tuple[float, float, float]


def gap(gap_id: str, mmsi: int, off: Spot, on: Spot | None, **given: Any) -> dict[str, Any]:
    """A row of `GAPS`: (hour, lat, lon) of off and on."""
    row: dict[str, Any] = dict.fromkeys(GAPS.names)
    row |= {"gap_id": gap_id, "mmsi": mmsi, "track": 0, "open": on is None}
    row |= {"off_ts": at(off[0]), "off_lat": off[1], "off_lon": off[2]}
    if on is not None:
        row |= {"on_ts": at(on[0]), "on_lat": on[1], "on_lon": on[2]}
    row |= {"duration_h": (on[0] if on else 2000.0) - off[0]}
    counts = (
        "reports_12h",
        "reports_12h_terrestrial",
        "reports_12h_satellite",
        "other_messages",
        "heard_without_position",
    )
    row |= dict.fromkeys(counts, 0)
    return row | given


def lengths() -> st.SearchStrategy[float | None]:
    return st.none() | st.floats(20, 400)


@st.composite
def hulls(draw: st.DrawFn) -> Hull:
    first = draw(st.floats(100, 1500))
    low = draw(lengths())
    wider = draw(st.floats(1.0, 1.3))
    return hull(
        "H1",
        (first, first + draw(st.sampled_from([0.0, 24.0, 240.0]))),
        length_min_m=low,
        length_max_m=None if low is None else low * wider,
        ships=draw(st.sampled_from([None, 1, 2])),
    )


@st.composite
def ships(draw: st.DrawFn, number: int) -> Ship:
    spans = draw(st.lists(st.tuples(st.floats(0, 1800), st.floats(0, 900)), max_size=3))
    namings = tuple(
        naming(f"O{number}{n}", (first, first + span), draw(st.sampled_from(["P01", "P05"])))
        for n, (first, span) in enumerate(spans)
    )
    numbered = draw(st.sampled_from(["imo", "mmsi", "name", "both"]))
    return Ship(
        name=f"SHIP {number}",
        imo=9000000 + number if numbered in ("imo", "both") else None,
        mmsi=(273000000 + number,) if numbered in ("mmsi", "both") else (),
        length_m=draw(lengths()),
        length_from="the register",
        case=draw(st.booleans()),
        ref=f"V{number}",
        namings=namings,
    )


@st.composite
def others(draw: st.DrawFn) -> Others:
    known = tuple(draw(ships(number)) for number in range(draw(st.integers(0, 4))))
    rows = [
        {
            "mmsi": 273000000 + number,
            "imo": draw(st.sampled_from([None, 9000000 + number])),
            "name": draw(st.sampled_from([None, f"SHIP {number}"])),
            "length_m": draw(lengths()),
        }
        for number in draw(st.lists(st.integers(0, 30), max_size=25))
    ]
    parted = draw(st.integers(0, len(rows)))
    return Others(known, heard(*rows[:parted]), silent(*rows[parted:]))
