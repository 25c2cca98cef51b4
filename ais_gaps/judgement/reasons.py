"""The reasons of a judgement: a sentence for each thing that was weighed, with its numbers and its weight.

Weights are in nats of log-odds, in brackets; all of them, with that of the start, add up to the log-odds of the probability.
"""

from __future__ import annotations

from importlib import resources
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from ais_gaps.judgement.causes import broken, unknown
from ais_gaps.judgement.judge import Judged
from ais_gaps.judgement.paths import DIRECT, VIA
from ais_gaps.judgement.silences import Ints
from ais_gaps.schema import UTC_US

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "reception": ("unexplained", "factor_way", "factor_rest", "first", "last"),
    "outage": ("outage",),
    "rate": ("off_rate", "on_rate"),
    "time": ("log_hours", "log_slack", "log_nm"),
    "course": ("off_course", "on_course"),
    "place": ("off_port_nm", "on_port_nm", "moored", "alongside", "left_port", "way", "way_after"),
    "habit": ("habit",),
    "history": ("history",),
    "class": ("class_b",),
    "fishing": ("fishing",),
    "shared": ("shared",),
}
"""Which terms each sentence speaks of."""

_SENTENCES: Final = resources.files("ais_gaps.judgement").joinpath("reasons.sql").read_text("utf-8")


def reasons(
    judged: Judged,
    bias: float = 0.0,
    slope: float = 1.0,
    episode: tuple[pa.Array, Ints, Ints] | None = None,
) -> pa.Array:
    """The sentences of each silence, most of reception first.

    Args:
        judged: what was found out. bias, slope: of a calibration: all weights are made over by it.
        episode: as `episodes.episodes` tells of them; None = each is one by itself.
    """
    s, found, values = judged.silences, judged.found, judged.values
    n = len(s)
    parts = {name: np.zeros(n) + slope * part for name, part in judged.parts.items()}
    columns: dict[str, Any] = {
        "row": np.arange(n),
        **{name: getattr(s, name) for name in ("mmsi", "jumps", "tracks")},
        "broken": broken(judged),
        "unknown": unknown(judged),
        "calibrated": np.full(n, (bias, slope) != (0.0, 1.0)),
        "by_kind": judged.by_kind.astype(bool),
        "open": s.open,
        "hours": s.hours,
        "counted": found.hours,
        "nm": s.nm,
        "knots": s.knots,
        "should": found.ashore[:, DIRECT] + found.space[:, DIRECT],
        "ashore": found.ashore[:, DIRECT],
        "usual": found.usual,
        "basis": found.basis,
        **{
            name: getattr(found, name)
            for name in ("peers", "peers_heard", "peers_expected", "space_heard", "space_expected")
        },
        "full_rate": pa.array(judged.full_rate, from_pandas=True),
        "off_1h": s.off_1h,
        "on_1h": s.on_1h,
        "off_port_nm": judged.ports_nm[0],
        "on_port_nm": judged.ports_nm[1],
        **{
            name: values[name]
            for name in ("factor", "off_rate", "on_rate", "off_course", "on_course", "habit", "history")
        },
        **{name: values[name] > 0 for name in ("way", "alongside", "class_b", "fishing", "shared")},
        "first_day": pa.array(judged.first_day.astype(np.int32)).cast(pa.date32()),
        "last_day": pa.array(judged.last_day.astype(np.int32)).cast(pa.date32()),
        **{f"w_{name}": sum((parts[t] for t in of if t in parts), np.zeros(n)) for name, of in GROUPS.items()},
        "w_bias": parts["bias"] + bias,
    }
    if episode is None:
        episode = pa.array(s.off_us, pa.int64()).cast(UTC_US), np.ones(n, np.int64), s.end_us
    columns["episode_ts"] = episode[0].cast(pa.timestamp("us"))
    columns["episode_silences"] = episode[1]
    columns["episode_end"] = pa.array(episode[2], pa.int64()).cast(pa.timestamp("us"))
    away = found.ashore[:, VIA] + found.space[:, VIA]
    columns["hidden"] = pa.array(away, mask=judged.stay_h <= 0)
    days = s.hours / 24.0
    database = duckdb.connect()
    try:
        database.register("bare", pa.table(columns).append_column("days", pa.array(days)))
        return database.sql(_SENTENCES).to_arrow_table().column(0).combine_chunks()
    finally:
        database.close()
