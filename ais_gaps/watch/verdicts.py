"""What people have said of silences, found again when late data have changed where a silence begins."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ais_gaps.schema import GAPS, UTC_US
from ais_gaps.watch.pairs import Rows, of_one_mmsi

SAID: Final = pa.schema(
    [
        pa.field("verdict", pa.string()),
        pa.field("verdict_because", pa.string()),
        pa.field("verdict_author", pa.string()),
        pa.field("verdict_at", UTC_US),
        pa.field("verdicts", pa.int32(), nullable=False),
    ]
)
"""What `said` gives of each gap: the newest verdict, and how many there are."""

OF_GAP: Final = pa.schema([GAPS.arrow.field(name) for name in ("gap_id", "mmsi", "track", "off_ts", "on_ts")])
"""What is read of a gap."""

_EARLIER: Final = "said of an earlier form of this silence"

_NEVER: Final = np.iinfo(np.int64).max


def said(gaps: pa.Table, verdicts: pa.Table) -> pa.Table:
    """The newest verdict on each gap and how many there are (`SAID`), row by row of ``gaps``.

    A verdict is on the gap of its gap_id, on one of its MMSI that begins when the judged one did, and on those of its MMSI and
    track that overlap it: late data may move the beginning of a silence, or cut it in two, which gives it another gap_id. Where the
    gap_id is another, or the gap ends before the time until which it was known to last when it was judged, the reason says that
    it was said of an earlier form.

    Args:
        gaps: `schema.GAPS`; gap_id, mmsi, track, off_ts and on_ts are read.
        verdicts: `columns.VERDICTS`.
    """
    verdicts = ordered(verdicts)
    row, verdict, earlier = _pairs(gaps, verdicts)
    newest = np.full(len(gaps), -1)
    newest[row] = np.arange(len(row))  # of several the last, which is the newest
    where = pa.array(newest, mask=newest < 0)
    chosen = verdicts.take(pa.array(verdict).take(where))
    other = pa.array(earlier, pa.bool_()).take(where).to_pylist()
    told = (chosen[name].to_pylist() for name in ("because", "off_ts", "until_ts"))
    because = [
        f"{text} ({_EARLIER}: {off:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC)" if changed else text
        for text, off, until, changed in zip(*told, other, strict=True)
    ]
    columns = [chosen["verdict"], pa.array(because, pa.string()), chosen["author"], chosen["at"]]
    count = np.bincount(row, minlength=len(gaps))
    return pa.table([*columns, pa.array(count, pa.int32())], schema=SAID)


def on(gap: pa.Table, verdicts: pa.Table) -> pa.Table:
    """The verdicts on one gap (`said` has the rule), oldest first: `columns.VERDICTS` with ``earlier_form``.

    Args:
        gap: one row of `schema.GAPS`.
        verdicts: `columns.VERDICTS`.
    """
    verdicts = ordered(verdicts)
    _, verdict, earlier = _pairs(gap, verdicts)
    return verdicts.take(pa.array(verdict)).append_column("earlier_form", pa.array(earlier, pa.bool_()))


def ordered(verdicts: pa.Table) -> pa.Table:
    """`columns.VERDICTS`, oldest first."""
    return verdicts.sort_by([(name, "ascending") for name in ("at", "gap_id", "verdict", "because", "author")])


def _pairs(gaps: pa.Table, verdicts: pa.Table) -> tuple[Rows, Rows, NDArray[np.bool_]]:
    """Rows of gaps and of verdicts on them, the verdicts of a gap in their order, and whether each was said of an earlier form.

    Reports that come late put the beginning of a silence later, or cut it in two: what is left of it overlaps what was judged. A
    track may get another number; then the beginning is the same. Silences that only touch are two.
    """
    gap, verdict = of_one_mmsi(gaps["mmsi"].to_numpy(), verdicts["mmsi"].to_numpy())
    ours, theirs = gaps.select(OF_GAP.names).take(pa.array(gap)), verdicts.take(pa.array(verdict))
    same = pc.equal(ours["gap_id"], theirs["gap_id"]).to_numpy()
    on_us = _us(ours["on_ts"])
    off, judged_off, until = (_us(column) for column in (ours["off_ts"], theirs["off_ts"], theirs["until_ts"]))
    overlap = (off < until) & (judged_off < on_us)
    track = ours["track"].to_numpy() == theirs["track"].to_numpy()
    is_on = same | (off == judged_off) | (track & overlap)
    earlier = ~same | (on_us < until)
    return gap[is_on], verdict[is_on], earlier[is_on]


def _us(times: pa.ChunkedArray) -> Rows:
    """Microseconds since 1970; null, as of an open silence, never comes."""
    us: Rows = times.cast(pa.int64()).fill_null(_NEVER).to_numpy()
    return us
