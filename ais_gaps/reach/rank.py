"""Which of the places that a ship can have called at is most in keeping with what is known, in terms that are stated.

Being within reach says little: in a sea of twenty ports most are. The terms are priors of this project, not facts about the
sea; their sum orders places and is no probability that she was at one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps import geodesy
from ais_gaps.reach.model import Term
from ais_gaps.reach.prism import Calls, Floats, Spans

USUAL_CALL_H: Final = 26.0
"""How long a call lasts, at the middle: about a day; a choice of this project, measured nowhere."""

CALL_SPREAD: Final = 0.8
"""Standard deviation of the natural logarithm of a call's hours."""

MORE_THAN_A_CALL: Final = 0.1
"""How often a leg that is long for a call holds more than one call: then its length says nothing of the place."""

UNWATCHED: Final = 0.05
"""How much less a place weighs that is not watched: a ship seldom hides a call at a port where she may call openly."""

COURSE_OUT: Final = 8.0
COURSE_BACK: Final = 5.0
"""Concentration of courses about the bearing of where a ship goes, and came from (von Mises; 8 is about 20 degrees)."""

OTHER_COURSES: Final = 0.05
"""How often a course says nothing of where a ship goes: she rounds a cape, or altered course unheard."""

COURSE_FROM_NM: Final = 30.0
"""A course counts in full from this distance on; nearer, ships turn as the channel turns."""

WAY_SCALE_NM: Final = 250.0
"""Nearer places are likelier: by e for each of this many miles."""

AT_PLACE_NM: Final = 12.0
AT_PLACE_NATS: Final = -3.0
"""A ship that is heard at a place just before or after has no call there to hide."""


@dataclass(frozen=True)
class Terms:
    """The terms of each call, in nats, each array of the shape of the calls."""

    watched: Floats
    stay: Floats
    course_out: Floats
    course_back: Floats
    way: Floats
    at_start: Floats
    at_end: Floats

    @property
    def total(self) -> Floats:
        """Their sum."""
        return self.watched + self.stay + self.course_out + self.course_back + self.way + self.at_start + self.at_end


def terms(spans: Spans, calls: Calls, place_lat: Floats, place_lon: Floats, watched: NDArray[np.bool_]) -> Terms:
    """The terms of every call."""
    span, place = calls.span, calls.place
    bearing_out = geodesy.bearing_deg(spans.start_lat[span], spans.start_lon[span], place_lat[place], place_lon[place])
    # The course with which she came is that of her way from the place: the bearing at its end.
    bearing_back = geodesy.bearing_deg(spans.end_lat[span], spans.end_lon[span], place_lat[place], place_lon[place])
    stayed = np.maximum(_likely_stay(spans, calls), 0.25)
    stay = -0.5 * (np.log(stayed / USUAL_CALL_H) / CALL_SPREAD) ** 2
    longer = np.log((np.exp(stay) + MORE_THAN_A_CALL) / (1.0 + MORE_THAN_A_CALL))
    stay = np.where(stayed > USUAL_CALL_H, longer, stay)
    lying_still = spans.open_end[span] & (stayed > USUAL_CALL_H)
    return Terms(
        watched=np.where(watched[place], 0.0, np.log(UNWATCHED)),
        stay=np.where(lying_still, 0.0, stay),
        course_out=_course(spans.start_course[span], bearing_out, calls.out_nm, COURSE_OUT),
        course_back=_course(spans.end_course[span], (bearing_back + 180.0) % 360.0, calls.back_nm, COURSE_BACK),
        way=-calls.out_nm / WAY_SCALE_NM,
        at_start=np.where(calls.out_nm < AT_PLACE_NM, AT_PLACE_NATS, 0.0),
        at_end=np.where(calls.back_nm < AT_PLACE_NM, AT_PLACE_NATS, 0.0),
    )


def _likely_stay(spans: Spans, calls: Calls) -> Floats:
    """The slack with the dates in the middle of what is stated, in hours."""
    return np.maximum((calls.slack_h + calls.sure_slack_h) / 2.0, 0.0)


def _course(course: Floats, bearing: Floats, way_nm: Floats, concentration: float) -> Floats:
    """0 where the course leads there, negative where it leads away; 0 where either is not known."""
    off = np.cos(np.radians(course - bearing)) - 1.0
    kept = concentration * off * np.minimum(way_nm / COURSE_FROM_NM, 1.0)
    return np.where(np.isfinite(off), np.log((1.0 - OTHER_COURSES) * np.exp(kept) + OTHER_COURSES), 0.0)


def shares(calls: Calls, total: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Rank (from 1) and share of each call among those of its leg: exp(total) over the sum of all of them."""
    if not len(total):
        return np.zeros(0, np.int64), np.zeros(0)
    legs = int(calls.span.max()) + 1
    best = np.full(legs, -np.inf)
    np.maximum.at(best, calls.span, total)
    weight = np.exp(total - best[calls.span])
    share = weight / np.bincount(calls.span, weight, legs)[calls.span]
    order = np.lexsort((calls.place, -total, calls.span))
    first = np.searchsorted(calls.span[order], np.arange(legs))
    rank = np.empty(len(total), np.int64)
    rank[order] = np.arange(len(total)) - first[calls.span[order]] + 1
    return rank, share


def worded(found: Terms, spans: Spans, calls: Calls, row: int) -> tuple[Term, ...]:
    """The terms of one call, each as a sentence; those that say nothing are left out."""
    span = calls.span[row]
    stayed = max((calls.slack_h[row] + calls.sure_slack_h[row]) / 2.0, 0.25)
    said = [
        Term(
            "stay",
            float(found.stay[row]),
            f"{stayed:,.1f} h are left to lie there; a usual call takes about {USUAL_CALL_H:g} h",
        ),
        Term(
            "way",
            float(found.way[row]),
            f"the way there is {calls.out_nm[row]:,.0f} nm, and nearer places are likelier",
        ),
    ]
    if found.watched[row] != 0.0:
        said.append(
            Term("watched", float(found.watched[row]), "the place is not watched: a ship may call there openly")
        )
    if np.isfinite(spans.start_course[span]) and found.course_out[row] != 0.0:
        text = f"last heard on course {spans.start_course[span]:03.0f}"
        said.append(
            Term("course out", float(found.course_out[row]), f"{text}, which {_leads(found.course_out[row], 'there')}")
        )
    if np.isfinite(spans.end_course[span]) and found.course_back[row] != 0.0:
        text = f"heard again on course {spans.end_course[span]:03.0f}"
        said.append(
            Term(
                "course back",
                float(found.course_back[row]),
                f"{text}, which {_leads(found.course_back[row], 'from there')}",
            )
        )
    if found.at_start[row]:
        said.append(Term("at start", float(found.at_start[row]), "she was heard close by when the leg began"))
    if found.at_end[row]:
        said.append(Term("at end", float(found.at_end[row]), "she was heard close by when the leg ended"))
    return tuple(Term(term.name, round(term.nats, 2), term.text) for term in said)


def _leads(nats: float, where: str) -> str:
    return f"leads {where}" if nats > -0.5 else f"leads elsewhere than {where}" if nats < -2.0 else f"may lead {where}"
