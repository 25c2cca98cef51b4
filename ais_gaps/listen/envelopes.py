"""The time of receipt on messages of aisstream.io: kept as they came, with ``received_utc`` where they have no ``time_utc``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from ais_gaps.listen.counts import Counts

SUFFIX: Final = "jsonl"


class RefusedError(Exception):
    """The server says that it will not serve; ``str()`` is what it says."""


class Envelopes:
    """The messages of one connection."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def take(self, messages: list[bytes], now: float) -> bytes:
        """What is written of some messages: a line each.

        Args:
            messages: as they came.
            now: seconds since 1970 UTC.

        Raises:
            RefusedError: one of them says so.
        """
        lines = []
        for text in messages:
            try:
                message = orjson.loads(text)
            except ValueError:
                message = None
            if _is_envelope(message):
                lines.append(_timed(text, message, now))
                continue
            self._counts.other += 1
            if type(message) is dict and type(message.get("error")) is str:
                raise RefusedError(message["error"][:200])
        self._counts.messages += len(lines)
        return b"".join(lines)

    def last(self, rest: bytes, now: float) -> bytes:
        """A message comes whole or not at all."""
        return b""

    def between_messages(self, now: float) -> bool:
        """Always."""
        return True


def _is_envelope(message: Any) -> bool:
    return type(message) is dict and type(message.get("MessageType")) is str and type(message.get("Message")) is dict


def _timed(text: bytes, message: dict[str, Any], now: float) -> bytes:
    """The message on one line. Line ends in JSON stand between its parts only, never in a text."""
    line = text.replace(b"\r", b" ").replace(b"\n", b" ").strip()
    meta = message.get("MetaData", message.get("Metadata"))
    if type(meta) is dict and meta.get("time_utc"):
        return line + b"\n"
    moment = datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return line[:-1] + b',"received_utc":"%s"}\n' % moment.encode()
