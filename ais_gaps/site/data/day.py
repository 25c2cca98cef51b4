"""A day's watchlist as JSON, CSV and GeoJSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ais_gaps.site.files import Written, write_all
from ais_gaps.tabular import write_csv, write_geojson
from ais_gaps.tabular.objects import dumps
from ais_gaps.watchlist.model import Watchlist

SUFFIXES: Final = ("json", "csv", "geojson")


def day_file(day: date, suffix: str) -> str:
    """Path of a day's file relative to the site's folder."""
    return f"data/day/{day.isoformat()}.{suffix}"


def latest_file(suffix: str) -> str:
    """Path of the newest day's file relative to the site's folder."""
    return f"data/latest.{suffix}"


def write_day(folder: Path, watchlist: Watchlist) -> Written:
    """Writes ``data/day/DAY.json``, ``.csv`` and ``.geojson`` under the site's folder.

    JSON holds the whole list (`Watchlist.to_dict`); CSV and GeoJSON hold its rows, as ``watchlist --format`` prints them.
    """
    return write_all(folder, _files(watchlist, lambda suffix: day_file(watchlist.day, suffix)))


def write_latest(folder: Path, watchlist: Watchlist) -> Written:
    """Writes the newest day's list once more as ``data/latest.*``: an address that stays, the bytes of the day's own files."""
    return write_all(folder, _files(watchlist, latest_file))


def canonical(value: Any) -> bytes:
    """JSON in UTF-8, one way to write each value: no spaces, one row of a table a line, fields in the order of their columns."""
    return _lines(value).encode()


def _files(watchlist: Watchlist, name: Callable[[str], str]) -> Iterator[tuple[str, bytes]]:
    yield name("json"), canonical(watchlist.to_dict())
    for suffix, write in (("csv", write_csv), ("geojson", write_geojson)):
        stream = StringIO(newline="")
        write(watchlist.rows, stream)
        yield name(suffix), stream.getvalue().encode()


def _lines(value: dict[str, Any]) -> str:
    fields = [f"{dumps(name)}:{_rows(field)}" for name, field in value.items()]
    return "{" + ",\n".join(fields) + "}\n"


def _rows(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(map(dumps, value)) + "\n]"
    return dumps(value)
