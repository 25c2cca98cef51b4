"""Observations as GeoJSON features: properties named as the columns of `OBSERVATIONS`, the geometry as the place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ais_gaps.evidence import shapes
from ais_gaps.evidence.judge import Judge

ENOUGH = frozenset({"observed", "kind"})
"""Properties by which a feature is known to be an observation; ids and days may follow from others."""


def is_observation(feature: Any) -> bool:
    """Whether a feature has the properties of an observation."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return isinstance(properties, dict) and properties.keys() >= ENOUGH


def row(feature: Any, judge: Judge) -> dict[str, Any]:
    """The row of `OBSERVATIONS` that a feature is; ValueError, in plain words, where it is none.

    `lat`, `lon` and `precision_nm` among the properties stand before what the geometry says. A position that the property
    `located_by` says is the place's (`choice.located`) is none of the observation, and is left out. The feature's own id is the
    row's where the properties give none.
    """
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise ValueError("it has no properties")
    cells: dict[str, Any] = dict(properties)
    if cells.get("obs_id") is None and isinstance(feature.get("id"), str | int):
        cells["obs_id"] = str(feature["id"])
    of_place = cells.get("located_by") == "place"
    if of_place:
        cells |= {"lat": None, "lon": None}
    geometry = feature.get("geometry")
    if geometry is not None and not of_place:
        cells = cells_of(geometry) | {name: value for name, value in cells.items() if value is not None}
    return judge.row(cells)


def cells_of(geometry: Any) -> dict[str, Any]:
    """Latitude, longitude, precision and outline of a GeoJSON geometry; ValueError, in plain words, where it is none."""
    if not isinstance(geometry, Mapping):
        raise ValueError("its geometry cannot be read")
    found = shapes.where(geometry)
    return {"lat": found.lat, "lon": found.lon, "precision_nm": found.precision_nm, "footprint": found.footprint}
