"""The ships of an archive, found by what they said of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import identities, names, vessels
from ais_gaps.errors import Ambiguous, NotFound
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest


class Fleet:
    """The ships of an archive. What was read for one question is kept for the next about the same ingests."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: tuple[int, pa.Table, pa.Table] | None = None
        self._answers: dict[str, pa.Table] = {}  # the last one, of the same ingests

    def sayings(self, ingests: Sequence[Ingest]) -> pa.Table:
        """What each MMSI said of itself (see `identities.known`)."""
        return self._read(ingests)[0]

    def about(self, query: str, ingests: Sequence[Ingest]) -> pa.Table:
        """All vessels that can matter to a query (`vessels.VESSELS`; see `vessels.about`)."""
        known = self._read(ingests)
        if query not in self._answers:
            found = vessels.about(identities.identities(*known), query)
            self._answers = {query: vessels.vessels(identities.with_counts(self._store, ingests, found))}
        return self._answers[query]

    def everyone(self, ingests: Sequence[Ingest]) -> pa.Table:
        """All vessels (`vessels.VESSELS`), the last heard first."""
        found = vessels.vessels(
            identities.with_counts(self._store, ingests, identities.identities(*self._read(ingests)))
        )
        return found.sort_by([("last_ts", "descending"), ("vessel", "ascending")])

    def meant(self, query: str, ingests: Sequence[Ingest]) -> list[dict[str, Any]]:
        """The vessel that a query means, or all that bear just that name.

        Raises:
            NotFound: none; with the nearest names.
        """
        known = self.about(query, ingests)
        try:
            return [vessels.resolve(known, query)]
        except NotFound as none:
            if none.nearest:
                raise
            said = pc.unique(self.sayings(ingests)["name"]).drop_null().to_pylist()
            raise NotFound(str(none), names.nearest(query, said)) from None
        except Ambiguous as several:
            return [row for row in known.to_pylist() if row["vessel"] in several.candidates]

    def _read(self, ingests: Sequence[Ingest]) -> tuple[pa.Table, pa.Table]:
        last = ingests[-1].source if ingests else 0
        if self._known is None or self._known[0] != last:
            self._known = (last, *identities.known(self._store, ingests))
            self._answers = {}
        return self._known[1:]
