"""What a channel reads: plain text, in which nothing that came from strangers can mean more than its letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ais_gaps.alerts.outbox import Item
from ais_gaps.alerts.plan import Change
from ais_gaps.plain import plain
from ais_gaps.watchlist.why import percent

CAUTION: Final = "A probability is not an accusation."
LONGEST_TEXT: Final = 600
DIGEST_TITLE: Final = 120

_ALIKE: Final = str.maketrans("@<>[]`*_~|#\\&", "＠‹›［］ˋ∗＿∼¦＃＼＆")
_IN_A_WORD: Final = re.compile(r"(?<=\w)[.:](?=\w)")
_NUMBER: Final = re.compile(r"(?<=\d)[.:](?=\d)")
_GONE: Final = frozenset({"withdrawn", "corrected"})
_KINDS: Final = {"probability": "judged otherwise", "verdict": "a person's verdict"}


@dataclass(frozen=True)
class Message:
    """A message's two parts, both plain text; the title is one line."""

    title: str
    body: str


def defused(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text with names in it, such that no chat program or mail reader finds a mention, a link or markup in it.

    One line, without hidden characters (`plain`), cut at ``longest``. Signs that make markup or mentions (``@everyone``,
    ``<!channel>``, ``[text](address)``, ``*``, ``_``, ...) become look-alikes; a point or colon between letters, which makes a
    link of what surrounds it, becomes a look-alike too, but not between digits: times and decimals stay.
    """
    said = plain(text).strip()
    if len(said) > longest:
        said = said[: longest - 1].rstrip() + "…"
    said = said.replace("://", " ").replace("www.", "www ")
    numbers = {match.start() for match in _NUMBER.finditer(said)}
    said = _IN_A_WORD.sub(lambda match: match[0] if match.start() in numbers else {".": "․", ":": "∶"}[match[0]], said)
    return said.translate(_ALIKE)


def of_change(change: Change, site_url: str | None) -> Message:
    """The message of one change."""
    ship = defused(change.name, 60) if change.name else f"MMSI {change.mmsi}"
    kind = _KINDS.get(change.kind, change.kind)
    judged = "not judged" if change.p is None else f"choice {percent(change.p)}"
    lines = [defused(change.text), ""]
    if site_url is not None:
        on_it = change.kind not in _GONE and change.gap_id.isalnum()
        lines.append(day_page(site_url, change.day.isoformat()) + (f"#gap-{change.gap_id}" if on_it else ""))
    numbers = f"MMSI {change.mmsi}" if change.imo is None else f"IMO {change.imo}, MMSI {change.mmsi}"
    lines.append(f"Watchlist of {change.day}, {numbers}. {CAUTION}")
    return Message(f"{kind.capitalize()}: {ship}, {judged}", "\n".join(lines))


def day_page(site_url: str, day: str) -> str:
    """Where a day's page is served."""
    return f"{site_url}/day/{day}.html"


def digest(items: Sequence[Item], site_url: str | None, longest: int) -> tuple[Message, int]:
    """One message for many changes, the likeliest choices first.

    Args:
        items: the changes, in the order in which they are listed.
        site_url: where the site is served.
        longest: characters that the message may have.

    Returns:
        The message, and how many of the changes, from the first, have a line in it; the others are only counted.
    """
    count = f"{len(items):,} more change{'' if len(items) == 1 else 's'}"
    title = f"Watchlist: {count}"
    days = sorted({item.day for item in items})
    span = f"of {days[0]}" if len(days) == 1 else f"of {days[0]} to {days[-1]}"
    end = [f"{CAUTION}"]
    if site_url is not None:
        end.insert(0, day_page(site_url, days[-1].isoformat()))
    lines, listed = listing([_line(item) for item in items], longest - len(title) - len(span) - sum(map(len, end)) - 40)
    return Message(title, "\n".join([f"{count} {span}:", *lines, "", *end])), listed


def listing(
    lines: Sequence[str], room: int, *, where: str = "the watchlist has them", least: int = 0
) -> tuple[list[str], int]:
    """As many lines as there is room for, then one that counts the rest.

    Args:
        lines: what there is to list.
        room: characters.
        where: the rest is to be found.
        least: so many lines whatever the room.

    Returns:
        The lines, and how many of those given are among them.
    """
    rest = "and {:,} more, not listed here; " + where
    taken: list[str] = []
    for at, line in enumerate(lines):
        left = room - len(line) - 3
        if at >= least and left < (len(rest) + 8 if at + 1 < len(lines) else 0):
            break
        room = left
        taken.append(f"- {line}")
    listed = len(taken)
    if listed < len(lines):
        taken.append(rest.format(len(lines) - listed))
    return taken, listed


def _line(item: Item) -> str:
    return f"{item.title[:DIGEST_TITLE]} ({item.day})"


def fitted(message: Message, longest: int) -> Message:
    """The message, cut where a service takes no more: the first line first, which is the longest; then from the end."""
    over = len(message.title) + len(message.body) + 2 - longest
    if over <= 0:
        return message
    first, line, rest = message.body.partition("\n")
    keep = len(first) - over - 1
    if keep >= 40:
        return Message(message.title, f"{first[:keep].rstrip()}…{line}{rest}")
    title = message.title[: max(20, longest // 2)]
    room = max(0, longest - len(title) - 3)
    return Message(title, f"{message.body[:room].rstrip()}…")
