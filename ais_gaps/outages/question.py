"""Outages of an archive: asked for a period or a place, answered as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import moments, places
from ais_gaps.errors import UsageError
from ais_gaps.outages import reported, words
from ais_gaps.outages.hours import AREA
from ais_gaps.outages.search import search
from ais_gaps.outages.silence import STATION, Silence
from ais_gaps.outages.stations import Stations
from ais_gaps.outages.told import Told
from ais_gaps.outages.windows import Peers
from ais_gaps.reception import cells
from ais_gaps.schema import OUTAGES
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

_HOUR_US: Final = 3_600_000_000


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        since, until: outages that last beyond the one, but began at most `search.LOOKBACK_D` days before it, and begin before
            the other; None = all.
        place: those of areas and stations only near the place of this name.
        within_nm: how near, in nautical miles; None = the place's own radius.
        min_hours: of at least so many hours.
        as_of: the present of the question: nothing later is seen, and whoever hears nobody until then is down, a feed too; None =
            the newest report, and whether a feed was down after that nobody can tell.
    """

    since: datetime | None = None
    until: datetime | None = None
    place: str | None = None
    within_nm: float | None = None
    min_hours: float = 2.0
    as_of: datetime | None = None


@dataclass(frozen=True)
class Outages:
    """What was found.

    Attributes:
        rows: `schema.OUTAGES`, by time.
        question: what was asked.
        first, last: time of the archive's first and newest report; None where there is none.
        notes: what must be said with these data.
    """

    rows: pa.Table
    question: Question
    first: datetime | None
    last: datetime | None
    notes: tuple[str, ...]


def ask(store: Store, ingests: Sequence[Ingest], question: Question, known_places: pa.Table) -> Outages:
    """The answer to a question. A period's outages are those of all time that began at most `LOOKBACK_D` days before it.

    Args:
        store: the archive.
        ingests: those that count, in order and without a hole.
        question: the question.
        known_places: where a place is looked up, and the nearest is found.

    Raises:
        UsageError: a distance without a place, a period that ends before it begins, a place without position.
        NotFound, Ambiguous: no such place, or several.
        ArchiveError: a file is missing.
    """
    place = _checked(question, known_places)
    first_us = min((i.first_us for i in ingests if i.first_us is not None), default=None)
    last_us = max((i.last_us for i in ingests if i.last_us is not None), default=None)
    found: list[Silence] = []
    if first_us is not None and last_us is not None:
        with Stations(store, ingests) as stations:
            found = search(
                _peers(store, ingests, question.as_of),
                first_us // _HOUR_US,
                (last_us if question.as_of is None else moments.microseconds(question.as_of)) // _HOUR_US,
                stations,
                feed_at_end=question.as_of is not None,
                since=None if question.since is None else moments.microseconds(question.since) // _HOUR_US,
                until=None if question.until is None else -(-moments.microseconds(question.until) // _HOUR_US),
                memory=Told(store, ingests, None if question.as_of is None else _today(question.as_of)),
            )
    kept = [each for each in found if _asked(each, question)]
    kept = [each for each in kept if each.cells or not reported.contradicts(store, ingests, each)]
    if place is not None:
        kept = [each for each in kept if not each.cells or _near(each, place, question.within_nm)]
    notes = dict.fromkeys(ingest.note for ingest in ingests if ingest.note)
    return Outages(_rows(kept, known_places), question, moments.at(first_us), moments.at(last_us), tuple(notes))


def _peers(store: Store, ingests: Sequence[Ingest], as_of: datetime | None) -> Peers:
    """Gives the ship-hours of all ships from hour to hour, without those that are told only later than a present."""
    from ais_gaps.reception.state import peer_hours

    def peers(low: int, high: int) -> pa.Table:
        rows = peer_hours(store, ingests, hours=(low, high))
        if as_of is None:
            return rows
        later = pc.and_(rows["overnight"], pc.greater_equal(rows["hour"], _today(as_of)))
        return rows.filter(pc.invert(later))

    return peers


def _today(as_of: datetime) -> int:
    """The hour since 1970 in which the day of a present begins."""
    return moments.microseconds(as_of) // _HOUR_US // 24 * 24


def _checked(question: Question, known_places: pa.Table) -> dict[str, Any] | None:
    if question.within_nm is not None and question.place is None:
        raise UsageError("--within-nm needs --near PLACE")
    if question.since and question.until and moments.utc(question.since) >= moments.utc(question.until):
        raise UsageError("--until must be later than --since")
    if question.place is None:
        return None
    place = places.find(known_places, question.place)
    if place["lat"] is None:
        raise UsageError(f"{place['place_id']} has no position")
    return place


def _asked(found: Silence, question: Question) -> bool:
    since, until = moments.utc(question.since or moments.EPOCH), moments.utc(question.until or moments.NEVER)
    return found.hours >= question.min_hours and words.hour(found.to_h) > since and words.hour(found.from_h) < until


def _near(found: Silence, place: dict[str, Any], within_nm: float | None) -> bool:
    """Whether any of its cells comes within a distance of a place, by the point of each that is nearest to the place's own."""
    at = cells.edges(np.array(found.cells, np.int64), AREA)
    turned = (place["lon"] - at.lon + 180.0) % 360.0 - 180.0 + at.lon
    distance = places.distance_nm(place, np.clip(place["lat"], at.south, at.north), np.clip(turned, at.west, at.east))
    return bool((distance <= (place["radius_nm"] if within_nm is None else within_nm)).any())


def _rows(found: Sequence[Silence], known_places: pa.Table) -> pa.Table:
    lat, lon = np.array([each.middle or (np.nan, np.nan) for each in found], np.float64).reshape(-1, 2).T
    index, distance_nm = places.nearest(known_places, lat, lon)
    nearest = zip(known_places["name"].take(index).to_pylist(), distance_nm.to_pylist(), strict=True)
    rows = []
    for each, (name, nm) in zip(found, nearest, strict=True):
        of_station = each.kind == STATION
        rows.append(
            {
                "kind": each.kind,
                "receiver": each.receiver,
                "station": each.station,
                "from_ts": words.hour(each.from_h),
                "to_ts": None if each.open else words.hour(each.to_h),
                "open": each.open,
                "duration_h": float(each.hours),
                "place": name,
                "place_nm": nm,
                "lat": each.middle and round(each.middle[0], 4),
                "lon": each.middle and round(each.middle[1], 4),
                **_extent(each.cells),
                "cells": list(each.cells) or None,
                "ships_expected": round(each.expected, 3),
                "ships_heard": round(each.heard, 3),
                "ships_known": None if of_station else round(each.known),
                "usual_ships": round(each.usual, 3),
                "usual_share": None if of_station else round(each.share, 4),
                "log_odds": round(each.log_odds, 2),
                "reason": words.reason(each, name),
            }
        )
    return pa.Table.from_pylist(rows, OUTAGES.arrow)


def _extent(numbers: tuple[int, ...]) -> dict[str, float | None]:
    """The box about some cells, the shorter way round: its west is greater than its east where it lies across the antimeridian."""
    if not numbers:
        return dict.fromkeys(("west", "south", "east", "north"))
    at = cells.edges(np.array(numbers, np.int64), AREA)
    order = np.argsort(at.west, kind="stable")
    west, east = at.west[order], np.maximum.accumulate(at.east[order])
    gaps = np.append(west[1:], west[0] + 360.0) - east
    widest = int(np.argmax(gaps))
    return {
        "west": float(west[(widest + 1) % len(west)]),
        "south": float(at.south.min()),
        "east": float(east[widest]),
        "north": float(at.north.max()),
    }
