"""NMEA over UDP: binds a port, or joins a multicast group, and takes what is sent there."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from ais_gaps.listen.address import Address
from ais_gaps.listen.framing import Lines

RECEIVE_BUFFER_BYTES: Final = 8 << 20
"""Asked of the kernel; it gives up to net.core.rmem_max."""
_DATAGRAM_BYTES: Final = 1 << 16
_AT_ONCE: Final = 256


class UdpConnection:
    """A bound socket. There is no other side: silence says nothing, and whoever reaches the port is heard."""

    always_hears = True

    def __init__(self, bound: socket.socket) -> None:
        self._socket = bound
        self._loop = asyncio.get_running_loop()
        self.lines = Lines()

    async def read(self) -> list[bytes]:
        """The lines of the next datagrams; a datagram's end is a line's end."""
        data = await self._loop.sock_recv(self._socket, _DATAGRAM_BYTES)
        lines = self.lines.feed(data + b"\n")
        for _ in range(_AT_ONCE):
            try:
                data = self._socket.recv(_DATAGRAM_BYTES)
            except (BlockingIOError, InterruptedError):
                break
            lines += self.lines.feed(data + b"\n")
        return lines

    @property
    def buffer_bytes(self) -> int:
        """The receive buffer that the kernel gave."""
        return self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2  # Linux counts its own needs in

    def dropped(self) -> int | None:
        """Datagrams that came while the buffer was full; None where the kernel does not say."""
        inode = str(os.fstat(self._socket.fileno()).st_ino)
        table = Path("/proc/net/udp6" if self._socket.family == socket.AF_INET6 else "/proc/net/udp")
        try:
            rows = [line.split() for line in table.read_text().splitlines()[1:]]
        except OSError:
            return None
        return next((int(row[12]) for row in rows if len(row) > 12 and row[9] == inode), None)


@asynccontextmanager
async def connection(address: Address) -> AsyncIterator[UdpConnection]:
    """Binds.

    Raises:
        OSError: the port is taken, or the address is not of this machine.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_DGRAM)
    family, _, _, _, where = found[0]
    bound = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    try:
        bound.setblocking(False)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        group = ipaddress.ip_address(str(where[0]).partition("%")[0])
        if group.is_multicast:
            _join(bound, group)
        bound.bind(where)
        yield UdpConnection(bound)
    finally:
        bound.close()


def _join(bound: socket.socket, group: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Joins a multicast group on the interface that routes say; several listeners on one machine may."""
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if group.version == 4:
        wanted = struct.pack("=4sI", group.packed, socket.INADDR_ANY)
        bound.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, wanted)
    else:
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, struct.pack("=16sI", group.packed, 0))
