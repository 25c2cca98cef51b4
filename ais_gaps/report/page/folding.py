"""Which silences are set out in full, which in a line, and which of them the page opens with."""

from __future__ import annotations

from collections.abc import Sequence

from ais_gaps.dossier.model import Finding, Silence

IN_FULL = 6
"""Silences set out in full besides those that a source names her in, or that a note speaks of."""

_OF_HER = ("named", "named_range", "name_only")


def in_full(silences: Sequence[Silence]) -> tuple[int, ...]:
    """Numbers of the silences to set out in full, by time: those that evidence names her in, else the longest."""
    numbered = list(enumerate(silences, 1))
    told = [n for n, s in numbered if s.remarks or of_role(s, *_OF_HER)]
    rest = sorted((-s.gap["duration_h"], n) for n, s in numbered if n not in set(told))
    return tuple(sorted([*told, *(n for _, n in rest[: max(0, IN_FULL - len(told))])]))


def main(silences: Sequence[Silence]) -> int | None:
    """Number of the silence that matters most: the one most often seen into by name, else the longest."""
    if not silences:
        return None
    ranked = [(len(of_role(s, "named")), float(s.gap["duration_h"]), -n) for n, s in enumerate(silences, 1)]
    return -max(ranked)[2]


def of_role(silence: Silence, *roles: str) -> tuple[Finding, ...]:
    """The findings of a silence of these roles (`dossier.silences.ROLES`), by role and date."""
    return tuple(found for group in silence.groups if group.role in roles for found in group.findings)
