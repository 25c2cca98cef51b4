"""A daily run, from what has arrived to what is told."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, Protocol

from ais_gaps.daily import days as calendar
from ais_gaps.daily.desk import Desk
from ais_gaps.daily.inbox import DONE, look, printable
from ais_gaps.daily.intake import Intake
from ais_gaps.daily.lock import only_run
from ais_gaps.daily.publish import Build, Publisher, held_days
from ais_gaps.daily.reading import Reading, rules
from ais_gaps.daily.record import Record, said
from ais_gaps.daily.state import State
from ais_gaps.errors import UsageError
from ais_gaps.holdings import Holdings, Progress
from ais_gaps.moments import iso
from ais_gaps.watchlist.model import Watchlist

SETTLE_S: Final = 5.0
DAYS: Final = 90


@dataclass(frozen=True)
class Settings:
    """What a daily run is asked to do.

    Attributes:
        inbox: where files arrive. site: where the pages go.
        done: where files go that are stored, in a folder a day; None = ``done`` in the inbox.
        keep: files stay where they are.
        settle_s: a file has arrived when it stayed the same for so many seconds.
        reading: how files are read that no rule of the inbox is about.
        day: the newest day of the site; None = the newest complete one (`days.newest_complete`).
        days: so many days up to it are kept right; pages of older ones stay as they are.
        rebuild: their pages are all made anew.
        now: the time by the clock, UTC.
    """

    inbox: Path
    site: Path
    done: Path | None = None
    keep: bool = False
    settle_s: float = SETTLE_S
    reading: Reading = field(default_factory=Reading)
    day: date | None = None
    days: int = DAYS
    rebuild: bool = False
    now: datetime | None = None


class Alert(Protocol):
    """Tells of the changes of a list."""

    def __call__(self, watchlist: Watchlist, *, last: bool, problems: Sequence[str]) -> tuple[bool, list[str]]:
        """Takes the changes of a list in and, with the last list of a run, sends all that waits.

        Args:
            watchlist: the list.
            last: no other follows in this run.
            problems: what the run could not do so far, one line each.

        Returns:
            Whether all was told, and what a person should know of it, one line each.
        """
        ...


def run(
    desk: Desk,
    settings: Settings,
    *,
    build: Build,
    alert: Alert | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Record:
    """Takes what has arrived, stores it, makes the pages that are other now, and tells of changes; what was done.

    A run that is killed at any point leaves nothing that the next one does not finish. What goes wrong with a file, a day or an
    alert is told in the record, and the rest is done all the same.

    Args:
        desk: the archive and how it is asked.
        settings: what to do.
        build: makes pages.
        alert: tells of changes; None = nobody is told.
        on_progress: called often while files are read.

    Raises:
        UsageError: folders that lie in one another.
        ArchiveLocked: another run is at work.
    """
    begun, archive = time.monotonic(), desk.archive
    now = settings.now or datetime.now(UTC)
    record = Record(now)
    _apart(archive.path, settings)
    with only_run(archive.path, now=now) as unfinished:
        if unfinished is not None:
            record.notes.append(
                f"the run that began at {unfinished} did not come to its end; this one goes on from there"
            )
        steps: tuple[Callable[[], None], ...] = (
            lambda: _take(archive, settings, now, record, on_progress),
            lambda: _show(desk, settings, now, record, build, alert),
        )
        for step in steps:
            try:
                step()
            except Exception as error:  # what one step cannot do does not keep the other from being done
                record.problems.append(said(error))
        record.seconds = round(time.monotonic() - begun, 3)
        try:
            record.keep(archive.path)
        except OSError as error:
            record.problems.append(f"the run could not be added to the archive's list of runs: {error.strerror}")
    return record


def _take(
    archive: Holdings, settings: Settings, now: datetime, record: Record, on_progress: Callable[[Progress], None] | None
) -> None:
    """Stores what has arrived, and tells of what stays."""
    how = rules(settings.inbox, settings.reading)
    found = look(settings.inbox, settle_s=settings.settle_s, passing=[settings.done] if settings.done else [])
    record.waiting += [{"file": name, "reason": "it is still being written"} for name in found.growing]
    for name, reason in found.odd:
        record.waiting.append({"file": name, "reason": reason})
        record.problems.append(f"{name}: left alone: {reason}")
    intake = Intake(archive, settings.inbox, _done(settings, now), how, record, on_progress)
    for arrival in found.whole:
        intake.take(arrival)


def _show(
    desk: Desk,
    settings: Settings,
    now: datetime,
    record: Record,
    build: Build,
    alert: Alert | None,
) -> None:
    """Makes the pages that are other now, and tells of the changes of days that were not told."""
    archive = desk.archive
    reported = archive.watch_days()
    record.newest_report = max(filter(None, archive.sources()["last_ts"].to_pylist()), default=None)
    if record.newest_report is None:
        record.notes.append("the archive has no reports yet: there is nothing to show")
        return
    newest = settings.day or calendar.newest_complete(reported, record.newest_report, now=now)
    if newest is None:
        record.notes.append(
            f"no day is complete yet, the newest report is of {iso(record.newest_report)}: the site begins when a later day "
            f"has reports, or with --day {reported[-1]}"
        )
        return
    record.day = newest
    later = [day for day in held_days(settings.site) if day > newest]
    wanted = [*calendar.shown(reported, newest, settings.days), *sorted(later)]
    state = State.of(archive.path, settings.site)
    publisher = Publisher(desk, settings.site, state, record)
    stale = wanted if settings.rebuild else publisher.stale(wanted)
    record.pages_kept = len(wanted) - len(stale)
    state.begin(stale, newest=newest, telling=alert is not None)
    publisher.publish(stale, build)
    if alert is not None:
        _tell(alert, publisher, state, newest, record)


def _tell(alert: Alert, publisher: Publisher, state: State, newest: date, record: Record) -> None:
    """Tells day by day, the newest last, which is told every time: what could not be sent before is sent with it."""
    lines: list[str] = []
    failed = tuple(record.problems)
    for day in sorted({*(day for day in state.to_tell if day < newest), newest}):
        try:
            ok, told = alert(publisher.watchlist(day), last=day == newest, problems=failed)
            state.told(day)
        except Exception as error:
            ok, told = False, [f"the alerts of {day} could not be sent: {said(error)}"]
        new = [line for line in told if line not in lines]
        lines += new
        (record.notes if ok else record.problems).extend(new)
    record.alerts = lines


def _done(settings: Settings, now: datetime) -> Path | None:
    if settings.keep:
        return None
    return (settings.done or settings.inbox / DONE) / now.astimezone(UTC).date().isoformat()


def _apart(archive: Path, settings: Settings) -> None:
    """Refuses folders of which one would take the other's files for its own."""
    inbox, site = (os.path.realpath(path) for path in (settings.inbox, settings.site))
    places = {"--archive": os.path.realpath(archive), "--inbox": inbox, "--site": site}
    for one, here in places.items():
        for other, there in places.items():
            if one != other and Path(there).is_relative_to(here):
                raise UsageError(
                    f"{other} {printable(there)} lies in {one} {printable(here)}: name folders apart from each other"
                )
    if settings.done is not None:
        done = Path(os.path.realpath(settings.done))
        for name in ("--archive", "--site"):
            if done.is_relative_to(places[name]):
                raise UsageError(f"--done {printable(str(done))} lies in {name}: name another folder")
        if done == Path(inbox):
            raise UsageError("--done is the inbox itself: name another folder")
