"""What a run of the alerts has done, for a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AlertReport:
    """How the alerts of a run went.

    Attributes:
        ok: everything that had to be said was delivered, and nothing is in doubt.
        lines: one plain line for each channel and each trouble; none of them holds an address.
    """

    ok: bool
    lines: list[str]
