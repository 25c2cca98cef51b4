"""Ports that a map names for orientation."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any, Final

from ais_gaps.report.page.unrolling import unrolled

_ROOM_DEG: Final = (-9.0, -9.0, 9.0, 9.0)
_MOST: Final = 90


def around(frame: tuple[float, float, float, float], centre: float) -> list[list[Any]]:
    """Ports around what is drawn: name, latitude, unrolled longitude, whether large; large ones first.

    Args:
        frame: west, south, east, north of what is drawn, unrolled around `centre`.
    """
    west, south, east, north = (edge + side for edge, side in zip(frame, _ROOM_DEG, strict=True))
    found = [
        (size != "Large", name, lat, unrolled(lon, centre))
        for name, size, lat, lon in _larger()
        if south <= lat <= north and west <= unrolled(lon, centre) <= east
    ]
    return [[name, round(lat, 3), round(lon, 3), not small] for small, name, lat, lon in sorted(found)[:_MOST]]


@cache
def _larger() -> tuple[tuple[str, str, float, float], ...]:
    """Name, size, latitude and longitude of the larger ports of the World Port Index that comes with the package."""
    text = (files("ais_gaps") / "data" / "ports.csv").read_text(encoding="utf-8")
    return tuple(
        (row["name"], row["harbour_size"], float(row["lat"]), float(row["lon"]))
        for row in csv.DictReader(text.splitlines())
        if row["harbour_size"] in ("Large", "Medium") and row["lat"] and row["lon"]
    )
