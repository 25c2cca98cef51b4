"""When vessels were silent, and what sources date into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Final

import numpy as np
from matplotlib import dates
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from ais_gaps.pictures import shades
from ais_gaps.pictures.columns import Columns, Times, said
from ais_gaps.pictures.lettering import AS_IT_IS, many, vessel
from ais_gaps.pictures.sheet import INK, SMALL, Sheet
from ais_gaps.pictures.spots import title

_dates: Final[Any] = dates  # without types
_days: Final = _dates.date2num
_MOST_VESSELS: Final = 40
_HALF: Final = 0.27  # of a row: half a bar's height
_THINNEST: Final = 0.004  # of the period: a shorter silence is drawn so long that it can be seen
_LEVELS: Final = 4
_LOWER: Final = 0.37  # of a row: how far below its middle such a time is drawn
_VAGUE: Final = 0.04  # of the period: what a source leaves open by more has no mark in its middle
_DAY: Final = np.timedelta64(1, "D")

NAMED, UNNAMED, NOTHING, OTHER = "names", "unnamed", "nothing", "other"
_LANES: Final = {
    UNNAMED: "ships seen, not told which",
    NOTHING: "looked, saw no ship",
    OTHER: "other observations",
}
_MARKS: Final[dict[str, dict[str, Any]]] = {
    NAMED: {"marker": "D", "markerfacecolor": "#0b559f", "label": "a source names her"},
    UNNAMED: {
        "marker": "s",
        "markerfacecolor": "#9e9e9e",
        "label": "ship seen, not told which",
    },
    NOTHING: {"marker": "o", "markerfacecolor": "white", "label": "looked, saw no ship"},
    OTHER: {"marker": "|", "markerfacecolor": INK, "label": "containers, rail, light, counts"},
}
_SIZE: Final = {"markersize": 5.0, "markeredgecolor": INK, "markeredgewidth": 0.7, "linestyle": "none"}


def draw(gaps: Any, observations: Any, ax: Axes | None, notes: Sequence[str]) -> Axes:
    """See `ais_gaps.pictures.timeline`."""
    rows = Columns(gaps, ("mmsi", "off_ts", "duration_h"), "silences")
    seen = Columns(observations, ("date_start",), "observations")
    notes = said(notes, rows, seen)
    start, end = _spans(rows)
    known = ~np.isnat(start) & (end >= start)
    if not known.all():
        notes.append(f"{many(int((~known).sum()), 'silence')} without a time: not drawn.")
    rows, start, end = rows.taken(known), start[known], end[known]
    vessels, of = _vessels(rows, start, end)
    if len(vessels) > _MOST_VESSELS:
        notes.append(f"{_MOST_VESSELS} of {len(vessels):,} vessels: those with the longest silences.")
    drawn = of < _MOST_VESSELS
    rows, of, start, end = rows.taken(drawn), of[drawn], start[drawn], end[drawn]
    sightings = _Sightings(seen, rows, of, (start, end))
    notes += sightings.notes
    lanes = min(len(vessels), _MOST_VESSELS)
    own = [lane for lane in _LANES if any(mark[1] == lane for mark in sightings.marks)]
    sheet = Sheet(ax, _high_in(lanes + len(own)), notes, beside_in=2.7)
    ax = sheet.ax
    ax.xaxis_date(tz=UTC)
    handles = _bars(ax, rows, of, start, end)
    handles += sightings.draw(ax, own, lanes)
    labels = [*vessels[:lanes], *(_LANES[lane] for lane in own)]
    ax.set_yticks(range(len(labels)), labels, fontsize=SMALL, **AS_IT_IS)
    ax.set_ylim(max(len(labels), 3) - 0.3, -0.6)
    if own and lanes:
        ax.axhline(lanes - 0.32, color="#9a9a9a", linewidth=0.6)
    ax.set_xlim(*_limits(start, end))
    locator = _dates.AutoDateLocator(tz=UTC, minticks=4, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(_dates.ConciseDateFormatter(locator, tz=UTC))
    ax.xaxis.get_offset_text().set_fontsize(SMALL)
    ax.set_xlabel("UTC", fontsize=SMALL)
    ax.tick_params(labelsize=SMALL, width=0.6)
    ax.grid(visible=True, axis="x", color="#cfcfcf", linewidth=0.4)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    if np.isfinite(rows.chances("p_switched_off")).any():
        shades.p_bar(ax, sheet.size_in[1])
    sheet.titled(title(rows))
    return sheet.finished(handles, below_pt=32.0)


def _high_in(rows: int) -> float:
    """Height of the axes: rows are lower the more there are."""
    return 0.2 + max(rows, 3) * (0.32 if rows <= 12 else 0.25 if rows <= 20 else 0.19)


def _spans(rows: Columns) -> tuple[Times, Times]:
    """When each silence began, and when it ended or, of an open one, until when it had lasted."""
    start, end = rows.times("off_ts"), rows.times("on_ts")
    hours = np.clip(rows.floats("duration_h"), 0.0, 1e6)
    lasted = np.full(len(rows), "NaT", "timedelta64[us]")
    lasted[np.isfinite(hours)] = (hours[np.isfinite(hours)] * 3.6e9).astype("timedelta64[us]")
    return start, np.where(np.isnat(end), start + lasted, end)


def _vessels(rows: Columns, start: Times, end: Times) -> tuple[list[str], NDArray[np.int64]]:
    """What the vessels are called, those with the longest silences first, and which of them each silence is of.

    Where one MMSI moves as no one ship can, each of its tracks has a row.
    """
    mmsi, track = rows.whole("mmsi"), np.maximum(rows.whole("track"), 0)
    keys, of = np.unique(np.stack([mmsi, track], axis=1), axis=0, return_inverse=True)
    of = of.reshape(-1)
    longest = np.zeros(len(keys), np.int64)
    np.maximum.at(longest, of, (end - start).astype(np.int64))
    order = np.argsort(-longest, kind="stable")
    place = np.empty(len(keys), np.int64)
    place[order] = np.arange(len(keys))
    names: dict[int, str] = {}
    for number, name in zip(of.tolist(), rows.texts("name"), strict=True):
        if name is not None:
            names.setdefault(number, name)
    words = []
    for number in order[:_MOST_VESSELS].tolist():
        extra = f", track {keys[number, 1]}" if keys[number, 1] else ""
        words.append(vessel(names.get(number), int(keys[number, 0])) + extra)
    return words + [""] * (len(keys) - len(words)), place[of]


def _bars(ax: Axes, rows: Columns, of: NDArray[np.int64], start: Times, end: Times) -> list[Artist]:
    left, right = _days(start), _days(end)
    low, high = _limits(start, end)
    wide = np.maximum(right, left + (high - low) * _THINNEST)
    bottom, top = of + _HALF, of - _HALF
    corners = np.stack(
        [np.stack(c, axis=1) for c in ((left, bottom), (wide, bottom), (wide, top), (left, top))], axis=1
    )
    p, open_ = rows.chances("p_switched_off"), rows.truths("open")
    told = np.isfinite(p)
    judged = PolyCollection(
        list(corners[told]),
        array=p[told],
        cmap=shades.P_COLOURS,
        norm=shades.CHANCE,
        edgecolors=INK,
        linewidths=0.4,
        zorder=2,
        gid="judged",
    )
    ax.add_collection(judged, autolim=False)
    ax.add_collection(
        PolyCollection(list(corners[~told]), zorder=2, gid="not judged", **shades.unknown()), autolim=False
    )
    handles: list[Artist] = [Patch(label=shades.NOT_JUDGED, **shades.unknown())] if (~told).any() else []
    if open_.any():
        handles += ax.plot(
            right[open_],
            of[open_],
            ">",
            color=INK,
            markersize=5.5,
            zorder=4.5,
            clip_on=False,
            gid="open",
            label="not heard again yet",
        )
    return handles


class _Sightings:
    """Observations as marks: time, span and row of each.

    Attributes:
        marks: middle, kind, row (of a vessel; -1 = of the kind's own lane), begin and end of what the source leaves open.
    """

    def __init__(self, seen: Columns, rows: Columns, of: NDArray[np.int64], spans: tuple[Times, Times]) -> None:
        self.marks: list[tuple[float, str, int, float, float]] = []
        self.notes: list[str] = []
        by_number: dict[int, int] = {}
        for numbers in (rows.whole("imo"), rows.whole("mmsi")):
            by_number |= {n: row for n, row in zip(numbers.tolist(), of.tolist(), strict=True) if n > 0}
        begin, stop = _moments(seen)
        low, high = _limits(*spans)
        self._vague_days = max((high - low) * _VAGUE, 1.0)
        outside = others = undated = 0
        told = [a | b for a, b in zip(seen.numbers("vessel_imos"), seen.numbers("vessel_mmsis"), strict=True)]
        for number, kind in enumerate(seen.texts("kind")):
            if np.isnat(begin[number]):
                undated += 1
                continue
            a, b = _days(begin[number]), _days(stop[number])
            if b < low or a > high:
                outside += 1
                continue
            hers = sorted({by_number[n] for n in told[number] if n in by_number})
            if kind == "nothing_seen":
                self.marks += [((a + b) / 2, NOTHING, -1, a, b)]
            elif hers:
                self.marks += [((a + b) / 2, NAMED, row, a, b) for row in hers]
            elif told[number]:
                others += 1
            else:
                self.marks.append(((a + b) / 2, UNNAMED if kind == "vessel" else OTHER, -1, a, b))
        for count, words in (
            (others, "of other ships"),
            (outside, "dated outside the period"),
            (undated, "without a date"),
        ):
            if count:
                self.notes.append(f"{many(count, 'observation')} {words}: not drawn.")

    def draw(self, ax: Axes, own: list[str], lanes: int) -> list[Artist]:
        """Draws them; what a source dates to a long time only is a line from its begin to its end."""
        handles: list[Artist] = []
        for kind, look in _MARKS.items():
            marks = [mark for mark in self.marks if mark[1] == kind]
            if not marks:
                continue
            rows = np.array([mark[2] if mark[2] >= 0 else lanes + own.index(kind) for mark in marks], np.float64)
            middle, begin, end = (np.array([mark[n] for mark in marks]) for n in (0, 3, 4))
            vague = end - begin > self._vague_days
            ax.plot(middle[~vague], rows[~vague], zorder=4, gid=kind, **{**_SIZE, **look})
            handles.append(Line2D([], [], **{**_SIZE, **look}))
            y = rows[vague] + _LOWER + 0.08 * _levels(rows[vague], begin[vague], end[vague])
            ax.hlines(y, begin[vague], end[vague], colors=INK, linewidth=0.7, zorder=3.8)
            ends = np.concatenate([begin[vague], end[vague]])
            ax.plot(
                ends,
                np.tile(y, 2),
                "|",
                color=INK,
                markersize=3.0,
                markeredgewidth=0.7,
                zorder=3.8,
                gid=f"{kind}, some time in it",
            )
        if any(mark[4] - mark[3] > self._vague_days for mark in self.marks):
            handles.append(
                Line2D(
                    [],
                    [],
                    color=INK,
                    linewidth=0.7,
                    marker="|",
                    markersize=4.0,
                    label="dated to some time in this",
                )
            )
        return handles


def _levels(rows: NDArray[np.float64], begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.int64]:
    """A level for each span so that those of a row that overlap lie beside one another; past the fourth they begin again."""
    levels = np.zeros(len(rows), np.int64)
    until: dict[tuple[float, int], float] = {}
    for number in np.lexsort((end, begin)):
        row = float(rows[number])
        level = 0
        while until.get((row, level), -np.inf) > begin[number]:
            level += 1
        until[row, level] = float(end[number])
        levels[number] = level % _LEVELS
    return levels


def _moments(seen: Columns) -> tuple[Times, Times]:
    """From when until when each observation may be."""
    ts, ts_end = seen.times("ts"), seen.times("ts_end")
    first, last = seen.times("date_start"), seen.times("date_end")
    last = np.where(np.isnat(last) | (last < first), first, last)
    ts_end = np.where(np.isnat(ts_end) | (ts_end < ts), ts, ts_end)
    begin: Times = np.where(np.isnat(ts), first, ts)
    end: Times = np.where(np.isnat(ts), last + _DAY, ts_end)
    return begin, end


def _limits(start: Times, end: Times) -> tuple[float, float]:
    if not len(start):
        return (float(_days(np.datetime64("2020-01-01"))), float(_days(np.datetime64("2021-01-01"))))
    low, high = float(_days(start.min())), float(_days(end.max()))
    room = max((high - low) * 0.04, 1 / 24)
    return low - room, high + room
