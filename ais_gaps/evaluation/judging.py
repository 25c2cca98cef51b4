"""Who judges the silences that are evaluated."""

from __future__ import annotations

from typing import Protocol

import pyarrow as pa

JUDGED = pa.schema(
    [pa.field("p_switched_off", pa.float64()), pa.field("silence_lbf", pa.float64()), pa.field("cause", pa.string())]
)
"""What a judge says of each silence, in their order; null where it abstains."""


class Judge(Protocol):
    """Judges silences of an archive."""

    def __call__(self, gaps: pa.Table, own_hours: pa.Table | None, /) -> pa.Table:
        """What is to be thought of each silence (`JUDGED`).

        Args:
            gaps: `gaps.BARE_GAPS`.
            own_hours: None: the silences are the archive's own. Else they are injected, each alone in an archive that still holds
                what was deleted: these ship-hours (`own_hours.OWN_HOURS`) were put into the archive's sums by the silent ships
                themselves inside their silences, and are to be left out of everything.
        """
        ...
