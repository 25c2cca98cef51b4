"""Legs: a silence cut at the sightings inside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from ais_gaps.reach.model import Fix
from ais_gaps.reach.prism import Spans
from ais_gaps.reach.speed import Speed, Sql

Row = Mapping[str, Any]
Courses = Mapping[tuple[int, datetime], float]

_HOUR = timedelta(hours=1)
_COURSES = """
    SELECT mmsi, ts, min(cog) AS cog FROM reports
    WHERE mmsi IN (SELECT unnest(?::INTEGER[])) AND ts IN (SELECT unnest(?::TIMESTAMPTZ[]))
        AND kind = 'position' AND sog >= ? AND cog IS NOT NULL
    GROUP BY mmsi, ts ORDER BY mmsi, ts
"""
_UNDER_WAY_KN = 1.0  # below this a course over ground is that of the tide or of the receiver's noise


@dataclass(frozen=True)
class Span:
    """One leg: a gap's row, the leg's number in it from 1, its fixes, and until when it is reckoned."""

    gap: Row
    number: int
    start: Fix
    end: Fix | None
    until: datetime

    @property
    def widest_h(self) -> float:
        """Hours with the dates of both fixes as far apart as they may be."""
        return (self.until - self.start.earliest) / _HOUR

    @property
    def narrowest_h(self) -> float:
        """Hours with the dates of both fixes as near as they may be."""
        first = self.until if self.end is None else self.end.earliest
        return max((first - self.start.latest) / _HOUR, 0.0)


def end_of(gap: Row) -> datetime:
    """When a gap ends; of an open one, until when it is known to last."""
    end: datetime = gap["on_ts"] or gap["off_ts"] + timedelta(hours=gap["duration_h"])
    return end


def cut(gap: Row, sightings: Sequence[Fix]) -> tuple[Span, ...]:
    """The legs of a gap, given the sightings that cut it, by time (`sightings.fixes`)."""
    refs = (gap["gap_id"],)
    off = _heard(gap, "off", "last heard", refs)
    on = None if gap["on_ts"] is None else _heard(gap, "on", "heard again", refs)
    starts, ends = [off, *sightings], [*sightings, on]
    return tuple(
        Span(gap, number, start, end, end_of(gap) if end is None else end.latest)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    )


def _heard(gap: Row, end: str, text: str, refs: tuple[str, ...]) -> Fix:
    when, lat, lon = gap[f"{end}_ts"], gap[f"{end}_lat"], gap[f"{end}_lon"]
    return Fix("heard", text, gap[f"{end}_place"], when, when, lat, lon, None if lat is None else 0.0, refs)


def courses(sql: Sql, spans: Iterable[Span]) -> Courses:
    """The course over ground (degrees) of each report that bounds a silence, by MMSI and time, where she was under way."""
    ends = {(s.gap["mmsi"], fix.earliest) for s in spans for fix in (s.start, s.end) if fix and fix.kind == "heard"}
    if not ends:
        return {}
    mmsi, times = sorted({mmsi for mmsi, _ in ends}), sorted({when for _, when in ends})
    rows = sql(_COURSES, [mmsi, times, _UNDER_WAY_KN]).to_pylist()
    return {(row["mmsi"], row["ts"]): row["cog"] for row in rows if (row["mmsi"], row["ts"]) in ends}


def columns(spans: Sequence[Span], speeds: Mapping[int, Speed], headed: Courses) -> Spans:
    """Legs column by column, as the prism takes them."""

    def number(values: Iterable[float | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([np.nan if value is None else value for value in values], np.float64)

    def course(fix: Fix | None, mmsi: int) -> float | None:
        return None if fix is None or fix.kind != "heard" else headed.get((mmsi, fix.earliest))

    return Spans(
        start_lat=number(s.start.lat for s in spans),
        start_lon=number(s.start.lon for s in spans),
        end_lat=number(None if s.end is None else s.end.lat for s in spans),
        end_lon=number(None if s.end is None else s.end.lon for s in spans),
        widest_h=number(s.widest_h for s in spans),
        narrowest_h=number(s.narrowest_h for s in spans),
        speed_kn=number(speeds[s.gap["mmsi"]].kn for s in spans),
        start_course=number(course(s.start, s.gap["mmsi"]) for s in spans),
        end_course=number(course(s.end, s.gap["mmsi"]) for s in spans),
        open_end=np.array([s.end is None for s in spans], np.bool_),
    )
