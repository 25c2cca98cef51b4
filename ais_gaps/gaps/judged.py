"""Gaps by what is thought of them."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

Order = Literal["off_ts", "p"]


def judged(
    table: pa.Table, *, least_p: float | None = None, cause: str | None = None, order: Order | None = None
) -> pa.Table:
    """Those of some gaps that are judged so, in an order.

    Args:
        table: rows of `schema.GAPS`.
        least_p: only gaps with ``p_switched_off`` of at least this; those that are not judged have none.
        cause: only gaps of this cause (`judgement.causes.CAUSES`).
        order: by time of off, or by ``p_switched_off``, the most probable first and those without one last; None = as they come.
    """
    if least_p is not None:
        table = table.filter(pc.greater_equal(table["p_switched_off"], least_p))
    if cause is not None:
        table = table.filter(pc.equal(table["cause"], cause))
    if order is None:
        return table
    by_time = [("off_ts", "ascending"), ("mmsi", "ascending"), ("gap_id", "ascending")]
    return table.sort_by([("p_switched_off", "descending"), *by_time] if order == "p" else by_time)
