"""Injected silences: stretches of honest tracks in which a ship was heard, deleted, as if she had switched off there.

A stretch runs from one fix of a ship to a later one; what lies between is deleted, so that the two become a silence's off and on.
It is taken only where

- the ship is plainly one ship (`honest.ships`), and makes no impossible move in it or at its ends;
- at least `FEWEST_INSIDE` fixes lie inside, and no silence inside is longer than a quarter of the stretch (one of an hour is always
  allowed, one of more than 6 h never): without deletion nothing like it would be a silence;
- she is under way (above 3 kn) for at least half an hour of it;
- it is as long (within 2.5 percent) as one of the archive's own silences, drawn at random.

Of one ship at most `PER_SHIP` stretches are taken, none overlapping; of all that are found those are kept that spread most
evenly over cells of 2 degrees and over lengths.

Reception is not simulated: hours in which nobody could hear the ship anyway are left as they were. Only where ships were heard can
anything be deleted, so all of this says nothing of waters in which they are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.evaluation.draws import draw
from ais_gaps.evaluation.lengths import BANDS
from ais_gaps.gaps.stitch import BARE_GAPS, DAY_US, FLOOR_H, H_US
from ais_gaps.ingest.staging import MEMORY_LIMIT, SLICE_ROWS
from ais_gaps.reception import cells
from ais_gaps.schema import RECEIVERS
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.parts import mmsi_ranges
from ais_gaps.summary.kernel import is_jump
from ais_gaps.summary.made_good import made_good
from ais_gaps.summary.reports import Reports

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEWEST_INSIDE: Final = 3
PER_SHIP: Final = 5
LIKE: Final = 0.025

_TRIES: Final = 16
_SLICE_ROWS: Final = SLICE_ROWS // 2  # a fix is some 200 bytes here
_SILENT_SHARE, _SILENT_H = 0.25, 6.0
_UNDER_WAY_KN, _UNDER_WAY_S = 3.0, 1800.0
_LOOKBACK_US: Final = 12 * H_US
_TERRESTRIAL, _SATELLITE = (RECEIVERS.index(word) for word in ("terrestrial", "satellite"))
_UNSAID: Final = -(2**31)

SCHEMA: Final = BARE_GAPS.append(pa.field("deleted", pa.int64()))
"""`BARE_GAPS`, and how many fixes were deleted."""

# Draws are independent of each other by these.
_OF_LENGTH, _OF_TIME, _OF_ORDER = 1, 2, 3

_FIXES: Final = """
    SELECT mmsi, ts * 1000000::BIGINT + us AS us, lat, lon, sog, cog, nav_status, ais_class, receiver FROM stored
    SEMI JOIN chosen USING (mmsi)
    WHERE kind = 0 AND transmitter = 0 AND lat IS NOT NULL AND lon IS NOT NULL AND source <= $source
      AND mmsi BETWEEN $low AND $high
    ORDER BY mmsi, us, lat, lon, sog, cog, nav_status, ais_class, receiver
"""


def stretches(
    store: Store, ingests: Sequence[Ingest], ships: Ints, lengths_h: Floats, *, count: int, min_hours: float, seed: int
) -> pa.Table:
    """Stretches to delete, as the silences they leave behind: `BARE_GAPS`, by (mmsi, off_us), with ``deleted``, the fixes inside.

    Reports are read slice by slice of the fleet; memory is bounded by a slice.

    Args:
        store, ingests: the archive.
        ships: MMSI of which stretches may be taken, ascending.
        lengths_h: lengths of the archive's own silences, hours; each is as likely to be drawn.
        count: how many at most.
        min_hours: a stretch is strictly longer.
        seed: of all draws.
    """
    drawn = np.sort(lengths_h[lengths_h > min_hours])
    read = _read(store, ingests, ships) if len(drawn) else ()
    found = [_of_slice(_Track.of(table), drawn, min_hours, seed) for table in read]
    return _spread(pa.concat_tables([SCHEMA.empty_table(), *found]), count, seed)


def _read(store: Store, ingests: Sequence[Ingest], ships: Ints) -> Iterator[pa.Table]:
    parts = [store.part_path(part) for part in store.parts()]
    if not parts or not ingests or not len(ships):
        return
    database = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": ""})
    try:
        database.from_parquet(parts).create_view("stored")
        database.register("chosen", pa.table({"mmsi": ships.astype(np.int32)}))
        for low, high in mmsi_ranges(parts, _SLICE_ROWS):
            if np.searchsorted(ships, low) < np.searchsorted(ships, high, side="right"):
                values = {"source": ingests[-1].source, "low": low, "high": high}
                yield database.sql(_FIXES, params=values).to_arrow_table()
    finally:
        database.close()


@dataclass(frozen=True)
class _Track:
    """Fixes of some ships by (ship, time), and running sums over them: ``total[k]`` is of the fixes, or steps, before k.

    Attributes:
        first, last: where each ship's fixes begin, and her last one. ship: number of the ship of each fix.
        jumps, under_way_s, speed, speeds, ashore, above: running sums: impossible steps, seconds under way, speeds above 3 kn in kn
            and their number, fixes by terrestrial receivers and by satellite.
        silent: steps longer than an hour, and ``silent_us`` how long each is.
    """

    columns: dict[str, Ints]
    us: Ints
    first: Ints
    last: Ints
    ship: Ints
    jumps: Ints
    under_way_s: Floats
    speed: Floats
    speeds: Ints
    ashore: Ints
    above: Ints
    silent: Ints
    silent_us: Ints

    @classmethod
    def of(cls, table: pa.Table) -> _Track:
        """From sorted fixes."""
        columns = {
            name: (table[name].fill_null(_UNSAID if name in ("sog", "cog") else -1)).to_numpy()
            for name in table.schema.names
        }
        mmsi, us, lat, lon = (columns[name] for name in ("mmsi", "us", "lat", "lon"))
        first = np.flatnonzero(np.append(True, mmsi[1:] != mmsi[:-1])) if len(mmsi) else np.empty(0, np.int64)
        last = np.append(first[1:], len(mmsi)) - 1 if len(mmsi) else first
        going_on = mmsi[1:] == mmsi[:-1]
        step_us = np.where(going_on, us[1:] - us[:-1], 0)
        hours = step_us / H_US
        jump = is_jump((lat[:-1], lon[:-1], lat[1:], lon[1:]), hours) & going_on
        knots = columns["sog"] * 0.01
        said = columns["sog"] != _UNSAID
        fast = np.where(said[:-1], knots[:-1] > _UNDER_WAY_KN, _made_kn(lat, lon, hours) > _UNDER_WAY_KN)
        # A step over an hour is a silence: whether she was under way in it nobody knows.
        going = fast & (hours <= FLOOR_H)
        quick = said & (knots > _UNDER_WAY_KN)
        silent = np.flatnonzero(hours > FLOOR_H)
        return cls(
            columns,
            us,
            first,
            last,
            np.repeat(np.arange(len(first)), last - first + 1),
            _running(jump),
            _running(np.where(going, step_us / 1e6, 0.0)),
            _running(np.where(quick, knots, 0.0)),
            _running(quick),
            _running(columns["receiver"] == _TERRESTRIAL),
            _running(columns["receiver"] == _SATELLITE),
            silent,
            step_us[silent],
        )

    def longest_silence_us(self, off: Ints, on: Ints) -> Ints:
        """The longest step beyond an hour from one fix to another; 0 where there is none."""
        low, high = np.searchsorted(self.silent, off), np.searchsorted(self.silent, on)
        longest = np.zeros(len(off), np.int64)
        some = np.flatnonzero(high > low)
        if len(some):
            pairs = np.stack([low[some], high[some]], axis=1).ravel()
            longest[some] = np.maximum.reduceat(np.append(self.silent_us, 0), pairs)[::2]
        return longest


def _of_slice(track: _Track, drawn_h: Floats, min_hours: float, seed: int) -> pa.Table:
    """Up to `PER_SHIP` stretches of each ship: a length and a time are drawn `_TRIES` times, and what will do is taken."""
    mmsi = track.columns["mmsi"][track.first].astype(np.int64)
    begins, ends = track.us[track.first], track.us[track.last]
    taken_off = np.full((len(mmsi), PER_SHIP), -1, np.int64)
    taken_on = np.full((len(mmsi), PER_SHIP), -1, np.int64)
    held = np.zeros(len(mmsi), np.int64)
    for turn in range(_TRIES):
        length_us = drawn_h[(draw(seed, _OF_LENGTH, mmsi, turn) * len(drawn_h)).astype(np.int64)] * H_US
        start = begins + draw(seed, _OF_TIME, mmsi, turn) * (ends - begins - length_us)
        room = np.flatnonzero((ends - begins > length_us) & (held < PER_SHIP))
        off = _first_at(track, room, start[room])
        on = _nearest(track, room, track.us[off] + length_us[room])
        will_do = _will_do(track, off, on, length_us[room], min_hours)
        overlaps = (off[:, None] < taken_on[room]) & (on[:, None] > taken_off[room])
        good = np.flatnonzero(will_do & ~overlaps.any(axis=1))
        ship = room[good]
        taken_off[ship, held[ship]], taken_on[ship, held[ship]] = off[good], on[good]
        held[ship] += 1
    off, on = taken_off[taken_off >= 0], taken_on[taken_on >= 0]
    return _silences(track, off, on)


def _will_do(track: _Track, off: Ints, on: Ints, length_us: Floats, min_hours: float) -> Flags:
    lasts = track.us[on] - track.us[off]
    before, after = np.maximum(off - 1, 0), np.minimum(on + 1, len(track.us) - 1)
    return np.asarray(
        (on - off > FEWEST_INSIDE)
        & (np.abs(lasts - length_us) <= LIKE * length_us)
        & (lasts > min_hours * H_US)
        & (track.longest_silence_us(off, on) <= np.clip(_SILENT_SHARE * lasts, FLOOR_H * H_US, _SILENT_H * H_US))
        & (track.jumps[after] == track.jumps[before])
        & (track.under_way_s[on] - track.under_way_s[off] >= _UNDER_WAY_S)
    )


def _first_at(track: _Track, ship: Ints, us: Floats) -> Ints:
    """The first fix of each ship at or after a time (her last, where that is later)."""
    return np.minimum(_searched(track, ship, us), track.last[ship])


def _first_after(track: _Track, ship: Ints, us: Ints) -> Ints:
    """The first fix of each ship later than a time, or one past her last."""
    return _searched(track, ship, us.astype(np.float64) + 1.0)


def _nearest(track: _Track, ship: Ints, us: Floats) -> Ints:
    """The fix of each ship nearest to a time."""
    after = np.minimum(_searched(track, ship, us), track.last[ship])
    before = np.maximum(after - 1, track.first[ship])
    return np.where(us - track.us[before] <= track.us[after] - us, before, after)


def _searched(track: _Track, ship: Ints, us: Floats) -> Ints:
    low, high = track.first[ship].copy(), track.last[ship] + 1
    # Microseconds since 1970 are exact as floats until the year 2255.
    while (going := low < high).any():
        middle = (low + high) // 2
        less = (track.us[np.minimum(middle, len(track.us) - 1)] < us) & going
        low, high = np.where(less, middle + 1, low), np.where(less | ~going, high, middle)
    return low


def _silences(track: _Track, off: Ints, on: Ints) -> pa.Table:
    """What is left when the fixes between are deleted."""
    ship = track.ship[off]
    since = _first_at(track, ship, (track.us[off] - _LOOKBACK_US).astype(np.float64))
    end = track.last[ship] + 1
    begin = track.first[ship]
    # Her speed is that of the fixes which are left.
    kn = track.speed[end] - track.speed[begin] - (track.speed[on] - track.speed[off + 1])
    times = track.speeds[end] - track.speeds[begin] - (track.speeds[on] - track.speeds[off + 1])
    at = {name: (values[off], values[on]) for name, values in track.columns.items()}
    zeros = np.zeros(len(off), np.int64)
    columns: dict[str, Any] = {
        "mmsi": at["mmsi"][0],
        "track": zeros,
        "ais_class": at["ais_class"][0],
        "off_us": track.us[off],
        "on_us": track.us[on],
        "off_1h": off + 1 - _first_at(track, ship, (track.us[off] - H_US).astype(np.float64)),
        "on_1h": _first_after(
            track, ship, np.minimum(track.us[on] + H_US, track.us[on] // DAY_US * DAY_US + DAY_US - 1)
        )
        - on,
        "off_12h": off + 1 - since,
        "off_12h_terrestrial": track.ashore[off + 1] - track.ashore[since],
        "off_12h_satellite": track.above[off + 1] - track.above[since],
        # Whoever has switched off says nothing of herself either.
        "others": zeros,
        "no_position": zeros,
        "elsewhere": zeros,
        "shared": zeros,
        "under_way_kn": pa.array(kn / np.maximum(times, 1), mask=times == 0),
        "jumps": track.jumps[end - 1] - track.jumps[begin],
        "tracks": zeros + 1,
        "deleted": on - off - 1,
        "off_receiver": at["receiver"][0],
    }
    for side, end_name in enumerate(("off", "on")):
        columns |= {f"{end_name}_lat": at["lat"][side], f"{end_name}_lon": at["lon"][side]}
        for name, column, unsaid in (("sog", "sog", _UNSAID), ("cog", "cog", _UNSAID), ("nav", "nav_status", -1)):
            values = at[column][side]
            columns[f"{end_name}_{name}"] = pa.array(values, mask=values == unsaid)
        columns |= {
            f"{end_name}_{name}": values for name, values in _made_good(track, (off, on)[side], 2 * side - 1).items()
        }
    arrays = [
        columns[field.name].cast(field.type)
        if isinstance(columns[field.name], pa.Array)
        else pa.array(columns[field.name], pa.int64() if pa.types.is_integer(field.type) else None).cast(field.type)
        for field in SCHEMA
    ]
    return pa.table(arrays, schema=SCHEMA)


def _made_good(track: _Track, at: Ints, step: int) -> dict[str, pa.Array]:
    """As the summary of the day that each fix lies on has it."""
    us, ship = track.us, track.ship[at]
    day = us[at] // DAY_US
    if step < 0:
        limit = _first_at(track, ship, (day * DAY_US).astype(np.float64))
    else:
        limit = _searched(track, ship, ((day + 1) * DAY_US).astype(np.float64)) - 1
    ts = us // 1_000_000
    fixes = Reports(track.columns["mmsi"], ts, us - ts * 1_000_000, track.columns["lat"], track.columns["lon"], 0)
    return made_good(fixes, at, limit, step)


def _spread(found: pa.Table, count: int, seed: int) -> pa.Table:
    """So many of the stretches at most, as evenly over cells and lengths as they allow."""
    mmsi, off_us = found["mmsi"].to_numpy().astype(np.int64), found["off_us"].to_numpy()
    hours = (found["on_us"].to_numpy() - off_us) / H_US
    cell = cells.of(found["off_lat"].to_numpy(), found["off_lon"].to_numpy(), cells.WIDE)
    stratum = cell * len(BANDS) + BANDS.of(hours)
    chance = draw(seed, _OF_ORDER, mmsi, off_us)
    order = np.lexsort([off_us, mmsi, chance, stratum])
    begins = np.flatnonzero(np.append(True, stratum[order][1:] != stratum[order][:-1])) if len(order) else order
    turn = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
    kept = order[np.lexsort([chance[order], turn])][:count]
    return found.take(pa.array(kept[np.lexsort([off_us[kept], mmsi[kept]])]))


def _made_kn(lat: Ints, lon: Ints, hours: Floats) -> Floats:
    """Speed made good of each step of five minutes or more; 0 of shorter ones, which are made of the error of positions."""
    north = (lat[1:].astype(np.float64) - lat[:-1]) * 60e-6
    east = (lon[1:].astype(np.float64) - lon[:-1] + 180e6) % 360e6 - 180e6
    east = east * 60e-6 * np.cos(np.radians(lat[:-1] * 1e-6))
    long = hours >= 1.0 / 12.0
    return np.where(long, np.hypot(north, east) / np.where(long, hours, 1.0), 0.0)


def _running(values: Any) -> Any:
    kind = np.float64 if np.asarray(values).dtype == np.float64 else np.int64
    return np.append(np.zeros(1, kind), np.cumsum(values, dtype=kind))
