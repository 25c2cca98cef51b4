"""What late data took back or corrected: silences that were on lists already, and are none any more, or begin or end elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.gaps import describe
from ais_gaps.gaps.carry import read
from ais_gaps.gaps.find import found_in
from ais_gaps.gaps.reaching import BEGINNING
from ais_gaps.gaps.stitch import Stitched
from ais_gaps.schema import VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.log import Ingest
from ais_gaps.watch import areas, matched_mmsi
from ais_gaps.watchlist import nearby
from ais_gaps.watchlist.changes import named, when
from ais_gaps.watchlist.day import DAY_US, H_US, Day
from ais_gaps.watchlist.deaf import Deaf
from ais_gaps.watchlist.heard import touching
from ais_gaps.watchlist.known import Known

Row = Mapping[str, Any]

LOOKBACK_DAYS: Final = 90
"""So many days before late reports a silence may have begun that they take back."""


def late_of(ingests: Sequence[Ingest], day: Day) -> list[tuple[Ingest, int]]:
    """The sources that came late to lists which were made before a day's: each with the newest day that the archive then held.

    Each is told on the list of that newest day and on that of the day after: who has read the one reads it on the other.
    """
    found, newest = [], -1
    for ingest in ingests:
        if ingest.first_us is None or ingest.last_us is None:
            continue
        if newest in (day.number - 1, day.number) and ingest.first_us // DAY_US < newest:
            found.append((ingest, newest))
        newest = max(newest, ingest.last_us // DAY_US)
    return found


def corrections(known: Known, day: Day, min_hours: float, within_nm: float) -> list[dict[str, Any]]:
    """What late data took back or corrected (`columns.CHANGES`): to be told on the list of a day.

    Args:
        known: what the archive holds, sources of later days too.
        day: of the list. min_hours, within_nm: of lists.
    """
    return [
        row
        for late, newest in late_of(known.ingests, day)
        for row in _of(known, late, newest, day, min_hours, within_nm)
    ]


def _of(
    known: Known, late: Ingest, newest: int, day: Day, min_hours: float, within_nm: float
) -> Iterator[dict[str, Any]]:
    """What one source did to the lists up to the day before the newest."""
    as_of_us = newest * DAY_US - 1
    before, after = known.before(late.source), known.before(late.source + 1)
    rows = summaries.read(known.store, [late], VESSEL_DAYS, columns=["mmsi", "day"])
    mmsi = np.unique(rows["mmsi"].filter(pc.less(rows["day"], newest)).to_numpy())
    if not len(mmsi):
        return
    assert late.first_us is not None
    was, now = (
        _heard(some, _silences(some, mmsi, late.first_us // DAY_US, as_of_us, min_hours), as_of_us, min_hours)
        for some in (before, after)
    )
    gone = was.filter(pa.array(~_among(was, now)))
    new = now.filter(pa.array(~_among(now, was)))
    sayings = known.sayings(as_of_us)
    told_was, told_now = (
        _told(known, _watched(known, some, sayings, within_nm), sayings, as_of_us) for some in (gone, new)
    )
    for row in told_was:
        yield _change(day, late, row, *_gone(row, [other for other in told_now if other["mmsi"] == row["mmsi"]], late))
    for row in told_now:
        if not any(_overlap(row, other) for other in told_was):
            text = f"{named(row)}: late data ({late.file}) bring a silence to light, {_span(row)}."
            yield _change(day, late, row, "corrected", text)


def _silences(known: Known, mmsi: Any, first_day: int, as_of_us: int, min_hours: float) -> pa.Table:
    """The silences of some ships (`BARE_GAPS`), of those with several tracks by all that they ever sent."""
    last = as_of_us // DAY_US
    found = found_in(
        *read(known.store, known.ingests, (first_day - LOOKBACK_DAYS, last), mmsi),
        min_hours=min_hours,
        as_of_us=as_of_us,
    )
    if not len(found.jumping):
        return found.gaps
    whole = read(known.store, known.ingests, (BEGINNING, last), found.jumping)
    parted = found_in(*whole, min_hours=min_hours, as_of_us=as_of_us).gaps
    plain = found.gaps.filter(pa.array(~np.isin(found.gaps["mmsi"].to_numpy(), found.jumping)))
    return pa.concat_tables([plain, parted])


def _heard(known: Known, gaps: pa.Table, as_of_us: int, min_hours: float) -> pa.Table:
    """Silences that are longer than the threshold without the hours in which the feed heard nobody: others were on no list."""
    day = Day(as_of_us + 1 - DAY_US, as_of_us)
    days = (day.number - LOOKBACK_DAYS, day.number)
    some = summaries.read(
        known.store, touching(known.ingests, *days), VESSEL_DAYS, columns=["mmsi", "day", "positions"]
    )
    sent = pc.and_(pc.greater(some["positions"], 0), pc.less_equal(some["day"], days[1]))
    deaf = Deaf.of(known, day, int(pc.count_distinct(some["mmsi"].filter(sent)).as_py()))
    off_us, end_us = gaps["off_us"].to_numpy(), gaps["on_us"].fill_null(as_of_us).to_numpy()
    return gaps.filter(pa.array((end_us - off_us) / H_US - deaf.hours(off_us, end_us) > min_hours))


def _among(some: pa.Table, others: pa.Table) -> Any:
    """Which silences others have with the same beginning and end."""
    keys = [
        list(zip(*(table[name].to_pylist() for name in ("mmsi", "off_us", "on_us")), strict=True))
        for table in (some, others)
    ]
    held = set(keys[1])
    return np.array([key in held for key in keys[0]], np.bool_)


def _watched(known: Known, gaps: pa.Table, sayings: pa.Table, within_nm: float) -> pa.Table:
    keep = nearby.near(gaps, known.places).nm <= within_nm
    keep |= nearby.inside(gaps, list(areas(known.entries)))
    keep |= nearby.of_ships(gaps, matched_mmsi(known.entries, known.evidence, sayings))
    return gaps.filter(pa.array(keep))


def _told(known: Known, gaps: pa.Table, sayings: pa.Table, as_of_us: int) -> list[dict[str, Any]]:
    return list(describe(Stitched.of(gaps), sayings, known.places, as_of_us=as_of_us).to_pylist())


def _gone(row: Row, others: Sequence[Row], late: Ingest) -> tuple[str, str]:
    """What became of a silence that is no longer there as it was: kind of change, and words."""
    left = [other for other in others if _overlap(row, other)]
    was = f"{named(row)}: the silence {_span(row)}"
    if not left:
        return "withdrawn", f"{was} is withdrawn: late data ({late.file}) have her heard in it."
    now = " and ".join(_span(other) for other in left)
    return "corrected", f"{was} is corrected by late data ({late.file}): it was {now}."


def _overlap(one: Row, other: Row) -> bool:
    ends = [row["on_ts"] for row in (one, other)]
    return bool(
        one["mmsi"] == other["mmsi"]
        and (ends[1] is None or one["off_ts"] < ends[1])
        and (ends[0] is None or other["off_ts"] < ends[0])
    )


def _span(row: Row) -> str:
    return f"from {when(row['off_ts'])}" + (f" to {when(row['on_ts'])}" if row["on_ts"] else ", not over by then")


def _change(day: Day, late: Ingest, row: Row, kind: str, text: str) -> dict[str, Any]:
    """A change that is the same on each list on which it is told."""
    words = "|".join((kind, row["gap_id"], str(row["on_ts"]), late.sha256))
    return {
        "change_id": hashlib.sha256(words.encode()).hexdigest()[:32],
        "day": day.date,
        "kind": kind,
        **{name: row[name] for name in ("gap_id", "mmsi", "imo", "name", "off_ts", "on_ts")},
        "p_switched_off": None,
        "lat": row["off_lat"],
        "lon": row["off_lon"],
        "text": text,
        "known_at": datetime.fromisoformat(late.ingested_at),
    }
