"""The space-time prism of a leg: which places a ship can have called at, and how long she can have lain there.

The method is that of time geography (Hägerstrand 1970, "What about people in regional science?"): between two fixes, at no more
than a given speed, a ship can have been wherever the way out and the way on leave time. Ways are along the sea.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ais_gaps import geodesy

MIN_CALL_H: Final = 1.0
"""A call shorter than this is none: she cannot have berthed or been worked in it."""

Floats = NDArray[np.float64]


class Ways(Protocol):
    """Lengths of ways, such as `sea.Sea`."""

    def ways_nm(self, places_lat: Floats, places_lon: Floats, lats: Floats, lons: Floats, at_most_nm: Floats) -> Floats:
        """From each place to each position, in nm, shape (places, positions); inf where longer than ``at_most_nm``."""

    def afloat(self, lats: Floats, lons: Floats) -> NDArray[np.bool_]:
        """Whether each position has water near enough to have ways by sea; false too where it is not known."""


@dataclass(frozen=True)
class Spans:
    """Legs, column by column; all arrays have the shape (legs,).

    Attributes:
        start_lat, start_lon, end_lat, end_lon: degrees; the end NaN where it is open or its place is not known.
        widest_h, narrowest_h: how long the leg lasted with its fixes' dates at their most and least favourable.
        speed_kn: at what speed she is reckoned.
        start_course, end_course: course over ground in degrees where she was under way at that end, else NaN.
        open_end: there is no end yet.
    """

    start_lat: Floats
    start_lon: Floats
    end_lat: Floats
    end_lon: Floats
    widest_h: Floats
    narrowest_h: Floats
    speed_kn: Floats
    start_course: Floats
    end_course: Floats
    open_end: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start_lat)


@dataclass(frozen=True)
class Calls:
    """What calls are possible, column by column; all arrays have the same shape.

    Attributes:
        span, place: indices of the leg and the place.
        out_nm, back_nm: ways; back_nm NaN where the end is open or unknown.
        slack_h: hours left to lie there, dates at their most favourable. sure_slack_h: at their least favourable; may be negative.
    """

    span: NDArray[np.int64]
    place: NDArray[np.int64]
    out_nm: Floats
    back_nm: Floats
    slack_h: Floats
    sure_slack_h: Floats


def calls(spans: Spans, place_lat: Floats, place_lon: Floats, sea: Ways) -> Calls:
    """Every call of at least `MIN_CALL_H` that a leg leaves time for, by leg and place.

    A leg whose start has no position allows none that could be told. Of a leg that is open, or whose end has no position, only
    the way out is known.
    """
    budget = np.maximum((spans.widest_h - MIN_CALL_H) * spans.speed_kn, 0.0)
    out = _ways_nm(sea, place_lat, place_lon, spans.start_lat, spans.start_lon, budget)
    ended = np.isfinite(spans.end_lat) & np.isfinite(spans.end_lon)
    back = np.zeros_like(out)
    if ended.any():
        left = np.maximum(budget[ended] - np.where(np.isfinite(out[:, ended]), out[:, ended], np.inf), -1.0)
        back[:, ended] = _ways_nm(sea, place_lat, place_lon, spans.end_lat[ended], spans.end_lon[ended], left)
    taken_h = (out + back) / spans.speed_kn
    slack = spans.widest_h - taken_h
    place, span = np.nonzero(np.isfinite(slack) & (slack >= MIN_CALL_H))
    order = np.lexsort((place, span))
    place, span = place[order], span[order]
    return Calls(
        span,
        place,
        out[place, span],
        np.where(ended[span], back[place, span], np.nan),
        slack[place, span],
        spans.narrowest_h[span] - taken_h[place, span],
    )


def _ways_nm(sea: Ways, place_lat: Floats, place_lon: Floats, lat: Floats, lon: Floats, at_most_nm: Floats) -> Floats:
    """Ways by sea; straight ones from and to what lies far inland, on rivers and lakes, where the sea's map has no way.

    A straight way is never longer than the true one: no place is ruled out for want of a map.
    """
    ways = np.array(sea.ways_nm(place_lat, place_lon, lat, lon, at_most_nm))
    inland = (~sea.afloat(place_lat, place_lon))[:, None] | (~sea.afloat(lat, lon))[None, :]
    place, position = np.nonzero(inland & np.isfinite(lat)[None, :])
    if len(place):
        straight = geodesy.distance_nm(place_lat[place], place_lon[place], lat[position], lon[position])
        limit = np.broadcast_to(at_most_nm, ways.shape)[place, position]
        ways[place, position] = np.where(straight <= limit, straight, np.inf)
    return ways
