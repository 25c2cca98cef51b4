"""How finely an image shows: the size of its pixels, as stated."""

from __future__ import annotations

import re
from typing import Final

from ais_gaps.dossier.wording import Row

COARSE_M: Final = 100.0
"""Piers of one port lie some hundred metres apart: pixels from this size on do not part one from the next."""

_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(m|km|metres|meters)\b", re.IGNORECASE)


def pixel(row: Row) -> str:
    """A sentence on the pixel size of an observation, by its own column or else its sensor's words."""
    metres = row["resolution_m"]
    about = ""
    if metres is None and (found := _SIZE.search(row["sensor"] or "")):
        metres = float(found[1]) * (1000.0 if found[2].lower() == "km" else 1.0)
        about = "about " if "about" in (row["sensor"] or "").lower() else ""
    if metres is None:
        return "The size of its pixels is not stated."
    coarse = ": they cannot part one pier from the next" if metres >= COARSE_M else ""
    return f"Its pixels are {about}{metres:,.10g} m wide{coarse}."
