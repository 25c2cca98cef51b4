"""The silence that an id means, looked for in the fleet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import Ambiguous, NotFound, UsageError
from ais_gaps.gaps import FLOOR_H, Stitched, as_of_of, describe, find
from ais_gaps.names import tidy
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

USUAL_H: Final = 6.0
_LEAST_DIGITS: Final = 6
_ID: Final = re.compile(r"[0-9a-f]{6,16}")
_AT_ONCE: Final = 100_000
_SHOWN: Final = 5


def digits(text: str) -> str:
    """The id of a silence, or its first digits, as a person gives it.

    Raises:
        UsageError: it cannot be one.
    """
    wanted = tidy(text).lower()
    if not _ID.fullmatch(wanted):
        raise UsageError(
            f"{tidy(text)!r} is no id of a silence: give the 16 digits of its gap_id, or the first {_LEAST_DIGITS} or more"
        )
    return wanted


def the_one(
    store: Store, ingests: Sequence[Ingest], sayings: pa.Table, places: pa.Table, wanted: str
) -> dict[str, Any]:
    """The silence of an id as the archive has it now, as a row of `schema.GAPS`, not judged.

    Silences over six hours are looked through first, then those over the archive's floor.

    Args:
        store, ingests: the archive.
        sayings: what ships say (`identities.known`). places: known places.
        wanted: as `digits` gives it.

    Raises:
        NotFound: there is none.
        Ambiguous: several begin with these digits; with their ids.
    """
    as_of_us = as_of_of(ingests)
    for min_hours in (USUAL_H, FLOOR_H):
        found = find(store, ingests, min_hours=min_hours, as_of_us=as_of_us)
        rows = [row for part in _parts(found) for row in _answering(part, wanted, sayings, places, as_of_us)]
        if len(rows) == 1:
            return rows[0]
        if rows:
            shown = ", ".join(f"{row['gap_id']} ({_named(row)})" for row in rows[:_SHOWN])
            more = ", ..." if len(rows) > _SHOWN else ""
            raise Ambiguous(
                f"{len(rows)} silences have an id that begins with {wanted}: {shown}{more}. Give more digits.",
                [row["gap_id"] for row in rows],
            )
    raise NotFound(
        f"No silence of the archive has the id {wanted}{'' if len(wanted) == 16 else '...'}. 'gaps --format csv' gives the ids, "
        "and 'gaps --superseded' those of silences that late data changed or took back."
    )


def _parts(found: Stitched) -> Iterator[Stitched]:
    for first in range(0, len(found.gaps), _AT_ONCE):
        yield replace(found, gaps=found.gaps.slice(first, _AT_ONCE))


def _answering(part: Stitched, wanted: str, sayings: pa.Table, places: pa.Table, as_of_us: int) -> list[dict[str, Any]]:
    # For the ids alone neither names nor the nearest of all places matter: they are told of the few that answer.
    ids = describe(part, sayings.slice(0, 0), places.slice(0, 0), as_of_us=as_of_us)["gap_id"]
    few = part.gaps.filter(pc.starts_with(ids, wanted))
    if not len(few):
        return []
    rows: list[dict[str, Any]] = describe(replace(part, gaps=few), sayings, places, as_of_us=as_of_us).to_pylist()
    return rows


def _named(row: dict[str, Any]) -> str:
    return f"{tidy(row['name']) if row['name'] else 'MMSI'} {row['mmsi']:09}, silent since {row['off_ts']:%Y-%m-%d %H:%M} UTC"
