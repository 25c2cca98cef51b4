"""A silence of a vessel as her page tells it: no number that the row has not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ais_gaps.dossier import wording
from ais_gaps.site import rows
from ais_gaps.site.rows import minute

Row = Mapping[str, Any]

_WEIGHT: Final = re.compile(r"(.*\S)\s*\[([+-][0-9]+(?:\.[0-9]+)?)\]", re.DOTALL)


@dataclass(frozen=True)
class Line:
    """A sentence, and its weight in nats as it was written; empty without one."""

    text: str
    weight: str


@dataclass(frozen=True)
class Told:
    """A silence, as of the latest day that lists it.

    Attributes:
        row: as that list has it. anchor: of the silence; null where its id is not made of letters and digits.
        heading, lasted: from when to when, and how long. percent: ``97 %``, or null where it is not judged.
        facts: label and text each. reasons, terms: sentences with their weights.
        days: what each day says, the latest first. verdicts: on it, the newest first.
    """

    row: Row
    anchor: str | None
    heading: str
    lasted: str
    percent: str | None
    facts: tuple[tuple[str, str], ...]
    reasons: tuple[Line, ...]
    terms: tuple[Line, ...]
    days: tuple[Row, ...]
    verdicts: tuple[Row, ...]


def told(row: Row, days: Mapping[str, Row], verdicts: tuple[Row, ...]) -> Told:
    """A silence.

    Args:
        row: of the latest list that has it. days: by day, what each list says. verdicts: on it, the newest first.
    """
    off, on = minute(row["off_ts"]), row["on_ts"] and minute(row["on_ts"])
    return Told(
        row=row,
        anchor=rows.anchor(row["gap_id"]),
        heading=f"Silent since {off} UTC" if on is None else f"Silent from {off} to {on} UTC",
        lasted=wording.lasting(row["duration_h"]),
        percent=rows.percent(row["p_switched_off"]),
        facts=tuple((label, text) for label, text in _facts(row).items() if text),
        reasons=tuple(map(_line, row["reasons"] or ())),
        terms=tuple(map(_line, row["attention_terms"])),
        days=tuple(days[day] for day in sorted(days, reverse=True)),
        verdicts=verdicts,
    )


def _facts(row: Row) -> dict[str, str | None]:
    p = rows.percent(row["p_switched_off"])
    cause = f"; {row['cause']}" if row["cause"] else ""
    return {
        "Judged": f"not judged{cause}" if p is None else f"p {p} that it was a choice{cause}",
        "Last heard": _heard(row, "off"),
        "Heard again": _heard(row, "on") if row["on_ts"] else None,
        "In reach": _reach(row),
        "On the list for": "; ".join(row["watched_for"]),
    }


def _heard(row: Row, end: str) -> str:
    lat, lon = row[f"{end}_lat"], row[f"{end}_lon"]
    near = wording.near(row[f"{end}_place"], row[f"{end}_place_nm"])
    return f"{minute(row[f'{end}_ts'])} UTC, {wording.position(lat, lon)}{near}"


def _reach(row: Row) -> str | None:
    place, slack_h, count = row["reach_place"], row["reach_slack_h"], row["places_in_reach"]
    if not place:
        return None
    spare = "" if slack_h is None else f", {wording.lasting(slack_h)} to spare"
    others = f"; {count - 1} other watched place{'' if count == 2 else 's'}" if count > 1 else ""
    return f"{place}{spare}{others}"


def _line(text: str) -> Line:
    found = _WEIGHT.fullmatch(text)
    return Line(found[1], found[2].replace("-", "\u2212")) if found else Line(text, "")
