"""Outages in words: what was heard, what is usual, and what the judgement rests on."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ais_gaps.moments import EPOCH
from ais_gaps.outages import silence
from ais_gaps.outages.silence import Silence
from ais_gaps.plain import plain

if TYPE_CHECKING:
    from ais_gaps.outages.question import Outages

_WHERE: Final = {
    silence.FEED: "in the whole feed",
    silence.TERRESTRIAL: "by any terrestrial receiver",
    silence.SATELLITE: "by any satellite",
}

LIMITS: Final = (
    "Told by clock hours, from ships that are usual there or known to have been there. Where few ships are, an outage cannot be "
    "told from a lull and is not listed: what is not listed need not have been up."
)


def summary(found: Outages) -> str:
    """The whole in one sentence."""
    period = (
        ""
        if found.first is None or found.last is None
        else f" from {_minute(found.first)} to {_minute(found.last)} UTC"
    )
    count, hours = len(found.rows), f"{found.question.min_hours:g} h"
    if not count:
        return f"No outage of {hours} or more was found{period}."
    return f"{count:,} outage{'' if count == 1 else 's'} of {hours} or more{period}."


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def hour(since_1970: int) -> datetime:
    """The time at which an hour begins."""
    return EPOCH + timedelta(hours=since_1970)


def reason(found: Silence, place: str | None) -> str:
    """The sentences that carry an outage, with their numbers.

    Args:
        found: the outage.
        place: name of the place nearest to it, where it is somewhere.
    """
    heard, expected = _count(found.heard), _count(found.expected)
    if found.kind == silence.STATION:
        where = f"by the station {plain(found.station or '')}"
    else:
        where = _WHERE.get(found.kind) or f"near {plain(place or 'a place without a name')}"
    until = f"{hour(found.to_h):%Y-%m-%d %H:%M}{', the end of the archive' if found.open else ''}"
    said = [
        f"{heard} of about {expected} ship-hours usual at such times {'' if found.cells else 'were heard '}{where}"
        f"{' were heard' if found.cells else ''} from {hour(found.from_h):%Y-%m-%d %H:%M} to {until} ({found.hours:,} h)",
        _usually(found),
        _known(found),
        f"odds against a chance lull: {odds(found.log_odds)}",
    ]
    return "; ".join(filter(None, said))


def odds(log_odds: float) -> str:
    """Odds in words, to one digit."""
    if log_odds > math.log(1e6):
        return "more than a million to 1"
    whole = math.exp(log_odds)
    return f"about {float(f'{whole:.0e}'):,.0f} to 1"


def _usually(found: Silence) -> str:
    """What other hours are like."""
    often = f"in the weeks around it about {_count(found.usual)} ships were heard an hour"
    if found.kind == silence.STATION or not found.share:
        return often
    return f"{often}, in {_of_100(found.share)} of 100 ship-hours"


def _known(found: Silence) -> str:
    """Ships that were there."""
    if found.kind == silence.STATION:
        return ""
    ships = round(found.known)
    if not ships:
        return "no ship is known to have been there unheard, only how many usually are"
    were = "ship was" if ships == 1 else "ships were"
    return f"{'at one time' if ships > 1 else 'at some time'} {ships:,} {were} there unheard, heard before and again within 24 h"


def _count(number: float) -> str:
    """A number of ships or ship-hours, without a precision that it has not."""
    return f"{number:,.0f}" if number >= 10 or number == round(number) else f"{number:.1f}"


def _of_100(share: float) -> str:
    return "more than 99" if 0.995 < share < 1.0 else f"{100 * share:.0f}"
