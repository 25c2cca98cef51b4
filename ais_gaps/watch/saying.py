"""What people say, when, and who: words fit to be kept, times that go forward, names of authors."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import moments
from ais_gaps.errors import UsageError
from ais_gaps.names import tidy

LONGEST_NAME: Final = 200
"""Characters of a name or label. AIS sends names of 20."""

LONGEST_REASON: Final = 2_000
"""Characters of a reason."""

_TICK: Final = timedelta(microseconds=1)


def words(text: str | None, what: str, longest: int) -> str | None:
    """What a person says, on one line, nothing hidden in it; None of nothing.

    Raises:
        UsageError: it is too long; ``what`` says what it is.
    """
    said = tidy(text or "")
    if len(said) > longest:
        raise UsageError(f"{what} of {len(said):,} characters is too long: at most {longest:,}")
    return said or None


def reason(text: str | None) -> str | None:
    """A reason as `words`."""
    return words(text, "a reason", LONGEST_REASON)


def author(given: str | None) -> str | None:
    """Who says so: as given, else the login name; None where there is none, as in a container without users."""
    name = words(given, "an author", LONGEST_NAME)
    if name is not None:
        return name
    try:
        return tidy(getpass.getuser()) or None
    except (OSError, KeyError, ImportError):
        return None


def moment(log: pa.Table, column: str, value: object, at: datetime | None) -> datetime:
    """When something is said, later than all that was said of the same before: a clock may have been put back, a caller may not.

    Args:
        log: what was said, with ``at``. column, value: which of it is about the same.
        at: when it is said; None = now.

    Raises:
        UsageError: ``at`` is given and lies before.
    """
    before = pc.max(log["at"].filter(pc.equal(log[column], value))).as_py()
    said_at = datetime.now(UTC) if at is None else moments.utc(at).astimezone(UTC)
    if before is None or said_at > before:
        return said_at
    if at is not None:
        raise UsageError(f"{moments.iso(said_at)} is no later than what was said before, at {moments.iso(before)}")
    later: datetime = before + _TICK
    return later
