"""The way of a vessel as far as it was heard, on a map; silences part it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ais_gaps.geodesy import unit_vectors
from ais_gaps.pictures import chart
from ais_gaps.pictures.columns import Columns, Floats, Times, said
from ais_gaps.pictures.lettering import many, period, vessel
from ais_gaps.pictures.naming import HALO, Words, name_places
from ais_gaps.pictures.sheet import INK, SMALL
from ais_gaps.summary.kernel import JUMP_FLOOR_H, JUMP_KN

SILENT: Final = "silent: not a path"
_SILENCE: Final = np.timedelta64(6, "h")  # the threshold of silences everywhere
_ROUNDED: Final = np.timedelta64(1, "s")  # times that went through a file may have lost their parts of a second
_HEARD: Final = "#0b559f"
_OFF: Final = "#c1440e"
_MOST_LETTERED: Final = 8  # dashed lines; among more the words would be in the way
_MOST_DATED: Final = 4  # silences
_GRAIN: Final = 4000  # steps of the picture that points are told apart by


@dataclass(frozen=True)
class Silences:
    """Silences of a picture: where and when heard last and again; NaN and NaT where that is not known."""

    off_ts: Times
    off_lat: Floats
    off_lon: Floats
    on_ts: Times
    on_lat: Floats
    on_lon: Floats


def draw(track: Any, gaps: Any, ax: Axes | None, notes: Sequence[str], places: Any) -> Axes:
    """See `ais_gaps.pictures.track`."""
    reports = Columns(track, ("ts", "lat", "lon"), "the reports of a track")
    known = Columns(gaps, ("off_ts", "off_lat", "off_lon"), "silences")
    named = Columns(places, ("name", "lat", "lon"), "places")
    lat, lon = reports.places("lat", "lon")
    ts = reports.times("ts")
    usable = np.isfinite(lat) & ~np.isnat(ts)
    lost = len(reports) - int(usable.sum())
    whose = np.stack([reports.whole("mmsi"), reports.whole("track")], axis=1)
    order = np.flatnonzero(usable)
    order = order[np.lexsort((ts[order], whose[order, 1], whose[order, 0]))]
    lat, lon, ts, whose = lat[order], lon[order], ts[order], whose[order]

    own = _own(known, whose, ts, "mmsi" in reports)
    jumps = _jumps(lat, lon, ts) & np.all(whose[1:] == whose[:-1], axis=1)
    breaks, found = _silences(own, lat, lon, ts, whose, jumps)
    all_lat = np.concatenate([lat, found.off_lat, found.on_lat])
    all_lon = np.concatenate([lon, found.off_lon, found.on_lon])
    notes = said(notes, reports, known, named)
    if lost:
        notes.append(f"{many(lost, 'report')} without a position or time: not drawn.")
    if jumps.any():
        notes.append(
            f"{many(int(jumps.sum()), 'move')} faster than {JUMP_KN:g} kn, as no ship makes: no line is drawn."
        )
    sheet, window = chart.sheet_of(chart.Window.around(all_lat, all_lon), ax, notes)
    ax = sheet.ax
    chart.drawn(ax, window, all_lat, all_lon)
    handles = [_way(ax, window, lat, lon, breaks), *_marks(ax, window, found)]
    words = Words(ax, window, sheet.size_in[0])
    _dated(words, found)
    name_places(ax, window, named, words)
    sheet.titled(_title(reports, own, whose, ts))
    return sheet.finished([handle for handle in handles if handle is not None])


def _own(gaps: Columns, whose: NDArray[np.int64], ts: Times, told_apart: bool) -> Columns:
    """Of the silences those of the vessels drawn that begin or end while she is drawn."""
    if not len(ts) or not len(gaps):
        return gaps.taken(np.zeros(len(gaps), np.bool_))
    keep = ~np.isnat(gaps.times("off_ts"))
    if told_apart and "mmsi" in gaps:
        keep &= np.isin(gaps.whole("mmsi"), whose[:, 0])
    first, last = ts.min() - _ROUNDED, ts.max() + _ROUNDED
    touched = np.zeros(len(gaps), np.bool_)
    for edge in (gaps.times("off_ts"), gaps.times("on_ts")):
        touched |= (edge >= first) & (edge <= last)
    return gaps.taken(keep & touched)


def _jumps(lat: Floats, lon: Floats, ts: Times) -> NDArray[np.bool_]:
    """After which reports the next is farther than a ship gets: a wrong position, or two ships on one number."""
    if len(ts) < 2:
        return np.zeros(0, np.bool_)
    hours = np.diff(ts) / np.timedelta64(1, "h")
    chord = np.linalg.norm(np.diff(unit_vectors(lat, lon), axis=0), axis=1)
    nm = np.degrees(2.0 * np.arcsin(np.minimum(chord / 2.0, 1.0))) * 60.0
    return np.asarray(nm > JUMP_KN * np.hypot(hours, JUMP_FLOOR_H))


def _silences(
    gaps: Columns, lat: Floats, lon: Floats, ts: Times, whose: NDArray[np.int64], jumps: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Silences]:
    """After which reports the line is interrupted, and all silences: those given, and those over 6 h between reports."""
    follows = np.all(whose[1:] == whose[:-1], axis=1) & ~jumps
    long = follows & (np.diff(ts) > _SILENCE)
    off_ts, on_ts = gaps.times("off_ts"), gaps.times("on_ts")
    mmsi, track = gaps.whole("mmsi"), gaps.whole("track")
    covered = np.zeros(len(long), np.bool_)
    other = np.any(whose[1:] != whose[:-1], axis=1)
    edges = np.flatnonzero(np.r_[True, other, True]) if len(ts) else np.zeros(1, np.int64)
    for start, end in pairwise(edges):
        of = ~np.isnat(on_ts)
        for column, own in ((mmsi, whose[start, 0]), (track, whose[start, 1])):
            of &= (column == own) | (column < 0) | (own < 0)
        at = np.searchsorted(ts[start:end], off_ts[of] + _ROUNDED, side="right") - 1 + start
        inside = (at >= start) & (at + 1 < end)
        at, ends = at[inside], on_ts[of][inside]
        covered[at[(ts[at + 1] >= ends - _ROUNDED)]] = True
    more = np.flatnonzero(long & ~covered)
    off_lat, off_lon = gaps.places("off_lat", "off_lon")
    on_lat, on_lon = gaps.places("on_lat", "on_lon")
    found = Silences(
        np.concatenate([off_ts, ts[more]]),
        np.concatenate([off_lat, lat[more]]),
        np.concatenate([off_lon, lon[more]]),
        np.concatenate([on_ts, ts[more + 1]]),
        np.concatenate([on_lat, lat[more + 1]]),
        np.concatenate([on_lon, lon[more + 1]]),
    )
    return ~follows | long | covered, found


def _way(ax: Axes, window: chart.Window, lat: Floats, lon: Floats, breaks: NDArray[np.bool_]) -> Line2D | None:
    """The line, and a dot for each report that stands alone."""
    if not len(lat):
        ax.text(0.5, 0.5, "no positions", transform=ax.transAxes, ha="center", color=INK)
        return None
    first, last = np.r_[True, breaks], np.r_[breaks, True]
    alone = first & last
    ax.plot(window.x(lon[alone]), lat[alone], ".", color=_HEARD, markersize=3.5, zorder=3, gid="heard alone")
    grain = max(window.east - window.west, window.north - window.south) / _GRAIN
    step = np.stack([np.round(lon / grain), np.round(lat / grain)])
    keep = np.flatnonzero(first | last | np.r_[True, np.any(np.diff(step) != 0, axis=0)])
    parted = np.flatnonzero(last[keep][:-1]) + 1
    x, y = chart.lines(np.insert(lon[keep], parted, np.nan), np.insert(lat[keep], parted, np.nan), window.centre)
    (line,) = ax.plot(x, y, "-", color=_HEARD, linewidth=1.1, solid_joinstyle="round", zorder=2.5, gid="heard")
    line.set_label("heard by AIS")
    return line


def _marks(ax: Axes, window: chart.Window, found: Silences) -> list[Line2D]:
    """Dashed lines over silences, and where they begin and end."""
    handles: list[Line2D] = []
    closed = np.isfinite(found.off_lat) & np.isfinite(found.on_lat)
    nothing = np.full(int(closed.sum()), np.nan)
    lons = np.stack([found.off_lon[closed], found.on_lon[closed], nothing], axis=1).ravel()
    lats = np.stack([found.off_lat[closed], found.on_lat[closed], nothing], axis=1).ravel()
    x, y = chart.lines(lons, lats, window.centre)
    if closed.any():
        handles += ax.plot(x, y, color="#4d4d4d", linewidth=0.8, dashes=(5, 3), zorder=2.2, gid="silent", label=SILENT)
        _lettered(ax, window, found)
    size = 5.5 if len(found.off_ts) <= 30 else 3.5
    open_ = np.isnat(found.on_ts)
    kinds = (
        ("last heard before a silence", found.off_lat, found.off_lon, ~open_, "v", _OFF, "off"),
        ("heard again", found.on_lat, found.on_lon, ~open_, "^", "white", "on"),
        ("last heard; not heard again yet", found.off_lat, found.off_lon, open_, "X", _OFF, "off, open"),
    )
    for words, lat, lon, of, marker, fill, gid in kinds:
        of = of & np.isfinite(lat)
        if of.any():
            handles += ax.plot(
                window.x(lon[of]),
                lat[of],
                linestyle="none",
                marker=marker,
                markersize=size,
                markerfacecolor=fill,
                markeredgecolor=INK,
                markeredgewidth=0.7,
                zorder=4,
                label=words,
                gid=gid,
            )
    return handles


def _lettered(ax: Axes, window: chart.Window, found: Silences) -> None:
    """On the longest dashed line what it is, where there is room."""
    closed = np.isfinite(found.off_lat) & np.isfinite(found.on_lat)
    x0, x1 = window.x(found.off_lon), window.x(found.on_lon)
    with np.errstate(invalid="ignore"):
        x1 = x0 + (x1 - x0 + 180.0) % 360.0 - 180.0
        length = np.hypot(x1 - x0, (found.on_lat - found.off_lat) * window.stretch)
    longest = int(np.nanargmax(length))
    if int(closed.sum()) > _MOST_LETTERED or not length[longest] > 0.3 * (window.east - window.west):
        return
    rise = (found.on_lat[longest] - found.off_lat[longest]) * window.stretch
    run = x1[longest] - x0[longest]
    angle = (float(np.degrees(np.arctan2(rise, run))) + 90.0) % 180.0 - 90.0
    slope = np.radians(angle)
    text = ax.annotate(
        SILENT,
        ((x0[longest] + x1[longest]) / 2, (found.off_lat[longest] + found.on_lat[longest]) / 2),
        xytext=(-6.0 * float(np.sin(slope)), 6.0 * float(np.cos(slope))),
        textcoords="offset points",
        rotation=angle,
        rotation_mode="anchor",
        ha="center",
        va="center",
        fontsize=SMALL,
        color=INK,
        zorder=5,
    )
    text.set_path_effects(HALO)


def _dated(words: Words, found: Silences) -> None:
    """Writes beside each end of a few silences when it was."""
    words.avoid(np.concatenate([found.off_lon, found.on_lon]), np.concatenate([found.off_lat, found.on_lat]))
    if len(found.off_ts) > _MOST_DATED:
        return
    for side, ts, lat, lon in (
        ("off", found.off_ts, found.off_lat, found.off_lon),
        ("on", found.on_ts, found.on_lat, found.on_lon),
    ):
        for number in np.flatnonzero(np.isfinite(lat) & ~np.isnat(ts)):
            when = str(ts[number].astype("datetime64[m]")).replace("T", " ")
            words.write(float(lon[number]), float(lat[number]), f"{side} {when}", f"{side} date")


def _title(reports: Columns, gaps: Columns, whose: NDArray[np.int64], ts: Times) -> str:
    vessels = np.unique(whose[:, 0])
    names = [said_name for said_name in (*reports.texts("name"), *gaps.texts("name")) if said_name is not None]
    if len(vessels) > 1:
        who = many(len(vessels), "vessel")
    elif len(vessels):
        number = int(vessels[0]) if vessels[0] > 0 else next((int(m) for m in gaps.whole("mmsi") if m > 0), -1)
        who = vessel(names[0] if names else None, number) if names or number > 0 else "Track"
    else:
        who = "No positions"
    when = period(ts)
    return f"{who}, {when}" if when else who
