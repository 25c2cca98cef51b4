"""Marks on a time axis, gathered in lanes in which none lies over another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ais_gaps.dossier import wording
from ais_gaps.dossier.model import Finding, Series, Statement
from ais_gaps.report.page.axis import Axis, day, utc
from ais_gaps.report.page.showing import dated, shown

ROW = 17  # pixels a row of marks takes
FLAT = 9  # pixels a row of bars without words takes
TALL = 46  # pixels a row of counts takes
NARROWEST = 760.0  # pixels: narrower, the timeline scrolls in its own box (page.css)
MOST_ROWS = 12
LETTER = 6.4  # pixels a letter takes at most
LONGEST_LABEL = 34
_SINCE = re.compile(r"^(?P<list>.{1,80}?) since (?P<day>\d{4}-\d\d-\d\d)( until (?P<until>\d{4}-\d\d-\d\d))?")


@dataclass(frozen=True)
class Mark:
    """Something at a time. x, to: percent of the width; y: pixels from the lane's top; height: of a counted value, in pixels."""

    x: float
    to: float
    style: str
    title: str
    anchor: str | None = None
    label: str = ""
    label_left: bool = False
    y: int = 0
    height: int = 0

    @property
    def name(self) -> str:
        """What a screen reader says: the words drawn, and what they are short for."""
        return f"{self.label}. {self.title}" if self.label else self.title

    @property
    def wide(self) -> bool:
        """It is drawn as a bar, not as a sign."""
        return (self.to - self.x) * NARROWEST / 100 > 13


@dataclass(frozen=True)
class Lane:
    """Marks of one kind: key, label, height in pixels."""

    key: str
    label: str
    marks: tuple[Mark, ...]
    height: int


def of_finding(found: Finding, style: str, axis: Axis, anchor: str | None, labelled: bool) -> Mark:
    """A finding at its time: a sign for a day or a moment, a bar for more; with its place or, for an event, its words."""
    if found.ts is not None:
        start = end = utc(found.ts)
    else:
        start, end = day(found.date_start), day(found.date_end) + timedelta(days=1)
        if found.date_start == found.date_end and (end - start) / (axis.end - axis.start) < 0.05:
            start = end = start + timedelta(hours=12)
    label = ""
    if labelled:
        words = found.text if style == "event" else found.place or ""
        label = cut(f"{words}" if style == "event" else f"{_short(found)} {words}".strip())
    title = f"{dated(found)}: {found.text}"
    return Mark(axis.x(start), axis.x(end), style, title, anchor, label)


def _short(found: Finding) -> str:
    if found.date_start == found.date_end:
        return f"{found.date_start.day} {found.date_start:%b}"
    return ""


def of_series(series: Series, axis: Axis) -> Lane:
    """The values of a series that lie on the axis; the highest of all its values is as high as the lane.

    A value of a day or two is a column, one of a longer time a line at its height over all of that time. Mentions without a
    number are not drawn.
    """
    highest = max((value.value or 0.0 for value in series.values), default=0.0)
    marks = []
    for value in series.values:
        start, end = day(value.date_start), day(value.date_end) + timedelta(days=1)
        if value.value is None or not axis.overlaps(start, end):
            continue
        title = f"{wording.days(value.date_start, value.date_end)}: {value.text}"
        x, to = axis.x(start), axis.x(end)
        high = round((TALL - 16) * value.value / highest) if highest > 0 else 0
        mark = Mark(x, to, "value", title, None, f"{value.value:,.6g}", y=TALL, height=max(high, 2))
        if not mark.wide:
            middle_x = (x + to) / 2
            mark = replace(mark, x=middle_x, to=middle_x)
        marks.append(replace(mark, style="value-unusual") if value.unusual else mark)
    unit = f", {series.unit}" if series.unit and series.unit != series.kind else ""
    label = f"{shown(series.place, 60)}: {shown(series.kind.replace('_', ' '), 40)}{shown(unit, 40)}"
    return Lane("series", label, tuple(marks), TALL)


def of_listings(statements: Sequence[Statement], axis: Axis) -> Lane:
    """Bars from the day that a statement says a list names her since; statements without one are not drawn."""
    marks = []
    for statement in statements:
        told = _SINCE.match(statement.text)
        since = _day(told["day"]) if told else None
        until = _day(told["until"]) if told and told["until"] else axis.end
        if told is None or since is None or until is None or not axis.overlaps(since, until):
            continue
        x, to, label = axis.x(since), axis.x(until), cut(told[0], 60)
        left = (to - x) * NARROWEST / 100 < len(label) * LETTER < x * NARROWEST / 100
        marks.append(Mark(x, to, "listed", statement.text, "listed", label, left))
    stacked = tuple(replace(mark, y=ROW * row) for row, mark in enumerate(marks[:MOST_ROWS]))
    return Lane("listed", "Listed", stacked, ROW * max(len(stacked), 1))


def _day(text: str) -> datetime | None:
    try:
        return utc(datetime.fromisoformat(text))
    except ValueError:
        return None


def stacked(key: str, label: str, marks: Iterable[Mark]) -> Lane:
    """Marks in as many rows as keep them and their labels apart, the first free row each.

    Past `MOST_ROWS` a mark loses its label; where that is not enough, it lies over others in the last row.
    """
    ends: list[float] = []
    placed = []
    for mark in sorted(marks, key=lambda mark: (mark.x, -mark.to, mark.title)):
        put = _put(mark, ends) or _put(replace(mark, label=""), ends)
        placed.append(put or replace(mark, label="", y=(MOST_ROWS - 1) * ROW))
    return Lane(key, label, tuple(placed), ROW * max(len(ends), 1))


def _put(mark: Mark, ends: list[float]) -> Mark | None:
    """The mark in the first row that is free for it and its label, or in a new one; null where all rows are taken.

    `ends` holds the pixel at which each row is free again, and is brought up to date.
    """
    left, right = mark.x * NARROWEST / 100 - 8, mark.to * NARROWEST / 100 + 8
    words = len(mark.label) * LETTER + 6 if mark.label else 0.0
    to_left = bool(words) and right + words > NARROWEST and left - words > 0
    left, right = (left - words, right) if to_left else (left, right + words)
    row = next((i for i, end in enumerate(ends) if end <= left), len(ends))
    if row >= MOST_ROWS:
        return None
    ends[row : row + 1] = [right]
    return replace(mark, y=row * ROW, label_left=to_left)


def flat(lane: Lane) -> Lane:
    """The same with its rows closer together: for bars without words."""
    marks = tuple(replace(mark, y=mark.y // ROW * FLAT - 4) for mark in lane.marks)
    return replace(lane, marks=marks, height=lane.height // ROW * FLAT + 2)


def cut(text: str, longest: int = LONGEST_LABEL) -> str:
    """The beginning of a text, as a label."""
    safe = shown(text)
    return safe if len(safe) <= longest else f"{safe[: longest - 1].rstrip()}…"


def middle(start: datetime, end: datetime) -> datetime:
    """Halfway between two times."""
    return utc(start) + (utc(end) - utc(start)) / 2
