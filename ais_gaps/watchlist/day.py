"""A day of UTC, and what a silence is to it."""

from __future__ import annotations

from collections.abc import Callable
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

Ints = npt.NDArray[Any]


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


def states(
    gaps: pa.Table, day: Day, min_hours: float, deaf: Callable[[Ints, Ints], npt.NDArray[np.float64]]
) -> npt.NDArray[np.object_]:
    """What each silence is to a day (`columns.STATES`); None where it was over before, or is no longer than the threshold.

    The hours count in which the feed heard anybody at all.

    Args:
        gaps: silences as of the end of the day (`gaps.BARE_GAPS`). day: the day. min_hours: the threshold.
        deaf: gives the hours in which nobody was heard of stretches of time, from and to in microseconds since 1970.
    """
    off_us = gaps["off_us"].to_numpy()
    opened = gaps["on_us"].is_null().to_numpy()
    end_us = gaps["on_us"].fill_null(day.as_of_us).to_numpy()
    yesterday_us = np.maximum(day.before.as_of_us, off_us)
    dark = (end_us - off_us) / H_US - deaf(off_us, end_us) > min_hours
    was_dark = (yesterday_us - off_us) / H_US - deaf(off_us, yesterday_us) > min_hours
    which = np.select([~dark, opened & ~was_dark, opened, end_us >= day.start_us], [3, 0, 1, 2], default=3)
    words: npt.NDArray[Any] = np.array([NEWLY, STILL, BACK, None], np.object_)
    assert tuple(words[:3]) == STATES
    found: npt.NDArray[np.object_] = words[which]
    return found
