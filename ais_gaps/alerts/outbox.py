"""The outbox: what was told to whom, what waits, and what nobody can be sure of; on disk, in the archive's folder ``alerts``.

For each channel and change one row, which goes through these states:

    before      the change is older than the channel: never told
    pending     waits: not tried yet, or certainly not delivered (the reason is kept)
    sending     has been handed over; written and synced to disk before the first byte leaves
    sent        the service took it
    perhaps     handed over, and what became of it cannot be known: the run was killed, or no answer came. Never sent again, since
                that could tell a change twice; named in the channel's next notice instead, until one is delivered for certain

`sending` outlives only a run that was killed: the next one turns it into `perhaps`. So nothing is told twice, and nothing is lost
without being said.

SQLite, since one row a channel and change is a unique key that the database itself keeps, and a transaction over several rows (a
digest) is all or nothing. With a rollback journal and not a write-ahead log: the outbox then is one file between two runs, that a
copy of the archive takes along whole, and needs no shared memory, which network folders lack. ``synchronous=EXTRA`` because a row
that a power cut takes back after the message has left would be a message sent twice.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Self

from ais_gaps.errors import ArchiveError, ArchiveLocked
from ais_gaps.moments import iso
from ais_gaps.store.lock import writer_lock

BEFORE, PENDING, SENDING, SENT, PERHAPS = "before", "pending", "sending", "sent", "perhaps"
STATES: Final = (BEFORE, PENDING, SENDING, SENT, PERHAPS)

MESSAGE, DIGEST, COUNTED = "message", "digest", "counted"
"""How a change was told: by a message of its own, by a line of a digest, or only in the number of those that a digest had no room
for."""

FOLDER, FILE, LOCK = "alerts", "outbox.sqlite", "lock"

KILLED: Final = "the run was ended while it was being sent"

_FORM: Final = 1
_TABLES: Final = (
    "CREATE TABLE about (form INTEGER NOT NULL, salt BLOB NOT NULL)",
    # what makes a channel: its name; the fingerprint tells a channel that was given another name
    "CREATE TABLE channels (channel TEXT PRIMARY KEY, fingerprint BLOB, began TEXT NOT NULL, "
    "heartbeat TEXT, tried TEXT, failed TEXT)",
    "CREATE TABLE deliveries (seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, change_id TEXT NOT NULL, day TEXT NOT NULL, "
    "gap_id TEXT NOT NULL, p REAL, title TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, how TEXT, "
    "attempts INTEGER NOT NULL DEFAULT 0, at TEXT, reason TEXT, named INTEGER NOT NULL DEFAULT 0, UNIQUE (channel, change_id))",
    "CREATE INDEX by_state ON deliveries (state, channel)",
    "CREATE INDEX by_gap ON deliveries (channel, gap_id)",
    "CREATE TABLE turns (at TEXT NOT NULL, day TEXT NOT NULL, ok INTEGER NOT NULL)",
)


@dataclass(frozen=True)
class Item:
    """One change for one channel, as the outbox keeps it."""

    channel: str
    change_id: str
    day: date
    gap_id: str
    p: float | None
    title: str
    body: str
    attempts: int = 0


@dataclass(frozen=True)
class Standing:
    """How a channel stands.

    Attributes:
        channel: its name. began: the first day whose changes are told to it.
        sent: changes told. waiting: to be told. perhaps: of which nobody knows. unnamed: of those, not yet said to the channel.
        before: older than the channel.
        tried: when something was last tried. failed: why it failed then; None where it did not.
        heartbeat: the day (UTC, by the clock) of its last heartbeat.
    """

    channel: str
    began: date
    sent: int
    waiting: int
    perhaps: int
    unnamed: int
    before: int
    tried: str | None
    failed: str | None
    heartbeat: str | None


class Outbox:
    """The outbox of an archive, held by one run at a time.

    Raises:
        ArchiveError: the file is damaged, of another form, or cannot be written.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = path
        with self._spoken():
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = DELETE")
            self._db.execute("PRAGMA synchronous = EXTRA")
            with self._together():
                if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
                    for statement in _TABLES:
                        self._db.execute(statement)
                    self._db.execute("INSERT INTO about VALUES (?, ?)", (_FORM, os.urandom(16)))
            form, self._salt = self._db.execute("SELECT form, salt FROM about").fetchone()
        if form != _FORM:
            raise ArchiveError(f"{path} has form {form}, this program knows {_FORM}")

    @classmethod
    @contextmanager
    def held(cls, archive: Path, *, timeout_s: float = 10.0) -> Iterator[Self]:
        """The outbox of the archive in a folder, for this process alone.

        Raises:
            ArchiveLocked: another run of the alerts is under way.
        """
        folder = archive / FOLDER
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"cannot make the folder {folder}: {error.strerror}") from error
        try:
            with writer_lock(folder / LOCK, timeout_s=timeout_s):
                outbox = cls(folder / FILE)
                try:
                    yield outbox
                finally:
                    outbox.close()
        except ArchiveLocked:
            raise ArchiveLocked(f"another run is sending the alerts of {archive}") from None

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # channels

    def began(self, channel: str) -> date | None:
        """The first day whose changes the channel is told; None of one that is new."""
        with self._spoken():
            row = self._db.execute("SELECT began FROM channels WHERE channel = ?", (channel,)).fetchone()
        return None if row is None else date.fromisoformat(row[0])

    def take_in(self, channel: str, address: str | None, began: date | None, present: Iterable[str]) -> date | None:
        """Know a channel from now on, and again by its address where only its name changed.

        Args:
            channel: its name.
            address: kept only as a salted, slow hash (scrypt).
            began: the first day whose changes it is told, where it is new; None leaves a new one unknown.
            present: the names of all channels that there are now.

        Returns:
            The first day whose changes it is told; None of one that stays unknown.
        """
        mark = (
            None if address is None else hashlib.scrypt(address.encode(), salt=self._salt, n=2**13, r=8, p=1, dklen=16)
        )
        with self._spoken(), self._together():
            if self.began(channel) is None and mark is not None:
                same = "SELECT channel FROM channels WHERE fingerprint = ? ORDER BY channel"
                former = [name for (name,) in self._db.execute(same, (mark,)) if name not in set(present)]
                for name in former[:1]:
                    self._db.execute("UPDATE channels SET channel = ? WHERE channel = ?", (channel, name))
                    self._db.execute("UPDATE OR IGNORE deliveries SET channel = ? WHERE channel = ?", (channel, name))
            if began is not None:
                self._db.execute(
                    "INSERT INTO channels (channel, began) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    (channel, began.isoformat()),
                )
            self._db.execute(
                "UPDATE channels SET fingerprint = coalesce(?, fingerprint) WHERE channel = ?", (mark, channel)
            )
        return self.began(channel)

    # changes

    def known(self, channel: str, change_ids: Iterable[str]) -> set[str]:
        """Which of the changes the outbox has for the channel, whatever their state."""
        with self._spoken():
            return {
                change_id
                for change_id in change_ids
                if self._db.execute(
                    "SELECT 1 FROM deliveries WHERE channel = ? AND change_id = ?", (channel, change_id)
                ).fetchone()
            }

    def told(self, channel: str, gap_ids: Iterable[str]) -> set[str]:
        """Which of the silences the channel has been told something of, or is about to be."""
        with self._spoken():
            return {
                gap_id
                for gap_id in gap_ids
                if self._db.execute(
                    "SELECT 1 FROM deliveries WHERE channel = ? AND gap_id = ? AND state <> ?",
                    (channel, gap_id, BEFORE),
                ).fetchone()
            }

    def put(self, channel: str, wanted: Sequence[Item], before: Sequence[Item]) -> None:
        """Take in what is to be told to a channel and what is older than it, all or nothing; what is there already stays."""
        with self._spoken(), self._together():
            for items, state in ((wanted, PENDING), (before, BEFORE)):
                self._db.executemany(
                    "INSERT INTO deliveries (channel, change_id, day, gap_id, p, title, body, state) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    [
                        (
                            channel,
                            i.change_id,
                            i.day.isoformat(),
                            i.gap_id,
                            i.p,
                            i.title,
                            i.body if state == PENDING else "",
                            state,
                        )
                        for i in items
                    ],
                )

    def waiting(self, channel: str) -> list[Item]:
        """What is still to be told, in the order in which it came."""
        return self._items("channel = ? AND state = ? ORDER BY seq", (channel, PENDING))

    def unnamed(self, channel: str) -> list[Item]:
        """What was perhaps sent and not yet said to the channel, in the order in which it came."""
        return self._items("channel = ? AND state = ? AND NOT named ORDER BY seq", (channel, PERHAPS))

    # sending

    def settle(self, now: datetime) -> dict[str, int]:
        """What a run that was killed was sending is perhaps sent from now on.

        Returns:
            How many, by channel.
        """
        with self._spoken(), self._together():
            found = self._db.execute(
                "SELECT channel, count(*) FROM deliveries WHERE state = ? GROUP BY channel ORDER BY channel", (SENDING,)
            ).fetchall()
            self._db.execute(
                "UPDATE deliveries SET state = ?, reason = ?, at = ? WHERE state = ?",
                (PERHAPS, KILLED, iso(now), SENDING),
            )
        return dict(found)

    def handed_over(self, items: Sequence[tuple[Item, str]], now: datetime) -> None:
        """On disk before it is sent: these changes, and how, are being told from now on."""
        with self._spoken(), self._together():
            for item, how in items:
                changed = self._db.execute(
                    "UPDATE deliveries SET state = ?, how = ?, at = ?, attempts = attempts + 1 "
                    "WHERE channel = ? AND change_id = ? AND state = ?",
                    (SENDING, how, iso(now), item.channel, item.change_id, PENDING),
                ).rowcount
                if changed != 1:  # it is not ours to send
                    raise ArchiveError(f"the change {item.change_id} is not waiting for channel '{item.channel}'")

    def became(self, items: Sequence[tuple[Item, str]], state: str, reason: str | None, now: datetime) -> None:
        """What became of what was handed over: SENT, PENDING (to be tried again) or PERHAPS."""
        with self._spoken(), self._together():
            for item, _ in items:
                self._db.execute(
                    "UPDATE deliveries SET state = ?, reason = ?, at = ?, body = CASE WHEN ? THEN body ELSE '' END "
                    "WHERE channel = ? AND change_id = ? AND state = ?",
                    (state, reason, iso(now), state != SENT, item.channel, item.change_id, SENDING),
                )

    def named(self, items: Sequence[Item]) -> None:
        """The channel has been told that these were perhaps sent."""
        with self._spoken(), self._together():
            self._db.executemany(
                "UPDATE deliveries SET named = 1 WHERE channel = ? AND change_id = ? AND state = ?",
                [(item.channel, item.change_id, PERHAPS) for item in items],
            )

    def again(self, channel: str, change_id: str) -> bool:
        """A person wants a change that was perhaps sent to be sent again. False where there is none."""
        with self._spoken():
            changed = self._db.execute(
                "UPDATE deliveries SET state = ?, named = 0 WHERE channel = ? AND change_id = ? AND state = ?",
                (PENDING, channel, change_id, PERHAPS),
            ).rowcount
        return changed == 1

    def tried(self, channel: str, failed: str | None, now: datetime) -> None:
        """How the channel answered in this run."""
        with self._spoken():
            self._db.execute("UPDATE channels SET tried = ?, failed = ? WHERE channel = ?", (iso(now), failed, channel))

    def beaten(self, channel: str, now: datetime) -> None:
        """The channel got its heartbeat."""
        with self._spoken():
            self._db.execute("UPDATE channels SET heartbeat = ? WHERE channel = ?", (now.date().isoformat(), channel))

    def last_heartbeat(self, channel: str) -> date | None:
        """The day (UTC, by the clock) of the channel's last heartbeat; None where it had none."""
        with self._spoken():
            row = self._db.execute("SELECT heartbeat FROM channels WHERE channel = ?", (channel,)).fetchone()
        return date.fromisoformat(row[0]) if row and row[0] else None

    def turned(self, day: date, ok: bool, now: datetime) -> None:
        """A run of the alerts came to its end."""
        with self._spoken():
            self._db.execute("INSERT INTO turns VALUES (?, ?, ?)", (iso(now), day.isoformat(), ok))

    # for a person

    def standings(self) -> list[Standing]:
        """How each channel that was ever there stands, by name."""
        with self._spoken():
            rows = self._db.execute(
                "SELECT c.channel, c.began, coalesce(sum(state = 'sent'), 0), coalesce(sum(state = 'pending'), 0), "
                "coalesce(sum(state IN ('perhaps', 'sending')), 0), "
                "coalesce(sum(state IN ('perhaps', 'sending') AND NOT named), 0), "
                "coalesce(sum(state = 'before'), 0), c.tried, c.failed, c.heartbeat "
                "FROM channels c LEFT JOIN deliveries d ON d.channel = c.channel GROUP BY c.channel ORDER BY c.channel"
            ).fetchall()
        return [Standing(row[0], date.fromisoformat(row[1]), *row[2:]) for row in rows]

    def undelivered(self) -> list[tuple[str, str, str, str, str, str | None, str | None, int]]:
        """What waits or is in doubt: channel, change_id, day, title, state, reason, at, attempts; in the order in which it came."""
        with self._spoken():
            return self._db.execute(
                "SELECT channel, change_id, day, title, state, reason, at, attempts FROM deliveries "
                "WHERE state IN ('pending', 'sending', 'perhaps') ORDER BY seq"
            ).fetchall()

    def last_turn(self) -> tuple[str, str, bool] | None:
        """When the last run of the alerts ended, its day and whether all was well; None where there was none."""
        with self._spoken():
            row = self._db.execute("SELECT at, day, ok FROM turns ORDER BY rowid DESC LIMIT 1").fetchone()
        return None if row is None else (row[0], row[1], bool(row[2]))

    def _items(self, where: str, values: tuple[object, ...]) -> list[Item]:
        with self._spoken():
            rows = self._db.execute(
                f"SELECT channel, change_id, day, gap_id, p, title, body, attempts FROM deliveries WHERE {where}",  # noqa: S608
                values,
            ).fetchall()
        return [Item(c, i, date.fromisoformat(day), *rest) for c, i, day, *rest in rows]

    @contextmanager
    def _together(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        """Errors of the database in one plain line."""
        try:
            yield
        except sqlite3.Error as error:
            raise ArchiveError(f"the outbox of the alerts, {self._path}: {error}") from error
