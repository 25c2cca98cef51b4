"""The inbox: which of the files in it have arrived whole."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ais_gaps.daily.reading import RULES
from ais_gaps.errors import SourceError

UNFINISHED: Final = (".part", ".tmp", ".partial", ".crdownload", ".filepart")
"""What programs add to the name of a file that they still write: those of `listen`, and of usual copying programs."""
DONE, REFUSED = "done", "refused"


@dataclass(frozen=True)
class Arrival:
    """A file of the inbox.

    Attributes:
        path: where it lies.
        name: its path below the inbox, with ``/``.
        mark: what changes when somebody writes to it or puts another in its place: device, inode, bytes, times of its content
            and of its entry in nanoseconds.
    """

    path: Path
    name: str
    mark: tuple[int, ...]


@dataclass(frozen=True)
class Found:
    """What lies in the inbox.

    Attributes:
        whole: files that have arrived, by name.
        growing: names of files that somebody still writes: they are taken by a later run.
        odd: name and reason of what can never be taken as it is, such as a link.
    """

    whole: tuple[Arrival, ...]
    growing: tuple[str, ...]
    odd: tuple[tuple[str, str], ...]


def look(inbox: Path, *, settle_s: float, passing: Iterable[Path] = ()) -> Found:
    """The files below the inbox that nobody writes to any more.

    A file has arrived when it is the same in two looks ``settle_s`` seconds apart, and its name neither begins with a dot nor ends
    as in `UNFINISHED`. Folders below are looked into, hidden ones and those of ``passing`` are not. Links are not followed: what
    they point to may be anything, and a link that is moved may point elsewhere.

    Args:
        inbox: the folder.
        settle_s: seconds between the looks; with 0 there is one look only.
        passing: folders that are no part of the inbox although they lie in it.

    Raises:
        SourceError: there is no such folder, or it cannot be read.
    """
    passed = frozenset(os.path.realpath(folder) for folder in (*passing, inbox / DONE, inbox / REFUSED))
    first, growing, odd = _look(inbox, passed)
    if settle_s > 0 and first:
        time.sleep(settle_s)
        again = {name: mark_of(arrival.path) for name, arrival in first.items()}
        growing += [name for name, mark in again.items() if mark != first[name].mark]
        first = {name: arrival for name, arrival in first.items() if again[name] == arrival.mark}
    return Found(tuple(first[name] for name in sorted(first)), tuple(sorted(growing)), tuple(sorted(odd)))


def mark_of(path: Path) -> tuple[int, ...] | None:
    """What tells this state of a file from another; None where there is none any more."""
    try:
        return _mark(path.lstat())
    except OSError:
        return None


def printable(name: str) -> str:
    """A file's name as text that can be written: what is no UTF-8 in it as ``\\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _look(inbox: Path, passed: frozenset[str]) -> tuple[dict[str, Arrival], list[str], list[tuple[str, str]]]:
    found: dict[str, Arrival] = {}
    growing: list[str] = []
    odd: list[tuple[str, str]] = []
    for path, state in _below(inbox, passed):
        name = path.relative_to(inbox).as_posix()
        if isinstance(state, str):
            odd.append((printable(name), state))
        elif name == RULES:
            continue
        elif path.name.lower().endswith(UNFINISHED):
            growing.append(printable(name))
        else:
            found[name] = Arrival(path, name, _mark(state))
    return found, growing, odd


def _below(folder: Path, passed: frozenset[str]) -> Iterator[tuple[Path, os.stat_result | str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise SourceError(f"the inbox {printable(str(folder))} cannot be read: {error.strerror}") from error
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith(".") or os.path.realpath(path) in passed:
            continue
        try:
            state = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # taken away between the two calls
            continue
        if stat.S_ISDIR(state.st_mode):
            yield from _below(path, passed)
        elif stat.S_ISREG(state.st_mode):
            yield path, state
        else:
            link = stat.S_ISLNK(state.st_mode)
            yield path, "it is a link: put the file itself here" if link else "it is no file"


def _mark(state: os.stat_result) -> tuple[int, ...]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns
