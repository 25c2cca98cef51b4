"""What is said with figures of reception: of which ships and hours they are, and what they do not say."""

from __future__ import annotations

from typing import Final

import pyarrow.compute as pc

from ais_gaps.reception import estimate
from ais_gaps.reception.question import Reception

_BY: Final = {
    "any": "by any receiver",
    "terrestrial": "by terrestrial receivers",
    "satellite": "by satellite, in hours in which no terrestrial receiver heard them",
}


def title(found: Reception) -> str:
    """What was asked, in words."""
    ships = "ships" if found.question.ais_class is None else f"ships of class {found.question.ais_class}"
    return f"How well {ships} were heard {_BY[found.question.receiver]}"


def summary(found: Reception) -> str:
    """The whole in one sentence."""
    if not found.ship_hours:
        return "No ship-hours to judge by."
    share = _rounded(found.heard / found.ship_hours)
    return f"Of {found.ship_hours:,} ship-hours {found.heard:,} were heard: {share} of 100."


def period(found: Reception) -> str:
    """The hours that it rests on; empty where there are none."""
    if found.first is None or found.last is None:
        return ""
    return f"{found.first:%Y-%m-%d %H:%M} to {found.last:%Y-%m-%d %H:%M} UTC"


def kinds(found: Reception) -> str | None:
    """What is missing because reports do not say what kind of receiver heard them; None where nothing is."""
    if not found.kindless:
        return None
    if found.question.receiver == "any":
        return f"{found.kindless:,} of the ship-hours are of reports that do not say what kind of receiver heard them."
    if not found.ship_hours:
        return "These reports do not say what kind of receiver heard them: only reception by any receiver is known."
    return f"{found.kindless:,} ship-hours are left out: their reports do not say what kind of receiver heard them."


def limits(found: Reception) -> list[str]:
    """What the figures do not say."""
    least = estimate.LEAST[found.question.receiver]
    unknown = len(found.cells) - pc.count(found.cells["estimate"]).as_py()
    told = [
        "It is measured on ships that were heard before and, within 24 hours, heard again: a ship that was never heard, or was "
        "silent for longer, tells nothing here. So where reception is poor, this makes it look better than it is.",
        "A ship that switched off for less than 24 hours counts as not heard, and one on two ships' number may be misplaced.",
        "Between two reports a ship is taken to have gone straight, at one speed.",
        f"Of a cell with fewer than {least} ship-hours nothing is said: {unknown:,} of {len(found.cells):,} cells here. "
        "Where nothing is drawn or listed, no ship is known to have been, which says nothing about reception.",
        "It is an average of the period: in single hours a receiver may have been down.",
    ]
    return [*told, *filter(None, [kinds(found)])]


def of_cell(share: float | None, ship_hours: int) -> str:
    """A cell in words: ``of 100 ship-hours here 83 were heard``."""
    if share is None:
        return f"not known: only {ship_hours:,} ship-hour{'' if ship_hours == 1 else 's'} here"
    return f"of 100 ship-hours here {_rounded(share)} were heard"


def _rounded(share: float) -> str:
    """Parts of 100; what is not all or nothing is not called so."""
    if 0 < share < 0.005:
        return "fewer than 1"
    return "more than 99" if 0.995 < share < 1 else f"{100 * share:.0f}"
