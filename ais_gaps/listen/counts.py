"""What a listener has met with, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Counts:
    """Since the listener began.

    Attributes:
        messages: AIS messages written.
        bytes: bytes written.
        files: files handed over to the inbox.
        connections: times that it connected.
        other: lines or messages that were not AIS, and were not written.
        overlong: lines that were too long, and were not written.
        halves: lines that broke off with the connection, and were not written.
        dropped: datagrams that the kernel dropped because they came too fast; None = it does not say.
    """

    messages: int = 0
    bytes: int = 0
    files: int = 0
    connections: int = 0
    other: int = 0
    overlong: int = 0
    halves: int = 0
    dropped: int | None = None

    def left_out(self) -> str:
        """What was not written, in words; empty if all was."""
        said = (
            (self.other, "were not AIS"),
            (self.overlong, "were too long"),
            (self.halves, "broke off"),
            (self.dropped, "were dropped by the kernel"),
        )
        return ", ".join(f"{number:,} {what}" for number, what in said if number)
