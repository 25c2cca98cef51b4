"""A dossier's features as KML 2.2 (OGC 07-147r2)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO

from ais_gaps.dossier import Dossier, Silence
from ais_gaps.dossier.model import iso
from ais_gaps.export.balloon import balloon
from ais_gaps.export.kml_document import document, geometry, times
from ais_gaps.export.markup import Markup
from ais_gaps.export.sources import Sources
from ais_gaps.features import CERTAINTIES, ROLES, Feature

_FOLDERS = {
    "off": "Last heard, heard again",
    "on": "Last heard, heard again",
    "gap": "The silence",
    "leg": "Legs: not paths",
    "sighting": "Named as her",
    "hull": "Ships not named: none of them is attached to her",
    "nothing_seen": "Looked, and no ship seen",
    "observation": "Other looks and observations",
    "reach_place": "Places she can have called at: not that she did",
    "reach_area": "Where she can have been: not where she was",
}
"""The folders of a silence, in this order, by role."""

_HIDDEN_AT_FIRST = {"reach_place", "reach_area", "observation"}


def write_kml(dossier: Dossier, placed: Sequence[Feature], unplaced: Sequence[Feature], stream: BinaryIO) -> int:
    """One document with a folder a silence; how many placemarks. Features without a place are listed, and not drawn."""
    sources = Sources(dossier)
    with dossier_document(dossier, stream) as page:
        _folder(page, "Heard", [f for f in placed if f.role == "track"], sources)
        _folder(page, "Places", [f for f in placed if f.role == "place"], sources)
        for number, silence in enumerate(dossier.silences, 1):
            here = [f for f in placed if f.silence == number]
            listed = [f for f in unplaced if f.silence == number]
            name = next(f.name for f in (*here, *listed) if f.role == "gap")
            with page.element("Folder"):
                page.leaf("name", name)
                page.leaf("description", balloon(name, _told(silence)))
                for title in dict.fromkeys(_FOLDERS.values()):
                    _folder(page, title, [f for f in here if _FOLDERS[f.role] == title], sources)
                _folder(page, "No source says where", listed, sources)
        others = [f for f in (*placed, *unplaced) if f.silence is None and f.role not in ("track", "place")]
        _folder(page, "Named as her at other times", others, sources)
    return len(placed) + len(unplaced)


def dossier_document(dossier: Dossier, stream: BinaryIO) -> AbstractContextManager[Markup]:
    """A KML document with a dossier's banner, what it was made from, and a style a role."""
    return document(stream, dossier.title, [*(s.text for s in dossier.banner), *_made_from(dossier)], ROLES)


def _told(silence: Silence) -> list[str]:
    """A silence in words, with the reasons of its judgement and their weights."""
    weighed = [f"{r.nats:+.1f}  {r.text}" if r.nats is not None else r.text for r in silence.reasons]
    return [silence.when.text, silence.where.text, silence.cause.text, *weighed]


def _made_from(dossier: Dossier) -> list[str]:
    made = dossier.provenance
    told = {statement.text for statement in dossier.banner}
    said = ["Lines in the folders of silences are no paths: they join where she was last and next known."]
    said.append(f"Made by {made.program}" + (f" as of {iso(made.as_of)}." if made.as_of else "."))
    said += [
        f"{s.file}, SHA-256 {s.sha256 or 'not known'}" + (f": {s.note}" if s.note and s.note not in told else "")
        for s in made.sources
    ]
    return said


def _folder(page: Markup, name: str, features: Sequence[Feature], sources: Sources) -> None:
    """A folder, or nothing where there is nothing to put into it."""
    if features:
        with page.element("Folder"):
            page.leaf("name", name)
            for feature in features:
                _placemark(page, feature, sources)


def _placemark(page: Markup, feature: Feature, sources: Sources) -> None:
    with page.element("Placemark"):
        page.leaf("name", feature.name)
        if feature.role in _HIDDEN_AT_FIRST:
            page.leaf("visibility", "0")
        page.leaf("Snippet", "", {"maxLines": "0"})
        certainty = f"{feature.certainty.capitalize()}: {CERTAINTIES[feature.certainty]}."
        known = [] if feature.precision_nm is None else [f"Position good to {feature.precision_nm:g} nm."]
        rows = [f"Rows: {', '.join(feature.refs)}"] if feature.refs else []
        page.leaf(
            "description",
            balloon(feature.name, [feature.text, certainty, *known, *rows], sources.of(feature.refs)),
        )
        times(page, *(None if when is None else iso(when) for when in (feature.start, feature.end)))
        page.leaf("styleUrl", f"#{feature.role}")
        with page.element("ExtendedData"):
            for name in ("id", "role", "certainty", "silence", "leg", "rank", "precision_nm"):
                if (value := getattr(feature, name)) is not None:
                    with page.element("Data", {"name": name}):
                        page.leaf("value", str(value))
        geometry(page, feature.geometry)
