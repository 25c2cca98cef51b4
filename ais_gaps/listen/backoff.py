"""How long to wait before the next attempt."""

from __future__ import annotations

import random
from typing import Final

FIRST_S: Final = 1.0
LONGEST_S: Final = 60.0


class Backoff:
    """Twice as long after every failure, up to a minute, and up to half of it less, so that many listeners do not come at once."""

    def __init__(self, draws: random.Random | None = None, first_s: float = FIRST_S) -> None:
        self._draws = draws or random.Random()
        self._first_s = first_s
        self._failures = 0

    def succeeded(self) -> None:
        """Something was heard: begin anew."""
        self._failures = 0

    def wait_s(self) -> float:
        """Seconds to wait now."""
        whole = min(self._first_s * 2.0 ** min(self._failures, 30), LONGEST_S)
        self._failures += 1
        return whole * self._draws.uniform(0.5, 1.0)
