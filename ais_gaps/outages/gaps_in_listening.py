"""Gaps in listening: when no listener heard a live feed, told from what listeners wrote down (`listen.columns.LISTENING`).

They are known, not inferred. Each is told by its full clock hours, as other outages are; its sentence gives the minutes. It is an
outage of the whole feed only if nobody at all was heard in these hours. If others were, from other feeds, it is a station's, whose
ships may be silent for that reason. What was found from the hours themselves and falls into a gap is one outage with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import moments
from ais_gaps.listen.ledger import LISTENING as HEARD
from ais_gaps.outages.heard import Heard
from ais_gaps.outages.question import Outages, Question
from ais_gaps.outages.silence import FEED, STATION
from ais_gaps.plain import plain
from ais_gaps.schema import OUTAGES
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Ints = npt.NDArray[np.int64]

_HOUR_US: Final = 3_600_000_000
_STRAY: Final = 0.02
"""So small a part of the usual ships may be wrong clocks: then nobody was heard."""
_REASONS: Final = 3
_LISTED: Final = 5  # gaps that one outage names
_SAID: Final = "gaps"


@dataclass(frozen=True)
class Gap:
    """A time in which a feed was not listened to.

    Attributes:
        feed: its name.
        from_us, to_us: microseconds since 1970 UTC.
        open: it is not over.
        reasons: why, as the listener wrote it down; none = there is no record of that time.
    """

    feed: str
    from_us: int
    to_us: int
    open: bool
    reasons: tuple[str, ...]

    @property
    def hours(self) -> tuple[int, int]:
        """Its full clock hours since 1970: the first, and the one after the last."""
        return -(-self.from_us // _HOUR_US), self.to_us // _HOUR_US

    @property
    def words(self) -> str:
        """The sentence that tells it."""
        why = f": {'; '.join(self.reasons)}" if self.reasons else ", of which there is no record"
        until = "on" if self.open else f"to {_minute(self.to_us)}"
        return f"not listening to {plain(self.feed)} from {_minute(self.from_us)} {until}{why}"


def gaps(log: pa.Table, last_us: int) -> list[Gap]:
    """The gaps of all feeds, by time and feed.

    Args:
        log: `listen.columns.LISTENING`, in any order; files may overlap, and some may be missing.
        last_us: the newest report of the archive: what is not over ends there.
    """
    found = []
    for feed in sorted(set(log["feed"].to_pylist())):
        rows = log.filter(pc.equal(log["feed"], feed)).sort_by([("from_ts", "ascending"), ("to_ts", "ascending")])
        found += list(_of_feed(feed, rows, last_us))
    return sorted(found, key=lambda gap: (gap.from_us, gap.to_us, gap.feed))


def _of_feed(feed: str, rows: pa.Table, last_us: int) -> Iterator[Gap]:
    begins = _us(rows["from_ts"])
    heard = pc.equal(rows["state"], HEARD).to_numpy()
    unended = pc.is_null(rows["to_ts"]).to_numpy()
    ends = np.where(unended, begins, _us(rows["to_ts"].fill_null(moments.EPOCH)))
    told_until = int(ends.max())
    # A stop counts until the feed is listened to again.
    stopped = bool((unended & (begins >= ends.max(where=heard, initial=0))).any()) and last_us > told_until
    edges_from = np.concatenate([[int(begins.min())], ends[heard]])
    edges_to = np.concatenate([begins[heard], [last_us if stopped else told_until]])
    # Listening is in order of its begin: where the next begins after all before have ended, there is a gap.
    reached = np.maximum.accumulate(edges_from)
    for place in np.flatnonzero(edges_to > reached).tolist():
        low, high = int(reached[place]), int(edges_to[place])
        until = np.where(unended, high, ends)
        within = ~heard & (begins < high) & (until > low)
        reasons = [text for text in rows["reason"].filter(pa.array(within)).to_pylist() if text]
        yield Gap(feed, low, high, stopped and place == len(reached) - 1, tuple(dict.fromkeys(reasons))[:_REASONS])


def _us(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.cast(pa.int64()).to_numpy(), np.int64)


def with_gaps(found: Outages, log: pa.Table, store: Store, ingests: Sequence[Ingest]) -> Outages:
    """Outages together with the gaps in listening.

    Args:
        found: what was found from the hours.
        log: `listen.columns.LISTENING`, of the same time as the ingests.
        store: the archive.
        ingests: those that count.
    """
    if found.first is None or found.last is None or not len(log):
        return found
    first_us, last_us = moments.microseconds(found.first), moments.microseconds(found.last)
    clipped = [
        replace(gap, from_us=max(gap.from_us, first_us), to_us=min(gap.to_us, last_us)) for gap in gaps(log, last_us)
    ]
    asked = [gap for gap in clipped if _asked(gap, found.question)]
    if not asked:
        return found
    rows = found.rows.to_pylist()
    with Heard(store, ingests) as heard:
        kinds = [_kind(gap, heard) for gap in asked]
        # Those of everybody first, so that the others find them.
        for kind in (FEED, STATION):
            for gap, its in zip(asked, kinds, strict=True):
                if its == kind:
                    _add(rows, gap, kind, heard)
    for row in rows:
        said = row.pop(_SAID, [])
        more = [f"and {len(said) - _LISTED:,} more gaps in listening"] if len(said) > _LISTED else []
        row["reason"] = "; ".join(filter(None, [row["reason"], *said[:_LISTED], *more]))
    rows.sort(key=lambda row: (row["from_ts"], row["to_ts"] or moments.NEVER, row["kind"], row["station"] or ""))
    return replace(found, rows=pa.Table.from_pylist(rows, OUTAGES.arrow))


def _asked(gap: Gap, question: Question) -> bool:
    since = moments.microseconds(question.since or moments.EPOCH)
    until = moments.microseconds(question.until or moments.NEVER)
    first, after = gap.hours
    long_enough = after - first >= max(question.min_hours, 1)
    return long_enough and after * _HOUR_US > since and first * _HOUR_US < until


def _kind(gap: Gap, heard: Heard) -> str:
    """Whether nobody at all was heard, but for wrong clocks."""
    total = heard.by_all(*gap.hours)
    return FEED if total.heard <= _STRAY * total.expected else STATION


def _add(rows: list[dict[str, Any]], gap: Gap, kind: str, heard: Heard) -> None:
    """Puts a gap among the rows: into those that it explains, and where there is none of its own kind, as one of its own."""
    first, after = gap.hours
    explained = False
    for row in rows:
        if row["from_ts"] >= _at(after) or (row["to_ts"] or moments.NEVER) <= _at(first):
            continue
        if row["kind"] == FEED or (row["kind"] == STATION and row["station"] == gap.feed):
            row.setdefault(_SAID, []).append(gap.words)
            explained |= row["kind"] == kind
            if row["log_odds"] is None and row["kind"] == kind == FEED:  # another feed's gap, of the same time
                row.update(_numbers(heard, FEED, None, *_joined(row, first, after)))
    if not explained:
        station = gap.feed if kind == STATION else None
        rows.append(
            {
                **dict.fromkeys(OUTAGES.names),
                "kind": kind,
                "station": station,
                "from_ts": _at(first),
                "to_ts": None if gap.open else _at(after),
                "open": gap.open,
                "duration_h": float(after - first),
                **_numbers(heard, kind, station, first, after),
                _SAID: [gap.words],
            }
        )


def _joined(row: dict[str, Any], first: int, after: int) -> tuple[int, int]:
    """A row's hours together with others; the row then has them."""
    begins = min(_hour(row["from_ts"]), first)
    ends = max(_hour(row["from_ts"]) + round(row["duration_h"]), after)
    row["from_ts"], row["duration_h"] = _at(begins), float(ends - begins)
    row["to_ts"] = None if row["open"] else _at(ends)
    return begins, ends


def _numbers(heard: Heard, kind: str, station: str | None, first: int, after: int) -> dict[str, Any]:
    """What is usual and what was heard, where reports tell it. No odds: nobody need infer what is known."""
    of = heard.by_all(first, after) if kind == FEED else heard.by_station(station or "", first, after)
    if of is None:
        return {}
    return {
        "ships_expected": round(of.expected, 3),
        "ships_heard": round(of.heard, 3),
        "usual_ships": round(of.usual, 3),
    }


def _at(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * 3600, UTC)


def _hour(moment: datetime) -> int:
    return moments.microseconds(moment) // _HOUR_US


def _minute(us: int) -> str:
    return f"{datetime.fromtimestamp(us // 1_000_000, UTC):%Y-%m-%d %H:%M}"
