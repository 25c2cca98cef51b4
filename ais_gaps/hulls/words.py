"""What a hull held against ships comes to, in words that never say which ship it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ais_gaps.hulls import length, named
from ais_gaps.hulls.model import Hull, Naming, Rival, Ship
from ais_gaps.hulls.priors import LISTED
from ais_gaps.hulls.prism import Prism
from ais_gaps.names import tidy
from ais_gaps.reach.model import Fix

_NAMED_IN_TEXT = 3
"""Rivals named in the sentence; the list has more."""


@dataclass(frozen=True)
class Reasons:
    """Why a rival fits: what sources and register know of her, and the rows (`model.HEARD`, `model.SILENT`) of the archive."""

    ship: Ship | None
    heard: dict[str, Any] | None
    silent: dict[str, Any] | None


def rival_text(hull: Hull, why: Reasons) -> tuple[str, str, tuple[str, ...]]:
    """The basis of a rival, her reasons in words, and their rows."""
    said: list[str] = []
    refs: list[str] = []
    bases: list[str] = []
    if why.heard:
        bases.append("heard")
        said.append(f"heard {why.heard['away_nm']:.1f} nm away at {_minute(why.heard['ts'])}")
    naming = named.strongest(why.ship, hull) if why.ship else None
    if why.ship and naming is not None:
        if named.near(why.ship, hull):
            bases.append("named")
        said.append(f"named there by a source, {_dated(naming)} ({naming.ref})")
        refs.append(naming.ref)
    if why.silent:
        bases.append("silent")
        until = f"to {_minute(why.silent['on_ts'])}" if why.silent["on_ts"] else "on"
        said.append(
            f"silent from {_minute(why.silent['off_ts'])} {until}, and can have been there at "
            f"{why.silent['speed_kn']:g} knots with {_hours(why.silent['spare_h'])} to spare"
        )
        refs.append(why.silent["gap_id"])
    if why.ship and why.ship.case:
        bases.append("case")
        said.append("of the same case in the register")
    if why.ship and why.ship.ref:
        refs.append(why.ship.ref)
    if why.ship and (elsewhere := named.away(why.ship, hull)):
        said.append(
            f"a source has her at {tidy(elsewhere.place or 'another place')}, {_dated(elsewhere)} ({elsewhere.ref})"
        )
        refs.append(elsewhere.ref)
    said.append(_length_of(why))
    text = "; ".join(part for part in said if part)
    return bases[0], f"{text[:1].upper()}{text[1:]}.", tuple(refs)


def reach_text(prism: Prism | None) -> str:
    """Whether she can have been there, and by how much."""
    if prism is None:
        return "No leg of a silence of hers is known for that time."
    window = prism.window
    ways = []
    if prism.out_nm is not None:
        ways.append(f"{_miles(prism.out_nm)} from where she was {_at(window.start)}")
    if prism.back_nm is not None and window.end is not None:
        ways.append(f"{_miles(prism.back_nm)} on to where she was {_at(window.end)}")
    way = f", {' and '.join(ways)} at {window.speed_kn:g} knots" if ways else ""
    if prism.spare_h >= 0:
        unknown = "" if ways else "; where is not known, so that only the time is compared"
        return f"Possible on leg {window.number}{way}, with {_hours(prism.spare_h)} to spare{unknown}."
    if prism.spare_h == float("-inf"):
        return f"Not possible on leg {window.number}: no way by sea is known."
    return f"Not possible: on leg {window.number}, which comes nearest{way}, {_hours(-prism.spare_h)} are missing."


def length_text(hull: Hull, ship: Ship) -> str:
    """How her length answers the stated one."""
    low, high = length.stated(hull)
    if low is None or high is None:
        return "No length is stated."
    hers = f"her {ship.length_m:g} m" + (f" by {ship.length_from}" if ship.length_from else "") if ship.length_m else ""
    if not hers:
        return f"{_range(low, high)} stated; her length is not known, so that it weighs nothing."
    fit = "too far off to be it" if bool(length.ruled_out(hull, ship.length_m or 0.0)) else "near enough to be it"
    return f"{_range(low, high)} stated, {hers}: {fit}."


def named_text(naming: Naming | None) -> str:
    """Where a source names her."""
    if naming is None:
        return "No source names her at this place."
    return f"A source names her at this place, {_dated(naming)} ({naming.ref})."


def rivals_text(total: int) -> str:
    """How many others fit."""
    if total == 0:
        return "No other ship that is known here fits; ships that are not known here are not counted."
    return "1 other ship that is known here fits." if total == 1 else f"{total:,} other ships that are known here fit."


def candidate_text(
    hull: Hull,
    her: Ship,
    prism: Prism | None,
    share: float | None,
    rivals: Sequence[Rival],
    total: int,
    left_out: Sequence[Ship],
) -> str:
    """The candidate in whole sentences."""
    she = tidy(her.name or "") or "This ship"
    if share is None:
        why = reach_text(prism) if prism is None or prism.spare_h < 0 else length_text(hull, her)
        said = [f"{she} does not fit. {why}"]
    else:
        said = [f"{she} could be it, and no more than that. {reach_text(prism)} {length_text(hull, her)}"]
    if hull.ships is not None and hull.ships > 1:
        said.append(f"The row speaks of {hull.ships} ships; this is of any one of them.")
    if total:
        who = _listing([_called(rival) for rival in rivals[:_NAMED_IN_TEXT]], total)
        fit = "1 other ship fits" if total == 1 else f"{total:,} other ships fit"
        said.append(f"{fit}{' as well' if share is not None else ''}: {who}.")
        if total > LISTED:
            said.append(f"The best {LISTED} are listed.")
    elif share is not None:
        said.append("No other ship that is known here fits, which says nothing of ships that are not known here.")
    if left_out:
        names = _listing([tidy(ship.name or "") or "a ship without a name" for ship in left_out], len(left_out))
        said.append(f"Not counted, as another place or length is known of her then: {names}.")
    if share is not None:
        said.append(
            f"Her share among the ships that fit, by weights that are our choice, is {share:.2f}: no probability, for others may "
            "have been there."
        )
    return " ".join(said)


def _called(rival: Rival) -> str:
    name = tidy(rival.name or "")
    return name or (f"MMSI {rival.mmsi}" if rival.mmsi is not None else "a ship without a name")


def _listing(names: Sequence[str], total: int) -> str:
    more = total - len(names)
    parts = [*names, f"{more:,} more"] if more else list(names)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _length_of(why: Reasons) -> str:
    if why.ship and why.ship.length_m is not None:
        return f"{why.ship.length_m:g} m by {why.ship.length_from or 'the register'}"
    claimed = (why.heard or why.silent or {}).get("length_m")
    return "length not known" if claimed is None else f"{claimed:g} m by her own claim"


def _dated(naming: Naming) -> str:
    first, last = naming.date_start.isoformat(), naming.date_end.isoformat()
    return first if first == last else f"{first} to {last}"


def _range(low: float, high: float) -> str:
    return f"{low:g} m" if low == high else f"{low:g} to {high:g} m"


def _at(fix: Fix) -> str:
    if fix.kind == "heard":
        return f"{fix.text}, {_minute(fix.earliest)}"
    return f"named at {tidy(fix.place or '') or 'a place not stated'} ({', '.join(fix.refs)})"


def _miles(nm: float) -> str:
    return f"{nm:,.0f} nm"


def _hours(hours: float) -> str:
    return f"{hours:,.1f} hours" if hours < 48 else f"{hours / 24:,.1f} days"


def _minute(when: datetime) -> str:
    utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return utc.strftime("%Y-%m-%d %H:%M UTC")
