"""A run of the alerts: what a list brings is taken in, what waits is sent, and a sign is given that all this happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ais_gaps.alerts import message, post
from ais_gaps.alerts.delivery import FAILED, PERHAPS, SENT, Line, Outcome, Unreachable
from ais_gaps.alerts.heartbeat import Facts, heartbeat
from ais_gaps.alerts.outbox import COUNTED, DIGEST, KILLED, MESSAGE, PENDING, Item, Outbox
from ais_gaps.alerts.plan import Change, Chosen, changes_of, choose, load
from ais_gaps.alerts.report import AlertReport
from ais_gaps.alerts.settings import Channel, Settings, read_settings
from ais_gaps.errors import UsageError

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings
    from ais_gaps.watchlist.model import Watchlist

_IN_A_ROW: Final = 3
"""So many failures one after the other, and the rest of a channel's messages stay for the next run."""

Connect = Callable[[Channel], Line]
Clock = Callable[[], datetime]


def _clock() -> datetime:
    return datetime.now(UTC)


def run(
    archive: Holdings,
    watchlist: Watchlist,
    config_path: Path | str,
    *,
    base_url: str | None = None,
    last: bool = True,
    problems: Sequence[str] = (),
) -> AlertReport:
    """Tell the changes of a day's list to the channels of a file, each once.

    What cannot be delivered waits in the archive's outbox and goes out with a later call, whatever day that is of. A call that
    was killed is made good by the next: what it was sending just then is called perhaps sent, and is not sent again.

    Args:
        archive: whose outbox it is.
        watchlist: of a day, as it is known now.
        config_path: the file of channels (`settings.read_settings`).
        base_url: where the site is served, for links; None takes the file's ``site_url``.
        last: False where lists of other days follow in the same run: the changes are taken in, and sent with those of the last.
        problems: what went wrong in the run before, one line each, for the heartbeat.

    Returns:
        How it went. Once it returns, the changes are in the outbox, delivered or not.

    Raises:
        UsageError: the file of channels is wrong, or the list is one of the past (``as_known``). Nothing was taken in.
        ArchiveError: the outbox cannot be written or read.
        ArchiveLocked: another run is sending alerts.
    """
    settings = read_settings(Path(config_path))
    if watchlist.as_known is not None:
        raise UsageError("alerts tell what is known now: a list made with --as-known sends none")
    with Outbox.held(archive.path) as outbox:
        report = send(
            changes_of(watchlist.changes, watchlist.rows),
            day=watchlist.day,
            settings=settings,
            outbox=outbox,
            facts=Facts.of(watchlist, problems),
            site_url=settings.site_url if base_url is None else base_url.rstrip("/"),
            last=last,
        )
    if settings.exposed and last:
        report.lines.append(f"alerts: {config_path} holds addresses, and other users of this machine may read it")
    return report


def send(
    changes: Sequence[Change],
    *,
    day: date,
    settings: Settings,
    outbox: Outbox,
    facts: Facts,
    site_url: str | None = None,
    last: bool = True,
    connect: Connect | None = None,
    now: Clock = _clock,
) -> AlertReport:
    """Take in a day's changes, send what waits, and the heartbeats.

    Args:
        changes: of the day's list, in its order.
        day: of the list.
        settings: the channels.
        outbox: held by this process alone.
        facts: what a heartbeat says of the day.
        site_url: where the site is served, without a slash at its end; None leaves links out.
        last: False only takes in.
        connect: makes the way to a channel; None sends by apprise in a process of its own.
        now: the time by the clock, for the outbox and the heartbeat.
    """
    turn = _Turn(settings, outbox, facts, site_url, now)
    turn.settle()
    for channel in settings.channels:
        turn.take_in(channel, changes, day, last=last)
    if last:
        if connect is None and not post.installed():
            turn.cannot(post.NOT_INSTALLED)
        else:
            turn.deliver(connect or post.Post)
        outbox.turned(day, turn.ok, now())
    return AlertReport(turn.ok, turn.lines)


@dataclass
class _Way:
    """How a channel fares in a run."""

    line: Line | None = None
    told: int = 0
    failed: int = 0
    trouble: str | None = None
    """Why the last that failed did."""
    stopped: bool = False
    """Nothing more is tried in this run."""
    doubted: bool = False
    """Since nobody knows what became of the last."""


@dataclass
class _Turn:
    """One run."""

    settings: Settings
    outbox: Outbox
    facts: Facts
    site_url: str | None
    now: Clock
    ok: bool = True
    lines: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    chosen: dict[str, Chosen] = field(default_factory=dict)
    ways: dict[str, _Way] = field(default_factory=dict)

    def settle(self) -> None:
        """Say what a killed run left in doubt."""
        for channel, count in self.outbox.settle(self.now()).items():
            self._in_doubt(channel, count, KILLED)

    def take_in(self, channel: Channel, changes: Sequence[Change], day: date, *, last: bool) -> None:
        """Put what a channel is to be told into the outbox."""
        present = [other.name for other in self.settings.channels]
        began = self.outbox.take_in(channel.name, channel.address, channel.since or (day if last else None), present)
        told = self.outbox.told(channel.name, {change.gap_id for change in changes})
        chosen = choose(changes, channel, began or date.max, told)
        self.chosen[channel.name] = chosen
        wanted, before = (
            [self._item(channel.name, change) for change in some] for some in (chosen.wanted, chosen.before)
        )
        self.outbox.put(channel.name, wanted, before)

    def _item(self, channel: str, change: Change) -> Item:
        said = message.of_change(change, self.site_url)
        return Item(channel, change.change_id, change.day, change.gap_id, change.p, said.title, said.body)

    def cannot(self, why: str) -> None:
        """Nothing can be sent from here."""
        waiting = sum(len(self.outbox.waiting(channel.name)) for channel in self.settings.channels)
        self.ok = False
        self.lines.append(f"alerts: {waiting:,} not delivered, tried again next run: {why}")
        for channel in self.settings.channels:
            self.outbox.tried(channel.name, why, self.now())

    def deliver(self, connect: Connect) -> None:
        """Send what waits to every channel, then the heartbeats, which tell of what failed anywhere."""
        try:
            for channel in self.settings.channels:
                self._deliver(channel, connect)
            troubles = tuple(self.troubles)
            for channel in self.settings.channels:
                self._heartbeat(channel, connect, troubles)
        finally:
            for way in self.ways.values():
                if way.line is not None:
                    way.line.close()
        names = {channel.name for channel in self.settings.channels}
        for standing in self.outbox.standings():
            if standing.waiting and standing.channel not in names:
                self.lines.append(
                    f"alerts, {standing.channel}: {standing.waiting:,} wait for this channel, which the file no longer has"
                )

    def _deliver(self, channel: Channel, connect: Connect) -> None:
        way = self.ways[channel.name] = _Way()
        waiting = self.outbox.waiting(channel.name)
        if not waiting:
            return
        if self._line(channel, way, connect):
            self._send_all(way, waiting, channel.messages_per_run)
        if way.told:
            self.lines.append(f"alerts, {channel.name}: {way.told:,} told")
        if left := len(self.outbox.waiting(channel.name)):
            why = "after that nothing more was tried" if way.doubted else way.trouble
            self._not_delivered(channel.name, f"{left:,} not delivered, tried again next run: {why}")
        self.outbox.tried(channel.name, way.trouble, self.now())

    def _line(self, channel: Channel, way: _Way, connect: Connect) -> Line | None:
        """The way to a channel, made where there is none yet."""
        if way.line is None:
            try:
                way.line = connect(channel)
            except Unreachable as error:
                way.trouble, way.stopped = str(error), True
        return way.line

    def _send_all(self, way: _Way, waiting: Sequence[Item], most: int) -> None:
        assert way.line is not None
        parts = load(waiting, most)
        for item in parts.single:
            self._send(way, message.Message(item.title, item.body), [(item, MESSAGE)])
            if way.stopped:
                return
        if parts.together:
            order = sorted(parts.together, key=lambda item: (item.p is None, -(item.p or 0.0)))
            said, listed = message.digest(order, self.site_url, way.line.longest)
            how = [DIGEST] * listed + [COUNTED] * (len(order) - listed)
            self._send(way, said, list(zip(order, how, strict=True)))

    def _send(self, way: _Way, said: message.Message, items: list[tuple[Item, str]]) -> None:
        """Hand over one message: on disk first, then out, then what became of it."""
        assert way.line is not None
        fitted = message.fitted(said, way.line.longest)
        self.outbox.handed_over(items, self.now())
        came = way.line.send(fitted.title, fitted.body)
        state = {SENT: SENT, FAILED: PENDING, PERHAPS: PERHAPS}[came.what]
        self.outbox.became(items, state, came.reason, self.now())
        if came.what == SENT:
            way.told, way.failed = way.told + len(items), 0
            return
        way.failed, way.trouble = way.failed + 1, came.reason
        way.doubted = came.what == PERHAPS
        way.stopped = way.doubted or way.failed >= _IN_A_ROW
        if way.doubted:
            self._in_doubt(items[0][0].channel, len(items), came.reason)

    def _heartbeat(self, channel: Channel, connect: Connect, troubles: Sequence[str]) -> None:
        """At most one a day by the clock; but what is in doubt is said whenever there is something, heartbeats wanted or not."""
        way = self.ways[channel.name]
        perhaps = self.outbox.unnamed(channel.name)
        due = channel.heartbeat and self.outbox.last_heartbeat(channel.name) != self.now().date()
        if way.stopped or not (due or perhaps):  # what stopped it has been said
            return
        if (line := self._line(channel, way, connect)) is None:
            came = Outcome(FAILED, way.trouble)
        else:
            said, named = heartbeat(
                self.facts,
                self.chosen.get(channel.name),
                way.told,
                troubles,
                perhaps,
                now=self.now(),
                site_url=self.site_url,
                longest=line.longest,
            )
            fitted = message.fitted(said, line.longest)
            came = line.send(fitted.title, fitted.body)
            if came.what == SENT:
                self.outbox.named([item for item in perhaps[:named] if item.title in fitted.body])
        if came.what == FAILED:
            self._not_delivered(channel.name, f"the heartbeat was not delivered: {came.reason}")
        elif came.what == PERHAPS:
            self._not_delivered(channel.name, f"the heartbeat was perhaps not delivered: {came.reason}")
        else:
            self.outbox.beaten(channel.name, self.now())
        self.outbox.tried(channel.name, came.reason or way.trouble, self.now())

    def _in_doubt(self, channel: str, count: int, reason: str | None) -> None:
        self._not_delivered(channel, f"{count:,} perhaps sent, and not sent again (see alerts status): {reason}")

    def _not_delivered(self, channel: str, what: str) -> None:
        self.ok = False
        self.lines.append(f"alerts, {channel}: {what}")
        self.troubles.append(f"{channel}: {what}")


__all__ = ["Clock", "Connect", "run", "send"]
