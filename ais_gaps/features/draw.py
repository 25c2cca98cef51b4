"""From a dossier to its features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ais_gaps.dossier import Dossier, Reachable, wording
from ais_gaps.dossier.model import iso
from ais_gaps.features import shapes
from ais_gaps.features.feature import ROLES, Feature
from ais_gaps.features.findings import at_other_times
from ais_gaps.features.silences import silence_features


def draw(dossier: Dossier) -> tuple[Feature, ...]:
    """Everything of the dossier that has a place, in the order of `ROLES`, within a role in that of the dossier."""
    return tuple(feature for feature in _all(dossier) if not feature.geometry.is_empty)


def unplaced(dossier: Dossier) -> tuple[Feature, ...]:
    """Everything else: it can be listed, and not drawn, because no source says where; geometries are empty."""
    return tuple(feature for feature in _all(dossier) if feature.geometry.is_empty)


def _all(dossier: Dossier) -> list[Feature]:
    order = {role: i for i, role in enumerate(ROLES)}
    found = [*_track(dossier), *_places(dossier), *at_other_times(dossier)]
    for number, silence in enumerate(dossier.silences, 1):
        found += silence_features(number, silence)
    return list(_unique(sorted(found, key=lambda feature: order[feature.role])))


def _unique(features: list[Feature]) -> Iterator[Feature]:
    """Each id once: later ones of the same rows get ``#2``, ``#3``."""
    taken: set[str] = set()
    for feature in features:
        name, count = feature.id, 1
        while name in taken:
            count += 1
            name = f"{feature.id}#{count}"
        taken.add(name)
        yield feature if count == 1 else replace(feature, id=name)


def _track(dossier: Dossier) -> Iterator[Feature]:
    for run in dossier.track:
        if not run.points:
            continue
        first, last = run.points[0][0], run.points[-1][0]
        count = "1 report" if run.reports == 1 else f"{run.reports:,} reports"
        yield Feature(
            id=f"track:{iso(first)}",
            role="track",
            name=f"Heard {wording.days(first.date(), last.date())}",
            text=f"{count} from {wording.minute(first)} to {wording.minute(last)}, without a silence between them.",
            geometry=shapes.line((lat, lon) for _, lat, lon in run.points),
            start=first,
            end=last,
            certainty="heard",
            refs=(),
        )


def _places(dossier: Dossier) -> Iterator[Feature]:
    """The places in reach on any leg, each once."""
    legs = [leg for silence in dossier.silences for leg in silence.legs]
    places: dict[str, Reachable] = {}
    for leg in legs:
        for place in leg.reach:
            places.setdefault(place.place_id, place)
    for place_id, place in places.items():
        yield Feature(
            id=f"place:{place_id}",
            role="place",
            name=place.place,
            text=f"{place.place}: {'a watched place' if place.watched else 'a place'} at {wording.position(place.lat, place.lon)}.",
            geometry=shapes.point((place.lat, place.lon)),
            start=None,
            end=None,
            certainty="stated",
            refs=(place_id,),
        )
