"""Gaps of MMSI that jump: track by track."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.gaps.stitch import (
    BARE_GAPS,
    H_US,
    ON,
    SPANS,
    Ints,
    Stitched,
    gaps_table,
    jumps_of,
    of_newest,
    under_way_kn,
    until_day,
)
from ais_gaps.summary.columns import NEVER, filled, missing
from ais_gaps.summary.kernel import is_jump
from ais_gaps.tracks import Assigned, Pieces, assign


def parted(
    found: Stitched,
    days: pa.Table,
    inside: pa.Table,
    runs: pa.Table,
    *,
    min_hours: float,
    as_of_us: int,
    rows: Ints | None = None,
) -> Stitched:
    """The same with the gaps of each track in the place of those of an MMSI that jumps.

    Args:
        found: what `stitch` gives.
        days: as for `stitch`, with ``rows``.
        inside: silences inside vessel-days, `DAY_GAPS`: all that the archive keeps, of any ingest.
        runs: `DAY_RUNS` of any ingest.
        min_hours, as_of_us: as for `stitch`.
        rows: which rows of ``days`` count, in which order.
    """
    if not len(found.jumping):
        return found
    dealt = deal(found.jumping, days, inside, runs, as_of_us=as_of_us, rows=rows)
    gaps = _gaps(dealt.pieces, dealt.assigned, round(min_hours * H_US), as_of_us)
    mmsi = gaps["mmsi"]
    of, n, sog = (filled(dealt.days[name]) for name in ("mmsi", "under_way_n", "under_way_sog"))
    gaps |= {"under_way_kn": under_way_kn(of, n, sog, mmsi), "jumps": jumps_of(mmsi, dealt.jumping, dealt.jumps)}
    plain = found.gaps.filter(pc.invert(pc.is_in(found.gaps["mmsi"], value_set=pa.array(found.jumping, pa.int32()))))
    together = pa.concat_tables([plain, gaps_table(gaps)])
    order = np.lexsort([filled(together[name]) for name in ("track", "off_us", "mmsi")])
    open_gaps = gaps_table(gaps).filter(pa.array(gaps["on_us"] == NEVER))
    beside = _beside(dealt.pieces, open_gaps)
    return replace(found, gaps=together.take(order), jumping=dealt.jumping, jumps=dealt.jumps, beside=beside)


@dataclass(frozen=True)
class Dealt:
    """What some MMSI sent, dealt out to tracks.

    Attributes:
        days: their `VESSEL_DAYS`, the newest of each day, up to the present of the question.
        pieces, assigned: what they sent, and the tracks of it.
        jumping, jumps: those that jump up to then, ascending, and how often.
    """

    days: pa.Table
    pieces: Pieces
    assigned: Assigned
    jumping: Ints
    jumps: Ints


def deal(
    mmsi: Ints, days: pa.Table, inside: pa.Table, runs: pa.Table, *, as_of_us: int, rows: Ints | None = None
) -> Dealt:
    """Deals out what some MMSI sent. Tables as for `parted`."""
    vessels = pa.array(mmsi, pa.int32())
    rows = until_day(days, rows, as_of_us // (24 * H_US))
    own = days if rows is None else days.take(rows)
    own = own.filter(pc.is_in(own["mmsi"], value_set=vessels))
    whole = np.arange(len(own))
    silences, cut = (
        of_newest(some.filter(pc.is_in(some["mmsi"], value_set=vessels)), own, whole, always=True)
        for some in (inside, runs)
    )
    pieces = Pieces.of(own, silences, cut).until(as_of_us)
    jumping, jumps, first = _jumps(pieces)
    assigned = assign(pieces)
    # An MMSI that does not jump up to now is one track; with its first jump it is seen anew.
    assigned.revises[first] = True
    plain = ~np.isin(pieces["mmsi"], jumping) & (pieces["positions"] > 0)
    assigned = Assigned(np.where(plain, 0, assigned.track), assigned.kept | plain, assigned.revises & ~plain)
    return Dealt(own, pieces, assigned, jumping, jumps)


def _jumps(pieces: Pieces) -> tuple[Ints, Ints, Ints]:
    """MMSI that jump from piece to piece, ascending, how often, and the piece that each first jumps to."""
    heard = np.flatnonzero(pieces["positions"] > 0)
    before, after = heard[:-1], heard[1:]
    hours = (pieces["first_us"][after] - pieces["last_us"][before]) / H_US
    move = tuple(
        values[at]
        for at, edge in ((before, "last"), (after, "first"))
        for values in (pieces[f"{edge}_lat"], pieces[f"{edge}_lon"])
    )
    to = after[(pieces["mmsi"][before] == pieces["mmsi"][after]) & is_jump(move, hours)]
    jumping, at, jumps = np.unique(pieces["mmsi"][to], return_index=True, return_counts=True)
    return jumping, jumps, to[at]


def _gaps(pieces: Pieces, assigned: Assigned, threshold_us: int, as_of_us: int) -> dict[str, Ints]:
    """Gaps of the tracks that count, as arrays of `BARE_GAPS` but for what is known of the vessel as a whole."""
    mmsi, track = pieces["mmsi"], assigned.track
    kept = np.flatnonzero(assigned.kept)
    kept = kept[np.lexsort([kept, track[kept], mmsi[kept]])]
    goes_on = (mmsi[kept][1:] == mmsi[kept][:-1]) & (track[kept][1:] == track[kept][:-1])
    ends = np.append(~goes_on, True) if len(kept) else np.empty(0, bool)
    following = np.append(kept[1:], kept[-1:])
    until_us = np.where(ends, as_of_us, pieces["first_us"][following])
    at = np.flatnonzero(until_us - pieces["last_us"][kept] > threshold_us)
    opened, off, on = ends[at], kept[at], following[at]
    gaps = {"mmsi": mmsi[off], "track": np.minimum(track[off], np.iinfo(np.int16).max)}
    gaps |= {"ais_class": pieces["ais_class"][off], "on_us": np.where(opened, NEVER, pieces["first_us"][on])}
    for name in BARE_GAPS.names:
        if name in ON:
            values = pieces[f"first_{name[3:]}"]
            gaps[name] = np.where(opened, missing(values.dtype), values[on])
        elif name.startswith("off_"):
            gaps[name] = pieces[f"last_{name[4:]}"][off]
    # The last piece before on, of whatever track; while open the last of the MMSI.
    last = np.where(opened, np.searchsorted(mmsi, mmsi[off], side="right"), on)
    for name in ("others", "no_position"):
        before, after = (np.append(0, np.cumsum(pieces[f"{name}_{side}"])) for side in ("before", "after"))
        gaps[name] = before[last + ~opened] - before[off + 1] + after[last] - after[off]
    sent = np.append(0, np.cumsum(pieces["positions"]))
    gaps["elsewhere"] = sent[last] - sent[off + 1]
    first_of = kept[np.append(True, ~goes_on)] if len(kept) else kept
    last_of = kept[ends]
    gaps["tracks"] = _counts(mmsi[first_of], gaps["mmsi"])
    spans = (mmsi[first_of], track[first_of], pieces["first_us"][first_of], pieces["last_us"][last_of])
    gaps["shared"] = _shared(gaps, track[off], spans, as_of_us)
    return gaps


def _counts(mmsi: Ints, wanted: Ints) -> Ints:
    """How often each wanted MMSI is there; ``mmsi`` in order."""
    found: Ints = np.searchsorted(mmsi, wanted, side="right") - np.searchsorted(mmsi, wanted)
    return found


def _shared(gaps: dict[str, Ints], own: Ints, spans: tuple[Ints, ...], as_of_us: int) -> Ints:
    """Whether another track of the MMSI began before the gap's end and ended after its beginning.

    Args:
        gaps: mmsi, off_us, on_us and tracks.
        own: track of each.
        spans: mmsi, track, first and last time of each track, by MMSI.
        as_of_us: the end of open gaps.
    """
    mmsi, track, first_us, last_us = spans
    shared = np.zeros(len(own), bool)
    left = np.flatnonzero(gaps["tracks"] > 1)
    at = np.searchsorted(mmsi, gaps["mmsi"][left])
    end_us = np.where(gaps["on_us"] == NEVER, as_of_us, gaps["on_us"])
    # Track after track, of all MMSI at once: few have many.
    while len(left):
        overlaps = (first_us[at] <= end_us[left]) & (last_us[at] >= gaps["off_us"][left]) & (track[at] != own[left])
        shared[left] |= overlaps
        at = at + 1
        more = ~overlaps & (at < len(mmsi))
        more[more] = mmsi[at[more]] == gaps["mmsi"][left[more]]
        left, at = left[more], at[more]
    return shared


def _beside(pieces: Pieces, open_gaps: pa.Table) -> pa.Table:
    """Pieces that began in open gaps of their MMSI, as `SPANS`."""
    mmsi, off_us = filled(open_gaps["mmsi"]), filled(open_gaps["off_us"])
    vessels, at = np.unique(mmsi, return_inverse=True)
    if not len(vessels):
        return SPANS.empty_table()
    earliest = np.full(len(vessels), NEVER)
    np.minimum.at(earliest, at, off_us)
    of = np.minimum(np.searchsorted(vessels, pieces["mmsi"]), len(vessels) - 1)
    inside = (vessels[of] == pieces["mmsi"]) & (pieces["first_us"] > earliest[of]) & (pieces["positions"] > 0)
    return pa.table([pieces[name][inside] for name in SPANS.names], schema=SPANS)
