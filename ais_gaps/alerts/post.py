"""The way to a channel: a courier process for each, ended where it takes too long."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ais_gaps.alerts.delivery import FAILED, OUTCOMES, PERHAPS, Outcome, Unreachable
from ais_gaps.alerts.settings import Channel

NOT_INSTALLED: Final = "sending needs the package apprise: pip install 'ais_gaps[alerts]'"

_COURIER: Final = Path(__file__).with_name("courier.py")
_STARTING_S: Final = 60.0


def installed() -> bool:
    """Whether messages can be sent from here at all."""
    return find_spec("apprise") is not None


class Post:
    """A courier process that has found its service.

    Raises:
        Unreachable: the address leads nowhere.
    """

    def __init__(self, channel: Channel) -> None:
        if channel.address is None:
            raise Unreachable(f"the environment has no {channel.address_from}")
        self._timeout_s = channel.timeout_s
        self._rest = b""
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_COURIER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is ours to answer
        )
        opened = self._ask({"url": channel.address, "timeout_s": channel.timeout_s}, _STARTING_S)
        if opened is None or "longest" not in opened:
            self.close()
            raise Unreachable("the sending process does not answer" if opened is None else str(opened.get("reason")))
        self.longest = int(opened["longest"])

    def send(self, title: str, body: str) -> Outcome:
        """Deliver one message, and know of it what can be known."""
        if self._process.poll() is not None:
            return Outcome(FAILED, "the sending process has ended")
        answer = self._ask({"title": title, "body": body}, self._timeout_s)
        if answer is None:
            late = self._process.poll() is None
            self.close()
            why = f"nothing was heard in {self._timeout_s:g} s" if late else "the sending process ended"
            return Outcome(PERHAPS, f"{why}, the message may have arrived")
        if answer.get("what") not in OUTCOMES:
            return Outcome(PERHAPS, "the sending process did not say what became of it")
        return Outcome(answer["what"], answer.get("reason"))

    def close(self) -> None:
        """End the process; what it was doing is done by then, or is given up."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        with suppress(OSError):  # a question that was never read
            self._process.stdin.close()
        self._process.stdout.close()

    def _ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The answer; None where there was none in time."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            return None
        line = self._line(time.monotonic() + seconds)
        try:
            answer = None if line is None else json.loads(line)
        except ValueError:
            return None
        return answer if isinstance(answer, dict) else None

    def _line(self, until: float) -> bytes | None:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._rest:
                if not waiting.select(max(0.0, until - time.monotonic())):
                    return None
                read = os.read(self._process.stdout.fileno(), 65536)
                if not read:
                    return None
                self._rest += read
        line, _, self._rest = self._rest.partition(b"\n")
        return line
