"""Which vessel a row of a list means, and where her page lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def vessel_key(row: Mapping[str, Any]) -> str:
    """``imo-9176187`` of a row with an IMO number, else ``mmsi-273210440``: one vessel of the site, one page."""
    imo = row["imo"]
    return f"mmsi-{int(row['mmsi'])}" if imo is None else f"imo-{int(imo)}"


def vessel_page(row: Mapping[str, Any]) -> str:
    """Her page, relative to the site's root."""
    return f"vessel/{vessel_key(row)}.html"


def vessel_file(row: Mapping[str, Any]) -> str:
    """What the page holds, as JSON, relative to the site's root."""
    return f"data/vessel/{vessel_key(row)}.json"
