"""Rows to be drawn, and what was drawn of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

T0 = pd.Timestamp("2024-03-01", tz="UTC")


def track_of(
    hours: Sequence[float], lon: Sequence[float], lat: Sequence[float] | float = 40.0, **more: Any
) -> pd.DataFrame:
    """Reports at some hours since `T0`."""
    ts = T0 + pd.to_timedelta(np.asarray(hours, float), unit="h")
    return pd.DataFrame({"mmsi": 273_000_001, "name": "ANGARA", "ts": ts, "lat": lat, "lon": lon, **more})


def gaps_of(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Silences: each with off_h and duration_h, hours; open where it says so."""
    made = []
    for number, row in enumerate(rows):
        off = T0 + pd.Timedelta(hours=row.get("off_h", 24.0 * number))
        hours = row.get("duration_h", 12.0)
        is_open = row.get("open", False)
        made.append(
            {
                "gap_id": str(number),
                "mmsi": 273_000_001,
                "track": 0,
                "imo": 9179842,
                "name": "ANGARA",
                "off_ts": off,
                "off_lat": 40.0 + number,
                "off_lon": 130.0 + number,
                "on_ts": pd.NaT if is_open else off + pd.Timedelta(hours=hours or 1.0),
                "on_lat": np.nan if is_open else 40.5 + number,
                "on_lon": np.nan if is_open else 130.5 + number,
                "open": is_open,
                "duration_h": hours,
                "p_switched_off": None,
            }
            | {key: value for key, value in row.items() if key != "off_h"}
        )
    frame = pd.DataFrame(made)
    frame["on_ts"] = pd.to_datetime(frame["on_ts"], utc=True)
    return frame


def observations_of(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Observations: each with date_start and kind."""
    empty = {"date_end": None, "ts": None, "vessel_imos": None, "vessel_mmsis": None, "vessels_named": None}
    return pd.DataFrame([empty | row for row in rows])


def cells_of(estimates: Sequence[float | None], west: float = 130.0, receiver: str = "any") -> pd.DataFrame:
    """Cells of a quarter degree beside one another."""
    edge = west + 0.25 * np.arange(len(estimates))
    return pd.DataFrame(
        {
            "receiver": receiver,
            "south": 40.0,
            "north": 40.25,
            "west": (edge + 180.0) % 360.0 - 180.0,
            "east": (edge + 0.25 + 180.0) % 360.0 - 180.0,
            "estimate": pd.array(estimates, dtype="Float64"),
        }
    )


def found(ax: Axes, gid: str) -> Any:
    """The one artist of the axes with this id."""
    (artist,) = [artist for artist in ax.get_children() if artist.get_gid() == gid]
    return artist


def has(ax: Axes, gid: str) -> bool:
    """Whether there is one."""
    return any(artist.get_gid() == gid for artist in ax.get_children())


def words(ax: Axes) -> str:
    """All that can be read on the figure: titles, labels, legend, notes."""
    from matplotlib.text import Text

    figure = ax.get_figure(root=True)
    return "\n".join(text.get_text() for text in figure.findobj(Text) if text.get_text())


def written(ax: Axes, kind: str = "svg") -> bytes:
    """The figure as a file."""
    stream = io.BytesIO()
    ax.get_figure(root=True).savefig(stream, format=kind, dpi=50)
    return stream.getvalue()
