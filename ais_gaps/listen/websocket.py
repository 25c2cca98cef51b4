"""aisstream.io's WebSocket: subscribes to boxes with the user's key, and takes what comes.

The key is sent to the server and goes nowhere else: it stands in no file, no message and no error.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import orjson

from ais_gaps.errors import UsageError
from ais_gaps.listen.address import Address, Box
from ais_gaps.listen.tcp import CONNECT_S, EndedError

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

KEY: Final = "AISSTREAM_API_KEY"
WORLD: Final[Box] = (-90.0, -180.0, 90.0, 180.0)
_LONGEST_MESSAGE_BYTES: Final = 1 << 18
_WAITING: Final = 64


class WebsocketConnection:
    """A subscribed connection. What is not read waits with the sender once a few messages are here."""

    always_hears = False
    lines = None

    def __init__(self, made: ClientConnection) -> None:
        self._made = made

    async def read(self) -> list[bytes]:
        """The next message.

        Raises:
            EndedError: the other side has closed.
            OSError: the connection broke.
        """
        from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

        try:
            return [await self._made.recv(decode=False)]
        except ConnectionClosedOK as error:
            raise EndedError("the other side closed the connection") from error
        except ConnectionClosed as error:
            raise ConnectionError(f"the connection broke: {error}") from error

    def dropped(self) -> int | None:
        """A WebSocket drops nothing that was sent; what a server leaves out for slow readers it does not say."""
        return None


@asynccontextmanager
async def connection(address: Address, key: str, boxes: Sequence[Box]) -> AsyncIterator[WebsocketConnection]:
    """Connects and subscribes.

    Raises:
        OSError, TimeoutError: there is nobody, or no WebSocket.
        UsageError: the package is not installed.
    """
    try:
        from websockets.asyncio.client import connect
        from websockets.exceptions import WebSocketException
    except ImportError:
        raise UsageError("this source needs the package websockets: pip install 'ais_gaps[live]'") from None

    try:
        made = await connect(
            address.url, open_timeout=CONNECT_S, max_size=_LONGEST_MESSAGE_BYTES, max_queue=_WAITING, close_timeout=2
        )
    except WebSocketException as error:
        raise ConnectionError(str(error)) from error
    try:
        await made.send(subscription(key, boxes).decode())
        yield WebsocketConnection(made)
    except WebSocketException as error:
        raise ConnectionError(str(error)) from error
    finally:
        await made.close()


def subscription(key: str, boxes: Sequence[Box]) -> bytes:
    """The message that subscribes: corners as latitude and longitude; a box across the antimeridian is sent as two."""
    corners = []
    for south, west, north, east in boxes or [WORLD]:
        spans = [(west, east)] if west < east else [(west, 180.0), (-180.0, east)]
        corners += [[[south, low], [north, high]] for low, high in spans if low < high]
    return orjson.dumps({"APIKey": key, "BoundingBoxes": corners})
