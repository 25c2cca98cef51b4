"""What a user asks to be watched, checked: a ship by number or name, an owner, a list."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ais_gaps import itu
from ais_gaps.errors import NotFound, UsageError
from ais_gaps.evidence import Evidence
from ais_gaps.names import fold, nearest, tidy
from ais_gaps.vessels import PLACEHOLDER_IMOS, query_problem
from ais_gaps.watch import lists, place, saying
from ais_gaps.watch.columns import KINDS

_NUMBER: Final = re.compile(r"(?:(IMO|MMSI)[ :#]*)?(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What is to be watched, as a user says it.

    Attributes:
        value: a number, a name, or an area: a file of GeoJSON, or latitude, longitude and radius parted by commas.
        kind: one of `columns.KINDS`; None = an IMO number, an MMSI or a name, told by its form.
    """

    value: int | str | Path
    kind: str | None = None


@dataclass(frozen=True)
class Entry:
    """What is to be watched, checked; `columns.WATCHED` has the meaning of the three."""

    kind: str
    value: str
    label: str

    @property
    def id(self) -> str:
        """16 hexadecimal digits of a hash of kind and value, capitals and small letters alike."""
        return hashlib.sha256(f"{self.kind}|{self.value.casefold()}".encode()).hexdigest()[:16]


def read(asked: Iterable[Asked | int | str], evidence: Evidence) -> list[Entry]:
    """The entries asked for, each once, in order.

    Args:
        asked: what is to be watched.
        evidence: has the lists that there are.

    Raises:
        UsageError: a number is none, or a name or area cannot be one.
        NotFound: no list of that name; with the nearest.
        SourceError: a file of an area cannot be read or holds none.
    """
    found: list[Entry] = []
    for one in asked:
        found += _read(one if isinstance(one, Asked) else Asked(one), evidence)
    return list({entry.id: entry for entry in reversed(found)}.values())[::-1]


def _read(asked: Asked, evidence: Evidence) -> Sequence[Entry]:
    text = tidy(str(asked.value))
    kind = _kind_of(text) if asked.kind is None else asked.kind
    if kind not in KINDS:
        raise UsageError(f"{tidy(kind)!r} cannot be watched: it is none of {', '.join(KINDS)}")
    match kind:
        case "imo":
            return [_imo(text)]
        case "mmsi":
            return [_mmsi(text)]
        case "name" | "owner":
            return [_named(kind, text)]
        case "listing":
            return [_list(text, evidence)]
    return [Entry("area", *found) for found in place.read(asked.value)]


def _kind_of(text: str) -> str:
    """What a plain argument is, by its form: a number of seven digits is an IMO number, of nine an MMSI, else it is a name."""
    number = _NUMBER.fullmatch(text)
    if number is None:
        return "name"
    if number[1]:
        return number[1].lower()
    if len(number[2]) in (7, 9):
        return "imo" if len(number[2]) == 7 else "mmsi"
    raise UsageError(
        f"{text!r} is neither an IMO number (seven digits) nor an MMSI (nine); a ship of that name: --name {text!r}"
    )


def _imo(text: str) -> Entry:
    number = _digits(text, "IMO")
    if number is None or not itu.imo_valid(number):
        problem = query_problem(f"IMO {number}") if number is not None else None
        raise UsageError(problem or f"{text!r} is no IMO number: seven digits, the last a check digit")
    if number in PLACEHOLDER_IMOS:
        raise UsageError(f"{number} is typed in by ships that have no IMO number: it tells none of them from another")
    return Entry("imo", str(number), str(number))


def _mmsi(text: str) -> Entry:
    number = _digits(text, "MMSI")
    if number is None:
        raise UsageError(f"{text!r} is no MMSI: nine digits")
    problem = itu.mmsi_problem(number)
    if problem is not None:
        raise UsageError(f"{text!r} is no MMSI: {problem}")
    if itu.transmitter_of(number) != "ship":
        sender = itu.transmitter_of(number).replace("_", " ")
        raise UsageError(f"{number:09} is the MMSI of no ship but of a {sender}, of which no silences are looked for")
    return Entry("mmsi", f"{number:09}", f"{number:09}")


def _digits(text: str, word: str) -> int | None:
    parts = _NUMBER.fullmatch(text)
    return int(parts[2]) if parts and (parts[1] or word).upper() == word and len(parts[2]) <= 9 else None


def _named(kind: str, text: str) -> Entry:
    words = saying.words(text, f"a {kind}", saying.LONGEST_NAME)
    if words is None or not fold(words):
        raise UsageError(f"{text!r} is no {kind}: it has no letter or digit")
    return Entry(kind, words, words)


def _list(text: str, evidence: Evidence) -> Entry:
    known = lists.known(evidence.listings)
    if text in known:
        return Entry("listing", text, text)
    if not known:
        raise NotFound(f"No list {text!r}: the archive has no sanctions list; 'evidence import' adds one.")
    raise NotFound(f"No list {text!r} in the archive's evidence.", nearest(text, known) or known[:5])
