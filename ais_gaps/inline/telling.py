"""Silences in words and colours, and which of too many are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from ais_gaps.dossier import wording
from ais_gaps.inline.rows import Row, rows, ship

COLUMNS: Final = (
    *(
        "gap_id",
        "mmsi",
        "imo",
        "name",
        "off_ts",
        "off_lat",
        "off_lon",
        "on_ts",
        "on_lat",
        "on_lon",
        "open",
        "duration_h",
    ),
    *("off_place", "off_place_nm", "on_place", "on_place_nm", "p_switched_off", "cause", "reasons"),
)
"""Those of `schema.GAPS` that a figure reads."""

STEPS: Final = (0.2, 0.4, 0.6, 0.8)
"""Probabilities at which the next shade begins."""

SHADES: Final = (
    ("p4", "0.8 to 1"),
    ("p3", "0.6 to 0.8"),
    ("p2", "0.4 to 0.6"),
    ("p1", "0.2 to 0.4"),
    ("p0", "0 to 0.2"),
    ("p-unknown", "not known"),
)


def silences(gaps: pa.Table) -> list[dict[str, Any]]:
    """The rows, those of the highest probability first, then the longest."""
    return sorted(rows(gaps, COLUMNS), key=_order)


def _order(row: Row) -> tuple[float, float, str]:
    p = row["p_switched_off"]
    return (1.0 if p is None else -p, -(row["duration_h"] or 0.0), str(row["gap_id"] or ""))


def shade(row: Row) -> str:
    """The style of its probability."""
    p = row["p_switched_off"]
    return "p-unknown" if p is None else f"p{sum(p >= step for step in STEPS)}"


def is_open(row: Row) -> bool:
    """It has not ended."""
    return row["on_ts"] is None if row["open"] is None else bool(row["open"])


def end(row: Row) -> datetime | None:
    """When it ended; of one that has not, the present of the question; null where that is not known."""
    if row["on_ts"] is not None or row["off_ts"] is None:
        return row["on_ts"]  # type: ignore[no-any-return]
    return row["off_ts"] + timedelta(hours=row["duration_h"] or 0.0)  # type: ignore[no-any-return]


def when(row: Row) -> str:
    """``2023-08-10 06:40 UTC to 2024-02-07 08:50 UTC, 181.1 days``."""
    off: datetime | None = row["off_ts"]
    if off is None:
        return "At a time not known"
    lasting = "" if row["duration_h"] is None else wording.lasting(row["duration_h"])
    if is_open(row) or row["on_ts"] is None:
        return f"Silent since {wording.minute(off)}{f', {lasting} so far' if lasting else ''}"
    return f"{wording.minute(off)} to {wording.minute(row['on_ts'])}{f', {lasting}' if lasting else ''}"


def judged(row: Row) -> str:
    """``Probability of a choice 0.93: switched off``."""
    p, cause = row["p_switched_off"], row["cause"]
    said = "Probability of a choice not known" if p is None else f"Probability of a choice {p:.2f}"
    return f"{said}: {cause}" if cause else said


def where(row: Row, edge: str) -> str:
    """``Last heard at 42.550 N 132.100 E, 22 nm from Dunai``; empty where there is nothing to say."""
    lat, lon = row[f"{edge}_lat"], row[f"{edge}_lon"]
    if lat is None or lon is None:
        return "Last heard at a place not known" if edge == "off" else ""
    said = "Last heard at" if edge == "off" else "Heard again at"
    return f"{said} {wording.position(lat, lon)}{wording.near(row[f'{edge}_place'], row[f'{edge}_place_nm'])}"


def summed(found: Sequence[Row]) -> str:
    """All of them in a sentence: ``17 silences of 4 ships, 2022-11-05 to 2024-05-02; 5 have not ended.``"""
    ships = {row["mmsi"] for row in found}
    count = f"{len(found):,} silence{'s' if len(found) != 1 else ''}"
    whose = ship(found[0]) if len(ships) == 1 else f"{len(ships):,} ships"
    days = sorted(day for row in found for day in (row["off_ts"], end(row)) if day is not None)
    span = f", {days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}" if days else ""
    going = sum(map(is_open, found))
    ended = f"; {going:,} not ended" if going else ""
    return f"{count} of {whose}{span}{ended}"


def shades(found: Iterable[Row]) -> list[tuple[str, str]]:
    """The part of `SHADES` that is in use."""
    used = set(map(shade, found))
    return [(name, words) for name, words in SHADES if name in used]
