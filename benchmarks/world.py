"""A generated fleet and the archive that it is ingested into, a day or a few at a time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import fleet, ours
from benchmarks.measure import Cost, measure

DAYS_AT_ONCE = 5  # CSV files that lie there together, and that one process ingests

Say = Callable[[str], None]


@dataclass
class World:
    """One fleet and one archive below a folder.

    Attributes:
        title: what lines of the table call it.
        folder: where everything lies.
        vessels: size of the fleet.
        seed: of the fleet.
        say: takes a line of progress.
        ingests: what each ingest so far cost.
    """

    title: str
    folder: Path
    vessels: int
    seed: int
    say: Say
    ingests: list[Cost] = field(default_factory=list)

    @property
    def archive(self) -> Path:
        """The archive that the days go into."""
        return self.folder / "archive"

    def generate(self, days: Sequence[int]) -> list[dict[str, Any]]:
        """CSV files of some days, each with its counts (`fleet.WrittenFile`)."""
        csv = self.folder / "csv"
        csv.mkdir(parents=True, exist_ok=True)
        written = measure(fleet.generate, folder=csv, days=list(days), vessels=self.vessels, seed=self.seed)
        return list(written.value)

    def generate_export(self, vessel: int, last_day: int) -> dict[str, Any]:
        """The CSV file of one vessel's five years."""
        args = {"vessel": vessel, "last_day": last_day, "vessels": self.vessels, "seed": self.seed}
        return dict(measure(fleet.generate_export, folder=self.folder / "csv", **args).value)

    def identities(self, of: Iterable[int]) -> list[dict[str, Any]]:
        """Who the vessels of these indexes are (`fleet.Identity`)."""
        return list(measure(fleet.identities, of=list(of), vessels=self.vessels, seed=self.seed).value)

    def ingest_days(self, first: int, last: int) -> None:
        """Generates and ingests the days from first to last, and removes their files."""
        for start in range(first, last + 1, DAYS_AT_ONCE):
            files = self.generate(range(start, min(start + DAYS_AT_ONCE, last + 1)))
            cost = ingest(self.archive, files)
            self.ingests.append(cost)
            rate = cost.value["rows_read"] / cost.wall_s
            self.say(f"day {start}: {len(files)} days, {cost.value['rows_kept']:,} reports, {rate:,.0f} rows/s")
            for file in files:
                Path(file["path"]).unlink()

    @contextmanager
    def copy(self, archive: Path) -> Iterator[Path]:
        """A copy of an archive for one experiment, removed afterwards. Parts, which nothing changes, are linked."""
        target = self.folder / "copy"
        snapshot(archive, target)
        try:
            yield target
        finally:
            shutil.rmtree(target)


def snapshot(archive: Path, target: Path) -> None:
    """The archive as it is now, in another folder."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(archive, target, copy_function=_link_parts)


def _link_parts(source: str, target: str) -> None:
    if Path(source).parent.name == "parts":
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def ingest(archive: Path, files: Sequence[dict[str, Any]]) -> Cost:
    """Ingests generated files into an archive, in a process of its own.

    Raises:
        RuntimeError: a count is not what was generated; the cost of a wrong result is none.
    """
    cost = measure(ours.ingest, archive=archive, paths=[file["path"] for file in files])
    rows, duplicates = (sum(file[name] for file in files) for name in ("rows", "duplicates"))
    expected = {
        "rows_read": rows,
        "rows_kept": rows - duplicates,
        "rows_duplicate": duplicates,
        "rows_rejected": 0,
    }
    if cost.value != expected:
        raise RuntimeError(f"ingested {cost.value}, generated {expected}")
    return cost
