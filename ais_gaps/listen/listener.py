"""A listener: connects, writes down what comes and when it listened, connects again, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from ais_gaps.errors import AisGapsError
from ais_gaps.listen import envelopes, ledger, parts, sentences, tcp, udp, websocket
from ais_gaps.listen.address import TCP, UDP, Address, Box
from ais_gaps.listen.backoff import FIRST_S, Backoff
from ais_gaps.listen.counts import Counts
from ais_gaps.listen.framing import Lines
from ais_gaps.listen.recording import Recording
from ais_gaps.listen.status import Status

_TICK_S: Final = 0.5
_SYNC_S: Final = 2.0
_BEAT_S: Final = 60.0
_JUMP_S: Final = 30.0
_LATE_S: Final = 10.0
"""So long a file waits past its end for the rest of a message."""


@dataclass(frozen=True)
class Settings:
    """How to listen.

    Attributes:
        address: where the feed is.
        inbox: folder into which finished files go.
        feed: its name, in file names and as station.
        rotate_s: files end by the clock, every so many seconds since midnight UTC.
        rotate_bytes: and when they are this large.
        idle_s: a connection over which nothing of AIS came for so many seconds is made anew; 0 = never. Not of UDP.
        for_s: stop after so many seconds; None = never.
        once: stop when the connection ends, instead of connecting again.
        boxes: of aisstream.io: which waters; none = the world.
        key: of aisstream.io.
        backoff_s: wait before the second attempt.
        draws: what the waits are drawn from.
    """

    address: Address
    inbox: Path
    feed: str
    rotate_s: float = 600.0
    rotate_bytes: int = 64 << 20
    idle_s: float = 300.0
    for_s: float | None = None
    once: bool = False
    boxes: Sequence[Box] = ()
    key: str = field(default="", repr=False)
    backoff_s: float = FIRST_S
    draws: random.Random | None = field(default=None, repr=False)


class Connection(Protocol):
    """What is open towards a feed."""

    @property
    def always_hears(self) -> bool:
        """Whether it hears as long as it is open, even when nothing comes."""
        ...

    @property
    def lines(self) -> Lines | None:
        """What cuts its bytes into lines; None where messages come whole."""
        ...

    async def read(self) -> list[bytes]:
        """What came next."""
        ...

    def dropped(self) -> int | None:
        """How much was dropped before it could be read."""
        ...


def listen(settings: Settings, say: Callable[[str], None] = lambda line: None) -> Counts:
    """Listens until SIGTERM or SIGINT, or as long as the settings say; what it met with.

    Args:
        settings: to what, and how.
        say: takes lines for a person, at most one a minute and one at the end.

    Raises:
        AisGapsError: another process listens to this feed, the inbox cannot be written, or, of ``once``, nothing could be heard.
    """
    with parts.held(settings.inbox, settings.feed):
        try:
            return asyncio.run(_Listener(settings, say).run())
        except OSError as error:
            raise AisGapsError(f"cannot write into the inbox {settings.inbox}: {error.strerror or error}") from error


class _Listener:
    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings, self._counts = settings, Counts()
        self._status = Status(settings.feed, self._counts, say)
        self._nmea = settings.address.kind in (TCP, UDP)
        now = time.time()
        known = ledger.last_known(settings.inbox, settings.feed)
        self._counts.files += sum(
            not path.name.endswith(ledger.SUFFIX) for path in parts.complete(settings.inbox, settings.feed)
        )
        self._ledger = ledger.Ledger(settings.inbox, settings.feed, now, known)
        self._recording = Recording(
            settings.inbox,
            settings.feed,
            sentences.SUFFIX if self._nmea else envelopes.SUFFIX,
            partial(sentences.header, settings.feed) if self._nmea else lambda moment: b"",
            self._counts,
            rotate_s=settings.rotate_s,
            rotate_bytes=settings.rotate_bytes,
        )
        self._form: sentences.Sentences | envelopes.Envelopes | None = None
        self._connection: Connection | None = None
        self._dropped = 0

    async def run(self) -> Counts:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(RuntimeError, ValueError):  # not in the main thread
                loop.add_signal_handler(number, stopped.set)
        hearing = asyncio.create_task(self._hear())
        tasks = {hearing, asyncio.create_task(self._keep()), asyncio.create_task(stopped.wait())}
        try:
            done, _ = await asyncio.wait(tasks, timeout=self._settings.for_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        failure = next((task.exception() for task in done if task.exception() is not None), None)
        if isinstance(failure, OSError):
            raise failure  # what is written stays as it is; the next start completes it
        self._recording.finish()
        why = "stopped" if hearing not in done else str(failure or self._why)
        self._ledger.stop(time.time(), ledger.STOPPED if failure is None else why)
        if failure is not None:
            raise failure
        self._status.end(why)
        return self._counts

    async def _hear(self) -> None:
        backoff = Backoff(self._settings.draws, self._settings.backoff_s)
        while True:
            before = self._counts.messages
            self._why = await self._connected()
            heard = self._counts.messages > before
            if heard:
                backoff.succeeded()
            if self._settings.once:
                if not heard:
                    raise AisGapsError(f"{self._settings.address.shown}: {self._why}")
                return
            wait_s = backoff.wait_s()
            self._status.now(f"{self._why}; again in {wait_s:,.0f} s" if wait_s >= 1.0 else self._why)
            await asyncio.sleep(wait_s)

    async def _connected(self) -> str:
        """Hears one connection to its end; why it ended."""
        try:
            async with self._open() as connection:
                now = time.time()
                self._form = (
                    sentences.Sentences(self._settings.feed, self._counts)
                    if self._nmea
                    else envelopes.Envelopes(self._counts)
                )
                self._connection, self._dropped = connection, 0
                self._counts.connections += 1
                self._ledger.connected(now)
                self._status.now("listening")
                try:
                    await self._read(connection, self._form)
                finally:
                    if connection.lines is not None:
                        self._write(self._form.last(connection.lines.end(), time.time()))
                    self._note_drops()
                    self._connection = None
                    if self._hears_always(connection):
                        self._ledger.alive(time.time())
        except tcp.EndedError as error:
            self._ledger.alive(time.time())
            why = str(error)
        except envelopes.RefusedError as error:
            why = f"the server says: {self._without_key(str(error))}"
        except TimeoutError as error:
            why = self._timed_out(error)
        except DiskError as error:
            raise error.reason from error
        except OSError as error:
            why = self._without_key(_words(error))
        self._ledger.lost(why)
        return why

    def _open(self) -> AbstractAsyncContextManager[Connection]:
        address = self._settings.address
        if address.kind == TCP:
            return tcp.connection(address)
        if address.kind == UDP:
            return udp.connection(address)
        return websocket.connection(address, self._settings.key, self._settings.boxes)

    async def _read(self, connection: Connection, form: sentences.Sentences | envelopes.Envelopes) -> None:
        idle_s = None if self._hears_always(connection) else self._settings.idle_s
        clock = asyncio.get_running_loop().time
        deadline = None if idle_s is None else clock() + idle_s
        while True:
            async with asyncio.timeout_at(deadline):
                came = await connection.read()
            before = self._counts.messages
            self._write(form.take(came, time.time()))
            if self._counts.messages > before:
                self._ledger.alive(time.time())
                deadline = None if idle_s is None else clock() + idle_s
            await asyncio.sleep(0)  # so that a flood does not keep files from ending, nor the process from stopping

    def _write(self, text: bytes) -> None:
        try:
            self._recording.write(text, time.time())
            self._rotate(time.time())
        except OSError as error:
            raise DiskError(error) from error

    def _rotate(self, now: float) -> None:
        """Ends the file if it is time to, and no message is in the middle of its sentences."""
        overdue_s = self._recording.overdue_s(now)
        if overdue_s is None:
            return
        if self._form is None or self._form.between_messages(now) or overdue_s > _LATE_S:
            self._recording.finish()

    async def _keep(self) -> None:
        """What is done by the clock, whatever comes."""
        wall = synced = time.time()
        beaten = 0.0
        while True:
            await asyncio.sleep(_TICK_S)
            now = time.time()
            if abs(now - wall) > _JUMP_S:
                self._ledger.jumped(wall, now)
                synced = beaten = now
            wall = now
            connection = self._connection
            if connection is not None and self._hears_always(connection):
                self._ledger.alive(now)
            self._rotate(now)
            if now - synced >= _SYNC_S:
                await self._recording.sync()
                synced = now
            if now - beaten >= _BEAT_S or int(now) // 60 != int(beaten) // 60:
                self._ledger.beat(now, self._note_drops())
                self._ledger.sync()
                beaten = now
            self._counts.overlong = self._overlong()
            self._status.tick(time.monotonic())

    def _hears_always(self, connection: Connection) -> bool:
        """Whether nothing need come to show that it hears: so the user says of a connection that may be idle for ever."""
        return connection.always_hears or not self._settings.idle_s

    def _overlong(self) -> int:
        lines = None if self._connection is None else self._connection.lines
        if lines is None:
            return self._counts.overlong
        total = self._counts.overlong + lines.overlong
        lines.overlong = 0
        return total

    def _note_drops(self) -> str:
        """What the kernel dropped since this was last asked, in words."""
        connection = self._connection
        if connection is None:
            return ""
        self._counts.overlong = self._overlong()
        dropped = connection.dropped()
        if dropped is None:
            return ""
        new, self._dropped = dropped - self._dropped, dropped
        self._counts.dropped = (self._counts.dropped or 0) + new
        return f"{new} datagrams came too fast and were dropped" if new > 0 else ""

    def _timed_out(self, error: TimeoutError) -> str:
        if error.errno is not None:
            return _words(error)
        return f"nothing came for {self._settings.idle_s:,g} s" if self._ledger.listening else "no answer"

    def _without_key(self, text: str) -> str:
        return text.replace(self._settings.key, "(key)") if self._settings.key else text


class DiskError(Exception):
    """What came could not be written."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _words(error: OSError) -> str:
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)  # asyncio's own words hold an address
    return error.strerror or str(error) or type(error).__name__
