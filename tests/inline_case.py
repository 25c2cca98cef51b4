"""Rows for figures: silences, tracks, places and what was seen, anywhere on Earth and with any name. None of it is real."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from ais_gaps.evidence.tables import LOOKS, OBSERVATIONS
from ais_gaps.place_features import PLACES
from ais_gaps.schema import GAPS, REACH, RECEPTION, UTC_US

T0 = datetime(2024, 1, 1, tzinfo=UTC)

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    '" onload="alert(2)',
    "'></iframe><script>alert(3)</script>",
    "\u202eGNP.exe\u202c\u2066\x00\x1b[31m",
    "]]><!--<svg/onload=alert(4)>",
    "&quot;&#34;><b>{{ 7*7 }}",
)


def gap(number: int = 0, **told: Any) -> dict[str, Any]:
    """A silence of 30 h that ended."""
    off = told.pop("off_ts", T0 + timedelta(hours=number))
    hours = told.pop("duration_h", 30.0)
    row = {
        "gap_id": f"{number:016x}",
        "mmsi": 273_000_000 + number,
        "track": 0,
        "imo": None,
        "name": f"SHIP {number}",
        "off_ts": off,
        "off_lat": 42.0,
        "off_lon": 132.0,
        "on_ts": off + timedelta(hours=hours),
        "on_lat": 40.0,
        "on_lon": 134.0,
        "open": False,
        "duration_h": hours,
        "p_switched_off": 0.9,
        "cause": "switched off",
        "reasons": ["It was heard well before [+1.0]"],
        "off_place": "Dunai",
        "off_place_nm": 22.0,
        **dict.fromkeys(("reports_12h", "reports_12h_terrestrial", "reports_12h_satellite"), 3),
        **dict.fromkeys(("other_messages", "heard_without_position"), 0),
    }
    return row | told


def still_dark(number: int = 0, **told: Any) -> dict[str, Any]:
    """One that has not ended."""
    return gap(number, on_ts=None, on_lat=None, on_lon=None, open=True, **told)


def gaps(*rows: dict[str, Any]) -> pa.Table:
    """The rows as a table of gaps."""
    return pa.Table.from_pylist(list(rows), schema=pa.schema([f.with_nullable(True) for f in GAPS.arrow]))


def track(*runs: tuple[int, float, list[tuple[float, float]]], minutes: float = 20.0) -> pa.Table:
    """Reports of an MMSI from an hour on, so many minutes apart, at these latitudes and longitudes."""
    rows = [
        {"mmsi": mmsi, "ts": T0 + timedelta(hours=start, minutes=minutes * n), "lat": lat, "lon": lon, "sog": 9.0}
        for mmsi, start, points in runs
        for n, (lat, lon) in enumerate(points)
    ]
    fields = [("mmsi", pa.int32()), ("ts", UTC_US), ("lat", pa.float64()), ("lon", pa.float64()), ("sog", pa.float64())]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def reach(*rows: dict[str, Any]) -> pa.Table:
    """Places in reach; what is not told is made up."""
    told = {
        "gap_id": "a",
        "leg": 1,
        "mmsi": 273_000_000,
        "name": "SHIP 0",
        "start_ts": T0,
        "end_ts": T0 + timedelta(days=9),
        "start_place": "Dunai",
        "end_place": "Busan",
        "open": False,
        "rank": 1,
        "place_id": "P1",
        "place": "Rajin port",
        "watched": True,
        "lat": 42.2,
        "lon": 130.3,
        "out_nm": 88.0,
        "back_nm": 300.0,
        "speed_kn": 12.0,
        "speed_basis": "told",
        "earliest_arrival": T0 + timedelta(hours=8),
        "latest_departure": T0 + timedelta(days=8),
        "slack_h": 180.0,
        "share": 0.4,
        "places": 2,
        "reasons": ["the way there is 88 nm (-0.3)"],
    }
    return pa.Table.from_pylist([told | row for row in rows], schema=REACH.arrow)


def cells(*estimates: float | None, lon: float = 130.0) -> pa.Table:
    """Cells beside one another, each with an estimate or none."""
    rows = [
        {
            "cell": n,
            "cell_deg": 0.25,
            "receiver": "any",
            "lat": 40.125,
            "lon": lon + n / 4 + 0.125,
            "south": 40.0,
            "west": lon + n / 4,
            "north": 40.25,
            "east": lon + n / 4 + 0.25,
            "ship_hours": 50 - n,
            "heard": 20,
            "share": estimate,
            "estimate": estimate,
        }
        for n, estimate in enumerate(estimates)
    ]
    return pa.Table.from_pylist(rows, schema=RECEPTION.arrow)


def observations(*rows: dict[str, Any]) -> pa.Table:
    """Observations; what is not told is made up."""
    day = date(2024, 1, 2)
    told = {
        "obs_id": "O1",
        "date_start": day,
        "date_end": day,
        "kind": "vessel",
        "place": "Rajin port",
        "observed": "a ship",
    }
    return pa.Table.from_pylist([told | {"lat": 42.2, "lon": 130.3} | row for row in rows], schema=OBSERVATIONS.arrow)


def looks(*rows: dict[str, Any]) -> pa.Table:
    """Looks; what is not told is made up."""
    day = date(2024, 1, 2)
    told = {
        "look_id": "K1",
        "date_start": day,
        "date_end": day,
        "place": "Rajin port",
        "saw": ["vessel"],
        "nothing_seen": False,
    }
    return pa.Table.from_pylist(
        [told | {"obs_ids": ["O1"], "lat": 42.2, "lon": 130.3} | row for row in rows], schema=LOOKS.arrow
    )


def places(*rows: dict[str, Any]) -> pa.Table:
    """Places; what is not told is made up."""
    told = {
        "place_id": "P1",
        "name": "Rajin port",
        "kind": "port",
        "watched": True,
        "lat": 42.2,
        "lon": 130.3,
        "radius_nm": 5.0,
    }
    return pa.Table.from_pylist([told | row for row in rows], schema=PLACES)


_LATS = st.one_of(st.none(), st.floats(-95.0, 95.0))
_LONS = st.one_of(st.none(), st.floats(-200.0, 200.0))


@st.composite
def any_gap(draw: st.DrawFn, number: int = 0) -> dict[str, Any]:
    """A silence anywhere, of any length and name."""
    hours = draw(st.floats(0.1, 9_000.0))
    made = still_dark if draw(st.booleans()) else gap
    row = made(
        draw(st.integers(0, 60)),
        off_ts=T0 + timedelta(hours=draw(st.floats(0.0, 20_000.0))),
        duration_h=hours,
        name=draw(st.one_of(st.none(), st.text(max_size=40), st.sampled_from(HOSTILE))),
        p_switched_off=draw(st.one_of(st.none(), st.floats(0.0, 1.0))),
        off_lat=draw(_LATS),
        off_lon=draw(_LONS),
    )
    return row | {"gap_id": f"{draw(st.integers(0, 2**60)):016x}"}
