"""An archive that gives dossiers made up for tests, and sites of a few days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa

from ais_gaps.dossier import Dossier
from ais_gaps.errors import Ambiguous, NotFound
from ais_gaps.site.build import build
from ais_gaps.site.files import Written
from ais_gaps.site.keys import vessel_page
from ais_gaps.watch.columns import VERDICTS
from ais_gaps.watchlist.model import Watchlist
from tests import page_case


class Archive:
    """In the place of `interface.Archive`: what `site.vessels` asks of one.

    Attributes:
        asked: the vessels whose dossiers were asked for, call by call.
    """

    def __init__(self, verdicts: list[dict[str, Any]] | None = None, form: str = "antimeridian") -> None:
        self._verdicts = pa.Table.from_pylist(verdicts or [], schema=VERDICTS.arrow)
        self._form = form
        self.asked: list[list[str]] = []

    def verdicts(self, *, as_known: datetime | None = None) -> pa.Table:
        assert as_known is None
        return self._verdicts

    def dossiers(
        self, queries: Iterable[str], *, min_hours: float, as_of: datetime, as_known: datetime | None
    ) -> Iterator[Dossier | NotFound | Ambiguous]:
        queries = list(queries)
        self.asked.append(queries)
        for query in queries:
            if query.endswith("3"):
                yield NotFound(f"No vessel {query!r}.")
                continue
            made = _dossier(self._form)
            yield replace(made, provenance=replace(made.provenance, vessel=query, asked_as_of=as_of, as_of=as_of))


@cache
def _dossier(form: str) -> Dossier:
    found: Dossier = getattr(page_case, form)()
    return found


def verdict(row: dict[str, Any], said: str, days: int = 0, **other: Any) -> dict[str, Any]:
    """A verdict on the silence of a list's row (`Table.to_pylist`), said so many days after it began."""
    given = {name: row[name] for name in ("gap_id", "mmsi", "track", "off_ts")}
    until = row["on_ts"] or row["off_ts"] + timedelta(hours=row["duration_h"])
    at = row["off_ts"] + timedelta(days=1 + days)
    return given | {
        "until_ts": until, "verdict": said, "because": "The port says so", "author": "A. Nalyst", "at": at,
    } | other  # fmt: skip


def site(folder: Path, lists: Iterable[Watchlist]) -> None:
    """The site of some days, without its vessels, and without the land, which takes seconds."""
    with patch("ais_gaps.site.coast.write_coast", return_value=Written()):
        build(folder, lists, places=(), vessel_page=vessel_page)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
