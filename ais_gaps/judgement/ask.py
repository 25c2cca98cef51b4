"""Gaps with their judgement: probability, cause and reasons in the columns of `schema.GAPS`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.gaps.find import find
from ais_gaps.judgement.causes import UNKNOWN, broken, causes, unknown
from ais_gaps.judgement.episodes import episodes
from ais_gaps.judgement.judge import CONTEXT_H, Judged, judge
from ais_gaps.judgement.model import probability, shipped
from ais_gaps.judgement.reasons import reasons
from ais_gaps.judgement.silences import placed
from ais_gaps.schema import GAPS, UTC_US
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

JUDGEMENT: Final = pa.schema([GAPS.arrow.field(name) for name in ("p_switched_off", "cause", "reasons", "episode_ts")])

_DIGITS: Final = 6
_FEW: Final = 200  # vessels that are looked up one by one; more are found by going through the fleet
_H_US: Final = 3_600_000_000
_NOWHERE: Final = "Where she was before or after is not known. Nothing is judged."


def judgement(
    store: Store,
    ingests: Sequence[Ingest],
    gaps: pa.Table,
    places: pa.Table,
    *,
    as_of_us: int,
    whole: bool = False,
    context: pa.Table | None = None,
    calibration: tuple[float, float] = (0.0, 1.0),
) -> pa.Table:
    """What is to be thought of silences (`JUDGEMENT`), in their order; p is null where there is nothing to judge by.

    Args:
        store, ingests: the archive, and which of it counts.
        gaps: silences (`gaps.BARE_GAPS`).
        places: known places, as `places.shipped` gives them.
        as_of_us: the present of the question, microseconds since 1970.
        context: all silences over `CONTEXT_H` of their ships that can count (`terms.habit`, `terms.earlier`); None = they are
            looked for.
        whole: the silences are all those of their ships over `CONTEXT_H`, and perhaps shorter ones: no others need be looked for.
        calibration: bias and slope for the log-odds.
    """
    where = placed(gaps)
    known = gaps.filter(where)
    if context is not None:
        context = context.filter(placed(context))
    else:
        context = _longer(known, as_of_us) if whole else _context(store, ingests, known, as_of_us)
    judged = judge(store, ingests, known, context, places, as_of_us=as_of_us, models=shipped())
    row = np.full(len(gaps), -1)
    row[np.flatnonzero(where.to_numpy(zero_copy_only=False))] = np.arange(len(known))
    at, nowhere = pa.array(row, mask=row < 0), pa.array(row < 0)
    told = pa.array([[_NOWHERE]], pa.list_(pa.string())).take(pa.array(np.zeros(len(gaps), np.int64)))
    episode = episodes(known, context, as_of_us)
    begins = pa.array(gaps["off_us"].to_numpy(), pa.int64()).cast(UTC_US)
    columns = [
        chances(judged, calibration).take(at),
        pc.if_else(nowhere, UNKNOWN, causes(judged).take(at)),
        pc.if_else(nowhere, told, reasons(judged, *calibration, episode).take(at)),
        pc.if_else(nowhere, begins, episode[0].take(at)),
    ]
    return pa.table([pa.array(c).cast(f.type) for c, f in zip(columns, JUDGEMENT, strict=True)], schema=JUDGEMENT)


def chances(judged: Judged, calibration: tuple[float, float] = (0.0, 1.0)) -> pa.Array:
    """The probability of each silence; null where there is nothing to judge by."""
    bias, slope = calibration
    log_odds = sum(judged.parts.values(), np.zeros(len(judged.silences)))
    # The last digits hang on the order of sums, and that on the order in which files came.
    rounded = np.round(bias + slope * log_odds, _DIGITS)
    return pa.array(probability(rounded), mask=broken(judged) | unknown(judged))


def _longer(gaps: pa.Table, as_of_us: int) -> pa.Table:
    lasts = pc.subtract(pc.fill_null(gaps["on_us"], as_of_us), gaps["off_us"])
    return gaps.filter(pc.greater(lasts, round(CONTEXT_H * _H_US)))


def _context(store: Store, ingests: Sequence[Ingest], gaps: pa.Table, as_of_us: int) -> pa.Table:
    """All silences over `CONTEXT_H` of the ships of some."""
    vessels = pc.unique(gaps["mmsi"])
    few = vessels.to_pylist() if len(vessels) <= _FEW else None
    found = find(store, ingests, min_hours=CONTEXT_H, as_of_us=as_of_us, mmsi=few).gaps
    found = found.filter(pc.is_in(found["mmsi"], value_set=vessels))
    return found.filter(placed(found))
