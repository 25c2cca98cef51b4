"""Which silences are set out in full, which in a line, and which of them the page opens with."""

from __future__ import annotations

from collections.abc import Sequence

from ais_gaps.dossier import judged, wording
from ais_gaps.dossier.legs import LONG_H
from ais_gaps.dossier.model import Candidate, Finding, Leg, Series, Silence
from ais_gaps.report.page.showing import shown

IN_FULL = 6
"""Silences set out in full besides those that a source names her in, or that a note speaks of."""

_OF_HER = ("named", "named_range", "name_only")


def in_full(silences: Sequence[Silence]) -> tuple[int, ...]:
    """Numbers of the silences to set out in full, by time: those that evidence names her in, else choices, else the longest."""
    numbered = list(enumerate(silences, 1))
    told = [n for n, s in numbered if s.remarks or of_role(s, *_OF_HER)]
    rest = sorted((not judged.chosen(s), -s.gap["duration_h"], n) for n, s in numbered if n not in set(told))
    return tuple(sorted([*told, *(n for *_, n in rest[: max(0, IN_FULL - len(told))])]))


def main(silences: Sequence[Silence]) -> int | None:
    """Number of the silence that matters most: the one most often seen into by name, else the longest."""
    if not silences:
        return None
    ranked = [(len(of_role(s, "named")), float(s.gap["duration_h"]), -n) for n, s in enumerate(silences, 1)]
    return -max(ranked)[2]


def of_role(silence: Silence, *roles: str) -> tuple[Finding, ...]:
    """The findings of a silence of these roles (`dossier.silences.ROLES`), by role and date."""
    return tuple(found for group in silence.groups if group.role in roles for found in group.findings)


def in_reach(silence: Silence) -> str:
    """Places in reach on the legs of a silence, in a line; empty where none is listed."""
    names = list(dict.fromkeys(shown(place.place, 60) for leg in silence.legs for place in leg.reach))
    return wording.listing(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def held_apart(silence: Silence) -> list[Candidate]:
    """Candidates whose observation stands in no group of the silence."""
    told = {found.refs for group in silence.groups for found in group.findings if group.role == "unnamed"}
    return [candidate for candidate in silence.candidates if candidate.finding.refs not in told]


def series_first(series: Sequence[Series]) -> list[Series]:
    """The same, those with an unusual value first and those without any number last."""

    def order(one: Series) -> int:
        if any(value.unusual for value in one.values):
            return 0
        return 1 if any(value.value is not None for value in one.values) else 2

    return sorted(series, key=order)


def says_nothing(leg: Leg) -> bool:
    """The leg is so long that every place within reach leaves time for several voyages: to be within reach tells nothing."""
    return bool(leg.reach) and min(place.slack_h for place in leg.reach) >= LONG_H
