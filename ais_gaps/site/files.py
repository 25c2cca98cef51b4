"""Files of the site on disk: whole or not at all, and touched only where their bytes change."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ais_gaps.errors import AisGapsError

_PART = ".new"


@dataclass(frozen=True)
class Written:
    """What a step of the site has made.

    Attributes:
        paths: every file that belongs there now, relative to the site's folder, with ``/``, in order.
        changed: those of them whose bytes are new.
    """

    paths: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __add__(self, other: Written) -> Written:
        return Written(self.paths + other.paths, self.changed + other.changed)


def write(path: Path, data: bytes) -> bool:
    """Puts the bytes into the file; folders are made as needed. True if the file was missing or other than that.

    A reader sees the old file or the new one, never a part: the bytes go beside it first, and then take its name. What a killed
    write leaves beside it starts with a dot (`clear`). A link in the file's place is replaced, not followed.

    Raises:
        AisGapsError: it cannot be written, with the reason.
    """
    try:
        if _holds(path, data):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}{_PART}")
        try:
            part.write_bytes(data)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise AisGapsError(f"cannot write {path}: {error.strerror or error}") from error
    return True


def write_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> Written:
    """Writes files under a folder, each named by its path relative to it (see `write`)."""
    paths: list[str] = []
    changed: list[str] = []
    for name, data in files:
        paths.append(name)
        if write(folder / name, data):
            changed.append(name)
    return Written(tuple(paths), tuple(changed))


def remove(path: Path) -> bool:
    """Removes a file; True if there was one.

    Raises:
        AisGapsError: it cannot be removed, with the reason.
    """
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise AisGapsError(f"cannot remove {path}: {error.strerror or error}") from error
    return True


def clear(folder: Path) -> None:
    """Removes what killed writes have left beside the files of this very folder; to be called by the only writer."""
    for part in sorted(folder.glob(f".*{_PART}")):
        remove(part)


def _holds(path: Path, data: bytes) -> bool:
    try:
        if path.is_symlink() or path.stat().st_size != len(data):
            return False
        return path.read_bytes() == data
    except FileNotFoundError:
        return False
