"""One time axis for a silence: what was heard, who was seen, who looked and saw nothing, counts, events, listings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ais_gaps.dossier import wording
from ais_gaps.dossier.model import Dossier, Series, Silence
from ais_gaps.report.page import marks
from ais_gaps.report.page.anchors import Anchors
from ais_gaps.report.page.axis import Axis, day, utc
from ais_gaps.report.page.folding import held_apart, of_role, series_first
from ais_gaps.report.page.marks import LETTER, NARROWEST, ROW, Lane, Mark

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
class Timeline:
    """Lanes on one axis; `guides`: percent of the width at which events stand; `text`: what it shows, in a sentence."""

    axis: Axis
    lanes: tuple[Lane, ...]
    guides: tuple[float, ...]
    text: str


def of_silence(dossier: Dossier, number: int, anchors: Anchors) -> Timeline:
    """The timeline of a silence."""
    silence = dossier.silences[number - 1]
    start, end = utc(silence.gap["off_ts"]), end_of(silence, dossier)
    axis = Axis.around(start, end)
    lanes = [_heard(dossier, axis), _legs(number, silence, axis)]
    for key, label, roles, style, labelled in _LANES:
        found = list(of_role(silence, *roles))
        if key == "hulls":
            found += [held.finding for held in held_apart(silence)]
        made = [marks.of_finding(f, style, axis, anchors.row(number, f.refs), labelled) for f in found]
        lane = marks.stacked(key, label, made)
        lanes.append(marks.flat(lane) if all(mark.wide for mark in lane.marks) and not labelled else lane)
    lanes += [marks.of_series(series, axis) for series in series_first(dossier.series)]
    events = [marks.of_finding(f, "event", axis, anchors.row(number, f.refs), True) for f in silence.events]
    lanes.append(marks.stacked("events", "Meanwhile", [replace(m, label=marks.cut(m.label)) for m in events]))
    lanes.append(marks.of_listings(dossier.listed, axis))
    shown_lanes = tuple(lane for lane in lanes if lane.marks)
    guides = tuple(mark.x for mark in events if not mark.wide)
    text = f"Timeline of silence {number}, from {wording.minute(start)} to {wording.minute(end)}."
    return Timeline(axis, shown_lanes, guides, text)


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
    elsewhere = [marks.of_finding(f, "named", axis, anchors.row(None, f.refs), True) for f in dossier.elsewhere]
    named = [
        marks.of_finding(f, "named", axis, anchors.row(n, f.refs), False)
        for n, s in enumerate(dossier.silences, 1)
        for f in of_role(s, "named")
    ]
    lanes = (
        _heard(dossier, axis),
        marks.stacked("named", "Named as her", [*named, *elsewhere]),
        marks.of_listings(dossier.listed, axis),
    )
    text = f"All {len(dossier.silences)} silences on one axis, from {wording.minute(min(times))} to {wording.minute(max(times))}."
    return Timeline(axis, tuple(lane for lane in lanes if lane.marks), (), text)


def of_series(series: Series) -> Timeline | None:
    """A series over its own time; null with fewer than two numbers."""
    values = [value for value in series.values if value.value is not None]
    if len(values) < 2:
        return None
    axis = Axis.around(day(min(v.date_start for v in values)), day(max(v.date_end for v in values)) + timedelta(days=1))
    lane = marks.of_series(series, axis)
    return Timeline(axis, (lane,), (), f"{lane.label}: {len(values)} values.")


def end_of(silence: Silence, dossier: Dossier) -> datetime:
    """When it ended; an open one at the present of the question, or after the time that it lasted."""
    on = silence.gap["on_ts"]
    if on is not None:
        return utc(on)
    lasted = utc(silence.gap["off_ts"]) + timedelta(hours=float(silence.gap["duration_h"]))
    as_of = dossier.provenance.as_of
    return max(lasted, utc(as_of)) if as_of is not None else lasted


def _heard(dossier: Dossier, axis: Axis) -> Lane:
    made = []
    for run in dossier.track:
        if run.points and axis.overlaps(first := run.points[0][0], last := run.points[-1][0]):
            title = f"Heard: {run.reports:,} reports from {wording.minute(first)} to {wording.minute(last)}."
            made.append(Mark(axis.x(first), axis.x(last), "heard", title))
    for number, silence in enumerate(dossier.silences, 1):
        start, end = utc(silence.gap["off_ts"]), end_of(silence, dossier)
        if axis.overlaps(start, end):
            x, to = axis.x(start), axis.x(end)
            room = (to - x) * NARROWEST / 100
            label = f"silent {wording.lasting(float(silence.gap['duration_h']))}"
            label = label if room > len(label) * LETTER + 8 else str(number) if room > 12 else ""
            made.append(Mark(x, to, "silent", f"Silence {number}. {silence.when.text}", f"silence-{number}", label))
    return Lane("ais", "AIS: heard, silent", tuple(made), ROW)


def _legs(number: int, silence: Silence, axis: Axis) -> Lane:
    if len(silence.legs) < 2:
        return Lane("legs", "Legs between fixes", (), ROW)
    made = []
    for leg in silence.legs:
        start, end = marks.middle(leg.start.earliest, leg.start.latest), utc(leg.until)
        if leg.end is not None:
            end = marks.middle(leg.end.earliest, leg.end.latest)
        title = f"Leg {number}.{leg.number}. {leg.text.text}"
        x, to = axis.x(start), axis.x(max(start, end))
        label = f"leg {number}.{leg.number}" if (to - x) * NARROWEST / 100 > 50 else ""
        made.append(Mark(x, to, "leg", title, f"leg-{number}-{leg.number}", label))
    return Lane("legs", "Legs between fixes", tuple(made), ROW)
