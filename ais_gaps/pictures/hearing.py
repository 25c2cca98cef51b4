"""How well ships are heard, by cell, on a map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import Patch

from ais_gaps.pictures import chart, shades
from ais_gaps.pictures.columns import Columns, said
from ais_gaps.pictures.lettering import many, period, shown

WORDS = "estimated chance that a ship is heard within an hour"
TOO_FEW = "too few ships to tell"


def draw(cells: Any, ax: Axes | None, notes: Sequence[str]) -> Axes:
    """See `ais_gaps.pictures.reception`."""
    rows = Columns(cells, ("south", "west", "north", "east", "estimate"), "cells of reception")
    notes = said(notes, rows)
    receivers = sorted({receiver for receiver in rows.texts("receiver") if receiver is not None})
    chosen = "any" if "any" in receivers else receivers[0] if receivers else None
    if len(receivers) > 1:
        rows = rows.taken(np.array([receiver == chosen for receiver in rows.texts("receiver")]))
        notes.append(f"Of {many(len(receivers), 'kind')} of receiver in the rows only {chosen!r} is drawn.")
    south, west = rows.places("south", "west")
    north, east = rows.places("north", "east")
    with np.errstate(invalid="ignore"):
        width = (east - west) % 360.0
        fit = np.isfinite(south) & np.isfinite(north) & (north > south) & (width > 0.0)
    if not fit.all():
        notes.append(f"{many(int((~fit).sum()), 'cell')} without edges: not drawn.")
    south, west, north, width = south[fit], west[fit], north[fit], width[fit]
    estimate = rows.chances("estimate")[fit]
    told = np.isfinite(estimate)
    framing = told if told.any() else ~told
    window = chart.Window.around(
        np.concatenate([south[framing], north[framing]]),
        np.concatenate([west[framing], (west + width)[framing]]),
        strays=True,
    )
    if away := int((~window.holds(south, west)).sum()):
        notes.append(f"{many(away, 'cell')} outside of this map.")
    sheet, window = chart.sheet_of(window, ax, notes)
    ax = sheet.ax
    middle = window.x(west + width / 2)
    left, right = middle - width / 2, middle + width / 2
    corners = np.stack(
        [np.stack(corner, axis=1) for corner in ((left, south), (right, south), (right, north), (left, north))], axis=1
    )
    chart.drawn(ax, window, (south + north) / 2, middle)
    # On a wide map a cell is less than a point wide: then its edge makes it large enough to be seen.
    point_deg = (window.east - window.west) / (sheet.size_in[0] * 72.0)
    cell_pt = float(np.median(width)) / point_deg if len(width) else 1.0
    coloured = PolyCollection(
        list(corners[told]),
        array=estimate[told],
        cmap=shades.HEARD_COLOURS,
        norm=shades.CHANCE,
        edgecolors="face",
        linewidths=max(0.2, 1.8 - cell_pt),
        zorder=0.4,
        gid="told",
    )
    ax.add_collection(coloured, autolim=False)
    hatched = PolyCollection(
        list(corners[~told]), zorder=0.4, gid="not told", **shades.unknown(linewidth=0.0 if cell_pt > 5.0 else 0.3)
    )
    ax.add_collection(hatched, autolim=False)
    if told.any():
        shades.bar(ax, coloured, WORDS, sheet.size_in[1])
    by = "any receiver" if chosen == "any" else f"{shown(chosen)} receivers" if chosen else "receivers not told apart"
    # An answer of `reception` knows its time, its rows alone do not.
    edges = [edge for edge in (getattr(cells, name, None) for name in ("first", "last")) if isinstance(edge, datetime)]
    when = period(np.array([edge.astimezone(UTC).replace(tzinfo=None) for edge in edges], "datetime64[us]"))
    sheet.titled(f"How well ships were heard by {by}" + (f", {when}" if when else ""))
    handles: list[Artist] = [Patch(label=TOO_FEW, **shades.unknown())] if (~told).any() else []
    return sheet.finished(handles)
