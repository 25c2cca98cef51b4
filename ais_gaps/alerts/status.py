"""What the outbox tells a person, and what a person tells it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from ais_gaps.alerts.columns import STANDINGS, TRIALS, UNDELIVERED
from ais_gaps.alerts.delivery import FAILED, Unreachable
from ais_gaps.alerts.outbox import FILE, FOLDER, Outbox
from ais_gaps.alerts.post import NOT_INSTALLED, Post, installed
from ais_gaps.alerts.settings import Settings
from ais_gaps.errors import AisGapsError, NotFound

_TEST = (
    "ais_gaps: test",
    "This is a test of the alerts of the dark-ship watchlist. Changes of the list will be told here.",
)


def kept(archive: Path) -> Outbox:
    """The outbox of an archive, to be asked; to be closed afterwards.

    Raises:
        NotFound: no alerts were ever sent from the archive.
    """
    path = archive / FOLDER / FILE
    if not path.exists():
        raise NotFound(f"no alerts were ever sent from {archive}: 'ais-gaps daily' sends them, with --alerts FILE.")
    return Outbox(path)


def standings(outbox: Outbox) -> pa.Table:
    """How each channel stands (`columns.STANDINGS`)."""
    rows = [
        {
            "channel": one.channel,
            "began": one.began,
            "told": one.sent,
            "waiting": one.waiting,
            "perhaps": one.perhaps,
            "unnamed": one.unnamed,
            "before": one.before,
            "tried": _moment(one.tried),
            "trouble": one.failed,
            "heartbeat": None if one.heartbeat is None else date.fromisoformat(one.heartbeat),
        }
        for one in outbox.standings()
    ]
    return pa.Table.from_pylist(rows, schema=STANDINGS.arrow)


def undelivered(outbox: Outbox) -> pa.Table:
    """What waits or is in doubt (`columns.UNDELIVERED`)."""
    rows = [
        {
            "channel": channel,
            "change_id": change_id,
            "day": date.fromisoformat(day),
            "state": state,
            "attempts": attempts,
            "at": _moment(at),
            "reason": reason,
            "title": title,
        }
        for channel, change_id, day, title, state, reason, at, attempts in outbox.undelivered()
    ]
    return pa.Table.from_pylist(rows, schema=UNDELIVERED.arrow)


def complaints(outbox: Outbox, max_age: timedelta, now: datetime) -> list[str]:
    """What a watchman should cry out: no run for too long, or changes that were not delivered; one line each."""
    last = outbox.last_turn()
    found = []
    if last is None:
        found.append("no run of the alerts has come to its end")
    elif now - (ended := datetime.fromisoformat(last[0])) > max_age:
        found.append(f"the last run of the alerts ended at {ended:%Y-%m-%d %H:%M} UTC, more than {max_age} ago")
    found += [
        f"{one.channel}: {one.waiting:,} wait, {one.unnamed:,} in doubt{f': {one.failed}' if one.failed else ''}"
        for one in outbox.standings()
        if one.waiting or one.unnamed
    ]
    return found


def trials(settings: Settings, only: str | None = None) -> pa.Table:
    """Send a test message to every channel, or to one, and tell what came of it (`columns.TRIALS`). Not kept in any outbox.

    Raises:
        NotFound: there is no channel of that name.
        AisGapsError: nothing can be sent from here.
    """
    channels = [channel for channel in settings.channels if only in (None, channel.name)]
    if not channels:
        raise NotFound(f"no channel has the name {only!r}.", [channel.name for channel in settings.channels])
    if not installed():
        raise AisGapsError(NOT_INSTALLED)
    rows: list[dict[str, str | None]] = []
    for channel in channels:
        try:
            way = Post(channel)
        except Unreachable as error:
            rows.append({"channel": channel.name, "came": FAILED, "reason": str(error)})
            continue
        try:
            came = way.send(*_TEST)
        finally:
            way.close()
        rows.append({"channel": channel.name, "came": came.what, "reason": came.reason})
    return pa.Table.from_pylist(rows, schema=TRIALS.arrow)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
