"""Who judges the silences that are evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from ais_gaps.errors import AisGapsError
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

if TYPE_CHECKING:
    from ais_gaps.interface import Archive

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


def of_archive(archive: Archive, store: Store, ingests: Sequence[Ingest], *, calibrated: bool = True) -> Judge:
    """The judge of an archive's silences.

    Args:
        archive: whose places and calibration are used.
        store, ingests: where it lies, and what of it counts.
        calibrated: with the archive's own calibration (`calibration.newest`), where there is one.

    Raises:
        AisGapsError: this version judges no silences.
    """
    raise AisGapsError("this version of ais_gaps judges no silences, so there is nothing to evaluate or calibrate")
