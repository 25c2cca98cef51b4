"""Silences on a time axis: a row a ship."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from ais_gaps.inline import telling
from ais_gaps.inline.drawing import MOST, Drawing
from ais_gaps.inline.figure import filled, map_of
from ais_gaps.inline.inline import Inline
from ais_gaps.inline.observations import COLUMNS, SIGNS, dated, sign, summary
from ais_gaps.inline.rows import Row, counted, rows, ship
from ais_gaps.report.page.axis import Axis, day, utc
from ais_gaps.report.page.showing import shown

WIDTH: Final = 940.0
LEFT: Final = 190.0
"""Units of the drawing: its width, and that of the ships' names."""

MOST_SHIPS: Final = 40
_RIGHT: Final = 18.0  # room for the arrow of a silence that has not ended
_BAR: Final = 17
_SEEN: Final = 13
_SPAN: Final = 14.0  # an observation of days that take more is a bar, not a sign
_MOST_LANES: Final = 9  # of observations in a row
_LANES: Final = 3  # silences at the same time (of several tracks on one MMSI) lie below one another, up to so many
_LEAST: Final = 3.0  # width of a bar
_HEAD: Final = 26
_LONGEST_NAME: Final = 24


@dataclass(frozen=True)
class Bar:
    """A silence: from x, as wide as `width`, below the row's top by y, in a shade; `said`: all of it in words."""

    x: float
    width: float
    y: int
    shade: str
    open: bool
    said: str


@dataclass(frozen=True)
class Seen:
    """An observation: a sign at x, with a line as long as the days that it may be of."""

    x: float
    to: float
    y: int
    sign: str
    said: str

    @property
    def long(self) -> bool:
        """It is drawn as a bar over its days, not as a sign."""
        return self.to - self.x > _SPAN

    @property
    def middle(self) -> float:
        """Where its sign stands."""
        return round((self.x + self.to) / 2, 2)


@dataclass(frozen=True)
class Band:
    """A row: a name, something under it, bars and signs; y: its top, in units of the drawing."""

    name: str
    under: str
    bars: tuple[Bar, ...]
    seen: tuple[Seen, ...]
    height: int
    y: int = 0


def timeline(gaps: pa.Table, *, observations: pa.Table | None = None, notes: Sequence[str] = ()) -> Inline:
    """Silences as bars, a row a ship, shaded by the probability that they were a choice; hatched where that is not known.

    Args:
        gaps: rows of `schema.GAPS`. Of more than `drawing.MOST`, and of more than `MOST_SHIPS` ships, those of the highest
            probability, then the longest, are drawn.
        observations: rows of `evidence.tables.OBSERVATIONS` or `LOOKS`: signs in the row of the ship whose IMO number or MMSI
            they give, in a row of their own otherwise. A name alone is not taken for a ship.
        notes: what must be said with these data; they stand above it.
    """
    found = telling.silences(gaps)
    if not found:
        drawing = Drawing(
            "No silences", "A timeline without silences: there are none.", nothing="There are no silences to draw."
        )
        return map_of(drawing, notes)
    timed = [row for row in found if row["off_ts"] is not None]
    if not timed:
        drawing = Drawing(
            telling.summed(found), "A timeline without a time.", nothing="None of the silences has a time."
        )
        return map_of(drawing, notes)
    drawn = timed[:MOST]
    ships = list(dict.fromkeys(row["mmsi"] for row in drawn))
    kept = set(ships[:MOST_SHIPS])
    drawn = [row for row in drawn if row["mmsi"] in kept]
    seen = rows(observations, COLUMNS) if observations is not None else []
    axis = _axis(drawn)
    bands = _stacked([*(_band(mmsi, drawn, seen, axis) for mmsi in ships[:MOST_SHIPS]), *_others(drawn, seen, axis)])
    summed = telling.summed(found)
    remarks = _remarks(found, drawn, len({row["mmsi"] for row in found}) - len(kept), seen, axis)
    height = int(bands[-1].y + bands[-1].height + _HEAD)
    return filled(
        "timeline.html",
        height + 30 + 21 * len(remarks),
        summed,
        f"Timeline of {summed}.",
        notes,
        [],
        width=WIDTH,
        left=LEFT,
        right=_RIGHT,
        head=_HEAD,
        bar_height=_BAR,
        height=height,
        bands=bands,
        ticks=[replace(tick, x=_x(tick.x)) for tick in axis.ticks()],
        shades=telling.shades(drawn),
        is_open=any(map(telling.is_open, drawn)),
        signs=_signs(bands),
        remarks=remarks,
    )


def _axis(drawn: Iterable[Row]) -> Axis:
    return Axis.around(min(_start(row) for row in drawn), max(_end(row) for row in drawn), 0.02)


def _start(row: Row) -> datetime:
    return utc(row["off_ts"])


def _end(row: Row) -> datetime:
    return max(_start(row), utc(telling.end(row) or row["off_ts"]))


def _x(percent: float) -> float:
    return round(LEFT + percent / 100 * (WIDTH - LEFT - _RIGHT), 2)


def _band(mmsi: int, drawn: Sequence[Row], seen: Sequence[Row], axis: Axis) -> Band:
    mine = sorted((row for row in drawn if row["mmsi"] == mmsi), key=_start)
    free: list[datetime] = []
    bars = []
    for row in mine:
        start, end = _start(row), _end(row)
        lane = next((n for n, until in enumerate(free) if until <= start), min(len(free), _LANES - 1))
        free[lane : lane + 1] = [end if lane >= len(free) else max(end, free[lane])]
        x = _x(axis.x(start))
        width = round(max(_x(axis.x(end)) - x, _LEAST), 2)
        said = f"{ship(row)}: {telling.when(row)}. {telling.judged(row)}."
        bars.append(Bar(x, width, 6 + lane * (_BAR + 3), telling.shade(row), telling.is_open(row), shown(said, 300)))
    bars.sort(key=lambda bar: -bar.width)  # so that no short one is hidden below a long one
    imos = {row["imo"] for row in mine if row["imo"] is not None}
    told = [row for row in seen if mmsi in (row["vessel_mmsis"] or ()) or imos & set(row["vessel_imos"] or ())]
    name, number = ship(mine[0]), f"MMSI {mmsi}"
    return _with_seen(name, "" if name == number else number, bars, told, axis, 6 + len(free) * (_BAR + 3))


def _others(drawn: Sequence[Row], seen: Sequence[Row], axis: Axis) -> list[Band]:
    """The row of observations of no ship that has one."""
    mmsis = {row["mmsi"] for row in drawn}
    imos = {row["imo"] for row in drawn if row["imo"] is not None}
    told = [r for r in seen if not (mmsis & set(r["vessel_mmsis"] or ()) or imos & set(r["vessel_imos"] or ()))]
    band = _with_seen("Other observations", "no IMO or MMSI of these", [], told, axis, 4)
    return [band] if band.seen else []


def _with_seen(name: str, under: str, bars: list[Bar], told: Sequence[Row], axis: Axis, y: int) -> Band:
    placed = []
    for row in told:
        start, end = _span(row)
        if start is not None and end is not None and axis.overlaps(start, end):
            said = f"{dated(row)}, {row['place'] or 'place not stated'}: {summary(row)}"
            placed.append(Seen(_x(axis.x(start)), _x(axis.x(end)), 0, sign(row), shown(said, 300)))
    # Signs first: bars find their room below them, and may lie over one another where there is none.
    ends: list[list[tuple[float, float]]] = []
    signs = []
    for one in sorted(placed, key=lambda one: (one.long, one.x, one.to, one.said)):
        room = (one.x - 1, one.to + 1) if one.long else (one.middle - 6, one.middle + 6)
        lane = next(
            (n for n, taken in enumerate(ends) if all(a >= room[1] or b <= room[0] for a, b in taken)), len(ends)
        )
        lane = min(lane, _MOST_LANES - 1)
        ends[lane:] = [*ends[lane:], [room]] if lane == len(ends) else ends[lane:]
        ends[lane].append(room)
        signs.append(replace(one, y=y + lane * _SEEN))
    height = max(30, y + len(ends) * _SEEN + 6)
    return Band(_cut(name), under, tuple(bars), tuple(signs), height)


def _span(row: Row) -> tuple[datetime | None, datetime | None]:
    if row["ts"] is not None:
        return utc(row["ts"]), utc(row["ts"])
    if row["date_start"] is None:
        return None, None
    return day(row["date_start"]), day(row["date_end"] or row["date_start"]) + timedelta(days=1)


def _stacked(bands: Sequence[Band]) -> list[Band]:
    found, y = [], _HEAD
    for band in bands:
        found.append(replace(band, y=y))
        y += band.height
    return found


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _signs(bands: Sequence[Band]) -> list[tuple[str, str]]:
    used = {one.sign for band in bands for one in band.seen}
    return [(name, words) for name, words in SIGNS if name in used]


def _remarks(found: Sequence[Any], drawn: Sequence[Any], ships: int, seen: Sequence[Row], axis: Axis) -> list[str]:
    told = []
    if ships > 0:
        told.append(
            f"And {counted(ships, 'more ship')}: those with the highest probability, then the longest silence, are shown."
        )
    if len(drawn) < len(found):
        told.append(f"{len(drawn):,} of {counted(len(found), 'silence')} are drawn.")
    if seen:
        told.append(
            "A sign is an observation of a day or so; a bar in the colour of a sign is one of more days, or of one of them."
        )
    off = 0
    for row in seen:
        start, end = _span(row)
        off += start is None or end is None or not axis.overlaps(start, end)
    if off:
        told.append(
            f"{counted(off, 'observation')} before or after that, or of no day, {'is' if off == 1 else 'are'} not drawn."
        )
    return told
