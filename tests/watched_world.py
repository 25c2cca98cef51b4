"""A small world whose reports come in day files, and archives of it."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from ais_gaps import worlds
from ais_gaps.holdings import Holdings
from ais_gaps.watchlist.model import Watchlist

DAYS: Final = 8
LATE: Final = ("withdrawn", "corrected")


def written(folder: Path, **settings: Any) -> Path:
    """A world's files below a folder: a day of reports each in ``days``, and ``places.geojson``. No real AIS."""
    told = {"vessels": 30, "days": DAYS, "dark_ships": 0.5, "dark_trips": 0.8, "shuttles": 0.3, "shared": 0.05}
    worlds.write(worlds.make(worlds.Settings(**{"seed": 11, **told, **settings})), folder)
    with (folder / "reports.csv").open(newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    by_day = defaultdict(list)
    for row in rows:
        by_day[row[header.index("ts")][:10]].append(row)
    (folder / "days").mkdir()
    for day, some in by_day.items():
        with (folder / "days" / f"{day}.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *some])
    return folder


def day_files(world: Path) -> list[Path]:
    """Its files of reports, in order."""
    return sorted((world / "days").iterdir())


def together(files: Sequence[Path], into: Path) -> Path:
    """Several files of reports as one."""
    lines = [file.read_text(encoding="utf-8").splitlines() for file in files]
    into.write_text("\n".join([lines[0][0], *(row for rows in lines for row in rows[1:])]) + "\n", encoding="utf-8")
    return into


def archive_of(folder: Path, world: Path, files: Iterable[Path]) -> Holdings:
    """An archive of some files, in their order, that watches the world's places."""
    archive = Holdings.at(folder, create=True)
    archive.add_places(world / "places.geojson")
    for file in files:
        for result in archive.ingest([file]):
            assert result.error is None, result.error
    return archive


def told(watchlist: Watchlist, *, late: bool = False) -> dict[str, Any]:
    """What a list says, whatever it was made from; with what late data took back only if so asked."""
    found = watchlist.to_dict()
    del found["sources"]
    if not late:
        found["changes"] = [row for row in found["changes"] if row["kind"] not in LATE]
    return found
