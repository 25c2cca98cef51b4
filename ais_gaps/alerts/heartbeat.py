"""The message that says that a run happened, also where nothing changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from ais_gaps.alerts.message import Message, day_page, defused, listing
from ais_gaps.alerts.outbox import Item
from ais_gaps.alerts.plan import Chosen

if TYPE_CHECKING:
    from ais_gaps.watchlist.model import Watchlist

_MOST: Final = 5
_SHORT: Final = 300
"""Characters of a message in which there is no room for more than what is in doubt."""
_FEEDS: Final = {"feed": "the whole feed", "terrestrial": "all terrestrial receivers", "satellite": "all satellites"}


@dataclass(frozen=True)
class Facts:
    """What a heartbeat says of the day, the same to every channel.

    Attributes:
        day: of the watchlist. counts: as `Watchlist.counts`. changes: how many there are.
        down: feeds, receivers and areas that were down, one line each. notes: what is said with the list.
        problems: what went wrong in the run before the alerts, one line each.
    """

    day: date
    counts: Mapping[str, int]
    changes: int
    down: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, watchlist: Watchlist, problems: Sequence[str] = ()) -> Facts:
        """The facts of a watchlist."""
        down = tuple(_down(row) for row in watchlist.outages.to_pylist())
        return cls(
            watchlist.day, watchlist.counts, watchlist.changes.num_rows, down, tuple(watchlist.notes), tuple(problems)
        )


def _down(row: Mapping[str, Any]) -> str:
    what = _FEEDS.get(row["kind"])
    if what is None:
        what = f"station {row['station']}" if row["station"] else f"receivers near {row['place'] or 'no named place'}"
    until = "still so at the end" if row["open"] else f"to {row['to_ts']:%Y-%m-%d %H:%M}"
    return f"{what} from {row['from_ts']:%Y-%m-%d %H:%M} {until} UTC"


def heartbeat(
    facts: Facts,
    chosen: Chosen | None,
    told: int,
    undelivered: Sequence[str],
    perhaps: Sequence[Item],
    *,
    now: datetime,
    site_url: str | None,
    longest: int,
) -> tuple[Message, int]:
    """The message for one channel.

    Args:
        facts: of the day.
        chosen: what of the day's changes was for this channel.
        told: changes told to it in this run.
        undelivered: what was not delivered in this run, one line a channel.
        perhaps: changes of which nobody knows whether this channel got them, not yet said to it.
        now: the time by the clock.
        site_url: where the site is served.
        longest: characters that the message may have.

    Returns:
        The message, and how many of ``perhaps``, from the first, it names.
    """
    counts = facts.counts
    title = f"Watchlist of {facts.day}: {told} told"
    if perhaps:
        title += f", {len(perhaps)} in doubt"
    if undelivered or facts.problems:
        title += ", with errors"
    lines = [
        f"The run of {now:%Y-%m-%d %H:%M} UTC was made for {facts.day}: {counts.get('newly_dark', 0):,} newly dark, "
        f"{counts.get('still_dark', 0):,} still dark, {counts.get('back_again', 0):,} back again; "
        f"{facts.changes:,} change{'' if facts.changes == 1 else 's'}, {told:,} told here in this run."
    ]
    if chosen is not None and (left_out := _left_out(chosen)):
        lines.append(f"Not told here, as set: {left_out}.")
    lines += _some("Went wrong", facts.problems) + _some("Not delivered", undelivered)
    lines += _some("Down that day", facts.down) + _some("Note", facts.notes)
    if site_url is not None:
        lines.append(day_page(site_url, facts.day.isoformat()))
    if not perhaps:
        return Message(title, "\n".join(lines)), 0
    said = "Perhaps sent before, and not sent again:"
    if longest < _SHORT:
        title = f"{len(perhaps):,} in doubt"
    room = max(longest - len(title) - len("\n".join(lines)) - len(said) - 4, longest // 2)
    doubtful, named = listing(
        [f"{item.title} ({item.day})" for item in perhaps], room, where="the next notice goes on with them", least=1
    )
    return Message(title, "\n".join([said, *doubtful, "", *lines])), named


def _left_out(chosen: Chosen) -> str:
    parts = (
        (chosen.below, "below the level"),
        (chosen.unjudged, "not judged"),
        (chosen.innocent, "called innocent by a person"),
        (chosen.other, "of other kinds"),
        (len(chosen.before), "of days before this channel's first"),
    )
    return ", ".join(f"{count:,} {what}" for count, what in parts if count)


def _some(head: str, lines: Sequence[str]) -> list[str]:
    more = [f"{head}: {len(lines) - _MOST:,} more"] if len(lines) > _MOST else []
    return [f"{head}: {defused(line, 300)}" for line in lines[:_MOST]] + more
