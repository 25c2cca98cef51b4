"""The index of the site's vessels: who there is, on which days, and what her page was made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from ais_gaps.site.data import canonical

FORM: Final = "ais_gaps.watchlist.vessels/1"
INDEX: Final = "data/vessels.json"


@dataclass
class Index:
    """The vessels of a site.

    Attributes:
        days: the days that they come from, each with the digest of its file.
        vessels: by key, with who she is (`held.Held.who`) and

            - ``days`` on whose lists she is, or that tell a change of hers (`spans`); ``silences``, how many;
            - ``data``, the digest of her file; ``page``, that of what her page was made from;
            - ``dossier``, the present of the dossier in it; null without one.
    """

    days: dict[str, str] = field(default_factory=dict)
    vessels: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Index:
        """That of a site; an empty one where none can be read."""
        try:
            found = orjson.loads((folder / INDEX).read_bytes())
            if found["form"] != FORM:
                return cls()
            vessels = {str(one["key"]): dict(one) for one in found["vessels"]}
            for one in vessels.values():
                unspan(one["days"])
            return cls({str(day): str(digest) for day, digest in found["days"].items()}, vessels)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def bytes(self) -> bytes:
        """As it is kept, a line a vessel."""
        vessels = [self.vessels[key] for key in sorted(self.vessels)]
        return canonical({"form": FORM, "days": dict(sorted(self.days.items())), "vessels": vessels})


def spans(days: Iterable[str]) -> list[str]:
    """Days in runs: ``2024-03-01/2024-03-09``; a day alone stands alone."""
    runs: list[tuple[date, date]] = []
    for day in sorted(map(date.fromisoformat, days)):
        if runs and runs[-1][1] + timedelta(days=1) == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return [f"{first}" if first == last else f"{first}/{last}" for first, last in runs]


def unspan(runs: Iterable[str]) -> list[str]:
    """The days of some runs."""
    days = []
    for run in runs:
        first, _, last = run.partition("/")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        days += [(start + timedelta(days=n)).isoformat() for n in range((end - start).days + 1)]
    return days
