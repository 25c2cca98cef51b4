"""The errors that ais_gaps raises, all of them.

    AisGapsError                  something could not be done; str() is one plain line that says why
    ├── UsageError                the question itself is wrong (an unknown option value, a threshold below the floor)
    ├── ArchiveError              the archive cannot be opened, is not one, or does not verify
    │   └── ArchiveLocked         another process is writing and did not finish in time
    ├── SourceError               a source file cannot be read
    │   ├── UnknownFormat         no reader recognises the content
    │   └── MissingInformation    the content cannot be read safely without something the user must say
    ├── NotFound                  no vessel, place or gap of that name; carries the nearest ones
    ├── Ambiguous                 several of that name where one is needed; carries them
    └── MissingExtra              a library is needed that is not installed; the message names the extra that brings it

Bad rows are not errors: they go to quarantine with their reason and are counted. What is left out where there is no
quarantine, such as one place of many, is a `DataWarning`.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence

from ais_gaps.plain import plain


class AisGapsError(Exception):
    """Something could not be done. ``str(error)`` is one plain line for a person, and all that a notebook shows.

    With AIS_GAPS_TRACEBACK=1 in the environment it also shows where the error arose.
    """

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in the place of a traceback."""
        if os.environ.get("AIS_GAPS_TRACEBACK"):
            return traceback.format_exception(self)
        return [f"{type(self).__name__}: {plain(str(self))}"]


class UsageError(AisGapsError):
    """The question is wrong: an impossible option value, or options that exclude each other."""


class ArchiveError(AisGapsError):
    """The archive cannot be opened, is not an archive, or does not verify."""


class ArchiveLocked(ArchiveError):
    """Another process holds the archive's write lock and did not release it in time."""


class SourceError(AisGapsError):
    """A source file cannot be read."""


class UnknownFormat(SourceError):
    """No reader recognises the content. The message says what was found and what is expected."""


class MissingInformation(SourceError):
    """The content cannot be read without guessing. The message names the option that says what is missing."""


class NotFound(AisGapsError):
    """Nothing of that name.

    Attributes:
        nearest: the nearest names that do exist, best first.
    """

    def __init__(self, message: str, nearest: Sequence[str] = ()) -> None:
        self.nearest = tuple(nearest)
        if self.nearest:
            message = f"{message} Nearest: {', '.join(self.nearest)}."
        super().__init__(message)


class Ambiguous(AisGapsError):
    """Several answer to that name and one is needed. The message lists them and says how to choose.

    Attributes:
        candidates: the keys by which each can be asked for, best first.
    """

    def __init__(self, message: str, candidates: Sequence[str] = ()) -> None:
        self.candidates = tuple(candidates)
        super().__init__(message)


class MissingExtra(AisGapsError):
    """A library that only some need is not installed. The message names the extra that brings it."""


class DataWarning(UserWarning):
    """Something in a user's data was left out, and why. The rest went in."""
