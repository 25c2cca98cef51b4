"""Lines out of a stream of bytes, however it is cut, in bounded memory."""

from __future__ import annotations

from typing import Final

LONGEST_LINE_BYTES: Final = 4096
"""A sentence has 82 characters (NMEA 0183, 5.3), tag blocks before it some hundreds more."""


class Lines:
    """Cuts what comes into lines. Line ends are ``\\n``, ``\\r`` or both.

    Attributes:
        overlong: lines that were too long, and were left out.
    """

    def __init__(self) -> None:
        self.overlong = 0
        self._rest = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are whole with what has come now; none is blank."""
        *lines, rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        if self._skipping and lines:
            del lines[0]
            self._skipping = False
        if self._skipping or len(rest) > LONGEST_LINE_BYTES:
            self.overlong += not self._skipping
            self._skipping, rest = True, b""
        self._rest = rest
        kept = [line for line in lines if len(line) <= LONGEST_LINE_BYTES]
        self.overlong += len(lines) - len(kept)
        return [line for line in kept if line.strip()]

    def end(self) -> bytes:
        """What came without a line end."""
        rest, self._rest = self._rest, b""
        return rest.strip()
