"""What a run leaves for the runs after it: pages that it has begun to make, and days whose changes are still to be told.

Where the file is missing, such as after the archive was moved, the site's own index says what is to be made.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import orjson

from ais_gaps.store.parts import sync

FORM: Final = "ais_gaps.daily.state/1"


@dataclass
class State:
    """What is known of a site beside what it holds.

    Attributes:
        path: the file.
        making: days whose pages a run began to make and has not finished.
        to_tell: days with changes that were not given to the alerts yet.
        tell_from: changes of days before this are not told; None before the first run with alerts.
    """

    path: Path
    making: set[date] = field(default_factory=set)
    to_tell: set[date] = field(default_factory=set)
    tell_from: date | None = None

    @classmethod
    def of(cls, archive: Path, site: Path) -> State:
        """That of a site, from the archive's folder; an empty one where there is none that can be read."""
        where = hashlib.sha256(os.fsencode(os.path.realpath(site))).hexdigest()[:16]
        path = archive / "runs" / f"site-{where}.json"
        try:
            found = orjson.loads(path.read_bytes())
            making, to_tell = ({date.fromisoformat(day) for day in found[name]} for name in ("making", "to_tell"))
            tell_from = None if found["tell_from"] is None else date.fromisoformat(found["tell_from"])
            return cls(path, making, to_tell, tell_from)
        except (OSError, ValueError, TypeError, KeyError):
            return cls(path)

    def begin(self, days: Iterable[date], *, newest: date, telling: bool) -> None:
        """Notes that the pages of these days are being made and, if changes are told at all, that theirs are to be.

        The first run that tells anything tells of the newest day; older ones are no news.
        """
        days = set(days)
        self.making |= days
        if telling:
            first = self.tell_from = self.tell_from or newest
            self.to_tell |= {day for day in days | {newest} if day >= first}
        self._keep()

    def made(self, days: Iterable[date]) -> None:
        """Notes that the pages of these days are made."""
        self.making -= set(days)
        self._keep()

    def told(self, day: date) -> None:
        """Notes that a day's changes were given to the alerts, which see to it that they arrive."""
        self.to_tell -= {day}
        self._keep()

    def _keep(self) -> None:
        values = {
            "form": FORM,
            "making": sorted(self.making),
            "to_tell": sorted(self.to_tell),
            "tell_from": self.tell_from,
        }
        draft = self.path.with_suffix(".new")
        with draft.open("wb") as stream:
            stream.write(orjson.dumps(values, option=orjson.OPT_INDENT_2) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self.path)
        sync(self.path.parent)
