"""Who judges the silences that are evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evaluation.calibration import Calibration, newest
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.tables import Tables

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings

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


def of_archive(archive: Holdings, store: Store, ingests: Sequence[Ingest], *, calibrated: bool = True) -> Judge:
    """The judge of an archive's silences.

    Args:
        archive: whose places and calibration are used.
        store, ingests: where it lies, and what of it counts.
        calibrated: with the archive's own calibration (`calibration.newest`), where there is one.

    """
    from ais_gaps.gaps.find import as_of_of, find
    from ais_gaps.judgement import CONTEXT_H, chances
    from ais_gaps.judgement.causes import causes
    from ais_gaps.judgement.judge import judge
    from ais_gaps.judgement.model import shipped
    from ais_gaps.judgement.silences import placed

    places = archive.places()
    kept = newest(Tables(store.path / "tables")) if calibrated else Calibration()
    as_of_us = as_of_of(ingests)

    def judged(gaps: pa.Table, own_hours: pa.Table | None, /) -> pa.Table:
        context = find(store, ingests, min_hours=CONTEXT_H, as_of_us=as_of_us).gaps
        context = context.filter(pc.is_in(context["mmsi"], value_set=pc.unique(gaps["mmsi"])))
        context = context.filter(placed(context))
        where = placed(gaps).to_numpy(zero_copy_only=False)
        # An injected silence lies between two positions: only the archive's own can lack one.
        known = gaps.filter(pa.array(where))
        found = judge(store, ingests, known, context, places, as_of_us=as_of_us, models=shipped(), own=own_hours)
        row = pa.array(np.cumsum(where) - 1, mask=~where)
        columns = [chances(found, (kept.bias, kept.slope)), pa.array(found.values["factor"]), causes(found)]
        return pa.table([c.take(row).cast(f.type) for c, f in zip(columns, JUDGED, strict=True)], schema=JUDGED)

    return judged
