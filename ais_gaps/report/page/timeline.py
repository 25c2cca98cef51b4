"""One time axis for a silence: what was heard, who was seen, who looked and saw nothing, counts, events, listings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ais_gaps.dossier import wording
from ais_gaps.dossier.model import Candidate, Dossier, Finding, Series, SeriesValue, Silence, Statement
from ais_gaps.report.page.anchors import Anchors
from ais_gaps.report.page.axis import Axis, day, utc
from ais_gaps.report.page.showing import dated, shown

ROW = 17  # pixels a row of marks takes
FLAT = 9  # pixels a row of bars without words takes
TALL = 46  # pixels a row of counts takes
_NARROWEST = 760.0  # pixels: narrower, the timeline scrolls in its own box (page.css)
_MOST_ROWS = 9
_LETTER = 6.4  # pixels a letter takes at most
_LONGEST_LABEL = 34
_SINCE = re.compile(r"^(?P<list>.{1,80}?) since (?P<day>\d{4}-\d\d-\d\d)")

_LANES = (
    ("named", "Named as her", ("named", "named_range"), "named", True),
    ("perhaps", "Her name, which ship is not said", ("name_only",), "named-maybe", True),
    ("hulls", "Ships seen, not named", ("unnamed",), "hull", False),
    ("nothing", "Looked, saw no ship", ("nothing_seen",), "nothing", False),
    ("others", "Other ships, named", ("others",), "other", False),
    ("land", "Containers, and what was seen on land", ("containers", "land"), "land", False),
    ("read", "What publishers read from AIS", ("ais",), "read", False),
    ("counts", "Counts over a period", ("counts",), "count", False),
)  # key, label, roles, style, with labels


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
    before: bool = False
    after: bool = False

    @property
    def name(self) -> str:
        """What a screen reader says: the words drawn, and what they are short for."""
        return f"{self.label}. {self.title}" if self.label else self.title

    @property
    def wide(self) -> bool:
        """It is drawn as a bar, not as a sign."""
        return (self.to - self.x) * _NARROWEST / 100 > 13


@dataclass(frozen=True)
class Lane:
    """Marks of one kind: key, label, height in pixels."""

    key: str
    label: str
    marks: tuple[Mark, ...]
    height: int


@dataclass(frozen=True)
class Timeline:
    """Lanes on one axis; `silent`: percent from and to of each silence on it; `text`: what it shows, in a sentence."""

    axis: Axis
    lanes: tuple[Lane, ...]
    silent: tuple[tuple[float, float], ...]
    guides: tuple[float, ...]
    text: str


def of_silence(dossier: Dossier, number: int, anchors: Anchors) -> Timeline:
    """The timeline of a silence."""
    silence = dossier.silences[number - 1]
    start, end = utc(silence.gap["off_ts"]), end_of(silence, dossier)
    axis = Axis.around(start, end)
    lanes = [_heard(dossier, axis), _legs(number, silence, axis)]
    for key, label, roles, style, labelled in _LANES:
        found = [(g.role, f) for g in silence.groups if g.role in roles for f in g.findings]
        if key == "hulls":
            told = {f.refs for _, f in found}
            found += [("unnamed", c.finding) for c in silence.candidates if c.finding.refs not in told]
        marks = [_finding(f, style, axis, anchors.row(number, f.refs), labelled) for _, f in found]
        lane = _lane(key, label, marks)
        lanes.append(_flat(lane) if all(mark.wide for mark in lane.marks) and not labelled else lane)
    lanes += [_series(series, axis) for series in dossier.series]
    events = [_finding(f, "event", axis, anchors.row(number, f.refs), True) for f in silence.events]
    lanes.append(_lane("events", "Meanwhile", [replace(m, label=_cut(m.label)) for m in events]))
    lanes.append(_listed(dossier.listed, axis))
    shown_lanes = tuple(lane for lane in lanes if lane.marks)
    guides = tuple(mark.x for mark in events if not mark.wide)
    text = f"Timeline of silence {number}, from {wording.minute(start)} to {wording.minute(end)}."
    return Timeline(axis, shown_lanes, ((axis.x(start), axis.x(end)),), guides, text)


def overview(dossier: Dossier, anchors: Anchors) -> Timeline | None:
    """All silences on one axis; null where there is at most one and nothing beside it."""
    if len(dossier.silences) < 2:
        return None
    times = [utc(point[0]) for run in dossier.track for point in (run.points[:1] + run.points[-1:])]
    for silence in dossier.silences:
        times += [utc(silence.gap["off_ts"]), end_of(silence, dossier)]
    for found in dossier.elsewhere:
        times += [day(found.date_start), day(found.date_end)]
    axis = Axis.around(min(times), max(times), 0.02)
    silent = tuple(
        (axis.x(utc(silence.gap["off_ts"])), axis.x(end_of(silence, dossier))) for silence in dossier.silences
    )
    elsewhere = [_finding(f, "named", axis, anchors.row(None, f.refs), True) for f in dossier.elsewhere]
    named = [
        _finding(f, "named", axis, anchors.row(n, f.refs), False)
        for n, s in enumerate(dossier.silences, 1)
        for g in s.groups
        if g.role == "named"
        for f in g.findings
    ]
    lanes = (_heard(dossier, axis), _lane("named", "Named as her", [*named, *elsewhere]), _listed(dossier.listed, axis))
    text = f"All {len(dossier.silences)} silences on one axis, from {wording.minute(min(times))} to {wording.minute(max(times))}."
    return Timeline(axis, tuple(lane for lane in lanes if lane.marks), silent, (), text)


def of_series(series: Series) -> Timeline | None:
    """A series over its own time; null with fewer than two values."""
    values = [value for value in series.values if value.value is not None]
    if len(values) < 2:
        return None
    axis = Axis.around(day(min(v.date_start for v in values)), day(max(v.date_end for v in values)))
    lane = _series(series, axis)
    return Timeline(axis, (lane,), (), (), f"{series.kind} at {series.place}: {len(values)} values.")


def end_of(silence: Silence, dossier: Dossier) -> datetime:
    """When it ended; an open one at the present of the question, or after the time that it lasted."""
    on = silence.gap["on_ts"]
    if on is not None:
        return utc(on)
    lasted = utc(silence.gap["off_ts"]) + timedelta(hours=float(silence.gap["duration_h"]))
    as_of = dossier.provenance.as_of
    return max(lasted, utc(as_of)) if as_of is not None else lasted


def _heard(dossier: Dossier, axis: Axis) -> Lane:
    marks = []
    for run in dossier.track:
        if run.points and axis.overlaps(first := run.points[0][0], last := run.points[-1][0]):
            title = f"Heard: {run.reports:,} reports from {wording.minute(first)} to {wording.minute(last)}."
            marks.append(Mark(axis.x(first), axis.x(last), "heard", title))
    for number, silence in enumerate(dossier.silences, 1):
        start, end = utc(silence.gap["off_ts"]), end_of(silence, dossier)
        if axis.overlaps(start, end):
            x, to = axis.x(start), axis.x(end)
            room = (to - x) * _NARROWEST / 100
            label = f"silent {wording.lasting(float(silence.gap['duration_h']))}"
            label = label if room > len(label) * _LETTER + 8 else str(number) if room > 12 else ""
            marks.append(Mark(x, to, "silent", f"Silence {number}. {silence.when.text}", f"silence-{number}", label))
    return Lane("ais", "AIS: heard, silent", tuple(marks), ROW)


def _legs(number: int, silence: Silence, axis: Axis) -> Lane:
    if len(silence.legs) < 2:
        return Lane("legs", "Legs between fixes", (), ROW)
    marks = []
    for leg in silence.legs:
        start, end = _middle(leg.start.earliest, leg.start.latest), utc(leg.until)
        if leg.end is not None:
            end = _middle(leg.end.earliest, leg.end.latest)
        title = f"Leg {number}.{leg.number}. {leg.text.text}"
        x, to = axis.x(start), axis.x(max(start, end))
        label = f"leg {number}.{leg.number}" if (to - x) * _NARROWEST / 100 > 50 else ""
        marks.append(Mark(x, to, "leg", title, f"leg-{number}-{leg.number}", label))
    return Lane("legs", "Legs between fixes", tuple(marks), ROW)


def _middle(start: datetime, end: datetime) -> datetime:
    return utc(start) + (utc(end) - utc(start)) / 2


def _finding(found: Finding, style: str, axis: Axis, anchor: str | None, labelled: bool) -> Mark:
    if found.ts is not None:
        start = end = utc(found.ts)
    else:
        start, end = day(found.date_start), day(found.date_end) + timedelta(days=1)
        if found.date_start == found.date_end and (end - start) / (axis.end - axis.start) < 0.05:
            start = end = start + timedelta(hours=12)
    label = ""
    if labelled:
        words = found.text if style == "event" else found.place or ""
        label = _cut(f"{words}" if style == "event" else f"{_short(found)} {words}".strip())
    title = f"{dated(found)}: {found.text}"
    return Mark(
        axis.x(start), axis.x(end), style, title, anchor, label, before=start < axis.start, after=end > axis.end
    )


def _short(found: Finding) -> str:
    if found.date_start == found.date_end:
        return f"{found.date_start.day} {found.date_start:%b}"
    return ""


def _series(series: Series, axis: Axis) -> Lane:
    values = [value for value in series.values if value.value is not None]
    highest = max((value.value or 0.0 for value in values), default=0.0)
    marks = []
    for value in values:
        start, end = day(value.date_start), day(value.date_end) + timedelta(days=1)
        if not axis.overlaps(start, end) or value.value is None:
            continue
        x = axis.x(_middle(start, end))
        high = round((TALL - 16) * value.value / highest) if highest > 0 else 0
        when = wording.days(value.date_start, value.date_end)
        said = f"{value.value:,.6g}" if value.unusual or value.value == highest else ""
        style = "value-unusual" if value.unusual else "value"
        marks.append(Mark(x, x, style, f"{when}: {value.text}", None, said, y=TALL, height=max(high, 2)))
    unit = f", {series.unit}" if series.unit and series.unit != series.kind else ""
    label = f"{shown(series.place, 60)}: {shown(series.kind.replace('_', ' '), 40)}{shown(unit, 40)}"
    return Lane("series", label, tuple(marks), TALL)


def _listed(statements: Sequence[Statement], axis: Axis) -> Lane:
    """Bars from the day that a statement says a list names her since; statements without one are not drawn."""
    marks = []
    for statement in statements:
        told = _SINCE.match(statement.text)
        since = _day(told["day"]) if told else None
        if told is None or since is None or since > axis.end:
            continue
        label = _cut(f"{told['list']} since {told['day']}", 60)
        marks.append(Mark(axis.x(since), 100.0, "listed", statement.text, "listed", label, before=since < axis.start))
    stacked = tuple(replace(mark, y=ROW * row) for row, mark in enumerate(marks[:_MOST_ROWS]))
    return Lane("listed", "Listed", stacked, ROW * max(len(stacked), 1))


def _day(text: str) -> datetime | None:
    try:
        return utc(datetime.fromisoformat(text))
    except ValueError:
        return None


def _lane(key: str, label: str, marks: Iterable[Mark]) -> Lane:
    """Marks in as many rows as keep them apart, the first free row each; past the last row they overlap."""
    ends: list[float] = []
    placed = []
    ordered = sorted(marks, key=lambda mark: (mark.x, -mark.to, mark.title))
    for mark in ordered:
        left, right = mark.x * _NARROWEST / 100 - 8, mark.to * _NARROWEST / 100 + 8
        words = len(mark.label) * _LETTER + 6 if mark.label else 0.0
        flip = bool(words) and right + words > _NARROWEST and left - words > 0
        left, right = (left - words, right) if flip else (left, right + words)
        row = next((i for i, end in enumerate(ends) if end <= left), len(ends))
        if row == len(ends) and row < _MOST_ROWS:
            ends.append(right)
        row = min(row, _MOST_ROWS - 1)
        ends[row] = max(ends[row], right)
        placed.append(replace(mark, y=row * ROW, label_left=flip))
    return Lane(key, label, tuple(placed), ROW * max(len(ends), 1))


def _flat(lane: Lane) -> Lane:
    """The same with its rows closer together: for bars without words."""
    marks = tuple(replace(mark, y=mark.y // ROW * FLAT - 4) for mark in lane.marks)
    return replace(lane, marks=marks, height=lane.height // ROW * FLAT + 2)


def _cut(text: str, longest: int = _LONGEST_LABEL) -> str:
    safe = shown(text)
    return safe if len(safe) <= longest else f"{safe[: longest - 1].rstrip()}…"


def spell(value: SeriesValue) -> str:
    """The days of a counted value."""
    return wording.days(value.date_start, value.date_end)


def in_reach(silence: Silence) -> str:
    """Places in reach on the legs of a silence, in a line; empty where none is listed."""
    names = list(dict.fromkeys(shown(place.place, 60) for leg in silence.legs for place in leg.reach))
    return wording.listing(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def held_apart(silence: Silence) -> list[Candidate]:
    """Candidates whose observation stands in no group of the silence."""
    told = {found.refs for group in silence.groups for found in group.findings if group.role == "unnamed"}
    return [candidate for candidate in silence.candidates if candidate.finding.refs not in told]
