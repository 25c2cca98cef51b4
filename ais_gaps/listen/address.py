"""Where a live feed is: ``tcp://host:port``, ``udp://host:port``, ``aisstream``, or the address of a server that speaks like it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ais_gaps.errors import UsageError

AISSTREAM_URL: Final = "wss://stream.aisstream.io/v0/stream"
TCP, UDP, WEBSOCKET = "tcp", "udp", "websocket"
FORMS: Final = "tcp://HOST:PORT, udp://HOST:PORT or aisstream"

_FEED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", re.ASCII)
_NOT_OF_FEEDS = re.compile(r"[^A-Za-z0-9]+", re.ASCII)


@dataclass(frozen=True)
class Address:
    """Where a feed is.

    Attributes:
        kind: `TCP`, `UDP` or `WEBSOCKET`.
        host, port: of the first two: what to connect to, or what to bind.
        url: of the third.
    """

    kind: str
    host: str = ""
    port: int = 0
    url: str = ""

    @property
    def feed(self) -> str:
        """A name for the feed where the user gives none."""
        if self.url == AISSTREAM_URL:
            return "aisstream"
        where = self.url.partition("://")[2] if self.url else f"{self.host}-{self.port}"
        return _NOT_OF_FEEDS.sub("-", f"{self.kind}-{where}").strip("-")[:40]

    @property
    def shown(self) -> str:
        """The address for a person; it holds no secret, since none may stand in it."""
        return self.url or f"{self.kind}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def address(text: str) -> Address:
    """The address that a user means.

    Raises:
        UsageError: it is none; or it holds a password, or would send the key unencrypted.
    """
    if text == "aisstream":
        return Address(WEBSOCKET, url=AISSTREAM_URL)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{_cut(text)}: {error}") from None
    if parts.username is not None or parts.password is not None:
        # Not repeated: what is in argv is bad enough.
        raise UsageError("the source holds a user or a password: others could read it in the list of processes")
    if parts.scheme in ("ws", "wss") and host:
        return _websocket(parts, host)
    if parts.scheme not in (TCP, UDP) or not host or not port or parts.path not in ("", "/") or parts.query:
        raise UsageError(f"{_cut(text)} is no live source: {FORMS}")
    return Address(parts.scheme, host, port)


def _websocket(parts: SplitResult, host: str) -> Address:
    if parts.query or parts.fragment:
        raise UsageError("the WebSocket's address has a query: nothing secret may stand in an address")
    if parts.scheme == "ws" and not _is_here(host):
        raise UsageError(f"ws://{host}: the key would be sent unencrypted; use wss://")
    return Address(WEBSOCKET, url=parts.geturl())


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def feed_name(text: str) -> str:
    """A feed's name as given: it becomes part of file names and, of NMEA, the name of the station.

    Raises:
        UsageError: it is none.
    """
    if not is_feed_name(text):
        raise UsageError(
            f"--feed {_cut(text)}: 1 to 40 letters, digits, _ . or - of ASCII, the first a letter or digit"
        )
    return text


def is_feed_name(text: str) -> bool:
    """Whether a feed may be called so."""
    return _FEED.fullmatch(text) is not None


Box = tuple[float, float, float, float]
"""South, west, north and east, degrees WGS84; west is greater than east where it lies across the antimeridian."""


def box(text: str) -> Box:
    """A box as given: ``SOUTH,WEST,NORTH,EAST``.

    Raises:
        UsageError: it is none.
    """
    try:
        south, west, north, east = map(float, text.split(","))
    except ValueError:
        raise UsageError(f"--box {_cut(text)}: SOUTH,WEST,NORTH,EAST in degrees, such as 41,129,44,133") from None
    if not (-90.0 <= south < north <= 90.0 and -180.0 <= west <= 180.0 and -180.0 <= east <= 180.0 and west != east):
        raise UsageError(f"--box {_cut(text)}: south must be below north, latitudes within 90, longitudes within 180")
    return south, west, north, east


def _cut(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "...")
