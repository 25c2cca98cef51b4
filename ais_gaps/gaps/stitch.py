"""Gaps from summaries: the edges of vessel-days stitched together, no report read again.

A gap is two consecutive position reports of one track with ``on - off > threshold``, strictly (DESIGN: the gap, exactly). Within a
vessel-day the summary has them; across days a gap lies between the last position of one day and the first of the next that has any.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.summary import FLOOR_S
from ais_gaps.summary.columns import NEVER, filled, missing, nulled
from ais_gaps.summary.kernel import is_jump, moved

H_US = 3_600_000_000
DAY_US = 24 * H_US
FLOOR_H = FLOOR_S / 3600
JUMPS_OF_A_SHARED_MMSI = 4
"""From so many impossible moves on, an MMSI is not taken for an honest track by itself (measured on simulated worlds)."""

Ints = npt.NDArray[Any]

BARE_GAPS = pa.schema(
    [
        pa.field("mmsi", pa.int32()),
        pa.field("track", pa.int16()),
        pa.field("ais_class", pa.int8()),  # at off
        pa.field("off_us", pa.int64()),
        pa.field("off_lat", pa.int32()),
        pa.field("off_lon", pa.int32()),
        pa.field("off_sog", pa.int32()),  # null where not sent, as are course and status
        pa.field("off_cog", pa.int32()),
        pa.field("off_nav", pa.int8()),
        pa.field("off_made_sog", pa.int32()),  # made good, see summary.made_good; null where no two fixes tell
        pa.field("off_made_cog", pa.int32()),
        pa.field("off_receiver", pa.int8()),
        pa.field("on_us", pa.int64()),  # null while open, as is all that follows from on
        pa.field("on_lat", pa.int32()),
        pa.field("on_lon", pa.int32()),
        pa.field("on_sog", pa.int32()),
        pa.field("on_cog", pa.int32()),
        pa.field("on_nav", pa.int8()),
        pa.field("on_made_sog", pa.int32()),
        pa.field("on_made_cog", pa.int32()),
        pa.field("off_1h", pa.int32()),
        pa.field("on_1h", pa.int32()),  # of on's day only
        pa.field("off_12h", pa.int32()),
        pa.field("off_12h_terrestrial", pa.int32()),
        pa.field("off_12h_satellite", pa.int32()),
        pa.field("others", pa.int32()),
        pa.field("no_position", pa.int32()),
        pa.field("elsewhere", pa.int32()),  # positions under the MMSI in between, of other tracks or set aside
        pa.field(
            "shared", pa.bool_()
        ),  # another track of the MMSI began before the gap's end and ended after its beginning
        # Of the MMSI, up to the day of as_of: mean speed of positions above 3 kn, impossible moves, tracks.
        pa.field("under_way_kn", pa.float64()),
        pa.field("jumps", pa.int32()),
        pa.field("tracks", pa.int16()),
    ]
)
"""Gaps before places, names and judgement: stored units, one row a gap."""
SPANS = pa.schema([("mmsi", pa.int32()), ("first_us", pa.int64()), ("last_us", pa.int64())])
"""From the first to the last of some positions of an MMSI that follow one another."""

_OF_THE_VESSEL = ("track", "elsewhere", "shared", "under_way_kn", "jumps", "tracks")
ON = ("on_lat", "on_lon", "on_sog", "on_cog", "on_nav", "on_made_sog", "on_made_cog", "on_1h")


@dataclass(frozen=True)
class Stitched:
    """Gaps of some vessels, and what is known of each vessel's continuity.

    Attributes:
        gaps: `BARE_GAPS`, by (mmsi, off_us, track); an open gap, the last of a track, has no on.
        jumping: MMSI with moves that no ship makes, ascending; ``jumps`` says how many each.
        beside: what else was sent under the MMSI of an open gap since, `SPANS`: messages at or between two positions of another
            track are not the silent ship's.
    """

    gaps: pa.Table
    jumping: Ints
    jumps: Ints
    beside: pa.Table = field(default_factory=lambda: SPANS.empty_table())

    @classmethod
    def of(cls, gaps: pa.Table) -> Stitched:
        """Gaps of which nothing is known but themselves."""
        return cls(gaps, np.empty(0, np.int64), np.empty(0, np.int64))


def newest(days: pa.Table, inside: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Of several summaries of one vessel-day the one of the latest ingest, and the silences that belong to it.

    Args:
        days: `VESSEL_DAYS` rows of any number of ingests, in any order.
        inside: `DAY_GAPS` rows of the same ingests.

    Returns:
        The days in order of (mmsi, day), the silences in any.
    """
    rows = newest_rows(days)
    return (days, inside) if rows is None else (days.take(rows), of_newest(inside, days, rows))


def newest_rows(days: pa.Table) -> Ints | None:
    """The rows of `newest`, in order of (mmsi, day); None where they are all the rows as they lie."""
    key = day_key(days)
    seq = days["seq"].to_numpy()
    if (key[1:] > key[:-1]).all():
        return None
    # Read as they lie, rows are a few runs in order: a stable sort merges these faster than it sorts by two keys.
    order = np.argsort(key, kind="stable")
    key = key[order]
    again = key[1:] == key[:-1]
    if not again.any():
        return order
    if (again & (seq[order][1:] < seq[order][:-1])).any():
        order = np.lexsort([seq, day_key(days)])
    return order[np.flatnonzero(np.append(~again, True))]


def of_newest(inside: pa.Table, days: pa.Table, rows: Ints | None, *, always: bool = False) -> pa.Table:
    """Of silences inside vessel-days, or of their runs, those that belong to the `newest_rows`.

    ``always`` also where all rows of ``days`` are among these: there may be silences of others.
    """
    if not len(inside) or (not always and (rows is None or len(rows) == len(days))):
        return inside
    if rows is None or not len(rows):
        rows = np.arange(len(days))
    known, chosen = day_key(days)[rows], days["seq"].to_numpy()[rows]
    at = np.minimum(np.searchsorted(known, day_key(inside)), len(known) - 1)
    mine = (known[at] == day_key(inside)) & (chosen[at] == inside["seq"].to_numpy())
    return inside.filter(pa.array(mine))


def longer(inside: pa.Table, min_hours: float) -> pa.Table:
    """Of silences inside vessel-days those longer than a threshold in hours."""
    apart = pc.subtract(inside["on_us"], inside["off_us"])
    return inside.filter(pc.greater(apart, pa.scalar(round(min_hours * H_US), pa.int64())))


def stitch(days: pa.Table, inside: pa.Table, *, min_hours: float, as_of_us: int, rows: Ints | None = None) -> Stitched:
    """All gaps longer than a threshold up to a time, closed and open.

    Args:
        days: one row a vessel-day, in order of (mmsi, day).
        inside: the silences inside them that are `longer` than the threshold, in any order.
        min_hours: threshold in hours, at least `FLOOR_H`; a gap is strictly longer.
        as_of_us: the present of the question, microseconds since 1970: what came later is not seen, and a silence that lasts
            until then is open.
        rows: which rows of ``days`` count, in which order (`newest_rows`); None = all as they lie.
    """
    threshold = round(min_hours * H_US)
    columns = _Columns(days, until_day(days, rows, as_of_us // DAY_US))
    first, last = columns["first_us"], columns["last_us"]
    edges = _Edges.of(columns["mmsi"], first)
    n = len(edges.rows)
    first, last = first[edges.rows], last[edges.rows]
    following = np.minimum(np.arange(n) + 1, n - 1)
    apart = first[following]
    apart -= last
    apart[edges.last] = as_of_us - last[edges.last]
    off = np.flatnonzero((apart > threshold) & (last <= as_of_us))
    on = following[off]
    opened = edges.last[off]
    after, before = edges.rows[off], edges.rows[on]
    across = {"mmsi": columns.at("mmsi", after), "off_us": last[off], "on_us": np.where(opened, NEVER, first[on])}
    for name in ("lat", "lon", "sog", "cog", "nav", "made_sog", "made_cog", "receiver"):
        across[f"off_{name}"] = columns.at(f"last_{name}", after)
    for name in ON:
        values = columns.at(f"first_{name[3:]}", before)
        across[name] = np.where(opened, missing(values.dtype), values)
    for name in ("1h", "12h", "12h_terrestrial", "12h_satellite"):
        across[f"off_{name}"] = columns.at(f"last_{name}", after)
    across["ais_class"] = columns.at("ais_class", after)
    for name in ("others", "no_position"):
        across[name] = columns.at(f"{name}_after", after) + np.where(opened, 0, columns.at(f"{name}_before", before))
        across[name] += edges.between(columns, f"{name}_before", after, before, opened)
    gaps = _until(_merged(across, _Columns(inside)), threshold, as_of_us)
    seen, jumps = [columns["mmsi"]], [columns["jumps"]]
    jumped = edges.rows[_jumps_across(columns, edges, apart)]
    seen.append(columns.at("mmsi", jumped))
    jumps.append(np.ones(len(jumped), np.int32))
    vessels, counts = _many(np.concatenate(seen), np.concatenate(jumps))
    return Stitched(gaps_table(_with_vessels(gaps, columns, vessels, counts)), vessels, counts)


def until_day(days: pa.Table, rows: Ints | None, last_day: int) -> Ints | None:
    """Of the rows that count those up to a day."""
    day = days["day"].to_numpy()
    if not len(day) or int(day.max()) <= last_day:
        return rows
    return np.flatnonzero(day <= last_day) if rows is None else rows[day[rows] <= last_day]


def _with_vessels(gaps: dict[str, Ints], columns: _Columns, vessels: Ints, jumps: Ints) -> dict[str, Ints]:
    """Gaps with what is known of the vessel of each."""
    zeros = np.zeros(len(gaps["mmsi"]), np.int32)
    return gaps | {
        "track": zeros,
        "elsewhere": zeros,
        "shared": zeros.astype(bool),
        "under_way_kn": under_way_kn(columns["mmsi"], columns["under_way_n"], columns["under_way_sog"], gaps["mmsi"]),
        "jumps": jumps_of(gaps["mmsi"], vessels, jumps),
        "tracks": zeros + 1,
    }


def under_way_kn(mmsi: Ints, n: Ints, sog: Ints, wanted: Ints) -> npt.NDArray[np.float64]:
    """Mean speed under way of some MMSI, all of which have a day, in knots; NaN where none was.

    Args:
        mmsi: of each vessel-day, in order.
        n, sog: how many positions of it were made under way, and the sum of their speeds in 0.01 kn.
        wanted: MMSI.
    """
    if not len(wanted):
        return np.empty(0)
    starts = np.flatnonzero(np.append(True, mmsi[1:] != mmsi[:-1]))
    own = np.searchsorted(mmsi[starts], wanted)
    count, total = (np.add.reduceat(values, starts, dtype=np.int64)[own] for values in (n, sog))
    mean: npt.NDArray[np.float64] = np.where(count > 0, total / 100 / np.maximum(count, 1), np.nan)
    return mean


def jumps_of(mmsi: Ints, vessels: Ints, jumps: Ints) -> Ints:
    """How often each MMSI jumps: ``jumps`` of ``vessels`` (ascending), else 0."""
    if not len(vessels):
        return np.zeros(len(mmsi), np.int64)
    at = np.minimum(np.searchsorted(vessels, mmsi), len(vessels) - 1)
    found: Ints = np.where(vessels[at] == mmsi, jumps[at], 0)
    return found


@dataclass(frozen=True)
class _Edges:
    """The vessel-days that have a position: ``rows`` in order, and which of them are ``last`` of their vessel.

    ``ends`` of each vessel's rows, one past the last, is known where some day has no position.
    """

    rows: Ints
    last: Ints
    ends: Ints | None

    @classmethod
    def of(cls, mmsi: Ints, first_us: Ints) -> _Edges:
        heard = first_us != NEVER
        last = np.append(mmsi[1:] != mmsi[:-1], True) if len(mmsi) else np.empty(0, bool)
        if heard.all():
            return cls(np.arange(len(mmsi)), last, None)
        rows = np.flatnonzero(heard)
        own = mmsi[rows]
        return cls(
            rows, np.append(own[1:] != own[:-1], True) if len(own) else np.empty(0, bool), np.flatnonzero(last) + 1
        )

    def between(self, columns: _Columns, name: str, after: Ints, before: Ints, opened: Ints) -> Ints:
        """Messages on the days without a position between two days that have one, or after the last: they fall into the gap."""
        if self.ends is None or not len(after):
            return np.zeros(len(after), np.int64)
        silent = np.ones(len(columns["mmsi"]), bool)
        silent[self.rows] = False
        running = np.append(0, np.cumsum(np.where(silent, columns[name], 0)))
        until = np.where(opened, self.ends[np.searchsorted(self.ends, after, side="right")], before)
        inside: Ints = running[until] - running[after + 1]
        return inside


def _merged(across: dict[str, Ints], within: _Columns) -> dict[str, Ints]:
    """Gaps across days and within them, in order of (mmsi, off)."""
    shared = [name for name in BARE_GAPS.names if name not in _OF_THE_VESSEL]
    merged = {name: np.concatenate([across[name], within[name]]) for name in shared}
    # No vessel has two gaps that begin in one second: the threshold is an hour at least.
    order = np.argsort((merged["mmsi"].astype(np.int64) << 32) | (merged["off_us"] // 1_000_000), kind="stable")
    return {name: values[order] for name, values in merged.items()}


def _until(gaps: dict[str, Ints], threshold_us: int, as_of_us: int) -> dict[str, Ints]:
    """The gaps as they are at a time: those that end later are open, those that begin later are not there."""
    later = gaps["on_us"] > as_of_us
    for name in ("on_us", *ON):
        gaps[name] = np.where(later, missing(gaps[name].dtype), gaps[name])
    keep = ~later | (as_of_us - gaps["off_us"] > threshold_us)
    return gaps if keep.all() else {name: values[keep] for name, values in gaps.items()}


def gaps_table(gaps: dict[str, Ints]) -> pa.Table:
    """Arrays as `BARE_GAPS`."""
    return pa.table([nulled(gaps[f.name], f.type) for f in BARE_GAPS], schema=BARE_GAPS)


def _jumps_across(columns: _Columns, edges: _Edges, apart_us: Ints) -> Ints:
    """Which vessel-days end with a jump to the next one of the vessel that has a position."""
    follow = ~edges.last[:-1]
    at = []
    for axis in ("lat", "lon"):
        start, end = columns[f"last_{axis}"][edges.rows[:-1]], columns[f"first_{axis}"][edges.rows[1:]]
        at.append((start, end))
    far = np.flatnonzero(follow & (moved(*at[0]) | moved(*at[1])))
    move = tuple(values[far] for values in (at[0][0], at[1][0], at[0][1], at[1][1]))
    return far[is_jump(move, apart_us[far] / H_US)]


def _many(mmsi: Ints, jumps: Ints) -> tuple[Ints, Ints]:
    """MMSI that jump, ascending, and how often each."""
    some = np.flatnonzero(jumps)
    vessels, at = np.unique(mmsi[some], return_inverse=True)
    return vessels, np.bincount(at, weights=jumps[some], minlength=len(vessels)).astype(np.int64)


def day_key(table: pa.Table) -> Ints:
    """MMSI and day of rows as one number that orders."""
    return (table["mmsi"].to_numpy().astype(np.int64) << 32) | table["day"].to_numpy()  # type: ignore[no-any-return]


class _Columns(dict[str, Ints]):
    """Columns of a table's chosen rows as arrays, each made when it is first asked for and no more of it than is asked for."""

    def __init__(self, table: pa.Table, rows: Ints | None = None) -> None:
        super().__init__()
        self._table, self._rows = table, rows

    def __missing__(self, name: str) -> Ints:
        whole = filled(self._table[name])
        self[name] = whole if self._rows is None else whole[self._rows]
        return self[name]

    def at(self, name: str, rows: Ints) -> Ints:
        """Some of the chosen rows of a column, without keeping the others."""
        if name in self:
            return self[name][rows]
        return filled(self._table[name])[rows if self._rows is None else self._rows[rows]]
