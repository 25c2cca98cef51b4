"""An archive's lists as a daily run asks for them: by one threshold and one distance from first to last."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ais_gaps.holdings import Holdings
from ais_gaps.watchlist.day import Day
from ais_gaps.watchlist.model import Watchlist
from ais_gaps.watchlists import WITHIN_NM

if TYPE_CHECKING:
    from ais_gaps.watchlist.known import Known


@dataclass
class Desk:
    """What the run asks of an archive about days, once its files are stored.

    Attributes:
        archive: the archive.
        min_hours: silences longer than this. within_nm: how near a watched place off or on lies, nautical miles.
    """

    archive: Holdings
    min_hours: float = 6.0
    within_nm: float = WITHIN_NM
    _known: Known | None = field(default=None, init=False, repr=False)

    def digest(self, day: date) -> str:
        """What the list of a day is made from: `Watchlist.sources` of the list as it would be now, without making it."""
        if self._known is None:
            self._known = self.archive._known(None)
        return self._known.up_to(Day.of(day)).digest(Day.of(day), self.min_hours, self.within_nm)

    def watchlist(self, day: date) -> Watchlist:
        """The list of a day."""
        return self.archive.watchlist(day, min_hours=self.min_hours, within_nm=self.within_nm)
