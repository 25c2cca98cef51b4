"""A day of UTC, and what a silence is to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.moments import at, microseconds
from ais_gaps.watchlist.columns import BACK, NEWLY, STATES, STILL

H_US: Final = 3_600_000_000
DAY_US: Final = 24 * H_US


@dataclass(frozen=True)
class Day:
    """A day of UTC.

    Attributes:
        start_us, as_of_us: its first and its last microsecond, since 1970: what is sent at midnight belongs to the next day.
    """

    start_us: int
    as_of_us: int

    @classmethod
    def of(cls, day: date) -> Day:
        """That of a date."""
        start = microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
        return cls(start, start + DAY_US - 1)

    @property
    def date(self) -> date:
        """The date."""
        found = at(self.start_us)
        assert found is not None
        return found.date()

    @property
    def number(self) -> int:
        """Days since 1970."""
        return self.start_us // DAY_US

    @property
    def before(self) -> Day:
        """The day before."""
        return Day(self.start_us - DAY_US, self.start_us - 1)


def of_number(number: int) -> date:
    """The date of so many days since 1970."""
    return date(1970, 1, 1) + timedelta(days=number)


def states(gaps: pa.Table, day: Day, min_hours: float) -> npt.NDArray[np.object_]:
    """What each silence is to a day (`columns.STATES`); None where it was over before.

    Args:
        gaps: silences as of the end of the day (`gaps.BARE_GAPS`), longer than the threshold.
        day: the day. min_hours: the threshold.
    """
    on_us = gaps["on_us"].fill_null(0).to_numpy()
    opened = gaps["on_us"].is_null().to_numpy()
    was_dark = day.before.as_of_us - gaps["off_us"].to_numpy() > round(min_hours * H_US)
    which = np.select([opened & ~was_dark, opened, on_us >= day.start_us], [0, 1, 2], default=3)
    words: npt.NDArray[Any] = np.array([NEWLY, STILL, BACK, None], np.object_)
    assert tuple(words[:3]) == STATES
    found: npt.NDArray[np.object_] = words[which]
    return found
