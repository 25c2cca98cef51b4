"""What an archive tells of the receivers behind it, how well they heard ships, and when they heard nobody."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ais_gaps.additions import Additions

if TYPE_CHECKING:
    import pyarrow as pa

    from ais_gaps.ingest import SourceResult
    from ais_gaps.outages import Outages
    from ais_gaps.readers.source import Source
    from ais_gaps.reception import Reception


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
            since: only outages that last beyond this time, of those that began at most 56 days before it.
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
        from ais_gaps.outages.gaps_in_listening import with_gaps

        question = outages.Question(since, until, near, within_nm, min_hours)
        ingests = self._store.ingests(as_known=as_known)
        found = outages.ask(self._store, ingests, question, self.places(as_known=as_known))
        return with_gaps(found, self.listening(as_known=as_known), self._store, ingests)

    def listening(self, *, as_known: datetime | None = None) -> pa.Table:
        """When live feeds were listened to and when not (`listen.columns.LISTENING`), in the order in which it became known."""
        from ais_gaps.listen.columns import LISTENING

        return self._tables.read(LISTENING.name, LISTENING.arrow, as_known=as_known)

    def _take_listening(self, source: Source) -> SourceResult:
        """Takes in a file of what a listener wrote down of itself; SourceError where it cannot be read."""
        from ais_gaps.ingest.listening import take_in

        return take_in(source, self._append)

    def reception(
        self,
        *,
        receiver: str = "any",
        ais_class: str | None = None,
        near: str | None = None,
        within_nm: float | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        as_known: datetime | None = None,
    ) -> Reception:
        """How well ships were heard, cell by cell, told from ships that were heard before and after (see `reception`).

        Args:
            receiver: any, terrestrial or satellite.
            ais_class: only ships of class A or B; None = all.
            near: name of a place: only cells near it.
            within_nm: how near, in nautical miles; None = the place's own radius.
            since: only hours that begin at this time or later.
            until: only hours that begin before this time.
            as_known: as ever.

        Raises:
            NotFound, Ambiguous: no such place, or several.
            UsageError: impossible values.
        """
        from ais_gaps import reception

        question = reception.Question(receiver, ais_class, since, until, near, within_nm)
        ingests = self._store.ingests(as_known=as_known)
        return reception.ask(self._store, ingests, question, self.places(as_known=as_known))
