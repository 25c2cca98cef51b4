"""Text from strangers as XML 1.0 can hold it."""

from __future__ import annotations

import re
from typing import Final

from ais_gaps.plain import plain

# XML 1.0, section 2.2: what is no Char
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(said: object, longest: int = 2_000) -> str:
    """Text on one line, without controls, marks that reorder what follows, and characters that XML forbids; not endless.

    It is not escaped: what writes the XML does that.
    """
    safe = _FORBIDDEN.sub("", plain(str(said)[: 2 * longest])).strip()
    return safe if len(safe) <= longest else f"{safe[:longest]} …"
