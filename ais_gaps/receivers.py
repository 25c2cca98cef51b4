"""What an archive tells of the receivers behind it, besides reception by cell: when they heard nobody."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ais_gaps.additions import Additions

if TYPE_CHECKING:
    from ais_gaps.outages import Outages


class Receivers(Additions):
    """Receivers of an archive: read as they were known at a time."""

    def outages(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        near: str | None = None,
        within_nm: float | None = None,
        min_hours: float = 2.0,
        as_known: datetime | None = None,
    ) -> Outages:
        """Hours in which a station, the receivers of an area or a whole feed heard nobody or almost nobody (see `outages`).

        Args:
            since: only outages that last beyond this time.
            until: only outages that begin before this time.
            near: name of a place: of areas and stations only those near it.
            within_nm: how near, in nautical miles; None = the place's own radius.
            min_hours: only outages of at least so many hours.
            as_known: what the archive held at this time; None = all that it holds.

        Raises:
            NotFound, Ambiguous: no such place, or several.
            UsageError: impossible values.
        """
        from ais_gaps import outages

        question = outages.Question(since, until, near, within_nm, min_hours)
        ingests = self._store.ingests(as_known=as_known)
        return outages.ask(self._store, ingests, question, self.places(as_known=as_known))
