"""What the site knows of itself: its days with their counts, and what each page was made from.

The days' data files are the truth; the ledger saves reading them all. Where it is missing or does not fit them, they are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from ais_gaps.site.data import day_file
from ais_gaps.site.data.day import SUFFIXES
from ais_gaps.watchlist.model import FORM as LIST_FORM

FILE: Final = "site.json"
FORM: Final = "ais_gaps.site/1"

_ENTRY: Final = ("day", "as_of", "as_known", "min_hours", "within_nm", "counts", "sources")


@dataclass
class Ledger:
    """The days of a site.

    Attributes:
        days: for each day what `held` gives; once its page is made ``page``, the key of what it was made from, and
            ``page_bytes``, how long it is; once it can be searched ``searched``, the digest of what is.
        months: how long each month's search index is.
        front: how long the front page is.
    """

    days: dict[date, dict[str, Any]] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    front: int = 0

    @classmethod
    def read(cls, folder: Path) -> Ledger:
        """That of a site; an empty one where there is none that can be read."""
        try:
            found = orjson.loads((folder / FILE).read_bytes())
            if found["form"] != FORM:
                return cls()
            days = {date.fromisoformat(day): dict(one) for day, one in found["days"].items()}
            return cls(days, dict(found["months"]), int(found["front"]))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def bytes(self) -> bytes:
        """As it is kept: a line a day."""
        days = [f"{_json(day.isoformat())}:{_json(self.days[day])}" for day in sorted(self.days)]
        head = {"form": FORM, "front": self.front, "months": dict(sorted(self.months.items()))}
        return f'{_json(head)[:-1]},\n"days":{{\n{_joined(days)}\n}}}}\n'.encode()

    def entries(self) -> list[dict[str, Any]]:
        """What `data.write_index` tells of the days, by date."""
        return [self.days[day]["entry"] for day in sorted(self.days)]


def held(data: bytes) -> dict[str, Any] | None:
    """What is kept of a day, from its JSON file: ``entry`` for the index of days, ``bytes`` and ``digest`` of the file.

    None where it is no day's list.
    """
    found = parsed(data)
    if found is None:
        return None
    entry = {name: found[name] for name in _ENTRY[:-1]}
    entry |= {name: len(found[name]) for name in ("rows", "changes", "outages")} | {"sources": found["sources"]}
    entry |= {suffix: day_file(date.fromisoformat(found["day"]), suffix).removeprefix("data/") for suffix in SUFFIXES}
    return {"entry": entry, "bytes": len(data), "digest": hashlib.sha256(data).hexdigest()}


def parsed(data: bytes) -> dict[str, Any] | None:
    """A day's list as plain values; None where the bytes are none."""
    try:
        found: dict[str, Any] = orjson.loads(data)
        date.fromisoformat(found["day"])
        whole = found["form"] == LIST_FORM and all(
            isinstance(found[name], list) for name in ("rows", "changes", "outages")
        )
        return found if whole and all(name in found for name in _ENTRY) else None
    except (ValueError, TypeError, KeyError):
        return None


def sizes(folder: Path, suffix: str, form: str = "%Y-%m-%d") -> Mapping[date, int]:
    """The files of a folder that are named by a day or a month (its first day), with how long each is."""
    return dict(_dated(folder, suffix, form))


def _dated(folder: Path, suffix: str, form: str) -> Iterator[tuple[date, int]]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            on = datetime.strptime(path.stem, form).date()
        except ValueError:
            continue
        if path.suffix == suffix and f"{on:{form}}" == path.stem and path.is_file():
            yield on, path.stat().st_size


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _joined(lines: list[str]) -> str:
    return ",\n".join(lines)
