"""Puts files away: under their name, beside whatever has that name already, and never so that a file is lost."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ais_gaps.errors import AisGapsError
from ais_gaps.store.parts import sync

_NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES}
_NAME_BYTES: Final = 255


def put_away(path: Path, folder: Path, name: str, *, reason: str | None = None) -> Path:
    """Moves a file into a folder; where it is now.

    Nothing is overwritten: if the name is taken, the file's hash goes into its name. A move to another disk is a copy that is
    compared with the file before the file goes. Killed in between, it can be done again; at no time is there no whole copy.

    Args:
        path: the file.
        folder: where to; made as needed.
        name: its path below the folder, with ``/``.
        reason: what is added to a file ``NAME.reason.txt`` beside it, before it is moved.

    Raises:
        AisGapsError: it cannot be moved, and is where it was.
    """
    try:
        goal = _free(path, folder / name)
        goal.parent.mkdir(parents=True, exist_ok=True)
        if reason is not None:
            _tell(goal, reason)
        if goal.exists():  # a killed run has put it there and not yet taken it away here: one file with two names
            path.unlink()
        else:
            _move(path, goal)
        sync(goal.parent)
        sync(path.parent)
    except OSError as error:
        raise AisGapsError(f"{path} cannot be moved to {folder}: {error.strerror or error}") from error
    return goal


def _free(path: Path, goal: Path) -> Path:
    """The first name of its kind that no other file has."""
    return next(name for name in _names(path, goal) if not os.path.lexists(name) or _same(path, name))


def _names(path: Path, goal: Path) -> Iterator[Path]:
    stem, dot, ending = goal.name.partition(".")
    longest = _NAME_BYTES - len(".reason.txt")
    if len(os.fsencode(goal.name)) <= longest:
        yield goal
    digest = _digest(path)[:16]
    number = 1
    while True:
        tail = f"-{digest}{'' if number == 1 else f'-{number}'}{dot}{ending}"
        room = max(longest - len(os.fsencode(tail)), 0)
        yield goal.with_name((os.fsdecode(os.fsencode(stem)[:room]) + tail)[-longest:])
        number += 1


def _same(path: Path, other: Path) -> bool:
    """Whether a killed move has put the file there already: under a second name, or as a whole copy on the other disk."""
    if other.is_symlink() or not other.is_file():
        return False
    return other.samefile(path) or (other.stat().st_dev != path.stat().st_dev and _digest(other) == _digest(path))


def _move(path: Path, goal: Path) -> None:
    try:
        os.link(path, goal, follow_symlinks=False)  # unlike a rename it fails if the name is taken
    except OSError as error:
        if error.errno == errno.EXDEV:
            _copy(path, goal)
        elif error.errno in _NO_LINKS:
            path.rename(goal)
            return
        else:
            raise
    path.unlink()


def _copy(path: Path, goal: Path) -> None:
    """A copy on another disk, which has its name only once it is whole and compared."""
    draft = goal.with_name(f".{_digest(path)[:32]}.part")
    with path.open("rb") as source, draft.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())
    shutil.copystat(path, draft)
    if _digest(draft) != _digest(path):
        draft.unlink()
        raise AisGapsError(f"{path}: its copy in {goal.parent} is not the same; the file stays where it is")
    draft.rename(goal)
    sync(goal.parent)


def _tell(goal: Path, reason: str) -> None:
    with goal.with_name(f"{goal.name}.reason.txt").open("a", encoding="utf-8") as stream:
        stream.write(f"{reason}\n")
        stream.flush()
        os.fsync(stream.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
