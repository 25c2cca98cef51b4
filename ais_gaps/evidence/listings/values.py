"""One value of a sanctions list: numbers, days and texts as lists write them; what cannot be read is None and is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ais_gaps.evidence.tables import NULL_WORDS
from ais_gaps.itu import imo_valid, mmsi_problem
from ais_gaps.names import tidy

LONGEST_VALUE = 65_536
"""Characters. The longest value of a real list is a few thousand long; what is longer is no text of a list."""

MOST_VALUES = 500
"""Names, numbers or sanctions of one ship. Real ships have some dozens."""

_SAYS_NOTHING = NULL_WORDS | {"-0-", "none identified"}
_IMO = re.compile(r"(?:IMO[ :.-]*)?([0-9]+)", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,12}(?:\.[0-9]+)?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.+Z-]*)?")
_PUBLISHED = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")
_YEAR = re.compile(r"([0-9]{4})(?:-[0-9]{2}(?:-[0-9]{2})?)?")


def text(value: str | None) -> str | None:
    """A text on one line without anything hidden; None for one that says nothing.

    Raises:
        ValueError: it is longer than `LONGEST_VALUE`.
    """
    if value is None:
        return None
    if len(value) > LONGEST_VALUE:
        raise ValueError(f"a value is longer than {LONGEST_VALUE:,} characters")
    shown = tidy(value)
    return None if shown.lower() in _SAYS_NOTHING else shown


def texts(values: Iterable[str | None]) -> list[str]:
    """The texts that say something, each once, in their order.

    Raises:
        ValueError: there are more than `MOST_VALUES`, or they are longer than `LONGEST_VALUE` together. One line of JSON may hold
            millions, and each would be in every row of a ship.
    """
    several = list(dict.fromkeys(shown for value in values if (shown := text(value)) is not None))
    if len(several) > MOST_VALUES:
        raise ValueError(f"a value has more than {MOST_VALUES} parts")
    if sum(map(len, several)) > LONGEST_VALUE:
        raise ValueError(f"a value is longer than {LONGEST_VALUE:,} characters")
    return several


def imo(value: str | None) -> tuple[int | None, str | None]:
    """An IMO number with or without the letters IMO, and what is wrong with it where it is none.

    The check digit must be right (`ais_gaps.itu.imo_valid`), and the letters are not needed.
    """
    shown = text(value)
    if shown is None:
        return None, None
    found = _IMO.fullmatch(shown)
    if found is not None and len(found[1]) == 7 and imo_valid(int(found[1])):
        return int(found[1]), None
    return None, f"IMO number {short(shown)!r} as listed is not valid (seven digits, the last a check digit)."


def mmsi(value: str | None) -> tuple[int | None, str | None]:
    """An MMSI of nine digits, and what is wrong with it where it is none."""
    shown = text(value)
    if shown is None:
        return None, None
    if len(shown) == 9 and shown.isascii() and shown.isdigit() and mmsi_problem(int(shown)) is None:
        return int(shown), None
    return None, f"MMSI {short(shown)!r} as listed is not valid (nine digits)."


def day(value: str | None) -> tuple[date | None, str | None]:
    """A day written YYYY-MM-DD, alone or with a time behind it, and what is wrong with it where it is none."""
    shown = text(value)
    if shown is None:
        return None, None
    found = _DAY.fullmatch(shown)
    if found is not None:
        try:
            return date.fromisoformat(found[1]), None
        except ValueError:
            pass
    return None, f"{short(shown)!r} is not a day written YYYY-MM-DD."


def number(value: str | None) -> float | None:
    """A number above zero, thousands parted by commas or not; None where it is none."""
    shown = text(value)
    if shown is None or _NUMBER.fullmatch(shown) is None:
        return None
    return float(shown.replace(",", "")) or None


def year(value: str | None) -> int | None:
    """A year from 1800 to 2199, alone or as the start of a date; None where it is none."""
    shown = text(value)
    found = None if shown is None else _YEAR.fullmatch(shown)
    return int(found[1]) if found is not None and 1800 <= int(found[1]) < 2200 else None


def published(value: str | None) -> str | None:
    """A day, month or year of publication as YYYY-MM-DD, YYYY-MM or YYYY; None where it is none."""
    shown = text(value)
    return shown if shown is not None and _PUBLISHED.fullmatch(shown) else None


def address(value: str | None) -> str | None:
    """An http or https address; None where it is none, since any other kind may run something when it is clicked."""
    shown = text(value)
    return (
        shown if shown is not None and shown.lower().startswith(("https://", "http://")) and " " not in shown else None
    )


def short(shown: str, longest: int = 60) -> str:
    """A text cut so that it fits into a sentence."""
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
