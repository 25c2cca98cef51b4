"""FollowTheMoney entities as JSON: one entity a line (entities.ftm.json), or with what belongs to it within (targets.nested.json).

A Sanction entity is no proof of a sanction: data sets of ships detained in ports use it too (`opensanctions.only_detentions`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ais_gaps.evidence.listings import values
from ais_gaps.evidence.listings.opensanctions import LISTED_TOPICS, authorities, only_detentions
from ais_gaps.evidence.listings.row import Entry, Read, Refusal
from ais_gaps.readers.jsonlines import Object, Objects, read_objects
from ais_gaps.readers.source import Source

TITLE = "FollowTheMoney entities (JSON)"

_SHIP, _SANCTION = "Vessel", "Sanction"
_OVER = frozenset(
    {"inactive", "expired", "revoked", "terminated", "suspended", "delisted", "deleted", "lifted", "removed"}
)
"""Words of `status`, in lower case, for what is no longer in force."""


@dataclass(frozen=True)
class _Entity:
    """An entity of interest, its properties as lists of texts."""

    id: str | None
    caption: str | None
    datasets: tuple[str, ...]
    first_seen: str | None
    last_seen: str | None
    properties: dict[str, list[str]]
    nested: tuple[_Entity, ...] = ()

    def get(self, *names: str) -> list[str]:
        """The values of these properties, one after the other."""
        return [value for name in names for value in self.properties.get(name, ())]


def read(source: Source) -> Read:
    """The ships with a sanction, a row for each sanction; other entities are passed over.

    The file is gone through three times, for the ships' ids, for their sanctions, which may stand anywhere, and for the rows: the
    sanctions of persons and companies are too many to keep.
    """
    ships: set[str] = set()
    for objects in read_objects(source, _taker(_SHIP)):
        ships.update(ship.id for (ship,) in objects.values if ship is not None and ship.id is not None)
    sanctions: dict[str, list[_Entity]] = defaultdict(list)
    for objects in read_objects(source, _taker(_SANCTION)):
        for (sanction,) in objects.values:
            for owner in dict.fromkeys(sanction.get("entity") if sanction is not None else ()):
                if owner in ships:
                    sanctions[owner].append(sanction)
    for objects in read_objects(source, _taker(_SHIP)):
        yield from _of_block(objects, sanctions)


def _of_block(objects: Objects, sanctions: dict[str, list[_Entity]]) -> Read:
    rows: list[tuple[int, Entry | Refusal]] = [(line, Refusal(reason)) for line, reason in objects.faults]
    for line, (ship,) in zip(objects.record, objects.values, strict=True):
        if ship is not None:
            rows += ((line, row) for row in _ship(ship, sanctions.get(ship.id or "", [])))
    yield from sorted(rows, key=lambda row: row[0])


def _ship(ship: _Entity, elsewhere: Sequence[_Entity]) -> Iterator[Entry | Refusal]:
    try:
        topics = values.texts(ship.get("topics"))
        given = {(sanction.id or str(n)): sanction for n, sanction in enumerate([*ship.nested, *elsewhere])}
        if len(given) > values.MOST_VALUES:
            yield Refusal(f"more than {values.MOST_VALUES} sanctions of one ship")
            return
        if topics and not LISTED_TOPICS.intersection(topics):
            yield Refusal(f"no list is said to name her: topics are {values.short('; '.join(topics))}")
        elif not given and not topics:
            yield Refusal("no list is said to name her: neither a sanction nor a topic")
        elif not given:
            entry = _entry(ship, None)
            entry.remarks.append("The file gives no sanction of hers, only the topic.")
            yield entry
        for sanction in given.values() if not topics or LISTED_TOPICS.intersection(topics) else ():
            if only_detentions(sanction.datasets or ship.datasets):
                yield Refusal("a detention in a port, which is no sanction")
            else:
                yield _entry(ship, sanction)
    except ValueError as error:
        yield Refusal(str(error))


def _entry(ship: _Entity, sanction: _Entity | None) -> Entry:
    names = values.texts([ship.caption, *ship.get("name")])
    aliases = values.texts([*names[1:], *ship.get("alias", "previousName", "weakAlias")])
    number, seen = values.text(ship.id), sanction or ship
    datasets = values.texts(seen.datasets)
    built = sorted({year for value in ship.get("buildDate") if (year := values.year(value)) is not None})
    tonnages = ship.get("grossRegisteredTonnage")
    gross = {tonnage for value in tonnages if (tonnage := values.number(value)) is not None}
    own = values.text(sanction.id) if sanction is not None else None
    last_seen, _ = values.day(seen.last_seen)
    first_seen, _ = values.day(seen.first_seen)
    entry = Entry(
        {
            "listing_id": f"FtM {values.short(own or number or '')}" if own or number else None,
            "entity_id": number,
            "name": names[0] if names else None,
            "aliases": [alias for alias in aliases if alias != names[0]] or None,
            "list": "; ".join(datasets) or None,
            "authority": authorities(datasets),
            "call_sign": values.texts(ship.get("callSign")) or None,
            "flag": "; ".join(flag.upper() for flag in values.texts(ship.get("flag"))) or None,
            "ship_type": "; ".join(values.texts(ship.get("type"))) or None,
            "gross_tonnage": gross.pop() if len(gross) == 1 else None,
            "year_built": built[0] if len(built) == 1 else None,
            "seen_on": last_seen if sanction is not None else None,
            "url": next(filter(None, map(values.address, ship.get("sourceUrl"))), None),
        }
    )
    entry.take_imo(ship.get("imoNumber"))
    entry.take_mmsi(ship.get("mmsi"))
    if sanction is not None:
        _of_sanction(entry, sanction)
    entry.remark("Gross tonnage as given", tonnages if entry.cells["gross_tonnage"] is None else ())
    entry.remark("Year of build as given", ship.get("buildDate") if entry.cells["year_built"] is None else ())
    entry.remark("Former flags", (flag.upper() for flag in ship.get("pastFlags")))
    if first_seen is not None:
        entry.remark("First seen, which is not when she was listed, on", [first_seen.isoformat()])
    return entry


def _of_sanction(entry: Entry, sanction: _Entity) -> None:
    authority = "; ".join(values.texts(sanction.get("authority")))
    listing, start = values.texts(sanction.get("listingDate")), values.texts(sanction.get("startDate"))
    entry.cells |= {
        "authority": authority or entry.cells["authority"] or _country(sanction),
        "programme": "; ".join(values.texts(sanction.get("programId", "program"))) or None,
        "basis": "; ".join(values.texts(sanction.get("reason", "provisions"))) or None,
        "url": next(filter(None, map(values.address, sanction.get("sourceUrl", "programUrl"))), entry.cells["url"]),
    }
    entry.take_day("listed_on", "Day of listing", listing or start)
    entry.take_day("delisted_on", "End of the listing", sanction.get("endDate"))
    entry.remark("In effect from", start if listing and start != listing else ())
    entry.remark("Status", sanction.get("status"))
    if _OVER.intersection(status.lower() for status in values.texts(sanction.get("status"))):
        entry.over = True
        if entry.cells["delisted_on"] is None and entry.cells["listed_on"] is not None:
            day, entry.cells["listed_on"] = entry.cells["listed_on"], None
            entry.remarks.append(
                f"Listed on {day.isoformat()} and no longer; until when is not given, so no day is taken."
            )
    entry.remark("The authority's own number", sanction.get("authorityId", "unscId"))


def _country(sanction: _Entity) -> str | None:
    return ", ".join(country.upper() for country in values.texts(sanction.get("country"))) or None


def _taker(schema: str) -> Any:
    def take(entity: Object) -> tuple[_Entity | None]:
        return (_entity(entity) if entity.get("schema") == schema else None,)

    return take


def _entity(value: Object, deep: bool = True) -> _Entity:
    """The entity; with `deep`, the sanctions within it, and of these no further ones: a file may nest them without end."""
    given = value.get("properties")
    properties = given if isinstance(given, dict) else {}
    nested = properties.get("sanctions")
    return _Entity(
        _text(value.get("id")),
        _text(value.get("caption")),
        tuple(_texts(value.get("datasets"))),
        _text(value.get("first_seen")),
        _text(value.get("last_seen")),
        {name: _texts(said) for name, said in properties.items()},
        tuple(_entity(s, deep=False) for s in _objects(nested) if s.get("schema") == _SANCTION) if deep else (),
    )


def _objects(value: Any) -> list[Object]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    """The texts in a property, which is a list of them; numbers count, what is nested does not."""
    several = value if isinstance(value, list) else [value]
    return [text for item in several if (text := _text(item)) is not None]


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value)
