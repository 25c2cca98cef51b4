"""An archive's watchlists, day by day."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ais_gaps.errors import UsageError
from ais_gaps.watching import Watching

if TYPE_CHECKING:
    from ais_gaps.sea import Sea
    from ais_gaps.watchlist.known import Known
    from ais_gaps.watchlist.model import Watchlist

WITHIN_NM: Final = 200.0
"""How near a watched place a silence begins or ends, if not said otherwise: about a ship's way of 16 hours."""


class Watchlists(Watching):
    """What deserves a look on a day."""

    def watchlist(
        self,
        day: date | None = None,
        *,
        min_hours: float = 6.0,
        within_nm: float = WITHIN_NM,
        as_known: datetime | None = None,
    ) -> Watchlist:
        """The list of a day: silences within range of what is watched that began, last or ended on it (see `watchlist`).

        Args:
            day: of UTC; None = the newest day whose last hour, or a later one, the archive has reports of; else its only one.
            min_hours: silences longer than this, at least 1.
            within_nm: how near a watched place off or on lies, nautical miles.
            as_known: what the archive held at this time; None = all that it holds.

        Raises:
            UsageError: impossible values, or an archive without reports.
        """
        from ais_gaps.watchlist.build import build
        from ais_gaps.watchlist.day import H_US, Day
        from ais_gaps.watchlist.kept import Kept

        if not within_nm >= 0:
            raise UsageError(f"a distance is 0 nm or more, not {within_nm:g}")
        days = self.watch_days(as_known=as_known)
        if day is None:
            if not days:
                raise UsageError("the archive has no reports: there is no day to make a list of")
            newest = max(i.last_us for i in self._store.ingests(as_known=as_known) if i.last_us is not None)
            day = days[-1] if newest >= Day.of(days[-1]).as_of_us - H_US or len(days) == 1 else days[-2]
        kept = Kept(self._store.path / "watchlists", min_hours, within_nm)
        return build(
            self._known(as_known), day, min_hours=min_hours, within_nm=within_nm, as_known=as_known, cores=kept.core
        )

    def watch_days(self, *, as_known: datetime | None = None) -> list[date]:
        """The days from that of the archive's first report to the newest on which more than a stray clock was heard, UTC."""
        from ais_gaps.watchlist.day import DAY_US, of_number
        from ais_gaps.watchlist.heard import newest_day

        some = [i for i in self._store.ingests(as_known=as_known) if i.first_us is not None and i.last_us is not None]
        if not some:
            return []
        first, last = min(i.first_us or 0 for i in some) // DAY_US, newest_day(self._store, some)
        return [of_number(number) for number in range(min(first, last), last + 1)]

    def _known(self, as_known: datetime | None) -> Known:
        from ais_gaps.evaluation.calibration import newest
        from ais_gaps.watchlist.known import Known

        ingests = self._store.ingests(as_known=as_known)
        found = newest(self._tables, as_known=as_known)
        return Known(
            self._store,
            ingests,
            self.places(as_known=as_known),
            self.evidence(as_known=as_known),
            self.watched(as_known=as_known),
            self.verdicts(as_known=as_known),
            lambda as_of_us: self._said_by(ingests, as_of_us),
            self.listening(as_known=as_known),
            (found.bias, found.slope),
            self._tables.versions(as_known=as_known),
            self._sea,
        )

    @cached_property
    def _sea(self) -> Sea:
        from ais_gaps.sea import Sea

        return Sea(self._store.path / "sea")
