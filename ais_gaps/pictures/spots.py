"""Where silences began and ended, on a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ais_gaps.pictures import chart, shades
from ais_gaps.pictures.columns import Columns, Floats, said
from ais_gaps.pictures.heard import SILENT
from ais_gaps.pictures.lettering import many, period, vessel
from ais_gaps.pictures.sheet import FAINT, INK

_SIZES: Final = ((6.0, "6 h"), (24.0, "1 day"), (168.0, "1 week"), (720.0, "30 days"))
_MOST_JOINED: Final = 60  # silences; of more, lines from off to on would hide the rest
_MANY: Final = 3000  # more spots are drawn smaller, and as pixels in a vector file


def draw(gaps: Any, ax: Axes | None, notes: Sequence[str]) -> Axes:
    """See `ais_gaps.pictures.gaps`."""
    rows = Columns(gaps, ("off_ts", "off_lat", "off_lon", "duration_h"), "silences")
    notes = said(notes, rows)
    lat, lon = rows.places("off_lat", "off_lon")
    on_lat, on_lon = rows.places("on_lat", "on_lon")
    p, hours = rows.chances("p_switched_off"), rows.floats("duration_h")
    nowhere = int((~np.isfinite(lat)).sum())
    if nowhere:
        notes.append(
            f"Of {many(nowhere, 'silence')} it is not known where it began: no spot."
            if nowhere == 1
            else f"Of {many(nowhere, 'silence')} it is not known where they began: no spots."
        )
    all_lat, all_lon = np.concatenate([lat, on_lat]), np.concatenate([lon, on_lon])
    window = chart.Window.around(all_lat, all_lon, strays=True)
    if away := int((np.isfinite(lat) & ~window.holds(lat, lon)).sum()):
        notes.append(f"{many(away, 'silence')} began outside of this map.")
    sheet, window = chart.sheet_of(window, ax, notes)
    ax = sheet.ax
    chart.drawn(ax, window, all_lat, all_lon)
    few = len(rows) <= _MANY
    part = 1.0 if few else 0.35
    handles: list[Artist] = []
    ended = np.isfinite(on_lat)
    joined = ended & np.isfinite(lat)
    if 0 < joined.sum() <= _MOST_JOINED:
        nothing = np.full(int(joined.sum()), np.nan)
        lons = np.stack([lon[joined], on_lon[joined], nothing], axis=1).ravel()
        lats = np.stack([lat[joined], on_lat[joined], nothing], axis=1).ravel()
        x, y = chart.lines(lons, lats, window.centre)
        handles += ax.plot(x, y, color=FAINT, linewidth=0.6, dashes=(5, 3), zorder=2, label=SILENT, gid="silent")
    if ended.any():
        handles += ax.plot(
            window.x(on_lon[ended]),
            on_lat[ended],
            "+",
            color=INK,
            markersize=4.5 if few else 2.0,
            markeredgewidth=0.7 if few else 0.3,
            zorder=2.4,
            label="heard again",
            gid="on",
            rasterized=not few,
        )
    order = np.argsort(-np.nan_to_num(hours), kind="stable")  # small spots lie on large ones
    order = order[np.isfinite(lat[order])]
    for told, zorder, gid in ((~np.isfinite(p[order]), 2.6, "not judged"), (np.isfinite(p[order]), 2.8, "judged")):
        these = order[told]
        # Printed in grey, the palest spots look hollow: so these have a shape of their own as well.
        look: dict[str, Any] = {"facecolors": "none", "marker": "s"}
        if gid == "judged":
            look = {"c": p[these], "cmap": shades.P_COLOURS, "norm": shades.CHANCE}
        ax.scatter(
            window.x(lon[these]),
            lat[these],
            s=_area(hours[these]) * part,
            edgecolors=INK,
            linewidths=0.6 if few else 0.25,
            zorder=zorder,
            gid=gid,
            rasterized=not few,
            **look,
        )
    if np.isfinite(p[order]).any():
        shades.p_bar(ax, sheet.size_in[1])
    handles = [*_key(part, bool((~np.isfinite(p)).any())), *handles]
    sheet.titled(title(rows))
    return sheet.finished(handles)


def title(rows: Columns) -> str:
    """How many silences, whose, and when, in one line."""
    number = many(len(rows), "silence")
    who = ""
    mmsi = np.unique(rows.whole("mmsi")[rows.whole("mmsi") > 0])
    if len(mmsi) == 1:
        names = [name for name in rows.texts("name") if name is not None]
        who = f" of {vessel(names[0] if names else None, int(mmsi[0]))}"
    elif len(mmsi) > 1:
        who = f" of {many(len(mmsi), 'vessel')}"
    when = period(rows.times("off_ts"), rows.times("on_ts"))
    return f"{number}{who}" + (f", {when}" if when else "")


def _area(hours: Floats) -> Floats:
    """Points squared; one that is not known is as small as the smallest."""
    return np.asarray(6.0 * np.sqrt(np.clip(np.nan_to_num(hours, nan=1.0), 1.0, 2000.0)), dtype=np.float64)


def _key(part: float, unknown: bool) -> list[Artist]:
    look: dict[str, Any] = {"linestyle": "none", "marker": "o", "markeredgecolor": INK, "markeredgewidth": 0.6}
    found: list[Artist] = [
        Line2D(
            [],
            [],
            markersize=float(np.sqrt(_area(np.array([hours]))[0] * part)),
            label=f"began, silent {words}",
            markerfacecolor="#d0d0d0",
            **look,
        )
        for hours, words in _SIZES
    ]
    if unknown:
        look |= {"marker": "s", "markerfacecolor": "none"}
        found.append(Line2D([], [], markersize=4.5, label=shades.NOT_JUDGED, **look))
    return found
