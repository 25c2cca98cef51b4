"""What a person says of a silence, checked and written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from ais_gaps.errors import UsageError
from ais_gaps.names import tidy
from ais_gaps.watch import saying
from ais_gaps.watch.columns import OPINIONS, VERDICTS


@dataclass(frozen=True)
class Opinion:
    """One of `columns.OPINIONS`, the reason for it, and whose it is."""

    verdict: str
    because: str
    author: str


def of(verdict: str, because: str, author: str | None) -> Opinion:
    """An opinion out of what a person says.

    Raises:
        UsageError: another word, no reason, a text that is too long, or nobody who says it.
    """
    word = tidy(verdict).lower()
    if word not in OPINIONS:
        raise UsageError(f"{tidy(verdict)!r} is no verdict: it is {', '.join(OPINIONS[:-1])} or {OPINIONS[-1]}")
    reason, who = saying.reason(because), saying.author(author)
    if reason is None:
        raise UsageError("a verdict needs a reason: --because TEXT")
    if who is None:
        raise UsageError("a verdict needs somebody who says it: --author NAME")
    return Opinion(word, reason, who)


def row(
    opinion: Opinion, gap: Mapping[str, Any], until: datetime | None, verdicts: pa.Table, at: datetime | None
) -> pa.Table:
    """The row of `VERDICTS` to be added.

    Args:
        opinion: what is thought.
        gap: the silence, a row of `schema.GAPS`. until: until when it lasts as far as is known.
        verdicts: all that was said so far.
        at: when it is said; None = now.

    Raises:
        UsageError: ``at`` lies before an earlier verdict on the ship.
    """
    of_gap = {name: gap[name] for name in ("gap_id", "mmsi", "track", "off_ts")}
    said = {**vars(opinion), "until_ts": until, "at": saying.moment(verdicts, "mmsi", gap["mmsi"], at)}
    return pa.Table.from_pylist([of_gap | said], schema=VERDICTS.arrow)
