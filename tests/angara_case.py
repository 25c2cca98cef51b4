"""The ANGARA case as tables, made from the fixture without an archive: reports read by hand, gaps by their definition."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from geographiclib.geodesic import Geodesic

from ais_gaps.dossier import Provenance, ReportSource
from ais_gaps.evidence import Evidence, read_folder
from ais_gaps.schema import GAPS
from ais_gaps.vessels import VESSELS

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "angara"
ANGARA, OTHER_ANGARA, LADY_R, MAIA = 9179842, 9124043, 9161003, 9358010
NM = 1852.0


@cache
def evidence() -> Evidence:
    return read_folder(FIXTURE)


@cache
def reports() -> dict[int, list[dict[str, Any]]]:
    """Reports by MMSI, in order of time."""
    found: dict[int, list[dict[str, Any]]] = {}
    with (FIXTURE / "reports.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            row["ts"], row["lat"], row["lon"] = datetime.fromisoformat(row["ts"]), float(row["lat"]), float(row["lon"])
            found.setdefault(int(row["mmsi"]), []).append(row)
    return found


def distance_nm(a: dict[str, Any], b: dict[str, Any]) -> float:
    return float(Geodesic.WGS84.Inverse(a["lat"], a["lon"], b["lat"], b["lon"])["s12"]) / NM


def as_of() -> datetime:
    return max(rows[-1]["ts"] for rows in reports().values())


@cache
def vessels() -> pa.Table:
    rows = []
    for mmsi, heard in reports().items():
        said = heard[0]
        rows.append(
            {
                "vessel": f"IMO{said['imo']}" if said["imo"] else f"MMSI{mmsi}",
                "imo": int(said["imo"]) if said["imo"] else None,
                "mmsi": [mmsi],
                "name": said["name"],
                "former_names": [],
                "call_signs": [said["call_sign"]] if said["call_sign"] else [],
                "flag": {"273": "RU", "667": "SL", "440": "KR", "431": "JP"}[str(mmsi)[:3]],
                "ship_type": said["ship_type"] or None,
                "length": float(said["length"]) if said["length"] else None,
                "beam": float(said["beam"]) if said["beam"] else None,
                "ais_class": said["ais_class"],
                "first_ts": heard[0]["ts"],
                "last_ts": heard[-1]["ts"],
                "reports": len(heard),
                "notes": [],
            }
        )
    return pa.Table.from_pylist(rows, schema=VESSELS)


@cache
def gaps() -> pa.Table:
    """Every gap over six hours, open ones up to the end of the archive."""
    rows = []
    for mmsi, heard in reports().items():
        for off, on in zip(heard, [*heard[1:], None], strict=True):
            lasted = (on["ts"] if on else as_of()) - off["ts"]
            if lasted > timedelta(hours=6):
                rows.append(_gap(mmsi, off, on, lasted, heard))
    return pa.Table.from_pylist(rows, schema=GAPS.arrow)


def _gap(
    mmsi: int, off: dict[str, Any], on: dict[str, Any] | None, lasted: timedelta, heard: list[dict[str, Any]]
) -> dict[str, Any]:
    before = [row for row in heard if off["ts"] - timedelta(hours=12) <= row["ts"] <= off["ts"]]
    off_place, off_nm = nearest(off)
    on_place, on_nm = nearest(on) if on else (None, None)
    return {
        "gap_id": f"g{mmsi}-{off['ts']:%Y%m%d%H%M}",
        "mmsi": mmsi,
        "track": 0,
        "imo": int(off["imo"]) if off["imo"] else None,
        "name": off["name"],
        "ais_class": off["ais_class"],
        "off_ts": off["ts"],
        "off_lat": off["lat"],
        "off_lon": off["lon"],
        "on_ts": on and on["ts"],
        "on_lat": on and on["lat"],
        "on_lon": on and on["lon"],
        "open": on is None,
        "duration_h": lasted.total_seconds() / 3600,
        "distance_nm": distance_nm(off, on) if on else None,
        "reports_12h": len(before),
        "reports_12h_terrestrial": sum(row["receiver"] == "terrestrial" for row in before),
        "reports_12h_satellite": sum(row["receiver"] == "satellite" for row in before),
        "other_messages": 0,
        "heard_without_position": 0,
        "off_place": off_place,
        "off_place_nm": off_nm,
        "on_place": on_place,
        "on_place_nm": on_nm,
    }


def nearest(report: dict[str, Any]) -> tuple[str | None, float | None]:
    places = [p for p in evidence().places.to_pylist() if p["lat"] is not None]
    place = min(places, key=lambda p: distance_nm(report, p))
    return place["name"], distance_nm(report, place)


def provenance() -> Provenance:
    source = ReportSource("reports.csv", "0" * 64, sum(map(len, reports().values())), None)
    return Provenance("ais_gaps test", 6.0, as_of(), None, (source,))


def vessel(imo: int) -> dict[str, Any]:
    row: dict[str, Any] = next(row for row in vessels().to_pylist() if row["imo"] == imo)
    return row


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]
