"""Files that nobody sees before they are whole: written below ``.listening`` in the inbox, moved into it when they end.

What was appended is with the operating system at once, so that a killed process loses none of it; `Part.sync` puts it on the disk,
so that a power cut loses no more than came since.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ais_gaps.errors import AisGapsError

WORK: Final = ".listening"
_PART: Final = ".part"
_NAME: Final = re.compile(r"(.*-\d{8}T\d{6}Z)(?:-\d+)?\.([a-z.]+)", re.ASCII)
_BLOCK_BYTES: Final = 1 << 16
_HEADERS: Final = (b"#", b"feed,")


class Part:
    """One file in the making: whole lines, one after the other."""

    def __init__(self, inbox: Path, feed: str, suffix: str, now: float) -> None:
        """Begins it. ``now`` is seconds since 1970 UTC, and becomes part of its name."""
        self._inbox = inbox
        work = inbox / WORK
        stem = f"{feed}-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}"
        self.name = _free(stem, suffix, [inbox, work])
        self._path = work / f"{self.name}{_PART}"
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o666)
        self.begun = now
        self.size = 0
        self._synced = 0
        sync_folder(work)

    def append(self, text: bytes) -> None:
        """Writes whole lines.

        Raises:
            OSError: the disk is full, for one. What is there is completed at the next start.
        """
        view = memoryview(text)
        while view:
            view = view[os.write(self._file, view) :]
        self.size += len(text)

    def sync(self) -> None:
        """Waits until all that was appended is on the disk."""
        os.fsync(self._file)

    def another_handle(self) -> int | None:
        """A handle of the file for `sync_handle`, that outlives this one's; None where all that was appended is on the disk."""
        if self.size == self._synced:
            return None
        self._synced = self.size
        return os.dup(self._file)

    def finish(self) -> Path:
        """Ends the file and moves it into the inbox; where it is now."""
        os.fsync(self._file)
        os.close(self._file)
        return _hand_over(self._path, self._inbox)


def _free(stem: str, suffix: str, folders: list[Path]) -> str:
    """A name that no file has, finished or not."""
    number = 1
    while True:
        name = f"{stem}{f'-{number}' if number > 1 else ''}.{suffix}"
        if not any((folder / f"{name}{end}").exists() for folder in folders for end in ("", _PART)):
            return name
        number += 1


def _hand_over(path: Path, inbox: Path) -> Path:
    name = path.name.removesuffix(_PART)
    named = _NAME.fullmatch(name)
    if named is not None and (inbox / name).exists():
        name = _free(named[1], named[2], [inbox])
    path.rename(inbox / name)
    sync_folder(inbox)
    sync_folder(path.parent)
    return inbox / name


def complete(inbox: Path, feed: str) -> list[Path]:
    """Hands over what a killed run of this feed left behind, each cut at its last whole line; where they are now.

    May be killed itself, at any point: the next run finds either the part or the finished file, never both.
    """
    found = []
    for path in left_behind(inbox, feed):
        with path.open("r+b") as file:
            size = _whole_bytes(file.fileno())
            file.truncate(size)
            os.fsync(file.fileno())
            first = file.readline()
        if size > len(first) or (first and not first.startswith(_HEADERS)):
            found.append(_hand_over(path, inbox))
        else:
            path.unlink()
    return found


def left_behind(inbox: Path, feed: str) -> list[Path]:
    """The parts that a killed run of this feed left, by name."""
    mine = re.compile(rf"{re.escape(feed)}-\d{{8}}T\d{{6}}Z(?:-\d+)?\.[a-z.]+{re.escape(_PART)}", re.ASCII)
    return [path for path in sorted((inbox / WORK).iterdir()) if mine.fullmatch(path.name)]


def _whole_bytes(file: int) -> int:
    """Bytes up to the end of the last whole line."""
    end = os.fstat(file).st_size
    while end:
        start = max(end - _BLOCK_BYTES, 0)
        newline = os.pread(file, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


@contextmanager
def held(inbox: Path, feed: str) -> Iterator[None]:
    """Makes the folders, and sees to it that this is the only listener of that feed into this inbox.

    Raises:
        AisGapsError: there is another one, or the folders cannot be made.
    """
    try:
        (inbox / WORK).mkdir(parents=True, exist_ok=True)
        lock = os.open(inbox / WORK / f"{feed}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise AisGapsError(f"cannot write into the inbox {inbox}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise AisGapsError(
            f"another process listens to the feed {feed} into {inbox}; --feed gives another name"
        ) from None
    try:
        yield
    finally:
        os.close(lock)


def sync_handle(handle: int) -> None:
    """Waits until a file is on the disk, and closes this handle of it. May run in another thread."""
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
