"""STAC Items as looks (https://github.com/radiantearth/stac-spec, 1.0.0 and 1.1.0), by pystac and without a network.

An item says that an image exists, when and of where. What the image shows it does not say, so it becomes an observation of kind
``look``: not ``other``, which would be a thing seen, and not ``nothing_seen``, which nobody said. Whoever has looked at the image
says what it shows under properties with `PREFIX`: ``ais_gaps:kind``, ``ais_gaps:observed``, ``ais_gaps:count`` and so on, any
column of `OBSERVATIONS`. An item of our own export lists what was told of its image under `TOLD`, and gives these rows again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ais_gaps.evidence import features
from ais_gaps.evidence.cells import moment
from ais_gaps.evidence.judge import Judge
from ais_gaps.evidence.tables import OBSERVATIONS

if TYPE_CHECKING:
    from pystac import Item

PREFIX = "ais_gaps:"
LOOK_PREFIX = "ais_gaps_look:"
"""Of properties that say what a look is, which the reader passes over but for `TOLD`."""

TOLD = f"{LOOK_PREFIX}observations"
"""The property that lists the observations of an item, by the columns of `OBSERVATIONS`."""

NOT_STATED = "an image exists; what it shows is not stated"

_LINKS = ("self", "canonical", "via", "alternate")
_PUBLISHERS = ("host", "licensor", "processor", "producer")
_PROVIDERS = ("producer", "licensor", "processor", "host")


def is_item(content: Any) -> bool:
    """Whether a JSON object is a STAC Item."""
    return isinstance(content, dict) and content.get("type") == "Feature" and "stac_version" in content


@dataclass(frozen=True)
class Told:
    """One of the observations that an item lists."""

    look_id: Any
    observation: Any


def parts(content: Any) -> list[Any]:
    """What of an item becomes a row each: the observations that it lists, else the item."""
    properties = content.get("properties") if is_item(content) else None
    told = properties.get(TOLD) if isinstance(properties, dict) else None
    return [Told(content.get("id"), one) for one in told] if isinstance(told, list) and told else [content]


def row(content: Any, judge: Judge) -> dict[str, Any]:
    """The row of `OBSERVATIONS` that one of the `parts` of an item is; ValueError, in plain words, where it is none.

    Nothing is fetched: links, assets, collections and schemas are not followed.
    """
    if isinstance(content, Told):
        if not isinstance(content.look_id, str) or not isinstance(content.observation, dict):
            raise ValueError(f"{TOLD} is no list of observations, or its item has no id")
        return judge.row({**content.observation, "look_id": content.look_id})
    item = _item(content)
    properties = item.properties
    given = {name.removeprefix(PREFIX): value for name, value in properties.items() if name.startswith(PREFIX)}
    if unknown := [name for name in given if name not in OBSERVATIONS.names]:
        raise ValueError(f"{PREFIX}{unknown[0]} is no column of observations")
    cells: dict[str, Any] = {
        "kind": "look",
        "observed": NOT_STATED,
        "look_id": item.id,
        "resolution_m": properties.get("gsd"),
        "sensor": _sensor(properties),
        "provider": _name_of(properties.get("providers"), _PROVIDERS),
        "publisher": _name_of(properties.get("providers"), _PUBLISHERS),
        "title": _words(properties.get("title")) or f"(STAC item {item.id})",
        "url": _address(item),
        "published": _day(properties.get("published")),
        "note": _note(item),
        **_times(properties),
        **(features.cells_of(content["geometry"]) if content.get("geometry") else {}),
    }
    return judge.row(cells | {name: value for name, value in given.items() if value is not None})


def _item(content: Any) -> Item:
    import pystac

    # What pystac raises for content that is no item depends on what is wrong with it.
    problems = (pystac.STACError, KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
    try:
        # Without migration: that of old versions looks for the item's collection.
        found = pystac.Item.from_dict(content, migrate=False)
    except problems as error:
        raise ValueError(f"is no STAC item: {_plainly(error)}") from None
    if not isinstance(found.id, str) or not isinstance(found.properties, dict):
        raise ValueError("is no STAC item: its id is no text, or it has no properties")
    return found


def _plainly(error: Exception) -> str:
    import pystac

    match error:
        case pystac.STACError():
            return " ".join(str(error).split())[:200]
        case KeyError():
            return f"it has no {error}"
    return "a part of it is not what STAC has there"


def _times(properties: Mapping[str, Any]) -> dict[str, Any]:
    """STAC times are RFC 3339, so they have an offset; one without is not guessed."""
    start, end = properties.get("start_datetime"), properties.get("end_datetime")
    names = ("start_datetime", "end_datetime") if start and end else ("datetime", None)
    found = {}
    for column, name in zip(("ts", "ts_end"), names, strict=True):
        said = properties.get(name) if name else None
        if said is None:
            continue
        if not isinstance(said, str):
            raise ValueError(f"{name} is not an ISO 8601 time")
        try:
            found[column] = moment(said).isoformat()
        except ValueError as error:
            raise ValueError(f"{name} {error}") from None
    return found


def _sensor(properties: Mapping[str, Any]) -> str | None:
    platform = _words(properties.get("platform")) or _words(properties.get("constellation"))
    instruments = properties.get("instruments")
    named = [words for name in instruments if (words := _words(name))] if isinstance(instruments, list) else []
    return " ".join(part for part in (platform, "/".join(named)) if part) or None


def _name_of(providers: Any, roles: Iterable[str]) -> str | None:
    """The provider with the first of these roles that one has; where none has any, the first."""
    known = (
        [p for p in providers if isinstance(p, dict) and _words(p.get("name"))] if isinstance(providers, list) else []
    )
    for role in roles:
        for provider in known:
            if isinstance(provider.get("roles"), list) and role in provider["roles"]:
                return _words(provider["name"])
    return _words(known[0]["name"]) if known else None


def _address(item: Item) -> str | None:
    """The first link that is an address on the web; files and object stores are none."""
    for relation in _LINKS:
        for link in item.links:
            if link.rel == relation and str(link.target).lower().startswith(("https://", "http://")):
                return str(link.target)
    return None


def _day(published: Any) -> str | None:
    return published[:10] if isinstance(published, str) else None


def _note(item: Item) -> str | None:
    cover = item.properties.get("eo:cloud_cover")
    is_number = isinstance(cover, int | float) and not isinstance(cover, bool)
    said = (
        f"cloud cover {cover:g} %" if is_number else None,
        f"collection {item.collection_id}" if isinstance(item.collection_id, str) else None,
        f"licence {words}" if (words := _words(item.properties.get("license"))) else None,
    )
    return "; ".join(part for part in said if part) or None


def _words(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
