"""The store: where an archive's files lie, and which of them count."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ais_gaps.errors import ArchiveError
from ais_gaps.store.lock import writer_lock
from ais_gaps.store.log import Ingest, Log
from ais_gaps.store.parts import Part

FORMAT = 3
"""Number of the archive's layout; a program refuses one that it does not know."""

_MARK = "ais_gaps.json"
_OWN = (".lock", "reports", "tmp")  # and tmp-*: what another writer makes first


class Store:
    """An archive's folder.

    Raises:
        ArchiveError: there is no archive, or one of another format.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        mark = path / _MARK
        if not mark.is_file():
            what = "is not an ais_gaps archive" if path.exists() else "does not exist"
            raise ArchiveError(f"the archive {path} {what}; make one with: ais-gaps --archive {path} ingest FILE...")
        try:
            found = json.loads(mark.read_text())["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{mark} is damaged: expected a JSON object with a format number") from error
        if found != FORMAT:
            raise ArchiveError(
                f"{path} has archive format {found}, this program knows format {FORMAT}: "
                "ingest the files again into a new archive"
            )
        self.log = Log(path / "reports")

    @classmethod
    def create(cls, path: Path) -> Store:
        """Opens the archive at a path, or makes an empty one there.

        Raises:
            ArchiveError: the path is taken by something else.
        """
        if (path / _MARK).is_file():
            return cls(path)
        if path.exists() and (
            not path.is_dir() or any(e.name not in _OWN and not e.name.startswith("tmp-") for e in path.iterdir())
        ):
            raise ArchiveError(f"{path} is there already and is not an ais_gaps archive; name another folder")
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"cannot make the folder {path}: {error.strerror}") from error
        with writer_lock(path / ".lock"):
            Log.create(path / "reports")
            draft = path / f"tmp-{uuid.uuid4().hex}"
            draft.write_text(json.dumps({"format": FORMAT}) + "\n")
            draft.rename(path / _MARK)
        return cls(path)

    @contextmanager
    def writing(self, *, on_wait: Callable[[], None] | None = None, timeout_s: float | None = None) -> Iterator[Path]:
        """Holds the write lock; gives a folder for work in progress, gone afterwards.

        What a killed writer left behind is swept first: nothing of it counts, since its commit is not there.
        """
        with writer_lock(self.path / ".lock", on_wait=on_wait, timeout_s=timeout_s):
            self.log.refresh()
            self._sweep()
            work = self.path / "tmp" / uuid.uuid4().hex
            work.mkdir(parents=True)
            try:
                yield work
            finally:
                shutil.rmtree(work, ignore_errors=True)

    def ingests(self, *, as_known: datetime | None = None) -> list[Ingest]:
        """The committed ingests, oldest first."""
        return self.log.ingests(as_known=as_known)

    def parts(self) -> list[Part]:
        """The parts that count. What the archive held earlier are those of their reports whose source was in by then."""
        return self.log.parts()

    def part_path(self, part: Part) -> str:
        """Where a part lies."""
        return str(self.log.path / part.path)

    def ingest_file(self, ingest_id: str, name: str) -> Path:
        """Where one of an ingest's tables lies."""
        return self.path / "ingests" / ingest_id / f"{name}.parquet"

    def _sweep(self) -> None:
        """Removes what belongs to no commit. Only looks when a writer left its work behind."""
        left = list((self.path / "tmp").iterdir()) if (self.path / "tmp").is_dir() else []
        if not left:
            return
        committed = self.log.stems()
        for folder in (self.path / "ingests").iterdir() if (self.path / "ingests").is_dir() else ():
            if folder.name not in committed:
                shutil.rmtree(folder, ignore_errors=True)
        for file in (self.log.path / "parts").glob("*.parquet"):
            if file.name.rsplit("-", 1)[0] not in committed:
                file.unlink()
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
