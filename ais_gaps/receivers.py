"""What an archive tells of the receivers behind it, how well they heard ships, and when they heard nobody."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ais_gaps.additions import Additions

if TYPE_CHECKING:
    from ais_gaps.outages import Outages
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
