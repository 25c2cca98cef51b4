"""Live feeds for tests: sentences that can be told apart, servers on this machine, and the listener as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ais_gaps.readers.nmea_times import checksum
from tests.command import environment
from tests.conftest import ROOT

HERE = "127.0.0.1"
FIRST_MMSI = 200_000_000

_ARMOUR = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw"
_LINE = re.compile(rb"(?:\\[^\\]*\\)?!AIVDM,1,1,,A,([0-W`-w]{28}),0\*[0-9A-F]{2}")
_COMMAND = """
import json
import sys
import typer
from ais_gaps.cli.listen import listen
from ais_gaps.cli.outcome import run
app = typer.Typer(pretty_exceptions_enable=False)
app.callback()(lambda: None)
app.command("listen")(listen)
if sys.argv[1] == "--each":
    for arguments in json.loads(sys.argv[2]):
        print(run(app, ["listen", *arguments]))
else:
    sys.exit(run(app, ["listen", *sys.argv[1:]]))
"""


def sentence(number: int) -> bytes:
    """A position report of the ship of that number, at 0, 0."""
    bits = f"{1:06b}{0:02b}{FIRST_MMSI + number:030b}".ljust(168, "0")
    payload = "".join(_ARMOUR[int(bits[i : i + 6], 2)] for i in range(0, 168, 6))
    body = f"AIVDM,1,1,,A,{payload},0".encode()
    return b"!%s*%02X" % (body, checksum(body))


def numbers(inbox: Path) -> list[int]:
    """The numbers of the sentences in the finished files, in order of files and lines; every other line is the first of a file."""
    found = []
    for path in sorted(inbox.glob("*.nmea"), key=lambda path: path.stat().st_mtime_ns):
        first, *lines = path.read_bytes().removesuffix(b"\n").split(b"\n")
        assert first.startswith(b"# "), first
        for line in lines:
            match = _LINE.fullmatch(line)
            assert match is not None, line
            found.append(_number(match[1]))
    return found


def _number(payload: bytes) -> int:
    bits = "".join(f"{_ARMOUR.index(chr(letter)):06b}" for letter in payload[:7])
    return int(bits[8:38], 2) - FIRST_MMSI


class Server:
    """Runs a server in a thread of its own; ``port`` is where."""

    def __init__(self, make: Callable[[], Awaitable[Any]]) -> None:
        self._make = make
        self._loop = asyncio.new_event_loop()
        self.port = 0

    def __enter__(self) -> Server:
        self._thread = threading.Thread(target=self._run)
        self._ready = threading.Event()
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *of: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        server = await self._make()
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopped.wait()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        server.close()
        await asyncio.wait_for(server.wait_closed(), 5)


def tcp_server(talk: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> Server:
    """A server that says something to each who connects, and then closes."""

    async def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    return Server(lambda: asyncio.start_server(meet, HERE, 0))


def free_port() -> int:
    """A port that nobody listens to."""
    import socket

    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(*arguments: str, **changes: str) -> Iterator[subprocess.Popen[str]]:
    """``ais-gaps listen`` in another process; killed at the end if it still runs."""
    made = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(PYTHONPATH=os.pathsep.join([str(ROOT), *filter(None, sys.path)]), **changes),
    )
    try:
        yield made
    finally:
        if made.poll() is None:
            made.kill()
        made.communicate()


def commands(*each: list[str], **changes: str) -> subprocess.CompletedProcess[str]:
    """What several ``ais-gaps listen`` print, and on standard output the exit status of each."""
    return subprocess.run(
        [sys.executable, "-c", _COMMAND, "--each", json.dumps(each)],
        capture_output=True,
        text=True,
        env=environment(**changes),
        timeout=60,
        check=True,
    )


def wait_for(what: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What a function gives, once it gives something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")
