"""Who is told what: decided from the changes, the channels and what the outbox knows, without sending anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from ais_gaps.alerts.outbox import Item
from ais_gaps.alerts.settings import Channel

CHRONIC: Final = 3
"""What failed so often stands behind the others, so that one message that a service refuses holds up none."""

_OF_A_TOLD_SILENCE: Final = frozenset({"withdrawn", "corrected", "verdict"})


@dataclass(frozen=True)
class Change:
    """A row of `watchlist.columns.CHANGES`, and what people think of its silence (None: nothing)."""

    change_id: str
    day: date
    kind: str
    gap_id: str
    mmsi: int
    imo: int | None
    name: str | None
    p: float | None
    text: str
    verdict: str | None


@dataclass(frozen=True)
class Chosen:
    """What of a day's changes goes to a channel.

    Attributes:
        wanted: to be told. before: wanted, but of a day before the channel's first.
        below: not told since the probability is below the channel's level. unjudged: nor since there is none.
        innocent: nor since a person called the silence innocent. other: nor since the channel does not want such changes.
    """

    wanted: tuple[Change, ...]
    before: tuple[Change, ...]
    below: int = 0
    unjudged: int = 0
    innocent: int = 0
    other: int = 0


def changes_of(changes: pa.Table, rows: pa.Table | None) -> list[Change]:
    """The changes of a watchlist with the newest verdict on each silence.

    Args:
        changes: `watchlist.columns.CHANGES`.
        rows: `watchlist.columns.WATCHLIST` of the same day; None where there are no verdicts to be had.
    """
    verdicts: dict[str, str | None] = {}
    if rows is not None:
        verdicts = dict(zip(rows["gap_id"].to_pylist(), rows["verdict"].to_pylist(), strict=True))
    return [
        Change(
            row["change_id"],
            row["day"],
            row["kind"],
            row["gap_id"],
            row["mmsi"],
            row["imo"],
            row["name"],
            row["p_switched_off"],
            row["text"],
            verdicts.get(row["gap_id"]),
        )
        for row in changes.to_pylist()
    ]


def choose(changes: Sequence[Change], channel: Channel, began: date, told: Collection[str]) -> Chosen:
    """Which changes a channel is told.

    A silence that the channel has heard of is followed to its end: each later change of it is told whatever the probability has
    become, so that nobody is left with what no longer holds. Of one that a person called innocent since, only that, and what late
    data make of it.

    Args:
        changes: of a day, in the order of the list.
        channel: whose.
        began: the first day whose changes it is told.
        told: the silences (gap_id) of which it has been told something before.
    """
    wanted: list[Change] = []
    before: list[Change] = []
    left_out = dict.fromkeys(("below", "unjudged", "innocent", "other"), 0)
    heard = set(told)
    for change in changes:
        why_not = _why_not(change, channel, change.gap_id in heard)
        if why_not is not None:
            left_out[why_not] += 1
        elif change.day < began:
            before.append(change)
        else:
            wanted.append(change)
            heard.add(change.gap_id)
    return Chosen(tuple(wanted), tuple(before), **left_out)


def _why_not(change: Change, channel: Channel, heard: bool) -> str | None:
    if change.kind not in channel.kinds:
        return "other"
    if change.verdict == "innocent" and not channel.innocent:
        return None if heard and change.kind in _OF_A_TOLD_SILENCE else "innocent"
    if heard:
        return None
    if change.p is None:
        return None if channel.unjudged else "unjudged"
    return None if change.p >= channel.least_p else "below"


def _likeliness(item: Item) -> float:
    return -1.0 if item.p is None else item.p


@dataclass(frozen=True)
class Load:
    """What a channel is sent in a run: messages of one change each, and what goes into one digest together."""

    single: tuple[Item, ...]
    together: tuple[Item, ...]


def load(waiting: Sequence[Item], most: int) -> Load:
    """Part what waits into messages, at most ``most`` of them.

    Where more waits, the last message is a digest. Messages of their own go to the likeliest choices then; in each part the order
    is that in which the changes came, what failed again and again last.
    """
    order = sorted(range(len(waiting)), key=lambda at: (waiting[at].attempts >= CHRONIC, at))
    if len(order) <= most:
        return Load(tuple(waiting[at] for at in order), ())
    likeliest = sorted(order, key=lambda at: -_likeliness(waiting[at]))
    single = set(likeliest[: most - 1])
    return Load(
        tuple(waiting[at] for at in order if at in single), tuple(waiting[at] for at in order if at not in single)
    )
