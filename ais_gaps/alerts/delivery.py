"""One message on its way: what can come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

SENT, FAILED, PERHAPS = "sent", "failed", "perhaps"
OUTCOMES: Final = (SENT, FAILED, PERHAPS)


@dataclass(frozen=True)
class Outcome:
    """What came of a message.

    Attributes:
        what: sent: the service took it. failed: certainly not delivered, it may be tried again. perhaps: nobody can say; to try
            again could deliver it twice.
        reason: why not, in plain words without anything of the address.
    """

    what: str
    reason: str | None = None


class Line(Protocol):
    """A way to one receiver.

    Attributes:
        longest: characters that a message may have, title and body together.
    """

    longest: int

    def send(self, title: str, body: str) -> Outcome:
        """Deliver one message. Raises nothing: whatever happens is an outcome."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Unreachable(Exception):
    """No way to the receiver can be made: ``str()`` says why, without anything of the address."""
