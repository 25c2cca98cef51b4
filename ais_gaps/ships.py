"""The ships of an archive, by what they said of themselves."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.receivers import Receivers
from ais_gaps.schema import UTC_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ais_gaps.fleet import Fleet
    from ais_gaps.store.log import Ingest


class Ships(Receivers):
    """Who is meant, and what she said when."""

    def fleet(self, *, as_known: datetime | None = None) -> pa.Table:
        """All vessels (`vessels.VESSELS`), the last heard first."""
        return self._fleet.everyone(self._store.ingests(as_known=as_known))

    def vessels(self, query: str, *, limit: int = 20, as_known: datetime | None = None) -> pa.Table:
        """Vessels by name, IMO, MMSI or call sign, best first, each with its reason (see `vessels.search`)."""
        from ais_gaps import vessels

        return vessels.search(self._fleet.about(query, self._store.ingests(as_known=as_known)), query, limit)

    @cached_property
    def _fleet(self) -> Fleet:
        from ais_gaps.fleet import Fleet

        return Fleet(self._store)

    def _the_one(self, query: str, as_known: datetime | None) -> dict[str, Any]:
        """The one vessel that a query means; of several of one name the one that the archive's evidence speaks of."""
        from ais_gaps import vessels

        ingests = self._store.ingests(as_known=as_known)
        found = self._fleet.meant(query, ingests)
        if len(found) > 1:
            evidence = self.evidence(as_known=as_known)
            seen = {imo for imos in evidence.observations["vessel_imos"].to_pylist() for imo in imos or ()}
            spoken_of = [row for row in found if row["imo"] in seen | set(evidence.listings["imo"].to_pylist())]
            if len(spoken_of) != 1:
                return vessels.resolve(self._fleet.about(query, ingests), query)
            found = spoken_of
        return found[0]

    def _said_by(self, ingests: Sequence[Ingest], as_of_us: int | None) -> pa.Table:
        """What ships had said of themselves by the present of a question."""
        sayings = self._fleet.sayings(ingests)
        if as_of_us is None:
            return sayings
        return sayings.filter(pc.less_equal(sayings["first_ts"].cast(UTC_US), pa.scalar(as_of_us, UTC_US)))
