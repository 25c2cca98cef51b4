"""The site of a run: which of its days are to be made, and that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import orjson

from ais_gaps.daily.desk import Desk
from ais_gaps.daily.record import Record, said
from ais_gaps.daily.state import State
from ais_gaps.site.data.index import INDEX
from ais_gaps.watchlist.model import Watchlist

KEPT_LISTS: Final = 8
"""Lists that stay in memory for the alerts; those of more days are made once more."""


Build = Callable[[Path, Iterator[Watchlist]], int]
"""Makes the pages of some days' lists in a folder; gives the number of files whose bytes are new."""


class Publisher:
    """Makes the pages of the days whose lists are other than those that the site was made from.

    Args:
        desk: gives the lists.
        site: the folder.
        state: what earlier runs left unfinished.
        record: what is told of the run.
    """

    def __init__(self, desk: Desk, site: Path, state: State, record: Record) -> None:
        self._desk, self._site, self._state, self._record = desk, site, state, record
        self._kept: dict[date, Watchlist] = {}

    def stale(self, days: Iterable[date]) -> list[date]:
        """Those of some days whose page is missing, unfinished, or made from something else than there is now."""
        held = held_days(self._site)
        return [day for day in days if day in self._state.making or held.get(day) != self._desk.digest(day)]

    def publish(self, days: list[date], build: Build) -> None:
        """Makes the pages of some days, and what else of the site is missing or other than it should be.

        A day whose list cannot be made is told in the record, and the others are made.
        """
        made: list[date] = []
        try:
            self._record.files_changed = build(self._site, self._lists(days, made))
        except Exception as error:
            self._record.problems.append(f"the site is not up to date: {said(error)}")
            return
        self._record.pages = made
        self._state.made(made)

    def watchlist(self, day: date) -> Watchlist:
        """The list of a day, as the site has it."""
        return self._kept.get(day) or self._desk.watchlist(day)

    def _lists(self, days: list[date], made: list[date]) -> Iterator[Watchlist]:
        for day in days:
            try:
                found = self._desk.watchlist(day)
            except Exception as error:  # of one day: the others are made
                self._record.problems.append(f"the list of {day} could not be made: {said(error)}")
                continue
            if day in self._state.to_tell:
                self._kept[day] = found
                for old in sorted(self._kept)[:-KEPT_LISTS]:
                    del self._kept[old]
            made.append(day)
            yield found


def held_days(site: Path) -> Mapping[date, str]:
    """The days that a site holds, each with what its list was made from; none where its index cannot be read."""
    try:
        days = orjson.loads((site / INDEX).read_bytes())["days"]
        return {date.fromisoformat(entry["day"]): str(entry["sources"]) for entry in days}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
