"""Whether a listing was in force when a time began: yes, no, or not known, each with the words for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def in_force(
    row: Mapping[str, Any], start: date, end: date | None, *, absent_on: Sequence[date] = (), what: str = "silence"
) -> tuple[bool | None, str]:
    """Whether a row of `LISTINGS` was in force on the first day of a time, and in words what is known of the whole of it.

    True: she was listed when it began. False: she was not, though she may have been later in it; the words say so. None: the
    list does not say. No end given is taken as no end, unless a later copy of the list lacks her; that she was in one copy of the
    list says nothing of the time before it.

    Args:
        row: `listed_on`, `delisted_on` (the day from which she is no longer listed) and `seen_on` are read.
        start: first day. end: last day; None = it goes on.
        absent_on: days of copies of the same list that lack her (`later_copies_without`).
        what: what the time is called in the words.
    """
    listed, delisted, seen = row.get("listed_on"), row.get("delisted_on"), row.get("seen_on")
    for known, problem in (
        (seen and listed and seen < listed, f"in the list of {seen}, yet listed only from {listed}"),
        (seen and delisted and delisted <= seen, f"in the list of {seen}, yet listed only until {delisted}"),
    ):
        if known:
            return None, f"{problem}: the two contradict each other"
    if delisted is not None and delisted <= start:
        return False, f"{_since(listed)} until {delisted}, before this {what} began"
    if listed is not None and start < listed:
        return False, _only_from(listed, delisted, end, what)
    last_known = max((day for day in (listed, seen) if day is not None), default=None)
    if last_known is None:
        until = f"no longer listed from {delisted}; since when she was is not said" if delisted else None
        return None, until or "listed; since when is not said"
    lacking = min((day for day in absent_on if day > last_known), default=None)
    if start < last_known and listed is None:
        return None, f"in the list of {seen}; since when is not said"
    known_until = delisted is not None and lacking is not None and delisted <= lacking
    if lacking is not None and not known_until and (seen is None or start > seen):
        return None, f"{_known(listed, seen)}, but not in the list of {lacking}; until when is not said"
    if delisted is not None:
        within = "" if end is not None and end < delisted else f", while this {what} lasted"
        return True, f"{_known(listed, seen)}, until {delisted}{within}"
    if lacking is not None and (end is None or lacking <= end):
        return True, f"{_known(listed, seen)}, but no longer in the list of {lacking}"
    return True, _known(listed, seen)


def later_copies_without(listings: pa.Table, row: Mapping[str, Any]) -> tuple[date, ...]:
    """The days of later copies of the same list that do not have the ship of a row, in order: for `in_force`.

    A copy is all rows of one authority, list and `seen_on`. She is known in it by her id in the list, else by IMO number. Without
    either, or with no `seen_on`, nothing can be said, and there are none.
    """
    seen, key = row.get("seen_on"), next((k for k in ("entity_id", "imo") if row.get(k) is not None), None)
    if seen is None or key is None or row.get("list") is None:
        return ()
    same = pc.and_(pc.equal(listings["authority"], row["authority"]), pc.equal(listings["list"], row["list"]))
    later = listings.filter(pc.and_(same, pc.greater(listings["seen_on"], pa.scalar(seen, pa.date32()))))
    hers = later.filter(pc.equal(later[key], row[key]))
    return tuple(sorted(set(later["seen_on"].to_pylist()) - set(hers["seen_on"].to_pylist())))


def _since(listed: date | None) -> str:
    return f"listed since {listed}" if listed is not None else "listed"


def _known(listed: date | None, seen: date | None) -> str:
    return _since(listed) if listed is not None else f"in the list of {seen}; since when is not said"


def _only_from(listed: date, delisted: date | None, end: date | None, what: str) -> str:
    until = f" until {delisted}" if delisted is not None else ""
    if end is not None and end < listed:
        return f"listed only from {listed}{until}, after this {what} ended"
    return f"listed only from {listed}{until}, after this {what} began"
