"""What providers say in words or codes, as the ITU's codes and words."""

from __future__ import annotations

import functools
import re

from ais_gaps.itu import NAV_STATUS_WORDS, SHIP_TYPE_WORDS, TRANSMITTERS, ship_type_words

_CODE = re.compile(r"[0-9]{1,4}(?:\.0*)?")
_NOT_LETTERS = re.compile(r"[^a-z]+")

_MORE_STATUS_WORDS = {
    "underway": 0,
    "underwayusingengine": 0,
    "restrictedmaneuverability": 3,
    "restrictedmanoeuverability": 3,
    "constrainedbydraught": 4,
    "constrainedbydraft": 4,
    "constrainedbyherdraft": 4,
    "fishing": 7,
    "underwaybysail": 8,
    "sailing": 8,
    "reservedforfutureamendmenthsc": 9,
    "reservedforfutureamendmentwig": 10,
    "powerdrivenvesseltowingastern": 11,
    "powerdrivenvesselpushingaheadortowingalongside": 12,
    "aissart": 14,
    "aissartactive": 14,
    "aissartisactive": 14,
    "notdefined": 15,
    "notdefineddefault": 15,
}
"""Wordings of providers beside those of `NAV_STATUS_WORDS`, letters only. "Reserved for future use" is 11, 12 or 13: unknown."""

_CLASSES = {
    "a": "A",
    "b": "B",
    "classa": "A",
    "classb": "B",
    "classbcs": "B",
    "classbso": "B",
    "bcs": "B",
    "bso": "B",
}
_CLASS_OF_MESSAGE = {1: "A", 2: "A", 3: "A", 5: "A", 18: "B", 19: "B", 24: "B"}

_RECEIVERS = {
    "t": "terrestrial",
    "ter": "terrestrial",
    "terr": "terrestrial",
    "terrestrial": "terrestrial",
    "tais": "terrestrial",
    "s": "satellite",
    "sat": "satellite",
    "satellite": "satellite",
    "sais": "satellite",
}

# codes of the US vessel registry in MarineCadastre files of 2015-2018, from NOAA's table of vessel type codes of 2018; only those
# whose group there is one ITU type
_AVIS_TYPES = {
    1001: 30,
    1002: 30,
    1003: 70,
    1004: 70,
    1012: 60,
    1013: 60,
    1014: 60,
    1015: 60,
    1016: 70,
    1017: 80,
    1019: 37,
    1024: 80,
    1025: 31,
}


def nav_status(cell: str) -> int | None:
    """The navigational status 0-15 that a number or words stand for; None for anything else."""
    if (code := _code(cell)) is not None:
        return code if code <= 15 else None
    return _status_words().get(_letters(cell))


def ship_type(cell: str) -> str | None:
    """A ship type in words: an ITU code by its table, words as they stand (in the table's spelling where they are one of it)."""
    if (code := _code(cell)) is not None:
        return ship_type_words(_AVIS_TYPES.get(code, code))
    return _ship_type_spellings().get(cell.casefold(), cell)


def ais_class(cell: str) -> str | None:
    """ "A" or "B": a number is taken as an ITU-R M.1371 message number, of which some come from one class alone."""
    if (code := _code(cell)) is not None:
        return _CLASS_OF_MESSAGE.get(code)
    return _CLASSES.get(_letters(cell))


def receiver(cell: str) -> str | None:
    """ "terrestrial" or "satellite"; None for whatever else a provider says."""
    return _RECEIVERS.get(_letters(cell))


def imo(cell: str) -> int | None:
    """An IMO number with or without its prefix; 0 is "not available". None where there is no number of at most ten digits."""
    found = re.fullmatch(r"(?:IMO)?\s*([0-9]{1,10})(?:\.0*)?", cell, re.IGNORECASE)
    return int(found.group(1)) if found else None


def msg_type(cell: str) -> int | None:
    """An ITU-R M.1371 message number, 1-27."""
    code = _code(cell)
    return code if code is not None and 1 <= code <= 27 else None


def transmitter(cell: str) -> str | None:
    """One of `TRANSMITTERS`."""
    return cell if cell in TRANSMITTERS else None


def truth(cell: str) -> bool | None:
    """What databases write for true and false."""
    return {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}.get(cell.casefold())


def _code(cell: str) -> int | None:
    return int(cell.partition(".")[0]) if _CODE.fullmatch(cell) else None


def _letters(cell: str) -> str:
    return _NOT_LETTERS.sub("", cell.casefold())


@functools.cache
def _status_words() -> dict[str, int]:
    return {_letters(words): code for code, words in NAV_STATUS_WORDS.items()} | _MORE_STATUS_WORDS


@functools.cache
def _ship_type_spellings() -> dict[str, str]:
    return {words.casefold(): words for words in SHIP_TYPE_WORDS.values()}
