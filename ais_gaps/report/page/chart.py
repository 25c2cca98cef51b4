"""What the page's map is told: the features of the dossier, gathered by place, and the views that a reader can choose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ais_gaps.dossier import wording
from ais_gaps.dossier.model import Dossier, Finding
from ais_gaps.features import Feature, draw
from ais_gaps.report.page import ports
from ais_gaps.report.page.anchors import Anchors
from ais_gaps.report.page.axis import utc
from ais_gaps.report.page.folding import in_full, main
from ais_gaps.report.page.showing import dated, shown
from ais_gaps.report.page.unrolling import centre_of, unrolled

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_TOGETHER = 0.05  # degrees: points closer than this are one spot, about 3 nm
_LONGEST_TEXT = 400
_MOST_ITEMS = 2_000
_BESIDE = timedelta(days=3)  # of her track before and after a silence is shown with it
_OF_FINDINGS = ("sighting", "hull", "nothing_seen", "observation")
_FRAME = ("off", "on", "sighting", "hull", "nothing_seen", "reach_place", "gap")

LEGEND = (
    ("track", "Heard by AIS"),
    ("gap", "Not heard; no path is known"),
    ("off", "Last heard"),
    ("on", "Heard again"),
    ("sighting", "A source names her here"),
    ("hull", "Ship seen, not named: not attached to her"),
    ("nothing_seen", "Looked, and saw no ship"),
    ("observation", "Other observation: containers, rail, light, counts"),
    ("reach_place", "In reach on a leg; not that she called"),
    ("place", "Watched place"),
    ("reach_area", "Where she can have been, at the speed reckoned"),
)
"""Roles in the order of the legend, each with its words."""


class Chart:
    """The map of a dossier.

    Attributes:
        features: what can be drawn, in the order of drawing.
        centre: longitude that the map is unrolled around, so that nothing is cut at the antimeridian.
    """

    def __init__(self, dossier: Dossier, anchors: Anchors) -> None:
        self._dossier = dossier
        self._anchors = anchors
        full = set(in_full(dossier.silences))
        drawn = [f for f in draw(dossier) if f.silence is None or f.silence in full or f.role in ("off", "on")]
        self.features: list[Feature] = drawn[:_MOST_ITEMS]
        self.left_out = len(drawn) - len(self.features)
        self.centre = centre_of([lon for f in self._framing() for lon in _longitudes(f.geometry)])
        self._findings = _findings(dossier)

    def legend(self) -> list[tuple[str, str]]:
        """Those lines of the legend that the map needs."""
        roles = {"gap" if feature.role == "leg" else feature.role for feature in self.features}
        return [(role, words) for role, words in LEGEND if role in roles]

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of what the map is about, unrolled; null where nothing has a place."""
        corners = [(self.unroll(lon), lat) for f in self._framing() for lon, lat in _corners(f.geometry)]
        if not corners:
            return None
        lons, lats = zip(*corners, strict=True)
        return min(lons), min(lats), max(lons), max(lats)

    def unroll(self, lon: float) -> float:
        """A longitude within 180 degrees of the centre."""
        return unrolled(lon, self.centre)

    def payload(self) -> dict[str, Any]:
        """All that the script needs, as JSON values; texts are plain (`showing.shown`), not escaped."""
        spots: list[dict[str, Any]] = []
        shapes = []
        for feature in self.features:
            item = self._item(feature)
            if feature.geometry.geom_type == "Point":
                self._spot(spots, feature, item)
            else:
                shapes.append(item | {"at": self._shape(feature.geometry)})
        return {
            "centre": self.centre,
            "spots": spots,
            "shapes": shapes,
            "views": self._views(),
            "view": self._first_view(),
            "legend": [{"role": role, "words": words} for role, words in self.legend()],
            "ports": self._ports(),
        }

    def rows(self) -> list[tuple[Feature, str | None]]:
        """The map in words: each feature but the places for orientation, with the anchor of its row."""
        return [(feature, self._anchor(feature)) for feature in self.features if feature.role != "place"]

    def _framing(self) -> list[Feature]:
        framing = [feature for feature in self.features if feature.role in _FRAME]
        return framing or self.features

    def _item(self, feature: Feature) -> dict[str, Any]:
        name, text = feature.name, feature.text
        found = self._findings.get((feature.silence, feature.refs))
        if feature.role == "sighting" and found is not None:
            # The days as the source gives them: a fix reckons with every hour that may be meant.
            name, text = f"Named at {found.place or 'a place not stated'}, {dated(found)}", found.text
        return {
            "role": feature.role,
            "name": shown(name, 160),
            "text": shown(text, _LONGEST_TEXT),
            "refs": [ref.shown for ref in self._anchors.refs(feature.refs[:4])],
            "to": self._anchor(feature),
            "silence": feature.silence,
            "leg": feature.leg,
            "start": _seconds(feature.start),
            "end": _seconds(feature.end),
            "fits": feature.certainty,
            "rank": feature.rank,
            "nm": feature.precision_nm,
        }

    def _anchor(self, feature: Feature) -> str | None:
        if feature.leg is not None:
            return f"leg-{feature.silence}-{feature.leg}"
        if feature.role in ("gap", "off", "on"):
            return f"silence-{feature.silence}"
        return self._anchors.row(feature.silence, feature.refs)

    def _spot(self, spots: list[dict[str, Any]], feature: Feature, item: dict[str, Any]) -> None:
        x, lat, _, _ = feature.geometry.bounds
        lon = self.unroll(x)
        spot = next((s for s in spots if abs(s["lat"] - lat) + abs(s["lon"] - lon) < _TOGETHER), None)
        if spot is None:
            spot = {"lat": round(lat, 5), "lon": round(lon, 5), "name": "", "items": []}
            spots.append(spot)
        name = self._name(feature)
        if name and (not spot["name"] or len(name) < len(spot["name"])):
            spot["name"] = name
        spot["items"].append(item)

    def _name(self, feature: Feature) -> str:
        if feature.role not in _OF_FINDINGS and feature.role != "place":
            return ""
        found = self._findings.get((feature.silence, feature.refs))
        named = feature.name if feature.role == "place" else found.place if found else None
        return shown(named or "", 32)

    def _shape(self, geometry: BaseGeometry) -> list[Any]:
        parts = getattr(geometry, "geoms", [geometry])
        found: list[Any] = []
        for part in parts:
            if part.geom_type == "LineString":
                found.append(self._coordinates(part.coords))
            elif part.geom_type == "Polygon":
                found.append([self._coordinates(ring.coords) for ring in (part.exterior, *part.interiors)])
        return found

    def _coordinates(self, points: Iterable[Sequence[float]]) -> list[list[float]]:
        return [[round(lat, 4), round(self.unroll(lon), 4)] for lon, lat in points]

    def _views(self) -> list[dict[str, Any]]:
        views: list[dict[str, Any]] = [{"name": "The whole record"}]
        for number in in_full(self._dossier.silences):
            silence = self._dossier.silences[number - 1]
            off, on = silence.gap["off_ts"], silence.gap["on_ts"]
            until = f"to {on:%Y-%m-%d}" if on else "and on"
            since, end = off - _BESIDE, (on or utc(off) + timedelta(hours=float(silence.gap["duration_h"]))) + _BESIDE
            views.append(
                {
                    "name": f"Silence {number}: {off:%Y-%m-%d} {until}",
                    "silence": number,
                    "start": _seconds(since),
                    "end": _seconds(end),
                }
            )
            if len(silence.legs) < 2:
                continue
            for leg in silence.legs:
                start, end = leg.start.earliest, leg.until
                where = f"{shown(leg.start.place or '?', 30)} – {shown((leg.end and leg.end.place) or '?', 30)}"
                views.append(
                    {
                        "name": f"Leg {number}.{leg.number}: {start:%Y-%m-%d} to {end:%Y-%m-%d}, {where}",
                        "silence": number,
                        "leg": leg.number,
                        "start": _seconds(start),
                        "end": _seconds(end),
                    }
                )
        return views

    def _first_view(self) -> int:
        number = main(self._dossier.silences)
        return next((i for i, v in enumerate(self._views()) if number and v.get("silence") == number), 0)

    def _ports(self) -> list[list[Any]]:
        frame = self.bounds()
        return [] if frame is None else ports.around(frame, self.centre)


def where(geometry: BaseGeometry) -> str:
    """The place of a feature in words; a line's two ends."""
    if geometry.geom_type == "Point":
        lon, lat, _, _ = geometry.bounds
        return wording.position(lat, lon)
    if "Line" in geometry.geom_type:
        ends = [point for part in getattr(geometry, "geoms", [geometry]) for point in part.coords]
        return f"{wording.position(ends[0][1], ends[0][0])} to {wording.position(ends[-1][1], ends[-1][0])}"
    west, south, east, north = geometry.bounds
    return f"within {wording.position(south, west)} and {wording.position(north, east)}"


def _longitudes(geometry: BaseGeometry) -> list[float]:
    return [lon for lon, _ in _corners(geometry)]


def _corners(geometry: BaseGeometry) -> list[tuple[float, float]]:
    found = []
    for part in getattr(geometry, "geoms", [geometry]):
        west, south, east, north = part.bounds
        found += [(west, south), (east, north)]
    return found


def _findings(dossier: Dossier) -> dict[tuple[int | None, tuple[str, ...]], Finding]:
    """By silence and refs, as features name them."""
    found: dict[tuple[int | None, tuple[str, ...]], Finding] = {}
    for number, silence in enumerate(dossier.silences, 1):
        for one in (*(f for g in silence.groups for f in g.findings), *(c.finding for c in silence.candidates)):
            found.setdefault((number, one.refs), one)
    for one in dossier.elsewhere:
        found.setdefault((None, one.refs), one)
    return found


def _seconds(when: datetime | None) -> int | None:
    return None if when is None else int(utc(when).timestamp())
