"""How the files of an inbox are read: as the command line says, or as a file of rules in the inbox says for some of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from ais_gaps.errors import UsageError
from ais_gaps.moments import utc
from ais_gaps.readers import READERS
from ais_gaps.readers.interface import MAPPABLE_FIELDS, ReadOptions

RULES: Final = "inbox.toml"
_RECEIVERS: Final = ("terrestrial", "satellite")
_OPTIONS: Final = {each.name for each in fields(ReadOptions)} - {"mapping", "start_time"}
_KEYS: Final = {"match", "reader", "map", "start_time", *_OPTIONS}


@dataclass(frozen=True)
class Reading:
    """How a file is read: the name of a reader (None = recognised from the content), and what is said about the file."""

    reader: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True)
class Rules:
    """How each file is read.

    Attributes:
        usual: how files are read that no rule is about.
        rules: pattern of names below the inbox, as a shell has them, and how the files are read; the first that fits counts.
    """

    usual: Reading = field(default_factory=Reading)
    rules: tuple[tuple[str, Reading], ...] = ()

    def of(self, name: str) -> Reading:
        """How the file of this name below the inbox is read."""
        return next((reading for pattern, reading in self.rules if fnmatchcase(name, pattern)), self.usual)


def rules(inbox: Path, usual: Reading) -> Rules:
    """The rules of an inbox: those of its ``inbox.toml``, where there is one.

    Args:
        inbox: the folder.
        usual: how files are read that no rule is about; a rule starts from it, and says what is different.

    Raises:
        UsageError: the file cannot be read as such rules; the message says what is wrong.
    """
    path = inbox / RULES
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Rules(usual)
    except (OSError, ValueError) as error:
        raise UsageError(f"{RULES}: cannot be read: {' '.join(str(error).split())}") from error
    entries = given.pop("files", [])
    if given or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{RULES}: expected sections [[files]] and nothing else")
    return Rules(usual, tuple(_rule(entry, number, usual) for number, entry in enumerate(entries, 1)))


def _rule(entry: Mapping[str, Any], number: int, usual: Reading) -> tuple[str, Reading]:
    where = f"{RULES}, section {number}"
    for key in entry:
        if key not in _KEYS:
            raise UsageError(f"{where}: there is no {key}; there are {', '.join(sorted(_KEYS))}")
    texts = {key: value for key, value in entry.items() if key not in ("map", "start_time")}
    for key, value in texts.items():
        if not isinstance(value, str) or not value:
            raise UsageError(f"{where}: {key} must be text in quotes")
    if "match" not in texts:
        raise UsageError(f'{where}: it must say which files it is about, such as match = "satellite/*"')
    if texts.get("reader", "mapped") not in READERS:
        raise UsageError(f"{where}: there is no reader {texts['reader']}; there are {', '.join(READERS)}")
    if texts.get("receiver", _RECEIVERS[0]) not in _RECEIVERS:
        raise UsageError(f"{where}: receiver must be {' or '.join(_RECEIVERS)}")
    said: dict[str, Any] = {key: value for key, value in texts.items() if key in _OPTIONS}
    if "map" in entry:
        said["mapping"] = _mapping(entry["map"], where)
    if "start_time" in entry:
        if not isinstance(entry["start_time"], datetime):
            raise UsageError(
                f"{where}: start_time must be a date and time without quotes, such as 2024-01-01T00:00:00Z"
            )
        said["start_time"] = utc(entry["start_time"])
    return texts["match"], Reading(texts.get("reader", usual.reader), replace(usual.options, **said))


def _mapping(given: object, where: str) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(column, str) and column for column in given.values()):
        raise UsageError(
            f'{where}: map must be fields with columns, such as map = {{ mmsi = "vessel_id", ts = "time" }}'
        )
    for name in given:
        if name not in MAPPABLE_FIELDS:
            raise UsageError(f"{where}: there is no field {name}; the fields are {', '.join(MAPPABLE_FIELDS)}")
    return dict(given)
