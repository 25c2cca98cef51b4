"""Whether a listing was in force when a time began: yes, no, or not known, each with the words for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_COPY = ("authority", "list", "title")


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
    if contradiction := _contradiction(listed, delisted, seen):
        return None, contradiction
    if delisted is not None and delisted <= start:
        return False, f"{_since(listed)} until {delisted}, before this {what} began"
    if listed is not None and start < listed:
        return False, _only_from(listed, delisted, end, what)
    if listed is None and seen is None:
        return (
            None,
            f"listed until {delisted}; since when is not said" if delisted else "listed; since when is not said",
        )
    known = _since(listed) if listed is not None else f"in the list of {seen}; since when is not said"
    if listed is None and seen is not None and start < seen:
        return None, known
    last_known = max(day for day in (listed, seen) if day is not None)
    lacking = min((day for day in absent_on if day > last_known), default=None)
    if lacking is not None and start > last_known and (delisted is None or delisted > lacking):
        return None, f"{known}, but not in the list of {lacking}; until when is not said"
    if delisted is not None:
        return True, f"{known}, until {delisted}" + ("" if _after(delisted, end) else f", while this {what} lasted")
    if lacking is not None and not _after(lacking, end):
        return True, f"{known}, but no longer in the list of {lacking}"
    return True, known


def later_copies_without(listings: pa.Table, row: Mapping[str, Any]) -> tuple[date, ...]:
    """The days of later copies of the same list that do not have the ship of a row, in order: for `in_force`.

    A copy is what one file gives of one authority, list and title; its day is the latest `seen_on` in it. She is known in it by
    her id in the list, else by IMO number. Where that, the day or any of the three is missing, nothing can be said: there are none.
    """
    key = next((k for k in ("entity_id", "imo") if row.get(k) is not None), None)
    if key is None or any(row.get(name) is None for name in ("seen_on", *_COPY)):
        return ()
    same = listings
    for name in _COPY:
        same = same.filter(pc.equal(same[name], row[name]))
    hers = set(same.filter(pc.equal(same[key], row[key]))["source_sha256"].to_pylist())
    copies = same.group_by("source_sha256").aggregate([("seen_on", "max")]).to_pylist()
    days = {c["seen_on_max"] for c in copies if c["source_sha256"] not in hers and c["seen_on_max"] is not None}
    return tuple(sorted(day for day in days if day > row["seen_on"]))


def _contradiction(listed: date | None, delisted: date | None, seen: date | None) -> str | None:
    if seen is not None and listed is not None and seen < listed:
        return f"in the list of {seen}, yet listed only from {listed}: the two contradict each other"
    if seen is not None and delisted is not None and delisted <= seen:
        return f"in the list of {seen}, yet listed only until {delisted}: the two contradict each other"
    return None


def _since(listed: date | None) -> str:
    return f"listed since {listed}" if listed is not None else "listed"


def _after(day: date, end: date | None) -> bool:
    return end is not None and day > end


def _only_from(listed: date, delisted: date | None, end: date | None, what: str) -> str:
    until = f" until {delisted}" if delisted is not None else ""
    return f"listed only from {listed}{until}, after this {what} {'ended' if _after(listed, end) else 'began'}"
