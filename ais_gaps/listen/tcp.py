"""NMEA over TCP: connects to a server that sends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from ais_gaps.listen.address import Address
from ais_gaps.listen.framing import Lines

CONNECT_S: Final = 20.0
_READ_BYTES: Final = 1 << 16


class EndedError(Exception):
    """The other side ended the connection in order."""


class TcpConnection:
    """A connection. What is not read waits with the sender: there is a bound to what is held here."""

    always_hears = False

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self.lines = Lines()

    async def read(self) -> list[bytes]:
        """The next lines.

        Raises:
            EndedError: the other side has closed.
            OSError: the connection broke.
        """
        data = await self._reader.read(_READ_BYTES)
        if not data:
            raise EndedError("the other side closed the connection")
        return self.lines.feed(data)

    def dropped(self) -> int | None:
        """TCP drops nothing."""
        return None


@asynccontextmanager
async def connection(address: Address) -> AsyncIterator[TcpConnection]:
    """Connects.

    Raises:
        OSError: there is nobody, or the name is not known.
        TimeoutError: nobody answers.
    """
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(address.host, address.port, limit=_READ_BYTES)
    try:
        made = writer.get_extra_info("socket")
        if made is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        yield TcpConnection(reader)
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
